"""The interface of search engines.

An engine handles terms, positions and integers. Analysis (:mod:`archive.text`), parsing of queries
(:mod:`archive.search.query`) and presentation of results (:mod:`archive.search.service`) are outside of it, so that
every engine finds the same documents.
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
    """Use one committed snapshot per index file for all searches of this thread, so that their answers are consistent
    and newer commits are looked for once. Not for code that changes an index and then reads it."""
    _thread.commits = {}
    try:
        yield
    finally:
        _thread.commits = None


def seen_commits() -> dict[Any, Any] | None:
    """Return the snapshots opened by this thread within :func:`one_commit`, keyed by their opener; None outside of
    it."""
    commits: dict[Any, Any] | None = getattr(_thread, "commits", None)
    return commits


def of_another_version(found: str, ours: str, path: object, remedy: str) -> IndexDamaged:
    """Return the error of an index of another version. Where two versions of the program run, the older one must leave
    the index to the newer one."""
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

    A position below ``word_count`` is the number of a word; position ``word_count + k`` is a joined word, printed in
    pieces on the words ``joined[k]`` (first, last). ``pages`` are the printed words of every page, in order,
    ``word_count`` in total. ``amounts`` are the printed amounts without decimals, in any currency.
    """

    reading: int
    word_count: int
    occurrences: Occurrences
    joined: tuple[tuple[int, int], ...]
    pages: Sequence[Sequence[str]]
    amounts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A document, or a clause of one, to be indexed.

    ``text`` is None if the engine has the words of the newest reading and only facts have changed. ``title`` is the
    sort key (:func:`archive.text.folding.natural_form`). ``date`` is ISO 8601 and may be a year or a month. ``terms``
    maps fields to terms with ascending positions. ``facets`` has the values of each facet, empty if the fact is
    unknown. ``shown`` is stored and returned with every hit.
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
    """What an index holds of a document: its revision, and the number of the indexed reading."""

    revision: int
    reading: int


@dataclass(frozen=True, slots=True)
class EngineRequest:
    """A parsed query with filters, sort order, slice and the facets to count. A ``query`` of None matches every
    document.

    ``filters`` are the selected values of each facet, ``excluded`` the values that no hit may have. ``among`` restricts
    the answer to these documents. A hit tells which of the ``parts`` of the query it lacks. A missing part of the index
    is an error, unless the request ``may_be_partial``. ``excerpts`` is the number of matching pages for which snippets
    will be made.
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
    """A page by its number (from 1), and its words: the document's words from ``start`` to before ``end``."""

    number: int
    start: int
    end: int

    @classmethod
    def at(cls, word: int, first_words: Sequence[int], word_count: int) -> PageExtent:
        """Return the page of a word, given the first words of all pages."""
        # Pages without words begin where the next page does, so the last page that begins here contains the word.
        number = bisect_right(first_words, word)
        return cls(number, first_words[number - 1], first_words[number] if number < len(first_words) else word_count)


class HitText(Protocol):
    """The printed words of a hit, from the index instead of the catalog.

    Words around matches are loaded; a remote engine may have to fetch others, and the first words of pages.
    """

    @property
    def first_words(self) -> Sequence[int]:
        """The number of the first word of each page."""

    @property
    def word_count(self) -> int:
        """The number of words of the document."""

    def page_at(self, word: int) -> PageExtent:
        """Return the page of a word of a match."""

    def words(self, page: int) -> Sequence[str]:
        """Return the words of a page, by page number (from 1)."""


@dataclass(frozen=True, slots=True)
class EngineHit:
    """``matches`` are (first, last) word numbers in reading ``reading``, ascending; a phrase is one match.

    ``lacking`` are the indices of those ``parts`` of the request that do not match it.
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
    """``facets`` maps facet to value to number of documents, each facet's own selection excluded from its counts.

    ``partial``: a part of the index did not answer, so that documents may be missing everywhere.
    """

    total: int
    hits: tuple[EngineHit, ...]
    facets: Mapping[str, Mapping[str, int]]
    partial: bool = False


@dataclass(frozen=True, slots=True)
class WordCount:
    """A word of the index, the scripts it occurs in, and its document frequency."""

    word: str
    writing: Writing
    documents: int


class PartBuilder(Protocol):
    """Builds parts of a new generation. It is picklable, and so are its results."""

    def build(self, entries: Iterable[IndexEntry], first: int) -> object:
        """Build a part for :meth:`Assembly.take`.

        :param first: the number of the first entry in the generation; numbers must be unique.
        """


class Assembly(Protocol):
    """Collects the parts of a generation."""

    @property
    def builder(self) -> PartBuilder:
        """The builder of the parts."""

    def take(self, part: Any) -> None:
        """Add a part."""


class Rebuild(Protocol):
    """A new generation that is built beside the current one."""

    generation: str

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """Add documents; may be called repeatedly."""

    def assembling(self) -> AbstractContextManager[Assembly]:
        """Fill an empty generation with parts, which several processes may build. They are added on exit."""

    def publish(self, expected: Mapping[str, int]) -> None:
        """Check the new generation against ``expected`` (document id to revision) and swap it in, durably.

        :raises archive.errors.IndexDamaged: the new generation differs from ``expected``; the old one is kept.
        """

    def discard(self) -> None:
        """Delete the new generation."""


class SearchEngine(Protocol):
    """The interface of an engine. Reading methods are thread-safe."""

    @property
    def generation(self) -> str:
        """The name of the generation that answers searches."""

    @property
    def where(self) -> str:
        """The location of the index, for messages: a folder, or an address."""

    def published(self) -> float | None:
        """Return when the current generation was made, in seconds since 1970; None if there is none."""

    def is_of_before(self) -> bool:
        """Return whether the index is of an older version, which is readable and must be rebuilt before it is
        changed."""

    def damages(self) -> Iterator[IndexDamaged]:
        """Verify the index as far as possible; yield an error for each damaged part."""

    def hiding(self, collections: frozenset[str]) -> SearchEngine:
        """Return a view of this engine without the documents of these collections.

        Totals, facets, words and scores are those of an engine that holds the other documents only.
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
        """Add documents, or replace those with a known id, and return when they are durable and searchable.

        :raises ValueError: an entry has no text, and the index does not hold the document.
        """

    def remove(self, ids: Iterable[str]) -> None:
        """Remove documents; unknown ids are no error."""

    def held(self, documents: Iterable[str] | None = None) -> Mapping[str, Held]:
        """Return every entry of the index, or those of some documents: the entry with the document's id, and those
        whose ids are prefixed by it and a slash."""

    def count(self) -> int:
        """Return the number of entries."""

    def fingerprint(self) -> str:
        """Return a fingerprint, the number of entries and the sum of their revisions, that hardly ever equals that of
        an older or newer copy of the index."""

    def search(self, request: EngineRequest) -> EngineResults:
        """Answer a request.

        :raises archive.errors.QueryTooBroad: the query exceeds the limits.
        :raises archive.errors.EngineUnavailable: the index, or a part of it, does not answer.
        """

    def matches(self, query: Query, document_id: str, reading: int) -> tuple[tuple[int, int], ...]:
        """Return the (first, last) word numbers at which ``query`` matches a reading of one document, ascending.

        Empty if the index holds another reading, or lacks the document.
        """

    def words(self, leaf: Leaf, limit: int) -> tuple[WordCount, ...]:
        """Return the words of the index that a leaf on pages matches, the most frequent first.

        If a part of the index does not answer, its words are missing.
        """

    def rebuild(self) -> Rebuild:
        """Begin a new generation beside the current one."""

    def close(self) -> None:
        """Release files and memory."""
