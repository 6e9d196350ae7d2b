"""Tables of pages without boxes, as the file says them (:class:`archive.model.words.CellMark`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from archive.model.words import CellMark, CellStep, Words
from indexer.layout.rows import reads_as_number
from indexer.layout.structure import PageTable, TableCell

_LEAST = 2
"""A table with fewer rows or columns is a frame around text."""


def told_tables_of(words: Words) -> Iterator[PageTable]:
    """Yield the tables of a page, from the top."""
    cells: list[TableCell] = []
    starts = [at for at, number in enumerate(words.cells) if number]
    for first, end in pairwise([*starts, len(words)]):
        mark = CellMark.of(words.cells[first])
        if mark.step in (CellStep.TEXT, CellStep.TABLE):
            yield from _table(cells, words)
            cells = []
        if mark.step != CellStep.TEXT:
            row = cells[-1].row + (mark.step == CellStep.ROW) if cells else 0
            cells.append(TableCell(row, mark.column, 1, max(mark.span, 1), tuple(range(first, end))))
    yield from _table(cells, words)


def _table(cells: Sequence[TableCell], words: Words) -> Iterator[PageTable]:
    if not cells or cells[-1].row + 1 < _LEAST or len({cell.column for cell in cells}) < _LEAST:
        return
    rows = cells[-1].row + 1
    columns = max(cell.column + cell.column_span for cell in cells)
    yield PageTable(rows, columns, _head_rows(cells, rows, words), tuple(cells))


def _head_rows(cells: Sequence[TableCell], rows: int, words: Words) -> int:
    """Return how many of the first rows are heads: those before the first that holds a number below another column's
    words."""
    counts: dict[int, list[int]] = {}
    numeric = {cell for cell in cells if reads_as_number(" ".join(words.texts[word] for word in cell.words))}
    for cell in cells:
        count = counts.setdefault(cell.column, [0, 0])
        count[0] += 1
        count[1] += cell in numeric
    columns = {column for column, (all_cells, numbers) in counts.items() if 2 * numbers > all_cells}
    if not columns:
        return 1
    return min((cell.row for cell in cells if cell in numeric and cell.column in columns), default=min(1, rows - 1))
