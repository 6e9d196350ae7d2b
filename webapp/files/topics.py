"""The table of a topic as CSV and workbook; each cell has a link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

from archive.comparing.cells import CellName
from archive.comparing.topic_table import StatedCell, StatedRow, TopicTable
from archive.model import Description
from archive.model.clauses import clause_title
from archive.search.masking import Masking, masked_value
from archive.search.spreadsheets import Cell, Linked, csv_row, write_sheets
from webapp.links import page_path

HEAD = ("contract", "document", "municipality", "vendors", "year", "clause")
UNKNOWN = "unknown"
DEPARTS = "departs"


def rows(table: TopicTable, base: str) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of the table and a header: one per contract, each cell with a mark if it departs, and its link."""
    yield (*HEAD, "wording", *(f"{name}{part}" for name in CellName for part in ("", " departs", " page", " address")))
    for row in table.rows:
        yield (*_head(row), _wording(row, table), *_cells(row, base))
    for state, listed in (("no clause on it", table.without), ("no clauses read", table.unread)):
        for one in listed.described():
            yield (*_document(one), state, *[None] * (1 + 4 * len(CellName)))


def csv_lines(table: TopicTable, base: str, *, mask: Masking | None) -> Iterator[str]:
    """Yield the lines of a CSV file (RFC 4180)."""
    for row in rows(table, base):
        yield csv_row(masked_value(list(row), mask))


def write_workbook(table: TopicTable, base: str, file: IO[bytes], *, mask: Masking | None) -> None:
    """Write a workbook: the table, the words of every cell, and what is usual and unknown per column."""
    sheets: dict[str, Iterable[Iterable[Cell | Linked]]] = {
        "Table": _short(table),
        "Words": _words(table, base),
        "Columns": [
            ("cell", "most common", "contracts that state it", "unknown"),
            *((str(one.name), one.usual, one.usual_count, one.unknown) for one in table.columns),
            ("contracts", None, table.contracts, None),
            ("clauses without a topic", None, table.unclear, None),
        ],
    }
    masked = {name: (masked_value(list(row), mask) for row in listed) for name, listed in sheets.items()}
    write_sheets(masked, file)


def cell_address(cell: StatedCell, base: str) -> str:
    """Return the URL of the page on which the words of a cell are marked."""
    span = cell.span
    return base + page_path(span.document, cell.page, (span.reading, span.first, span.last))


def clauses_named(row: StatedRow) -> str:
    """Return the names of the clauses of a contract that are on the topic."""
    return "; ".join(clause_title(text.clause.label, text.clause.heading) or text.clause.eid for text in row.texts)


def _wording(row: StatedRow, table: TopicTable) -> str | None:
    return (DEPARTS if row.departs else "usual") if table.worded_alike else None


def _head(row: StatedRow) -> tuple[Cell, ...]:
    return (*_document(row.description), clauses_named(row))


def _document(one: Description) -> tuple[Cell, ...]:
    return one.title, one.id, one.municipality, "; ".join(one.facet_values()["vendor"]), one.year


def _cells(row: StatedRow, base: str) -> Iterator[Cell]:
    for name in CellName:
        cell = row.cells.get(name)
        if cell is None:
            yield from (UNKNOWN, None, None, None)
        else:
            yield from (cell.found.text, DEPARTS if cell.departs else None, cell.page, cell_address(cell, base))


def _short(table: TopicTable) -> Iterator[tuple[Cell, ...]]:
    yield (*HEAD, "wording", *CellName)
    for row in table.rows:
        cells = (row.cells.get(name) for name in CellName)
        texts = (f"{one.found.text}{' *' if one.departs else ''}" if one else UNKNOWN for one in cells)
        yield (*_head(row), _wording(row, table), *texts)


def _words(table: TopicTable, base: str) -> Iterator[tuple[Cell, ...]]:
    yield ("contract", "document", "clause", "cell", "words", "value", "departs", "page", "address")
    for row in table.rows:
        for name, cell in row.cells.items():
            departs = DEPARTS if cell.departs else None
            found, clause = cell.found, cell.text.clause
            told = (clause.eid, str(name), found.text, found.value, departs, cell.page, cell_address(cell, base))
            yield row.description.title, row.description.id, *told
