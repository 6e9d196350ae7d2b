"""The run as Markdown for docs/measurements.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from benchmarks.search.goals import Goal, goals, speed
from benchmarks.search.measuring import MATCHING, OURS, PAGE, Measured
from benchmarks.search.running import Prepared, Running


def tables(
    prepared: Prepared, built: Mapping[str, Mapping[str, float]], engines: Sequence[Running], measured: Measured
) -> str:
    """Return all tables of a run."""
    names = [engine.engine for engine in engines]
    parts = [
        _goals(goals(prepared, built, engines, measured)),
        _queries(names, measured, MATCHING, "matching: total, facets, the first 20 documents"),
        _queries(names, measured, PAGE, "whole page: with all pages that match, and one excerpt a document"),
        _building(prepared, built),
        _processes(engines, measured),
    ]
    if measured.agreements:
        parts.append(_agreement(measured))
    return "\n".join(parts)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _goals(found: Iterable[Goal]) -> str:
    rows = [[goal.work, goal.goal, goal.measured, "met" if goal.is_met else "**missed**"] for goal in found]
    return _table(["work", "goal", "measured", ""], rows)


def _queries(names: Sequence[str], measured: Measured, work: str, head: str) -> str:
    """Return CPU milliseconds: median of the queries' medians (95th percentile); ours relative to each rival's."""
    rows = []
    for group, times in measured.times[work].items():
        row = [group]
        for name in names:
            if name not in times:
                row.append("no such query")
                continue
            text = f"{times[name].median:.2f} ({times[name].p95:.2f})"
            if name != OURS and OURS in times:
                text += f"; {times[OURS].median / times[name].median:.2f} x ({times[OURS].p95 / times[name].p95:.2f} x)"
            row.append(text)
        rows.append(row)
    return _table([head, *names], rows)


def _building(prepared: Prepared, built: Mapping[str, Mapping[str, float]]) -> str:
    rows = []
    for name, figures in built.items():
        rows.append(
            [
                name,
                f"{figures['pages'] / figures['engine_seconds']:,.0f}",
                f"{speed(figures, prepared):,.0f}",
                f"{figures['bytes'] / figures['text_bytes']:.2f}",
                f"{figures['peak_megabytes']:,.0f}",
            ]
        )
    head = ["engine", "pages per CPU second", "analysis included", "size / raw text", "peak MB"]
    return _table(head, rows)


def _processes(engines: Sequence[Running], measured: Measured) -> str:
    rows = []
    for engine in engines:
        memory, opened = measured.memory[engine.engine], engine.opened
        rows.append(
            [
                engine.engine,
                f"{1000 * opened['open']:.0f} ({1000 * opened['open_wall']:.0f})",
                f"{1000 * opened['first']:.0f} ({1000 * opened['first_wall']:.0f})",
                f"{memory['anonymous'] - opened['idle_anonymous']:.0f}",
                f"{memory['anonymous']:.0f}",
                f"{memory['resident']:.0f}",
            ]
        )
    head = [
        "engine",
        "open, ms CPU (wall)",
        "and first page",
        "own MB beyond imports",
        "own MB",
        "with mapped files, MB",
    ]
    return _table(head, rows)


def _agreement(measured: Measured) -> str:
    groups = list(dict.fromkeys(group for of in measured.agreements.values() for group in of))
    rows = []
    for group in groups:
        row = [group]
        for of in measured.agreements.values():
            agreement = of.get(group)
            if agreement is None:
                row.append("no such query")
                continue
            text = f"{agreement.same} the same"
            if agreement.fewer:
                text += f", {agreement.fewer} find fewer"
            if agreement.different:
                text += f", {agreement.different} differ ({agreement.example})"
            row.append(text)
        rows.append(row)
    return _table(["documents found, beside ours", *measured.agreements], rows)
