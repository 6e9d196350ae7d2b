"""Correct the effects of scanning on lines: skew, noise at both ends, and numbers read as a separate column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from statistics import median

from archive.model.words import Words
from indexer.clauses.markers import DASHES

LONG = 30000
"""Minimum width of a line that shows the margins, in 1/65535 of the page width."""

FEWEST_SLOPES, LEAST_SLOPE = 5, 0.001
"""Minimum number of long lines from which skew is measured, and the smallest slope that is corrected."""

A4_SQUARED = 2.0
"""Squared aspect ratio of A4: slopes of lines are fractions of width and height, those of margins the inverse."""

LOW = 0.4
"""Minimum height of a letter or digit as a share of the height of the word beside it."""

FEWEST_IN_COLUMN = 3
"""Minimum number of consecutive lines with only a number that may number the lines beside them."""

_NUMBER = re.compile(r"\(?\d{1,3}(?:\.\d{1,2})*\S?")
_STOPS = frozenset(".,:;!?")
_QUOTES_AND_BRACKETS = frozenset("\"'“”„»«()[]…_")

Cut = tuple[int, int]
"""The first and last word of a line."""


def middle(boxes: Sequence[int], first: int, last: int) -> int:
    """Return the vertical centre of a range of words."""
    return (min(boxes[4 * first + 1 : 4 * last + 2 : 4]) + max(boxes[4 * first + 3 : 4 * last + 4 : 4])) // 2


def slope_of(page: Words, cuts: Sequence[Cut]) -> float:
    """Return the slope of the lines of a scan, the median of its long lines; 0 without skew.

    With a skew of one degree the margin of the last line is off by 2.5 % of the width.
    """
    boxes = page.boxes
    slopes = []
    for first, last in cuts:
        if (width := boxes[4 * last] - boxes[4 * first]) > LONG:
            half = (first + last) // 2
            rise = middle(boxes, half + 1, last) - middle(boxes, first, half)
            slopes.append(2 * rise / width)
    slope = median(slopes) if len(slopes) >= FEWEST_SLOPES else 0.0
    return slope if abs(slope) >= LEAST_SLOPE else 0.0


def straight(boxes: Sequence[int], word: int, slope: float, edge: int) -> int:
    """Return the left (0) or right (2) edge of a word, corrected for skew."""
    return boxes[4 * word + edge] + (round(A4_SQUARED * slope * boxes[4 * word + 1]) if slope else 0)


def without_dirt(page: Words, first: int, last: int) -> Cut:
    """Return a line of a scan without noise at its ends: punctuation, and letters that are too low."""
    while first < last and _is_dirt(page, first, first + 1):
        first += 1
    while first < last and page.texts[last] not in _STOPS and _is_dirt(page, last, last - 1):
        last -= 1
    return first, last


def _is_dirt(page: Words, place: int, beside: int) -> bool:
    text = page.texts[place]
    if len(text) > 2 or text[0] in DASHES or text[0] in _QUOTES_AND_BRACKETS:
        return False
    height, other = (page.boxes[4 * at + 3] - page.boxes[4 * at + 1] for at in (place, beside))
    return not text[0].isalnum() or height < LOW * other


def in_columns(page: Words, cuts: Sequence[Cut], lefts: Sequence[int], middles: Sequence[int]) -> dict[int, int]:
    """Return a mapping from lines to the line with their number, where OCR read numbers as a separate column.

    A number without a line beside it is noise; if half have none, the column belongs to a table.
    """
    found: dict[int, int] = {}
    bare = [first == last and _NUMBER.fullmatch(page.texts[first]) is not None for first, last in cuts]
    for is_bare, run in groupby(range(len(cuts)), key=bare.__getitem__):
        places = list(run)
        if not is_bare or len(places) < FEWEST_IN_COLUMN:
            continue
        beside: dict[int, int] = {}
        for place in places:
            first = cuts[place][0]
            height = page.boxes[4 * first + 3] - page.boxes[4 * first + 1]
            others = (each for each in range(len(cuts)) if not bare[each] and lefts[each] > lefts[place])
            nearest = min(others, key=lambda each: abs(middles[each] - middles[place]), default=None)
            if nearest is not None and 2 * abs(middles[nearest] - middles[place]) < height:
                beside[nearest] = place
        if 2 * len(beside) > len(places):
            found |= beside
    return found
