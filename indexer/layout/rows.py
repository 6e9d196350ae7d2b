"""Join the lines of a table to rows, where a cell continues from one line to the next."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from archive.model.words import Break, Words
from indexer.layout.geometry import LinePart
from indexer.layout.regions import Region

_CORE = 0.3
"""Half of the height, in ems, within which the words of a band overlap."""


@dataclass(frozen=True, slots=True)
class CellLine:
    """A line of a cell, or of a cell that spans columns:

    words, first and last column, position, whether it is a number.
    """

    words: list[int]
    column: int
    last_column: int
    x0: float
    x1: float
    y: float
    is_number: bool

    @property
    def columns(self) -> range:
        """The columns that it spans."""
        return range(self.column, self.last_column + 1)


Band = list[CellLine]


def cell_lines_of(region: Region, words: Words, x0: Sequence[float], x1: Sequence[float]) -> list[CellLine]:
    """Return the lines of a table, split at its gutters."""
    return [
        cell
        for line in region.lines
        for part in line
        for cell in _split(part, region.gutters, len(line), words.texts, x0, x1)
    ]


def _split(
    part: LinePart, gutters: Sequence[float], parts: int, texts: Sequence[str], x0: Sequence[float], x1: Sequence[float]
) -> Iterator[CellLine]:
    """Yield a part of a line split at the gutters without a word in them; a part alone on its line stays whole."""
    runs = [part.words]
    if parts > 1 and len(part.words) > 1 and bisect(gutters, part.x0) < bisect(gutters, part.x1):
        runs = [[part.words[0]]]
        for left, right in pairwise(part.words):
            if bisect(gutters, x1[left]) < bisect(gutters, x0[right]):
                runs.append([])
            runs[-1].append(right)
    for run in runs:
        first, last = (x0[run[0]] + x1[run[0]]) / 2, (x0[run[-1]] + x1[run[-1]]) / 2
        if len(run) == 1:
            first, last = first - (x1[run[0]] - x0[run[0]]) / 4, first + (x1[run[0]] - x0[run[0]]) / 4
        column, last_column = bisect(gutters, first), bisect(gutters, last)
        is_number = reads_as_number(" ".join(map(texts.__getitem__, run)))
        yield CellLine(run, column, last_column, x0[run[0]], max(map(x1.__getitem__, run)), part.y, is_number)


def rows_of(cells: Sequence[CellLine], words: Words) -> list[Band]:
    """Return the rows of a table from top to bottom; ``cells`` are all its cell lines."""
    bands = _bands(cells)
    rows: list[Band] = []
    first = 0
    for end in _row_ends(bands, _odds(cells, bands, words), number_columns(cells)):
        rows.append([cell for band in bands[first:end] for cell in band])
        first = end
    return rows


def _bands(cells: Sequence[CellLine]) -> list[Band]:
    """Return groups of cell lines that overlap vertically, from top to bottom."""
    bands: list[Band] = []
    bottom = -1e9
    for cell in sorted(cells, key=lambda cell: cell.y):
        if cell.y - _CORE > bottom:
            bands.append([])
        bands[-1].append(cell)
        bottom = cell.y + _CORE
    return bands


_EVERYWHERE = 0.8
"""If words run backwards between more than this share of bands, they are ordered by column, not by row."""

_MANY = 4


def _odds(cells: Sequence[CellLine], bands: Sequence[Band], words: Words) -> list[float]:
    """Return the log odds that a row ends between each band and the next."""
    pitch = _pitch(cells)
    rights: dict[int, float] = {}
    for cell in cells:
        rights[cell.last_column] = max(rights.get(cell.last_column, 0.0), cell.x1)
    table = _Columns(min(cell.column for cell in cells), rights, number_columns(cells))
    backward = [
        max(cell.words[-1] for cell in above) > min(cell.words[0] for cell in below) for above, below in pairwise(bands)
    ]
    by_columns = len(backward) >= _MANY and sum(backward) > _EVERYWHERE * len(backward)
    order = _BY_COLUMNS if by_columns else 0.0
    return [
        order
        - (_BACKWARD_BY_COLUMNS if by_columns else _BACKWARD) * is_backward
        + _joint(above, below, words, table, pitch)
        for (above, below), is_backward in zip(pairwise(bands), backward, strict=True)
    ]


_MOST_BANDS = 14
_NO_NUMBER, _TWO_NUMBERS = 0.5, 3.0
"""Penalties in log odds for a row without a number in a numeric column, and for one with two."""


def _row_ends(bands: Sequence[Band], odds: Sequence[float], numbers: set[int]) -> list[int]:
    """Return the ends of rows that maximize the total odds."""
    counts = [
        {column: sum(cell.column == column and cell.is_number for cell in band) for column in numbers} for band in bands
    ]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(bands) + 1):
        tried: list[tuple[float, int]] = []
        total = dict.fromkeys(numbers, 0)
        inside = 0.0
        for start in range(end - 1, max(-1, end - 1 - _MOST_BANDS), -1):
            if start < end - 1:
                inside -= odds[start]
            for column in numbers:
                total[column] += counts[start][column]
            most = max(total.values(), default=1)
            cost = _TWO_NUMBERS * (most - 1) if most else _NO_NUMBER
            tried.append((best[start][0] + inside - cost + (odds[start - 1] if start else 0.0), start))
        best.append(max(tried))
    ends = [len(bands)]
    while best[ends[-1]][1]:
        ends.append(best[ends[-1]][1])
    return ends[::-1]


def _pitch(cells: Sequence[CellLine]) -> float:
    """Return the distance of lines within a cell in ems."""
    last: dict[int, float] = {}
    steps = []
    for cell in sorted(cells, key=lambda cell: cell.y):
        if cell.y - last.get(cell.column, cell.y) > 0.5:
            steps.append(cell.y - last[cell.column])
        last[cell.column] = cell.y
    steps.sort()
    return min(max(steps[len(steps) // 8] if steps else 1.2, 1.0), 1.6)


_NUMBER = re.compile(r"[^\w]*\d[\d.,:/%\s-]*(?:[^\W\d]{1,4}\W{0,3})?")


def reads_as_number(text: str) -> bool:
    """Return whether a text is a number, perhaps with a unit."""
    return _NUMBER.fullmatch(text) is not None


def number_columns(cells: Sequence[CellLine]) -> set[int]:
    """Return the numeric columns."""
    counts: dict[int, list[int]] = {}
    for cell in cells:
        if cell.column == cell.last_column:
            count = counts.setdefault(cell.column, [0, 0])
            count[0] += 1
            count[1] += cell.is_number
    return {column for column, (lines, numbers) in counts.items() if numbers >= max(2, 0.6 * lines)}


@dataclass(frozen=True, slots=True)
class _Columns:
    """The first column of a table, the right edge of each, and which are numeric."""

    first: int
    rights: dict[int, float]
    numbers: set[int]


_BACKWARD, _BACKWARD_BY_COLUMNS, _BY_COLUMNS = 4.07, 1.65, -1.19
"""Weights, like those in :func:`_joint`, of the order of words on the page."""


def _joint(above: Band, below: Band, words: Words, table: _Columns, pitch: float) -> float:
    """Return the log odds that a row ends between two bands.

    The weights come from a logistic regression on tables annotated by hand (docs/measurements.md, "Structure of a
    page"); a step counts half in units of the line pitch and half in units of the type size.
    """
    over = {column: cell for cell in above for column in cell.columns}
    under = {column: cell for cell in reversed(below) for column in cell.columns}
    common = [(over[column], under[column]) for column in over if column in under]
    steps = [lower.y - upper.y for upper, lower in common]
    step = min(steps) if steps else min(cell.y for cell in below) - max(cell.y for cell in above)
    goes_on = {words.breaks[lower.words[0]] for upper, lower in common if upper.words[-1] + 1 == lower.words[0]}
    clash = sum(upper.column in table.numbers and upper.is_number and lower.is_number for upper, lower in common)
    return (
        (-2.74 if words.confidences else -1.03)
        + 2.6 * min(step / pitch - 1, 3)
        + 1.6 * min(step / 1.2, 4)
        - 2.74 * bool(goes_on - {Break.BLOCK})
        - 1.17 * (Break.BLOCK in goes_on)
        + 1.72 * (table.first in under)
        - 2.02 * _small(below, over, words)
        + _fit_weight(common, words, table.rights)
        + 0.41 * min(clash, 2)
        + 0.94 * any(column in table.numbers for column in over)
    )


def _small(below: Band, over: dict[int, CellLine], words: Words) -> float:
    """Return the share of lines that begin in lower case, among those with a line above."""
    texts = [words.texts[cell.words[0]] for cell in below if cell.column in over]
    small = [next((letter for letter in text if letter.isalnum()), "A").islower() for text in texts]
    return sum(small) / len(small) if small else 0.0


def _fit_weight(common: Sequence[tuple[CellLine, CellLine]], words: Words, rights: dict[int, float]) -> float:
    """Return a weight for lines whose first word would have fit on the line above."""
    room = [
        rights[upper.column] - upper.x1 > len(words.texts[lower.words[0]]) + 1.5
        for upper, lower in common
        if upper.last_column == upper.column == lower.column and upper.column in rights
    ]
    return 0.86 * sum(room) / len(room) if room else -0.31
