"""``dosije findings``: counted tables, every number linked to its evidence."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import IO

import click
from flask import g

from archive.access.records import OWNER
from archive.archive import Archive
from archive.citing.locators import base_url
from archive.command_line.options import (
    MASK_OPTION,
    output_file,
    record_masked,
    settle,
)
from archive.errors import UsageError
from archive.findings.changes import compare_runs, comparison_lines, comparison_record
from archive.findings.counting import run
from archive.findings.definition import Definition, VatBasis
from archive.findings.files import as_asked, load, readable, scaffold
from archive.findings.kept.past import event_at
from archive.findings.records import finding_record
from archive.findings.sentences import told
from archive.findings.table import Cell, Table
from archive.masking.texts import TextMask, text_mask
from archive.model.rendering import NoPages
from archive.search.engine import SearchEngine
from archive.search.masking import Masking, masked_value
from archive.search.service import SearchService
from archive.serialization import json_pieces
from archive.store.catalog import Catalog
from archive.store.stories.story import StoryReader
from archive.system.files import collected
from webapp.finding_tables import cell_address, csv_lines, key_texts, number_address, number_text, write_workbook
from webapp.links import page_path

FORMATS = ("table", "csv", "xlsx", "json")
REPORT, REPORT_FORMATS = "report", ("html", "docx")
MARKS = "* a person gave or confirmed a fact of it; ? a fact of it is disputed."


@click.command("findings")
@click.argument("name", required=False)
@click.argument("new_name", required=False)
@click.option("--format", "form", type=click.Choice((*FORMATS, *REPORT_FORMATS)), default="table", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@click.option("--as-of", metavar="DAY|EVENT", help="Count what was known at the end of a day (UTC) or after an event.")
@click.option("--against", metavar="DAY|EVENT", help="Tell what changed from this to --as-of, or to now, and why.")
@click.option("--vat", type=click.Choice(tuple(VatBasis)), help="Count prices with VAT, without, or each as printed.")
@click.option("--story", metavar="STORY", help="Count the papers of this story alone, as if the archive had no others.")
@click.option("--convert", metavar="CURRENCY", help="Tell amounts in this currency, by the rates of the archive.")
@MASK_OPTION
@click.pass_obj
def findings_command(
    home: Path,
    name: str | None,
    new_name: str | None,
    form: str,
    output: Path | None,
    as_of: str | None,
    against: str | None,
    vat: str | None,
    convert: str | None,
    story: str | None,
    asked_mask: str,
) -> None:
    """Count the finding NAME; without one, list them all. `dosije findings new NAME` writes the file of a new one,
    `dosije findings report` all that findings say, with the words of every number, as html or docx."""
    if (name == "new") != (new_name is not None):
        raise UsageError("Findings are counted one at a time.", "A new one: dosije findings new NAME")
    if name in (None, "new") and (as_of or against):
        raise UsageError("There is nothing to count.", "Name a finding: dosije findings spending --as-of 2026-11-01")
    if (name == REPORT) != (form in REPORT_FORMATS):
        raise UsageError(
            "A report is html or docx, and a finding is neither.",
            "For example: dosije findings report --format docx --output report.docx",
        )
    if story is not None and (name in (None, "new", REPORT) or against):
        raise UsageError(
            "The papers of a story are counted for one finding.", "For example: dosije findings spending --story STORY"
        )
    with Archive.open(home, create=False) as archive:
        if name == REPORT:
            settle(archive)
            mask = text_mask(archive, asked_mask)
            _write(io.BytesIO(_report(archive, form, output, as_of or "", mask)), output)
            record_masked(mask, f"report as {form}")
            return
        if new_name is not None:
            click.echo(scaffold(archive.home, new_name))
            return
        if name is None:
            _list(archive.home, as_json=form == "json")
            return
        settle(archive)
        definition = as_asked(load(archive.home, name), archive.home, vat or "", convert or "")
        event = None if as_of is None else event_at(archive.catalog, as_of)
        # A table at the terminal is no export.
        mask = None if form == "table" else text_mask(archive, asked_mask)
        if against is None:
            asked = "" if event is None else str(event), ""
            among = None
            if story is not None:
                found = archive.catalog.stories.get(story, StoryReader("", sees_all=True))
                asked, among = (asked[0], found.id), found.documents
            pieces = _written(archive, run(definition, *_parts(archive), event, among), form, output, asked, mask)
        else:
            pieces = _compared(archive, definition, event_at(archive.catalog, against), event, form, mask)
        with collected(pieces) as data:
            record_masked(mask, f"finding {name} as {form}")
            _write(data, output)


def _report(archive: Archive, form: str, output: Path | None, as_of: str, mask: TextMask | None) -> bytes:
    """Return the report as the reading room exports it."""
    if form == "docx" and output is None:
        raise UsageError("A Word document is not text.", "Name a file for it: --output report.docx")
    # Imported here, because tables do not need the reading room.
    from webapp import create_app  # noqa: PLC0415 - see above
    from webapp.views.findings.report import report_file  # noqa: PLC0415 - see above

    with create_app(archive, NoPages()).test_request_context(base_url=base_url(archive.settings)):
        g.caller = OWNER
        return report_file(form, as_of, mask=mask)


def _list(home: Path, *, as_json: bool) -> None:
    found, wrong = readable(home)
    for error in wrong.values():
        click.echo(error, err=True)
    if as_json:
        listed = [{"name": one.name, "title": one.title, "about": one.about} for one in found]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for one in found:
        click.echo(f"{one.name:<24} {one.title}")


def _parts(archive: Archive) -> tuple[Catalog, SearchService, SearchEngine]:
    return archive.catalog, archive.search, archive.engine


def _compared(
    archive: Archive, definition: Definition, against: int, event: int | None, form: str, mask: Masking | None
) -> Iterator[str]:
    if form not in ("table", "json"):
        raise UsageError(f"A comparison cannot be written as {form}.", "Ask for --format table or json.")
    newest = archive.catalog.events.newest()
    comparison = compare_runs(definition, *_parts(archive), against, newest if event is None else event)
    if form == "json":
        return json_pieces(masked_value(comparison_record(comparison, archive.catalog), mask), indent=2)
    return (f"{line}\n" for line in comparison_lines(comparison, archive.catalog))


def _write(data: IO[bytes], output: Path | None) -> None:
    if output is None:
        for piece in data:
            click.echo(piece.decode(), nl=False)
        return
    with output_file(output) as file:
        shutil.copyfileobj(data, file)


def _written(
    archive: Archive, table: Table, form: str, output: Path | None, asked: tuple[str, str], mask: Masking | None
) -> Iterable[str | bytes]:
    """Return a table as a file, in chunks; ``asked`` are the moment and the story that it was counted for."""
    if form == "xlsx" and output is None:
        raise UsageError("A workbook is not text.", "Name a file for it: --output findings.xlsx")
    base = base_url(archive.settings)
    at = cell_address(table, base, *asked)
    if form == "json":
        number_at = number_address(table, base, *asked)
        record = finding_record(table, archive.catalog, at, number_at, partial(masked_value, mask=mask))
        return json_pieces(record, indent=2)
    if form == "csv":
        return csv_lines(table, at, mask)
    if form == "xlsx":
        file = io.BytesIO()
        write_workbook(table, archive.catalog, at, lambda *at: base + page_path(*at), file, mask)
        return [file.getvalue()]
    return [_text(table)]


def _text(table: Table) -> str:
    heads = [*table.definition.group, *(column.label for column in table.columns)]
    lines = [heads]
    for row in table.every_row:
        lines.append([*key_texts(row, table), *map(_cell_text, row.cells)])
    widths = [max(len(line[at]) for line in lines) for at in range(len(heads))]
    keys = len(table.definition.group)
    rows = (
        "  ".join(
            text.ljust(width) if at < keys else text.rjust(width)
            for at, (text, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )
    state = f"As of event {table.as_of.event}, index {table.as_of.generation}."
    marked = any(cell.persons or cell.disputed for row in table.rows for cell in row.cells)
    cannot = (f"It cannot know: {what}" for what in table.definition.cannot)
    sentences = [sentence.text for sentence in told(table)]
    sentences += [""] if sentences else []
    said = (state, *((MARKS,) if marked else ()), *table.notes, *cannot)
    return "\n".join((table.definition.title, "", *sentences, *rows, "", *said)) + "\n"


def _cell_text(cell: Cell) -> str:
    """Return a number, marked if a person gave or confirmed a fact of it, and if one is disputed."""
    marks = ("*" if cell.persons else "") + ("?" if cell.disputed else "")
    return (number_text(cell.number) or "–") + marks
