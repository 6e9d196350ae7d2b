"""Parsing of the locators around a quotation: article, paragraph, point, page, date, number, hash."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from archive.model import ClauseLevel
from archive.text.folding import to_latin


class Detail(StrEnum):
    """A detail of a citation besides the quoted words."""

    TITLE = "title"
    NUMBER = "number"
    DATE = "date"
    PARTIES = "parties"
    PLACE = "place"
    COURT = "court"
    GAZETTE = "official gazette"
    ARTICLE = "article"
    PARAGRAPH = "paragraph"
    POINT = "point"
    SECTION = "section"
    PART = "part"
    SCHEDULE = "schedule"
    SUBPOINT = "sub-point"
    INDENT = "indent"
    CLAUSE = "clause"
    PAGE = "page"
    SHA = "SHA-256"
    READING = "reading"
    WORDS = "words"
    AUTHOR = "author"
    KIND = "kind"
    LANGUAGE = "language"
    ARCHIVE = "archive"
    NOTE = "note"
    LINK = "permalink"
    KEY = "key"
    FILENAME = "file name"
    BODY = "body"
    PREFIX = "prefix"
    SUFFIX = "suffix"
    POSITION = "position"
    BOX = "box"
    SOURCE = "source"
    MEDIA_TYPE = "media type"
    ACCESSED = "accessed"
    CREATED = "created"
    AROUND = "the words around it"
    OTHER = "other fields"


LEVELS: Mapping[Detail, frozenset[ClauseLevel]] = MappingProxyType(
    {
        Detail.ARTICLE: frozenset({ClauseLevel.ARTICLE}),
        Detail.PARAGRAPH: frozenset({ClauseLevel.PARAGRAPH}),
        Detail.POINT: frozenset({ClauseLevel.POINT, ClauseLevel.SECTION}),
        Detail.SECTION: frozenset({ClauseLevel.SECTION, ClauseLevel.ARTICLE}),
        Detail.PART: frozenset({ClauseLevel.PART}),
        Detail.SCHEDULE: frozenset({ClauseLevel.SCHEDULE}),
        Detail.SUBPOINT: frozenset({ClauseLevel.SUBPOINT, ClauseLevel.POINT}),
        Detail.INDENT: frozenset({ClauseLevel.INDENT}),
    }
)
"""The possible levels of each word for a clause."""

_NUMBER = r"\(?(?P<number>[0-9]+[a-zšđčćž]?(?:\.[0-9]+)*|[IVXLC]+\b)\)?"
_RANGE = r"(?:\s?[-–—]\s?(?P<to>[0-9]+))?"
_ORDINAL = r"(?P<ordinal>prv|drug|treć|četvrt|pet|šest|sedm|osm|devet|deset)(?:og|om|em|eg|i|a|e|u|oj)?\b"
_ORDINALS = ("prv", "drug", "treć", "četvrt", "pet", "šest", "sedm", "osm", "devet", "deset")
_NAMES: Mapping[Detail, str] = {
    Detail.ARTICLE: r"član(?:a|u|om|ovi|ova|ovima)?|čl\.|article|art\.?",
    Detail.PARAGRAPH: r"stav(?:a|u|om|ovi|ova|ak)?|stavk[aeu]|st\.|paragraph|para\.?|¶",
    Detail.SUBPOINT: r"podtačk[aeiu]|podtačkom|podtač\.|sub-?point",
    Detail.POINT: r"tačk[aeiu]|tačkom|točk[aeiu]|tač\.|point",
    Detail.SECTION: r"section|sec\.|clause|cl\.?|§",
    Detail.PART: r"glav[aeiu]|gl\.|part|chapter",
    Detail.SCHEDULE: r"prilog(?:a|u)?|pril\.|schedule|annex|appendix",
    Detail.INDENT: r"alinej[aeiu]|al\.|indent",
    Detail.PAGE: r"stran(?:a|e|i|u|ici|ica|ice)|str\.|pages?|pp?\.",
}
_MENTIONS = {
    field: re.compile(
        rf"(?<![\w-])(?:{names})\s?(?:(?:br(?:oj)?\.?|no\.?)\s?)?(?:{_NUMBER}{_RANGE}|{_ORDINAL})", re.IGNORECASE
    )
    for field, names in _NAMES.items()
}
_SHA = re.compile(r"SHA-?256[:\s]*([0-9a-f]{8,64})\b|\b([0-9a-f]{64})\b", re.IGNORECASE)
_REFERENCE = re.compile(r"(?<!\w)(?:br(?:oj)?\.?|no\.|number)\s?(?P<number>[^\s,;()]*[0-9][^\s,;()]*)", re.IGNORECASE)
_MONTHS = (
    "januar|january", "februar|february", "mart|march", "april", "maj|may", "jun|june", "jul|july", "avgust|august",
    "septembar|septembr|september", "oktobar|oktobr|october", "novembar|novembr|november", "decembar|decembr|december",
)  # fmt: skip
_NAMED_MONTH = "|".join(_MONTHS)
_DATES = (
    re.compile(r"(?<![\w.])(?P<day>[0-9]{1,2})\.\s?(?P<month>[0-9]{1,2})\.\s?(?P<year>[0-9]{4})(?![0-9])"),
    re.compile(r"(?<![\w-])(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})(?![\w-])"),
    re.compile(
        rf"(?<![\w.])(?P<day>[0-9]{{1,2}})\.?\s(?P<name>{_NAMED_MONTH})[a-z]{{0,2}},?\s(?P<year>[0-9]{{4}})(?![0-9])",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<!\w)(?P<name>{_NAMED_MONTH})\s(?P<day>[0-9]{{1,2}}),\s(?P<year>[0-9]{{4}})(?![0-9])", re.IGNORECASE
    ),
)


@dataclass(frozen=True, slots=True)
class StatedValue:
    """A detail as written, and its value. ``to`` is the end of a range."""

    field: Detail
    text: str
    value: str
    to: str | None = None


def mentions(text: str) -> Iterator[StatedValue]:
    """Yield the details that a text states. Cyrillic is transliterated to Latin."""
    latin = to_latin(" ".join(text.split()))
    for field, pattern in _MENTIONS.items():
        for match in pattern.finditer(latin):
            ordinal = match["ordinal"]
            value = str(_ORDINALS.index(ordinal.lower()) + 1) if ordinal else match["number"]
            text = match[0] if "(" in match[0] else match[0].rstrip(")")
            yield StatedValue(field, text, value.rstrip("."), match["to"])
    for match in _SHA.finditer(latin):
        yield StatedValue(Detail.SHA, match[0], (match[1] or match[2]).lower())
    for match in _REFERENCE.finditer(latin):
        yield StatedValue(Detail.NUMBER, match[0], match["number"].strip(".:"))
    for pattern in _DATES:
        for match in pattern.finditer(latin):
            if day := _date(match):
                yield StatedValue(Detail.DATE, match[0], day.isoformat())


def _date(match: re.Match[str]) -> date | None:
    values = match.groupdict()
    name = values.get("name")
    month = int(values["month"]) if name is None else _month(name)
    try:
        return date(int(values["year"]), month, int(values["day"]))
    except ValueError:
        return None


def _month(name: str) -> int:
    return next(at for at, names in enumerate(_MONTHS, start=1) if name.lower() in names.split("|"))
