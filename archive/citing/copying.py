"""Citations for copying into a letter: heading, quotation, source with pinpoint, and short link.

The heading of a clause is outside of the quotation marks, so the link leads to exactly the quoted words. Word
processors use the rich text (HTML), in which the short link has the permalink with its hashes as target.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from html import escape
from types import MappingProxyType
from urllib.parse import urlsplit

from archive.access.rules import LOOPBACK
from archive.citing.citation import Citation, cite
from archive.citing.locators import Address
from archive.citing.prose import DAYS, linked, shortened, source
from archive.citing.styles import STYLES, CitationStyle
from archive.config import Settings
from archive.errors import ArchiveBusy, DiskFull, ReadOnly
from archive.model import ClauseLevel, Span
from archive.store.catalog import Catalog
from archive.text.alignment import letters

COPIED_WORDS = 1_000
"""Most words of a quotation that are copied in full."""

_HEADED = frozenset({ClauseLevel.PART, ClauseLevel.ARTICLE, ClauseLevel.SECTION, ClauseLevel.SCHEDULE})


@dataclass(frozen=True, slots=True)
class CopiedCitation:
    """The ``citation`` of the words without their ``heading``, which may be empty. ``link`` is their address;
    ``is_local``: it works on this machine only."""

    citation: Citation
    heading: str
    link: str
    is_local: bool


def public_address(settings: Settings, asked: str) -> str:
    """Return the base of short links without a final slash: from the settings, or else the address of the request."""
    return (settings.text("public_address") or settings.text("base_url") or asked).rstrip("/")


def copied(catalog: Catalog, citation: Citation, address: str) -> CopiedCitation:
    """Prepare a citation for copying. If no short link can be stored, the permalink is used.

    :param address: the base of links (:func:`public_address`).
    """
    length = _heading_length(citation)
    numbers = _numbers(citation)
    span = Span(citation.document.id, citation.span.reading, numbers[length], citation.span.last)
    if span == citation.span:
        body = replace(citation, base_url=address)
    else:
        body = cite(catalog, citation.document, span, address, citation.made_at)
    link = body.permalink
    if body.address.quote and not catalog.is_read_only:
        with suppress(ArchiveBusy, DiskFull, ReadOnly):
            link = f"{address}/c/{catalog.short_links.of(span, body.address.quote).code}"
    return CopiedCitation(body, " ".join(citation.words[:length]), link, is_local(address))


def is_local(address: str) -> bool:
    """Return whether an address works on this machine only."""
    return (urlsplit(address).hostname or "localhost") in LOOPBACK


def short_addresses(catalog: Catalog) -> Callable[[str], Address | None]:
    """Return the function that resolves short links."""

    def find(code: str) -> Address | None:
        found = catalog.short_links.find(code)
        return Address(found.span, found.quote) if found else None

    return find


def headings(catalog: Catalog, citation: Citation) -> Iterator[str]:
    """Yield the possible headings of a copy of these words: of each enclosing clause that begins with them."""
    span = citation.span
    for clause in citation.clauses:
        if clause.span.first < span.first:
            around = Span(span.document, span.reading, clause.span.first, span.last)
            whole = cite(catalog, citation.document, around, "", citation.made_at)
            length = _heading_length(whole)
            if _numbers(whole)[length] == span.first:
                yield " ".join(whole.words[:length])


def _numbers(citation: Citation) -> list[int]:
    """Return the word numbers of the cited words."""
    return [part.page.first_word + at for part in citation.parts for at in range(part.first, part.last + 1)]


def _heading_length(citation: Citation) -> int:
    """Return the number of leading words that are label and heading of clauses which begin there; not all of them."""
    words, numbers, at = citation.words, _numbers(citation), 0
    for clause in citation.clauses:
        if clause.level in _HEADED and at < len(numbers) and clause.span.first == numbers[at]:
            told = list(filter(None, (clause.label, clause.heading)))
            at += max(_leading(words[at:], told), _leading(words[at:], told[::-1]))
    return at if at < len(words) else 0


def _leading(words: Sequence[str], told: Sequence[str]) -> int:
    """Return the number of leading words that consist of these texts, in order."""
    at = 0
    for text in told:
        wanted, read = letters(text), ""
        for end in range(at, len(words)):
            read += letters(words[end])
            if not wanted.startswith(read):
                break
            if read == wanted:
                at = end + 1
                break
    return at


@dataclass(frozen=True, slots=True)
class CopiedLines:
    """The texts of a copy: ``heading``, possibly empty, ``quotation``, and the source ``before`` and ``behind`` the
    link. ``address`` is the target of the link; ``spoken`` and ``told`` are the languages of words and source."""

    heading: str
    quotation: str
    before: str
    link: str
    behind: str
    address: str
    spoken: str | None
    told: str


def copied_lines(copy: CopiedCitation, style: CitationStyle) -> CopiedLines:
    """Return the texts of a copy."""
    rules, citation = STYLES[style], copy.citation
    before, behind = linked(rules, DAYS[rules.day](citation.made_at.date()))
    return CopiedLines(
        copy.heading,
        rules.quotation.format(shortened(citation, COPIED_WORDS)),
        f"— {source(citation, style)}.{before}",
        copy.link,
        f"{behind} ({rules.local})" if copy.is_local else behind,
        citation.permalink,
        citation.reading.language,
        rules.language,
    )


def as_copied_text(copy: CopiedCitation, style: CitationStyle) -> str:
    """Return the copy as lines: heading, quotation, source with link."""
    told = copied_lines(copy, style)
    return "\n".join(filter(None, (told.heading, told.quotation, f"{told.before}{told.link}{told.behind}")))


def as_copied_html(copy: CopiedCitation, style: CitationStyle) -> str:
    """Return the copy as rich text."""
    told = copied_lines(copy, style)
    spoken = f' lang="{escape(told.spoken)}"' if told.spoken else ""
    named = f"<p{spoken}><strong>{escape(told.heading)}</strong></p>\n" if told.heading else ""
    link = f'<a href="{escape(told.address)}">{escape(told.link)}</a>'
    return (
        f"{named}<blockquote{spoken}><p>{escape(told.quotation)}</p></blockquote>\n"
        f'<p lang="{told.told}">{escape(told.before)}{link}{escape(told.behind)}</p>'
    )


COPIES: Mapping[str, Callable[[CopiedCitation, CitationStyle], str]] = MappingProxyType(
    {"quotation": as_copied_text, "html": as_copied_html}
)
"""The writer of each form of a copy, by name."""
