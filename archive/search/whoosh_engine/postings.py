"""The terms and postings of one segment, as arrays read in place. Thread-safe."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.search.matching.arrays import sort_distinct, spans
from archive.search.whoosh_engine.layout import (
    ALIASES,
    FREQUENCIES,
    MANY,
    PIECE_BITS,
    PIECES,
    POSITIONS,
    STORED,
    TERMS,
    Array,
    Sections,
)
from archive.search.whoosh_engine.storage import open_mapped
from archive.search.whoosh_engine.termlist import NONE, Numbers, TermList
from archive.text.vocabulary import IndexField

Postings = tuple[NDArray[np.uint16], NDArray[np.uint32]]
"""The pieces of terms, and the term frequency in each."""

MOST_FOUND = 256
"""Most terms of a segment whose lookup is cached."""


class SegmentTerms:
    """Terms are numbered in their *stored* field: the field itself, or that of the words of an alias field.

    ``first_piece`` holds the first piece of each document and, at its end, the number of pieces; ``piece_document`` the
    document of each piece. Every method may raise :class:`archive.errors.IndexDamaged`.
    """

    def __init__(self, files: dict[str, Sections]) -> None:
        """:param files: the files of terms, by extension."""
        terms = files[TERMS]
        self.first_piece: NDArray[np.uint32] = terms.array("first_piece")
        counts = np.diff(self.first_piece)
        self.piece_document: NDArray[np.uint32] = np.repeat(np.arange(len(counts), dtype=np.uint32), counts)
        self.fields = {field: StoredField(field, files) for field in STORED}
        self._aliases = {field: AliasField(field, terms) for field in ALIASES}
        self._writing = terms.lazy("writing")
        self._found: dict[tuple[IndexField, str], Numbers] = {}

    @classmethod
    def open(cls, storage: Any, segment: Any) -> SegmentTerms:
        """Open the terms of a segment.

        :raises FileNotFoundError: its files were deleted.
        """
        extensions = (TERMS, PIECES, FREQUENCIES, POSITIONS)
        files = {extension: open_mapped(storage, segment.make_filename(extension)) for extension in extensions}
        return cls({extension: Sections(file.content, file.name) for extension, file in files.items()})

    def stored(self, field: IndexField) -> IndexField:
        """Return the stored field of a field."""
        return IndexField.WORD if field in self._aliases else field

    def find(self, field: IndexField, text: str) -> Numbers:
        """Return the stored terms of one term: itself, or the words with this alias; empty if unknown. Cached, because
        segments are immutable and a request looks its words up several times."""
        found = self._found.get((field, text))
        if found is None:
            if len(self._found) >= MOST_FOUND:
                self._found.clear()
            found = self._found[field, text] = self._find(field, text)
        return found

    def _find(self, field: IndexField, text: str) -> Numbers:
        number = self.fields[self.stored(field)].terms.find(text)
        own = NONE if number < 0 else np.array([number])
        alias = self._aliases.get(field)
        return own if alias is None else alias.resolved(own, alias.found(text))

    def with_prefix(self, field: IndexField, prefix: str) -> Numbers:
        """Return the stored terms of all terms with this prefix."""
        own = self.fields[self.stored(field)].terms.with_prefix(prefix)
        alias = self._aliases.get(field)
        return own if alias is None else alias.resolved(own, alias.terms.with_prefix(prefix))

    def fitting(self, field: IndexField, pattern: str) -> Numbers:
        """Return the stored terms of all terms that match ``pattern``: ``*`` matches any characters and ``?`` one."""
        own = self.fields[self.stored(field)].terms.fitting(pattern)
        alias = self._aliases.get(field)
        return own if alias is None else alias.resolved(own, alias.terms.fitting(pattern))

    def within(self, field: IndexField, text: str, distance: int) -> Numbers:
        """Return the stored terms of all terms within ``distance`` edits of ``text``; a swap is one edit."""
        own = self.fields[self.stored(field)].terms.within(text, distance)
        alias = self._aliases.get(field)
        return own if alias is None else alias.resolved(own, alias.terms.within(text, distance))

    def alias(self, field: IndexField) -> AliasField:
        """Return the terms of an alias field that differ from their word."""
        return self._aliases[field]

    def text(self, field: IndexField, number: int) -> str:
        """Return a term of a stored field."""
        return self.fields[field].terms.term(number)

    def writing(self, number: int) -> int:
        """Return how a word is written, as :class:`archive.text.vocabulary.Writing`."""
        return int(self._writing.take(number, number + 1)[0])

    def writings(self) -> NDArray[np.uint8]:
        """Return how every word is written."""
        return self._writing.all()

    def document_counts(self, field: IndexField, numbers: Numbers) -> NDArray[np.uint32]:
        """Return the number of pieces with each of these stored terms."""
        return self.fields[field].counts(numbers)

    def postings(self, field: IndexField, numbers: Numbers) -> Postings:
        """Return the postings of these stored terms, term by term."""
        return self.fields[field].postings(numbers)

    def addresses(
        self,
        field: IndexField,
        numbers: Numbers,
        pieces: Array | None = None,
        postings: Postings | None = None,
    ) -> NDArray[np.uint32]:
        """Return the distinct addresses of these stored terms, ascending.

        :param pieces: only in these ascending pieces.
        :param postings: the postings of the terms, if known.
        """
        return self.fields[field].addresses(numbers, pieces, postings)


class AliasField:
    """The terms of one alias field. Most words are their own alias, which takes one bit per word."""

    def __init__(self, field: IndexField, terms: Sections) -> None:
        self.terms = TermList(terms.lazy(f"{field}.text"), terms.lazy(f"{field}.offsets"))
        self.starts, self.words = terms.lazy(f"{field}.starts"), terms.lazy(f"{field}.words")
        self.own = terms.lazy(f"{field}.own")

    def found(self, text: str) -> Numbers:
        """Return the number of an alias, in an array; empty if unknown."""
        number = self.terms.find(text)
        return NONE if number < 0 else np.array([number])

    def own_among(self, words: Numbers) -> Numbers:
        """Return those of ``words`` that are their own alias."""
        if not len(words):
            return words
        bits = self.own.pick(words >> 3) >> (words & 7).astype(np.uint8)
        own: Numbers = words[bits & 1 == 1]
        return own

    def resolved(self, words: Numbers, aliases: Numbers) -> Numbers:
        """Return those of ``words`` that are their own alias, and the words of ``aliases``."""
        words = self.own_among(words)
        if not len(aliases):
            return words
        starts, stops = self.starts.pick(aliases), self.starts.pick(aliases + 1)
        self.words.check_spans(starts, stops)
        others = self.words.raw[spans(starts, stops)]
        if len(aliases) == 1 and not len(words):
            return others.astype(np.int64)
        return sort_distinct(np.concatenate([words, others]))


class StoredField:
    """The terms of one stored field, with their postings."""

    def __init__(self, field: IndexField, files: dict[str, Sections]) -> None:
        terms = files[TERMS]
        self.terms = TermList(terms.lazy(f"{field}.text"), terms.lazy(f"{field}.offsets"))
        self.posting_starts, self.position_starts = terms.lazy(f"{field}.postings"), terms.lazy(f"{field}.positions")
        self._many_at, self._many = terms.array(f"{field}.many_at"), terms.array(f"{field}.many")
        self.pieces = files[PIECES].lazy(field.value)
        self._frequencies = files[FREQUENCIES].lazy(field.value)
        self.positions = files[POSITIONS].lazy(field.value)

    def counts(self, numbers: Numbers) -> NDArray[np.uint32]:
        """Return the number of postings of each term."""
        return self.posting_starts.pick(numbers + 1) - self.posting_starts.pick(numbers)

    def _stretches(self, numbers: Numbers) -> tuple[Numbers, Numbers]:
        starts = self.posting_starts.pick(numbers).astype(np.int64)
        stops = self.posting_starts.pick(numbers + 1).astype(np.int64)
        if len(numbers) > 1 and numbers[-1] - numbers[0] == len(numbers) - 1:
            # Adjacent terms have contiguous postings.
            return starts[:1], stops[-1:]
        return starts, stops

    def postings(self, numbers: Numbers) -> Postings:
        """Return the postings of these terms, term by term."""
        starts, stops = self._stretches(numbers)
        if len(starts) == 1:
            start, stop = int(starts[0]), int(stops[0])
            return self.pieces.take(start, stop), self.frequencies(start, stop)
        frequencies = self._frequencies.together(starts, stops).astype(np.uint32)
        if len(self._many):
            large = (frequencies == MANY).nonzero()[0]
            if len(large):
                frequencies[large] = self._many[self._many_at.searchsorted(spans(starts, stops)[large])]
        return self.pieces.together(starts, stops), frequencies

    def frequencies(self, start: int, stop: int) -> NDArray[np.uint32]:
        """Return the frequencies of the postings from ``start`` to before ``stop``."""
        frequencies = self._frequencies.take(start, stop).astype(np.uint32)
        low, high = self._many_at.searchsorted((start, stop))
        frequencies[self._many_at[low:high].astype(np.int64) - start] = self._many[low:high]
        return frequencies

    def addresses(self, numbers: Numbers, pieces: Array | None, postings: Postings | None) -> NDArray[np.uint32]:
        """Return the distinct addresses of these terms, ascending."""
        if not len(numbers):
            return np.empty(0, np.uint32)
        found, frequencies = postings or self.postings(numbers)
        starts = self.position_starts.pick(numbers).astype(np.int64)
        stops = self.position_starts.pick(numbers + 1).astype(np.int64)
        if pieces is not None:
            found, frequencies, starts, stops = _only(pieces, found, frequencies, starts, stops)
        if len(starts) == 1:
            low = self.positions.take(int(starts[0]), int(stops[0]))
        else:
            self.positions.check_spans(starts, stops)
            low = self.positions.raw[spans(starts, stops)]
        firsts: NDArray[np.uint32] = (found.astype(np.uint32) << np.uint32(PIECE_BITS)).repeat(frequencies)
        addresses = firsts | low.astype(np.uint32)
        return addresses if len(numbers) == 1 else sort_distinct(addresses)


def _only(pieces: Array, found: Array, frequencies: Array, starts: Numbers, stops: Numbers) -> tuple[Array, ...]:
    """Return the postings in some pieces, with the begin and end of the positions of each."""
    wanted = np.zeros(1 << PIECE_BITS, bool)
    wanted[pieces] = True
    keep = wanted[found].nonzero()[0]
    # Where the positions of non-adjacent terms meet, the cumulative sum jumps to the next range.
    lengths = stops - starts
    before = lengths.cumsum()
    stop = frequencies.cumsum(dtype=np.int64)[keep]
    stop_at = stop + (starts - (before - lengths))[before.searchsorted(stop)]
    kept = frequencies[keep]
    return found[keep], kept, stop_at - kept, stop_at
