"""True citations of an archive, from which forgeries are made."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from archive.citing.citation import Citation, cite
from archive.citing.copying import CopiedCitation, copied
from archive.citing.styles import CitationStyle
from archive.model import Document, Span
from archive.store.catalog import Catalog

BASE = "https://arhiva.example"
MADE = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)

SHORTEST, LONGEST = 6, 40
"""Length of a random run of words, in words."""

MOST = 400
"""Maximum length of a clause that is cited as a whole, in words."""

_ELLIPSIS = re.compile(r"\[…\]|\(\.\.\.\)|…|\.\.\.")
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class Sample:
    """A true citation, and one of another document; both also as copied into a letter."""

    citation: Citation
    other: Citation
    style: CitationStyle
    copy: CopiedCitation
    other_copy: CopiedCitation


class Quarry:
    """A source of true citations from some documents of an archive."""

    def __init__(self, catalog: Catalog, documents: Sequence[Document]) -> None:
        self._catalog = catalog
        self.documents = [document for document in documents if document.word_count > 2 * LONGEST]

    def samples(self, count: int, chance: random.Random) -> Iterator[Sample]:
        """Yield samples; where documents have clauses, more than half are of a clause."""
        made = 0
        while made < count:
            document, other = chance.sample(self.documents, 2)
            citation, beside = self._cited(document, chance), self._cited(other, chance)
            if citation and beside and citation.words != beside.words:
                made += 1
                copies = (copied(self._catalog, one, BASE) for one in (citation, beside))
                yield Sample(citation, beside, chance.choice(list(CitationStyle)), *copies)

    def _cited(self, document: Document, chance: random.Random) -> Citation | None:
        clauses = [one for one in self._catalog.clauses.of(document.id) if one.span.last - one.span.first < MOST]
        if clauses and chance.random() < 0.6:
            span = chance.choice(clauses).span
            if span.last - span.first < SHORTEST:
                return None
        else:
            reading = self._catalog.readings.get(document.id)
            length = min(chance.randint(SHORTEST, LONGEST), reading.word_count)
            first = chance.randrange(reading.word_count - length + 1)
            span = Span(document.id, reading.number, first, first + length - 1)
        citation = cite(self._catalog, document, span, BASE, MADE)
        is_worded = 2 * sum(bool(_WORD.search(word)) for word in citation.words) >= len(citation.words)
        return citation if is_worded else None

    @cached_property
    def _texts(self) -> list[str]:
        return [
            " ".join(word for words in self._catalog.readings.all_words(document.id) for word in words.texts)
            for document in self._catalog.documents.newest_first()
        ]

    def stands(self, text: str) -> bool:
        """Return whether these words, or all pieces between ellipses in order, occur in a document.

        Such a text is no forgery.
        """
        pieces = [" ".join(piece.split()).strip(" .,;:„“”\"'()") for piece in _ELLIPSIS.split(text)]
        return any(_in_order(pieces, each) for each in self._texts)


def _in_order(pieces: Sequence[str], text: str) -> bool:
    at = 0
    for piece in pieces:
        found = text.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return True
