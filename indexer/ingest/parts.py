"""All rules over the words of one reading: what its facts are, and its clauses.

What passes between a reading process and its parent: a document to read, and what was found in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from archive.model import Clause, Fact, Reading
from archive.words import Words
from indexer import clauses
from indexer.facts import extract
from indexer.facts.text import DocumentText
from indexer.facts.watchlist import Watchlist
from indexer.ingest.unpacking import Room


@dataclass(frozen=True, slots=True)
class Extraction:
    """What rules read in a document."""

    facts: tuple[Fact, ...] = ()
    clauses: tuple[Clause, ...] = ()

    def in_reading(self, number: int) -> Extraction:
        """The same in a reading of this number, which those who read it did not know yet."""
        return Extraction(
            tuple(replace(fact, span=fact.span and replace(fact.span, reading=number)) for fact in self.facts),
            tuple(replace(clause, span=replace(clause.span, reading=number)) for clause in self.clauses),
        )


def apply_rules(document: str, reading: Reading, words: Sequence[Words], watchlist: Watchlist) -> Extraction:
    """The facts and the clauses of a document. ``words`` holds the words of each page of ``reading`` in turn."""
    text = DocumentText.of(document, reading, words)
    facts = extract(text, words, watchlist)
    kind = next((fact.value for fact in facts if fact.field == "kind"), None)
    return Extraction(facts, clauses.find(text, words, kind))


@dataclass(frozen=True, slots=True)
class ReadJob:
    """A document to read: its SHA-256, where its bytes are kept, the name it came under, and the room there is for
    what it contains (None: that is not wanted)."""

    document: str
    original: Path
    filename: str
    room: Room | None = None


@dataclass(frozen=True, slots=True)
class PageRead:
    """The words of the next page. ``of`` is the number of pages of the document."""

    words: Words
    of: int


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """What there is to say of a document when all of its pages have been read."""

    media_type: str
    reading: Reading
    extraction: Extraction
