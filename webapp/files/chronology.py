"""A chronology as a file: CSV, a workbook, a Word document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

from archive.chronology.entries import Chronology, ChronologyEntry
from archive.search.spreadsheets import Cell, csv_row, write_table

COLUMNS = ("date", "precision", "said", "who", "what", "sentence", "title", "page", "document", "permalink")
_WIDTHS = (12, 10, 24, 28, 40, 80, 40, 6, 14, 60)


def chronology_csv(told: Chronology, base: str) -> Iterator[str]:
    """Yield the lines of a CSV file."""
    yield csv_row(COLUMNS)
    for cells in _rows(told.entries, base):
        yield csv_row(cells)


def write_chronology(told: Chronology, base: str, file: IO[bytes]) -> None:
    """Write a workbook."""
    write_table("Chronology", COLUMNS, _WIDTHS, _rows(told.entries, base), file)


def _rows(entries: Iterable[ChronologyEntry], base: str) -> Iterator[tuple[Cell, ...]]:
    for one in entries:
        where = one.title, one.page, one.document, base + one.permalink
        yield one.date, str(one.precision), one.said, one.who, one.what, one.sentence, *where
