"""Writing of documents as segments. The files of an unpublished segment are not part of an index."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.search.engine import IndexEntry, IndexText
from archive.search.matching.arrays import sort_distinct
from archive.search.matching.printed_words import pack
from archive.search.request import CLAUSE_FACETS, UNKNOWN
from archive.search.whoosh_engine import layout
from archive.search.whoosh_engine.codec import ArrayCodec, ArraySegment, ColumnsWriter
from archive.search.whoosh_engine.inverting import FieldWriter, Keys, addresses_of, keys_of, ranked, write_aliases
from archive.search.whoosh_engine.layout import SectionsWriter, SegmentLimits
from archive.search.whoosh_engine.schema import COLUMNS, INDEX_NAME, SEPARATOR
from archive.text.folding import fold
from archive.text.vocabulary import IndexField, Occurrences, Vocabulary


class SegmentWriter:
    """Collects documents in memory and writes them as one segment."""

    def __init__(self, storage: Any, limits: SegmentLimits) -> None:
        self._storage = storage
        self._limits = limits
        self._first_piece = array("I", [0])
        self._columns: dict[str, list[tuple[int, Any]]] = {name: [] for name in COLUMNS}
        self._words = _Words()
        self._terms: dict[IndexField, _Terms] = {
            field: _Terms() for field in layout.STORED if field is not IndexField.WORD
        }
        self._occurrences = 0

    @property
    def documents(self) -> int:
        """The number of collected documents."""
        return len(self._first_piece) - 1

    def has_room(self, entry: IndexEntry) -> bool:
        """Return whether a document fits. An empty segment takes any document."""
        pieces = 1 + (layout.pieces_for(_positions(entry.text)) if entry.text else 0)
        limits = self._limits
        fits = self._first_piece[-1] + pieces <= limits.pieces and self._occurrences < limits.written_occurrences
        return fits or not self.documents

    def add_text(self, entry_id: str, serial: int, text: IndexText) -> None:
        """Add the words of a document."""
        document = self._start(serial, entry_id, _positions(text))
        starts = np.cumsum([0, *map(len, text.pages)])[:-1]
        values = {
            "reading": text.reading,
            "word_count": text.word_count,
            "joined": np.array(text.joined, "<u4").tobytes(),
            "page_starts": starts.astype("<u4").tobytes(),
            "words": pack(text.pages),
            "amounts": np.array(text.amounts, "<i8").tobytes(),
        }
        self._set(document, values)
        self._words.add(document, text.occurrences)
        self._occurrences += len(text.occurrences.numbers)

    def add_facts(self, entry: IndexEntry, serial: int) -> None:
        """Add the facts of a document."""
        last = (positions[-1] for terms in entry.terms.values() for positions in terms.values())
        document = self._start(serial, entry.id, max(last, default=-1) + 1)
        values = {
            "revision": entry.revision,
            "date": _day(entry.date),
            "title": fold(entry.title).encode(),
            "shown": entry.shown,
            **{facet: _joined(entry.facets.get(facet, ())) for facet in CLAUSE_FACETS},
        }
        self._set(document, values)
        for field, terms in entry.terms.items():
            self._terms[field].add(document, terms)

    def _start(self, serial: int, entry_id: str, positions: int) -> int:
        document = self.documents
        self._first_piece.append(self._first_piece[-1] + layout.pieces_for(positions))
        self._set(document, {"serial": serial, "id": entry_id.encode()})
        return document

    def _set(self, document: int, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            self._columns[name].append((document, value))

    def write(self) -> ArraySegment:
        """Write the files of a new segment."""
        segment = ArrayCodec().new_segment(self._storage, INDEX_NAME)
        segment.set_doc_count(self.documents)
        segment.pieces = self._first_piece[-1]
        first_piece = np.array(self._first_piece, np.uint32)
        with term_files(self._storage, segment) as files:
            files["terms"].add("first_piece", first_piece)
            self._words.write(first_piece, files)
            for field, terms in self._terms.items():
                terms.write(field, first_piece, files)
        columns = ColumnsWriter(self._storage, segment)
        for name, column in COLUMNS.items():
            columns.write(name, column, lambda writer, name=name: self._fill(writer, name), self.documents)
        columns.close()
        return segment

    def _fill(self, writer: Any, name: str) -> None:
        for document, value in self._columns[name]:
            writer.add(document, value)


@contextmanager
def term_files(storage: Any, segment: ArraySegment) -> Iterator[dict[str, SectionsWriter]]:
    """Open the files of a segment's terms for writing."""
    extensions = (layout.TERMS, layout.PIECES, layout.FREQUENCIES, layout.POSITIONS)
    opened = {extension: segment.create_file(storage, extension) for extension in extensions}
    try:
        files = {extension[1:]: SectionsWriter(file) for extension, file in opened.items()}
        yield files
        for file in files.values():
            file.close()
    finally:
        for file in opened.values():
            file.close()


class _Words:
    """The positions of words, by their number in one vocabulary or several consecutive ones."""

    def __init__(self) -> None:
        self._vocabularies: list[Vocabulary] = []
        self._occurrences: list[tuple[int, int, Occurrences]] = []

    def add(self, document: int, occurrences: Occurrences) -> None:
        if not self._vocabularies or self._vocabularies[-1] is not occurrences.vocabulary:
            self._vocabularies.append(occurrences.vocabulary)
        self._occurrences.append((document, len(self._vocabularies) - 1, occurrences))

    def write(self, first_piece: NDArray[np.uint32], files: Mapping[str, SectionsWriter]) -> None:
        firsts = np.cumsum([0, *map(len, self._vocabularies)])
        spelled = list(chain.from_iterable(vocabulary.words for vocabulary in self._vocabularies))
        used = np.zeros(len(spelled), bool)
        for _, vocabulary, occurrences in self._occurrences:
            used[np.frombuffer(occurrences.numbers, np.uint32) + firsts[vocabulary]] = True
        used_numbers = np.flatnonzero(used)
        words = sorted({spelled[number] for number in used_numbers.tolist()})
        rank_of = {word: rank for rank, word in enumerate(words)}
        ranks = np.zeros(len(spelled), np.uint32)
        ranks[used_numbers] = [rank_of[spelled[number]] for number in used_numbers.tolist()]
        writer = FieldWriter(IndexField.WORD, files)
        writer.write([word.encode() for word in words], self._keys(first_piece, firsts, ranks))
        writer.finish()
        self._write_aliases(words, used_numbers, ranks[used_numbers], files["terms"])

    def _keys(self, first_piece: NDArray[np.uint32], firsts: NDArray[Any], ranks: NDArray[np.uint32]) -> Keys:
        """Return the sorted keys of all occurrences, built document by document to save memory."""
        keys = np.empty(sum(len(occurrences.numbers) for _, _, occurrences in self._occurrences), np.uint64)
        at = 0
        for document, vocabulary, occurrences in self._occurrences:
            numbers = np.frombuffer(occurrences.numbers, np.uint32) + firsts[vocabulary]
            positions = np.frombuffer(occurrences.positions, np.uint32)
            addresses = addresses_of(first_piece[document], positions)
            keys[at : at + len(numbers)] = keys_of(ranks[numbers], addresses)
            at += len(numbers)
        return sort_distinct(keys)

    def _write_aliases(
        self, words: list[str], numbers: NDArray[Any], ranks: NDArray[Any], terms: SectionsWriter
    ) -> None:
        """Write the spelling flags and the aliases of each word.

        :param numbers: numbers of the words in the order of insertion, each with the rank of its word.
        """
        writings = list(chain.from_iterable(vocabulary.writings for vocabulary in self._vocabularies))
        writing = np.zeros(len(words), np.uint8)
        np.bitwise_or.at(writing, ranks, np.fromiter((writings[at] for at in numbers.tolist()), np.uint8, len(numbers)))
        terms.add("writing", writing)
        aliases = list(chain.from_iterable(vocabulary.aliases for vocabulary in self._vocabularies))
        write_aliases(words, ranks.tolist(), (aliases[at] for at in numbers.tolist()), terms)


class _Terms:
    """The positions of terms of another field."""

    def __init__(self) -> None:
        self._number_of: dict[str, int] = {}
        self._numbers, self._positions, self._documents = array("I"), array("I"), array("I")

    def add(self, document: int, terms: Mapping[str, tuple[int, ...]]) -> None:
        for term, positions in terms.items():
            number = self._number_of.setdefault(term, len(self._number_of))
            self._numbers.extend([number] * len(positions))
            self._positions.extend(positions)
            self._documents.extend([document] * len(positions))

    def write(self, field: IndexField, first_piece: NDArray[np.uint32], files: Mapping[str, SectionsWriter]) -> None:
        ordered, ranks = ranked(self._number_of)
        addresses = addresses_of(first_piece[np.array(self._documents, np.int64)], np.array(self._positions))
        writer = FieldWriter(field, files)
        writer.write(ordered, sort_distinct(keys_of(ranks[np.array(self._numbers, np.int64)], addresses)))
        writer.finish()


def _positions(text: IndexText) -> int:
    last = np.frombuffer(text.occurrences.positions, np.uint32).max(initial=0) if text.occurrences.positions else 0
    return max(text.word_count + len(text.joined), int(last) + 1)


def _joined(values: tuple[str, ...]) -> bytes:
    return (SEPARATOR.join(dict.fromkeys(values)) or UNKNOWN).encode()


def _day(date: str | None) -> int:
    """Return a date as YYYYMMDD, unknown parts zero."""
    year, month, day, *_ = [*(int(part) for part in date.split("-")), 0, 0] if date else (0, 0, 0)
    return (year * 100 + month) * 100 + day
