"""Tables that may span several pages: the words of each cell, with headers that later pages do not repeat."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from archive.model.words import BOX_UNITS, Words
from indexer.facts.firms import end_of
from indexer.facts.lots import LOT_MARK, LOT_TITLE
from indexer.facts.scoring.context import TextSurroundings
from indexer.layout import PageTable

LINED_UP = 0.7
"""Minimum share of columns aligned with the previous table for a table to be its continuation."""

HEAD_ROWS = 4
"""Number of first rows that may be headers, below column numbers."""

NO_HEAD = re.compile(r"(?!)")
"""Matches nothing: no row is a header row by its words."""

_SUM = re.compile(r"\d[.,]\d\d\b")

Cells = dict[int, list[int]]
"""The words of a row by column."""


@dataclass(slots=True)
class TableGrid:
    """A table: folded column headers, rows, and the horizontal extent of each column.

    On flowing pages the extent is the column number. ``page`` is the page of the last row, ``above`` are the header
    rows, ``is_told`` says that they match all patterns asked for.
    """

    heads: dict[int, str]
    reach: dict[int, tuple[float, float]]
    page: int
    above: list[Cells]
    is_told: bool
    rows: list[Cells] = field(default_factory=list)

    def head(self, column: int) -> str:
        """Return the folded header of a column, empty if it has none."""
        return self.heads.get(column, "")


def grids(context: TextSurroundings, heads: Sequence[re.Pattern[str]]) -> Iterator[TableGrid]:
    """Yield the tables of a document; a row that matches all of ``heads`` is a header row."""
    last: TableGrid | None = None
    for page, (start, words, layout) in enumerate(context.layouts()):
        for table in layout.tables:
            found = _grid(context, page, start, words, table, heads)
            into = None if last is None or _is_of_next_lot(context, last, found) else _continued_columns(last, found)
            if last is not None and into is not None:
                last.page = page
                last.rows += [_moved(row, into) for row in (*(() if found.is_told else found.above), *found.rows)]
                continue
            if last is not None:
                yield last
            last = found
    if last is not None:
        yield last


@dataclass(frozen=True, slots=True)
class _Built:
    """What the grids of a table have in common, whatever head is asked for: the folded text of each row and of each
    cell with its columns, the words of rows, and the extent of columns."""

    texts: dict[int, str]
    cells: list[tuple[int, range, str]]
    rows: dict[int, Cells]
    reach: dict[int, tuple[float, float]]


def _built(context: TextSurroundings, start: int, words: Words, table: PageTable) -> _Built:
    key = f"grid {start} {table.cells[0].words[0]}"
    if key not in context.kept:
        bare = context.text.bare
        built = _Built(defaultdict(str), [], defaultdict(dict), {})
        for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column)):
            text = " ".join(bare[start + word] for word in cell.words) + " "
            built.texts[cell.row] += text
            built.cells.append((cell.row, range(cell.column, cell.column + cell.column_span), text))
            built.rows[cell.row].setdefault(cell.column, []).extend(start + word for word in cell.words)
            if cell.column_span == 1:
                left, right = _edges(words, cell.words, cell.column)
                known = built.reach.get(cell.column, (left, right))
                built.reach[cell.column] = (min(left, known[0]), max(right, known[1]))
        context.kept[key] = built
    known_built: _Built = context.kept[key]
    return known_built


def _grid(
    context: TextSurroundings, page: int, start: int, words: Words, table: PageTable, heads: Sequence[re.Pattern[str]]
) -> TableGrid:
    built = _built(context, start, words, table)
    texts, rows = built.texts, built.rows
    told = (
        max((row for row in range(HEAD_ROWS) if all(head.search(texts.get(row, "")) for head in heads)), default=-1) + 1
    )
    first = max(told, next((row for row in range(table.head_rows) if _SUM.search(texts.get(row, ""))), table.head_rows))
    above: dict[int, str] = defaultdict(str)
    for row, columns, text in built.cells:
        if row >= first:
            break
        # The title of a lot that is drawn over all columns is the head of none.
        if len(rows[row]) == 1 and len(columns) > 1 and LOT_MARK.search(text):
            continue
        for column in columns:
            above[column] += text
    in_order = sorted(rows)
    heading = [rows[row] for row in in_order if row < first]
    below = [rows[row] for row in in_order if row >= first]
    return TableGrid(dict(above), built.reach, page, heading, told > 0, below)


def _edges(words: Words, numbers: Sequence[int], column: int) -> tuple[float, float]:
    if not words.boxes:
        return column, column + 1
    lefts, rights = zip(*((words.boxes[4 * word], words.boxes[4 * word + 2]) for word in numbers), strict=True)
    return min(lefts) / BOX_UNITS, max(rights) / BOX_UNITS


def _is_of_next_lot(context: TextSurroundings, last: TableGrid, found: TableGrid) -> bool:
    """Return whether the title of another lot stands between two tables."""
    text = context.text
    end = end_of(text, max(word for cell in last.rows[-1].values() for word in cell)) if last.rows else 0
    first = min(word for cell in [*found.above, *found.rows][0].values() for word in cell)
    return LOT_TITLE.search(text.folded, end, text.starts[first]) is not None


def _continued_columns(last: TableGrid, found: TableGrid) -> dict[int, int] | None:
    """Return the column mapping from a table to the previous one that it continues, None if it is a new table."""
    if found.page > last.page + 1 or not last.reach or not found.reach:
        return None
    if found.is_told and set(found.heads.values()) != set(last.heads.values()):
        return None
    if found.heads and (found.page == last.page or not (found.is_told or last.is_told)):
        return None
    into: dict[int, int] = {}
    below = 0
    for column, (left, right) in found.reach.items():
        gaps = {other: max(low - right, left - high, 0.0) for other, (low, high) in last.reach.items()}
        into[column] = min(gaps, key=lambda other: (gaps[other], abs(sum(last.reach[other]) - left - right)))
        below += gaps[into[column]] == 0
    return into if below >= LINED_UP * len(into) and len(set(into.values())) >= LINED_UP * len(into) else None


def _moved(row: Cells, into: dict[int, int]) -> Cells:
    moved: Cells = {}
    for column, words in row.items():
        moved.setdefault(into.get(column, column), []).extend(words)
    return moved
