"""Parse dates as printed: in figures, with the month in words, in English order, in ISO 8601."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from archive.text.folding import fold
from indexer.facts.text import DocumentText, TextMatch, beginning
from indexer.gazetteer import table

YEARS = range(1945, 2051)
"""Plausible years of a document; any other number is a misreading."""


@cache
def _months() -> dict[str, int]:
    return {fold(stem): int(number) for number, stems in table("months").items() for stem in stems}


def _month_number(word: str) -> int | None:
    """Return the month that a folded word names, by its longest known prefix."""
    fitting = [stem for stem in _months() if word.startswith(stem)]
    return _months()[max(fitting, key=len)] if fitting else None


@cache
def month_names() -> str:
    """Return the regular expression for the name of a month, in any case and language."""
    return rf"(?:{'|'.join(sorted(map(re.escape, _months()), key=len, reverse=True))})[a-z]*"


@cache
def date_expression(*, is_short: bool = False) -> str:
    """Return the regular expression for a date in any of the four forms, with one group per part and form.

    :param is_short: accept years of two figures in a date in figures ("22.11.16").
    """
    century = r"(?:19|20)?" if is_short else r"(?:19|20)"
    month = month_names()
    part = r"(?:\s?\.|[/-])\s?"
    figures = rf"(?P<d1>\d{{1,2}}){part}(?P<m1>\d{{1,2}}){part}(?P<y1>{century}\d\d)(?!\d)"
    # "20t h day of November": text layers separate a superscript ordinal.
    ordinal = r"(?:s\s?t|n\s?d|r\s?d|t\s?h)?"
    words = rf"(?P<d2>\d{{1,2}}){ordinal}[.”“\"]?\s?(?:day\sof\s)?(?P<m2>{month})\.?,?\s(?P<y2>(?:19|20)\d\d)(?!\d)"
    english = rf"(?P<m3>{month})\s(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s?(?P<y3>(?:19|20)\d\d)(?!\d)"
    iso = r"(?P<y4>(?:19|20)\d\d)-(?P<m4>\d\d)-(?P<d4>\d\d)(?![\w-])"
    named = beginning(f"{stem}*" for stem in _months())
    return rf"(?:(?=\d)(?:(?<![\d./])(?:{figures}|{words})|(?<![\w/.-]){iso})|{named}{english})"


@cache
def any_date() -> re.Pattern[str]:
    """Return :func:`date_expression`, compiled."""
    return re.compile(date_expression())


def date_of(found: TextMatch) -> date | None:
    """Return the date of a match, None if there is no such day; "11/20/2018" is read in American order."""
    match = found.match
    for form in "1234":
        if match[f"y{form}"] is None:
            continue
        month_text, day_text = match[f"m{form}"], match[f"d{form}"]
        if form == "1" and not _has_one_separator(match):
            return None
        month = int(month_text) if month_text.isdigit() else _month_number(month_text)
        day_number = int(day_text)
        if form == "1" and month is not None and month > 12 and "/" in match.group():
            month, day_number = day_number, month
        try:
            year = int(match[f"y{form}"])
            day = date(year + 2000 if year < 100 else year, month or 0, day_number)
        except ValueError:
            return None
        return day if day.year in YEARS else None
    return None


def _has_one_separator(match: re.Match[str]) -> bool:
    """Return whether day, month and year in figures are parted alike: "404-5-3/2024" is the number of a file."""
    parts = (("d1", "m1"), ("m1", "y1"))
    one, other = (match.string[match.end(left) : match.start(right)].strip() for left, right in parts)
    return one == other


def words_of_date(text: DocumentText, found: TextMatch) -> tuple[int, int]:
    """Return the first and last word of the date within a match."""
    match = found.match
    start = min(match.start(name) for name in ("d1", "d2", "m3", "y4") if match[name] is not None)
    end = max(match.end(name) for name in ("y1", "y2", "y3", "d4") if match[name] is not None)
    return text.word_at(start), text.word_at(end - 1)
