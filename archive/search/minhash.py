"""MinHash sketches: about one kilobyte per text, from which the share of common wording is estimated.

Two sets are made of the folded words, which ignore script, case, diacritics and punctuation:

* the *wording*: every pair of neighbouring words. Longer shingles would be more specific, but break wherever two
  readings of one document differ: OCR and a PDF's text layer order the cells of a table differently.
* the *numbers*: the multiset of runs of digits. Forms that differ only in what was filled in share their wording, but
  not dates, amounts and references.

MinHash (Broder 1997; the hashes are those of datasketch 2) estimates what share of their wording two texts have in
common. Of the numbers, the smallest hashes are kept: comparing them is exact up to :data:`NUMBERS_KEPT` numbers and an
estimate beyond.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from archive.model.words import Words
from archive.text.folding import fold

SKETCH_VERSION = 1
"""Sketches of different versions are not comparable. Raise it with every change here or of the folding."""

PERMUTATIONS = 128
"""Hashes per wording. The estimate of a share ``s`` has the standard error sqrt(s (1 - s) / 128): 0.04 at 0.7."""

MINIMUM_WORDS = 30
"""A text of fewer words is compared as a whole, because a single word changes too much of its wording."""

NUMBERS_KEPT = 1024

_PAIRS_AT_ONCE = 8192
"""Pairs of words that are permuted at once: 128 numbers of 4 bytes each."""

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
"""An odd number of well mixed bits (2^64 divided by the golden ratio), so that the order of a pair matters."""

_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_DIGITS = re.compile(r"\d+")

Hashes32: TypeAlias = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Sketch:
    """``text`` is a hash of all folded words in order, ``wording`` the MinHash (nothing of a text below
    :data:`MINIMUM_WORDS`), ``numbers`` the smallest hashes of the numbers; both in 32 bits, little-endian.

    ``by_ocr`` says whether OCR read any of it, so that words and numbers may be misread.
    """

    text: bytes
    wording: bytes
    numbers: bytes
    by_ocr: bool


def sketch(pages: Iterable[Words]) -> Sketch | None:
    """Return the sketch of a document with these pages, of any length; None if no page has a word."""
    hashes: list[int] = []
    numbers: Counter[str] = Counter()
    by_ocr = False
    for page in pages:
        by_ocr = by_ocr or bool(page.confidences)
        for of_word, in_word in map(_hash_and_numbers, page.texts):
            if of_word:
                hashes.append(of_word)
            if in_word:
                numbers.update(in_word)
    if not hashes:
        return None
    words = np.array(hashes, dtype=np.uint64)
    return Sketch(
        text=blake2b(words.astype("<u8").tobytes(), digest_size=16).digest(),
        wording=_min_hash(words) if len(words) >= MINIMUM_WORDS else b"",
        numbers=_smallest(_hash_of_number(number, at) for number, count in numbers.items() for at in range(count)),
        by_ocr=by_ocr,
    )


def shared_wording(one: Sketch, others: Sequence[Sketch]) -> list[float]:
    """Return the Jaccard similarity of the wording of ``one`` and each of ``others``; 1.0 only for the same text."""
    shares = [1.0 if other.text == one.text else 0.0 for other in others]
    longer = [at for at, other in enumerate(others) if other.wording and one.wording and not shares[at]]
    if longer:
        table = np.frombuffer(b"".join(others[at].wording for at in longer), "<u4").reshape(-1, PERMUTATIONS)
        agreeing = np.count_nonzero(table == np.frombuffer(one.wording, "<u4"), axis=1)
        for at, count in zip(longer, agreeing.tolist(), strict=True):
            # Different texts may agree in all hashes; their estimate is just below 1.
            shares[at] = min(count / PERMUTATIONS, 1 - 0.5 / PERMUTATIONS)
    return shares


def kept_numbers(one: Sketch, other: Sketch) -> float:
    """Return the share of numbers that were not replaced by others: exactly 1.0 if none was.

    A number in only one of the two is an addition, such as page numbers of a PDF, unless the other has an unmatched
    number as well, which makes it a replacement.
    """
    ours, theirs = _numbers(one), _numbers(other)
    # The smallest hashes of the union are a fair sample of all numbers.
    sample = np.union1d(ours, theirs)[:NUMBERS_KEPT]
    if not len(sample):
        return 1.0
    in_ours, in_theirs = np.isin(sample, ours), np.isin(sample, theirs)
    replaced = min(np.count_nonzero(in_ours & ~in_theirs), np.count_nonzero(in_theirs & ~in_ours))
    return 1.0 - replaced / len(sample)


def _numbers(of: Sketch) -> Hashes32:
    return np.frombuffer(of.numbers, "<u4")


@lru_cache(maxsize=1 << 17)
def _hash_and_numbers(word: str) -> tuple[int, tuple[str, ...]]:
    """Return the hash of a printed word, 0 if it is punctuation only, and the numbers in it."""
    folded = _EDGES.sub("", fold(word))
    if not folded:
        return 0, ()
    return _hash(folded, 8), tuple(_DIGITS.findall(folded))


@lru_cache(maxsize=1 << 15)
def _hash_of_number(digits: str, occurrence: int) -> int:
    return _hash(f"{digits} {occurrence}", 4)


def _smallest(hashes: Iterable[int]) -> bytes:
    return np.array(sorted(set(hashes))[:NUMBERS_KEPT], dtype="<u4").tobytes()


def _hash(text: str, size: int) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=size).digest(), "little")


def _min_hash(words: NDArray[np.uint64]) -> bytes:
    pairs = np.unique(((words[:-1] * _MULTIPLIER + words[1:]) >> np.uint64(32)).astype(np.uint32))
    factors, summands = _permutations()
    smallest = np.full(PERMUTATIONS, np.iinfo(np.uint32).max, np.uint32)
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        mixed = _mixed(pairs[start : start + _PAIRS_AT_ONCE])[:, np.newaxis]
        np.minimum(smallest, (mixed * factors + summands).min(axis=0), out=smallest)
    return smallest.astype("<u4").tobytes()


@cache
def _permutations() -> tuple[Hashes32, Hashes32]:
    """Return factors and summands of the permutations ``a h + b`` of 32-bit numbers, which odd factors make bijective.
    NumPy guarantees that this generator always gives the same numbers."""
    chance = np.random.RandomState(1)
    factors = chance.randint(0, 1 << 31, PERMUTATIONS, np.uint32) * np.uint32(2) + np.uint32(1)
    return factors, chance.randint(0, 1 << 32, PERMUTATIONS, np.uint32)


def _mixed(hashes: Hashes32) -> Hashes32:
    """Mix the bits of the numbers, bijectively (the finalizer of MurmurHash3)."""
    hashes = (hashes ^ (hashes >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    hashes = (hashes ^ (hashes >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return hashes ^ (hashes >> np.uint32(16))
