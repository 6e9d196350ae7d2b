"""One open segment of an index. Segments are immutable, so snapshots share them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.search.matching.arrays import sort_distinct
from archive.search.matching.matches import WORD_BITS, Documents, Keys, WordMatches
from archive.search.request import CLAUSE_FACETS
from archive.search.whoosh_engine.layout import FILES
from archive.search.whoosh_engine.postings import Postings, SegmentTerms
from archive.search.whoosh_engine.schema import SCHEMA
from archive.text.vocabulary import IndexField

PIECE_BITS = 16


class Segment:
    """The terms and columns of a segment. Documents are numbered within it."""

    def __init__(self, storage: Any, segment: Any) -> None:
        """:param segment: the segment to open; errors as in opening its files."""
        self.name = segment.segment_id()
        self.files: dict[str, int] = {
            name: (Path(storage.folder) / name).stat().st_size for name in map(segment.make_filename, FILES)
        }
        """The files that are memory-mapped, with their sizes."""
        self.size: int = segment.doc_count_all()
        self.terms = SegmentTerms.open(storage, segment)
        self._columns = segment.codec().per_document_reader(storage, segment)
        self.serials: NDArray[np.uint64] = self.column("serial").array
        self.readings: NDArray[np.uint32] = self.column("reading").array
        self.word_counts: NDArray[np.uint32] = self.column("word_count").array

    def column(self, name: str) -> Any:
        """Return the reader of a column."""
        return self._columns.column_reader(name, SCHEMA[name].column_type)

    @cached_property
    def revisions(self) -> NDArray[np.uint32]:
        """The revision of each facts document."""
        array: NDArray[np.uint32] = self.column("revision").array
        return array

    @cached_property
    def text_of(self) -> Documents:
        """For each document of facts the text of the same serial number in this segment; -1 where that is in another
        one, and for texts. None of them comes twice in a segment."""
        order = np.argsort(self.serials, kind="stable").astype(np.int32)
        serials = self.serials[order]
        at = (serials[1:] == serials[:-1]).nonzero()[0]
        first, second = order[at], order[at + 1]
        is_text = self.readings[first] > 0
        found: Documents = np.full(self.size, -1, np.int32)
        found[np.where(is_text, second, first)] = np.where(is_text, first, second)
        return found

    @cached_property
    def dates(self) -> NDArray[np.int32]:
        """The date of each facts document: YYYYMMDD, unknown parts zero."""
        array: NDArray[np.int32] = self.column("date").array
        return array

    @cached_property
    def blobs(self) -> dict[str, Any]:
        """The columns of bytes."""
        return {
            name: self.column(name) for name in ("id", "title", "shown", "words", "joined", "page_starts", "amounts")
        }

    @cached_property
    def joined_pieces(self) -> NDArray[np.bool_]:
        """Which pieces belong to documents with joined words."""
        has_joined: NDArray[np.bool_] = np.diff(self.blobs["joined"].offsets) > 0
        return has_joined[self.terms.piece_document]

    def id_of(self, document: int) -> str:
        """Return the id of a document of the segment."""
        return bytes(self.blobs["id"][document]).decode()

    @cached_property
    def facets(self) -> dict[str, Any]:
        """The columns of facet values."""
        return {facet: self.column(facet) for facet in CLAUSE_FACETS}


class View:
    """A segment within a snapshot, which numbers the documents of all segments and has the deletions.

    ``documents`` maps documents of the segment to numbers of the snapshot, -1 if deleted. The text and the facts of a
    document share a number.
    """

    def __init__(self, segment: Segment, documents: Documents) -> None:
        self.segment = segment
        self.documents = documents
        self._piece_documents = documents[segment.terms.piece_document]
        self._is_whole = bool((self._piece_documents >= 0).all())

    def frequencies(self, postings: Postings) -> tuple[Documents, NDArray[np.float32]]:
        """Return the documents of postings, unsorted and possibly repeated, and the frequency of each posting."""
        pieces, frequencies = postings
        documents = self._piece_documents[pieces]
        if not self._is_whole:
            alive = documents >= 0
            documents, frequencies = documents[alive], frequencies[alive]
        return documents, frequencies.astype(np.float32)

    def document_counts(self, field: IndexField, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the document frequency of each of these terms."""
        terms = self.segment.terms
        documents = self._piece_documents[terms.postings(field, numbers)[0]]
        owners = np.repeat(np.arange(len(numbers)), terms.document_counts(field, numbers))
        pairs = sort_distinct((owners[documents >= 0] << WORD_BITS) | documents[documents >= 0])
        return np.bincount(pairs >> WORD_BITS, minlength=len(numbers))

    def places(
        self, field: IndexField, numbers: NDArray[np.int64], pieces: NDArray[np.int64] | None, postings: Postings
    ) -> WordMatches:
        """Return the matches of these terms with these postings, in these ascending pieces or in all."""
        base, words, local = self._placed(self.segment.terms.addresses(field, numbers, pieces, postings))
        is_joined = words >= self.segment.word_counts[local]
        if not is_joined.any():
            keys = base | words
            return WordMatches(keys, keys)
        return self._with_joined(base, words, local, is_joined)

    def phrase(
        self, words: Sequence[NDArray[np.int64]], pieces: NDArray[np.int64] | None
    ) -> tuple[WordMatches, Documents]:
        """Return the matches of consecutive words, each being any of its terms, in these ascending pieces or in all.

        Also return the ascending documents that must be matched otherwise, because one of the words is a joined word
        there.
        """
        from archive.search.whoosh_engine.phrases import SegmentPhrase  # noqa: PLC0415 - few searches ask for one

        phrase = SegmentPhrase(self.segment.terms.fields[IndexField.WORD], words)
        left_out: Documents = np.empty(0, np.int32)
        if self.segment.joined_pieces.any():
            base, last_words, local = self._placed(phrase.last(self.segment.joined_pieces))
            is_joined = last_words >= self.segment.word_counts[local]
            left_out = sort_distinct((base[is_joined] >> WORD_BITS).astype(np.int32))
        base, first_words, _ = self._placed(phrase.starts(pieces))
        found = WordMatches(base | first_words, (base | first_words) + (len(words) - 1))
        return found.outside(left_out), left_out

    def _placed(self, addresses: NDArray[np.uint32]) -> tuple[Keys, Keys, NDArray[np.uint32]]:
        """Return the document key, the word number and the segment document of each address outside of deleted
        documents."""
        terms = self.segment.terms
        at = addresses >> np.uint32(PIECE_BITS)
        documents = self._piece_documents[at]
        if not self._is_whole:
            alive = documents >= 0
            addresses, at, documents = addresses[alive], at[alive], documents[alive]
        local = terms.piece_document[at]
        words = addresses.astype(np.int64) - (terms.first_piece[local].astype(np.int64) << PIECE_BITS)
        return documents.astype(np.int64) << WORD_BITS, words, local

    def _with_joined(self, base: Keys, words: Keys, local: NDArray[Any], is_joined: NDArray[np.bool_]) -> WordMatches:
        blob = self.segment.blobs["joined"]
        extents = blob.data.view("<u4")
        owners = local[is_joined]
        of_joined = words[is_joined] - self.segment.word_counts[owners]
        at = (blob.offsets[owners].astype(np.int64) >> 2) + 2 * of_joined
        first, last = words.copy(), words.copy()
        first[is_joined], last[is_joined] = extents[at], extents[at + 1]
        return WordMatches.of(base | first, base | last)

    def pieces_of(self, local: Documents) -> NDArray[np.int64]:
        """Return the pieces of these ascending documents of the segment."""
        first = self.segment.terms.first_piece
        low, high = first[local].astype(np.int64), first[local + 1].astype(np.int64)
        counts = high - low
        return np.repeat(low - (counts.cumsum() - counts), counts) + np.arange(int(counts.sum()))
