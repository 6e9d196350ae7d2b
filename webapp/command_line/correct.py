"""``dosije correct``, ``confirm`` and ``undo``: a person's last word on what a document is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

import click

from archive.decisions import Action, Change, Decision
from archive.errors import InputError, UsageError
from archive.facts.bulk import LineOutcome, decide_lines, read_lines
from archive.facts.corrections import Correction, Corrections, checked_name
from archive.facts.values import Places
from archive.home import Archive
from webapp.command_line.deciding import R, by_option, change_line, change_record, make_searchable, tell
from webapp.command_line.options import JSON_OPTION, print_json
from webapp.pages.wording import counted


def _details(_context: click.Context, _option: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    parted = [text.partition("=") for text in texts]
    if any(not equals for _, equals, _ in parted):
        raise click.BadParameter("write NAME=VALUE, as in pib=100000001")
    return {name.strip(): value for name, _, value in parted}


def _evidence_options(command: Callable[..., R]) -> Callable[..., R]:
    """What may be told beside a value, and the words that prove it."""
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


def correct_command(places: Callable[[], Places]) -> click.Command:
    """The command ``correct``, which knows municipalities by ``places``."""

    @click.command("correct")
    @click.argument("document_id", metavar="[ID]", required=False)
    @click.argument("field", required=False)
    @click.argument("value", required=False)
    @click.option("--add", "adds", is_flag=True, help="The field has VALUE as well.")
    @click.option("--replace", "old", metavar="OLD", help="VALUE takes the place of this one.")
    @click.option("--remove", "removes", is_flag=True, help="Take out VALUE; without it, empty the field.")
    @_evidence_options
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
            if any((document_id, adds, old, removes, details, page, quote, words)):
                raise click.UsageError("With --csv, everything stands in the table.")
            return _correct_many(home, places(), file, checked_name(by), tries=tries, as_json=as_json)
        if document_id is None or field is None:
            raise click.UsageError("Name a document and a field, or a table with --csv.")
        if adds + removes + (old is not None) > 1 or (value is None and not removes):
            raise click.UsageError("Give a VALUE, with one of --add, --replace OLD and --remove or none; or --remove.")
        action = Action.ADD if adds else Action.REPLACE if old is not None else Action.CORRECT
        if removes and value is not None:
            action, old, value = Action.REMOVE, value, None
        asked = Correction(document_id, field, action, by, value, old, page, quote, words, details)
        with Archive.open(home, create=False) as archive:
            _decide(archive, Corrections(archive.catalog, places()).decision(asked), as_json=as_json, tries=tries)
        return 0

    return command


@click.command("confirm")
@click.argument("document_id", metavar="ID")
@click.argument("field")
@click.argument("value", required=False)
@by_option
@JSON_OPTION
@click.pass_obj
def confirm_command(home: Path, document_id: str, field: str, value: str | None, by: str, as_json: bool) -> None:
    """Confirm what rules read for a FIELD of document ID: this VALUE, or all that it has."""
    asked = Correction(document_id, field, Action.CONFIRM, by, old=value)
    with Archive.open(home, create=False) as archive:
        _decide(archive, Corrections(archive.catalog, Places()).decision(asked), as_json=as_json, tries=False)


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


def _decide(archive: Archive, decision: Decision, *, as_json: bool, tries: bool) -> None:
    (outcome,) = archive.catalog.decisions.record([decision], try_only=tries)
    if isinstance(outcome, UsageError):
        raise outcome
    if outcome.event is not None:
        make_searchable(archive)
    _print(archive, outcome, as_json=as_json)


def _print(archive: Archive, change: Change, *, as_json: bool) -> None:
    tell(archive, change)
    if as_json:
        print_json(change_record(change))
        return
    event = "" if change.event is None else f"  [event {change.event}]"
    click.echo(f"{change_line(change)}{event}")


def _correct_many(home: Path, places: Places, file: BinaryIO, by: str, *, tries: bool, as_json: bool) -> int:
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
