"""The seam between Dosije and whatever keeps its search index.

An engine knows terms, positions and integers. What a word's terms are (:mod:`archive.text`), what a query means
(:mod:`archive.search.query`), what a page of results looks like (:mod:`archive.search.service`) is decided outside it,
so every engine finds the same documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from archive.search.query import Query


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One archive document as an engine takes it in.

    ``reading`` is the number of the reading whose words it was made from. ``stems`` and ``forms`` map each term to its
    positions, ascending: the stemmed and the exact field. A position below ``word_count`` is the number of a word;
    position ``word_count + k`` is a word printed in pieces, on the words ``joined[k]`` (first, last). ``facets`` holds
    the values of each facet (none at all where the fact is unknown). ``date`` is ISO 8601.
    """

    id: str
    revision: int
    reading: int
    title: str
    date: str | None
    word_count: int
    stems: Mapping[str, tuple[int, ...]]
    forms: Mapping[str, tuple[int, ...]]
    joined: tuple[tuple[int, int], ...]
    facets: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """A parsed query with its filters, order and slice. ``query`` None asks for every document."""

    query: Query | None
    filters: Mapping[str, tuple[str, ...]]
    sort: str
    limit: int
    offset: int


@dataclass(frozen=True, slots=True)
class EngineHit:
    """``matches`` are (first, last) word numbers in reading ``reading``, ascending; a phrase is one match."""

    id: str
    reading: int
    score: float
    matches: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class EngineResults:
    """``facets`` maps facet to value to number of documents, each facet's own selection left out of its counts."""

    total: int
    hits: tuple[EngineHit, ...]
    facets: Mapping[str, Mapping[str, int]]


class Rebuild(Protocol):
    """A new generation being built beside the one that answers searches."""

    generation: str

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """Take in documents; may be called many times."""

    def publish(self, expected: Mapping[str, int]) -> None:
        """Check the new generation against ``expected`` (document id to revision) and swap it in, durably.

        :raises archive.errors.IndexDamaged: the new generation does not hold exactly what was expected; the old stays.
        """

    def discard(self) -> None:
        """Throw the new generation away."""


class SearchEngine(Protocol):
    """What every engine does. Reading methods may be called from many threads."""

    @property
    def generation(self) -> str:
        """The name of the generation that answers searches."""

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """Add documents, or replace them where their id is known, and return when they are durable and searchable."""

    def remove(self, ids: Iterable[str]) -> None:
        """Take documents out; unknown ids are no error."""

    def revisions(self) -> Mapping[str, int]:
        """Every document the index holds, with the revision it was indexed at."""

    def search(self, request: EngineRequest) -> EngineResults:
        """Answer a request."""

    def matches(self, query: Query, document_id: str, reading: int) -> tuple[tuple[int, int], ...]:
        """The (first, last) word numbers at which ``query`` matches a reading of one document, ascending.

        Nowhere, where the index holds the words of another reading, or does not know the document.
        """

    def rebuild(self) -> Rebuild:
        """Start a new generation beside this one."""

    def close(self) -> None:
        """Let go of files and memory."""
