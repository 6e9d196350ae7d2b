"""The words of a document as the index keeps them beside what is searched: which word stands where, in few bytes.

What OpenSearch has indexed can be searched and not read back. Of the documents that are shown, the places of a query
are found in these, and when what is known of a document changes, its words are sent anew from them.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.search.engine import IndexText
from archive.search.evaluating.arrays import sort_distinct

_SIZES = struct.Struct("<7I")
_LEVEL = 3
"""A higher one takes twice the time to save a twentieth."""


@dataclass(frozen=True)
class TextTerms:
    """Which word stands where in one document.

    ``numbers[i]`` is the index in ``words``, which ascend, of what stands at ``positions[i]``; positions ascend, and
    are those of :class:`archive.search.engine.IndexText`. ``joined`` has two columns, ``first_words`` the number of the
    first word of each page.
    """

    reading: int
    word_count: int
    words: list[str]
    numbers: NDArray[np.uint32]
    positions: NDArray[np.uint32]
    joined: NDArray[np.uint32]
    first_words: NDArray[np.uint32]
    amounts: NDArray[np.int64]

    @classmethod
    def of(cls, text: IndexText, spelled: list[str]) -> TextTerms:
        """The words of a text.

        :param spelled: the words of its vocabulary, as they are to be kept.
        """
        numbers = np.frombuffer(text.occurrences.numbers, np.uint32)
        places = np.zeros(len(spelled), np.uint64)
        places[numbers] = 1
        used = np.flatnonzero(places)
        of_used = [spelled[number] for number in used.tolist()]
        words = sorted(set(of_used))
        place_of = {word: place for place, word in enumerate(words)}
        places[used] = [place_of[word] for word in of_used]
        positions = np.frombuffer(text.occurrences.positions, np.uint32).astype(np.uint64)
        # A word that was written in two ways at one position has two numbers in the vocabulary, and one here.
        pairs = sort_distinct((positions << np.uint64(32)) | places[numbers])
        return cls(
            reading=text.reading,
            word_count=text.word_count,
            words=words,
            numbers=pairs.astype(np.uint32),
            positions=(pairs >> np.uint64(32)).astype(np.uint32),
            joined=np.array(text.joined, np.uint32).reshape(-1, 2),
            first_words=np.cumsum([0, *map(len, text.pages)])[:-1].astype(np.uint32),
            amounts=np.array(text.amounts, np.int64),
        )

    def pack(self) -> bytes:
        """All of it as bytes."""
        small: Any = np.uint16 if len(self.words) <= 1 << 16 else np.uint32
        text = "\n".join(self.words).encode()
        sizes = (
            self.reading, self.word_count, len(self.numbers), len(self.joined), len(self.first_words),
            len(self.amounts), len(self.words),
        )  # fmt: skip
        arrays = [
            self.amounts.astype("<i8"),
            self.numbers.astype(np.dtype(small).newbyteorder("<")),
            # Most words stand one after another.
            np.diff(self.positions, prepend=np.uint32(0)).astype("<u4"),
            self.joined.astype("<u4"),
            self.first_words.astype("<u4"),
        ]
        return _SIZES.pack(*sizes) + zlib.compress(b"".join([*(part.tobytes() for part in arrays), text]), _LEVEL)

    @classmethod
    def unpack(cls, packed: bytes) -> TextTerms:
        """What :meth:`pack` packed."""
        reading, word_count, places, joined, pages, amounts, words = _SIZES.unpack_from(packed)
        data = zlib.decompress(memoryview(packed)[_SIZES.size :])
        at = 0

        def part(dtype: str, count: int) -> NDArray[Any]:
            nonlocal at
            found = np.frombuffer(data, dtype, count, at)
            at += found.nbytes
            return found

        in_order = {
            "amounts": part("<i8", amounts),
            "numbers": part("<u2" if words <= 1 << 16 else "<u4", places),
            "positions": np.cumsum(part("<u4", places), dtype=np.uint32),
            "joined": part("<u4", 2 * joined).reshape(-1, 2),
            "first_words": part("<u4", pages),
        }
        return cls(
            reading=reading, word_count=word_count, words=data[at:].decode().split("\n") if words else [], **in_order
        )
