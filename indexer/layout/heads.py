"""The header of a table: its number of rows, and cells that span several columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.model.words import Words
from indexer.layout.rows import Band, CellLine, number_columns
from indexer.layout.structure import TableCell

_COUNTED = 3
"""Minimum number of columns in a row that numbers the columns."""


def head_rows_of(rows: Sequence[Band], words: Words) -> int:
    """Return the number of header rows.

    These are the rows before the first with a number in a numeric column, or up to a row that numbers the columns.
    """
    numbers = number_columns([cell for row in rows for cell in row])
    if not numbers:
        return 1
    for place, row in enumerate(rows[:-1]):
        if _numbers_columns(row, words):
            return place + 1
        if any(cell.column in numbers and cell.is_number for cell in row):
            return place
    return 0


def _numbers_columns(row: Band, words: Words) -> bool:
    """Return whether a row numbers the columns (1, 2, 3 ...)."""
    texts = [words.texts[cell.words[0]].strip(".()") for cell in sorted(row, key=lambda cell: cell.x0)]
    if len(texts) < _COUNTED or not all(text.isdecimal() and len(text) <= 2 for text in texts):
        return False
    first = int(texts[0])
    return [int(text) for text in texts] == list(range(first, first + len(texts)))


@dataclass(frozen=True, slots=True)
class Heads:
    """The header rows, and the index of the first of two rows of which the upper spans several columns; -1 without."""

    rows: list[Band]
    upper: int = -1


def heads_of(rows: Sequence[Band], words: Words, columns: int) -> Heads:
    """Return the header of the table; ``rows`` are its lines.

    The lines of one header cell are joined, and cells that span several columns get a row of their own.
    """
    numbering = [row for row in rows if _numbers_columns(row, words)]
    lines = [line for row in rows if not _numbers_columns(row, words) for line in row]
    titles = [line for line in lines if len(line.columns) >= columns > 1]
    plain = [line for line in lines if len(line.columns) < columns]
    over = [line for line in plain if len(line.columns) > 1]
    beneath = [
        line
        for line in plain
        if any(line.column in head.columns and line.last_column in head.columns and line.y > head.y for head in over)
        and line not in over
    ]
    upper = [line for line in plain if line not in beneath]
    found = [row for row in (titles, upper, beneath) if row]
    return Heads([*found, *numbering], found.index(upper) if beneath else -1)


def head_cells(heads: Heads, number: Sequence[int]) -> Iterator[TableCell]:
    """Yield the header cells; one beside a spanning cell takes the height of both rows."""
    lines: dict[tuple[int, int], list[CellLine]] = defaultdict(list)
    spans: dict[tuple[int, int], int] = {}
    for place, row in enumerate(heads.rows):
        for line in sorted(row, key=lambda line: (line.y, line.x0)):
            key = place, number[line.column]
            lines[key].append(line)
            spans[key] = max(spans.get(key, 1), number[line.last_column] - key[1] + 1)
    for (place, column), own in sorted(lines.items()):
        is_tall = place == heads.upper and (place + 1, column) not in lines and spans[place, column] == 1
        words = tuple(word for line in own for word in line.words)
        yield TableCell(place, column, 1 + is_tall, spans[place, column], words)
