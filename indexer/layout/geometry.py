"""The words of a page as they lie before somebody who reads them: upright, level, in units of letters and lines.

A page does not say how wide and high it is, and type comes in all sizes. So x is measured in widths of a letter and y
in sizes of type (an em), each the usual one of the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from archive.model.words import BOX_UNITS, Break, Words

Numbers = NDArray[np.float64]

_LONG = 4
"""Letters from which on a word shows in its shape which way it runs."""

_OCR_HEIGHT, _LAYER_HEIGHT = 0.7, 1.2
"""The height of a box in ems: OCR measures ink, a text layer says how high the font is."""

_OCR_WIDE, _LAYER_WIDE = 1.7, 2.25
"""Heights of a box in widths of a letter, each a share of the page, from which on the page is wider than high."""

_SLOPES = 20
"""Steps from word to word that it takes to tell how a page slopes."""

_TURNED = 1.5
"""A word of several letters that is so many times higher than wide, in ems, runs up or down."""


_DIRT = re.compile(r"[|¦\[\]{}!_'`´‘’\".,;:~·•°^]+")
_BAR_LETTERS, _BAR_HEIGHT = 2, 1.6
"""What OCR makes of rulings and specks: such signs, and words of so few letters that are so many ems high."""


@dataclass(frozen=True, slots=True)
class PlacedWords:
    """The words of a page, held so that most of them run from left to right: edges of each in letters and ems, whether
    it is turned against the others, and whether it is no word but a ruling or dirt that OCR took for one."""

    x0: Numbers
    y0: Numbers
    x1: Numbers
    y1: Numbers
    turned: NDArray[np.bool_]
    dirt: NDArray[np.bool_]

    @property
    def middles(self) -> Numbers:
        """How far down each is."""
        return (self.y0 + self.y1) / 2


def placed(words: Words) -> PlacedWords:
    """Return the words of a page that has boxes."""
    edges = np.array(words.boxes, dtype=np.float64).reshape(-1, 4).T
    lengths = np.fromiter(map(len, words.texts), np.float64, len(words))
    follows = np.frombuffer(words.breaks, np.uint8)[1:] == Break.SPACE
    x0, y0, x1, y1 = _upright(edges, lengths, follows)
    letter = max(1.0, median((x1 - x0) / lengths))
    height = max(1.0, median(y1 - y0))
    is_wide = height / letter > (_OCR_WIDE if words.confidences else _LAYER_WIDE)
    slope = _slope(x0, x1, y1, follows)
    if slope:
        falls = (x0, x1) if slope > 0 else (x1, x0)
        y0, y1 = y0 - slope * falls[0], np.maximum(y1 - slope * falls[1], y0 - slope * falls[0] + height / 2)
        shift = slope * (0.5 if is_wide else 2.0) * (y0 + y1) / 2
        x0, x1 = x0 + shift, x1 + shift
    em = height / (_OCR_HEIGHT if words.confidences else _LAYER_HEIGHT)
    x0, y0, x1, y1 = x0 / letter, y0 / em, x1 / letter, y1 / em
    turned = (lengths >= _LONG) & ((y1 - y0) > _TURNED * (x1 - x0) / 2)
    dirt = np.zeros(len(words), np.bool_)
    if words.confidences:
        dirt = (lengths <= _BAR_LETTERS) & ((y1 - y0) > _BAR_HEIGHT)
        dirt |= np.fromiter((_DIRT.fullmatch(text) is not None for text in words.texts), np.bool_, len(words))
    return PlacedWords(x0, y0, x1, y1, turned, dirt)


def median(values: Numbers) -> float:
    """Return the middle value, or the mean of both: ``numpy.median`` gives the same, and takes 0.1 s of processor time
    in each process to load masked arrays first."""
    ordered = np.sort(values)
    count = len(ordered)
    return float((ordered[(count - 1) // 2] + ordered[count // 2]) / 2)


def _upright(edges: Numbers, lengths: Numbers, follows: NDArray[np.bool_]) -> tuple[Numbers, ...]:
    """Return the edges of words, turned with the page if most words run up or down on it."""
    x0, y0, x1, y1 = edges
    votes = lengths >= _LONG
    tall = votes & (y1 - y0 > x1 - x0)
    if 2 * np.count_nonzero(tall) <= np.count_nonzero(votes):
        return x0, y0, x1, y1
    goes_up = np.sign(y0[:-1] - y0[1:])[tall[:-1] & follows].sum()
    if goes_up >= 0:
        return BOX_UNITS - y1, x0, BOX_UNITS - y0, x1
    return y0, BOX_UNITS - x1, y1, BOX_UNITS - x0


def _slope(x0: Numbers, x1: Numbers, y1: Numbers, follows: NDArray[np.bool_]) -> float:
    """Return how many units of y a line falls on one of x."""
    right = follows & (x0[1:] > x1[:-1])
    if np.count_nonzero(right) < _SLOPES:
        return 0.0
    return median((y1[1:] - y1[:-1])[right] / (x1[1:] - x1[:-1])[right])


@dataclass(frozen=True, slots=True)
class LinePart:
    """Words on one line with no wide gap between them: their numbers from the left, and where they are."""

    words: list[int]
    x0: float
    x1: float
    y: float


_SAME_LINE = 0.35
"""Words stand on one line if their middles are not further apart than so many ems."""

_WIDE, _TIMES_USUAL = 1.5, 2.4
"""A gap that parts what stands on one line: at least so many letters, and so many times the usual space."""

_MOST_USUAL = 0.8

_SPACED_WORDS, _SPACED_OUT = 5, 4.0
"""More words than this are on a line of text that is spaced out, with usual gaps of less than so many letters."""

_NARROW = 0.55
"""A gap between words that do not follow each other in the text parts them from here on."""


def lines_of(sheet: PlacedWords, words: Words) -> list[list[LinePart]]:
    """Return the lines of a page from the top, right across it, parted at wide gaps. Turned words and dirt are in
    none."""
    middles = sheet.middles
    skipped = sheet.turned | sheet.dirt
    order = [number for number in np.argsort(middles, kind="stable").tolist() if not skipped[number]]
    if not order:
        return []
    x0, x1, y = sheet.x0.tolist(), sheet.x1.tolist(), middles.tolist()
    rows: list[list[int]] = []
    top = -1e9
    for number in order:
        if y[number] - top > _SAME_LINE:
            rows.append([])
            top = y[number]
        rows[-1].append(number)
    for row in rows:
        row.sort(key=x0.__getitem__)
    wide = max(_WIDE, _TIMES_USUAL * _usual_space(rows, x0, x1))
    return [_line(row, x0, x1, y, words, wide) for row in rows]


def _line(
    row: list[int], x0: list[float], x1: list[float], y: list[float], words: Words, wide: float
) -> list[LinePart]:
    """Return a line with its parts. In most lines no gap is wide enough to part anything."""
    gaps = [x0[right] - x1[left] for left, right in pairwise(row)]
    parts, follows = [row], range(row[0], row[-1] + 1)
    is_run = row == list(follows) and not any(words.breaks[follows.start + 1 : follows.stop])
    if gaps and max(gaps) > (wide if is_run else _NARROW):
        parts = _parted(row, gaps, words.breaks, max(wide, _justified(row, gaps, words.texts)))
    return [
        LinePart(part, x0[part[0]], max(map(x1.__getitem__, part)), sum(map(y.__getitem__, part)) / len(part))
        for part in parts
    ]


def _justified(row: list[int], gaps: list[float], texts: Sequence[str]) -> float:
    """Return the gap from which on a line of spaced-out text is parted; 0 for a line that is not one."""
    if len(row) <= _SPACED_WORDS or sum(texts[word].isalpha() for word in row) < len(row) / 2:
        return 0.0
    usual = sorted(gaps)[len(gaps) // 2]
    return 1.5 * usual if usual < _SPACED_OUT else 0.0


def _usual_space(rows: list[list[int]], x0: list[float], x1: list[float]) -> float:
    """Return the space between words, not that between columns, of which a page of tables has as many."""
    spaces = [x0[b] - x1[a] for row in rows for a, b in pairwise(row) if b == a + 1]
    return min(_MOST_USUAL, sorted(spaces)[len(spaces) // 3]) if spaces else 0.5


def _parted(row: list[int], gaps: list[float], breaks: bytes, wide: float) -> list[list[int]]:
    parts: list[list[int]] = [[row[0]]]
    for (left, right), gap in zip(pairwise(row), gaps, strict=True):
        if gap > wide or (gap > _NARROW and (right != left + 1 or breaks[right])):
            parts.append([])
        parts[-1].append(right)
    return parts
