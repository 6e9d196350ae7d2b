"""Dates and terms in running text: days, months, years, and terms relative to another date.

They are extracted on demand and never stored, so that old and new readings are treated in the same way. The expressions
match folded words, so both scripts and all languages of the table of months are covered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import accumulate

from archive.search.meanings.tables import months
from archive.text.folding import fold

YEARS = range(1900, 2101)
"""Possible years of a date; another number is something else, or a misreading."""


class Precision(StrEnum):
    """The precision of a date. A relative one is a number of days or months from another date."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    RELATIVE = "relative"


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text: the indices of its first and last word, and its value in ISO 8601 as far as stated (``2020``,
    ``2020-03``, ``2020-03-09``); None for a relative one."""

    first: int
    last: int
    value: str | None
    precision: Precision


def mentions(words: Sequence[str]) -> Iterator[DateMention]:
    """Yield the dates and terms among consecutive words, in order."""
    folded = [fold(word) for word in words]
    text = " ".join(folded)
    ends = list(accumulate(len(word) + 1 for word in folded))
    at = 0
    for match in _expression().finditer(text):
        while ends[at] <= match.start():
            at += 1
        last = at
        while ends[last] < match.end():
            last += 1
        value = _value(match)
        if value is not None or match["term"]:
            yield DateMention(at, last, value, _precision(value))


def _precision(value: str | None) -> Precision:
    return Precision.RELATIVE if value is None else _BY_LENGTH[len(value)]


_BY_LENGTH = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}

_YEAR = r"(?:19|20)\d\d"
_NUMBERS = (
    r"(?:\d{1,3}|jed(?:an|nog|ne)|dva(?:deset)?|dve|dvije|tri(?:deset)?|cetiri|pet(?:naest)?|sest(?:deset)?|sedam|osam|devet"
    r"|deset|one|two|three|four|five|six|seven|eight|nine|ten|thirty|sixty|ninety)"
)
_ORDINALS = r"(?:\d{1,3}\.|prv|drug|trec|cetvrt|pet|sest|sedm|osm|devet|deset|petnaest|trideset|naredn)(?:og|eg)?"
_UNITS = r"(?:dan|mesec|mjesec|nedelj|sedmic|godin|sat|cas|day|month|week|year|hour)\w*"


@cache
def _expression() -> re.Pattern[str]:
    """Return a single expression, so that a day does not match as a month or year, too."""
    # The months of the table in every case, and the Albanian months uninflected.
    names = sorted({*months(), *_CASES}, key=len, reverse=True)
    month = rf"(?:{'|'.join(map(re.escape, names))})"
    part = r"\s?[./-]\s?"
    # What follows a blank is a form that nobody filled in.
    alone = r"(?<![\d./_-])(?<![\d./_-]\s)"
    figures = rf"(?<![\d./-])(?P<d1>\d{{1,2}}){part}(?P<m1>\d{{1,2}}){part}(?P<y1>{_YEAR})(?![.,/]?\d)"
    iso = rf"(?<![\w/.-])(?P<y2>{_YEAR})-(?P<m2>\d\d)-(?P<d2>\d\d)(?![\w-])"
    letters = (
        rf"(?<![\w./-])(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\.?\s?(?:day of )?(?P<m3>{month})\b\.?,? (?P<y3>{_YEAR})(?!\d)"
    )
    english = rf"\b(?P<m4>{month})\.? (?P<d4>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y4>{_YEAR})(?!\d)"
    of_month = rf"\b(?P<m5>{month})\.?,? (?P<y5>{_YEAR})(?!\d)"
    of_year = rf"{alone}(?P<y6>{_YEAR})\.? ?(?:godin\w*|god\b\.?|g\.(?!\w))"
    in_year = rf"\b(?:in|of|since|during|until|year) (?P<y7>{_YEAR})(?![\d./-]*\d)"
    since = r"(?:racunajuci |pocev )?(?:od|nakon|posle|po|of|after|from|following)\b"
    working = r"(?:(?:radn|kalendarsk|uzastopn|business|working|calendar|consecutive)\w* )?"
    event = r"(?: (?!i\b|a\b)[^\s,;.:()]+){0,5}"
    most = r"(?:od )?(?:najmanje |najvise |do )?"
    begun = rf"(?:(?:najkasnije )?u )?rok\w* {most}|within |(?:not|no) later than "
    term = rf"\b(?:{begun}){_NUMBERS}(?: ?\(\w+\))? "
    godine = r"(?:\.?,? ?(?:godin\w*|god\b\.?|g\.(?!\w)))?"
    counted = rf"(?P<term>{term}{working}{_UNITS}(?:,? {since}{event})?|\b{_ORDINALS} {working}dana {since}{event})"
    days = "|".join((figures, iso, letters, english, of_month))
    return re.compile(rf"(?:{days}){godine}|{of_year}|{in_year}|{counted}")


_CASES = (
    "januaru", "februaru", "martu", "aprilu", "maju", "junu", "julu", "avgustu", "septembru", "oktobru", "novembru",
    "decembru", "septembrom", "januarom", "shkurt", "mars", "prill", "qershor", "korrik", "gusht", "shtator", "tetor",
    "nentor", "dhjetor", "janar",
)  # fmt: skip
"""Names of months that the table of queries lacks: other cases, and Albanian."""

_STEMS = {
    "janar": 1, "shkurt": 2, "mars": 3, "prill": 4, "qershor": 6, "korrik": 7, "gusht": 8, "shtator": 9, "tetor": 10,
    "nentor": 11, "dhjetor": 12,
}  # fmt: skip


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    known = months()
    return (
        known.get(text)
        or _STEMS.get(text)
        or next(known[name] for name in known if len(name) > 2 and text.startswith(name[:4]))
    )


def _value(match: re.Match[str]) -> str | None:
    for form in "1234567":
        year = match[f"y{form}"]
        if year is None:
            continue
        if int(year) not in YEARS:
            return None
        if form in "67":
            return year
        month = _month(match[f"m{form}"])
        if form == "5":
            return f"{year}-{month:02}"
        day = int(match[f"d{form}"])
        if form == "1" and month > 12 and "/" in match[0]:
            # 11/20/2018 can only be in the American order.
            month, day = day, month
        try:
            return date(int(year), month, day).isoformat()
        except ValueError:
            return None
    return None
