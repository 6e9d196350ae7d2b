"""``dosije chronology``: the dates of chosen papers in order, with who did what."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import click
from flask import Flask

from archive.archive import Archive
from archive.chronology.entries import (
    MOST_DOCUMENTS,
    Chronology,
    ChronologyEntry,
    chronology,
    chronology_csv,
    papers_of_procedure,
    write_chronology,
)
from archive.citing.locators import base_url
from archive.command_line.options import (
    JSON_OPTION,
    MASK_OPTION,
    checked_filters,
    chosen,
    counted,
    filter_options,
    output_file,
    print_json,
    record_masked,
    settle,
)
from archive.errors import UsageError
from archive.masking.texts import text_mask
from archive.search.request import SearchRequest

FORMATS = ("text", "csv", "xlsx", "docx")


@click.command("chronology")
@click.argument("documents", metavar="[ID]...", nargs=-1)
@click.option("--search", "query", help="The papers that this search finds, instead of named ones.")
@click.option("--procedure", metavar="ID", help="The papers of the procedure that document ID belongs to.")
@filter_options
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@MASK_OPTION
@JSON_OPTION
@click.pass_obj
def chronology_command(
    home: Path,
    /,
    documents: tuple[str, ...],
    query: str | None,
    procedure: str | None,
    form: str,
    output: Path | None,
    asked_mask: str,
    as_json: bool,
    **filters: tuple[str, ...] | int | None,
) -> None:
    """List all dates of chosen papers in order: who did what, in which words, and where they stand."""
    wanted = chosen(filters)
    ways = sum((bool(documents), query is not None or bool(wanted), procedure is not None))
    if ways != 1:
        raise UsageError(
            "Choose papers in one way.",
            "Name their ids, or give --search or filters such as --vendor, or --procedure ID.",
        )
    with Archive.open(home, create=False) as archive:
        settle(archive)
        found = None
        if documents:
            ids = [archive.catalog.documents.find(id_).id for id_ in documents]
        elif procedure is not None:
            ids = papers_of_procedure(archive.catalog, procedure)
        else:
            request = SearchRequest(query or "", wanted, limit=MOST_DOCUMENTS)
            for remark in checked_filters(archive, request):
                click.echo(remark, err=True)
            results = archive.search.search(request)
            ids, found = [hit.id for hit in results.hits], results.total
        mask = text_mask(archive, asked_mask)
        told = chronology(archive.catalog, ids, found).masked(mask)
        record_masked(mask, f"chronology as {form}")
        base = base_url(archive.settings)
    if told.left_out:
        click.echo(f"{counted(told.left_out, 'paper')} more were chosen and are not read; choose fewer.", err=True)
    if as_json:
        print_json(told.as_json(base))
    elif form == "text" and output is None:
        click.echo("\n".join(map(_line, told.entries)) or "No dates were found.")
    else:
        _write(_file(told, form, base, output), output)


def _line(one: ChronologyEntry) -> str:
    who = f"{one.who}: " if one.who else ""
    when = one.date or f"({one.said})"
    return f"{when:<10}  {who}{one.what or one.sentence}  [{one.document[:12]}, p. {one.page}]"


def _file(told: Chronology, form: str, base: str, output: Path | None) -> bytes:
    if form == "text":
        return ("\n".join(map(_line, told.entries)) + "\n").encode()
    if form == "csv":
        return "".join(chronology_csv(told, base)).encode("utf-8-sig" if output else "utf-8")
    if output is None:
        raise UsageError("A workbook or a Word document is not text.", "Name a file for it: --output chronology.xlsx")
    file = io.BytesIO()
    if form == "xlsx":
        write_chronology(told, base, file)
    else:
        from webapp.files.word.chronology import write_chronology_document  # noqa: PLC0415 - it takes a moment to load

        # Dates are written in the language of a request, outside of which it is English.
        with Flask("dosije").app_context():
            write_chronology_document(told, "Chronology", base, file)
    return file.getvalue()


def _write(data: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(data)
        return
    with output_file(output) as file:
        file.write(data)
