"""Which words go into a packet: citations as people write them down, one each."""

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
from archive.model import Span
from archive.store.catalog import Catalog

MOST_BYTES = 4 << 20
"""Of a file with citations."""

_FORM = re.compile(
    r"(?P<id>[0-9A-Fa-f]{8,64})(?:#(?P<eid>\S+)|:(?P<words>[0-9]+(?:-[0-9]+)?)|@(?P<page>[1-9][0-9]{0,6}))"
)
_SHORT_LINK = re.compile(r"(?:https?://\S+)?/c/[0-9A-Z]{6,26}")
_HELP = "Write a permalink, ID#EID (a clause), ID:A-B (words), ID@N (a page), or the name of a file with one on a line."


@dataclass(frozen=True, slots=True)
class Selection:
    """Makes citations of what was asked for. ``made_at`` is the moment they bear."""

    catalog: Catalog
    settings: Settings
    made_at: datetime

    def citations(self, asked: Sequence[str]) -> tuple[Citation, ...]:
        """Return the citations, each once, in their order.

        :raises UsageError: one of them is none, or the archive has other words at its address.
        """
        spans: dict[Span, Citation] = {}
        for text in asked:
            for citation in self._of(text):
                spans.setdefault(citation.span, citation)
        if not spans:
            raise UsageError("There is nothing to cite.", _HELP)
        return tuple(spans.values())

    def _of(self, text: str) -> Iterator[Citation]:
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
        """Return the citation that one text names. Errors as for :meth:`citations`."""
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
        return self.of_span(span)

    def _claim(self, text: str) -> Claim:
        return claim_in(text, short_addresses(self.catalog))

    def _claimed(self, claim: Claim, text: str) -> Citation:
        if claim.address is None:
            raise UsageError(f"{text[:100]!r} is no citation.", _HELP)
        quote = claim.address.quote
        # Citations made before running lines were left out have them.
        for whole in (False, True):
            citation = self.of_span(claim.address.span, whole=whole)
            if claim.agrees(citation.words) and (not quote or citation.quote_sha256.startswith(quote)):
                break
        else:
            raise UsageError(
                f"The archive has other words at the address {claim.address.path()}.",
                "See what became of them with: dosije verify",
            )
        return citation

    def of_span(self, span: Span, *, whole: bool = False) -> Citation:
        """Return the citation of these words."""
        document = self.catalog.documents.find(span.document)
        return cite(self.catalog, document, span, base_url(self.settings), self.made_at, whole=whole)


def _read(name: str) -> str:
    path = Path(name)
    with suppress(OSError, ValueError):
        if path.is_file():
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
            if len(content) > MOST_BYTES:
                raise UsageError(f"{name} is too long for a list of citations.", _HELP)
            try:
                return content.decode().lstrip("\ufeff").strip()
            except UnicodeDecodeError as error:
                raise UsageError(f"{name} is no text in UTF-8.", _HELP) from error
    raise UsageError(f"{name[:100]!r} is neither a citation nor a file that can be read.", _HELP)
