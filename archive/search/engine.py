"""The seam between Dosije and whatever keeps its search index.

An engine knows terms, positions and integers. What a word's terms are (:mod:`archive.text`), what a query means
(:mod:`archive.search.query`), what a page of results looks like (:mod:`archive.search.service`) is decided outside it,
so every engine finds the same documents.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

from archive.errors import IndexDamaged, IndexNewer
from archive.search.query import Leaf, Query
from archive.search.request import FACETS, SNIPPET_PAGES
from archive.text.vocabulary import IndexField, Occurrences, Writing

_thread = threading.local()


@contextmanager
def one_commit() -> Iterator[None]:
    """Answer all questions of this thread from one committed state of each index that lies in files: the answers fit
    together, and it is looked for newer ones once. Not for what changes an index, and asks it then."""
    _thread.commits = {}
    try:
        yield
    finally:
        _thread.commits = None


def seen_commits() -> dict[Any, Any] | None:
    """Return the states that this thread has seen within :func:`one_commit`, by whatever opened them; None outside of
    it."""
    commits: dict[Any, Any] | None = getattr(_thread, "commits", None)
    return commits


def of_another_version(found: str, ours: str, path: object, remedy: str) -> IndexDamaged:
    """Return the error of an index that is not of our version: of programs that run side by side, the older one leaves
    it to the newer."""
    told = [version.split(".") for version in (found, ours)]
    if all(part.isdecimal() for version in told for part in version):
        theirs, own = ([int(part) for part in version] for version in told)
        if theirs > own:
            return IndexNewer(
                "The search index at %(path)s was made by a newer version of Dosije.",
                "Search with that version, or install it here. If there is none, rebuild the index: dosije reindex",
                path=path,
            )
    return IndexDamaged("The search index at %(path)s was made by another version of Dosije.", remedy, path=path)


@dataclass(frozen=True, slots=True)
class IndexText:
    """The words of one reading, which never change.

    A position below ``word_count`` is the number of a word; position ``word_count + k`` is a word printed in pieces, on
    the words ``joined[k]`` (first, last). ``pages`` are the printed words of every page, in order; together they are
    ``word_count`` words. ``amounts`` are the whole amounts printed among them, in whatever currency.
    """

    reading: int
    word_count: int
    occurrences: Occurrences
    joined: tuple[tuple[int, int], ...]
    pages: Sequence[Sequence[str]]
    amounts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A document, or a clause of one, as an engine takes it in.

    ``text`` is None where the engine has the words of the newest reading and only facts have changed. ``title`` is the
    sort key (:func:`archive.text.folding.natural_form`). ``date`` is ISO 8601 and may be a year or a month. ``terms``
    maps fields to terms with ascending positions. ``facets`` holds the values of each facet, none where the fact is
    unknown. ``shown`` comes back with every hit as it is.
    """

    id: str
    revision: int
    text: IndexText | None
    title: str
    date: str | None
    terms: Mapping[IndexField, Mapping[str, tuple[int, ...]]]
    facets: Mapping[str, tuple[str, ...]]
    shown: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """What an index holds of a document: its revision, and the number of the reading its words are from."""

    revision: int
    reading: int


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """A parsed query with filters, order, slice and the facets to count. ``query`` None asks for every document.

    ``filters`` are the chosen values of each facet, ``excluded`` the values that no hit may have. ``among`` limits the
    answer to these documents. Of each of the ``parts`` of the query a hit says whether it lacks it. A missing part of
    the index is an error, unless the request ``may_be_partial``. Of so many matching pages ``excerpts`` will be made.
    """

    query: Query | None
    filters: Mapping[str, tuple[str, ...]]
    sort: str
    limit: int
    offset: int
    among: frozenset[str] | None = None
    facets: tuple[str, ...] = FACETS
    excluded: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    may_be_partial: bool = False
    parts: tuple[Query, ...] = ()
    excerpts: int = SNIPPET_PAGES


@dataclass(frozen=True, slots=True)
class PageExtent:
    """A page by its number, which counts from 1, and its words: ``start`` is the number of the first of them in the
    document, ``end`` that of the one after the last."""

    number: int
    start: int
    end: int

    @classmethod
    def at(cls, word: int, first_words: Sequence[int], word_count: int) -> PageExtent:
        """Return the page of a word, of the first words of all pages."""
        # Pages without words begin where the next page does, so the last page that begins here has the word.
        number = bisect_right(first_words, word)
        return cls(number, first_words[number - 1], first_words[number] if number < len(first_words) else word_count)


class HitText(Protocol):
    """The printed words of a document that was found, without a look at the catalog.

    Those around matches are at hand; an engine on servers may have to ask for others, and for the first words of pages.
    """

    @property
    def first_words(self) -> Sequence[int]:
        """The number of the first word of each page."""

    @property
    def word_count(self) -> int:
        """Words of the document."""

    def page_at(self, word: int) -> PageExtent:
        """Return the page on which a word of a match stands."""

    def words(self, page: int) -> Sequence[str]:
        """Return the words of a page, which is numbered from 1."""


@dataclass(frozen=True, slots=True)
class EngineHit:
    """``matches`` are (first, last) word numbers in reading ``reading``, ascending; a phrase is one match.

    ``lacking`` are the places among the ``parts`` of the request of those that do not hold in it.
    """

    id: str
    reading: int
    score: float
    matches: tuple[tuple[int, int], ...]
    shown: bytes
    text: HitText
    lacking: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class EngineResults:
    """``facets`` maps facet to value to number of documents, each facet's own selection left out of its counts.

    ``partial`` says that a part of the index did not answer, so that documents may be missing from all of it.
    """

    total: int
    hits: tuple[EngineHit, ...]
    facets: Mapping[str, Mapping[str, int]]
    partial: bool = False


@dataclass(frozen=True, slots=True)
class WordCount:
    """A word of the index, how it was found written, and the number of documents it stands in."""

    word: str
    writing: Writing
    documents: int


class PartBuilder(Protocol):
    """Builds parts of a new generation. It can be sent to another process, and so can what it returns."""

    def build(self, entries: Iterable[IndexEntry], first: int) -> object:
        """Build a part for :meth:`Assembly.take`.

        :param first: the place of the first entry among all documents of the generation; no two may share one.
        """


class Assembly(Protocol):
    """Takes in the parts of a generation."""

    @property
    def builder(self) -> PartBuilder:
        """What builds the parts."""

    def take(self, part: Any) -> None:
        """Take in a part."""


class Rebuild(Protocol):
    """A new generation being built beside the one that answers searches."""

    generation: str

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """Take in documents; may be called many times."""

    def assembling(self) -> AbstractContextManager[Assembly]:
        """Fill an empty generation with parts, which several processes may build. They are in it once this ends."""

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

    @property
    def where(self) -> str:
        """Where the index lies, for a person: a folder, or an address."""

    def published(self) -> float | None:
        """Return when the generation that answers searches was made, in seconds since 1970; None where there is
        none."""

    def is_of_before(self) -> bool:
        """Return whether the index is of an older version, which is read, and has to be built anew before it is
        changed."""

    def damages(self) -> Iterator[IndexDamaged]:
        """Look at all of the index that can be looked at; an error for each part that is not as it was written."""

    def hiding(self, collections: frozenset[str]) -> SearchEngine:
        """Return this engine restricted to the documents outside these collections.

        It answers as an engine would that holds those alone: in totals, facets, words and scores.
        """

    def probe(self) -> None:
        """Open the index, as a search does first.

        :raises archive.errors.IndexDamaged: it cannot be opened, or is of another version.
        :raises archive.errors.EngineUnavailable: it does not answer.
        """

    def inspect(self) -> None:
        """Look whether the index can be opened, for who writes or looks after it: whether it is there and whole, and a
        portion of it as a search does, each time another one. Errors as in :meth:`probe`."""

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """Add documents, or replace them where their id is known, and return when they are durable and searchable.

        :raises ValueError: an entry has no text, and the index does not hold the document.
        """

    def remove(self, ids: Iterable[str]) -> None:
        """Take documents out; unknown ids are no error."""

    def held(self, documents: Iterable[str] | None = None) -> Mapping[str, Held]:
        """Return every entry the index holds, or those of some documents: the entry with the document's id, and those
        whose ids have the document's and a slash before theirs."""

    def count(self) -> int:
        """Return how many entries the index holds."""

    def fingerprint(self) -> str:
        """Return how many entries the index holds, and the sum of their revisions: an index that was exchanged for an
        older or newer copy of it has hardly ever the same."""

    def search(self, request: EngineRequest) -> EngineResults:
        """Answer a request.

        :raises archive.errors.QueryTooBroad: the query asks for more than the limits allow.
        :raises archive.errors.EngineUnavailable: the index, or a part of it, does not answer.
        """

    def matches(self, query: Query, document_id: str, reading: int) -> tuple[tuple[int, int], ...]:
        """Return the (first, last) word numbers at which ``query`` matches a reading of one document, ascending.

        Nowhere, where the index holds the words of another reading, or does not know the document.
        """

    def words(self, leaf: Leaf, limit: int) -> tuple[WordCount, ...]:
        """Return the words that a leaf of the pages stands for, the most frequent first.

        Where a part of the index does not answer, they are those of the other parts.
        """

    def rebuild(self) -> Rebuild:
        """Start a new generation beside this one."""

    def close(self) -> None:
        """Release files and memory."""
