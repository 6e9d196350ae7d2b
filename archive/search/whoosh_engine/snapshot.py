"""A snapshot: one commit of an index, opened for reading, with columns of its documents.

The rules (design, section 5): OR inside a facet, AND across facets, a facet's own selection excluded from its counts,
documents counted, "unknown" a value like any other, and a selected value always listed.

A snapshot is immutable and thread-safe. After a commit a new one is opened, because refreshing a Whoosh searcher gives
wrong results after updates. An unused snapshot is garbage-collected, not closed, because another thread may still be
reading it.

Documents of hidden collections are removed from the snapshot like deleted ones. So they affect no total, facet count,
suggestion, rank or score: document frequencies count visible documents only. A search costs no more than on an index of
those alone.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from whoosh.index import TOC

from archive.search.engine import Held, WordCount
from archive.search.matching.matches import Documents, member
from archive.search.query import Leaf
from archive.search.request import CLAUSE_FACETS
from archive.search.whoosh_engine.codec import read_contents
from archive.search.whoosh_engine.postings import MOST_FOUND
from archive.search.whoosh_engine.schema import AFTER_ID, INDEX_NAME, SEPARATOR, prints
from archive.search.whoosh_engine.segment import Segment, View
from archive.search.whoosh_engine.storage import MappedStorage
from archive.search.whoosh_engine.termlist import Numbers
from archive.text.vocabulary import IndexField, Term

_OF_LANGUAGES = frozenset({IndexField.STEM, IndexField.BARE_STEM})
"""Fields whose terms depend on the languages of a word's pages."""

FEW = 4096
"""Documents of several segments that are put in the order of their ids by themselves; for more, all of them are. And as
many of all as are kept in an order."""


FEW_IDS = 1024
"""Ids that are looked up one by one; for more, all documents are put in the order of theirs."""

_NEVER = np.int32(99999999)
"""After every date."""


class FacetColumn:
    """The values of one facet. Each combination of values has an ordinal, which documents refer to."""

    def __init__(self, ordinals: NDArray[np.integer], combinations: Sequence[str]) -> None:
        self._ordinals = ordinals
        parts = [combination.split(SEPARATOR) for combination in combinations]
        self._values = list(dict.fromkeys(value for part in parts for value in part))
        self._spelled = np.array(self._values, object)
        self._numbers = {value: number for number, value in enumerate(self._values)}
        self._lengths = np.array([len(part) for part in parts], np.int64)
        self._members = np.array([self._numbers[value] for part in parts for value in part], np.int64)
        self._combinations = len(parts)

    def mask(self, values: Iterable[str]) -> NDArray[np.bool_]:
        """Return which documents have at least one of these values."""
        wanted = [self._numbers[value] for value in values if value in self._numbers]
        of_combination = np.zeros(self._combinations, bool)
        owners = np.repeat(np.arange(self._combinations), self._lengths)
        of_combination[owners[np.isin(self._members, wanted)]] = True
        mask: NDArray[np.bool_] = of_combination[self._ordinals]
        return mask

    def count(self, documents: NDArray[np.integer], chosen: Iterable[str] = ()) -> dict[str, int]:
        """Return how many of these documents, each once, carry each value that any carries; ``chosen`` values are never
        left out."""
        is_all = len(documents) == len(self._ordinals)
        counts = self._counts_of_all if is_all else self._counts(self._ordinals[documents])
        carried = counts.nonzero()[0]
        listed = dict(zip(self._spelled[carried].tolist(), counts[carried].tolist(), strict=True))
        for value in chosen:
            listed.setdefault(value, 0)
        return listed

    def _counts(self, ordinals: NDArray[np.integer]) -> NDArray[np.int64]:
        of_combination = np.bincount(ordinals, minlength=self._combinations)
        if len(self._members) == self._combinations:
            return of_combination
        weights = of_combination.repeat(self._lengths)
        return np.bincount(self._members, weights=weights, minlength=len(self._values)).astype(np.int64)

    @cached_property
    def _counts_of_all(self) -> NDArray[np.int64]:
        """How many documents carry each value: every front page asks."""
        return self._counts(self._ordinals)

    def numbers(self) -> NDArray[np.int64]:
        """Return the value of each document as an integer, -1 if it is none: for ranges of years."""
        of_combination = [int(self._values[at]) if self._values[at].isdecimal() else -1 for at in self._first_members()]
        numbers: NDArray[np.int64] = np.array(of_combination, np.int64)[self._ordinals]
        return numbers

    def _first_members(self) -> list[int]:
        firsts: list[int] = self._members[self._lengths.cumsum() - self._lengths].tolist()
        return firsts


Mask = NDArray[np.bool_]
_Number = TypeVar("_Number", bound=np.generic)


class Snapshot:
    """The documents of an index at one commit, numbered from 0: texts in the order of the segments."""

    def __init__(self, segments: Iterable[tuple[Segment, Mask]] = (), commit: int = 0) -> None:
        """:param segments: the segments, each with its deleted documents."""
        self.commit = commit
        opened = list(segments)
        self.segments, self._gone = [segment for segment, _ in opened], [gone for _, gone in opened]
        texts = [(~gone & (segment.readings > 0)).nonzero()[0].astype(np.int32) for segment, gone in opened]
        facts = [(~gone & (segment.readings == 0)).nonzero()[0].astype(np.int32) for segment, gone in opened]
        self.size = sum(map(len, texts))
        if sum(map(len, facts)) != self.size:
            raise ValueError("texts and facts are not paired")
        self._texts, self._facts = texts, facts
        numbered, base = [], 0
        for segment, text in zip(self.segments, texts, strict=True):
            documents = np.full(segment.size, -1, np.int32)
            documents[text] = np.arange(base, base + len(text), dtype=np.int32)
            numbered.append(documents)
            base += len(text)
        self._fact_documents = _paired(self.segments, numbered, facts)
        self.views: list[View] = []
        for segment, fact, documents, of_facts in zip(
            self.segments, facts, numbered, self._fact_documents, strict=True
        ):
            documents[fact] = of_facts
            self.views.append(View(segment, documents))
        self.starts = np.cumsum([0, *map(len, texts)])
        self._bounds: list[int] = self.starts.tolist()
        self.first: dict[str, NDArray[np.int64]] = {}
        """The first documents of all, by the name of the order."""
        self.known_words: dict[tuple[Leaf, int], tuple[WordCount, ...]] = {}
        self._spread: dict[Term, list[Numbers]] = {}

    @classmethod
    def open(cls, path: Path, known: Snapshot) -> Snapshot:
        """Open the newest commit of the index in a folder.

        :param known: a snapshot whose open segments are reused.
        :raises OSError: a concurrent commit deleted a file, or the index is damaged; retry.
        """
        storage = MappedStorage(path)
        toc = read_contents(storage)
        segments: list[tuple[Segment, Mask]] = []
        for stored in toc.segments:
            segment = known.by_segment.get(stored.segment_id()) or Segment(storage, stored)
            gone = np.zeros(segment.size, bool)
            gone[list(stored.deleted_docs())] = True
            segments.append((segment, gone))
        return cls(segments, toc.generation)

    def without(self, documents: Mask) -> Snapshot:
        """Return this snapshot without some of its documents, as if they were deleted."""
        segments: list[tuple[Segment, Mask]] = []
        for at, segment in enumerate(self.segments):
            gone = self._gone[at].copy()
            gone[self._texts[at][documents[self.starts[at] : self.starts[at + 1]]]] = True
            gone[self._facts[at][documents[self._fact_documents[at]]]] = True
            segments.append((segment, gone))
        return Snapshot(segments, self.commit)

    def in_every_segment(self, stem: Term, found: list[Numbers]) -> list[Numbers]:
        """Return the words of a stem, segment by segment, given the words that have it within each segment.

        The stems of a word depend on the languages of its pages over the whole index
        (:class:`archive.text.vocabulary.Writing`): a word that has the stem in one segment has it in all, or else
        answers would change by merging.
        """
        if stem.field not in _OF_LANGUAGES or len(self.segments) < 2 or not any(map(len, found)):
            return found
        spread = self._spread.get(stem)
        if spread is None:
            if len(self._spread) >= MOST_FOUND:
                self._spread.clear()
            spread = self._spread[stem] = self._with_words_of_all(found)
        return spread

    def _with_words_of_all(self, found: list[Numbers]) -> list[Numbers]:
        words = [segment.terms.fields[IndexField.WORD].terms for segment in self.segments]
        here = [set(map(of.encoded, numbers.tolist())) for of, numbers in zip(words, found, strict=True)]
        every = set().union(*here)
        spread = []
        for of, numbers, has in zip(words, found, here, strict=True):
            others = [number for word in every - has if (number := of.number(word)) >= 0]
            spread.append(np.sort(np.concatenate([numbers, others])).astype(np.int64) if others else numbers)
        return spread

    @cached_property
    def by_segment(self) -> dict[str, Segment]:
        """The segments, by name."""
        return {segment.name: segment for segment in self.segments}

    def text_place(self, document: int) -> tuple[Segment, int]:
        """Return the segment with the text of a document, and its number there."""
        at = bisect_right(self._bounds, document) - 1
        return self.segments[at], int(self._texts[at][document - self._bounds[at]])

    def id_of(self, document: int) -> str:
        """Return the id of a document."""
        segment, local = self.text_place(document)
        return segment.id_of(local)

    def shown(self, document: int) -> bytes:
        """Return the stored data of a document's entry."""
        segment_at, local_at = self.facts_places
        return bytes(self.segments[segment_at[document]].blobs["shown"][local_at[document]])

    def texts_by_view(self, documents: Documents) -> Iterable[tuple[int, Documents, Documents]]:
        """Yield the ascending documents by segment: the segment's index, its documents, and their numbers there."""
        bounds = documents.searchsorted(self.starts)
        for at, local in enumerate(self._texts):
            here = documents[bounds[at] : bounds[at + 1]]
            if len(here):
                yield at, here, local[here - self.starts[at]]

    @cached_property
    def facts_places(self) -> tuple[NDArray[np.uint16], NDArray[np.int32]]:
        """For each document the index of the segment with its facts, and its number there."""
        segment_at, local_at = np.empty(self.size, np.uint16), np.empty(self.size, np.int32)
        for at, (local, documents) in enumerate(zip(self._facts, self._fact_documents, strict=True)):
            segment_at[documents], local_at[documents] = at, local
        return segment_at, local_at

    def _of_facts(self, column: str, dtype: type[_Number]) -> NDArray[_Number]:
        values = np.zeros(self.size, dtype)
        for segment, local, documents in zip(self.segments, self._facts, self._fact_documents, strict=True):
            values[documents] = getattr(segment, column)[local]
        return values

    @cached_property
    def dates(self) -> NDArray[np.int32]:
        """The date of each document: YYYYMMDD, unknown parts zero."""
        return self._of_facts("dates", np.int32)

    @cached_property
    def word_counts(self) -> NDArray[np.float32]:
        """The number of words of each document."""
        parts = [segment.word_counts[local] for segment, local in zip(self.segments, self._texts, strict=True)]
        return _collected(parts, np.float32)

    @cached_property
    def lengths(self) -> NDArray[np.float32]:
        """The number of words of each document, relative to the mean."""
        return self.word_counts / np.float32(self.mean_words)

    @cached_property
    def mean_words(self) -> float:
        """Mean number of words per document."""
        return self._words / self.size if self._words else 1.0

    @cached_property
    def mean_page_words(self) -> float:
        """Mean number of words per page."""
        columns = (segment.blobs["page_starts"].offsets.astype(np.int64) >> 2 for segment in self.segments)
        pages = sum(int(np.diff(starts)[local].sum()) for starts, local in zip(columns, self._texts, strict=True))
        return self._words / pages if self._words else 1.0

    @cached_property
    def _words(self) -> float:
        return float(self.word_counts.sum(dtype=np.float64))

    def with_amounts(self, least: int, most: int) -> Documents:
        """Return the documents that print an amount from ``least`` to ``most``, ascending."""
        found = [np.empty(0, np.int32)]
        for view in self.views:
            column = view.segment.blobs["amounts"]
            amounts = column.data.view("<i8")
            fits = np.concatenate(([0], np.cumsum((amounts >= least) & (amounts <= most))))
            bounds = fits[column.offsets.astype(np.int64) >> 3]
            documents = view.documents[bounds[1:] > bounds[:-1]]
            found.append(documents[documents >= 0])
        return np.sort(np.concatenate(found))

    @cached_property
    def facets(self) -> dict[str, FacetColumn]:
        """The values of every document, by facet."""
        return {facet: self._facet(facet) for facet in CLAUSE_FACETS}

    def _facet(self, facet: str) -> FacetColumn:
        ordinals = np.zeros(self.size, np.int32)
        numbers: dict[bytes, int] = {}
        for segment, local, documents in zip(self.segments, self._facts, self._fact_documents, strict=True):
            column = segment.facets[facet]
            into = np.array([numbers.setdefault(value, len(numbers)) for value in column.values], np.int32)
            if len(local):
                ordinals[documents] = into[column.ordinals[local]]
        of_few = ordinals.astype(np.min_scalar_type(len(numbers)))
        return FacetColumn(of_few, [value.decode() for value in numbers])

    @cached_property
    def ids(self) -> NDArray[np.bytes_]:
        """The id of each document, in ASCII."""
        parts = [segment.blobs["id"].ids(local) for segment, local in zip(self.segments, self._texts, strict=True)]
        return np.concatenate([np.empty(0, "S1"), *parts])

    def id_order(self, documents: Documents) -> NDArray[np.integer]:
        """Return sort keys of these documents by id."""
        if len(self.segments) == 1 or len(documents) > FEW or "_id_ranks" in vars(self):
            return self._id_ranks[documents]
        order = documents.argsort()
        parts = [self.segments[at].blobs["id"].ids(local) for at, _, local in self.texts_by_view(documents[order])]
        numbers = np.empty(len(documents), np.int64)
        numbers[order[np.concatenate([np.empty(0, "S1"), *parts]).argsort()]] = np.arange(len(documents))
        return numbers

    @cached_property
    def _id_ranks(self) -> NDArray[np.uint32]:
        of_segments: list[NDArray[np.uint32]] = [
            segment.blobs["id"].ranks[local] for segment, local in zip(self.segments, self._texts, strict=True)
        ]
        if len(of_segments) == 1:
            return of_segments[0]
        # If every segment is sorted, a stable sort is fast.
        runs = [start + np.argsort(ranks) for start, ranks in zip(self._bounds, of_segments, strict=False)]
        order = _collected(runs, np.int64)
        ranks = np.empty(self.size, np.uint32)
        ranks[order[np.argsort(self.ids[order], kind="stable")]] = np.arange(self.size, dtype=np.uint32)
        return ranks

    @cached_property
    def _by_id(self) -> NDArray[np.int64]:
        return np.argsort(self._id_ranks)

    def numbers_of(self, ids: Iterable[str]) -> Documents:
        """Return the documents with these ids, ascending; unknown ones are ignored."""
        wanted = sorted({id_.encode() for id_ in ids})
        if len(wanted) <= FEW_IDS and "_by_id" not in vars(self):
            return self._looked_up(wanted)
        asked = np.array(wanted, dtype=np.bytes_)
        if not len(asked) or not self.size:
            return np.empty(0, np.int32)
        order = self._by_id
        at = self.ids.searchsorted(asked, sorter=order)
        at[at == self.size] = 0
        documents = order[at]
        return np.sort(documents[self.ids[documents] == asked]).astype(np.int32)

    def _looked_up(self, ids: Sequence[bytes]) -> Documents:
        """Return the documents with these ids, each looked up in the segments that may have it."""
        found: set[int] = set()
        their_prints = prints(ids)
        for view in self.views:
            for local in view.segment.blobs["id"].of_each(ids, their_prints, AFTER_ID):
                found.add(int(view.documents[local]))
        return np.array(sorted(found - {-1}), np.int32)

    def sort_keys(self, sort: str) -> NDArray[np.int32]:
        """Return a number for every document, in which they ascend in a fixed order; of equal ones the ids decide.
        Undated documents come last in both orders of time."""
        if sort == "title":
            return self._title_ranks
        return -self.dates if sort == "newest" else np.where(self.dates == 0, _NEVER, self.dates)

    @cached_property
    def _title_ranks(self) -> NDArray[np.int32]:
        ranks = np.empty(self.size, np.int32)
        ranks[sorted(self._by_id.tolist(), key=self._titles().__getitem__)] = np.arange(self.size, dtype=np.int32)
        return ranks

    def _titles(self) -> list[bytes]:
        segment_at, local_at = self.facts_places
        places = zip(segment_at.tolist(), local_at.tolist(), strict=True)
        return [bytes(self.segments[at].blobs["title"][local]) for at, local in places]

    def held(self) -> dict[str, Held]:
        """Return every entry with its revision and reading."""
        parts = [segment.readings[local] for segment, local in zip(self.segments, self._texts, strict=True)]
        readings = _collected(parts, np.int64).tolist()
        ids = [id_.decode() for id_ in self.ids.tolist()]
        revisions = self._of_facts("revisions", np.uint32).tolist()
        return {id_: Held(revision, reading) for id_, revision, reading in zip(ids, revisions, readings, strict=True)}


def newest_commit(path: Path) -> int:
    """Return the number of the newest commit in a folder; -1 if there is none."""
    newest: int = TOC._latest_generation((file.name for file in path.iterdir()), INDEX_NAME)
    return newest


def _collected(parts: list[NDArray[Any]], dtype: type[_Number]) -> NDArray[_Number]:
    return np.concatenate([np.empty(0, dtype), *parts]).astype(dtype, copy=False)


def _paired(segments: Sequence[Segment], numbered: Sequence[Documents], facts: Sequence[Documents]) -> list[Documents]:
    """Return the document of each of these facts of each segment. Most texts are in the same segment; the others, whose
    facts were changed by themselves, are looked for among the texts that have no facts there.

    :param numbered: the document of each text of a segment, -1 for what is none.
    :raises ValueError: there are facts without a text.
    """
    found, serials, texts = [], [np.empty(0, np.uint64)], [np.empty(0, np.int32)]
    for segment, numbers, local in zip(segments, numbered, facts, strict=True):
        own = segment.text_of[local]
        of_facts = np.where(own < 0, np.int32(-1), numbers[own])
        is_free = numbers >= 0
        is_free[own[own >= 0]] = False
        found.append(of_facts)
        serials.append(segment.serials[is_free])
        texts.append(numbers[is_free])
    free = np.concatenate(serials)
    order = np.argsort(free)
    free, documents = free[order], np.concatenate(texts)[order]
    for segment, local, of_facts in zip(segments, facts, found, strict=True):
        alone = (of_facts < 0).nonzero()[0]
        wanted = segment.serials[local[alone]]
        if not member(wanted, free).all():
            raise ValueError("facts without a text")
        of_facts[alone] = documents[free.searchsorted(wanted)]
    return found


_FACET = "collection"


class Hiding:
    """Hides the documents of some collections, and caches the newest filtered snapshot. Thread-safe."""

    def __init__(self, hidden: frozenset[str]) -> None:
        self._hidden = tuple(sorted(hidden))
        self._lock = threading.Lock()
        self._made: tuple[Snapshot, Snapshot] | None = None

    def __bool__(self) -> bool:
        """Return whether any collection is hidden."""
        return bool(self._hidden)

    def applied(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot without hidden documents."""
        if not self._hidden:
            return snapshot
        with self._lock:
            if self._made is None or self._made[0] is not snapshot:
                self._made = snapshot, snapshot.without(snapshot.facets[_FACET].mask(self._hidden))
            return self._made[1]
