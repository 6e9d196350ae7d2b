"""Titles of the acts (contracts, decisions ...) in one file, where it holds several or embeds a model contract.

Numbers that restart at 1 below the title of another act begin that act, except inside a schedule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archive.model import ClauseLevel
from archive.model.clauses import to_number
from archive.text.folding import fold
from indexer.clauses.headings import has_several_numbers, is_heading
from indexer.clauses.layout import Paragraph
from indexer.clauses.markers import MarkerStyle, words
from indexer.clauses.units import NumberedClause

PREAMBLE = 40
"""Maximum number of paragraphs between the title of an act and its first article (parties, recitals)."""

TITLE_LINES = 4
"""Maximum number of lines between "donosi", the title of a decision, and its first point."""

MOST_WORDS = 40
"""A longer paragraph is neither a title nor an enacting formula."""

_SPACED = re.compile(r"(?<!\S)\w(?: (?:\w|[ln]j|dž)){3,}(?![^\s:.,])", re.IGNORECASE)

ACT = -1
"""The rank of an act: wider than any part of one."""


def with_acts(paragraphs: Sequence[Paragraph], units: Sequence[NumberedClause]) -> list[NumberedClause]:
    """Return the numbered clauses in order, with the titles of the acts inserted where a file holds several."""
    firsts = list(_firsts(units))
    titles = [_title(paragraphs, *bounds) for bounds in firsts]
    is_one = len(firsts) < 2 or not any(title is not None for title in titles[1:])
    if is_one:
        titles = [title for title in titles[:1] if title is not None and _is_model(paragraphs, title)]
    acts = [NumberedClause(title, ClauseLevel.PART, "", 0.8, ACT) for title in titles if title is not None]
    return sorted([*units, *acts], key=lambda unit: unit.index)


def decided(paragraphs: Sequence[Paragraph]) -> range:
    """Return the range of paragraphs with the ruling of a decision, between "donosi ODLUKU" and the reasons.

    The points of a ruling are numbered from 1. The range is empty where there is none.
    """
    for place, paragraph in enumerate(paragraphs):
        read = _read(paragraph)
        is_named = bool(read) and (read[0].startswith(tuple(words("decisions"))) or read[-1] in words("decisions"))
        if not is_named:
            continue
        above = " ".join(each.text for each in paragraphs[max(0, place - TITLE_LINES) : place + 1]).split()
        if not words("decides") & {fold(word).strip(":") for word in above[-MOST_WORDS:]}:
            continue
        below = paragraphs[place + 1 : place + 2 + TITLE_LINES]
        first = next((each for each in below if each.marker is not None or words("verbs") & set(_read(each))), None)
        marker = first.marker if first is not None else None
        if marker and marker.number in {"1", "i"} and marker.style in {MarkerStyle.NUMBER, MarkerStyle.PART}:
            ends = (at for at in range(place, len(paragraphs)) if words("reasons") & set(_read(paragraphs[at])[:1]))
            return range(place + 1, next(ends, len(paragraphs)))
    return range(0)


def _firsts(units: Sequence[NumberedClause]) -> Iterator[tuple[int, int]]:
    """Yield, for each run of numbers from 1, the index of the clause before it (-1 if none) and of its first clause."""
    before: NumberedClause | None = None
    in_schedule = False
    for unit in units:
        if unit.level is ClauseLevel.SCHEDULE:
            in_schedule = True
        elif unit.level is not ClauseLevel.PART and "." not in unit.number:
            if before is None or (to_number(unit.number.lower()) == 1 and not in_schedule):
                yield (before.index if before else -1), unit.index
            before = unit


def _title(paragraphs: Sequence[Paragraph], before: int, first: int) -> int | None:
    """Return the index of the first line of the last act title between two clauses, None if there is none."""
    places = range(first - 1, max(before, first - PREAMBLE), -1)
    place = next((place for place in places if _is_title(paragraphs[place])), None)
    while place is not None and place - 1 > before and _is_title(paragraphs[place - 1]):
        place -= 1
    return place


def _is_title(paragraph: Paragraph) -> bool:
    """Return whether a paragraph looks like the title of an act; it may be letter-spaced."""
    if paragraph.in_table or (paragraph.marker is not None and paragraph.marker.style is not MarkerStyle.NUMBER):
        return False
    read, names = _read(paragraph), words("acts")
    if not read or has_several_numbers(paragraph.body):
        return False
    is_named = bool(names & {read[0], read[-1]}) or (read[0] in words("drafts") and len(read) > 1)
    return is_named and is_heading(paragraph) and (paragraph.is_centred or _is_large(paragraph.body))


def _read(paragraph: Paragraph) -> list[str]:
    """Return the folded words of a short paragraph, spaced letters joined ("O D L U K U o ..."); [] if it is long."""
    if paragraph.last - paragraph.first > MOST_WORDS:
        return []
    return [
        fold(word).strip(".:,") for word in _SPACED.sub(lambda found: found[0].replace(" ", ""), paragraph.body).split()
    ]


def _is_large(text: str) -> bool:
    """Return whether a text is in capitals or in title case, words of up to 3 letters aside."""
    return text.isupper() or all(word[0].isupper() for word in text.split() if len(word) > 3)


def _is_model(paragraphs: Sequence[Paragraph], title: int) -> bool:
    """Return whether the only contract of a document is a model: it follows other text and is titled as a draft."""
    first = fold(paragraphs[title].body.split()[0])
    return title > PREAMBLE and first in words("drafts")
