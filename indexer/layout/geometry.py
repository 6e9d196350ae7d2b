"""The geometry of the words of a page: rotated upright, deskewed, in units of letters and ems.

A page does not state its size, and type sizes vary. So x is measured in letter widths and y in ems (type size), each
the typical one of the page.
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
"""Minimum length of a word whose shape shows its direction."""

_OCR_HEIGHT, _LAYER_HEIGHT = 0.7, 1.2
"""Height of a box in ems: OCR boxes enclose the ink, those of a text layer the font height."""

_OCR_WIDE, _LAYER_WIDE = 1.7, 2.25
"""Ratio of box height to letter width, as fractions of the page, above which the page is in landscape."""

_SLOPES = 20
"""Minimum number of steps between words from which the skew is estimated."""

_TURNED = 1.5
"""A word this many times higher than wide, in ems, is vertical."""


_DIRT = re.compile(r"[|¦\[\]{}!_'`´‘’\".,;:~·•°^]+")
_BAR_LETTERS, _BAR_HEIGHT = 2, 1.6
"""Noise: such characters, or words of so few letters that are this high in ems (rulings)."""


@dataclass(frozen=True, slots=True)
class PlacedWords:
    """The words of a page, rotated so that most run from left to right.

    ``x0`` to ``y1`` are the edges in letters and ems; ``turned`` marks words rotated against the others, ``dirt``
    rulings and noise that OCR took for words.
    """

    x0: Numbers
    y0: Numbers
    x1: Numbers
    y1: Numbers
    turned: NDArray[np.bool_]
    dirt: NDArray[np.bool_]

    @property
    def middles(self) -> Numbers:
        """The vertical centre of each word."""
        return (self.y0 + self.y1) / 2


def placed(words: Words) -> PlacedWords:
    """Return the geometry of the words of a page with boxes."""
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
    """Return the median like ``numpy.median``, which takes 0.1 s of CPU time per process to import masked arrays."""
    ordered = np.sort(values)
    count = len(ordered)
    return float((ordered[(count - 1) // 2] + ordered[count // 2]) / 2)


def _upright(edges: Numbers, lengths: Numbers, follows: NDArray[np.bool_]) -> tuple[Numbers, ...]:
    """Return the edges of words, rotated with the page if most words are vertical."""
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
    """Return the slope of the lines: units of y per unit of x."""
    right = follows & (x0[1:] > x1[:-1])
    if np.count_nonzero(right) < _SLOPES:
        return 0.0
    return median((y1[1:] - y1[:-1])[right] / (x1[1:] - x1[:-1])[right])


@dataclass(frozen=True, slots=True)
class LinePart:
    """A part of a line without wide gaps: its word numbers from left to right, and its position."""

    words: list[int]
    x0: float
    x1: float
    y: float


_SAME_LINE = 0.35
"""Maximum vertical distance of words on one line in ems."""

_WIDE, _TIMES_USUAL = 1.3, 2.4
"""A gap splits a line if it has this many letters, and this many times the usual space."""

_MOST_USUAL = 0.8

_SPACED_WORDS, _SPACED_OUT = 5, 4.0
"""A justified line has more words than this, with usual gaps of fewer letters than this."""

_BULLET = re.compile(r"[-–—•·▪■●◦*➢✓]")
"""What begins an item of a list: no column of its own."""

_NARROW = 0.55
"""Minimum gap that splits a line between words that are not consecutive in the text."""


def lines_of(sheet: PlacedWords, words: Words) -> list[list[LinePart]]:
    """Return the lines of a page from top to bottom, split at wide gaps, without rotated words and noise."""
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
    """Return a line with its parts; most lines have no wide gap."""
    gaps = [x0[right] - x1[left] for left, right in pairwise(row)]
    parts, follows = [row], range(row[0], row[-1] + 1)
    is_run = row == list(follows) and not any(words.breaks[follows.start + 1 : follows.stop])
    if gaps and max(gaps) > (wide if is_run else _NARROW):
        parts = _parted(row, gaps, words.breaks, max(wide, _justified(row, gaps, words.texts)))
        if len(parts) == 2 and len(parts[0]) == 1 and _BULLET.fullmatch(words.texts[row[0]]):
            parts = [row]
    return [
        LinePart(part, x0[part[0]], max(map(x1.__getitem__, part)), sum(map(y.__getitem__, part)) / len(part))
        for part in parts
    ]


def _justified(row: list[int], gaps: list[float], texts: Sequence[str]) -> float:
    """Return the minimum gap that splits a justified line; 0 for any other line."""
    if len(row) <= _SPACED_WORDS or sum(texts[word].isalpha() for word in row) < len(row) / 2:
        return 0.0
    usual = sorted(gaps)[len(gaps) // 3]
    return 1.5 * usual if usual < _SPACED_OUT else 0.0


def _usual_space(rows: list[list[int]], x0: list[float], x1: list[float]) -> float:
    """Return the usual space between words, not that between columns, which tables have in equal number."""
    spaces = [x0[b] - x1[a] for row in rows for a, b in pairwise(row) if b == a + 1]
    return min(_MOST_USUAL, sorted(spaces)[len(spaces) // 3]) if spaces else 0.5


def _parted(row: list[int], gaps: list[float], breaks: bytes, wide: float) -> list[list[int]]:
    parts: list[list[int]] = [[row[0]]]
    for (left, right), gap in zip(pairwise(row), gaps, strict=True):
        if gap > wide or (gap > _NARROW and (right != left + 1 or breaks[right])):
            parts.append([])
        parts[-1].append(right)
    return parts
