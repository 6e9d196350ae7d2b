"""Years, dates and amounts as they are typed after a field: one, or a range of them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from archive.search.query import Column, Range
from archive.text.forms import plain_amount

_Bounds = tuple[int, int]
"""What one typed value stands for, from and to: 2020-01 is a whole month."""

_COMPARISON = re.compile(r"(>=|<=|>|<|=)(.+)")
_RANGE = re.compile(r"(.*?)(?:\.\.+|…)(.*)")
_YEARS = re.compile(r"(\d{4})\s*[-–—]\s*(\d{4})")
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?\.?")
_SERBIAN = re.compile(r"(?:(?:(\d{1,2})\.\s*)?(\d{1,2})\.\s*)?(\d{4})\.?")


def read_range(column: Column, text: str) -> Range | None:
    """The range that ``text`` names, or None if it names none. Its ends may come in either order."""
    read = _READERS[column]
    text = text.strip()
    if column is Column.YEAR and (years := _YEARS.fullmatch(text)):
        return _between(column, years[1], years[2])
    if comparison := _COMPARISON.fullmatch(text):
        return _compared(column, comparison[1], read(comparison[2].strip()))
    if ends := _RANGE.fullmatch(text):
        return _between(column, ends[1].strip(), ends[2].strip())
    bounds = read(text)
    return bounds and Range(column, *bounds)


def _compared(column: Column, operator: str, bounds: _Bounds | None) -> Range | None:
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


def _between(column: Column, low: str, high: str) -> Range | None:
    read = _READERS[column]
    first, last = read(low), read(high)
    if (first is None and low) or (last is None and high) or not (first or last):
        return None
    if first and last:
        return Range(column, min(first[0], last[0]), max(first[1], last[1]))
    return Range(column, first and first[0], last and last[1])


def _next(column: Column, number: int, step: int = 1) -> int:
    """The number after or before; of dates, that of the neighbouring day."""
    if column is not Column.DATE:
        return number + step
    day = date(number // 10_000, number // 100 % 100, number % 100)
    try:
        return _number(day + timedelta(step))
    except OverflowError:
        return number + step


def _number(day: date) -> int:
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
        return _number(first), _number(first)
    last_month = int(month or 12)
    return _number(first), _number(date(first.year, last_month, monthrange(first.year, last_month)[1]))


def _amount(text: str) -> _Bounds | None:
    """A whole amount: what stands behind the decimal separator is left off, as it is of the amounts of documents."""
    digits = re.sub(r"(?<=\d)\s+(?=\d{3})", "", text)
    whole = (plain_amount(digits) or digits).partition(",")[0]
    return (int(whole), int(whole)) if re.fullmatch(r"[0-9]{1,18}", whole) else None


_READERS: dict[Column, Callable[[str], _Bounds | None]] = {
    Column.YEAR: _year,
    Column.DATE: _date,
    Column.AMOUNT: _amount,
}
