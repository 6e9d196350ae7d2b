"""Tables of a page with boxes: rows, columns, header and cells; of one without, from the marks of its file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from archive.model.words import CellMark, CellStep, Words
from indexer.layout.geometry import LinePart, PlacedWords
from indexer.layout.heads import head_cells, head_rows_of, heads_of
from indexer.layout.regions import Region, regions_of
from indexer.layout.rows import Band, CellLine, cell_lines_of, reads_as_number, rows_of
from indexer.layout.structure import PageTable, TableCell

_MARK = 4
"""Maximum length of a number or dash that begins a list item."""

_WORDY = 8
"""Average number of words per cell line from which columns are text columns, not a table."""


def tables_of(words: Words, sheet: PlacedWords, lines: Sequence[Sequence[LinePart]]) -> Iterator[PageTable]:
    """Yield the tables of a page from top to bottom; ``lines`` are all lines of the ``sheet``."""
    x0, x1 = sheet.x0.tolist(), sheet.x1.tolist()
    turned = set(sheet.turned.nonzero()[0].tolist())
    for region in regions_of(lines, words.texts, x0, x1):
        cells = cell_lines_of(region, words, x0, x1)
        rows = rows_of(cells, words)
        if _is_table(rows, cells, words):
            table = _table(rows, region, words, sheet, turned)
            turned -= {word for cell in table.cells for word in cell.words}
            yield table


def _is_table(rows: Sequence[Band], cells: Sequence[CellLine], words: Words) -> bool:
    """Return whether a region with columns is a table, not a list or text in columns."""
    columns = {cell.column for cell in cells}
    if len(rows) < 2 or len(columns) < 2 or (len(columns) == 2 and len(rows) < 3):
        return False
    if len(columns) == 2:
        first = [cell for cell in cells if cell.column == min(columns)]
        if all(len(cell.words) == 1 and len(words.texts[cell.words[0]]) <= _MARK for cell in first):
            return False
    return sum(len(cell.words) for cell in cells) < _WORDY * len(cells)


def _table(rows: list[Band], region: Region, words: Words, sheet: PlacedWords, turned: set[int]) -> PageTable:
    columns = len(region.gutters) + 1
    count = head_rows_of(rows, words)
    heads = heads_of(rows[:count], words, columns)
    rows = [*heads.rows, *rows[count:]]
    count = len(heads.rows)
    number, columns = _numbered(rows, count, columns)
    body = (cell for place, row in enumerate(rows[count:], start=count) for cell in _row_cells(place, row, number))
    table = PageTable(len(rows), columns, count, (*head_cells(heads, number), *body))
    return _with_turned(table, rows, region, number, sheet, turned)


def _row_cells(place: int, row: Band, number: Sequence[int]) -> Iterator[TableCell]:
    """Yield the cells of a body row."""
    lines: dict[int, Band] = defaultdict(list)
    for line in sorted(row, key=lambda line: (line.y, line.x0)):
        lines[number[line.column]].append(line)
    for column, own in sorted(lines.items()):
        span = max(number[line.last_column] for line in own) - column + 1
        yield TableCell(place, column, 1, span, tuple(word for line in own for word in line.words))


def _numbered(rows: Sequence[Band], heads: int, columns: int) -> tuple[list[int], int]:
    """Return the index of each column, and their number.

    A column with only a header is merged with a neighbour that has none: the header is aligned left, its numbers right.
    """
    above: list[list[CellLine]] = [[] for _ in range(columns)]
    below = [0] * columns
    for place, row in enumerate(rows):
        for line in row:
            if line.column == line.last_column:
                if place < heads:
                    above[line.column].append(line)
                else:
                    below[line.column] += 1
    numbers = [0]
    for left in range(columns - 1):
        right = left + 1
        bare = [(above[left], above[right]), (above[right], above[left])][below[left] > below[right]]
        is_split = (
            min(below[left], below[right]) == 0
            and bool(bare[0])
            and all(any(abs(other.y - line.y) < 0.1 and _touches(line, other) for other in bare[0]) for line in bare[1])
        )
        numbers.append(numbers[-1] + (not is_split))
        if is_split:
            above[right], below[right] = [*above[left], *above[right]], below[left] + below[right]
    return numbers, numbers[-1] + 1


def _touches(line: CellLine, other: CellLine) -> bool:
    return line.words[-1] + 1 == other.words[0] or other.words[-1] + 1 == line.words[0]


def _with_turned(
    table: PageTable, rows: Sequence[Band], region: Region, number: Sequence[int], sheet: PlacedWords, turned: set[int]
) -> PageTable:
    """Return the table with the rotated words inside it added, each to the nearest row."""
    left = min(line.x0 for row in rows for line in row)
    right = max(line.x1 for row in rows for line in row)
    spans = [(min(line.y for line in row), max(line.y for line in row)) for row in rows]
    added: dict[tuple[int, int], list[int]] = defaultdict(list)
    for word in sorted(turned):
        x, y0, y1 = (sheet.x0[word] + sheet.x1[word]) / 2, float(sheet.y0[word]), float(sheet.y1[word])
        if left <= x <= right and y1 >= spans[0][0] - 1 and y0 <= spans[-1][1] + 1:
            middle = (y0 + y1) / 2
            row = min(range(len(rows)), key=lambda row: max(spans[row][0] - middle, middle - spans[row][1]))
            added[row, number[sum(gutter < x for gutter in region.gutters)]].append(word)
    if not added:
        return table
    cells = []
    for cell in table.cells:
        more = added.pop((cell.row, cell.column), [])
        cells.append(TableCell(cell.row, cell.column, cell.row_span, cell.column_span, (*cell.words, *more)))
    cells += [TableCell(row, column, 1, 1, tuple(words)) for (row, column), words in added.items()]
    return PageTable(table.rows, table.columns, table.head_rows, tuple(cells))


_LEAST_TOLD = 2
"""A table with fewer rows or columns is a frame around text."""


def told_tables_of(words: Words) -> Iterator[PageTable]:
    """Yield the tables of a page from top to bottom."""
    cells: list[TableCell] = []
    starts = [at for at, number in enumerate(words.cells) if number]
    for first, end in pairwise([*starts, len(words)]):
        mark = CellMark.of(words.cells[first])
        if mark.step in (CellStep.TEXT, CellStep.TABLE):
            yield from _told_table(cells, words)
            cells = []
        if mark.step != CellStep.TEXT:
            row = cells[-1].row + (mark.step == CellStep.ROW) if cells else 0
            cells.append(TableCell(row, mark.column, 1, max(mark.span, 1), tuple(range(first, end))))
    yield from _told_table(cells, words)


def _told_table(cells: Sequence[TableCell], words: Words) -> Iterator[PageTable]:
    if not cells or cells[-1].row + 1 < _LEAST_TOLD or len({cell.column for cell in cells}) < _LEAST_TOLD:
        return
    rows = cells[-1].row + 1
    columns = max(cell.column + cell.column_span for cell in cells)
    yield PageTable(rows, columns, _told_head_rows(cells, rows, words), tuple(cells))


def _told_head_rows(cells: Sequence[TableCell], rows: int, words: Words) -> int:
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
