"""Encoding of the words of a document: as tokens for OpenSearch, and as packed positions that can be read in part.

An inverted index cannot be read back per document, so each document also stores its positions: those of each word,
keyed by a hash of the word. A script on the servers looks up the requested words and sends only these
(:mod:`archive.search.opensearch_engine.scripts`). If the facts of a document change, its words are reindexed from them.

The token text has a line for each word number, with its tokens: the word, and its other terms (12/2019-У and 2019). A
joined word, which is printed on several words, has no line of its own, but a begin token and an end token. So a phrase
of two words or joined words is always a token that ends in one line and one that begins in the next.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from archive.search.engine import IndexText
from archive.search.matching.arrays import sort_distinct

_SIZES = struct.Struct("<2I")
_LEVEL = 3
"""A higher one takes twice the time to save a twentieth."""

PLACES_HEAD = struct.Struct("<4I")
"""Header of packed positions: numbers of words, pages, distinct words, and joined words."""


@dataclass(frozen=True)
class TextTerms:
    """The positions of the words of one document.

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
        """Build from a text.

        :param spelled: the words of its vocabulary, as they are stored.
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
        # A word with two spellings at one position has two numbers in the vocabulary, and one here.
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

    def places(self) -> bytes:
        """Pack the positions of each word, for the script of :class:`archive.search.opensearch_engine.scripts.Wanted`.

        The header is followed by the first words of pages, the ascending hashes of words, the end offset of each word's
        positions, the first and last words of joined words; then the positions of each word, delta-encoded.
        """
        hashes = np.array(list(map(hash_of, self.words)), "<i8")
        order = np.argsort(hashes)
        rank = np.empty(len(order), np.uint64)
        rank[order] = np.arange(len(order), dtype=np.uint64)
        keys = (rank[self.numbers] << np.uint64(32)) | self.positions
        keys.sort()
        words, positions = keys >> np.uint64(32), keys.astype(np.uint32)
        gaps = np.diff(positions, prepend=np.uint32(0))
        begins = np.flatnonzero(np.diff(words, prepend=np.uint64(1 << 63)))
        gaps[begins] = positions[begins]
        written, lengths = with_variable_length(gaps)
        ends = lengths.cumsum()[np.append(begins[1:], len(lengths)) - 1] if len(begins) else begins
        head = PLACES_HEAD.pack(self.word_count, len(self.first_words), len(order), len(self.joined))
        arrays = (self.first_words.astype("<u4"), hashes[order], ends.astype("<u4"), self.joined.astype("<u4"))
        return head + b"".join(part.tobytes() for part in arrays) + written

    def pack(self) -> bytes:
        """Pack the rest: reading, words in the order of their positions, and amounts."""
        text = "\n".join(sorted(self.words, key=hash_of)).encode()
        sizes = _SIZES.pack(self.reading, len(self.amounts))
        return sizes + zlib.compress(self.amounts.astype("<i8").tobytes() + text, _LEVEL)

    @classmethod
    def unpack(cls, packed: bytes, places: bytes) -> TextTerms:
        """Unpack the results of :meth:`pack` and :meth:`places`."""
        reading, amounts = _SIZES.unpack_from(packed)
        rest = zlib.decompress(memoryview(packed)[_SIZES.size :])
        word_count, pages, count, joined = PLACES_HEAD.unpack_from(places)
        by_hash = rest[8 * amounts :].decode().split("\n") if count else []
        words = sorted(by_hash)
        place_of = {word: place for place, word in enumerate(words)}
        at = PLACES_HEAD.size
        first_words = np.frombuffer(places, "<u4", pages, at)
        ends = np.frombuffer(places, "<u4", count, at + 4 * pages + 8 * count)
        extents = np.frombuffer(places, "<u4", 2 * joined, at + 4 * pages + 12 * count)
        written = places[at + 4 * pages + 12 * count + 8 * joined :]
        parts = [places_of_word(written[start:end]) for start, end in pairwise([0, *ends.tolist()])]
        positions = np.concatenate([np.empty(0, np.uint32), *parts])
        numbers = np.repeat(np.array([place_of[word] for word in by_hash], np.uint32), list(map(len, parts)))
        order = np.lexsort((numbers, positions))
        return cls(
            reading=reading,
            word_count=word_count,
            words=words,
            numbers=numbers[order].astype(np.uint32),
            positions=positions[order],
            joined=extents.reshape(-1, 2),
            first_words=first_words,
            amounts=np.frombuffer(rest, "<i8", amounts),
        )


def hash_of(word: str) -> int:
    """Return the hash by which the positions of a word are found. Two of a million words collide with a probability of
    one in forty million."""
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little", signed=True)


def with_variable_length(values: NDArray[np.uint32]) -> tuple[bytes, NDArray[np.int64]]:
    """Encode numbers as variable-length integers (7 bits per byte, the lowest first, the eighth bit set in all but the
    last byte); return the bytes, and the length of each."""
    lengths: NDArray[np.int64] = np.ones(len(values), np.int64)
    for more in range(1, 5):
        lengths += values >> np.uint32(7 * more) > 0
    which = np.repeat(np.arange(len(values)), lengths)
    at = np.arange(len(which)) - np.repeat(lengths.cumsum() - lengths, lengths)
    written = ((values[which] >> (7 * at).astype(np.uint32)) & 127).astype(np.uint8)
    written[at < lengths[which] - 1] |= 128
    return written.tobytes(), lengths


def of_variable_length(written: bytes | memoryview) -> NDArray[np.int64]:
    """Decode the result of :func:`with_variable_length`."""
    data = np.frombuffer(written, np.uint8)
    is_last = data < 128
    if is_last.all():
        return data.astype(np.int64)
    begins = np.flatnonzero(np.concatenate([[True], is_last[:-1]]))
    at = np.arange(len(data)) - np.repeat(begins, np.diff(np.append(begins, len(data))))
    values = (data & 127).astype(np.int64) << (7 * at)
    found: NDArray[np.int64] = np.add.reduceat(values, begins)
    return found


def places_of_word(written: bytes | memoryview) -> NDArray[np.uint32]:
    """Decode the positions of a word from their gaps."""
    return of_variable_length(written).cumsum().astype(np.uint32)


POSITION = "\n"
"""Separator of the lines of a text."""

SAME = "\x1f"
"""Separator of the tokens of a line."""

_BEGINS, _ENDS = "\ue000", "\ue001"

ANYTHING = "\ue002"
"""In a query: a line with any content."""

_PARTING = re.compile(f"[{POSITION}{SAME}{_BEGINS}{_ENDS}{ANYTHING}]")

LONGEST = 8000
"""Most characters of a word. Lucene allows 32,766 bytes; a longer text is not a word, but is found all the same."""


def shortened(word: str) -> str:
    """Return a word as it is indexed here: a too long one as its beginning and a digest of the whole."""
    if len(word) <= LONGEST:
        return word
    return word[: LONGEST - 40] + blake2b(word.encode(), digest_size=16).hexdigest()


def token(word: str) -> str:
    """Return the token of a word at one position."""
    return word if word.isalnum() and word[0] < _BEGINS else _PARTING.sub("\ufffd", word)


def beginning(word: str) -> str:
    """Return the begin token of a joined word."""
    return _BEGINS + token(word)


def ending(word: str) -> str:
    """Return the end token of a joined word."""
    return _ENDS + token(word)


def together(tokens: Iterable[str]) -> str:
    """Return a line with these tokens."""
    return SAME.join(tokens)


def token_text(terms: TextTerms) -> str:
    """Return the token text of a document."""
    tokens = list(map(token, terms.words))
    in_place = int(np.searchsorted(terms.positions, terms.word_count))
    numbers, positions = terms.numbers[:in_place], terms.positions[:in_place]
    # Every word number has a word, so the first term at each is a line; further ones follow it.
    is_first = np.diff(positions, prepend=np.uint32(1 << 31)) != 0
    lines = [tokens[number] for number in numbers[is_first].tolist()]
    for number, position in zip(numbers[~is_first].tolist(), positions[~is_first].tolist(), strict=True):
        lines[position] += SAME + tokens[number]
    extents = terms.joined[terms.positions[in_place:] - terms.word_count].tolist()
    for number, (first, last) in zip(terms.numbers[in_place:].tolist(), extents, strict=True):
        lines[first] += SAME + _BEGINS + tokens[number]
        lines[last] += SAME + _ENDS + tokens[number]
    return POSITION.join(lines)
