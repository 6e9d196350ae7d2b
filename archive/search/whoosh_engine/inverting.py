"""Inversion of documents by sorting whole arrays, without a loop over postings."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.search.matching.arrays import bounds, joined, sort_distinct
from archive.search.whoosh_engine.layout import ALIASES, MANY, PIECE, PIECE_BITS, SectionsWriter
from archive.text.vocabulary import Aliases, IndexField

Keys = NDArray[np.uint64]
"""Occurrences as 64-bit keys: the number of the term in the upper 32 bits, the address in the lower."""

ADDRESS_BITS = 32


def keys_of(terms: NDArray[Any], addresses: NDArray[Any]) -> Keys:
    """Return the keys of occurrences."""
    return (terms.astype(np.uint64) << np.uint64(ADDRESS_BITS)) | addresses.astype(np.uint64)


class FieldWriter:
    """Writes one stored field of a segment, in one call or by ranges of terms.

    Large arrays are written immediately; a few bytes per term are buffered until :meth:`finish`.
    """

    def __init__(self, field: IndexField, files: Mapping[str, SectionsWriter]) -> None:
        """:param files: the files of the segment: ``terms``, ``pieces``, ``frequencies`` and ``positions``."""
        self._field, self._files = field, files
        files["pieces"].begin(field.value, np.uint16)
        files["frequencies"].begin(field.value, np.uint8)
        files["positions"].begin(field.value, np.uint16)
        files["terms"].begin(f"{field}.text", np.uint8)
        self._lengths: list[NDArray[np.uint32]] = []
        self._postings: list[NDArray[np.int64]] = []
        self._positions: list[NDArray[np.int64]] = []
        self._many: list[tuple[NDArray[np.int64], NDArray[np.uint32]]] = []
        self._written = 0

    def write(self, terms: Sequence[bytes], keys: Keys) -> None:
        """Write the next range of terms and all of their occurrences, sorted and distinct.

        The keys number the terms from 0.
        """
        if not len(terms):
            return
        self._write_terms(terms)
        # A new posting begins when anything above the position within the piece changes.
        starts = np.concatenate([[0], np.flatnonzero((keys[1:] ^ keys[:-1]) >= PIECE) + 1])
        posting_ids = keys[starts] >> np.uint64(PIECE_BITS)
        frequencies = np.diff(starts, append=len(keys))
        owners = (posting_ids >> np.uint64(PIECE_BITS)).astype(np.int64)
        postings = np.bincount(owners, minlength=len(terms))
        self._postings.append(postings)
        self._positions.append(np.add.reduceat(frequencies, np.cumsum(postings) - postings))
        large = np.flatnonzero(frequencies >= MANY)
        self._many.append((large + self._written, frequencies[large].astype(np.uint32)))
        self._written += len(starts)
        self._files["pieces"].write(posting_ids.astype(np.uint16))
        self._files["frequencies"].write(np.minimum(frequencies, MANY).astype(np.uint8))
        self._files["positions"].write(keys.astype(np.uint16))

    def _write_terms(self, terms: Sequence[bytes]) -> None:
        text = b"\n".join(terms) + b"\n"
        lengths = np.fromiter(map(len, terms), np.uint32, len(terms)) + 1
        if len(text) != int(lengths.sum()) or text.count(b"\n") != len(terms):
            raise ValueError("a term has a line feed in it")
        self._files["terms"].write(text)
        self._lengths.append(lengths)

    def finish(self) -> None:
        """Write the table of terms."""
        terms = self._files["terms"]
        terms.add(f"{self._field}.offsets", bounds(self._lengths, np.uint32))
        terms.add(f"{self._field}.postings", bounds(self._postings, np.uint32))
        positions = bounds(self._positions, np.uint64)
        if positions[-1] < 1 << 32:
            positions = positions.astype(np.uint32)
        terms.add(f"{self._field}.positions", positions)
        terms.add(f"{self._field}.many_at", joined([at for at, _ in self._many], np.uint32))
        terms.add(f"{self._field}.many", joined([frequencies for _, frequencies in self._many], np.uint32))


class AliasWriter:
    """Writes one alias field of a segment, in one call or by ranges of terms."""

    def __init__(self, field: IndexField, terms: SectionsWriter) -> None:
        self._field, self._terms = field, terms
        terms.begin(f"{field}.text", np.uint8)
        self._lengths: list[NDArray[np.uint32]] = []
        self._counts: list[NDArray[np.int64]] = []
        self._words: list[NDArray[np.uint32]] = []

    def write(self, aliases: Sequence[bytes], keys: Keys) -> None:
        """Write the next range of aliases and all words of each, sorted and distinct.

        The keys hold the number of the alias, from 0, over the number of the word.
        """
        if not len(aliases):
            return
        self._terms.write(b"\n".join(aliases) + b"\n")
        self._lengths.append(np.fromiter(map(len, aliases), np.uint32, len(aliases)) + 1)
        self._counts.append(np.bincount((keys >> np.uint64(ADDRESS_BITS)).astype(np.int64), minlength=len(aliases)))
        self._words.append(keys.astype(np.uint32))

    def finish(self, own: NDArray[np.bool_]) -> None:
        """:param own: whether each word is its own alias."""
        self._terms.add(f"{self._field}.offsets", bounds(self._lengths, np.uint32))
        self._terms.add(f"{self._field}.starts", bounds(self._counts, np.uint32))
        self._terms.add(f"{self._field}.words", joined(self._words, np.uint32))
        self._terms.add(f"{self._field}.own", np.packbits(own, bitorder="little"))


class _AliasFieldPostings:
    """The aliases of one field as they are collected: which words are their own, and the words of each other one."""

    def __init__(self, words: int) -> None:
        self.own = bytearray(words)
        self.number_of: dict[str, int] = {}
        self.numbers, self.of_words = array("I"), array("I")

    def write(self, field: IndexField, terms: SectionsWriter) -> None:
        ordered, ranks = ranked(self.number_of)
        writer = AliasWriter(field, terms)
        writer.write(ordered, sort_distinct(keys_of(ranks[np.array(self.numbers, np.int64)], np.array(self.of_words))))
        writer.finish(np.frombuffer(self.own, bool))


def write_aliases(
    words: Sequence[str], ranks: Iterable[int], aliases: Iterable[Aliases], terms: SectionsWriter
) -> None:
    """Write all alias fields of sorted words, in one pass: a vocabulary is far larger than the processor's cache.

    :param ranks: indices into ``words``, possibly repeated.
    :param aliases: the alias of each of the ``ranks``.
    """
    fields: dict[str, _AliasFieldPostings] = {field: _AliasFieldPostings(len(words)) for field in ALIASES}
    for rank, of_word in zip(ranks, aliases, strict=True):
        word = words[rank]
        for field, found in of_word.items():
            postings = fields[field]
            for alias in found:
                if alias == word:
                    postings.own[rank] = 1
                else:
                    number_of = postings.number_of
                    postings.numbers.append(number_of.setdefault(alias, len(number_of)))
                    postings.of_words.append(rank)
    for field in ALIASES:
        fields[field].write(field, terms)


def ranked(number_of: Mapping[str, int]) -> tuple[list[bytes], NDArray[np.uint32]]:
    """Return the terms sorted, in UTF-8, and the rank of each number."""
    ordered = sorted(number_of)
    ranks = np.zeros(len(ordered), np.uint32)
    ranks[[number_of[term] for term in ordered]] = np.arange(len(ordered), dtype=np.uint32)
    return [term.encode() for term in ordered], ranks


def addresses_of(first_pieces: Any, positions: NDArray[Any]) -> NDArray[np.uint64]:
    """Return the addresses of positions.

    :param first_pieces: the first piece of the document of each position, or of all of them.
    """
    addresses: NDArray[np.uint64] = first_pieces.astype(np.uint64) * np.uint64(PIECE) + positions.astype(np.uint64)
    return addresses
