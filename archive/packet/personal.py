"""Personal numbers (JMBG), found in text and masked.

A JMBG has 13 digits: the birthday as DDMMYYY, region, serial number and a check digit over the first twelve (Zakon o
jedinstvenom matičnom broju građana; weights 7 6 5 4 3 2 7 6 5 4 3 2, modulo 11, as in python-stdnum's ``si.emso``).
Digits that fit are one. After the word JMBG, thirteen of them are one whether they fit or not, since OCR may have
misread them; so are twelve, from a table that took the zero away from the first nine days of a month.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from itertools import accumulate

from archive.description import Description

MASK = "█"
"""What stands in place of each digit, so that everything behind it stays where it was."""

_WEIGHTS = (7, 6, 5, 4, 3, 2) * 2
_GAP = "[ \n.-]{0,2}"

# All starts are tried, hence the lookahead. Neither a longer number nor a group of an account number is meant.
_UNLABELLED = re.compile(rf"(?<![0-9])(?<![0-9][-/.,])(?=([0-9](?:{_GAP}[0-9]){{12}})(?![0-9])(?![-/.,][0-9]))")
_DIGIT = "[0-9OОoоIІl|бЗSB]"
_LABEL = re.compile(r"(?<!\w)[JЈ]\.? ?[MМ]\.? ?[BВБ]\.? ?[GГ](?![^\W_]{4})", re.IGNORECASE)
_LABELLED = re.compile(
    rf"[^0-9]{{0,40}}?(?<!\w)({_DIGIT}{{12,13}}(?!\w)|{_DIGIT}(?:{_GAP}{_DIGIT}){{12}}(?!\w))", re.IGNORECASE
)

_LEAST_DIGITS = 7
"""Of the thirteen characters after the word JMBG, how many are digits and no letters that OCR reads for them."""


def is_personal_number(digits: str) -> bool:
    """Whether 13 digits have the birthday and the check digit of a JMBG."""
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:7])
    if 100 <= year < 800:  # Nobody was born then: years from 800 on are of the last centuries, those below of this.
        return False
    with suppress(ValueError):
        date(year + (1000 if year >= 800 else 2000), month, day)
        check = 11 - sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False)) % 11
        return check != 10 and check % 11 == int(digits[12])
    return False


def masked(text: str) -> str:
    """A text of the same length without its personal numbers."""
    letters = list(text)
    for begin, end in _places(text):
        for at in range(begin, end):
            if letters[at].isalnum() or letters[at] == "|":
                letters[at] = MASK
    return "".join(letters)


def masked_description(described: Description) -> Description:
    """What is known of a document, without the personal numbers in it. Firms are persons, too: „Petar Petrić PR” may
    stand with the number of its owner, also where its tax number should."""
    return replace(
        described,
        title=masked(described.title),
        filename=masked(described.filename),
        buyer=described.buyer and masked(described.buyer),
        vendors=tuple(
            replace(vendor, name=masked(vendor.name), pib=vendor.pib and masked(vendor.pib))
            for vendor in described.vendors
        ),
        reference=described.reference and masked(described.reference),
    )


def masked_words(texts: Sequence[str]) -> tuple[str, ...]:
    """Words, as many and as long, without the personal numbers in them. A number may run over several words."""
    joined = masked(" ".join(texts))
    starts = accumulate((len(text) + 1 for text in texts), initial=0)
    return tuple(joined[start : start + len(text)] for start, text in zip(starts, texts, strict=False))


def count_masked(text: str) -> int:
    """How many masked numbers are in a text."""
    return len(re.findall(f"{MASK}(?:{_GAP}{MASK}){{11,12}}", text))


def _places(text: str) -> Iterator[tuple[int, int]]:
    for match in _UNLABELLED.finditer(text):
        if is_personal_number("".join(filter(str.isdigit, match[1]))):
            yield match.span(1)
    yield from _labelled(text)


def _labelled(text: str) -> Iterator[tuple[int, int]]:
    """Numbers after the word JMBG: one, or a list of them."""
    at = 0
    while label := _LABEL.search(text, at):
        at = label.end()
        while (found := _LABELLED.match(text, at)) and sum(map(str.isdigit, found[1])) >= _LEAST_DIGITS:
            yield found.span(1)
            at = found.end()
