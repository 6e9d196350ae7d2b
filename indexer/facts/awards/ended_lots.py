"""Lots of which no contract comes: they were called off, or no bid came that could be accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from indexer.facts.lots import LOT_TITLE, lot_number, marks
from indexer.facts.text import DocumentText, compiled
from indexer.gazetteer import table

NEAR = 70
"""Maximum number of characters between a lot and the words that end its procedure."""

BLOCK = 900
"""Maximum number of characters between the title of a lot and such words below it."""


def called_off(text: DocumentText) -> set[str]:
    """Return the lots that were called off: "obustavlja se postupak za partiju 3", or below its title."""
    return set(_ended(text, "stopped"))


def without_bids(text: DocumentText) -> set[str]:
    """Return the lots for which no bid came that could be accepted: "za partiju 3 nije podneta nijedna ponuda"."""
    return set(_ended(text, "no_bids"))


def _ended(text: DocumentText, words: str) -> Iterator[str]:
    for found in compiled(table("offers")[words]).finditer(text.folded):
        named = _behind(text, found.end()) or _before(text, found.start())
        yield from named or _titled(text, *found.span())


def _behind(text: DocumentText, end: int) -> list[str]:
    """Return the lots named right behind, in the same clause, unless it gives them: "obustava postupka. Ugovori se
    dodeljuju za partije"."""
    mark, named = next(marks(text.folded, end, end + NEAR), (None, []))
    return named if mark and _is_free(text.folded[end : mark.start()], ".;,") else []


def _before(text: DocumentText, start: int) -> list[str]:
    """Return the lots named last before in the sentence ("za Partiju 4, Bogojevo, postupak"), unless what stands
    between gives them ("za Partiju 1 dodeljuje se, a postupak")."""
    *_, (mark, named) = [(None, []), *marks(text.folded, max(0, start - NEAR), start)]
    return named if mark and _is_free(text.folded[mark.end() : start], ".;") else []


def _is_free(between: str, signs: str) -> bool:
    """Return whether no other sentence or clause begins, no figure stands, and nothing is given, between a lot and the
    words that end its procedure."""
    has_sign = any(letter.isdigit() or letter in signs for letter in between)
    return not has_sign and _given().search(between) is None


def _titled(text: DocumentText, start: int, end: int) -> list[str]:
    """Return the lot whose title stands above, if nothing gives it before the next title."""
    titles = list(LOT_TITLE.finditer(text.folded, max(0, start - BLOCK), start))
    following = LOT_TITLE.search(text.folded, end, end + BLOCK)
    until = following.start() if following else end + BLOCK // 3
    return [lot_number(titles[-1])] if titles and not _given().search(text.folded, titles[-1].end(), until) else []


@cache
def _given() -> re.Pattern[str]:
    return compiled(table("award_lines")["given"])
