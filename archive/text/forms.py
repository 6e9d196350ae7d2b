"""The index forms of a printed word: exact form, parts, normalized number, and the skeleton for OCR confusions.

A compound such as 12/2019-У is indexed as a whole, by each part, and by runs of its parts (12/2019); an amount also
without separators, and a date also in ISO 8601.

A skeleton is the exact form with all letters of similar shape replaced by one. It covers two kinds of OCR errors::

    letters of one script        0 O, 1 l I, c e, З 3, B 8, rn m, cl d, vv w
    words read in the other one  Terracottem as Теггасокет, расход as pacxoд

A word read in the other script is indexed transliterated to Latin (teggasoket). To find it, one letter stands for many,
which is safe for long words only, because few of them collide. Different digits stay different, so no number matches
another. Such matches are guesses: the query language includes them only on request, and says so. Collision and recall
rates: docs/measurements.md.

An amount is a word with separators between groups of three digits, or with two digits of cents: 1.200.000,00, 350,00.
Dates and reference numbers (12.03.2021, 404-2) are not. Currency and purpose of an amount are left to facts.
"""

from __future__ import annotations

import re
from functools import lru_cache

from archive.text.folding import fold, latin
from archive.text.vocabulary import Occurrences

_OUTER = re.compile(r"^[\W_]+|[\W_]+$")
_PART = re.compile(r"[^\W_]+")
_GROUPED = re.compile(r"(\d{1,3}(?:\.\d{3})+)(?:,(\d{1,2}))?|(\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2}))?")
_PLAIN = re.compile(r"(\d+)[.,](\d{2})")
_DATE = re.compile(r"(0?[1-9]|[12]\d|3[01])\.(0?[1-9]|1[0-2])\.(\d{4})")

# Runs of parts are indexed for reference numbers (404-123/2021-02), but not for amounts, which are found as a whole,
# nor for paths, dotted lines and serial numbers, whose runs grow quadratically.
_MAX_PARTS_IN_RUNS = 5


@lru_cache(maxsize=1 << 17)
def word_form(word: str) -> str:
    """Return the exact form of a word: folded, without surrounding punctuation, unless it is punctuation only."""
    folded = fold(word)
    return _OUTER.sub("", folded) or folded.strip() or word


def latin_word(word: str) -> str:
    """Return the word in lower-case Latin with diacritics, without surrounding punctuation."""
    return _OUTER.sub("", latin(word)) or word_form(word)


def word_terms(word: str) -> tuple[str, ...]:
    """Return the index words of a printed word: as written first, then its amount, its parts and runs of these."""
    return with_parts(latin_word(word))


def with_parts(form: str) -> tuple[str, ...]:
    """Return a form with its further forms: its normalized number, its parts and runs of these."""
    if form.isalnum():
        return (form,)
    terms = dict.fromkeys(with_number(form))
    parts = [(match.start(), match.end()) for match in _PART.finditer(form)]
    if len(parts) > 1:
        has_runs = len(parts) <= _MAX_PARTS_IN_RUNS and not _GROUPED.fullmatch(form)
        longest = len(parts) if has_runs else 1
        for length in range(1, longest + 1):
            for first in range(len(parts) - length + 1):
                terms[form[parts[first][0] : parts[first + length - 1][1]]] = None
    return tuple(terms)


def with_number(form: str) -> tuple[str, ...]:
    """Return a form with its normalized amount or date."""
    number = plain_amount(form) or plain_date(form)
    return (form,) if number is None or number == form else (form, number)


def plain_amount(form: str) -> str | None:
    """Return an amount without group separators and without zero cents: 1.200.000,00 -> 1200000, or None for other
    words.

    Serbian and English separators are both understood; other cents stay, after a comma.
    """
    grouped = _GROUPED.fullmatch(form)
    if grouped:
        whole = re.sub(r"\D", "", grouped[1] or grouped[3])
        cents = grouped[2] or grouped[4]
    else:
        plain = _PLAIN.fullmatch(form)
        if not plain:
            return None
        whole, cents = plain[1], plain[2]
    return whole if not cents or int(cents) == 0 else f"{whole},{cents}"


def plain_date(form: str) -> str | None:
    """Return a date of day, month and year in ISO 8601: 5.3.2021 and 05.03.2021 are 2021-03-05. None for other
    words."""
    date = _DATE.fullmatch(form)
    return f"{date[3]}-{date[2]:0>2}-{date[1]:0>2}" if date else None


LONG = 6
"""Fewest letters of a skeleton of a word that may have been read in the other script."""

_ALIKE = ("li1|!]", "ec", "o0", "z3", "b8")
# Latin r has the shape of Cyrillic g, n of p, p of r, h of n, x of h; c of s; m of t in italics; y of u; b of v.
_ALIKE_ACROSS = ("li1|!]", "ecs5", "o0", "z3", "bv8", "rgpnhx", "mt", "uy")
_PAIRS = (("rn", "m"), ("cl", "d"), ("vv", "w"))
_PAIRS_ACROSS = (*_PAIRS, ("tt", "k"))


def _replacing(groups: tuple[str, ...]) -> dict[int, str]:
    return {ord(character): group[0] for group in groups for character in group}


_TABLE, _TABLE_ACROSS = _replacing(_ALIKE), _replacing(_ALIKE_ACROSS)


def look_alike_key(word: str) -> str:
    """Return the skeleton of a word, printed or typed."""
    form = word_form(word)
    across = _key(form, _PAIRS_ACROSS, _TABLE_ACROSS)
    return across if len(across) >= LONG else _key(form, _PAIRS, _TABLE)


def _key(form: str, pairs: tuple[tuple[str, str], ...], table: dict[int, str]) -> str:
    for pair, letter in pairs:
        form = form.replace(pair, letter)
    return form.translate(table)


LARGEST = 10**15
"""Longer numbers are account numbers or noise, not amounts."""


def printed_amounts(occurrences: Occurrences) -> tuple[int, ...]:
    """Return the distinct amounts in a document without decimals, ascending."""
    words = occurrences.vocabulary.words
    numerals = (words[number] for number in set(occurrences.numbers) if words[number][0].isdecimal())
    return tuple(sorted({amount for word in numerals if (amount := _amount(word)) is not None}))


@lru_cache(maxsize=1 << 14)
def _amount(word: str) -> int | None:
    plain = plain_amount(word)
    if plain is None:
        return None
    # Python refuses to convert numbers of thousands of digits.
    whole = plain.partition(",")[0].lstrip("0") or "0"
    return int(whole) if len(whole) < len(str(LARGEST)) else None
