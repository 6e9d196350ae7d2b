"""Tables of a page with boxes: their rows and columns, heads and cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.model.words import Words
from indexer.layout.geometry import PlacedWords, lines_of, placed
from indexer.layout.regions import regions_of
from indexer.layout.rows import Band, CellLine, cell_lines_of, is_number, number_columns, rows_of
from indexer.layout.structure import PageTable, TableCell


def tables_of(words: Words) -> tuple[PageTable, ...]:
    """The tables of a page, from the top."""
    sheet = placed(words)
    return tuple(_tables(words, sheet))


def _tables(words: Words, sheet: PlacedWords) -> Iterator[PageTable]:
    x0, x1 = sheet.x0.tolist(), sheet.x1.tolist()
    for region in regions_of(lines_of(sheet, words.breaks), x0, x1):
        cells = cell_lines_of(region, x0, x1)
        rows = rows_of(cells, words)
        if _is_table(rows, cells, words):
            yield _table(rows, len(region.gutters) + 1, head_rows_of(rows, cells, words))


_MARK = 4
_WORDY = 8


def _is_table(rows: Sequence[Band], cells: Sequence[CellLine], words: Words) -> bool:
    """Whether what has columns is a table, and neither a list nor columns of text."""
    columns = {cell.column for cell in cells}
    if len(rows) < 2 or len(columns) < 2 or (len(columns) == 2 and len(rows) < 3):
        return False
    if len(columns) == 2:
        first = [cell for cell in cells if cell.column == min(columns)]
        if all(len(cell.words) == 1 and len(words.texts[cell.words[0]]) <= _MARK for cell in first):
            return False
    return sum(len(cell.words) for cell in cells) < _WORDY * len(cells)


def head_rows_of(rows: Sequence[Band], cells: Sequence[CellLine], words: Words) -> int:
    """How many of the first rows are heads: those before the first that has a number where the table has numbers."""
    numbers = number_columns(cells, words)
    if not numbers:
        return 1
    for place, row in enumerate(rows[:-1]):
        if any(cell.column in numbers and is_number(cell, words) for cell in row):
            texts = [words.texts[cell.words[0]] for cell in sorted(row, key=lambda cell: cell.column)]
            if place and texts == [str(number) for number in range(1, len(texts) + 1)]:
                return place + 1
            return place
    return 0


def _table(rows: Sequence[Band], columns: int, head_rows: int) -> PageTable:
    found: dict[tuple[int, int], tuple[int, list[CellLine]]] = {}
    for place, row in enumerate(rows):
        for line in sorted(row, key=lambda line: (line.y, line.x0)):
            span, lines = found.get((place, line.column), (1, []))
            found[place, line.column] = max(span, len(line.columns)), [*lines, line]
    return PageTable(
        len(rows),
        columns,
        head_rows,
        tuple(
            TableCell(row, column, 1, span, tuple(word for line in lines for word in line.words))
            for (row, column), (span, lines) in sorted(found.items())
        ),
    )
