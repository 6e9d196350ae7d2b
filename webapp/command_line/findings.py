"""``dosije findings``: counted tables, every number linked to its evidence."""

from __future__ import annotations

import io
import json
from pathlib import Path

import click

from archive.citing.addresses import base_url
from archive.errors import UsageError
from archive.findings.counting import run
from archive.findings.files import load, readable, scaffold
from archive.findings.records import finding_record
from archive.findings.table import Table
from archive.home import Archive
from webapp.command_line.files import written_whole
from webapp.finding_tables import addresses, csv_lines, number_text, write_workbook
from webapp.links import page_path

FORMATS = ("table", "csv", "xlsx", "json")


@click.command("findings")
@click.argument("name", required=False)
@click.argument("new_name", required=False)
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@click.pass_obj
def findings_command(home: Path, name: str | None, new_name: str | None, form: str, output: Path | None) -> None:
    """Count the finding NAME; without one, list them all. `dosije findings new NAME` writes the file of a new one."""
    if (name == "new") != (new_name is not None):
        raise UsageError("Findings are counted one at a time.", "A new one: dosije findings new NAME")
    with Archive.open(home, create=False) as archive:
        if new_name is not None:
            click.echo(scaffold(archive.home, new_name))
            return
        if name is None:
            _list(archive.home, as_json=form == "json")
            return
        archive.settle()
        _write(archive, run(load(archive.home, name), archive.catalog, archive.search, archive.engine), form, output)


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


def _write(archive: Archive, table: Table, form: str, output: Path | None) -> None:
    if form == "xlsx" and output is None:
        raise UsageError("A workbook is no text.", "Name a file for it: --output findings.xlsx")
    data = _bytes(archive, table, form)
    if output is None:
        click.echo(data.decode(), nl=False)
        return
    with written_whole(output) as file:
        file.write(data)


def _bytes(archive: Archive, table: Table, form: str) -> bytes:
    base = base_url(archive.settings)
    if form == "json":
        record = finding_record(table, archive.catalog, addresses(table, base))
        return f"{json.dumps(record, ensure_ascii=False, indent=2)}\n".encode()
    if form == "csv":
        return "".join(csv_lines(table, base)).encode()
    if form == "xlsx":
        file = io.BytesIO()
        write_workbook(table, archive.catalog, base, lambda *at: base + page_path(*at), file)
        return file.getvalue()
    return _text(table).encode()


def _text(table: Table) -> str:
    heads = [*table.definition.group, *(column.label for column in table.columns)]
    lines = [heads]
    for row in (*table.rows, table.total):
        key = [value or "Unknown" for value in row.key] or ["All", *([""] * (len(table.definition.group) - 1))]
        lines.append([*key, *(number_text(cell.number) or "–" for cell in row.cells)])
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
    cannot = (f"It cannot know: {what}" for what in table.definition.cannot)
    return "\n".join((table.definition.title, "", *rows, "", state, *cannot)) + "\n"
