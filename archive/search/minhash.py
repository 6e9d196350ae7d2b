"""MinHash sketches: about one kilobyte of a text, enough to estimate how much wording two texts share.

Two sets are drawn from the folded words, so that script, case, diacritics and punctuation do not count:

* its *wording*, every pair of neighbouring words. Longer runs would tell texts apart more sharply, but break wherever
  two readings of one document differ: OCR and a PDF's text layer take the cells of a table in another order.
* its *numbers*, every run of digits as often as it stands there. Forms that differ in nothing but what was filled in
  share their wording; what they do not share is dates, amounts and references.

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
"""Sketches of different versions cannot be compared. To be raised with every change here or of the folding."""

PERMUTATIONS = 128
"""Hashes of a wording. The estimate of a share ``s`` has the standard error sqrt(s (1 - s) / 128): 0.04 at 0.7."""

MINIMUM_WORDS = 30
"""A text of fewer words is compared as a whole: one word more or less changes too much of its wording."""

NUMBERS_KEPT = 1024

_PAIRS_AT_ONCE = 8192
"""Pairs of words that MinHash permutes at once: 128 numbers of 4 bytes each."""

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
"""An odd number of well mixed bits (2^64 divided by the golden ratio), so that the order of a pair counts."""

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
    """Return the sketch of a document with these pages, all of it however long; None if no page has a word."""
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
            # Texts that differ may agree in all hashes; what they are then known to share is just below all.
            shares[at] = min(count / PERMUTATIONS, 1 - 0.5 / PERMUTATIONS)
    return shares


def kept_numbers(one: Sketch, other: Sketch) -> float:
    """Return what share of the numbers of both has not given way to others: 1.0 exactly if none has.

    A number that only one of the two has is an addition, such as the page numbers that a PDF has and a text has not,
    until the other has one to set against it.
    """
    ours, theirs = _numbers(one), _numbers(other)
    # The smallest hashes of the two texts together are a fair sample of all their numbers.
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
    """Return the hash of a printed word, 0 if it is nothing but punctuation, and the numbers in it."""
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
    """Return factors and summands of the permutations ``a h + b`` of all numbers of 32 bits, which odd factors make of
    them. NumPy promises that this generator gives the same numbers for ever."""
    chance = np.random.RandomState(1)
    factors = chance.randint(0, 1 << 31, PERMUTATIONS, np.uint32) * np.uint32(2) + np.uint32(1)
    return factors, chance.randint(0, 1 << 32, PERMUTATIONS, np.uint32)


def _mixed(hashes: Hashes32) -> Hashes32:
    """Return the numbers with their bits spread, each to another one (the finalizer of MurmurHash3)."""
    hashes = (hashes ^ (hashes >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    hashes = (hashes ^ (hashes >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return hashes ^ (hashes >> np.uint32(16))
