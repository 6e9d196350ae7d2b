"""What a word looks like that was read with the model of the other script, told from its letters and the word lists.

A model of Cyrillic that is shown Latin writes letters of similar shapes: ``Prodavac`` becomes ``Ргодамас``, ``na``
``па``; to a model of Latin ``јавне`` becomes ``jaBHe``. It may be as sure of them as of a name (92 of 100). But some
letters hardly ever come out so (н, в, л in Cyrillic, i, v, d in Latin), and others hardly stand in real words (џ and
capital Т, H and y).
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
"""Logarithms of how much more often a letter stands in words read with the wrong model than in right ones: counted on
36 pages of ``benchmarks/mixed_pages.py`` (development half), to the half, at most 2.5."""

_WEIGHT = {
    script: {letter: weight for weight, letters in weights.items() for letter in letters}
    for script, weights in _WEIGHTS.items()
}

_ODD = re.compile(r"[^\W\d_][\d!|]+[^\W\d_]|^\W*\d+[^\W\d_a-z]*[a-zа-яђјљњћџ]|[a-zčćšžđа-яђјљњћџ][A-ZČĆŠĐŽА-ЯЂЈЉЊЋЏ]")
"""What letters of the other script look like when they are taken for one's own: Ja6yke, HoBor, 3a, роз!ојесе."""

_FREE = re.compile(r"^\W*\d+(km|kg|mm|cm|kW|kV|m|g|l)\b|\S*(://|www\.|@)\S*", re.IGNORECASE)
"""What may look odd: quantities with their unit, addresses."""

_ADDRESS = re.compile(r"^\W*(?:https?://|w{3,5}\.)[\w-]+\.[a-z]|[\w.-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE | re.ASCII)
"""Addresses of web pages and mailboxes: always Latin, and a shape that no misread Cyrillic takes by chance."""

_LEGAL_FORM = re.compile(r"\W*(?:[дd]\W?[оo0]\W?[оo0]|[аa]\.[дd]|ДОО|DOO|АД|AD)\W*")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_SHARED_SHAPES = frozenset("aeopcyxjABEKMHOPCTXYJаеорсухјАВЕКМНОРСТХУЈ")
_MOST = 6.0


def otherness(text: str, script: str) -> float:
    """Return how much the letters of a text in ``script`` look like the other script's, from -6 to 6."""
    weight = _WEIGHT[script]
    return min(_MOST, max(-_MOST, sum(weight.get(letter, 0.0) for letter in text)))


def is_known(text: str) -> bool:
    """Return whether a text is a legal form, or holds words that are all Serbian or all English."""
    if _LEGAL_FORM.fullmatch(text):
        return True
    words = _LETTERS.findall(text)
    return bool(words) and any(all(is_word(word, language) for word in words) for language in (SERBIAN, ENGLISH))


def is_address(text: str) -> bool:
    """Return whether a text is the address of a web page or a mailbox."""
    return _ADDRESS.search(text) is not None


def oddities(text: str) -> int:
    """Return how often a text looks misread. Once may be a name (ZorKam), twice is not."""
    return len(_ODD.findall(_FREE.sub("", text)))


def tells_script(text: str) -> bool:
    """Return whether some letter has a shape that only one script has. The rest is as well read in the script of the
    page."""
    return any(letter.isalpha() and letter not in _SHARED_SHAPES for letter in text)
