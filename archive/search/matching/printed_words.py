"""The printed words of a document as the index keeps them: compressed in stretches, so that a few can be read."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import chain
from typing import overload

import numpy as np

STRETCH_BITS = 7
STRETCH = 1 << STRETCH_BITS
"""Words of a stretch: an excerpt of thirty lies in one or two of them. Half as many words take a tenth more room; twice
as many take a tenth less, and an excerpt twice the time. Every stretch is compressed with the first one of its document
as a dictionary, which saves another tenth: documents repeat themselves."""

PLAIN_FROM = 8
"""Stretches of a document from which on its first one is kept as it is: every excerpt needs it. That takes two
hundredths more room in a document of ten pages, and would take a fifth more in one of one page."""

_NUMBER = struct.Struct("<I")
_PLAIN = 1 << 31
"""Added to the number of stretches where the first one is not compressed."""

_LEVEL = 6
_RAW = -15
"""Raw deflate: the index has checksums of its own."""


def pack(pages: Iterable[Sequence[str]], *, plain: bool = True) -> bytes:
    """Return the words of every page, in order, as one byte string. No word has white space in it.

    :param plain: keep the first stretch of a long document as it is.
    """
    words = list(chain.from_iterable(pages))
    texts = ["\n".join(words[at : at + STRETCH]).encode() for at in range(0, len(words), STRETCH)]
    stretches = [_compressed(text, texts[0] if at else b"") for at, text in enumerate(texts)]
    mark = _PLAIN if plain and len(texts) >= PLAIN_FROM else 0
    if mark:
        stretches[0] = texts[0]
    ends = np.cumsum([len(stretch) for stretch in stretches], dtype="<u4").tobytes()
    return b"".join([_NUMBER.pack(len(stretches) | mark), ends, *stretches])


def _compressed(text: bytes, known: bytes) -> bytes:
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW, zdict=known)
    return compressor.compress(text) + compressor.flush()


class PrintedWords:
    """Reads what :func:`pack` packed, stretch by stretch, as words are asked for."""

    def __init__(self, packed: bytes | memoryview) -> None:
        self._packed = memoryview(packed)
        (count,) = _NUMBER.unpack_from(self._packed)
        self._is_plain = count >= _PLAIN
        self._first = _NUMBER.size * ((count & ~_PLAIN) + 1)
        self._ends = self._packed[_NUMBER.size : self._first].cast("I")
        self._read: dict[int, list[str]] = {}

    def words(self, start: int, stop: int) -> list[str]:
        """Return the words from number ``start`` to before ``stop`` of the document."""
        before = start & -STRETCH
        if start < stop <= before + STRETCH:
            return self._stretch(start >> STRETCH_BITS)[start - before : stop - before]
        words: list[str] = []
        while start < stop:
            at = start >> STRETCH_BITS
            before = at << STRETCH_BITS
            words += self._stretch(at)[start - before : stop - before]
            start = before + STRETCH
        return words

    def _stretch(self, at: int) -> list[str]:
        words = self._read.get(at)
        if words is None:
            words = self._read[at] = self._text(at).decode().split("\n")
        return words

    def _text(self, at: int) -> bytes:
        packed = self._packed[self._first + (self._ends[at - 1] if at else 0) : self._first + self._ends[at]]
        if not at and self._is_plain:
            return packed.tobytes()
        return zlib.decompressobj(_RAW, self._known if at else b"").decompress(packed)

    @cached_property
    def _known(self) -> bytes:
        return self._text(0)


class SomePrintedWords(PrintedWords):
    """The same of some stretches, which were sent alone; others are fetched when a word of theirs is asked for."""

    def __init__(self, stretches: dict[int, bytes], more: Callable[[int], dict[int, bytes]]) -> None:
        """:param stretches: what :func:`pack` packed of each of them, the first of the document (0) among them.
        :param more: gives one that is missing, and others with it.
        """
        self._stretches, self._more = stretches, more
        self._read = {}

    def _text(self, at: int) -> bytes:
        if at not in self._stretches:
            self._stretches |= self._more(at)
        return zlib.decompressobj(_RAW, self._known if at else b"").decompress(self._stretches[at])


class WordsOfPage(Sequence[str]):
    """The words of one page, decompressed as they are looked at."""

    def __init__(self, printed: PrintedWords, first: int, count: int) -> None:
        """:param first: number of the first word of the page in the document."""
        self._printed = printed
        self._numbers = range(first, first + count)

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...

    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        if isinstance(at, int):
            number = self._numbers[at]
            return self._printed.words(number, number + 1)[0]
        numbers = self._numbers[at]
        if numbers.step == 1:
            return self._printed.words(numbers.start, numbers.stop)
        return [self[index] for index in range(len(self))[at]]
