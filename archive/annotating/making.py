"""Make annotations as requested: find their target in the newest reading of a document."""

from __future__ import annotations

import math
from dataclasses import dataclass

from archive.errors import UsageError
from archive.facts.evidence import numbered, quoted
from archive.model import Box, Document, Span
from archive.model.annotations import Target
from archive.store.catalog import Catalog
from archive.text.anchoring import passage_of

MOST_WORDS = 2000
"""Words that one note may be on: some four printed pages."""


@dataclass(frozen=True, slots=True)
class AnnotationTarget:
    """The target of an annotation: ``words`` by number (``120-123``), a ``quote`` on one ``page`` or anywhere, or a
    ``box`` of a page (``x0,y0,x1,y1``, shares of its width and height)."""

    words: str | None = None
    quote: str | None = None
    page: int | None = None
    box: str | None = None


def target_of(catalog: Catalog, document: Document, asked: AnnotationTarget) -> Target:
    """The target that is asked for.

    :raises UsageError: there is none, more than one, or it is not there.
    """
    ways = [way for way in (asked.words, asked.quote, asked.box) if way is not None]
    if len(ways) != 1 or (asked.words is not None and asked.page is not None):
        raise UsageError(
            "Say in one way what the note is on.", "Give --words, --quote with --page or not, or --box with --page."
        )
    if asked.box is not None:
        return _box_target(catalog, document, asked.page, asked.box)
    if asked.words is not None:
        span = numbered(catalog, document, asked.words)
    else:
        assert asked.quote is not None
        span = quoted(catalog, document, asked.quote, asked.page)
    return _word_target(catalog, document, span)


def _word_target(catalog: Catalog, document: Document, span: Span) -> Target:
    count = span.last - span.first + 1
    if count > MOST_WORDS:
        raise UsageError(
            "A note on %(count)s words is too long; %(most)s are allowed.",
            "Choose fewer words.",
            count=f"{count:,}",
            most=f"{MOST_WORDS:,}",
        )
    reading = catalog.readings.get(document.id, span.reading)
    found = passage_of(reading, span, lambda page: catalog.readings.words(document.id, page, span.reading).texts)
    return Target(document.id, span.reading, found.pages[0], span, None, " ".join(found.quote))


def _box_target(catalog: Catalog, document: Document, number: int | None, text: str) -> Target:
    if number is None:
        raise UsageError("A box stands on a page.", "Name it: --page N")
    reading = catalog.readings.get(document.id)
    if not 1 <= number <= len(reading.pages):
        raise UsageError(
            "%(filename)s has %(count)s pages; there is no page %(number)s.",
            filename=document.filename,
            count=len(reading.pages),
            number=number,
        )
    if reading.pages[number - 1].is_flowing:
        raise UsageError(
            "Page %(number)s of %(filename)s is flowing text and has no picture to mark a box on.",
            "Note it on words: --quote or --words.",
            number=number,
            filename=document.filename,
        )
    return Target(document.id, reading.number, number, None, _box(text), "")


def _box(text: str) -> Box:
    try:
        edges = [float(edge) for edge in text.split(",")]
        x0, y0, x1, y1 = edges
        if not (all(map(math.isfinite, edges)) and x0 < x1 and y0 < y1):
            raise ValueError("it has no area")
        return Box(x0, y0, x1, y1)
    except ValueError as error:
        raise UsageError(
            "%(text)s is no box of a page.",
            "Write left, top, right and bottom as shares of the page between 0 and 1: 0.1,0.75,0.5,0.9",
            text=repr(text[:60]),
        ) from error
