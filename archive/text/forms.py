"""The ways one printed word is written down: as it stands in Latin, folded, in parts, as a plain number.

A compound such as 12/2019-У is found whole, by each part, and by runs of its parts (12/2019); an amount is also found
without its separators, and a date in whatever way its day and month are written.
"""

from __future__ import annotations

import re
from functools import lru_cache

from archive.text.folding import fold, latin

_OUTER = re.compile(r"^[\W_]+|[\W_]+$")
_PART = re.compile(r"[^\W_]+")
_GROUPED = re.compile(r"(\d{1,3}(?:\.\d{3})+)(?:,(\d{1,2}))?|(\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2}))?")
_PLAIN = re.compile(r"(\d+)[.,](\d{2})")
_DATE = re.compile(r"(0?[1-9]|[12]\d|3[01])\.(0?[1-9]|1[0-2])\.(\d{4})")

# Runs of parts are indexed for references (404-123/2021-02), but not for amounts, which are found as a whole, nor for
# paths, dotted lines and serial numbers, whose runs would grow with the square of their parts.
_MAX_PARTS_IN_RUNS = 5


@lru_cache(maxsize=1 << 17)
def word_form(word: str) -> str:
    """The exact form of a word: folded, without punctuation around it, unless it is nothing else."""
    folded = fold(word)
    return _OUTER.sub("", folded) or folded.strip() or word


def latin_word(word: str) -> str:
    """The word as written, in lower-case Latin with its diacritics, without punctuation around it."""
    return _OUTER.sub("", latin(word)) or word_form(word)


def word_terms(word: str) -> tuple[str, ...]:
    """The words that a printed word is indexed as: as written first, then its amount, its parts and runs of them."""
    return with_parts(latin_word(word))


def with_parts(form: str) -> tuple[str, ...]:
    """A form, and what else finds it: its plain number, its parts and runs of its parts."""
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
    """A form, and the plain amount or date that it is a way of writing."""
    number = plain_amount(form) or plain_date(form)
    return (form,) if number is None or number == form else (form, number)


def plain_amount(form: str) -> str | None:
    """An amount without group separators and without zero cents: 1.200.000,00 -> 1200000, or None for other words.

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
    """A date of day, month and year in ISO 8601: 5.3.2021 and 05.03.2021 are 2021-03-05. None for other words."""
    date = _DATE.fullmatch(form)
    return f"{date[3]}-{date[2]:0>2}-{date[1]:0>2}" if date else None
