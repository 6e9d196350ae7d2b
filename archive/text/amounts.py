"""The amounts printed in a document, for asking about a range of them.

An amount is a word with separators between groups of three digits, or with two digits of cents: 1.200.000,00, 350,00.
What dates and references look like (12.03.2021, 404-2) is none. The currency, and what the amount is for, are not known
here; that is the work of facts.
"""

from __future__ import annotations

from functools import lru_cache

from archive.text.forms import plain_amount
from archive.text.vocabulary import Occurrences

LARGEST = 10**15
"""Longer rows of digits are no amounts, but account numbers and noise."""


def printed_amounts(occurrences: Occurrences) -> tuple[int, ...]:
    """The whole amounts in a document, ascending, each once; cents are dropped."""
    words = occurrences.vocabulary.words
    numerals = (words[number] for number in set(occurrences.numbers) if words[number][0].isdecimal())
    return tuple(sorted({amount for word in numerals if (amount := _amount(word)) is not None}))


@lru_cache(maxsize=1 << 14)
def _amount(word: str) -> int | None:
    plain = plain_amount(word)
    if plain is None:
        return None
    # Rows of digits can be of any length, and Python refuses to make a number of thousands of them.
    whole = plain.partition(",")[0].lstrip("0") or "0"
    return int(whole) if len(whole) < len(str(LARGEST)) else None
