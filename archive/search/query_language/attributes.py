"""Parsing of ``field:value``: a fact about the document, such as a year, a range of amounts, a vendor."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from archive.errors import Message
from archive.model import KINDS
from archive.search.query import And, Carries, NumericField, Or, Query, Range
from archive.search.query_language.grammar import joined
from archive.search.query_language.names import is_unknown, kinds_named, languages_named, qualities_named
from archive.search.query_language.parsed_query import QueryField, QueryNote, QueryNoteKind
from archive.search.query_language.tokens import TextToken
from archive.search.query_language.word_shapes import shaped
from archive.search.request import UNKNOWN
from archive.text.analyzer import attribute_query_terms
from archive.text.folding import to_latin
from archive.text.forms import plain_amount, word_form
from archive.text.vocabulary import IndexField, Term

_Bounds = tuple[int, int]
"""The range of one typed value: 2020-01 is a whole month."""

_COMPARISON = re.compile(r"(>=|<=|>|<|=)(.+)")
_RANGE = re.compile(r"(.*?)(?:\.\.+|…)(.*)")
_YEARS = re.compile(r"(\d{4})\s*[-–—]\s*(\d{4})")
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?\.?")
_SERBIAN = re.compile(r"(?:(?:(\d{1,2})\.\s*)?(\d{1,2})\.\s*)?(\d{4})\.?")


def read_range(column: NumericField, text: str) -> Range | None:
    """Parse a range; None if ``text`` is none. Its ends may be in either order."""
    read = _READERS[column]
    text = text.strip()
    if column is NumericField.YEAR and (years := _YEARS.fullmatch(text)):
        return _between(column, years[1], years[2])
    if comparison := _COMPARISON.fullmatch(text):
        return _compared(column, comparison[1], read(comparison[2].strip()))
    if ends := _RANGE.fullmatch(text):
        return _between(column, ends[1].strip(), ends[2].strip())
    bounds = read(text)
    return bounds and Range(column, *bounds)


def _compared(column: NumericField, operator: str, bounds: _Bounds | None) -> Range | None:
    if bounds is None:
        return None
    low, high = bounds
    match operator:
        case ">=":
            return Range(column, low, None)
        case "<=":
            return Range(column, None, high)
        case ">":
            return Range(column, _next(column, high), None)
        case "<":
            return Range(column, None, _next(column, low, -1))
        case _:
            return Range(column, low, high)


def _between(column: NumericField, low: str, high: str) -> Range | None:
    read = _READERS[column]
    first, last = read(low), read(high)
    if (first is None and low) or (last is None and high) or not (first or last):
        return None
    if first and last:
        return Range(column, min(first[0], last[0]), max(first[1], last[1]))
    return Range(column, first and first[0], last and last[1])


def _next(column: NumericField, number: int, step: int = 1) -> int:
    """Return the next or previous number; of dates, that of the neighbouring day."""
    if column is not NumericField.DATE:
        return number + step
    day = date(number // 10_000, number // 100 % 100, number % 100)
    try:
        return _as_number(day + timedelta(step))
    except OverflowError:
        return number + step


def _as_number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _year(text: str) -> _Bounds | None:
    return (int(text), int(text)) if re.fullmatch(r"\d{4}", text := text.rstrip(".")) else None


def _date(text: str) -> _Bounds | None:
    if iso := _ISO.fullmatch(text):
        year, month, day = iso[1], iso[2], iso[3]
    elif serbian := _SERBIAN.fullmatch(text):
        day, month, year = serbian[1], serbian[2], serbian[3]
    else:
        return None
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if day:
        return _as_number(first), _as_number(first)
    last_month = int(month or 12)
    return _as_number(first), _as_number(date(first.year, last_month, monthrange(first.year, last_month)[1]))


def _amount(text: str) -> _Bounds | None:
    """Parse an amount; decimals are dropped, as in the index."""
    digits = re.sub(r"(?<=\d)\s+(?=\d{3})", "", text)
    whole = (plain_amount(digits) or digits).partition(",")[0]
    return (int(whole), int(whole)) if re.fullmatch(r"[0-9]{1,18}", whole) else None


_READERS: dict[NumericField, Callable[[str], _Bounds | None]] = {
    NumericField.YEAR: _year,
    NumericField.DATE: _date,
    NumericField.AMOUNT: _amount,
}


_WORD_FIELDS = {
    QueryField.TITLE: (IndexField.TITLE, IndexField.TITLE_STEM),
    QueryField.VENDOR: (IndexField.VENDOR, IndexField.VENDOR_STEM),
}
_NAMED = {QueryField.KIND: kinds_named, QueryField.LANGUAGE: languages_named, QueryField.QUALITY: qualities_named}
_MAY_BE_UNKNOWN = frozenset({*_NAMED, QueryField.MUNICIPALITY, QueryField.VENDOR, QueryField.YEAR})

_EXPECTED = {
    QueryField.YEAR: Message("a year, or years such as 2019..2021"),
    QueryField.DATE: Message("a date, or dates such as 2020-01..2020-06-15"),
    QueryField.AMOUNT: Message("an amount, or amounts such as 1.000.000..2.000.000 or >=1000000"),
    QueryField.KIND: Message("a kind of document; kinds are %(kinds)s", kinds=", ".join(KINDS)),
    QueryField.LANGUAGE: Message("a language such as Serbian, or the code of one such as sr-Cyrl"),
    QueryField.QUALITY: Message("a reading quality: good, fair or unreliable"),
    QueryField.PIB: Message("the number of a firm"),
}


def read_attribute(token: TextToken, field: QueryField, exact: bool, remarks: list[QueryNote]) -> Query | None:
    """Return the query of a field value; None, with a remark, if it is invalid."""
    if field in _MAY_BE_UNKNOWN and not token.quoted and is_unknown(token.text):
        return Carries(field, UNKNOWN)
    query = _read(token, field, exact, remarks)
    if query is None:
        sentence = Message(
            "“%(typed)s” does not name %(our_thing)s. “%(text)s” was searched for on the pages.",
            typed=token.typed,
            our_thing=_EXPECTED[field],
            text=token.text,
        )
        remarks.append(QueryNote(QueryNoteKind.AS_TEXT, sentence))
    return query


def _read(token: TextToken, field: QueryField, exact: bool, remarks: list[QueryNote]) -> Query | None:
    match field:
        case QueryField.YEAR | QueryField.DATE | QueryField.AMOUNT:
            return read_range(NumericField(field), token.text)
        case QueryField.KIND | QueryField.LANGUAGE | QueryField.QUALITY:
            return _any_value(field, _NAMED[field](token.text))
        case QueryField.TITLE | QueryField.VENDOR:
            return _words(token, _WORD_FIELDS[field], exact, remarks)
        case QueryField.REFERENCE | QueryField.PIB:
            return _numbers(token.text, field, remarks)
        case QueryField.MUNICIPALITY | QueryField.COLLECTION | QueryField.WATCH:
            return Carries(field, to_latin(token.text.strip()))


def _any_value(field: QueryField, values: Iterable[str]) -> Query | None:
    carried = [Carries(field, value) for value in values]
    return joined(Or, carried) if carried else None


def _words(token: TextToken, fields: tuple[IndexField, IndexField], exact: bool, remarks: list[QueryNote]) -> Query:
    words = token.text.split()
    if token.quoted:
        if len(words) > 1:
            sentence = Message(
                "Words in quotation marks after %(field)s: may stand in any order in it.", field=token.field
            )
            remarks.append(QueryNote(QueryNoteKind.READ_AS, sentence))
        return joined(And, [Term(fields[0], word_form(word)) for word in words])
    shape = shaped(token.text, fields[0])
    if shape.remark:
        remarks.append(shape.remark)
    if shape.leaf:
        return shape.leaf
    if exact:
        return Term(fields[0], word_form(token.text))
    return joined(Or, attribute_query_terms(token.text, fields))


def _numbers(text: str, field: QueryField, remarks: list[QueryNote]) -> Query | None:
    """Return the query of a reference number, or of the digits of a firm's number."""
    if field is QueryField.REFERENCE:
        return joined(And, [_number(word, IndexField.REFERENCE, remarks) for word in text.split()])
    digits = "".join(character for character in text if character.isdecimal() or character in "*?")
    return _number(digits, IndexField.IDENTIFIER, remarks) if any(map(str.isdecimal, digits)) else None


def _number(word: str, field: IndexField, remarks: list[QueryNote]) -> Query:
    shape = shaped(word, field)
    if shape.remark:
        remarks.append(shape.remark)
    return shape.leaf or Term(field, word_form(word))
