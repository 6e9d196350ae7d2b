"""Which lines of a table are one row: those between which a cell goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from archive.model.words import Break, Words
from indexer.layout.geometry import LinePart
from indexer.layout.regions import Region

_CORE = 0.3
"""Half of the height, in ems, in which the words of a band overlap."""


@dataclass(frozen=True, slots=True)
class CellLine:
    """What of a line stands in one cell, or in several that are one: its words, its first and last column, and where
    it is."""

    words: list[int]
    column: int
    last_column: int
    x0: float
    x1: float
    y: float

    @property
    def columns(self) -> range:
        """Its columns."""
        return range(self.column, self.last_column + 1)


Band = list[CellLine]


def cell_lines_of(region: Region, x0: Sequence[float], x1: Sequence[float]) -> list[CellLine]:
    """The lines of a table, parted at its columns."""
    return [cell for line in region.lines for part in line for cell in _split(part, region.gutters, len(line), x0, x1)]


def _split(
    part: LinePart, gutters: Sequence[float], parts: int, x0: Sequence[float], x1: Sequence[float]
) -> Iterator[CellLine]:
    """Part what is in several columns, where no word stands in the gutter. What is alone on its line stays whole."""
    inside = [gutter for gutter in gutters if part.x0 < gutter < part.x1] if parts > 1 else []
    runs = [[part.words[0]]]
    for left, right in pairwise(part.words):
        if any(x1[left] <= gutter <= x0[right] for gutter in inside):
            runs.append([])
        runs[-1].append(right)
    for run in runs:
        first, last = ((x0[word] + x1[word]) / 2 for word in (run[0], run[-1]))
        column, last_column = (sum(gutter < middle for gutter in gutters) for middle in (first, last))
        yield CellLine(run, column, last_column, x0[run[0]], max(x1[word] for word in run), part.y)


def rows_of(cells: Sequence[CellLine], words: Words) -> list[Band]:
    """The rows of a table, from the top; ``cells`` holds all of its lines."""
    bands = _bands(cells)
    rows = [list(bands[0])]
    for band, ends in zip(bands[1:], _ends(cells, bands, words), strict=True):
        if ends:
            rows.append([])
        rows[-1] += band
    return rows


def _bands(cells: Sequence[CellLine]) -> list[Band]:
    """Lines that no level gap parts, from the top."""
    bands: list[Band] = []
    bottom = -1e9
    for cell in sorted(cells, key=lambda cell: cell.y):
        if cell.y - _CORE > bottom:
            bands.append([])
        bands[-1].append(cell)
        bottom = cell.y + _CORE
    return bands


_EVERYWHERE = 0.8
"""Where words are numbered against the order of so many bands, they are numbered by columns, which tells no rows."""

_MANY = 4


def _ends(cells: Sequence[CellLine], bands: Sequence[Band], words: Words) -> list[bool]:
    """Whether a row ends between each band and the next."""
    pitch = _pitch(cells)
    rights: dict[int, float] = {}
    for cell in cells:
        rights[cell.last_column] = max(rights.get(cell.last_column, 0.0), cell.x1)
    numbers = number_columns(cells, words)
    first = min(cell.column for cell in cells)
    columns = max(cell.last_column for cell in cells) + 1
    backward = [
        max(cell.words[-1] for cell in above) > min(cell.words[0] for cell in below) for above, below in pairwise(bands)
    ]
    by_columns = len(backward) >= _MANY and sum(backward) > _EVERYWHERE * len(backward)
    return [
        _Joint(above, below, words, rights, numbers).odds(pitch, first, columns, by_columns, is_backward) > 0
        for (above, below), is_backward in zip(pairwise(bands), backward, strict=True)
    ]


def _pitch(cells: Sequence[CellLine]) -> float:
    """The distance of lines within a cell, in ems."""
    last: dict[int, float] = {}
    steps = []
    for cell in sorted(cells, key=lambda cell: cell.y):
        if cell.y - last.get(cell.column, cell.y) > 0.5:
            steps.append(cell.y - last[cell.column])
        last[cell.column] = cell.y
    steps.sort()
    return min(max(steps[len(steps) // 8] if steps else 1.2, 1.0), 1.6)


_NUMBER = re.compile(r"[^\w]*\d[\d.,:/%\s-]*(?:[^\W\d]{1,4}\W{0,3})?")


def is_number(cell: CellLine, words: Words) -> bool:
    """Whether a line is a number, perhaps with a unit."""
    text = words.texts[cell.words[0]]
    if len(cell.words) > 1:
        text = " ".join(words.texts[word] for word in cell.words)
    return _NUMBER.fullmatch(text) is not None


def number_columns(cells: Sequence[CellLine], words: Words) -> set[int]:
    """The columns that hold numbers."""
    counts: dict[int, list[int]] = {}
    for cell in cells:
        if cell.column == cell.last_column:
            count = counts.setdefault(cell.column, [0, 0])
            count[0] += 1
            count[1] += is_number(cell, words)
    return {column for column, (lines, numbers) in counts.items() if numbers >= max(2, 0.6 * lines)}


@dataclass(frozen=True, slots=True)
class _Joint:
    """A band and the one below it."""

    above: Band
    below: Band
    words: Words
    rights: dict[int, float]
    numbers: set[int]

    def odds(self, pitch: float, first: int, columns: int, by_columns: bool, is_backward: bool) -> float:
        """The logarithm of the odds that a row ends here.

        The weights are those of a logistic regression on 665 joints of tables marked by hand
        (docs/measurements.md, "Structure of a page").
        """
        over = {column: cell for cell in self.above for column in cell.columns}
        under = {column: cell for cell in reversed(self.below) for column in cell.columns}
        common = [(over[column], under[column]) for column in over if column in under]
        steps = [lower.y - upper.y for upper, lower in common]
        step = min(steps) if steps else self.below[0].y - max(cell.y for cell in self.above)
        goes_on = {self.words.breaks[lower.words[0]] for upper, lower in common if upper.words[-1] + 1 == lower.words[0]}
        clash = sum(
            upper.column in self.numbers and is_number(upper, self.words) and is_number(lower, self.words)
            for upper, lower in common
        )
        return (
            BIAS
            + 1.94 * min(step / pitch - 1, 3)
            + 1.72 * min(step / 1.2, 4)
            - (1.31 if by_columns else 3.4) * is_backward
            - 2.21 * bool(goes_on - {Break.BLOCK})
            - 0.73 * (Break.BLOCK in goes_on)
            + 0.86 * len(self.above) / columns
            + 1.24 * (first in under)
            - 2.59 * self._small(over)
            + self._room(common)
            + 0.73 * min(clash, 2)
        )

    def _small(self, over: dict[int, CellLine]) -> float:
        """The share of the lines below that begin with a small letter, of those with a line above."""
        texts = [self.words.texts[cell.words[0]] for cell in self.below if cell.column in over]
        return sum(_begins_small(text) for text in texts) / len(texts) if texts else 0.0

    def _room(self, common: Sequence[tuple[CellLine, CellLine]]) -> float:
        """How often the first word below would have had room in the line above."""
        room = [
            self.rights[upper.column] - upper.x1 > len(self.words.texts[lower.words[0]]) + 1.5
            for upper, lower in common
            if upper.last_column == upper.column == lower.column and upper.column in self.rights
        ]
        return 1.39 * sum(room) / len(room) if room else -0.37


BIAS = -1.51


def _begins_small(text: str) -> bool:
    return next((letter for letter in text if letter.isalnum()), "A").islower()
