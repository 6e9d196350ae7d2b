"""The stored printed words of a document: compressed in blocks, so that few words can be read."""

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
"""Words per block: a snippet of thirty is in one or two blocks. Blocks of half the size take a tenth more space; of
twice the size a tenth less, and twice the time per snippet. Every block is compressed with the first one of its
document as a dictionary, which saves another tenth."""

PLAIN_FROM = 8
"""Fewest blocks of a document whose first block is stored uncompressed, because every snippet needs it. That takes 2 %
more space in a document of ten pages, and would take 20 % more in one of one page."""

_NUMBER = struct.Struct("<I")
_PLAIN = 1 << 31
"""Flag added to the number of blocks if the first one is not compressed."""

_LEVEL = 6
_RAW = -15
"""Raw deflate, because the index has its own checksums."""


def pack(pages: Iterable[Sequence[str]], *, plain: bool = True) -> bytes:
    """Pack the words of every page, in order. No word contains white space.

    :param plain: store the first block of a long document uncompressed.
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
    """Reads what :func:`pack` packed, block by block on demand."""

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
    """Printed words of which some blocks were sent; others are fetched on demand."""

    def __init__(self, stretches: dict[int, bytes], more: Callable[[int], dict[int, bytes]]) -> None:
        """:param stretches: packed blocks by number, including the first one (0).
        :param more: fetches a missing block, possibly with others.
        """
        self._stretches, self._more = stretches, more
        self._read = {}

    def _text(self, at: int) -> bytes:
        if at not in self._stretches:
            self._stretches |= self._more(at)
        return zlib.decompressobj(_RAW, self._known if at else b"").decompress(self._stretches[at])


class WordsOfPage(Sequence[str]):
    """The words of one page, decompressed on demand."""

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
