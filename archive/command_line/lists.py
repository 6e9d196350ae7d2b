"""``dosije search-list``: many searches at once, from a file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

import click

from archive.archive import Archive
from archive.command_line.options import (
    EXACT_OPTION,
    LOOK_ALIKES_OPTION,
    MASK_OPTION,
    checked_filters,
    chosen,
    filter_options,
    notes_on_fields,
    output_file,
    record_masked,
    settle,
)
from archive.errors import InputError
from archive.masking.texts import text_mask
from archive.search.lists import LineAnswer, LineResult, ListOptions, read_list, search_list
from archive.search.masking import masked_lines
from archive.search.request import SNIPPET_PAGES, SearchRequest
from archive.search.spreadsheets import csv_rows, write_xlsx
from archive.serialization import serialize

UTF8_MARK = "\ufeff"
"""Byte order mark of CSV files; without it, Excel decodes them by an old code page."""


@click.command("search-list")
@click.argument("file", type=click.File("rb"))
@click.option("--column", help="The file is a table: search this column, a number from 1 or a heading.")
@click.option("--header", is_flag=True, help="The table's first row holds headings.")
@click.option("--phrase", is_flag=True, help="Take each line for a phrase: these words, next to each other.")
@EXACT_OPTION
@LOOK_ALIKES_OPTION
@filter_options
@MASK_OPTION
@click.option("--format", "form", type=click.Choice(["csv", "xlsx", "json"]), default="csv", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@click.pass_obj
def search_list_command(
    home: Path,
    /,
    file: BinaryIO,
    column: str | None,
    header: bool,
    phrase: bool,
    exact: bool,
    look_alikes: bool,
    asked_mask: str,
    form: str,
    output: Path | None,
    **filters: tuple[str, ...] | int | None,
) -> int:
    """Search for each line of FILE (- is the standard input), and say what each of them finds.

    FILE is text or a table in UTF-8. A line is a query, as typed in the search box. Filters apply to all lines.
    """
    if form == "xlsx" and output is None:
        raise click.UsageError("A workbook needs a file to go to: use --output.")
    asked = read_list(file.read(), file.name, column, header=header)
    counts = Counter[str]()
    with Archive.open(home, create=False) as archive:
        settle(archive)
        for note in checked_filters(archive, SearchRequest(filters=chosen(filters))):
            click.echo(note, err=True)
        # JSON has excerpts of several pages, as a search has; a row of a table has one.
        excerpts = SNIPPET_PAGES if form == "json" else 1
        options = ListOptions(phrase, exact, look_alikes, excerpts, chosen(filters))
        answered = search_list(archive.search, asked.lines, options, partial(notes_on_fields, archive))
        mask = text_mask(archive, asked_mask)
        found = masked_lines(answered, mask)
        results = _counted(found, counts)
        if output is None:
            for line in _lines(results, form):
                click.echo(line, nl=False)
        else:
            _write(results, form, output)
        record_masked(mask, f"search-list as {form}")
    click.echo(
        f"{asked.summary()}. {counts['found']:,} found something, {counts['nothing']:,} nothing, "
        f"{counts['failed']:,} failed.",
        err=True,
    )
    return InputError.exit_code if counts["failed"] else 0


def _counted(results: Iterable[LineResult], counts: Counter[str]) -> Iterator[LineResult]:
    for result in results:
        counts["failed" if result.error else "found" if result.documents else "nothing"] += 1
        yield result


def _lines(results: Iterable[LineResult], form: str) -> Iterator[str]:
    if form == "csv":
        return csv_rows(results)
    return (json.dumps(serialize(LineAnswer, result), ensure_ascii=False) + "\n" for result in results)


def _write(results: Iterable[LineResult], form: str, output: Path) -> None:
    with output_file(output) as file:
        if form == "xlsx":
            write_xlsx(results, file)
        else:
            file.write(UTF8_MARK.encode() if form == "csv" else b"")
            file.writelines(line.encode() for line in _lines(results, form))
