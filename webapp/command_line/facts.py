"""``dosije facts`` and ``dosije review``: facts with their evidence, and those that a person should look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from archive.decisions import Recorded
from archive.facts.evidence import fact_records
from archive.facts.review import doubt_records, queue
from archive.facts.values import known_field
from archive.home import Archive
from archive.store.events import Event
from webapp.command_line.options import JSON_OPTION, print_json
from webapp.pages.wording import counted

DOUBTS_SHOWN = 20


@click.command("facts")
@click.argument("document_id", metavar="ID")
@click.option("--history", is_flag=True, help="Show who decided what on them and when, in place of the facts.")
@JSON_OPTION
@click.pass_obj
def facts_command(home: Path, document_id: str, history: bool, as_json: bool) -> None:
    """Show the facts of document ID, each with the words that prove it, its rule, confidence and status."""
    with Archive.open(home, create=False) as archive:
        document = archive.catalog.documents.find(document_id)
        if history:
            records = [_event_record(event) for event in archive.catalog.decisions.history(document.id)]
            lines = _history_lines(records)
        else:
            records = fact_records(archive.catalog, document.id)
            lines = _fact_lines(records, archive.catalog.decisions.in_force([document.id]).get(document.id, []))
    if as_json:
        print_json(records)
    else:
        click.echo("\n".join(lines))


def _fact_lines(records: Sequence[dict[str, Any]], decided: Sequence[Recorded]) -> Iterator[str]:
    for record in records:
        told = ", ".join(f"{name} {value}" for name, value in record["details"].items())
        yield f"{record['field']:<13} {record['value']}{f' ({told})' if told else ''}"
        proof = f"p. {record['page']}: “{record['quote']}”" if record["quote"] else "no words given"
        how = "" if record["status"] == "corrected" else f", {record['method']}, {record['confidence']:.0%} sure"
        yield f"              {proof}  [{record['status']}{how}]"
    present = {record["field"] for record in records}
    for field in dict.fromkeys(one.decision.field for one in decided):
        if field not in present:
            by = next(one.decision.by for one in reversed(decided) if one.decision.field == field)
            yield f"{field:<13} none  [corrected, by {by}]"
    if not records and not decided:
        yield "No facts are known of it."


def _event_record(event: Event) -> dict[str, Any]:
    return {"event": event.number, "at": event.at.isoformat(), **event.detail}


def _history_lines(records: Sequence[dict[str, Any]]) -> Iterator[str]:
    undone = {record["undoes"]: record["event"] for record in records if "undoes" in record}
    for record in records:
        what = f"undo {record['undoes']}" if "undoes" in record else record["action"]
        before, after = (" | ".join(fact["value"] for fact in record[name]) or "none" for name in ("before", "after"))
        later = f"  (undone: event {undone[record['event']]})" if record["event"] in undone else ""
        when = record["at"][:16].replace("T", " ")
        yield f"{record['event']:>6}  {when} UTC  {record['by']}: {what} {record['field']}: {before} → {after}{later}"
    if not records:
        yield "Nobody has decided anything on its facts."


@click.command("review")
@click.option("--field", help="Only doubts about this field.")
@click.option("--limit", type=click.IntRange(1), default=DOUBTS_SHOWN, show_default=True, help="Doubts to show.")
@JSON_OPTION
@click.pass_obj
def review_command(home: Path, field: str | None, limit: int, as_json: bool) -> None:
    """List doubtful facts, those first that a look at is most useful for. How they are ordered: docs/review.md."""
    with Archive.open(home, create=False) as archive:
        doubts, asked = queue(archive.catalog), None if field is None else known_field(field)
        total = doubts.count(asked)
        records = doubt_records(archive.catalog, doubts.doubts(archive.catalog, asked, 0, limit))
    if as_json:
        print_json({"total": total, "doubts": records})
        return
    for record in records:
        click.echo(f"{record['score']:>6.2f}  {record['document'][:12]}  {record['title']}")
        click.echo(f"        {record['field']}: {record['value'] or 'none'}  ({'; '.join(record['reasons'])})")
        if record["quote"]:
            click.echo(f"        p. {record['page']}: “{record['quote']}”  [{record['method']}]")
    click.echo(f"{counted(total, 'doubt')}, {counted(len(records), 'shown', 'shown')}", err=True)
