"""Dates in any form, amounts with blanks in them, and citations of the law, as queries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise, product

from archive.model.numerals import to_number, to_roman
from archive.search.meanings.tables import month_names, months
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
    """The day that words are, however it is written; None where they are none."""
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
    """What finds a day: each way to write it."""
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
    """An amount with a blank behind one of its separators, behind all, or all but the one of cents: 153. 846,15.

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
    """A unit of the law and the number that is typed right behind it: čl.116."""
    match = _GLUED.fullmatch(word)
    return (match[1], match[2]) if match and is_unit(match[1], match[2]) else None


def is_unit(unit: str, number: str) -> bool:
    """Whether two words name a unit of the law. A letter alone does only with its full stop."""
    form = word_form(unit)
    return (
        form in _UNIT and (len(form) > 1 or unit.endswith(".")) and _NUMBER.fullmatch(number.rstrip(",;:")) is not None
    )


def of_citation(words: Sequence[str]) -> Query:
    """The units that words name, from the outer one in, the inner ones near it."""
    pairs = list(zip(words[::2], words[1::2], strict=True))
    query = _unit(*pairs[0])
    for pair in pairs[1:]:
        query = Near(query, _unit(*pair), _REACH)
    return query


def _unit(unit: str, number: str) -> Query:
    forms, digits = _UNIT[word_form(unit)], word_form(number)
    apart = Near(Or(tuple(_form(form) for form in forms)), _form(digits), 1, in_order=True)
    # Some print no blank between an abbreviation and its number.
    return Or((apart, *(_form(f"{form}.{digits}") for form in forms if len(form) <= _SHORT)))


def _form(text: str) -> Term:
    return Term(IndexField.FORM, text)
