"""Detect words that were read with the model of the wrong script, by their letters and the word lists.

The Cyrillic model reads Latin as letters of similar shape: ``Prodavac`` becomes ``Ргодамас``, ``na`` becomes ``па``;
the Latin model reads ``јавне`` as ``jaBHe``. The confidence may be as high as for a name (92 of 100). But some letters
are rare in such misreadings (н, в, л in Cyrillic, i, v, d in Latin), and others are rare in real words (џ and capital
Т, H and y).
"""

from __future__ import annotations

import re

from archive.text.known_words import ENGLISH, SERBIAN, is_word
from indexer.ocr.scripts import CYRILLIC, LATIN

_WEIGHTS = {
    CYRILLIC: {
        -2.5: "ДвжЖнцЦљЉњЊ", -2.0: "чЧ", -1.5: "Плш", -1.0: "у", -0.5: "ЗНУбио", 0.5: "ВСезмхђј", 1.0: "Бгп",
        1.5: "ГКЛОРФ", 2.0: "Аћ", 2.5: "ЂЈЋЕМТХШџ",
    },
    LATIN: {
        -2.5: "RVdivzćčšž", -2.0: "Ž", -1.5: "DZglstđŠ", -1.0: "ESfr", -0.5: "FGPQkmno", 0.5: "ALUbchp", 1.5: "IOW",
        2.0: "CKT", 2.5: "BHJMYxy",
    },
}  # fmt: skip
"""Log ratios of the frequency of a letter in misread words to that in correct ones.

They were counted on 36 pages of ``benchmarks/mixed_pages.py`` (development half), and rounded to 0.5, at most 2.5.
"""

_WEIGHT = {
    script: {letter: weight for weight, letters in weights.items() for letter in letters}
    for script, weights in _WEIGHTS.items()
}

_ODD = re.compile(r"[^\W\d_][\d!|]+[^\W\d_]|^\W*\d+[^\W\d_a-z]*[a-zа-яђјљњћџ]|[a-zčćšžđа-яђјљњћџ][A-ZČĆŠĐŽА-ЯЂЈЉЊЋЏ]")
"""Patterns of misread letters of the other script: Ja6yke, HoBor, 3a, роз!ојесе."""

_FREE = re.compile(r"^\W*\d+(km|kg|mm|cm|kW|kV|m|g|l)\b|\S*(://|www\.|@)\S*", re.IGNORECASE)
"""Exceptions from these patterns: quantities with a unit, addresses."""

_ADDRESS = re.compile(r"^\W*(?:https?://|w{3,5}\.)[\w-]+\.[a-z]|[\w.-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE | re.ASCII)
"""Addresses (web, e-mail): always Latin, with a form that no misread Cyrillic has by chance."""

_LEGAL_FORM = re.compile(r"\W*(?:[дd]\W?[оo0]\W?[оo0]|[аa]\.[дd]|ДОО|DOO|АД|AD)\W*")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_SHARED_SHAPES = frozenset("aeopcyxjABEKMHOPCTXYJаеорсухјАВЕКМНОРСТХУЈ")
_MOST = 6.0


def otherness(text: str, script: str) -> float:
    """Return how much a text in ``script`` resembles a misreading of the other script, from -6 to 6."""
    weight = _WEIGHT[script]
    return min(_MOST, max(-_MOST, sum(weight.get(letter, 0.0) for letter in text)))


def is_known(text: str) -> bool:
    """Return whether a text is a legal form, or consists of Serbian or of English words only."""
    if _LEGAL_FORM.fullmatch(text):
        return True
    words = _LETTERS.findall(text)
    return bool(words) and any(all(is_word(word, language) for word in words) for language in (SERBIAN, ENGLISH))


def is_address(text: str) -> bool:
    """Return whether a text is a web or e-mail address."""
    return _ADDRESS.search(text) is not None


def oddities(text: str) -> int:
    """Return the number of misread patterns in a text. One may be in a name (ZorKam), two are not."""
    return len(_ODD.findall(_FREE.sub("", text)))


def tells_script(text: str) -> bool:
    """Return whether a letter has a shape that is unique to one script; other words are read in that of the page."""
    return any(letter.isalpha() and letter not in _SHARED_SHAPES for letter in text)
