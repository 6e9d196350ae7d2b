"""Word lists: which words a language has, in the form in which words are compared.

The words are simplemma's (Serbian, Croatian and Bosnian are one list of 610,000 forms in both scripts). What is kept
of them is a sorted array of the CRC-32 of their folded forms, 4 bytes a word: 2.4 MB for Serbian where a set of
strings takes 80. A word that is in no list passes for known once in seven thousand times, which no page can feel.

The lists of Serbian and English, which every reading process needs, and of the languages around lie beside this module
as the distances from one code to the next (``benchmarks/build_known_words.py``). To make one anew takes 0.2 to 4 s,
which each document in its language would pay, to unpack it 0.005 to 0.1.
"""

from __future__ import annotations

import re
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import islice
from operator import sub
from pathlib import Path
from zlib import compress, crc32, decompress

import numpy as np

from archive.text.folding import fold, lower_to_latin, without_marks

SERBIAN, ENGLISH = "hbs", "en"
"""simplemma's names of the two lists that every page is held against."""

PACKED = (SERBIAN, ENGLISH, "bg", "hu", "mk", "ro", "sl", "sq")
"""The lists that lie beside this module: those of the region."""

OTHERS = frozenset(["bg", "cs", "de", "es", "fr", "hu", "it", "mk", "ro", "ru", "sk", "sl", "sq", "uk"])
"""Lists asked for when a page is in their language. Polish and Turkish are left out: loading them takes 800 MB."""

_DJ = re.compile("dj+")
_BATCH = 1 << 15


@lru_cache(maxsize=1 << 16)
def is_word(word: str, language: str) -> bool:
    """Return whether a language has this word, in whatever script, case and diacritics it is written."""
    return is_folded_word(fold(word), language)


def is_folded_word(folded: str, language: str) -> bool:
    """:func:`is_word` of a word that is folded already, and will hardly be asked for again."""
    words = _list(language)
    code = crc32(folded.encode())
    at = bisect_left(words, code)
    return at < len(words) and words[at] == code


def is_any_word(folded: Iterable[str], language: str) -> bool:
    """Return whether a language has any of some words that are folded already, looked up all at once."""
    words = np.frombuffer(_list(language), np.uint32)
    asked = np.fromiter((crc32(word.encode()) for word in folded), np.uint32)
    return bool((words.take(words.searchsorted(asked), mode="clip") == asked).any())


@cache
def _list(language: str) -> array[int]:
    """Return one language's words, loaded when a page first asks."""
    if language not in PACKED:
        return codes(language)
    return unpacked(Path(__file__).with_name(f"words.{language}.zlib").read_bytes())


def codes(language: str) -> array[int]:
    """Return the sorted codes of a language's words, from simplemma."""
    # Few documents are in a language whose list does not lie here.
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory  # noqa: PLC0415

    made = array("I")
    forms = iter(DefaultDictionaryFactory(cache_max_size=0).get_dictionary(language))
    while batch := "\n".join(islice(forms, _BATCH)):
        made.extend(map(crc32, _folded(batch).encode().split(b"\n")))
    return array("I", np.sort(np.asarray(made)).tobytes())


def packed(listed: array[int]) -> bytes:
    """Return sorted codes, each once, as the distances between them, little-endian and compressed."""
    unique = sorted(set(listed))
    distances = array("I", map(sub, unique, [0, *unique]))
    if sys.byteorder == "big":
        distances.byteswap()
    return compress(distances.tobytes(), 9)


def unpacked(data: bytes) -> array[int]:
    """Return what :func:`packed` packed."""
    return array("I", np.frombuffer(decompress(data), "<u4").cumsum(dtype=np.uint32).tobytes())


def _folded(text: str) -> str:
    """:func:`archive.text.folding.fold` on many words at once, letter by letter of those that occur: three times as
    fast as a call for each word."""
    lower = text.lower()
    letters = {ord(letter): without_marks(lower_to_latin(letter).replace("đ", "d")) for letter in set(lower)}
    return _DJ.sub("d", lower.translate(letters))
