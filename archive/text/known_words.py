"""Word lists of languages, in folded form.

The words are simplemma's (Serbian, Croatian and Bosnian are one list of 610,000 forms in both scripts). A list is a
sorted array of the CRC-32 of folded forms, 4 bytes per word: 2.4 MB for Serbian, where a set of strings takes 80. The
rate of false positives is one in seven thousand, which is negligible for pages.

The lists of Serbian and English, which every reading process needs, and of neighbouring languages are packed beside
this module as delta-encoded codes (``benchmarks/build_known_words.py``). Building one takes 0.2 to 4 s per process,
unpacking it 0.005 to 0.1 s.
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
"""simplemma's names of the two lists that every page is compared with."""

PACKED = (SERBIAN, ENGLISH, "bg", "hu", "mk", "ro", "sl", "sq")
"""The lists packed beside this module: those of the region."""

OTHERS = frozenset(["bg", "cs", "de", "es", "fr", "hu", "it", "mk", "ro", "ru", "sk", "sl", "sq", "uk"])
"""Lists used for pages in their language. Polish and Turkish are excluded: loading them takes 800 MB."""

_DJ = re.compile("dj+")
_BATCH = 1 << 15


@lru_cache(maxsize=1 << 16)
def is_word(word: str, language: str) -> bool:
    """Return whether a language has this word, ignoring script, case and diacritics."""
    return is_folded_word(fold(word), language)


def is_folded_word(folded: str, language: str) -> bool:
    """:func:`is_word` for a folded word, without caching."""
    words = _list(language)
    code = crc32(folded.encode())
    at = bisect_left(words, code)
    return at < len(words) and words[at] == code


def is_any_word(folded: Iterable[str], language: str) -> bool:
    """Return whether a language has any of these folded words, in one lookup."""
    words = np.frombuffer(_list(language), np.uint32)
    asked = np.fromiter((crc32(word.encode()) for word in folded), np.uint32)
    return bool((words.take(words.searchsorted(asked), mode="clip") == asked).any())


@cache
def _list(language: str) -> array[int]:
    """Return the words of one language, loaded on first use."""
    if language not in PACKED:
        return codes(language)
    return unpacked(Path(__file__).with_name(f"words.{language}.zlib").read_bytes())


def codes(language: str) -> array[int]:
    """Return the sorted codes of a language's words, from simplemma."""
    # Few documents are in a language whose list is not packed here.
    from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory  # noqa: PLC0415

    made = array("I")
    forms = iter(DefaultDictionaryFactory(cache_max_size=0).get_dictionary(language))
    while batch := "\n".join(islice(forms, _BATCH)):
        made.extend(map(crc32, _folded(batch).encode().split(b"\n")))
    return array("I", np.sort(np.asarray(made)).tobytes())


def packed(listed: array[int]) -> bytes:
    """Delta-encode distinct sorted codes, little-endian, and compress them."""
    unique = sorted(set(listed))
    distances = array("I", map(sub, unique, [0, *unique]))
    if sys.byteorder == "big":
        distances.byteswap()
    return compress(distances.tobytes(), 9)


def unpacked(data: bytes) -> array[int]:
    """Unpack what :func:`packed` packed."""
    return array("I", np.frombuffer(decompress(data), "<u4").cumsum(dtype=np.uint32).tobytes())


def _folded(text: str) -> str:
    """:func:`archive.text.folding.fold` on many words at once, by a table of the occurring letters: three times as fast
    as one call per word.
    """
    lower = text.lower()
    letters = {ord(letter): without_marks(lower_to_latin(letter).replace("đ", "d")) for letter in set(lower)}
    return _DJ.sub("d", lower.translate(letters))
