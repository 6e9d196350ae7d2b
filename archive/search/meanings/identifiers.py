"""Numbers that name a thing, in the other ways they are written: accounts, telephones, references, codes of the CPV."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product

from archive.search.meanings.tables import is_behind_number, is_number_label
from archive.search.query import Near, Phrase, Query
from archive.text.forms import word_form
from archive.text.vocabulary import IndexField, Term

_PIECE = re.compile(r"[+(]?\d[\d()/. -]*")
_MOST_PIECES = 6


def pieces(words: Sequence[str]) -> int:
    """How many of the first words are one account or telephone typed in pieces; 0 where they are none."""
    for count in range(min(len(words), _MOST_PIECES), 0, -1):
        if all(map(_PIECE.fullmatch, words[:count])):
            typed = " ".join(words[:count])
            if " " in typed and (any(_telephone(typed)) or any(_account(typed))):
                return count
    return 0


_FOLLOWED = re.compile(r"(\d[\d.]*)([^\W\d_]+\.?)")
_LABELLED = re.compile(r"([^\W\d_]+[.:]+)(\d.*)")


def parted(word: str) -> tuple[str, str] | None:
    """A number and the word typed right at it, which it does not need: br.404-1/2019, 23.12.2019.godine."""
    if (match := _LABELLED.fullmatch(word)) and is_number_label(match[1]):
        return match[1], match[2]
    if (match := _FOLLOWED.fullmatch(word)) and is_behind_number(match[2]):
        return match[1], match[2]
    return None


def is_labelled(label: str, number: str) -> bool:
    """Whether a word only says what kind of number the next one is: that number tells it as well."""
    tells = sum(map(str.isdigit, number)) >= _TELLING or _REFERENCE.fullmatch(word_form(number)) is not None
    return tells and is_number_label(label)


_TELLING = 6
"""Digits of a number that names one thing without a label."""


def other_ways(word: str) -> Iterator[Query]:
    """What else finds an identifier, typed as one text; nothing for other words."""
    form = word_form(word)
    if any(map(str.isdigit, form)):
        yield from _account(form)
        yield from _telephone(word)
        yield from _code(form)
        yield from _reference(form)


_ACCOUNT = re.compile(r"(\d{3})[- ]?(\d{1,13})[- ]?(\d{2})")
_ACCOUNT_DIGITS = 13
"""Digits of the account itself, between three of the bank and two that check them (National Bank of Serbia)."""


def _account(form: str) -> Iterator[Query]:
    """A bank account with any number of the zeros that fill it up, and run together: 160-5791-36 is 160-0005791-36."""
    match = _ACCOUNT.fullmatch(form)
    if not match or (len(re.findall("[- ]", form)) != 2 and len(form) != _ACCOUNT_DIGITS + 5):
        return
    bank, account, check = match.groups()
    account = account.lstrip("0") or "0"
    for digits in range(len(account), _ACCOUNT_DIGITS + 1):
        filled = account.zfill(digits)
        yield _term(f"{bank}-{filled}-{check}")
        yield Phrase((bank, filled, check))
    yield _term(f"{bank}{account.zfill(_ACCOUNT_DIGITS)}{check}")


_TELEPHONE = re.compile(r"(?:\+|00)?(?:381|0)(\d{2})(\d{6,7})")
_TELEPHONE_MARKS = re.compile(r"[\s()/.-]")
_SPLITS = ((3, 3), (3, 4), (4, 3), (3, 2, 2), (2, 2, 2), (3, 2, 1))
"""Digits of the groups in which the number of a subscriber is written."""


def _telephone(word: str) -> Iterator[Query]:
    """A Serbian telephone with any marks between its area and the groups of its number, with 0 or +381 before it."""
    digits = _TELEPHONE_MARKS.sub("", word)
    match = _TELEPHONE.fullmatch(digits)
    if not match:
        return
    area, number = match.groups()
    groupings = [(number,), *(_grouped(number, split) for split in _SPLITS if sum(split) == len(number))]
    for first, groups in product((f"0{area}", f"381{area}"), groupings):
        yield _term(f"{first}{number}")
        for mark, between in product("/-", "- "):
            if between == "-" or len(groups) == 1:
                yield _term(f"{first}{mark}{between.join(groups)}")
            else:
                yield Phrase((f"{first}{mark}{groups[0]}", *groups[1:]))
        yield Phrase((first, *groups))
        yield Phrase((first, "-".join(groups)))
    for groups in groupings:
        yield Phrase(("381", area, *groups))
        yield Phrase(("381", area, "-".join(groups)))


def _grouped(number: str, split: tuple[int, ...]) -> tuple[str, ...]:
    groups = []
    for size in split:
        groups.append(number[:size])
        number = number[size:]
    return tuple(groups)


_CODE = re.compile(r"(\d{8})-\d")


def _code(form: str) -> Iterator[Query]:
    """A code of the Common Procurement Vocabulary without the digit that checks it."""
    if match := _CODE.fullmatch(form):
        yield _term(match[1])


_REFERENCE = re.compile(
    r"(?P<letters>[^\W\d_]+[-./ ])?(?P<numbers>\d+(?:[-/]\d+)*?)(?P<mark>[-/])(?P<year>(?:19|20)\d\d|(?<=/)\d\d)"
    r"(?P<behind>[-/][^\W_]+)?"
)
"""Letters of a register, numbers, a year, and what stands behind it: IV-404-12/2019-01, K-123/18."""


def _reference(form: str) -> Iterator[Query]:
    """A number with its year in four digits or two, - for /, blanks at its marks, and without the letters at its ends.

    A row of numbers without a year is none.
    """
    match = _REFERENCE.fullmatch(form)
    if not match or not (match["letters"] or match["mark"] == "/" or not match["numbers"].isdigit()):
        return
    numbers, year, behind = match["numbers"], match["year"], match["behind"] or ""
    years = (year, year[2:]) if len(year) == _FULL_YEAR else (year, f"20{year}", f"19{year}")
    # What is typed behind the year is part of the number, unless it is letters.
    end = behind if behind[1:].isdigit() else ""
    for first, mark, last in dict.fromkeys(product((numbers, numbers.replace("/", "-")), "/-", years)):
        yield _term(f"{first}{mark}{last}{end}")
        yield Near(_term(first), _term(f"{last}{end}"), 2, in_order=True)
    head, _, tail = numbers.rpartition("-")
    if head:
        yield from (Near(_term(head), _term(f"{tail}/{last}{end}"), 2, in_order=True) for last in years)


_FULL_YEAR = 4


def _term(text: str) -> Term:
    return Term(IndexField.FORM, text)
