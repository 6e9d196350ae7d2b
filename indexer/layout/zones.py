"""Which part of the paper a word stands in: letterhead, title, body, table, closing block or margin."""

from __future__ import annotations

from collections.abc import Sequence

from archive.model.words import Words
from indexer.layout.structure import BODY, CLOSING, LETTERHEAD, MARGIN, TABLE, TITLE

_TOP, _BOTTOM, _EDGE = 0.22, 0.8, 0.04


def zones_of(words: Words, lines: Sequence[range], taken: set[int]) -> list[str]:
    """The zone of each word; the words ``taken`` stand in tables."""
    zones = [BODY] * len(words)
    for line in lines:
        zone = _zone(words, line)
        for word in line:
            zones[word] = TABLE if word in taken else zone
    return zones


def _zone(words: Words, line: range) -> str:
    box = words.box(line.start)
    if box is None:
        return BODY
    if box.y1 < _EDGE or box.y0 > 1 - _EDGE:
        return MARGIN
    text = "".join(words.texts[line.start : line.stop])
    if box.y0 < 0.5 and text.isupper() and sum(map(str.isalpha, text)) >= 5 and box.x0 > 0.2:
        return TITLE
    if box.y0 < _TOP:
        return LETTERHEAD
    return CLOSING if box.y0 > _BOTTOM and len(line) <= 6 else BODY
