"""Export of results as CSV and XLSX, and the writers for other tables.

A cell must never be evaluated: text that begins like a formula comes from a document or an untrusted list. In CSV,
which has no types, it gets a leading apostrophe (OWASP, "CSV Injection"); in XLSX every text is written as a string.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import IO, Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from archive.errors import UsageError
from archive.search.lists import LineResult
from archive.search.request import SearchRequest
from archive.search.results import Hit, SearchResults, hit_record, not_searched_note
from archive.system.files import scratch_folder
from archive.system.terminal import visible

Cell = str | int | None

LINE_COLUMNS = ("line", "text", "query", "documents", "pages", "note")
HIT_COLUMNS = ("hit", "id", "title", "hit pages", "page", "snippet")
PARTLY_COLUMN = "documents with some of the words"
"""The last column of a line: the number of partial matches, which are not listed in a table."""

_LINE_WIDTHS = (6, 40, 40, 11, 8, 60)
_HIT_WIDTHS = (6, 30, 5, 14, 50, 9, 6, 90)

_WIDTH = 22
"""Default width of a column."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""The wide ones begin formulas in East Asian settings."""

LONGEST_CELL = 32_767
"""Most characters of a cell in Excel; a longer one would be empty."""

MOST_ROWS, MOST_LINKS = 1_048_576, 65_530
"""Rows and links that Excel takes in a sheet. What has more rows is refused; numbers beyond the last link have none."""


@contextmanager
def _workbook(file: IO[bytes]) -> Iterator[xlsxwriter.Workbook]:
    """Begin a workbook. Rows go to the disk as they come, so memory does not grow with their number."""
    with xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": scratch_folder()}) as book:
        yield book


def csv_rows(results: Iterable[LineResult]) -> Iterator[str]:
    """Yield the lines of a CSV file (RFC 4180), lazily: one for each listed document of a line, or one for a line
    without documents."""
    yield csv_row((*LINE_COLUMNS, *HIT_COLUMNS, PARTLY_COLUMN))
    for result in results:
        cells = _line_cells(result)
        for rank, hit in enumerate(result.hits, start=1):
            yield csv_row((*cells, *_hit_cells(rank, hit), result.total_partly))
        if not result.hits:
            yield csv_row((*cells, *(None for _ in HIT_COLUMNS), result.total_partly))


def write_xlsx(results: Iterable[LineResult], file: IO[bytes]) -> None:
    """Write a workbook with a sheet of the lines and a sheet of the documents listed of them."""
    with _workbook(file) as book:
        bold = book.add_format({"bold": True})
        lines, hits = book.add_worksheet("Lines"), book.add_worksheet("Documents")
        _begin(lines, (*LINE_COLUMNS, PARTLY_COLUMN), (*_LINE_WIDTHS, 30), bold)
        _begin(hits, ("line", "text", *HIT_COLUMNS), _HIT_WIDTHS, bold)
        listed = 0
        for number, result in enumerate(results, start=1):
            write_row(lines, number, (*_line_cells(result), result.total_partly))
            for rank, hit in enumerate(result.hits, start=1):
                listed += 1
                write_row(hits, listed, (result.line.number, result.line.text, *_hit_cells(rank, hit)))


def write_table(
    name: str,
    columns: Sequence[str],
    widths: Sequence[int],
    rows: Iterable[Iterable[Cell]],
    file: IO[bytes],
    most_rows: int = MOST_ROWS,
) -> None:
    """Write a workbook of one sheet, its columns as wide as this many letters."""
    with _workbook(file) as book:
        sheet = book.add_worksheet(name)
        _begin(sheet, columns, widths, book.add_format({"bold": True}))
        for number, cells in enumerate(rows, start=1):
            write_row(sheet, number, cells, most_rows=most_rows)


@dataclass(frozen=True, slots=True)
class Linked:
    """A number in a sheet with a hyperlink."""

    number: float
    url: str


def write_sheets(
    sheets: Mapping[str, Iterable[Iterable[Cell | Linked]]],
    file: IO[bytes],
    most_rows: int = MOST_ROWS,
    most_links: int = MOST_LINKS,
) -> None:
    """Write a workbook of several sheets by name, the first row of each being its head."""
    with _workbook(file) as book:
        bold = book.add_format({"bold": True})
        for name, rows in sheets.items():
            sheet, links = book.add_worksheet(name), 0
            sheet.freeze_panes(1, 0)
            for at, row in enumerate(rows):
                cells = list(row)
                sheet.set_column(0, max(0, len(cells) - 1), _WIDTH)
                texts = [None if isinstance(cell, Linked) else cell for cell in cells]
                write_row(sheet, at, texts, *([] if at else [bold]), most_rows=most_rows)
                for column, cell in enumerate(cells):
                    if isinstance(cell, Linked):
                        links += 1
                        if links <= most_links:
                            sheet.write_url(at, column, cell.url, string=str(cell.number))
                        # The number takes the place of the link's text: a sheet has to be able to add it up.
                        sheet.write_number(at, column, cell.number)


def _begin(sheet: Worksheet, columns: Iterable[Cell], widths: Sequence[int], *style: object) -> None:
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    sheet.freeze_panes(1, 0)
    write_row(sheet, 0, columns, *style)


def _line_cells(result: LineResult) -> tuple[Cell, ...]:
    note = " ".join((*result.notes, *((result.error,) if result.error else ())))
    return result.line.number, result.line.text, result.asked, result.documents, result.pages, note


def _hit_cells(rank: int, hit: Hit) -> tuple[Cell, ...]:
    first = hit.pages[0] if hit.pages else None
    where: tuple[Cell, ...] = (first.number, first.snippet.text) if first else (None, None)
    return rank, hit.id, hit.description.title, len(hit.pages), *where


def csv_row(cells: Iterable[Cell]) -> str:
    """Return one line of a CSV file without formulas, and without characters that would command a terminal."""
    line = io.StringIO()
    csv.writer(line).writerow([_harmless(cell) if isinstance(cell, str) else cell for cell in cells])
    return line.getvalue()


def _harmless(text: str) -> str:
    return f"'{visible(text)}" if text.startswith(_FORMULA_STARTS) else visible(text)


def write_row(sheet: Worksheet, row: int, cells: Iterable[Cell], *style: object, most_rows: int = MOST_ROWS) -> None:
    """Write one row of a sheet, texts as texts.

    :raises UsageError: a sheet has no such row.
    """
    if row >= most_rows:
        raise UsageError(
            "A sheet of a workbook has %(most)s rows at most, and there are more.",
            "Take it as CSV or JSON, or ask for less.",
            most=f"{most_rows:,}",
        )
    for column, cell in enumerate(cells):
        if isinstance(cell, int):
            sheet.write_number(row, column, cell, *style)
        elif cell is not None:
            sheet.write_string(row, column, cell[:LONGEST_CELL], *style)


COLUMNS = (
    "number", "id", "title", "filename", "kind", "municipality", "buyer", "vendors", "year", "date", "reference",
    "language", "collection", "clause", "heading", "matching pages", "page", "snippet", "address", "note",
)  # fmt: skip
"""The columns of both kinds of results; ``page`` and ``snippet`` are of the first match. Only clauses have a clause.
``note`` is the number of documents that were not searched; without hits, it has a row of its own."""

_WIDTHS = (8, 14, 50, 30, 18, 18, 30, 40, 7, 11, 18, 10, 14, 10, 30, 14, 6, 90, 60, 60)

Address = Callable[[str], str]
"""Returns the address of a document by its id."""


def csv_lines(pieces: Iterable[SearchResults], address: Address) -> Iterator[str]:
    """Yield the lines of a CSV file (RFC 4180)."""
    yield csv_row(COLUMNS)
    yield from map(csv_row, _rows(pieces, address))


def write_workbook(pieces: Iterable[SearchResults], address: Address, file: IO[bytes]) -> None:
    """Write a workbook of one sheet."""
    write_table("Results", COLUMNS, _WIDTHS, _rows(pieces, address), file)


def as_json(pieces: Sequence[SearchResults], request: SearchRequest, total_partly: int) -> Mapping[str, Any]:
    """Return the request, and the hits as in ``dosije search --json``, as JSON.

    :param total_partly: the number of partial matches, which are not listed.
    """
    return {
        "query": request.text,
        "unit": str(request.unit),
        "filters": {name: list(values) for name, values in request.filters.items()},
        "exact": request.exact,
        "look_alikes": request.look_alikes,
        "total": pieces[0].total,
        "total_partly": total_partly,
        "not_searched": pieces[0].not_searched,
        "hits": [hit_record(hit) for piece in pieces for hit in piece.hits],
    }


def _rows(pieces: Iterable[SearchResults], address: Address) -> Iterator[tuple[Cell, ...]]:
    numbers, not_searched = count(1), 0
    for piece in pieces:
        not_searched = max(not_searched, piece.not_searched)
        note = " ".join(not_searched_note(not_searched))
        for hit in piece.hits:
            yield (*_cells(next(numbers), hit, address), note)
        if note and not piece.total:
            yield (*(None for _ in COLUMNS[1:]), note)


def _cells(number: int, hit: Hit, address: Address) -> tuple[Cell, ...]:
    described = hit.description
    clause = (hit.clause.label, hit.clause.heading) if hit.clause else (None, None)
    first = (hit.pages[0].number, hit.pages[0].snippet.text) if hit.pages else (None, None)
    return (
        number,
        described.id,
        described.title,
        described.filename,
        described.kind,
        described.municipality,
        described.buyer,
        "; ".join(vendor.name for vendor in described.vendors),
        described.year,
        described.date,
        described.reference,
        described.language,
        described.collection,
        *clause,
        len(hit.pages),
        *first,
        address(described.id),
    )
