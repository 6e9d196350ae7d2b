"""Encode the words of a document: as the tokens that OpenSearch indexes, and packed to be read back.

What OpenSearch has indexed can be searched and not read back. Of the documents that are shown, the places of a query
are found in these, and when what is known of a document changes, its words are sent anew from them.

A line for each word number, and in it what stands there: the word, and what else finds it (12/2019-У and 2019). A
joined word, which is printed on several words, has no line of its own: it is named twice, by a token for where it
begins and one for where it ends. So "the next word" is the next line for words and joined words alike: a phrase of two
is a token that ends in one line, and one that begins in the next.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.search.engine import IndexText
from archive.search.matching.arrays import sort_distinct

_SIZES = struct.Struct("<7I")
_LEVEL = 3
"""A higher one takes twice the time to save a twentieth."""


@dataclass(frozen=True)
class TextTerms:
    """Where the words of one document are.

    ``numbers[i]`` is the index in the ascending ``words`` of the word at ``positions[i]``; positions ascend and are
    those of :class:`archive.search.engine.IndexText`. ``joined`` has two columns; ``first_words`` are the first words
    of pages.
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


POSITION = "\n"
"""Between the lines of one text."""

SAME = "\x1f"
"""Between the tokens of one line."""

_BEGINS, _ENDS = "\ue000", "\ue001"

ANYTHING = "\ue002"
"""In a question, a line of which it does not matter what stands there."""

_PARTING = re.compile(f"[{POSITION}{SAME}{_BEGINS}{_ENDS}{ANYTHING}]")

LONGEST = 8000
"""Characters of a word. Lucene takes 32,766 bytes; what is longer is no word, but is found all the same."""


def shortened(word: str) -> str:
    """A word as this engine keeps it: one that is too long by its beginning and a digest of the whole."""
    if len(word) <= LONGEST:
        return word
    return word[: LONGEST - 40] + blake2b(word.encode(), digest_size=16).hexdigest()


def token(word: str) -> str:
    """Return the token of a word at a single position."""
    return word if word.isalnum() and word[0] < _BEGINS else _PARTING.sub("\ufffd", word)


def beginning(word: str) -> str:
    """The token of a joined word where it begins."""
    return _BEGINS + token(word)


def ending(word: str) -> str:
    """The token of a joined word where it ends."""
    return _ENDS + token(word)


def together(tokens: Iterable[str]) -> str:
    """One line: any of these tokens."""
    return SAME.join(tokens)


def token_text(terms: TextTerms) -> str:
    """All lines of a document."""
    tokens = list(map(token, terms.words))
    in_place = int(np.searchsorted(terms.positions, terms.word_count))
    numbers, positions = terms.numbers[:in_place], terms.positions[:in_place]
    # Every word number has a word, so the first at each is a line; what else stands there comes after it.
    is_first = np.diff(positions, prepend=np.uint32(1 << 31)) != 0
    lines = [tokens[number] for number in numbers[is_first].tolist()]
    for number, position in zip(numbers[~is_first].tolist(), positions[~is_first].tolist(), strict=True):
        lines[position] += SAME + tokens[number]
    extents = terms.joined[terms.positions[in_place:] - terms.word_count].tolist()
    for number, (first, last) in zip(terms.numbers[in_place:].tolist(), extents, strict=True):
        lines[first] += SAME + _BEGINS + tokens[number]
        lines[last] += SAME + _ENDS + tokens[number]
    return POSITION.join(lines)
