"""Classify the words of a page by zone: letterhead, title, body, table, closing block or margin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from archive.model.words import BOX_UNITS, Words
from indexer.layout.geometry import LinePart
from indexer.layout.structure import BODY, CLOSING, LETTERHEAD, MARGIN, TABLE, TITLE

_LONG_WORDS, _LONG = 6, 0.7
"""A line of text has at least this many words, and this share of the maximum width."""

_CENTRED, _INDENT = 0.06, 0.1
"""Maximum offset of a centred line from the middle, and its minimum indent, as shares of the width."""

_CAPITALS, _LETTERS = 0.8, 4
"""Minimum share of capitals in a title, and its minimum number of letters."""

_TITLE_STEP = 2.2
"""Maximum distance in ems to a centred line that continues a title."""

_LETTERHEAD = 0.35
"""Maximum extent of a letterhead as a share of the page height."""

_EDGE_STEP, _EDGE_WORDS, _EDGE = 1.6, 12, 0.07
"""Minimum distance of margin text from the rest in ems, maximum words, and maximum distance from the edge."""

_LOW, _CLOSING_LINES = 0.25, 16
"""A closing block begins below this share of the page height, and has at most this number of lines."""

_ROW_STEP = 1.4
_SIGNED = re.compile(
    r"(?:M\.?\s?P\.?|М\.?\s?П\.?)$|(?:predsedni|direktor|načelni|gradonačelni|potpis|odgovorno lice|председни|директор"
    r"|начелни|градоначелни|потпис|одговорно лице|mayor|signature)",
    re.IGNORECASE,
)
_DATED = re.compile(r"\b\d{1,2}\. ?(?:\d{1,2}\.|[^\W\d]{3,10}) ?\d{4}\b")


def zones_of(words: Words, lines: Sequence[Sequence[LinePart]], taken: set[int]) -> list[str]:
    """Return the zone of each word; ``lines`` are those of a page with boxes, ``taken`` the words in tables."""
    zones = [TABLE if word in taken else BODY for word in range(len(words))]
    free = [line for line in lines if not all(part.words[0] in taken for part in line)]
    if not free:
        return zones
    for line, zone in zip(free, _zones(words, free), strict=True):
        for part in line:
            for word in part.words:
                zones[word] = zone if word not in taken else TABLE
    return zones


def _zones(words: Words, lines: Sequence[Sequence[LinePart]]) -> list[str]:
    left = min(line[0].x0 for line in lines)
    width = max(1.0, max(line[-1].x1 for line in lines) - left)
    counts = [sum(len(part.words) for part in line) for line in lines]
    reaches = [(line[-1].x1 - line[0].x0) / width for line in lines]
    margins = _margins(words, lines, counts)
    text = [
        place
        for place, line in enumerate(lines)
        if place not in margins and counts[place] >= _LONG_WORDS and reaches[place] >= _LONG and len(line) == 1
    ]
    first, last = (text[0], text[-1]) if text else (len(lines), -1)
    titles = _titles(words, lines, left, width, set(text))
    low = (at for at, line in enumerate(lines) if words.boxes[4 * line[0].words[0] + 1] > _LETTERHEAD * BOX_UNITS)
    top = min([first, *titles, next(low, len(lines))])
    closing = _closing(words, lines, last, left, width)
    return [
        MARGIN
        if place in margins
        else TITLE
        if place in titles
        else LETTERHEAD
        if place < top
        else CLOSING
        if place >= closing
        else BODY
        for place in range(len(lines))
    ]


def _margins(words: Words, lines: Sequence[Sequence[LinePart]], counts: Sequence[int]) -> set[int]:
    """Return the first and last lines that are set apart at the edge of the page."""
    found: set[int] = set()
    places = range(len(lines))
    for order in (places, places[::-1]):
        for here, after in [*pairwise(order)][:2]:
            y = words.boxes[4 * lines[here][0].words[0] + 1] / BOX_UNITS
            if counts[here] > _EDGE_WORDS or _EDGE < y < 1 - _EDGE:
                break
            if abs(lines[after][0].y - lines[here][0].y) > _EDGE_STEP:
                found |= set(order[: order.index(here) + 1])
    return found


def _titles(words: Words, lines: Sequence[Sequence[LinePart]], left: float, width: float, text: set[int]) -> set[int]:
    """Return centred lines in capitals, and those that continue them."""

    def is_centred(place: int) -> bool:
        line = lines[place]
        middle = (line[0].x0 + line[-1].x1) / 2 - left
        return line[0].x0 - left > _INDENT * width and abs(middle / width - 0.5) < _CENTRED and place not in text

    found: set[int] = set()
    for place, line in enumerate(lines):
        if not is_centred(place):
            continue
        letters = "".join(filter(str.isalpha, "".join(words.texts[word] for part in line for word in part.words)))
        is_capital = len(letters) >= _LETTERS and sum(map(str.isupper, letters)) >= _CAPITALS * len(letters)
        goes_on = place - 1 in found and line[0].y - lines[place - 1][0].y < _TITLE_STEP
        if is_capital or (goes_on and len(letters) >= _LETTERS):
            found.add(place)
    return found


def _closing(words: Words, lines: Sequence[Sequence[LinePart]], last: int, left: float, width: float) -> int:
    """Return the first line of the closing block, or the number of lines if there is none.

    It follows the ``last`` line of text and the end of its paragraph, and is signed, dated or set to the right.
    """
    start = last + 1
    while start < len(lines) and last >= 0 and lines[start][0].y - lines[start - 1][0].y < _ROW_STEP:
        if lines[start][0].x0 - left > _INDENT * width:
            break
        start += 1
    rest = lines[start:]
    if not rest or len(rest) > _CLOSING_LINES or words.boxes[4 * rest[0][0].words[0] + 1] < _LOW * BOX_UNITS:
        return len(lines)
    told = [" ".join(words.texts[word] for part in line for word in part.words) for line in rest]
    signed = any(_SIGNED.search(one) or _DATED.search(one) for one in told)
    to_the_right = any(part.x0 - left > 0.5 * width for line in rest for part in line)
    return start if signed or (to_the_right and last >= 0) else len(lines)
