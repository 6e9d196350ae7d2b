"""Citations: words of one reading, with all data that the citation formats state; masked ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from archive.body import body, whole_body
from archive.citing.locators import QUOTE_DIGITS, Address, quote_hash
from archive.citing.particulars import BEGINNING, OF_KINDS, Particulars, particulars
from archive.errors import UsageError, check_page
from archive.facts.evidence import numbered, quoted
from archive.model import Box, Clause, Description, Document, Page, Reading, Span, Words
from archive.model.clauses import innermost, path
from archive.store.catalog import Catalog
from archive.text.personal_numbers import masked_words

AROUND = 32
"""Characters of context that a selector gives on each side of the quotation."""


@dataclass(frozen=True, slots=True)
class CitationPart:
    """Consecutive cited words of one page, from index ``first`` to ``last``.

    ``exact`` is the page's text (:meth:`archive.model.words.Words.text`) from character ``start`` to ``end``,
    ``prefix`` and ``suffix`` the text around it. ``box`` contains all of the words; None on a flowing page.
    """

    page: Page
    first: int
    last: int
    exact: str
    start: int
    end: int
    prefix: str
    suffix: str
    box: Box | None


@dataclass(frozen=True, slots=True)
class Citation:
    """Words of one reading of a document.

    ``words`` are those of the span without running lines (:mod:`archive.body`). ``parts`` has one part per page, more
    if a running line divides them. ``clauses`` are the enclosing ones, the outermost first. ``base_url`` has no final
    slash. ``particulars`` are those of the document.
    """

    document: Document
    described: Description
    reading: Reading
    span: Span
    words: tuple[str, ...]
    parts: tuple[CitationPart, ...]
    clauses: tuple[Clause, ...]
    base_url: str
    made_at: datetime
    particulars: Particulars

    @property
    def quote(self) -> str:
        """The words, separated by single spaces."""
        return " ".join(self.words)

    @property
    def quote_sha256(self) -> str:
        """The SHA-256 of the words."""
        return quote_hash(self.words)

    @property
    def address(self) -> Address:
        """The address of the words, with a prefix of their hash."""
        return Address(self.span, self.quote_sha256[:QUOTE_DIGITS])

    @property
    def permalink(self) -> str:
        """The permanent address of this text of this reading."""
        return self.base_url + self.address.path()

    @property
    def original_url(self) -> str:
        """The address of the original."""
        return f"{self.base_url}/documents/{self.document.id}/original"

    @property
    def pages(self) -> tuple[int, int]:
        """The first and the last page."""
        return self.parts[0].page.number, self.parts[-1].page.number


def cite(
    catalog: Catalog, document: Document, span: Span, base_url: str, made_at: datetime, *, whole: bool = False
) -> Citation:
    """Make a citation of a span.

    :param whole: include the running lines among its words, as in older citations.
    :raises UsageError: the document has no such reading, or the reading no such words.
    """
    reading = catalog.readings.get(document.id, span.reading)
    if span.last >= reading.word_count:
        raise UsageError(
            "Reading %(number)s of %(filename)s has no words %(words)s.",
            "Its words are numbered from 0 to %(last)s.",
            number=reading.number,
            filename=document.filename,
            words=f"{span.first}-{span.last}",
            last=reading.word_count - 1,
        )
    described = catalog.documents.descriptions([document.id])[document.id]
    on_pages = whole_body(catalog, reading, span) if whole else body(catalog, reading, span)
    return Citation(
        document,
        described,
        reading,
        span,
        tuple(text for one in on_pages for text in one.texts),
        tuple(_part(one.page, one.words, first, last) for one in on_pages for first, last in one.runs),
        _clauses_around(catalog.clauses.of(document.id, reading.number), span),
        base_url.rstrip("/"),
        made_at,
        _particulars(catalog, described, reading),
    )


def _particulars(catalog: Catalog, described: Description, reading: Reading) -> Particulars:
    if described.kind not in OF_KINDS:
        return Particulars()
    texts: list[str] = []
    for page in reading.pages[:2]:
        texts += catalog.readings.words_on(reading, [page.number])[page.number].texts
        if len(texts) >= BEGINNING:
            break
    return particulars(described.kind, texts)


def page_span(catalog: Catalog, document: Document, number: int) -> Span:
    """Return the span of a page of the newest reading.

    :raises UsageError: there is no such page, or it has no words.
    """
    reading = catalog.readings.get(document.id)
    check_page(number, len(reading.pages), document.filename)
    page = reading.pages[number - 1]
    if not page.word_count:
        raise UsageError(
            "No words were found on page %(page)s of %(filename)s.", page=number, filename=document.filename
        )
    return Span(document.id, reading.number, page.first_word, page.first_word + page.word_count - 1)


def cited_span(
    catalog: Catalog,
    document: Document,
    unclear: UsageError,
    *,
    clause: str | None,
    words: str | None,
    quote: str | None,
    page: int | None,
) -> Span:
    """Return the span to be cited: a clause, words by number, a quotation, optionally on a page, or a whole page.

    :raises UsageError: none or several of these are given (``unclear``), or there are no such words.
    """
    ways = sum(value is not None for value in (clause, quote, words))
    if ways > 1 or (page and (clause or words)) or not (ways or page):
        raise unclear
    if clause is not None:
        return catalog.clauses.get(document.id, clause).span
    if words is not None:
        return numbered(catalog, document, words)
    if quote is not None:
        return quoted(catalog, document, quote, page)
    assert page is not None
    return page_span(catalog, document, page)


def _clauses_around(clauses: Sequence[Clause], span: Span) -> tuple[Clause, ...]:
    around = innermost(clauses, span.first, span.last)
    return path(clauses, around) if around else ()


def _part(page: Page, words: Words, first: int, last: int) -> CitationPart:
    text, exact = words.text(), words.text(first, last)
    start = len(words.text(0, last)) - len(exact)
    end = start + len(exact)
    boxes = [box for at in range(first, last + 1) if (box := words.box(at))]
    return CitationPart(
        page,
        first,
        last,
        exact,
        start,
        end,
        text[max(0, start - AROUND) : start],
        text[end : end + AROUND],
        Box.around(boxes) if boxes else None,
    )


@dataclass(frozen=True, slots=True)
class MaskedCitation(Citation):
    """A citation with masked words.

    Its address does not carry the hash of the words: with it a few digits could be found by trying.
    """

    @property
    def address(self) -> Address:
        """The address of the words alone."""
        return Address(self.span)


def as_masked(citation: Citation) -> MaskedCitation:
    """Return the citation, whose words are masked, without their hash."""
    return MaskedCitation(*(getattr(citation, field.name) for field in fields(citation)))


def masked_citation(citation: Citation, mask: Callable[[str], str]) -> Citation:
    """Return the citation without what ``mask`` hides of its words; as it is where that is nothing."""
    words = masked_words(citation.words, mask)
    return citation if words == citation.words else as_masked(replace(citation, words=words))
