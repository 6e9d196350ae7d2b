"""Where words are: permalinks and hashes, and clauses and pages in the words of lawyers.

The Serbian forms are those of the Unified methodological rules for drafting regulations (Službeni glasnik RS, 21/2010):
``član 5. stav 2. tačka 3) podtačka (1) alineja prva``, and shortened ``čl. 5 st. 2 tač. 3``.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from archive.config import Settings
from archive.model import Clause, ClauseLevel, Span

QUOTE_DIGITS = 32
"""Hexadecimal digits of a quotation's hash that a permalink carries: 128 bits, which nobody can forge."""

_PERMALINK = re.compile(
    r"/cite/(?P<document>[0-9a-f]{64})/(?P<reading>[1-9][0-9]{0,6})/(?P<first>[0-9]{1,9})-(?P<last>[0-9]{1,9})"
    r"(?![0-9])(?:\?quote=(?P<quote>[0-9a-f]{32}))?"
)


@dataclass(frozen=True, slots=True)
class Address:
    """The address of cited words. ``quote`` is the beginning of their hash, None in an address typed by hand."""

    span: Span
    quote: str | None = None

    def path(self) -> str:
        """The permalink, from the root of the reading room."""
        span = self.span
        query = f"?quote={self.quote}" if self.quote else ""
        return f"/cite/{span.document}/{span.reading}/{span.first}-{span.last}{query}"


def addresses_in(text: str) -> Iterator[Address]:
    """The permalinks in a text, each once, in their order. Words that run backwards are no address."""
    seen = set()
    for match in _PERMALINK.finditer(text):
        first, last = int(match["first"]), int(match["last"])
        if match[0] not in seen and first <= last:
            seen.add(match[0])
            yield Address(Span(match["document"], int(match["reading"]), first, last), match["quote"])


def quote_hash(words: Iterable[str]) -> str:
    """Return the SHA-256 of a quotation: its words joined by one space, in UTF-8."""
    return hashlib.sha256(" ".join(words).encode()).hexdigest()


def ni_uri(sha256: str) -> str:
    """The name of bytes by their hash (RFC 6920): ``ni:///sha-256;`` and the hash in base64url without padding."""
    return f"ni:///sha-256;{base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip('=')}"


def base_url(settings: Settings) -> str:
    """Where the reading room is found, without a slash at the end."""
    told = settings.text("base_url") or f"http://{settings.text('host')}:{settings.number('port')}"
    return told.rstrip("/")


class CitationStyle(StrEnum):
    """How a citation is worded."""

    SR_LONG = "sr-long"
    SR_SHORT = "sr-short"
    EN = "en"


_FORMS: Mapping[CitationStyle, Mapping[ClauseLevel, str]] = {
    CitationStyle.SR_LONG: {
        ClauseLevel.PART: "glava {}",
        ClauseLevel.ARTICLE: "član {}.",
        ClauseLevel.SECTION: "tačka {}",
        ClauseLevel.SCHEDULE: "prilog {}",
        ClauseLevel.PARAGRAPH: "stav {}.",
        ClauseLevel.POINT: "tačka {})",
        ClauseLevel.SUBPOINT: "podtačka ({})",
        ClauseLevel.INDENT: "alineja {}",
    },
    CitationStyle.SR_SHORT: {
        ClauseLevel.PART: "gl. {}",
        ClauseLevel.ARTICLE: "čl. {}",
        ClauseLevel.SECTION: "tač. {}",
        ClauseLevel.SCHEDULE: "pril. {}",
        ClauseLevel.PARAGRAPH: "st. {}",
        ClauseLevel.POINT: "tač. {}",
        ClauseLevel.SUBPOINT: "podtač. {}",
        ClauseLevel.INDENT: "al. {}",
    },
    CitationStyle.EN: {
        ClauseLevel.PART: "Part {}",
        ClauseLevel.ARTICLE: "Article {}",
        ClauseLevel.SECTION: "clause {}",
        ClauseLevel.SCHEDULE: "Schedule {}",
        ClauseLevel.PARAGRAPH: "paragraph {}",
        ClauseLevel.POINT: "point {}",
        ClauseLevel.SUBPOINT: "sub-point {}",
        ClauseLevel.INDENT: "indent {}",
    },
}
_REPEATED = {
    CitationStyle.SR_LONG: "{} ({}. po redu)",
    CitationStyle.SR_SHORT: "{} ({}. po redu)",
    CitationStyle.EN: "{} (no. {} of this number)",
}
_FEMININE = ("prva", "druga", "treća", "četvrta", "peta", "šesta", "sedma", "osma", "deveta", "deseta")

_NUMBER = re.compile(r"_(?P<number>[^_]+?)(?:-(?P<ordinal>[0-9]+))?$")


def style_of(language: str | None) -> CitationStyle:
    """Return English for a language tag of English (BCP 47), else the long Serbian form."""
    return CitationStyle.EN if (language or "").startswith("en") else CitationStyle.SR_LONG


def clause_locator(clauses: Sequence[Clause], style: CitationStyle) -> str | None:
    """The clauses that lead to cited words, the outermost first, in one phrase; None if there is none.

    The chapter is left out where there is an article, and sections around a section: their numbers say it already.
    """
    levels = {clause.level for clause in clauses}
    named: list[str] = []
    for at, clause in enumerate(clauses):
        inner = clauses[at + 1].level if at + 1 < len(clauses) else None
        is_said = clause.level is ClauseLevel.SECTION and inner is ClauseLevel.SECTION
        if not is_said and not (clause.level is ClauseLevel.PART and ClauseLevel.ARTICLE in levels):
            named.append(_named(clause, style))
    return (", " if style is CitationStyle.EN else " ").join(named) or None


def _named(clause: Clause, style: CitationStyle) -> str:
    found = _NUMBER.search(clause.eid)
    if found is None:
        return clause.label or clause.eid
    number = found["number"]
    if clause.level is ClauseLevel.INDENT and style is CitationStyle.SR_LONG and number.isdecimal():
        at = int(number)
        number = _FEMININE[at - 1] if 1 <= at <= len(_FEMININE) else f"{number}."
    named = _FORMS[style][clause.level].format(number)
    return _REPEATED[style].format(named, found["ordinal"]) if found["ordinal"] else named


def page_locator(first: int, last: int, style: CitationStyle) -> str:
    """The pages of cited words."""
    pages = str(first) if first == last else f"{first}–{last}"
    if style is CitationStyle.EN:
        return f"p. {pages}" if first == last else f"pp. {pages}"
    return f"str. {pages}"
