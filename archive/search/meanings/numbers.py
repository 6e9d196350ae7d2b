"""Dates in any form, amounts with blanks in them, and citations of the law, as queries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise, product

from archive.search.meanings.tables import month_names, months
from archive.search.query import Near, Or, Phrase, Query
from archive.text.forms import plain_date, word_form
from archive.text.vocabulary import IndexField, Term

_DAY = re.compile(r"(\d{1,2})\.?(?:st|nd|rd|th)?")
_YEAR = re.compile(r"(\d{4})\.?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SLASHED = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})\.?")


def read_date(words: Sequence[str]) -> date | None:
    """The day that words are, however it is written; None where they are none."""
    try:
        return _in_letters(words) if len(words) == 3 else _in_digits("".join(words))
    except ValueError:
        return None


def _in_letters(words: Sequence[str]) -> date | None:
    first, second, year = (word.rstrip(",") for word in words)
    for day, month in ((first, second), (second, first)):
        number = months().get(word_form(month))
        if number and (days := _DAY.fullmatch(day)) and (years := _YEAR.fullmatch(year)):
            return date(int(years[1]), number, int(days[1]))
    return _in_digits("".join(words))


def _in_digits(text: str) -> date | None:
    if iso := plain_date(word_form(text)):
        return date.fromisoformat(iso)
    if match := _ISO.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _SLASHED.fullmatch(text):
        return date(int(match[4]), int(match[3]), int(match[1]))
    return None


def of_date(day: date) -> Iterator[Query]:
    """What finds a day: each way to write it."""
    # Whatever separators stand in 5.3.2021, it is in the index as 2021-03-05, too.
    yield Term(IndexField.FORM, day.isoformat())
    numbers = [(str(day.day), f"{day.day:02}"), (str(day.month), f"{day.month:02}")]
    for mark in "/-":
        for days, month in dict.fromkeys(product(*numbers)):
            yield Term(IndexField.FORM, f"{days}{mark}{month}{mark}{day.year}")
    for name in month_names()[day.month - 1]:
        for written in dict.fromkeys(numbers[0]):
            yield Phrase((written, word_form(name), str(day.year)))
            if name.endswith(("y", "ch", "er", "st")) or name in {"april", "june", "july"}:
                yield Phrase((word_form(name), written, str(day.year)))


_GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?:[.,]\d{1,2})?")


def of_amount(word: str) -> Iterator[Query]:
    """An amount with a blank behind one of its separators, behind all, or all but the one of cents: 153. 846,15."""
    form = word_form(word)
    if not _GROUPED.fullmatch(form):
        return
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
_REACH = 8
"""Words between two units of a citation: члана 112. Закона о јавним набавкама, став 1."""


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
    forms = tuple(Term(IndexField.FORM, form) for form in _UNIT[word_form(unit)])
    return Near(Or(forms), Term(IndexField.FORM, word_form(number)), 1, in_order=True)
