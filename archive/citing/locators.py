"""Locators of words: permalinks and hashes, and legal references to clauses and pages.

The Serbian forms are those of the Unified methodological rules for drafting regulations (Službeni glasnik RS, 21/2010):
``član 5. stav 2. tačka 3) podtačka (1) alineja prva``, and shortened ``čl. 5 st. 2 tač. 3``.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from archive.citing.styles import STYLES, CitationStyle
from archive.config import Settings
from archive.model import Clause, ClauseLevel, Span
from archive.text.folding import fold, to_cyrillic, to_latin

QUOTE_DIGITS = 32
"""Hexadecimal digits of a quotation's hash in a permalink: 128 bits, which cannot be forged."""

_PERMALINK = re.compile(
    r"/cite/(?P<document>[0-9a-f]{64})/(?P<reading>[1-9][0-9]{0,6})/(?P<first>[0-9]{1,9})-(?P<last>[0-9]{1,9})"
    r"(?![0-9])(?:\?quote=(?P<quote>[0-9a-f]{32}))?"
)


@dataclass(frozen=True, slots=True)
class Address:
    """The address of cited words. ``quote`` is a prefix of their hash, None in an address typed by hand."""

    span: Span
    quote: str | None = None

    def path(self) -> str:
        """Return the permalink as a path, from the root of the web pages."""
        span = self.span
        query = f"?quote={self.quote}" if self.quote else ""
        return f"/cite/{span.document}/{span.reading}/{span.first}-{span.last}{query}"


def addresses_in(text: str) -> Iterator[Address]:
    """Yield the distinct permalinks in a text, in order. Reversed word ranges are not addresses."""
    seen = set()
    for match in _PERMALINK.finditer(text):
        first, last = int(match["first"]), int(match["last"])
        if match[0] not in seen and first <= last:
            seen.add(match[0])
            yield Address(Span(match["document"], int(match["reading"]), first, last), match["quote"])


OPENED = r"(?:> accessed [\w .,]{8,24}| \(last visited [\w .,]{8,24}\)| \[viewed [\w .,]{8,24}\])"
"""The day of access after a link, as styles print it: that of the citation."""


def quote_hash(words: Iterable[str]) -> str:
    """Return the SHA-256 of a quotation: its words joined by single spaces, in UTF-8."""
    return hashlib.sha256(" ".join(words).encode()).hexdigest()


def ni_uri(sha256: str) -> str:
    """Return a named information URI (RFC 6920): ``ni:///sha-256;`` and the hash in base64url without padding."""
    return f"ni:///sha-256;{base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip('=')}"


def base_url(settings: Settings) -> str:
    """Return the base address of the web pages, without a final slash."""
    told = settings.text("base_url") or f"http://{settings.text('host')}:{settings.number('port')}"
    return told.rstrip("/")


_FEMININE = ("prva", "druga", "treća", "četvrta", "peta", "šesta", "sedma", "osma", "deveta", "deseta")

_NUMBER = re.compile(r"_(?P<number>[^_]+?)(?:-(?P<ordinal>[0-9]+))?$")


_LETTERED = re.compile(r"(?P<digits>[0-9]+) ?(?P<letter>lj|nj|dž|[^\W\d_])(?![^\W_])")
_MARKED = frozenset("cčćdđsšzž")
"""Letters that are told apart by their marks alone, whose clauses are therefore counted together in eids."""


def style_of(language: str | None) -> CitationStyle:
    """Return English for a language tag of English (BCP 47), else the long Serbian style."""
    return CitationStyle.EN if (language or "").startswith("en") else CitationStyle.SR_LONG


def clause_locator(clauses: Sequence[Clause], style: CitationStyle) -> str | None:
    """Return the enclosing clauses of cited words as a phrase, the outermost first; None if there are none.

    The chapter is omitted if there is an article, and the outer sections of a section, because its number implies them.
    """
    levels = {clause.level for clause in clauses}
    named = ""
    for at, clause in enumerate(clauses):
        inner = clauses[at + 1].level if at + 1 < len(clauses) else None
        is_said = clause.level is ClauseLevel.SECTION and inner is ClauseLevel.SECTION
        if not is_said and not (clause.level is ClauseLevel.PART and ClauseLevel.ARTICLE in levels):
            name = _named(clause, style)
            named += name if not named or name.startswith("(") else f"{STYLES[style].joiner}{name}"
    return named or None


def _named(clause: Clause, style: CitationStyle) -> str:
    number, ordinal = clause_number(clause)
    if not number:
        return clause.label or clause.eid
    if clause.level is ClauseLevel.INDENT and style is CitationStyle.SR_LONG and number.isdecimal():
        at = int(number)
        number = _FEMININE[at - 1] if 1 <= at <= len(_FEMININE) else f"{number}."
    rules = STYLES[style]
    if rules.in_cyrillic and not number.isupper():
        number = to_cyrillic(number)
    named = rules.levels[clause.level].format(number)
    return rules.repeated.format(named, ordinal) if ordinal else named


def clause_number(clause: Clause) -> tuple[str, str]:
    """Return the number of a clause, empty if it has none, and its ordinal among clauses with this number if it is not
    the first.

    The letters of an eid have no marks, so 118đ behind 118d is ``art_118d-2``; the label has the letter as printed.
    """
    found = _NUMBER.search(clause.eid)
    number, ordinal = (found["number"], found["ordinal"] or "") if found else ("", "")
    printed = _LETTERED.search(to_latin(clause.label).lower()) if number[-1:].isalpha() else None
    lettered = printed["digits"] + printed["letter"] if printed else ""
    if printed is None or fold(lettered) != number:
        return number, ordinal
    return lettered, "" if printed["letter"][0] in _MARKED else ordinal


def page_locator(first: int, last: int, style: CitationStyle) -> str:
    """Return the page reference of cited words."""
    one, several = STYLES[style].page
    return one.format(first) if first == last else several.format(f"{first}–{last}")
