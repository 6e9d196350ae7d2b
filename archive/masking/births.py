"""Dates of birth: after a label or before "rođen", in tables under a heading, beside the name of a person, and where a
personal number begins with them.

Texts are in plain Latin letters (:mod:`archive.masking.places`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator

from archive.masking.name_words import given_of
from archive.masking.numbers import DIGIT, TABLE, one_of
from archive.text.folding import ORDINALS, TENS, fold

_MONTHS = (
    "(?:jan|feb|mar|apr|maj|jun|jul|avg|aug|sep|okt|oct|nov|dec|sij|velj|ozu|tra|svib|lip|srp|kol|ruj|list|stud|pros|may)"
    "[a-z]{0,8}"
)
_BIRTH = re.compile(
    r"(?<!\w)(?<!knjige )(?<!knige )(?:(?:datum|dan|(?<![0-9.] )godin|god\.)[a-z]*"
    r"(?:,? i? ?(?:mest|mj?esec\w*|godin)[a-z]+){0,3} rod[a-z]*|rodj?en[a-z]{0,4}(?!\w)|rodj?\.(?=.{0,25}[0-9])"
    r"|dat\. ?rod\w*|d\. ?(?:r|rod)\.(?= ?[0-9])|born"
    r"|rodj?endan\w*|(?<=[,(;] )r\.(?= ?[0-9])|(?<=[,(])r\.(?= ?[0-9])|date of birth|dob\b|szul\w*|lindur"
    r"|d[ai]telind\w*|rodi(?:o|la|lo) se|se rodi(?:o|la|lo)|na svi?j?et (?:je )?dos\w+)",
    re.IGNORECASE,
)
_ROMAN = "(?:I{1,3}|IV|VI{0,3}|IX|XI{0,2})"
_DAY = (
    r"[0-3]?[0-9] ?[./-] ?[01]?[0-9] ?[./-] ?(?:(?:18|19|20)[0-9]{2}|[0-9]{2}(?![0-9]))"
    rf"|[0-3]?[0-9][./]? ?-?{_ROMAN}[./-]? ?[0-9]{{4}}|[0-3]?[0-9]\.? ?{_MONTHS}\.? [0-9]{{4}}"
    rf"|{_MONTHS} [0-3]?[0-9],? [0-9]{{4}}|[0-9]{{4}}-[01][0-9]-[0-3][0-9]|[0-3][0-9] [01][0-9] (?:19|20)[0-9]{{2}}"
    rf"|[0-3]?[0-9](?:st|nd|rd|th)(?: of)? {_MONTHS},? [0-9]{{4}}"
    rf"|(?:19|20)[0-9]{{2}}\. ?(?:(?:{_MONTHS}|szeptember)\.?|[01]?[0-9]\.) ?[0-3]?[0-9](?![0-9])\.?"
)
_MISREAD = rf"(?<!\w){DIGIT}{{1,2}} ?[.,] ?{DIGIT}{{1,2}} ?[.,] ?[1Il]9{DIGIT}{{2}}"
"""A day as OCR may have read it."""

_YEAR = r"\.? ?(?:godin[a-z]|g(?:od)?\.)"
_YEAR_ALONE = rf"(?:19|20)[0-9]{{2}}(?:{_YEAR}|(?![0-9])(?![/-][0-9]))"
_AFTER_BIRTH = re.compile(
    rf"[^0-9]{{0,60}}?(?<![0-9])((?:{_DAY}|{_MISREAD})(?:{_YEAR})?|{_YEAR_ALONE})",
    re.IGNORECASE,
)
_ANOTHER = (
    r"\.?,? (?:(?:i|a|te|odnosno|and) )?(?P<kin>(?:otac|oca|majk[aeiu]|muz|zena|suprug\w*|brat\w?|sestr\w|sin\w?|kci"
    r"|kceri|cerk\w) )?(?:roden\w? )?"
)
_AND_BIRTH = re.compile(rf"{_ANOTHER}((?:{_DAY})(?:{_YEAR})?|{_YEAR_ALONE})", re.IGNORECASE)
"""The birth of another person of the same sentence."""

_BORN_THEN = re.compile(r"(?<![0-9./-])([0-3]?[0-9])[./-] ?([01]?[0-9])[./-] ?(19[2-9][0-9]|20[0-2][0-9])(?![0-9])")
_ORDINALS = " ".join((*ORDINALS, *TENS[:2], "i"))
_THOUSAND = (
    r"(?:hilj?ad[ue]|tisucu|dv[ij]*e (?:hilj?ade|tisuce))(?: i)?(?: (?:devetsto\w*|devet stotina))?"
    r"(?: (?:i(?!\w)|[a-z]*(?:deset|naest|desete|deseti|desetog|deseta|naeste|naestog|jedan|dva|tri|cetiri|pet|sest"
    r"|sedam|osam|devet|prve|druge|trece|cetvrte|pete|seste|sedme|osme|devete|desete)(?!\w))){1,5}"
)
_IN_WORDS = re.compile(
    rf"[^0-9.]{{0,40}}?(?<!\w)((?:(?:(?:{one_of(_ORDINALS)})[a-z]{{0,4}} ){{1,3}}|[0-3]?[0-9]\.? )"
    rf"(?:{_MONTHS}|meseca [a-z]+) (?:{_THOUSAND}|(?:19|20)[0-9]{{2}})(?:\.? godine)?)",
    re.IGNORECASE,
)
"""The twenty-fifth of March nineteen hundred and eighty."""

_BEFORE_BIRTH = re.compile(
    rf"(?<![0-9./-])({_DAY})(?:{_YEAR})?\.?(?: (?:je|su))?(?: u [A-Z]\w+)?(?: (?:je|su))? $", re.IGNORECASE
)
_DATE_BEFORE = 50
_LATEST_BIRTH = 2012
"""The latest year of birth anywhere in a table: other dates of its rows are later."""

_PARTICIPLE = re.compile(r"rodj?en[aeiou]\w?", re.IGNORECASE)
_OF_SEVERAL = re.compile(r"rodj?en(?:i|e|ih)", re.IGNORECASE)
_HEADING = re.compile(r"(?i:dat|dan|god)|Rod")
_HEADING_GOES_ON = re.compile(
    r"/| (?:[a-z] )?(?:Adres|Mest|Mjest|Jmb|JMB|Mati|Tel|Prebiv|Boravi|Razred|Kontakt|Potpis)"
)
_OTHER_EVENT = re.compile(
    r"[\"“”]|(?<!\w)(?:posle|poslije|nakon|pre|prije|izmed\w+|od 1\.|za|rok|upis\w*|prijav\w*|udat\w*|udal\w*|radi"
    r"|izdat\w*|osnovan\w*|popis\w*)(?!\w)",
    re.IGNORECASE,
)
"""Between a label and a date of something else; who was born before a year is nobody in particular."""


def births(text: str) -> Iterator[tuple[int, int]]:
    """Yield dates of birth: after a label, in a table under it, and each day on which a personal number begins."""
    for label in _BIRTH.finditer(text):
        found = _AFTER_BIRTH.match(text, label.end())
        for date in filter(None, (found, _IN_WORDS.match(text, label.end()))):
            if not _OTHER_EVENT.search(text, label.end(), date.start(1)):
                yield date.span(1)
                yield from _of_others(text, label[0], date.end(1))
        if _PARTICIPLE.match(label[0]):
            before = _BEFORE_BIRTH.search(text, max(0, label.start() - _DATE_BEFORE), label.start())
            if before:
                yield before.span(1)
        # The heading of a table applies to the dates of several persons.
        is_heading = label[0].lower().startswith(("dat", "dan")) or _HEADING_GOES_ON.match(text, label.end())
        if is_heading:
            start = found.end(1) if found else label.end()
            rows = _BORN_THEN.finditer(text, start, start + TABLE)
            yield from (row.span() for row in rows if int(row[3]) <= _LATEST_BIRTH)
    yield from _birthdays(text)


def _of_others(text: str, label: str, end: int) -> Iterator[tuple[int, int]]:
    """Yield the births of others in the same sentence: of those whom kinship names, or all after "rođeni"."""
    for _ in range(_MOST_OTHERS):
        more = _AND_BIRTH.match(text, end)
        if more is None or not (more["kin"] or _OF_SEVERAL.fullmatch(label)):
            return
        yield more.span(2)
        end = more.end()


_MOST_OTHERS = 8


_FULL_YEAR = r"((?:19[2-9]|20[0-2])[0-9])"
_FULL_DAY = r"([0-3]?[0-9][./-] ?[01]?[0-9][./-] ?(?:19|20)[0-9]{2})"
_YEAR_AFTER_NAME = re.compile(
    rf" ?\((?:[a-z]{{3,12}}, |r(?:odj?)?\. ?)?{_FULL_YEAR}(?: ?- ?(?:19|20)[0-9]{{2}})?(?:{_YEAR})?\.?\)"
    rf"|(?:, | - ){_FULL_YEAR}\.?(?: god\.?)?(?=,|;| rod| -)|,? (?:r\.|generacij\w+) ?{_FULL_YEAR}(?![0-9])",
    re.IGNORECASE,
)
_DAY_AFTER_NAME = re.compile(
    rf" ?\({_FULL_DAY}\.?(?: ?god\w*\.?)?(?=[,)]| ?-)|,? \(?\* ?{_FULL_DAY}|, {_FULL_DAY}\.?(?=[,;]| [A-Z])",
)
_ANY_DAY = 2
"""The kinds of days after a name that may be late; who signs puts the day after a comma, too."""

_LONG_AGO = 2004
"""Of such a day it is likely that somebody was born and unlikely that somebody signed."""

_RIGHT_AFTER_NAME = re.compile(rf",? {_FULL_YEAR}(?=[.,;)]|$| [A-Z0-9])")
_VINTAGE = re.compile(rf"(?<![0-9./-]){_FULL_YEAR}\.? ?godist|godist[ae](?: je)?:? {_FULL_YEAR}", re.IGNORECASE)
_YEARS_TABLE = re.compile(r"\b(?:godist|god(?:in\w+|\.) rod|year of birth)|\bRod(?:\.|en) [A-Z]", re.IGNORECASE)
_ROW = re.compile(r"(?<![\w.,/-])[0-9]{1,4}[.)] ?$")
_VEHICLE = re.compile(r"\b(?:vozil|automobil|traktor|kamion|prikolic|motocik|autobus|mark[eia]\b|tip\b)", re.IGNORECASE)
_OTHER_BIRTH = re.compile(r"\b(?:rodj?en|born)[^!?]{0,80}$", re.IGNORECASE)
"""A sentence about another birth."""

_BEFORE_NAME, _BEFORE_ROW = 100, 12
_LATEST_YEAR = 2018
"""The latest year of birth right after a name: a later one is of something else."""


def births_of(text: str, persons: Collection[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield what tells a birth only beside a name: days and years after one, years before "godište", and the first
    date of each row of a table of births. ``persons`` are the places of names."""
    persons = sorted(persons)
    ends = {end for _, end in persons}
    for found in _VINTAGE.finditer(text):
        is_after_name = not ends.isdisjoint((found.start() - 1, found.start() - 2))
        if is_after_name or not _VEHICLE.search(text, max(0, found.start() - _BEFORE_NAME), found.start()):
            yield found.span(found.lastindex or 0)
    for begin, end in persons:
        year = _year_after_name(text, begin, end)
        if year and int(year[year.lastindex or 0]) <= _LATEST_YEAR:
            yield year.span(year.lastindex or 0)
        day = _DAY_AFTER_NAME.match(text, end)
        if day and day.lastindex:
            latest = _LATEST_YEAR if day.lastindex <= _ANY_DAY else _LONG_AGO * (" " in text[begin:end])
            if int(day[day.lastindex][-4:]) <= latest:
                yield day.span(day.lastindex)
    yield from _of_rows(text, persons)


def _year_after_name(text: str, begin: int, end: int) -> re.Match[str] | None:
    is_full = " " in text[begin:end]
    year = _YEAR_AFTER_NAME.match(text, end) if is_full or given_of(fold(text[begin:end])) else None
    after = _RIGHT_AFTER_NAME.match(text, end)
    if year or after is None:
        return year
    is_row = is_full and _ROW.search(text, max(0, begin - _BEFORE_ROW), begin)
    is_listed = is_row or _YEARS_TABLE.search(text, max(0, begin - TABLE), begin)
    return after if is_listed or _OTHER_BIRTH.search(text, max(0, begin - _BEFORE_NAME), begin) else None


_TO_BIRTH = re.compile(
    rf"(?:[ ,;|/-]|[A-Z][\w-]*\.?|\([A-Z][a-z]+\)|[0-9]{{1,13}}(?![./0-9])){{0,12}}?"
    rf"(?<![0-9./-])({_DAY}|{_FULL_YEAR}(?! ?[./-] ?[0-9]|[0-9]))",
)
_DATES = re.compile(r"\bdat(?:um|\.)[^.;:]*$", re.IGNORECASE)
"""Another date has the column before."""


def _of_rows(text: str, persons: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the first date after each name of a table under the heading "date of birth"."""
    begins = [begin for begin, _ in persons]
    for label in _BIRTH.finditer(text):
        first = bisect_left(begins, label.end())
        here = _AFTER_BIRTH.match(text, label.end())
        is_form = here and here.start(1) < [*begins, len(text)][first]
        if (
            is_form
            or not _HEADING.match(label[0])
            or _DATES.search(text, max(0, label.start() - _BEFORE_NAME), label.start())
        ):
            continue
        for at in range(first, bisect_left(begins, label.end() + TABLE)):
            end = persons[at][1]
            row = _TO_BIRTH.match(text, end, [*begins, len(text)][at + 1])
            if row:
                yield row.span(1)


def _birthdays(text: str) -> Iterator[tuple[int, int]]:
    """Yield the days with which personal numbers of the text begin."""
    numbered = {digits[:_BIRTHDAY] for digits in _THIRTEEN.findall(text)}
    for day in _BORN_THEN.finditer(text) if numbered else ():
        if f"{day[1]:0>2}{day[2]:0>2}{day[3][1:]}" in numbered:
            yield day.span()
    for row in _YEAR_BEFORE.finditer(text):
        if row[1][1:] == row[2]:
            yield row.span(1)


_THIRTEEN = re.compile(r"(?<![0-9])[0-9]{13}(?![0-9])")
_YEAR_BEFORE = re.compile(r"(?<![0-9./-])([12][0-9]{3})\.? [0-9]{4}([0-9]{3})[0-9]{6}(?![0-9])")
_BIRTHDAY = 7
