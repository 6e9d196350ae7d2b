"""``dosije facts``, ``review``, ``correct``, ``confirm`` and ``undo``: facts with their evidence, and decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import click

from archive.archive import Archive
from archive.command_line.options import JSON_OPTION, R, by_option, counted, make_searchable, print_json
from archive.errors import InputError, UsageError
from archive.facts.corrections import Correction, Corrections, LineOutcome, checked_name, decide_lines, read_lines
from archive.facts.evidence import fact_records
from archive.facts.review import doubt_records, for_all, queue
from archive.facts.values import UNLISTED, Municipalities, known_field
from archive.model import Fact
from archive.model.decisions import Decision, DecisionAction, FieldChange, Recorded
from archive.model.fields import PART_WORDS
from archive.store.events import Event

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
        details = ((name, value) for name, value in record["details"].items() if not name.endswith(PART_WORDS))
        told = ", ".join(f"{name} {value}" for name, value in details)
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
        records = doubt_records(archive.catalog, doubts.doubts(asked, 0, limit))
    if as_json:
        print_json({"total": total, "doubts": records})
        return
    for record in records:
        click.echo(f"{record['score']:>6.2f}  {record['document'][:12]}  {record['title']}")
        click.echo(f"        {record['field']}: {record['value'] or 'none'}  ({'; '.join(record['reasons'])})")
        if record["quote"]:
            click.echo(f"        p. {record['page']}: “{record['quote']}”  [{record['method']}]")
        if record["same"]:
            click.echo(f"        the same in {len(record['same']) + 1} papers: one answer with --same decides all")
    click.echo(f"{counted(total, 'doubt')}, {counted(len(records), 'shown', 'shown')}", err=True)


def change_record(change: FieldChange) -> dict[str, Any]:
    """Return a change as JSON."""
    return {
        "document": change.document,
        "field": change.field,
        "before": [_record(fact) for fact in change.before],
        "after": [_record(fact) for fact in change.after],
        "event": change.event,
    }


def _record(fact: Fact) -> dict[str, Any]:
    return {"value": fact.value, "status": str(fact.status), "method": fact.method, "details": dict(fact.details)}


def change_line(change: FieldChange) -> str:
    """Return a line on a change: ``1a2b3c4d5e6f vendor: A | B → C (corrected)``."""
    return f"{change.document[:12]} {change.field}: {_values(change.before)} → {_values(change.after)}"


def _values(facts: Sequence[Fact]) -> str:
    return " | ".join(f"{fact.value} ({fact.status})" for fact in facts) or "none"


def tell(archive: Archive, change: FieldChange) -> None:
    """Print warnings about a change on stderr: nothing recorded, municipality not listed, year unlike the date."""
    if not change.is_news:
        click.echo("This is known and decided already; nothing was recorded.", err=True)
    for fact in change.after:
        if UNLISTED in fact.details and fact not in change.before:
            click.echo(f"{fact.value} is not on the list of municipalities; it is kept as you wrote it.", err=True)
    dates = [fact.value for fact in change.after if fact.field == "date"]
    years = [fact.value for fact in archive.catalog.facts.of(change.document) if fact.field == "year"]
    if dates and years and not dates[0].startswith(years[0]):
        remedy = f"dosije correct {change.document[:12]} year {dates[0][:4]}"
        click.echo(f"The year of this document is {years[0]}. To change it, too: {remedy}", err=True)


def _details(_context: click.Context, _option: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    parted = [text.partition("=") for text in texts]
    if any(not equals for _, equals, _ in parted):
        raise click.BadParameter("write NAME=VALUE, as in pib=100000001")
    return {name.strip(): value for name, _, value in parted}


_SAME_OPTION = click.option(
    "--same", is_flag=True, help="Say it of all papers of which dosije review asks the same (vendor, buyer, place)."
)


def _evidence_options(command: Callable[..., R]) -> Callable[..., R]:
    """Add the options of a value's details and its evidence to a command."""
    for option in (
        click.option("--words", metavar="A-B", help="The same by their numbers."),
        click.option("--quote", help="The words of the document that prove it."),
        click.option("--page", type=int, help="The page the quotation is on."),
        click.option(
            "--detail", "details", multiple=True, metavar="NAME=VALUE", callback=_details, help="As in pib=..."
        ),
    ):
        command = option(command)
    return command


def correct_command(places: Callable[[], Municipalities]) -> click.Command:
    """Return the command ``correct``, which knows municipalities by ``places``."""

    @click.command("correct")
    @click.argument("document_id", metavar="[ID]", required=False)
    @click.argument("field", required=False)
    @click.argument("value", required=False)
    @click.option("--add", "adds", is_flag=True, help="The field has VALUE as well.")
    @click.option("--replace", "old", metavar="OLD", help="VALUE takes the place of this one.")
    @click.option("--remove", "removes", is_flag=True, help="Take out VALUE; without it, empty the field.")
    @_evidence_options
    @_SAME_OPTION
    @click.option("--csv", "file", type=click.File("rb"), help="Many corrections, from a table; all of them or none.")
    @click.option("--dry-run", "tries", is_flag=True, help="Show what would change, and change nothing.")
    @by_option
    @JSON_OPTION
    @click.pass_obj
    def command(
        home: Path,
        document_id: str | None,
        field: str | None,
        value: str | None,
        adds: bool,
        old: str | None,
        removes: bool,
        details: dict[str, str],
        page: int | None,
        quote: str | None,
        words: str | None,
        same: bool,
        file: BinaryIO | None,
        tries: bool,
        by: str,
        as_json: bool,
    ) -> int:
        """Correct a FIELD of document ID: it has VALUE, and no other. What a person says outlives every re-reading.

        A table for --csv has headings. document and field are needed; value, old, page, quote, by, action and the
        names of details may be there. Lines for one list field of one document name its values together.
        """
        if file is not None:
            if any((document_id, adds, old, removes, details, page, quote, words, same)):
                raise click.UsageError("With --csv, everything is in the table.")
            return _correct_many(home, places(), file, checked_name(by), tries=tries, as_json=as_json)
        if document_id is None or field is None:
            raise click.UsageError("Name a document and a field, or a table with --csv.")
        if adds + removes + (old is not None) > 1 or (value is None and not removes):
            raise click.UsageError("Give a VALUE, with one of --add, --replace OLD and --remove or none; or --remove.")
        action = DecisionAction.ADD if adds else DecisionAction.REPLACE if old is not None else DecisionAction.CORRECT
        if removes and value is not None:
            action, old, value = DecisionAction.REMOVE, value, None
        asked = Correction(document_id, field, action, by, value, old, page, quote, words, details)
        with Archive.open(home, create=False) as archive:
            decision = Corrections(archive.catalog, places()).decision(asked)
            _decide(archive, decision, as_json=as_json, tries=tries, same=same)
        return 0

    return command


@click.command("confirm")
@click.argument("document_id", metavar="ID")
@click.argument("field")
@click.argument("value", required=False)
@_SAME_OPTION
@by_option
@JSON_OPTION
@click.pass_obj
def confirm_command(
    home: Path, document_id: str, field: str, value: str | None, same: bool, by: str, as_json: bool
) -> None:
    """Confirm what rules read for a FIELD of document ID: this VALUE, or all that it has."""
    asked = Correction(document_id, field, DecisionAction.CONFIRM, by, old=value)
    with Archive.open(home, create=False) as archive:
        decision = Corrections(archive.catalog, Municipalities()).decision(asked)
        _decide(archive, decision, as_json=as_json, tries=False, same=same)


@click.command("undo")
@click.argument("document_id", metavar="ID")
@click.argument("event", type=int, required=False)
@by_option
@JSON_OPTION
@click.pass_obj
def undo_command(home: Path, document_id: str, event: int | None, by: str, as_json: bool) -> None:
    """Take back the last decision on document ID, or the one of this EVENT (see: dosije facts ID --history)."""
    name = checked_name(by)
    with Archive.open(home, create=False) as archive:
        change = archive.catalog.decisions.undo(archive.catalog.documents.find(document_id).id, event, name)
        make_searchable(archive)
        _print(archive, change, as_json=as_json)


def _decide(archive: Archive, decision: Decision, *, as_json: bool, tries: bool, same: bool) -> None:
    """Record a decision; if ``same``, also for every document about which ``dosije review`` asks the same question."""
    wanted = for_all(archive.catalog, decision) if same else [decision]
    outcomes = archive.catalog.decisions.record(wanted, try_only=tries)
    changes = [outcome for outcome in outcomes if isinstance(outcome, FieldChange)]
    for outcome in outcomes:
        if isinstance(outcome, UsageError):
            raise outcome
    if any(change.event is not None for change in changes):
        make_searchable(archive)
    if as_json and same:
        print_json({**change_record(changes[0]), "same": [change_record(change) for change in changes[1:]]})
        return
    for change in changes:
        _print(archive, change, as_json=as_json)


def _print(archive: Archive, change: FieldChange, *, as_json: bool) -> None:
    tell(archive, change)
    if as_json:
        print_json(change_record(change))
        return
    event = "" if change.event is None else f"  [event {change.event}]"
    click.echo(f"{change_line(change)}{event}")


def _correct_many(home: Path, places: Municipalities, file: BinaryIO, by: str, *, tries: bool, as_json: bool) -> int:
    lines = read_lines(file.read(), file.name)
    with Archive.open(home, create=False) as archive:
        corrections = Corrections(archive.catalog, places)
        outcomes = decide_lines(archive.catalog, corrections, lines, by, try_only=tries)
        refused = [one for one in outcomes if isinstance(one.outcome, UsageError)]
        if not refused and not tries:
            make_searchable(archive)
    if as_json:
        print_json([_line_record(one) for one in outcomes])
    else:
        _print_lines(outcomes, len(refused))
    if refused:
        click.echo(f"{counted(len(refused), 'line')} cannot be; nothing was changed.", err=True)
    return InputError.exit_code if refused else 0


def _print_lines(outcomes: Sequence[LineOutcome], refused: int) -> None:
    for one in outcomes:
        numbers = ", ".join(map(str, one.numbers))
        if isinstance(one.outcome, UsageError):
            click.echo(f"line {numbers}: {one.outcome}", err=True)
        elif not refused:
            click.echo(f"line {numbers}: {change_line(one.outcome)}")


def _line_record(one: LineOutcome) -> dict[str, object]:
    told = {"lines": list(one.numbers)}
    if isinstance(one.outcome, UsageError):
        return {**told, "error": str(one.outcome)}
    return {**told, "error": None, **change_record(one.outcome)}
