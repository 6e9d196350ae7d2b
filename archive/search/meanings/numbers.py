"""Dates, amounts, citations of the law, and numbers that name a thing, in the other ways they are written, as queries.

Numbers that name a thing are bank accounts, telephones, references and codes of the CPV.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise, product, takewhile

from archive.model.clauses import to_number, to_roman
from archive.search.meanings.tables import is_behind_number, is_number_label, month_names, months
from archive.search.query import Near, Or, Phrase, Query
from archive.text.forms import plain_amount, plain_date, word_form
from archive.text.vocabulary import IndexField, Term

_MONTHS = 12
_DAY = re.compile(r"(\d{1,2})\.?(?:st|nd|rd|th)?")
_YEAR = re.compile(r"(\d{4})\.?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SLASHED = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})\.?")
_SHORT_YEAR = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{2})\.?")
_LATEST_SHORT = 69
"""The last year of this century that two digits name, as in POSIX (strptime, %y)."""


def read_date(words: Sequence[str]) -> date | None:
    """Return the day that words are, however it is written; None where they are none."""
    try:
        return _in_letters(words) if len(words) == 3 else _in_digits("".join(words))
    except ValueError:
        return None


def _in_letters(words: Sequence[str]) -> date | None:
    first, second, year = (word.rstrip(",") for word in words)
    for day, month in ((first, second), (second, first)):
        number = months().get(word_form(month)) or _roman_month(month)
        if number and (days := _DAY.fullmatch(day)) and (years := _YEAR.fullmatch(year)):
            return date(int(years[1]), number, int(days[1]))
    return _in_digits("".join(words))


def _roman_month(month: str) -> int | None:
    number = to_number(word_form(month)) if month.isupper() else 0
    return number if 1 <= number <= _MONTHS else None


def _in_digits(text: str) -> date | None:
    if iso := plain_date(word_form(text)):
        return date.fromisoformat(iso)
    if match := _ISO.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _SLASHED.fullmatch(text):
        return date(int(match[4]), int(match[3]), int(match[1]))
    if match := _SHORT_YEAR.fullmatch(text):
        year = int(match[3])
        return date(year + (2000 if year <= _LATEST_SHORT else 1900), int(match[2]), int(match[1]))
    return None


def of_date(day: date) -> Iterator[Query]:
    """Yield what finds a day: each way to write it."""
    # Whatever separators stand in 5.3.2021, it is in the index as 2021-03-05, too.
    yield Term(IndexField.FORM, day.isoformat())
    numbers = [(str(day.day), f"{day.day:02}"), (str(day.month), f"{day.month:02}")]
    for mark in "/-":
        for days, month in dict.fromkeys(product(*numbers)):
            yield Term(IndexField.FORM, f"{days}{mark}{month}{mark}{day.year}")
    yield Phrase((numbers[0][0], to_roman(day.month), str(day.year)))
    for days, month in dict.fromkeys(product(*numbers)):
        yield Term(IndexField.FORM, f"{days}.{month}.{day.year % 100:02}")
        yield from (Term(IndexField.FORM, f"{days}.{month}.{day.year}.{year}") for year in ("godine", "god", "g"))
    for name in month_names()[day.month - 1]:
        for written in dict.fromkeys(numbers[0]):
            yield Phrase((written, word_form(name), str(day.year)))
            if name.endswith(("y", "ch", "er", "st")) or name in {"april", "june", "july"}:
                yield Phrase((word_form(name), written, str(day.year)))


_GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?:[.,]\d{1,2})?")
_POINTED = re.compile(r"(\d{1,3}(?:\.\d{3})+)[.,](\d{2})")


def of_amount(word: str) -> Iterator[Query]:
    """Yield an amount with a blank behind one of its separators, behind all, or all but the one of cents: 153. 846,15.

    Where OCR reads a point before the cents, or somebody types it, it is the same amount.
    """
    form = word_form(word)
    if not _GROUPED.fullmatch(form):
        return
    if pointed := _POINTED.fullmatch(form):
        whole, cents = pointed.groups()
        yield Term(IndexField.FORM, f"{whole}.{cents}")
        yield Term(IndexField.FORM, plain_amount(f"{whole},{cents}") or form)
    separators = [at for at, character in enumerate(form) if character in ".,"]
    splits = {*((at,) for at in separators), tuple(separators), tuple(separators[:-1])} - {()}
    for split in sorted(splits):
        bounds = [-1, *split, len(form)]
        yield Phrase(tuple(form[start + 1 : end] for start, end in pairwise(bounds)))


_UNITS = (
    "član člana članu članom čl članovi članova članovima članak članka članku člankom",
    "stav stava stavu stavom st stavovi stavova stavak stavka stavku stavkom",
    "tačka tačke tački tačku tačkom tač tačaka t točka točke točki točku točkom",
    "alineja alineje alineji alineju alinejom al",
    "podtačka podtačke podtački podtačku podtač",
)
"""The units of the law, each in all its forms."""

_FORMS = [tuple(dict.fromkeys(map(word_form, names.split()))) for names in _UNITS]
_UNIT = {form: forms for forms in _FORMS for form in forms}
_NUMBER = re.compile(r"\d{1,4}[a-zа-яđ]?[.)]*", re.IGNORECASE)
_SHORT = 6
"""Letters of the longest abbreviation of a unit."""

_REACH = 8
"""Words between two units of a citation: члана 112. Закона о јавним набавкама, став 1."""


_GLUED = re.compile(r"([^\W\d_]+\.)(\d.*)")


def parted(word: str) -> tuple[str, str] | None:
    """Return a unit of the law and the number that is typed right behind it: čl.116."""
    match = _GLUED.fullmatch(word)
    return (match[1], match[2]) if match and is_unit(match[1], match[2]) else None


def is_unit(unit: str, number: str) -> bool:
    """Return whether two words name a unit of the law. A letter alone does only with its full stop."""
    form = word_form(unit)
    return (
        form in _UNIT and (len(form) > 1 or unit.endswith(".")) and _NUMBER.fullmatch(number.rstrip(",;:")) is not None
    )


def of_citation(words: Sequence[str]) -> Query:
    """Return the units that words name, from the outer one in, the inner ones near it."""
    pairs = list(zip(words[::2], words[1::2], strict=True))
    query = _unit(*pairs[0])
    for pair in pairs[1:]:
        query = Near(query, _unit(*pair), _REACH)
    return query


def _unit(unit: str, number: str) -> Query:
    forms, digits = _UNIT[word_form(unit)], word_form(number)
    apart = Near(Or(tuple(_term(form) for form in forms)), _term(digits), 1, in_order=True)
    # Some print no blank between an abbreviation and its number.
    return Or((apart, *(_term(f"{form}.{digits}") for form in forms if len(form) <= _SHORT)))


def _term(text: str) -> Term:
    return Term(IndexField.FORM, text)


_PIECE = re.compile(r"[+(]?\d[\d()/. -]*")
_MOST_PIECES = 6


def in_pieces(words: Sequence[str]) -> tuple[int, tuple[Query, ...]]:
    """Return how many of the first words are one account or telephone typed in pieces, and what finds it; 0 for
    none."""
    pieces = list(takewhile(_PIECE.fullmatch, words[:_MOST_PIECES]))
    while pieces:
        typed = " ".join(pieces)
        if " " in typed and (ways := (*_account(word_form(typed)), *_telephone(typed))):
            return len(pieces), (Phrase(tuple(map(word_form, typed.split()))), *ways)
        pieces.pop()
    return 0, ()


_FOLLOWED = re.compile(r"(\d[\d.]*)([^\W\d_]+\.?)")
_LABELLED = re.compile(r"([^\W\d_]+[.:]+)(\d.*)")


def parted_label(word: str) -> tuple[str, str] | None:
    """Return a number and the word typed right at it, which it does not need: br.404-1/2019, 23.12.2019.godine."""
    if (match := _LABELLED.fullmatch(word)) and is_number_label(match[1]):
        return match[1], match[2]
    if (match := _FOLLOWED.fullmatch(word)) and is_behind_number(match[2]):
        return match[1], match[2]
    return None


def is_labelled(label: str, number: str) -> bool:
    """Return whether a word only says what kind of number the next one is: that number tells it as well."""
    tells = sum(map(str.isdigit, number)) >= _TELLING or _REFERENCE.fullmatch(word_form(number)) is not None
    return tells and is_number_label(label)


_TELLING = 6
"""Digits of a number that names one thing without a label."""


def of_identifier(word: str) -> Iterator[Query]:
    """Yield what else finds an identifier, typed as one text; nothing for other words."""
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
    """Yield a bank account with any number of the zeros that fill it up, and run together: 160-5791-36 is
    160-0005791-36."""
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
_SPLITS = ((3, 3), (3, 4), (4, 3), (3, 2, 2), (2, 2, 2))
"""Digits of the groups in which the number of a subscriber is written."""


def _telephone(word: str) -> Iterator[Query]:
    """Yield a Serbian telephone with any marks between its area and the groups of its number, with 0 or +381 before
    it."""
    digits = _TELEPHONE_MARKS.sub("", word)
    match = _TELEPHONE.fullmatch(digits)
    if not match:
        return
    area, number = match.groups()
    groupings = [(number,), *(_grouped(number, split) for split in _SPLITS if sum(split) == len(number))]
    areas = Or((_term(f"0{area}"), _term(f"381{area}"), Phrase(("381", area))))
    numbers: list[Query] = [_term("-".join(groups)) for groups in groupings]
    numbers += [Phrase(groups) for groups in groupings if len(groups) > 1]
    yield Near(areas, Or(tuple(numbers)), 1, in_order=True)
    for first in (f"0{area}", f"381{area}"):
        yield _term(f"{first}{number}")
        for mark, groups in product("/-", groupings):
            yield _term(f"{first}{mark}{'-'.join(groups)}")
            if len(groups) > 1:
                yield Phrase((f"{first}{mark}{groups[0]}", *groups[1:]))


def _grouped(number: str, split: tuple[int, ...]) -> tuple[str, ...]:
    groups = []
    for size in split:
        groups.append(number[:size])
        number = number[size:]
    return tuple(groups)


_CODE = re.compile(r"(\d{8})-\d")


def _code(form: str) -> Iterator[Query]:
    """Yield a code of the Common Procurement Vocabulary without the digit that checks it."""
    if match := _CODE.fullmatch(form):
        yield _term(match[1])


_REFERENCE = re.compile(
    r"(?P<letters>[^\W\d_]+[-./ ])?(?P<numbers>\d+(?:[-/]\d+)*?)(?P<mark>[-/])(?P<year>(?:19|20)\d\d|(?<=/)\d\d)"
    r"(?P<behind>[-/][^\W_]+)?"
)
"""Letters of a register, numbers, a year, and what stands behind it: IV-404-12/2019-01, K-123/18."""


def _reference(form: str) -> Iterator[Query]:
    """Yield a number with its year in four digits or two, - for /, blanks at its marks, and without the letters at its
    ends.

    A row of numbers without a year is none.
    """
    match = _REFERENCE.fullmatch(form)
    if not match or not (match["letters"] or match["mark"] == "/" or not match["numbers"].isdigit()):
        return
    numbers, year, behind = match["numbers"], match["year"], match["behind"] or ""
    years = (year, year[2:]) if len(year) == _FULL_YEAR else (year, f"20{year}", f"19{year}")
    # What is typed behind the year is part of the number, unless it is letters.
    end = behind if behind[1:].isdigit() else ""
    may_be_date = _OF_DATE.fullmatch(numbers) is not None
    for first, last in product(dict.fromkeys((numbers, numbers.replace("/", "-"))), years):
        yield _term(f"{first}/{last}{end}")
        is_full = len(last) == _FULL_YEAR
        if is_full or not may_be_date:
            yield _term(f"{first}-{last}{end}")
        if is_full and not may_be_date:
            yield Near(_term(first), _term(f"{last}{end}"), 2, in_order=True)
    head, _, tail = numbers.rpartition("-")
    if head:
        yield from (Near(_term(head), _term(f"{tail}/{last}{end}"), 2, in_order=True) for last in years)


_FULL_YEAR = 4
_OF_DATE = re.compile(r"\d{1,2}|(?:19|20)\d\d")
"""A number that may be a day, a month or a year. In pieces, 12/2019 would be in 23. 12. 2019, and 5/10 is not 5-10."""
