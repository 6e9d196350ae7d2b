"""What kind of document is this? Its first heading says so, or nothing does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from archive.model import Fact
from indexer.facts.phrases import any_of, compiled
from indexer.facts.text import DocumentText, Found
from indexer.gazetteer import table

HEAD_PAGES = 2
HEAD_WORDS = 500
"""A heading stands on the first pages; further on, the same words are talk about other documents."""


@dataclass(frozen=True, slots=True)
class _Marker:
    """What the headings of one kind need beside their words."""

    kind: str
    anywhere: bool
    capitals: bool
    needs: re.Pattern[str] | None


@cache
def _markers() -> tuple[re.Pattern[str], tuple[_Marker, ...]]:
    """One expression with a numbered group for each marker, and the markers in the same order."""
    entries = table("kinds")["marker"]
    pattern = re.compile("|".join(f"({any_of(entry['phrases'])})" for entry in entries))
    markers = tuple(
        _Marker(
            kind=entry["kind"],
            anywhere=entry.get("anywhere", False),
            capitals=entry.get("capitals", False),
            needs=compiled(entry["needs"]) if "needs" in entry else None,
        )
        for entry in entries
    )
    return pattern, markers


def find(text: DocumentText) -> list[Fact]:
    """The kind of the document, from the heading that comes first; none where no heading is known."""
    heading = next(headings(text), None)
    if heading is None:
        return []
    kind, found = heading
    confidence = 0.95 if _in_capitals(text, found) else 0.85
    return [text.fact("kind", kind, (found.first, found.last), "kind.heading", confidence)]


def headings(text: DocumentText) -> Iterator[tuple[str, Found]]:
    """Every known heading on the first pages, with the kind it announces, in the order of the text."""
    pattern, markers = _markers()
    end = text.words_of_pages(HEAD_PAGES, HEAD_WORDS)
    for found in text.find(pattern, 0, end):
        marker = markers[(found.match.lastindex or 1) - 1]
        if not _is_heading(text, found, marker):
            continue
        if marker.needs is not None and not any(text.find(marker.needs, 0, end)):
            continue
        yield marker.kind, found


def _is_heading(text: DocumentText, found: Found, marker: _Marker) -> bool:
    """Whether the words stand as a heading: a capital first, at the beginning of a line or all in capitals.

    One word in capitals may be a quotation within a sentence, so everything before it on its line must be in capitals
    too.
    """
    if not text.is_capitalised(found.first):
        return False
    line = text.line_start(found.first)
    if _in_capitals(text, found) and (found.last > found.first or text.quote(line, found.first).isupper()):
        return True
    if marker.capitals:
        return False
    near_start = found.first - line <= 1
    return near_start or (marker.anywhere and _words_are_titled(text, found))


def _in_capitals(text: DocumentText, found: Found) -> bool:
    return text.quote(found.first, found.last).isupper()


def _words_are_titled(text: DocumentText, found: Found) -> bool:
    return all(text.is_capitalised(word) for word in range(found.first, found.last + 1))
