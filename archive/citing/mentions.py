"""Parsing of the locators around a quotation: article, paragraph, point, page, date, number, hash."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from archive.citing import dates
from archive.citing.dates import Precision
from archive.citing.wording import without_invisible
from archive.model import ClauseLevel
from archive.text.folding import ORDINALS, TENS, fold, to_latin, unmix


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

_CASE = r"(?:a|e|i|o|u|om|em|ama|ima|ovi|ova|ovima)?"
_NAMES: Mapping[Detail, str] = {
    Detail.ARTICLE: rf"[cč]l[ae]n(?:a?[kc])?{_CASE}|[cč]lenot|č\s?l\.?|c\s?l\.|articles?|arts?\.?|artikel"
    r"|nen(?:i[tn]?|et?)",
    Detail.PARAGRAPH: rf"(?:stav(?:a?[kc])?|paragraf){_CASE}|st\.?|paragraphs?|paras?\.?|¶¶?",
    Detail.SUBPOINT: rf"podt[ao][cč](?:a?k{_CASE}|\.?)|sub-?(?:points?|pts?\.?|paragraphs?)",
    Detail.POINT: rf"t[ao][cč](?:a?k{_CASE}|\.?)|points?|pts?\.?|pik(?:at?|ës?)",
    Detail.SECTION: rf"sect(?:ion)?s?\.?|secs?\.?|clauses?|cls?\.?|§§?|klauzul{_CASE}|od[j]?elj(?:ak|k{_CASE})",
    Detail.PART: rf"glav{_CASE}|gl\.?|parts?|chapters?|chs?\.",
    Detail.SCHEDULE: rf"prilo[gz]{_CASE}|pril\.?|ane(?:ks|x){_CASE}|sched(?:ule)?s?\.?|annex(?:es)?|app(?:endix|\.)",
    Detail.INDENT: rf"alinej{_CASE}|al\.|indents?",
    Detail.PAGE: rf"stran(?:ic)?{_CASE}|str\.?|pages?|pp?\.?|pg\.?|(?<!\.)s\.|fol(?:io|\.)|faq(?:e[ns]?|ja)",
}
"""The words for each level in Serbian, Croatian, Macedonian, Slovene, Albanian and English, in all cases, also without
diacritics."""

_COUNTED = frozenset({Detail.ARTICLE, Detail.PARAGRAPH, Detail.INDENT})
"""Levels before which an ordinal in words is a number: "drugi stav", and not "s druge strane"."""

_ENGLISH = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth"
)
_CARDINALS = "jedan dva tri cetiri pet sest sedam osam devet"
_ENGLISH_CARDINALS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_ENGLISH_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_TENTHS = ["twentieth", "thirtieth", "fortieth", "fiftieth", "sixtieth", "seventieth", "eightieth", "ninetieth"]
_VALUES = {
    **{word: at for at, word in enumerate(ORDINALS, start=1)},
    **{word: at for words in (_ENGLISH, _CARDINALS, _ENGLISH_CARDINALS) for at, word in enumerate(words.split(), 1)},
    **{word: 10 * at for words in (TENS, _ENGLISH_TENS, _TENTHS) for at, word in enumerate(words, start=2)},
}
"""The values of stems of numbers in words."""

_BY_LENGTH = sorted(_VALUES, key=len, reverse=True)


def _any_of(stems: Iterable[str]) -> str:
    """Return the expression for stems, with diacritics or without."""
    letters = {"c": "[cčć]", "s": "[sš]", "z": "[zž]"}
    return "".join(letters.get(letter, letter) for letter in "|".join(sorted(stems, key=len, reverse=True)))


_SERBIAN_ORDINAL = rf"(?:{_any_of((*ORDINALS, *TENS))})(?:o[gm](?:[aeu])?|oj|e[gm](?:[au])?|i[mh]?|a|e|u)"
_SIMPLE_ORDINAL = rf"(?:{_SERBIAN_ORDINAL}|{_any_of((*_ENGLISH.split(), *_TENTHS))})"
_ORDINAL = rf"(?:(?:{_any_of((*TENS, *_ENGLISH_TENS))})[\s-](?:i\s)?)?{_SIMPLE_ORDINAL}\b"
_SPOKEN = rf"(?:{_ORDINAL}|(?:{_any_of(_VALUES)})\b(?:[\s-](?:{_any_of(_VALUES)})\b)?)"

_WRITTEN = r"(?:[0-9]+(?:\.[0-9]+)*(?:lj|nj|d[jzž]|[a-zšđčćž])?|(?-i:[IVXLC]+))(?![^\W_])"
_INNER = r"(?:\([0-9a-z]{1,4}\)|\s\([0-9]{1,3}\)|/[0-9]{1,2}(?![0-9/]))"
_NUMBER = rf"(?:\(?{_WRITTEN}\)?|\(?[a-zšđčćž]{{1,4}}\)){_INNER}*"
_TO = r"\.?\s?[-–—]\s?|\.?\s(?:do|to)\s"
_LIST = rf"{_NUMBER}(?:(?:,\s?{_NUMBER})*(?:{_TO}|\.?\s(?:i|and|&)\s){_NUMBER})?"
_ITEM = re.compile(rf"(?P<to>{_TO})?(?P<number>{_NUMBER})", re.IGNORECASE)
_GAP = r"(?:\s?[:\[\"'„“‘–—-]\s?|\s)?"
_BROTHER = r"(?:(?:(?:pod|sa?|koji\snosi)\s)?(?:red(?:ni[mh]?|\.)\s)?(?:br(?:oj(?:em|a|u)?)?\.?|no\.?|\#):?\s?)?"
_NAMED = "|".join(rf"(?P<{field.name}>{names})" for field, names in _NAMES.items())
_NAMED_BEHIND = "|".join(rf"(?P<of_{field.name}>{names})" for field, names in _NAMES.items())
_FROM_END = (
    r"(?:(?P<last_but_one>pretposlednj\w+|predzadnj\w+|penultimate|last\sbut\sone)|(?P<last>poslednj\w+|zadnj\w+|last))"
)
_MENTION = re.compile(
    rf"(?<![\w-])(?:(?:{_NAMED}){_GAP}{_BROTHER}(?:(?P<numbers>{_LIST})|(?P<spoken>{_SPOKEN}))"
    rf"|(?:(?P<ordinal>[0-9]+)(?:\.|st|nd|rd|th)|(?P<said>{_ORDINAL})|{_FROM_END})\s(?:{_NAMED_BEHIND})(?![^\W_])"
    rf"(?!\s?{_BROTHER}(?:{_NUMBER}|{_SPOKEN})))",
    re.IGNORECASE,
)
_ROMAN = re.compile("[\u2170-\u217f]")
"""Small Roman numerals of one sign each, which decompose to small letters."""

_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_] ){2,}[^\W\d_](?!\w)")
_SHA = re.compile(r"SHA-?256[:\s]*([0-9a-f]{8,64})\b|\b([0-9a-f]{64})\b", re.IGNORECASE)
_REFERENCE = re.compile(
    r"(?<!\w)(?:br(?:oj)?[.:]?|no[.:]|number)\s?(?P<number>[^\s,;()]{0,40}[0-9][^\s,;()]{0,40})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class StatedValue:
    """A detail as written, and its value. ``to`` is the end of a range; ``inner`` are the numbers in brackets or after
    a slash behind the number of a clause, from the outside in: 7.2(d)(i), 7/2. A negative value counts from the end:
    -1 is the last one."""

    field: Detail
    text: str
    value: str
    to: str | None = None
    inner: tuple[str, ...] = ()


def mentions(text: str) -> Iterator[StatedValue]:
    """Yield the details that a text states, however its characters are composed. Cyrillic is transliterated."""
    text = _ROMAN.sub(lambda match: match[0].upper(), text.replace("№", "br. "))
    plain = unmix(without_invisible(unicodedata.normalize("NFKC", text)))
    plain = _SPACED.sub(lambda match: match[0].replace(" ", ""), plain)
    latin = to_latin(" ".join(plain.split()))
    yield from _clauses_and_pages(latin)
    for match in _SHA.finditer(latin):
        yield StatedValue(Detail.SHA, match[0], (match[1] or match[2]).lower())
    for match in _REFERENCE.finditer(latin):
        yield StatedValue(Detail.NUMBER, match[0], match["number"].strip(".:"))
    words = latin.split()
    for found in dates.mentions(words):
        if found.precision is Precision.DAY and found.value:
            yield StatedValue(Detail.DATE, " ".join(words[found.first : found.last + 1]), found.value)


def _clauses_and_pages(latin: str) -> Iterator[StatedValue]:
    for match in _MENTION.finditer(latin):
        field = next(field for field in _NAMES if match[field.name] or match[f"of_{field.name}"])
        spoken = match["spoken"] or match["said"]
        if match["numbers"]:
            yield from _listed(field, match[0], match["numbers"])
        elif match["last"] or match["last_but_one"]:
            yield StatedValue(field, match[0], "-1" if match["last"] else "-2")
        elif match["ordinal"] or match["spoken"] or field in _COUNTED:
            yield StatedValue(field, match[0], match["ordinal"] or str(_spelled(spoken)))


def _listed(field: Detail, text: str, numbers: str) -> Iterator[StatedValue]:
    """Yield the numbers of a list, with ranges."""
    text = text if text.count("(") == text.count(")") else text.rstrip(")")
    # Only articles have their paragraph after a slash; "str. 3/5" is page 3 of 5.
    numbers = numbers if field is Detail.ARTICLE else re.sub(r"/[0-9]+", "", numbers)
    items = [(item["to"], re.findall(r"[^\W_.]+(?:\.[^\W_.]+)*", item["number"])) for item in _ITEM.finditer(numbers)]
    for at, (_, (value, *inner)) in enumerate(items):
        ends_range = items[at + 1][1][0] if at + 1 < len(items) and items[at + 1][0] else None
        yield StatedValue(field, text, value, ends_range, tuple(inner))


def _spelled(words: str) -> int:
    """Return the value of a number in words of :data:`_VALUES`, in any case: "dvadeset prvom" is 21."""
    folded = re.split(r"[\s-]", fold(words))
    first, *others = (
        _VALUES[next(stem for stem in _BY_LENGTH if word.startswith(stem))] for word in folded if word != "i"
    )
    return first + others[0] if others and first % 10 == 0 and others[0] < 10 else first
