"""Detection and masking of personal numbers (JMBG) in text.

A JMBG has 13 digits: the birthday as DDMMYYY, region, serial number and a check digit over the first twelve (Zakon o
jedinstvenom matičnom broju građana; weights 7 6 5 4 3 2 7 6 5 4 3 2, modulo 11, as in python-stdnum's ``si.emso``).
Digits with a valid check digit are one anywhere, also as a group of an account number or beside a slash. Digits with an
invalid one may be misread by OCR, so a label before them decides:

* after "JMBG" or "jedinstveni matični broj", thirteen digits are one whether they fit or not, and so are twelve, from a
  table that took the zero away from the first nine days of a month;
* "matični broj" and "lični broj" also name the numbers of firms and of identity cards, so the digits after them must
  begin with a birthday, of which one digit may be misread;
* in the rest of a text with such a label, as in a table under it, or after a number that is certain, they must begin
  with a birthday as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from itertools import accumulate

from archive.model.description import Description

MASK = "█"
"""Replacement for each digit, which keeps the length of the text."""

_WEIGHTS = (7, 6, 5, 4, 3, 2) * 2
_GAP = "[ \n.-]{0,2}"
_DIGITS = 13
_BIRTHDAY = 7
_FIRM_DIGITS = 8
"""Digits of a firm's number. What follows the first eight after "matični broj" is not part of a personal number."""

# All starts are tried, hence the lookahead. A number with gaps between its digits has no adjacent digits.
_PRINTED_APART = re.compile(rf"(?<![0-9])(?<![0-9][-/.,])(?=([0-9](?:{_GAP}[0-9]){{12}})(?![0-9])(?![-/.,][0-9]))")
_PRINTED_WHOLE = re.compile(r"(?<![0-9])([0-9]{13}|[0-9]{7}[ /-][0-9]{6})(?![0-9])")
_IN_ACCOUNT = re.compile(r"(?<![0-9])[0-9]{3}([0-9]{13})[0-9]{2}(?![0-9])")
"""An account number without separators: 3 digits of the bank, 13 of the account and 2 check digits."""

_IN_IBAN = re.compile(r"RS ?[0-9]{2}(?: ?[0-9]){3}((?: ?[0-9]){13})(?: ?[0-9]){2}(?![0-9])")

_CONFUSED_LETTERS = {"OОoо": "0", "IІіil|Ll": "1", "Зз": "3", "Ss": "5", "бБb": "6", "BВв": "8"}
"""Letters of both scripts that OCR confuses with digits."""

_READ = str.maketrans({letter: digit for letters, digit in _CONFUSED_LETTERS.items() for letter in letters})
_DIGIT = f"[0-9{''.join(_CONFUSED_LETTERS)}]"
_WHOLE = rf"{_DIGIT}{{13}}|{_DIGIT}{{7}}[ /-]{{1,3}}{_DIGIT}{{6}}"
_LABELLED = re.compile(
    rf"[^0-9]{{0,40}}?(?<!\w)({_DIGIT}{{12}}(?!\w)|(?:{_WHOLE})(?!\w)|{_DIGIT}(?:{_GAP}{_DIGIT}){{12}}(?!\w))"
)
_ODD = re.compile(rf"[^\w\n]{{0,5}}({_DIGIT}{{10,14}})(?!\w)")
"""After a label of persons only: a number with too few or too many digits."""

_TABULATED = re.compile(rf"(?<!\w)({_WHOLE})(?!\w)")

# Labels are searched for in a copy of the text in plain Latin letters with the same length.
_LETTERS = "абвгдезијклмнопрстћуфхцчшђжčćšđž"
_PLAIN = str.maketrans(_LETTERS + _LETTERS.upper(), "abvgdezijklmnoprstcufhccsdzccsdz" * 2)
_CITIZENS = re.compile(
    r"(?<!\w)(?:[je]\.? ?m\.? ?[bv]\.? ?g(?![^\W_]{4})"
    r"|jmb(?!\w)|jedinstven\w* mat[i1l|]cn\w* br[o0]j\w*|mat[i1l|]cn\w* br[o0]j\w* gra\w+)",
    re.IGNORECASE,
)
_AMBIGUOUS_LABEL = re.compile(
    r"(?<!\w)(?:mat[i1l|]cn\w* br(?:[o0]j\w*|\.)|mat\. ?br(?:[o0]j\w*|\.)|licn\w* br[o0]j\w*)", re.IGNORECASE
)

_LEAST_DIGITS = 7
"""Fewest digits among the thirteen characters of a number; the others are letters that OCR confuses with digits."""


def is_personal_number(digits: str) -> bool:
    """Return whether 13 digits have a valid birthday and check digit of a JMBG."""
    check = 11 - sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False)) % 11
    return _begins_with_birthday(digits) and check != 10 and check % 11 == int(digits[12])


def _begins_with_birthday(digits: str) -> bool:
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:_BIRTHDAY])
    # Years from 800 on are of the last centuries, those below of this one; nobody was born in between.
    if 100 <= year < 800:
        return False
    with suppress(ValueError):
        date(year + (1000 if year >= 800 else 2000), month, day)
        return True
    return False


def _nearly_begins_with_birthday(digits: str) -> bool:
    """Return whether the digits begin with a birthday, possibly with one misread digit."""
    return any(
        _begins_with_birthday(f"{digits[:at]}{digit}{digits[at + 1 :]}")
        for at in range(_BIRTHDAY)
        for digit in "0123456789"
    )


def masked(text: str) -> str:
    """Mask the personal numbers in a text, keeping its length."""
    letters = list(text)
    for begin, end in personal_number_places(text):
        for at in range(begin, end):
            if letters[at].isalnum() or letters[at] == "|":
                letters[at] = MASK
    return "".join(letters)


def masked_description(described: Description, mask: Callable[[str], str] = masked) -> Description:
    """Mask the personal numbers in a description, or what ``mask`` masks. Firms are included: „Petar Petrić PR” may be
    printed with the number of its owner, also instead of its tax number."""
    return replace(
        described,
        title=mask(described.title),
        filename=mask(described.filename),
        buyer=described.buyer and mask(described.buyer),
        vendors=tuple(
            replace(vendor, name=mask(vendor.name), pib=vendor.pib and mask(vendor.pib)) for vendor in described.vendors
        ),
        vendor_entities=tuple(map(mask, described.vendor_entities)),
        vendor_names=tuple(map(mask, described.vendor_names)),
        reference=described.reference and mask(described.reference),
    )


def masked_words(texts: Sequence[str], mask: Callable[[str], str] = masked) -> tuple[str, ...]:
    """Mask the personal numbers in words, or what ``mask`` masks, keeping their number and lengths. A number may span
    several words."""
    joined = mask(" ".join(texts))
    starts = accumulate((len(text) + 1 for text in texts), initial=0)
    return tuple(joined[start : start + len(text)] for start, text in zip(starts, texts, strict=False))


def personal_number_places(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of personal numbers in a text; some may be repeated."""
    first = len(text)
    for pattern in (_PRINTED_APART, _PRINTED_WHOLE, _IN_ACCOUNT, _IN_IBAN):
        for match in pattern.finditer(text):
            if is_personal_number("".join(filter(str.isdigit, match[1]))):
                first = min(first, match.start(1))
                yield match.span(1)
    yield from _labelled(text, first)


def _labelled(text: str, first: int) -> Iterator[tuple[int, int]]:
    """Yield numbers after a label: one, a list of them, or those of a table under it or after the ``first`` certain
    number."""
    plain = text.translate(_PLAIN)
    labels = [(label.end(), True) for label in _CITIZENS.finditer(plain)]
    labels += [(label.end(), False) for label in _AMBIGUOUS_LABEL.finditer(plain)]
    at = 0
    for end, is_citizens in sorted(labels):
        at = max(at, end)
        while (found := _LABELLED.match(text, at)) and _may_be_personal(found[1], is_citizens):
            yield found.span(1)
            at = found.end()
        if is_citizens and (found := _ODD.match(text, end)) and _has_digits(found[1]):
            yield found.span(1)
    if labels or first < len(text):
        for found in _TABULATED.finditer(text, min(first, *(end for end, _ in labels), len(text))):
            if _has_digits(found[1]) and _begins_with_birthday(_as_digits(found[1])):
                yield found.span(1)


def _may_be_personal(printed: str, is_citizens: bool) -> bool:
    """Return whether what is printed after a label is a personal number, possibly misread."""
    if not _has_digits(printed):
        return False
    if is_citizens:
        return True
    digits = _as_digits(printed).rjust(_DIGITS, "0")
    if re.fullmatch(_WHOLE, printed):
        return _nearly_begins_with_birthday(digits)
    is_firm = re.match(rf"{_DIGIT}{{{_FIRM_DIGITS}}}(?!{_DIGIT})", printed)
    return not is_firm and _begins_with_birthday(digits)


def _has_digits(printed: str) -> bool:
    return sum(map(str.isdigit, printed)) >= _LEAST_DIGITS


def _as_digits(printed: str) -> str:
    return "".join(filter(str.isdigit, printed.translate(_READ)))
