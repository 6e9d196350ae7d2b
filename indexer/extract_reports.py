"""What a run of :mod:`indexer.extracting` says, as JSON and as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archive.model import Fact
from archive.model.decisions import FactDifference
from indexer.extracting import ExtractReport, ExtractSummary


def extract_record(report: ExtractReport) -> dict[str, Any]:
    """The report on a document as JSON."""
    return {
        "id": report.id,
        "filename": report.filename,
        "status": report.status,
        "changes": [
            {
                "field": one.field,
                "change": str(one.difference),
                "before": _record(one.before),
                "after": _record(one.after),
            }
            for one in report.differences
        ],
        "clauses": None if report.clauses is None else {"before": report.clauses[0], "after": report.clauses[1]},
        "reason": report.reason,
    }


def _record(fact: Fact | None) -> dict[str, Any] | None:
    if fact is None:
        return None
    told = {"value": fact.value, "method": fact.method, "confidence": fact.confidence, "status": str(fact.status)}
    return told | {"details": dict(fact.details)}


def extract_report_lines(report: ExtractReport) -> Iterator[str]:
    """The report on a document as text: what it is, and a line for each difference."""
    yield f"{report.id[:12]} {report.filename}"
    for one in report.differences:
        yield f"  {one.difference:<9} {one.field}: {_told(one)}"
    if report.clauses:
        yield f"  changed   clauses: {report.clauses[0]} → {report.clauses[1]}"


def _told(one: FactDifference) -> str:
    before, after = (None if fact is None else _with_details(fact) for fact in (one.before, one.after))
    if before is None or after is None:
        return f"{before or after}"
    return f"{before} → {after}" if before != after else f"{after} ({one.after.method})" if one.after else after


def _with_details(fact: Fact) -> str:
    told = ", ".join(f"{name} {value}" for name, value in fact.details.items())
    return f"{fact.value} ({told})" if told else fact.value


def extract_summary_lines(summary: ExtractSummary) -> Iterator[str]:
    """The run as text: a line for each field that differs somewhere, and the numbers."""
    for field, counts in summary.fields.items():
        yield f"{field:<14} " + ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    if summary.clauses_changed:
        yield f"{'clauses':<14} {summary.clauses_changed} documents have others"
    changed = "changed" if summary.applied else "would change"
    yield (
        f"{summary.documents} documents: {summary.changed} {changed}, {summary.failed} failed, "
        f"in {summary.seconds:.1f} s"
    )
    if summary.changed and not summary.applied:
        yield "Nothing was changed. To change it: dosije extract --again --apply"
