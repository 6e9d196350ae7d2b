"""The sorted terms of one field of one segment: lookup by text, prefix, pattern and edit distance.

Terms are UTF-8, each followed by a line feed, which no term contains. Byte order equals code point order.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from archive.search.matching.arrays import sort_distinct
from archive.search.query import expression_of
from archive.search.whoosh_engine.layout import BLOCK_BITS, CheckedArray

Numbers = NDArray[np.int64]
NONE: Numbers = np.empty(0, np.int64)

_READ = 32
"""Number of terms from which the binary search continues in memory."""

_REMEMBERED = 12
"""Levels of the binary search whose terms are cached as objects: two to this power."""

_LITERAL = 8
"""Bytes of the longest literal part of a pattern that the text is scanned for."""

_SCANNED, _COMPARED = 1 << 17, 1 << 16
"""Bytes of the text, and signatures, per batch, so that intermediate results stay in the processor's cache, which takes
a quarter of the time."""

_SIGNED = 1 << 16
"""Terms per batch of computed signatures."""


class TermList:
    """``len`` terms, numbered in sort order."""

    def __init__(self, text: CheckedArray, offsets: CheckedArray, signed: int = _SIGNED) -> None:
        """:param offsets: the first byte of each term, and the length of the text.
        :param signed: terms per batch of computed signatures.
        """
        self._signed = signed
        self._text, self._offsets = text, offsets
        self._text_bytes, self._offset_numbers = text.raw.data, offsets.raw.data
        self._length = len(offsets) - 1
        self._probes: dict[int, bytes] = {}

    def __len__(self) -> int:
        return self._length

    def encoded(self, number: int) -> bytes:
        """Return a term in UTF-8."""
        offsets, text = self._offsets, self._text
        first, last = number >> BLOCK_BITS - 2, number + 1 >> BLOCK_BITS - 2
        if not (offsets.seen[first] and offsets.seen[last]):
            offsets.check(first, last)
        start, end = self._offset_numbers[number], self._offset_numbers[number + 1] - 1
        first, last = start >> BLOCK_BITS, end >> BLOCK_BITS
        if not (text.seen[first] and text.seen[last]):
            text.check(first, last)
        return self._text_bytes[start:end].tobytes()

    def term(self, number: int) -> str:
        """Return a term."""
        return self.encoded(number).decode()

    def _picked(self, numbers: Numbers) -> list[str]:
        starts, ends = self._offsets.pick(numbers), self._offsets.pick(numbers + 1) - 1
        self._text.check_spans(starts, ends)
        text = self._text_bytes
        return [str(text[start:end], "utf-8") for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]

    def terms(self, start: int, stop: int) -> list[bytes]:
        """Return the terms from ``start`` to before ``stop``, in UTF-8."""
        if start >= stop:
            return []
        offsets = self._offsets.take(start, stop + 1)
        return self._text.take(int(offsets[0]), int(offsets[-1]) - 1).tobytes().split(b"\n")

    def place(self, term: bytes) -> int:
        """Return the number of the first term that is not before this one."""
        low, high = 0, self._length
        kept = high >> _REMEMBERED
        while high - low > _READ:
            middle = (low + high) >> 1
            if high - low > kept:
                probe = self._probes.get(middle)
                if probe is None:
                    probe = self._probes[middle] = self.encoded(middle)
            else:
                probe = self.encoded(middle)
            if probe < term:
                low = middle + 1
            else:
                high = middle
        return low + bisect_left(self.terms(low, high), term)

    def find(self, term: str) -> int:
        """Return the number of a term, or -1."""
        return self.number(term.encode())

    def number(self, encoded: bytes) -> int:
        """Return the number of a term in UTF-8, or -1."""
        number = self.place(encoded)
        return number if number < self._length and self.encoded(number) == encoded else -1

    def with_prefix(self, prefix: str) -> Numbers:
        """Return the terms that begin with ``prefix``."""
        encoded = prefix.encode()
        # 0xFF is not a byte of UTF-8, so it sorts after all continuations of the prefix.
        return np.arange(self.place(encoded), self.place(encoded + b"\xff"))

    def fitting(self, pattern: str) -> Numbers:
        """Return the terms that match ``pattern``; ``*`` matches any characters and ``?`` one."""
        head, star, tail = pattern.partition("*")
        if star and not tail and "?" not in head:
            return self.with_prefix(head)
        literals = re.split(r"[*?]+", pattern)
        longest = max(literals, key=len)
        numbers = self._containing(longest.encode()[:_LITERAL]) if longest else np.arange(self._length)
        if pattern == f"*{longest}*" and len(longest.encode()) <= _LITERAL:
            return numbers
        fits = expression_of(pattern).fullmatch
        return numbers[[fits(term) is not None for term in self._picked(numbers)]] if len(numbers) else NONE

    def _containing(self, literal: bytes) -> Numbers:
        text = self._text.all()
        found = [NONE]
        for start in range(0, len(text) - len(literal) + 1, _SCANNED):
            part = text[start : start + _SCANNED + len(literal) - 1]
            length = len(part) - len(literal) + 1
            at = part[:length] == literal[0]
            for shift, byte in enumerate(literal[1:], 1):
                at &= part[shift : shift + length] == byte
            found.append(at.nonzero()[0] + start)
        places = np.concatenate(found)
        return sort_distinct(np.searchsorted(self._offsets.all(), places.astype(np.uint32), side="right") - 1)

    def within(self, term: str, distance: int) -> Numbers:
        """Return the terms within ``distance`` edits of ``term``: insertion, deletion, substitution of a character, or
        swap of neighbours."""
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - few searches ask for it
        from rapidfuzz.process import cdist  # noqa: PLC0415

        masks, lengths = self._signatures
        wanted, length = _signature(term)
        least = np.uint8(max(0, length - distance))
        found = [NONE]
        for start in range(0, self._length, _COMPARED):
            # An edit inserts or deletes a character, or both, so it changes at most two bits of the mask.
            near = np.bitwise_count(masks[start : start + _COMPARED] ^ wanted) <= 2 * distance
            # Unsigned underflow gives large values.
            near &= lengths[start : start + _COMPARED] - least <= min(length, distance) + distance
            found.append(near.nonzero()[0] + start)
        numbers = np.concatenate(found)
        if not len(numbers):
            return NONE
        terms = self._picked(numbers)
        distances = cdist([term], terms, scorer=OSA.distance, score_cutoff=distance, dtype=np.uint8)[0]
        within: Numbers = numbers[distances <= distance]
        return within

    @cached_property
    def _signatures(self) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
        """For each term a bit mask of its characters (by their last byte), and its length."""
        masks, lengths = np.zeros(self._length, np.uint32), np.zeros(self._length, np.uint8)
        for start in range(0, self._length, self._signed):
            offsets = self._offsets.take(start, min(start + self._signed, self._length) + 1).astype(np.int64)
            text = self._text.take(int(offsets[0]), int(offsets[-1]))
            is_last = np.ones(len(text), bool)
            is_last[:-1] = (text[1:] & 0xC0) != 0x80
            is_last[text == ord("\n")] = False
            bits = np.where(is_last, np.uint32(1) << (text & 31).astype(np.uint32), np.uint32(0))
            at = offsets[:-1] - offsets[0]
            masks[start : start + len(at)] = np.bitwise_or.reduceat(bits, at)
            counts = np.add.reduceat(is_last, at, dtype=np.uint32)
            lengths[start : start + len(at)] = np.minimum(counts, 255)
        return masks, lengths


def _signature(term: str) -> tuple[np.uint32, int]:
    mask = 0
    for character in term:
        mask |= 1 << (character.encode()[-1] & 31)
    return np.uint32(mask), min(len(term), 255)
