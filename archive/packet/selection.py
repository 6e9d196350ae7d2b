"""Selection of citations for a packet, from permalinks, references and files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.citing.citation import Citation, cite, page_span
from archive.citing.claims import Claim, claim_in
from archive.citing.copying import short_addresses
from archive.citing.locators import addresses_in, base_url
from archive.config import Settings
from archive.errors import UsageError
from archive.facts.evidence import numbered
from archive.model import Break, Span
from archive.search.results import Hit
from archive.store.catalog import Catalog

MOST_BYTES = 4 << 20
"""Most bytes of a file of citations."""

_FORM = re.compile(
    r"(?P<id>[0-9A-Fa-f]{8,64})(?:#(?P<eid>\S+)|:(?P<words>[0-9]+(?:-[0-9]+)?)|@(?P<page>[1-9][0-9]{0,6}))"
)
_SHORT_LINK = re.compile(r"(?:https?://\S+)?/c/[0-9A-Z]{6,26}")
_HELP = "Write a permalink, ID#EID (a clause), ID:A-B (words), ID@N (a page), or the name of a file with one on a line."


@dataclass(frozen=True, slots=True)
class Selection:
    """Resolves citations. ``made_at`` is their timestamp."""

    catalog: Catalog
    settings: Settings
    made_at: datetime

    def citations(self, asked: Sequence[str]) -> tuple[Citation, ...]:
        """Return the distinct citations, in order.

        :raises UsageError: one of them is invalid, or the archive has other words at its address.
        """
        spans: dict[Span, Citation] = {}
        for text in asked:
            for citation in self._citations_of(text):
                spans.setdefault(citation.span, citation)
        if not spans:
            raise UsageError("There is nothing to cite.", _HELP)
        return tuple(spans.values())

    def _citations_of(self, text: str) -> Iterator[Citation]:
        if any(addresses_in(text)) or _FORM.fullmatch(text) or _SHORT_LINK.fullmatch(text):
            yield self.one(text)
            return
        content = _read(text)
        if content.startswith("{"):
            yield self._claimed(self._claim(content), text)
            return
        for number, line in enumerate(content.splitlines(), start=1):
            if asked := line.strip():
                try:
                    yield self.one(asked)
                except UsageError as error:
                    raise type(error)(f"Line {number} of {text}: {error.message}", error.remedy) from error

    def one(self, text: str) -> Citation:
        """Return the citation of a permalink, ``ID#EID``, ``ID:A-B`` or ``ID@N``; files are not read.

        :raises UsageError: it is invalid, or the archive has other words at its address.
        """
        found = _FORM.fullmatch(text)
        if found is None:
            return self._claimed(self._claim(text), text)
        document = self.catalog.documents.find(found["id"].lower())
        if found["eid"]:
            span = self.catalog.clauses.get(document.id, found["eid"]).span
        elif found["words"]:
            span = numbered(self.catalog, document, found["words"])
        else:
            span = page_span(self.catalog, document, int(found["page"]))
        return self._cite(span)

    def _claim(self, text: str) -> Claim:
        return claim_in(text, short_addresses(self.catalog))

    def _claimed(self, claim: Claim, text: str) -> Citation:
        if claim.address is None:
            raise UsageError("%(text)s is not a citation.", _HELP, text=repr(text[:100]))
        quote = claim.address.quote
        # Older citations include running lines.
        for whole in (False, True):
            citation = self._cite(claim.address.span, whole=whole)
            if claim.agrees(citation.words) and (not quote or citation.quote_sha256.startswith(quote)):
                break
        else:
            raise UsageError(
                "The archive has other words at the address %(path)s.",
                "See what became of them with: dosije verify",
                path=claim.address.path(),
            )
        return citation

    def _cite(self, span: Span, *, whole: bool = False) -> Citation:
        document = self.catalog.documents.find(span.document)
        return cite(self.catalog, document, span, base_url(self.settings), self.made_at, whole=whole)


MOST_AROUND = 120
"""Most words of a paragraph that are cited on each side of a match."""


def passage(catalog: Catalog, hit: Hit) -> Span | None:
    """Return the words to cite for a hit: the clause, or the paragraph around the first match on its first page;
    without a query, the first paragraph. None for a document without words."""
    if hit.clause is not None:
        return Span(hit.id, hit.reading, hit.clause.first_word, hit.clause.last_word)
    reading = catalog.readings.get(hit.id, hit.reading)
    at, match = (hit.pages[0].number, hit.pages[0].words[0]) if hit.pages else (None, None)
    pages = [page for page in reading.pages if page.word_count and at in (None, page.number)]
    if not pages:
        return None
    page = pages[0]
    breaks = catalog.readings.words(hit.id, page.number, reading.number).breaks
    begin, end = (number - page.first_word for number in match) if match else (0, 0)
    first = max(begin - MOST_AROUND, 0)
    last = min(end + MOST_AROUND, page.word_count - 1)
    first = max((one for one in range(first, begin + 1) if breaks[one] == Break.BLOCK), default=first)
    last = next((one - 1 for one in range(end + 1, last + 1) if breaks[one] == Break.BLOCK), last)
    return Span(hit.id, reading.number, page.first_word + first, page.first_word + last)


def _read(name: str) -> str:
    path = Path(name)
    with suppress(OSError, ValueError):
        if path.is_file():
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
            if len(content) > MOST_BYTES:
                raise UsageError("%(name)s is too long for a list of citations.", _HELP, name=name)
            try:
                return content.decode().lstrip("\ufeff").strip()
            except UnicodeDecodeError as error:
                raise UsageError("%(name)s is not UTF-8 text.", _HELP, name=name) from error
    raise UsageError("%(name)s is neither a citation nor a file that can be read.", _HELP, name=repr(name[:100]))
