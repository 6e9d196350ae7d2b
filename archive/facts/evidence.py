"""Evidence of facts: locating it by a quotation, and reading it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from archive.body import body
from archive.errors import Message, UsageError, check_page
from archive.model import Box, Document, Fact, FactStatus, Page, Reading, Span, Words
from archive.serialization import Edges, JsonAnswer, SchemaKeywords, Share, attr, serialize
from archive.store.catalog import Catalog
from archive.text.alignment import places_of

PLACES_NAMED = 5
"""Most pages that are listed for an ambiguous quotation."""

_RANGE = re.compile("([0-9]{1,9})(?:-([0-9]{1,9}))?")


@dataclass(frozen=True, slots=True)
class Evidence:
    """The place and words of a fact's evidence; for a span over several pages, of the first page.

    ``lines`` has a box per line; empty on a flowing page.
    """

    page: Page
    quote: str
    lines: tuple[Box, ...]


def quoted(catalog: Catalog, document: Document, quote: str, page: int | None) -> Span:
    """Find a quotation in the newest reading of a document, on one page or anywhere.

    :raises UsageError: it does not occur there or, unless a page is named, on several pages.
    """
    reading = catalog.readings.get(document.id)
    if page is not None:
        check_page(page, len(reading.pages), document.filename)
    found: dict[int, tuple[int, int]] = {}
    searched: Iterable[tuple[int, Words]] = enumerate(catalog.readings.all_words(document.id, reading.number), start=1)
    if page is not None:
        searched = [(page, catalog.readings.words(document.id, page, reading.number))]
    for at, words in searched:
        if place := next(places_of(quote, words.texts), None):
            found[at] = place
    where = (
        f"{document.filename}"
        if page is None
        else Message("page %(page)s of %(filename)s", page=page, filename=document.filename)
    )
    if not found:
        raise UsageError(
            Message("%(quote)s is not on %(our_where)s.", quote=repr(quote), our_where=where)
            if page
            else Message("%(quote)s is not in %(our_where)s.", quote=repr(quote), our_where=where),
            "Copy it from: dosije show %(id)s --text",
            id=document.id[:12],
        )
    if len(found) > 1:
        named = ", ".join(map(str, list(found)[:PLACES_NAMED]))
        pages = Message("%(names)s and more", names=named) if len(found) > PLACES_NAMED else named
        raise UsageError(
            "%(quote)s is in %(our_where)s on pages %(our_pages)s.",
            "Name one of them: --page N",
            quote=repr(quote),
            our_where=where,
            our_pages=pages,
        )
    ((number, (first, last)),) = found.items()
    start = reading.pages[number - 1].first_word
    return Span(document.id, reading.number, start + first, start + last)


def numbered(catalog: Catalog, document: Document, words: str) -> Span:
    """Parse the span of words by number, ``120-123`` or ``120``, in the newest reading of a document.

    :raises UsageError: there are no such words.
    """
    reading = catalog.readings.get(document.id)
    found = _RANGE.fullmatch(words)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if not first <= last < reading.word_count:
        raise UsageError(
            "%(words)s are not words of %(filename)s.",
            "Write the numbers of the first and the last one, between 0 and %(last)s: 120-123",
            words=repr(words),
            filename=document.filename,
            last=reading.word_count - 1,
        )
    return Span(document.id, reading.number, first, last)


class EvidenceReader:
    """Reads the evidence of facts. Readings and pages are cached; those of spans given beforehand are loaded by a few
    queries."""

    def __init__(self, catalog: Catalog, readings: Iterable[Reading] = ()) -> None:
        """:param readings: readings that are loaded already."""
        self._catalog = catalog
        self._readings = {(reading.document, reading.number): reading for reading in readings}
        self._words: dict[tuple[str, int, int], Words] = {}

    def locate(self, spans: Iterable[Span]) -> None:
        """Prefetch the readings of these spans, for :meth:`page_of`."""
        named = {(span.document, span.reading) for span in spans}
        self._readings |= self._catalog.readings.named(named - self._readings.keys())

    def read(self, spans: Iterable[Span], pages: Iterable[tuple[str, int, int]] = ()) -> None:
        """Prefetch the pages of these spans, for :meth:`of`, and further ``pages``, by document, reading and number."""
        wanted = list(spans)
        self.locate(wanted)
        places = {(span.document, span.reading, self.page_of(span).number) for span in wanted} | set(pages)
        self._words |= self._catalog.readings.words_of_pages(places - self._words.keys())

    def words_on(self, document: str, reading: int, number: int) -> Words:
        """Return the words of a prefetched page."""
        return self._words[document, reading, number]

    def page_of(self, span: Span) -> Page:
        """Return the first page of a span.

        :raises archive.errors.UnknownDocument: there is no such document.
        :raises archive.errors.UsageError: the document has no such reading.
        """
        key = span.document, span.reading
        if key not in self._readings:
            self._readings[key] = self._catalog.readings.get(*key)
        return self._readings[key].page_of_word(span.first)

    def of(self, span: Span) -> Evidence:
        """Return the evidence of a span. Errors as for :meth:`page_of`."""
        page = self.page_of(span)
        key = span.document, span.reading, page.number
        if key not in self._words:
            self._words[key] = self._catalog.readings.words(span.document, page.number, span.reading)
        words = self._words[key]
        first, last = span.first - page.first_word, span.last - page.first_word
        places: Sequence[int] = range(first, last + 1)
        if last >= page.word_count:
            # The footer is not part of a span that continues on the next page.
            places = body(self._catalog, self._readings[span.document, span.reading], span)[0].places
        return Evidence(page, " ".join(words.texts[at] for at in places), words.line_boxes(places))


def spans_of(facts: Iterable[Fact]) -> Iterator[Span]:
    """Yield the spans of facts that have one."""
    return (fact.span for fact in facts if fact.span is not None)


def fact_id(fact: Fact) -> str:
    """Return 12 hexadecimal digits that identify a fact within its document, as long as its value and words do not
    change."""
    span = fact.span and (fact.span.reading, fact.span.first, fact.span.last)
    return hashlib.sha256(repr((fact.field, fact.value, span)).encode()).hexdigest()[:12]


class FactAnswer(JsonAnswer):
    """A value with the words that prove it."""

    id: str = attr(fact_id)
    field: str
    value: str
    page: int | None
    quote: str | None
    boxes: Annotated[tuple[Edges, ...], SchemaKeywords(description="A box for each line of the quotation.")]
    method: str
    confidence: Share
    status: FactStatus
    details: Mapping[str, str]


def fact_records(catalog: Catalog, document_id: str) -> list[dict[str, Any]]:
    """Return the facts of a document as JSON (design, section 4). Boxes are of whole lines: x0, y0, x1, y1 as fractions
    of the page. For a value without evidence, as in a person's correction, page and quote are null.

    :raises archive.errors.UnknownDocument: there is no single such document.
    """
    document = catalog.documents.find(document_id)
    facts, reader = catalog.facts.of(document.id), EvidenceReader(catalog)
    reader.read(spans_of(facts))
    return [_record(fact, reader) for fact in facts]


def _record(fact: Fact, reader: EvidenceReader) -> dict[str, Any]:
    evidence = None if fact.span is None else reader.of(fact.span)
    return serialize(
        FactAnswer,
        fact,
        page=evidence and evidence.page.number,
        quote=evidence and evidence.quote,
        boxes=evidence.lines if evidence else (),
    )
