"""The words of a page as they lie before somebody who reads them: upright, level, in units of letters and lines.

A page does not say how wide and high it is, and type comes in all sizes. So x is measured in widths of a letter and y
in heights of a word, each the usual one of the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from archive.model.words import Break, Words

_LONG = 4
"""Letters from which on a word shows in its shape which way it runs."""

_SAME_LINE = 0.5
"""Two words stand on one line if their middles are not further apart than so many heights."""

WIDE = 1.7
"""A gap of so many letters parts what stands on one line, and a smaller one does not by itself."""

_NARROW = 0.6


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word in letters from the left and heights of a word from the top, as its reader holds the page."""

    number: int
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def middle(self) -> float:
        """How far down its middle is."""
        return (self.y0 + self.y1) / 2


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words on one line with no wide gap between them."""

    words: tuple[PlacedWord, ...]
    x0: float
    y0: float
    x1: float
    y1: float

    @classmethod
    def of(cls, words: Sequence[PlacedWord]) -> Stretch:
        """The stretch of some words, which are not none."""
        return cls(
            tuple(words),
            words[0].x0,
            min(word.y0 for word in words),
            max(word.x1 for word in words),
            max(word.y1 for word in words),
        )


def placed(words: Words) -> list[PlacedWord]:
    """The words of a page with boxes, turned so that most of them run from left to right, and level."""
    boxes = words.boxes
    corners = [tuple(boxes[at : at + 4]) for at in range(0, len(boxes), 4)]
    turn = _turn(words, corners)
    turned = [_TURNS[turn](*corner) for corner in corners]
    letter = median((x1 - x0) / len(text) for (x0, _, x1, _), text in zip(turned, words.texts, strict=True)) or 1
    height = median(y1 - y0 for _, y0, _, y1 in turned) or 1
    slope = _slope(words, turned)
    return [
        PlacedWord(number, x0 / letter, (y0 - slope * x0) / height, x1 / letter, (y1 - slope * x0) / height)
        for number, (x0, y0, x1, y1) in enumerate(turned)
    ]


_END = 65535
_TURNS = (
    lambda x0, y0, x1, y1: (x0, y0, x1, y1),
    lambda x0, y0, x1, y1: (_END - y1, x0, _END - y0, x1),
    lambda x0, y0, x1, y1: (y0, _END - x1, y1, _END - x0),
)
"""How to turn a box of a page that is read as it is, from the bottom to the top, and from the top to the bottom."""


def _turn(words: Words, corners: Sequence[tuple[int, ...]]) -> int:
    """Which of :data:`_TURNS` makes a page upright."""
    votes = [number for number, text in enumerate(words.texts) if len(text) >= _LONG and any(map(str.isalpha, text))]
    tall = [
        number for number in votes if corners[number][3] - corners[number][1] > corners[number][2] - corners[number][0]
    ]
    if 2 * len(tall) <= len(votes):
        return 0
    upward = sum(
        1 if corners[number][1] > corners[number + 1][1] else -1
        for number in tall
        if number + 1 < len(corners) and words.breaks[number + 1] == Break.SPACE
    )
    return 1 if upward >= 0 else 2


def _slope(words: Words, corners: Sequence[tuple[int, ...]]) -> float:
    """How many units of y a line falls on one unit of x."""
    steps = [
        (corners[at][3] - corners[at - 1][3]) / (corners[at][2] - corners[at - 1][2])
        for at in range(1, len(corners))
        if words.breaks[at] == Break.SPACE and corners[at][0] > corners[at - 1][2]
    ]
    return median(steps) if len(steps) >= 20 else 0.0


def rows_of(words: Sequence[PlacedWord], breaks: bytes) -> list[list[Stretch]]:
    """The rows of a page from the top: what stands on one line right across it, parted at wide gaps."""
    return [list(_stretches(row, breaks)) for row in _rows(words)]


def _rows(words: Sequence[PlacedWord]) -> Iterator[list[PlacedWord]]:
    row: list[PlacedWord] = []
    top = 0.0
    for word in sorted(words, key=lambda word: word.middle):
        if row and word.middle - top > _SAME_LINE:
            yield sorted(row, key=lambda word: word.x0)
            row = []
        if not row:
            top = word.middle
        row.append(word)
    if row:
        yield sorted(row, key=lambda word: word.x0)


def _stretches(row: Sequence[PlacedWord], breaks: bytes) -> Iterator[Stretch]:
    first = 0
    for at in range(1, len(row)):
        gap = row[at].x0 - row[at - 1].x1
        follows = row[at].number == row[at - 1].number + 1 and breaks[row[at].number] == Break.SPACE
        if gap > WIDE or (not follows and gap > _NARROW):
            yield Stretch.of(row[first:at])
            first = at
    yield Stretch.of(row[first:])
