"""What a scanned sheet does to its lines, undone: it lies askew, has dirt beside them, and parts numbers from them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from statistics import median

from archive.model.words import Words
from indexer.clauses.markers import DASHES

LONG = 30000
"""A line of so many units (1/65535 of the page's width) tells where the margins are."""

FEWEST_SLOPES, LEAST_SLOPE = 5, 0.001
"""So many long lines tell how a scan lies askew, and from which slope on that matters."""

A4_SQUARED = 2.0
"""The square of height to width of a sheet: the slopes of its lines and of its margins are shares of both."""

LOW = 0.4
"""A letter or digit is at least so high in terms of the word beside it."""

FEWEST_IN_COLUMN = 3
"""So many lines in a row with nothing but a number may be the numbers of what stands beside them."""

_NUMBER = re.compile(r"\(?\d{1,3}(?:\.\d{1,2})*\S?")
_STOPS = frozenset(".,:;!?")
_QUOTES_AND_BRACKETS = frozenset("\"'“”„»«()[]…_")

Cut = tuple[int, int]
"""The first and last word of a line."""


def middle(boxes: Sequence[int], first: int, last: int) -> int:
    """Return how far down the page the middle of a few words is. Together they have letters that reach up and down."""
    return (min(boxes[4 * first + 1 : 4 * last + 2 : 4]) + max(boxes[4 * first + 3 : 4 * last + 4 : 4])) // 2


def slope_of(page: Words, cuts: Sequence[Cut]) -> float:
    """Return how much the lines of a scan fall to the right: the median of its long lines, 0 where it lay straight.

    A page askew by one degree puts the margins of its last line by 2.5 % of the width from those of its first.
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
    """Return the left (0) or right (2) edge of a word as if the sheet had lain straight."""
    return boxes[4 * word + edge] + (round(A4_SQUARED * slope * boxes[4 * word + 1]) if slope else 0)


def without_dirt(page: Words, first: int, last: int) -> Cut:
    """Return a line of a scan without what OCR read from dirt before and after it: signs, and letters that are far too
    low."""
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
    """Return the lines to the right of numbers that OCR read as a column of their own, each with the line of its
    number.

    A number without a line beside it is dirt; where half have none, the column is that of a table.
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
