"""Transliteration between the two scripts of Serbian, and folding for comparison.

Serbian Cyrillic becomes Latin without loss; the way back is ambiguous (``injekcija``, ``nadživeti``), so everything
that is compared is compared in Latin.

The rule was evaluated on gold-lemma corpora of Serbian legal text and news: lower case, Cyrillic to Latin, č ć š ž
without diacritics, and đ and dj both to d. Folding đ and dj to one letter costs 2.0 % collisions among three million
word forms (dj alone: 1.6 %) and in return unites Đorđević with Djordjevic and devojka with djevojka.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "ђ": "đ", "е": "e", "ж": "ž", "з": "z", "и": "i", "ј": "j",
    "к": "k", "л": "l", "љ": "lj", "м": "m", "н": "n", "њ": "nj", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "ћ": "ć", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "č", "џ": "dž", "ш": "š",
    # Macedonian, whose documents occur in Serbian archives, in its official romanization.
    "ѓ": "đ", "ќ": "ć", "ѕ": "dz", "ѐ": "e", "ѝ": "i",
    # Bulgarian, Russian and Ukrainian, so that every common letter can be typed in Latin.
    "й": "j", "щ": "št", "ъ": "a", "ы": "y", "ь": "j", "э": "e", "ю": "ju", "я": "ja", "ё": "jo", "і": "i",
    "ї": "ji", "є": "je", "ґ": "g",
}  # fmt: skip

_LOWER = str.maketrans(_LETTERS)
_ONE_TO_ONE = str.maketrans(
    _LETTERS | {letter.upper(): latin.upper() for letter, latin in _LETTERS.items() if len(latin) == 1}
)
_UPPER_DIGRAPH = re.compile(f"[{''.join(letter.upper() for letter, latin in _LETTERS.items() if len(latin) > 1)}]")

# Letters with the same shape in both scripts, pair by pair.
_LATIN_SHAPES = "aeopcyxjABEKMHOPCTXYJ"
_CYRILLIC_SHAPES = "аеорсухјАВЕКМНОРСТХУЈ"
_TO_CYRILLIC_SHAPE = str.maketrans(_LATIN_SHAPES, _CYRILLIC_SHAPES)
_TO_LATIN_SHAPE = str.maketrans(_CYRILLIC_SHAPES, _LATIN_SHAPES)

# The thirty letters of Serbian, two-letter ones first, and letter sequences that are not digraphs.
_TO_CYRILLIC = dict(
    sorted(((latin, letter) for letter, latin in list(_LETTERS.items())[:30]), key=lambda pair: -len(pair[0]))
)
_LATIN_LETTER = re.compile("|".join(_TO_CYRILLIC), re.IGNORECASE)
_APART = re.compile(
    r"(?<=in)(?=jek[ct])|(?<=kon)(?=ju(?:g|nk))|(?<=\btan)(?=jug)|(?<=van)(?=jezi[čk])|(?<=jedan)(?=jezi[čk])"
    r"|(?<=\b(?:na|po)d)(?=ž(?:iv|up|anr))|(?<=\bod)(?=ž(?:iv|al|vak))|(?<=\bpred)(?=živ)",
    re.IGNORECASE,
)

_CYRILLIC = re.compile("[Ѐ-ӿ]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_MARKED = "čćšžđČĆŠŽĐ"
_LETTER_RUN = re.compile(r"[^\W\d_]+")
_ONLY_CYRILLIC = re.compile(f"[{''.join({*_LETTERS, *map(str.upper, _LETTERS)} - set(_CYRILLIC_SHAPES))}]")
_ONLY_LATIN = re.compile(f"(?![{_LATIN_SHAPES}]){_LATIN.pattern}")


def to_latin(text: str) -> str:
    """Transliterate Serbian Cyrillic to Latin, with digraphs in the right case: ЉУБАВ -> LJUBAV, Љубав -> Ljubav.

    Other characters are unchanged.
    """
    return _UPPER_DIGRAPH.sub(_upper_digraph, text).translate(_ONE_TO_ONE)


def _upper_digraph(match: re.Match[str]) -> str:
    latin = _LETTERS[match.group().lower()]
    text, at = match.string, match.end()
    follows = text[at : at + 1]
    # A capital at the end of a word is part of an all-capital word if a capital precedes it: КОЊ -> KONJ.
    shouted = follows.isupper() or (not follows.isalpha() and text[max(0, at - 2) : at - 1].isupper())
    return latin.upper() if shouted else latin.capitalize()


def lower_to_latin(text: str) -> str:
    """:func:`to_latin` for text that is already in lower case."""
    return text.translate(_LOWER)


def to_cyrillic(text: str) -> str:
    """Transliterate Serbian Latin to Cyrillic: ljubav -> љубав, injekcija -> инјекција.

    Digraphs become one letter, except in listed words; q, w, x, y are unchanged. The result is ambiguous, so it is for
    display only.
    """
    return "".join(_LATIN_LETTER.sub(_cyrillic_letter, piece) for piece in _APART.split(text))


def _cyrillic_letter(match: re.Match[str]) -> str:
    latin = match.group()
    # Case-insensitive comparison in Unicode maps ı, İ and ſ to i and s; Serbian has none of them.
    cyrillic = _TO_CYRILLIC.get(latin.lower())
    if cyrillic is None:
        return latin
    return cyrillic.upper() if latin[0].isupper() else cyrillic


def script_of(text: str) -> str | None:
    """Return the script of most letters of ``text`` in ISO 15924: ``Cyrl`` or ``Latn``; None without letters of
    either."""
    cyrillic, latin = len(_CYRILLIC.findall(text)), len(_LATIN.findall(text))
    if not cyrillic and not latin:
        return None
    return "Cyrl" if cyrillic >= latin else "Latn"


def unmix(text: str) -> str:
    """Unify the script of each run of letters in ``text``, as far as their shapes allow.

    A third of real Cyrillic PDFs have Latin letters inside Cyrillic words, and OCR reads Latin brands as Cyrillic
    shapes. The script of a run is that of its unambiguous letters; letters with the same shape in both scripts are
    replaced. A run without unambiguous letters, or with those of both scripts, is unchanged.
    """
    if not (_CYRILLIC.search(text) and _LATIN.search(text)):
        return text
    return _LETTER_RUN.sub(_unmix_run, text)


def _unmix_run(match: re.Match[str]) -> str:
    run = match.group()
    only_cyrillic, only_latin = _ONLY_CYRILLIC.search(run), _ONLY_LATIN.search(run)
    if only_cyrillic and not only_latin:
        return run.translate(_TO_CYRILLIC_SHAPE)
    if only_latin and not only_cyrillic:
        return run.translate(_TO_LATIN_SHAPE)
    return run


def without_marks(text: str) -> str:
    """Return ``text`` without combining marks, and with ligatures and other compatibility forms decomposed."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


_FOLDED = str.maketrans(
    {letter: without_marks(latin.replace("đ", "d")) for letter, latin in _LETTERS.items()}
    | {marked: without_marks(marked.replace("đ", "d")) for marked in _MARKED.lower()}
)

BARE_WORDS = 20
"""Fewest Latin words on a Serbian page, all without diacritics, for the page to count as typed without them. Every
fifth Serbian word has one, so one in a hundred pages with diacritics is misjudged by chance."""


def is_bare(texts: Sequence[str]) -> bool:
    """Return whether the Latin words of a Serbian page were typed without diacritics, with a tolerance of one word in
    fifty."""
    text = " ".join(texts)
    marks = 0 if text.isascii() else sum(map(text.count, _MARKED))
    if 50 * marks > len(texts):
        return False
    words = sum(1 for word in texts if _LATIN.search(word))
    return words >= BARE_WORDS and 50 * marks <= words


# Soft hyphens, zero-width spaces and joiners and the byte order mark, which are frequent in the text of PDFs.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))

_DJ = re.compile("dj+")

_SIGNS = "„“”‘’–—«»•·§"
_PLAIN = re.compile(
    rf"[\x00-\x7f{_SIGNS}{_MARKED}]*|[\x00-@\[-`{{-\x7f{_SIGNS}{''.join({*_LETTERS, *map(str.upper, _LETTERS)})}]*"
)
"""A word in one script without anything to correct: nearly all words."""
_SPACE_OF_MARK = re.compile(r"\s(?=[\u0300-\u036f\u3099\u309a])")


def latin(word: str) -> str:
    """Return ``word`` in lower-case Latin with diacritics, letters of the wrong script corrected."""
    if word.isascii():
        return word.lower()
    if _PLAIN.fullmatch(word):
        return lower_to_latin(word.lower())
    lower = unmix(_without_space_before_mark(unicodedata.normalize("NFKC", word.translate(_INVISIBLE)))).lower()
    # Lower-casing decomposes some capitals (İ), and a Cyrillic letter may have a combining mark.
    return unicodedata.normalize("NFKC", lower_to_latin(lower))


def _without_space_before_mark(text: str) -> str:
    """Remove the space before a combining mark: a spacing accent (c´) decomposes to a space and a mark."""
    return _SPACE_OF_MARK.sub("", text)


@lru_cache(maxsize=1 << 17)
def fold(word: str) -> str:
    """Return the folded form of ``word``. Idempotent. Invisible characters and lone marks fold to ""."""
    lower = word.lower()
    if word.isascii():
        return _DJ.sub("d", lower) if "dj" in lower else lower
    if _PLAIN.fullmatch(word):
        return _DJ.sub("d", lower.translate(_FOLDED))
    folded = without_marks(latin(word).replace("đ", "d"))
    if not folded.isascii():
        # Without its mark, a letter of another Cyrillic alphabet may have a Latin form (ӹ, ы).
        folded = without_marks(lower_to_latin(folded).replace("đ", "d"))
    return _DJ.sub("d", folded)


_NUMBER = re.compile(r"([0-9]+)")


_DIGITS = 12
"""Digits to which numbers are padded for comparison as text."""

NaturalKey: TypeAlias = tuple[tuple[int, str, str], ...]


def natural_key(text: str) -> NaturalKey:
    """Return the natural sort key of a text, by which numbers in it compare as numbers."""
    # Every second piece is a number; the longer one is greater, at any length.
    pieces = enumerate(_NUMBER.split(text))
    return tuple(
        (len(piece.lstrip("0")), piece.lstrip("0"), piece) if at % 2 else (-1, piece, "") for at, piece in pieces
    )


def natural_form(text: str) -> str:
    """Return the natural sort form of a text, for engines that compare character by character."""
    return _NUMBER.sub(lambda number: number[0].zfill(_DIGITS), text)


ORDINALS = (
    *("prv", "drug", "trec", "cetvrt", "pet", "sest", "sedm", "osm", "devet", "deset", "jedanaest", "dvanaest"),
    *("trinaest", "cetrnaest", "petnaest", "sesnaest", "sedamnaest", "osamnaest", "devetnaest"),
)
"""Stems of the ordinals from first to nineteenth, folded."""

_ORDINAL = re.compile(rf"({'|'.join(ORDINALS)})(?:\w{{1,3}}|[oe](?:rangiran|plasiran)\w*)")


def ordinal_of(folded: str) -> int:
    """Return the number that an ordinal tells, in any case: 2 for "drugoj", "drugorangirana"; 0 for another word."""
    found = _ORDINAL.fullmatch(folded)
    return ORDINALS.index(found[1]) + 1 if found else 0


TENS = ("dvadeset", "trideset", "cetrdeset", "pedeset", "sezdeset", "sedamdeset", "osamdeset", "devedeset")
"""Stems of the tens from twentieth, or twenty, to ninetieth, folded."""
