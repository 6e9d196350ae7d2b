"""Markers with which clauses begin ("Član 5.", "Section 2.1", "1)", "(a)", "–") and the words that end a contract.

They are matched in folded text, so "Члан 5.", "ČLAN 5" and "Č l a n 5." are equal. A misread number is accepted where
the sequence makes it plain ("Clan б." after "Član 5."): :func:`fits` says whether it may be a given one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import chain

from archive.model.clauses import to_number, to_roman
from archive.text.folding import fold
from indexer.facts.text import DocumentText
from indexer.gazetteer import table


@cache
def words(name: str) -> frozenset[str]:
    """Return the folded words of a list of ``clauses.toml``."""
    return frozenset(map(fold, table("clauses")["words"][name]))


def names(level: str) -> str:
    """Return the regular expression for the words that name a level; they may be letter-spaced ("Č l a n")."""
    rows = table("clauses")["names"][level]
    return _spaced(rows if isinstance(rows[0], str) else chain.from_iterable(rows))


def _spaced(words: Iterable[str]) -> str:
    return "|".join(" ?".join(map(re.escape, fold(word))) for word in words)


@cache
def article_names() -> frozenset[str]:
    """Return the folded words for "article"."""
    return frozenset(map(fold, table("clauses")["names"]["article"]))


@cache
def _months() -> tuple[str, ...]:
    """Return the beginnings of the names of months, folded."""
    return tuple(fold(stem) for stems in table("months").values() for stem in stems)


@cache
def ordinals() -> Mapping[str, int]:
    """Return the values of ordinal words, folded: "prvi" is 1."""
    rows = table("clauses")["ordinals"]["words"]
    return {fold(word): value for value, row in enumerate(rows, start=1) for word in row}


@cache
def part_rank(name: str) -> int:
    """Return the rank of a part by its folded name, 0 is highest; a bare Roman numeral ranks as a chapter ("glava")."""
    rows = table("clauses")["names"]["part"]
    return next((rank for rank, row in enumerate(rows) if name in map(fold, row)), 2)


def is_closing(text: str) -> bool:
    """Return whether a paragraph closes a contract: place and date, "In witness whereof", signatures."""
    return _closing().match(_bare(text)) is not None


@cache
def _closing() -> re.Pattern[str]:
    content = table("clauses")["closing"]
    parties = _any(content["parties"])
    return re.compile(
        rf"(?:{_any(content['phrases'])})|u \w+(?: \w+)?,? (?:dana )?\d"
        r"|\w+(?: \w+)?, (?:dana )?\d{1,2}\. ?\w+\.? ?\d{4}\b"
        rf"|(?:{_any(content['before_names'])}) [\w: ]{{2,40}}$|(?:{parties})(?: (?:{parties}))*(?::|$)"
    )


def _any(phrases: Iterable[str]) -> str:
    return "|".join(" ".join(re.escape(fold(word)) for word in phrase.split()) for phrase in phrases)


def _bare(text: str) -> str:
    """Return the first words of a text, folded, without leading punctuation."""
    folded = " ".join(map(fold, text.split()[:12]))
    return folded.lstrip("\"'“”„`*·.-–—[(")


class MarkerStyle(StrEnum):
    """The typographic style of a marker."""

    ARTICLE = "article"
    SECTION = "section"
    SCHEDULE = "schedule"
    PART = "part"
    ITEM = "item"
    DECIMAL = "1.1"
    NUMBER = "1."
    PAREN = "1)"
    BRACKET = "(1)"
    LETTER = "a)"
    CAPITAL = "A)"
    LETTER_DOT = "a."
    ROMAN = "(i)"
    DASH = "-"


@dataclass(frozen=True, slots=True)
class Marker:
    """The marker of a line: its style, its number in lower case, and its last word.

    ``is_damaged`` says that the number or the word before it is misread. ``stands_alone`` says that nothing follows it
    on its line. ``is_plain`` says that the text after it may be that of a clause, ``refers`` that it is certainly a
    reference ("Član 5. stav 2."). ``tail`` is text printed without a space after the number ("1.Amendment"), ``name``
    the folded word before the number ("glava") or empty. ``is_lost`` says that the number was inferred from its place
    (:mod:`indexer.clauses.lost`). ``apart`` is a number in a separate column; ``last`` is then the word before the
    paragraph.
    """

    style: MarkerStyle
    number: str
    last: int
    is_damaged: bool = False
    stands_alone: bool = False
    is_plain: bool = True
    refers: bool = False
    tail: str = ""
    name: str = ""
    is_lost: bool = False
    apart: str = ""

    @property
    def is_listed(self) -> bool:
        """Whether this is the marker of a list item."""
        return self.style in LIST_STYLES


LIST_STYLES = frozenset(
    {
        MarkerStyle.PAREN,
        MarkerStyle.BRACKET,
        MarkerStyle.LETTER,
        MarkerStyle.CAPITAL,
        MarkerStyle.LETTER_DOT,
        MarkerStyle.ROMAN,
        MarkerStyle.DASH,
    }
)
DASHES = frozenset("-–—•·▪*○‣●■◦»>")

_SYMBOLS = ("\uf000", "\uf0ff")
"""Range of the Private Use Area where Microsoft symbol fonts have their bullets."""

_END = r"(?=\s|$)"
_NO = r"(?:br\.?\s|broj\s|no\.?\s)?"
_ROMAN = r"[ivxl]{1,6}"
_ORDINAL = "|".join(sorted(map(re.escape, ordinals()), key=len, reverse=True))
_AFTER_NUMBER = rf"\*{{0,3}}(?:\s?[.:]{_END}|\.(?=[a-z])|{_END})"
_PATTERNS = (
    (
        MarkerStyle.ARTICLE,
        rf"(?P<word>{names('article')}) ?{_NO}"
        rf"(?P<number>\d{{1,3}} ?(?:lj|nj|dz|[a-z])?|{_ROMAN}|(?:{_ORDINAL})(?= *[.:]?$))(?:{_AFTER_NUMBER}|\)$)",
    ),
    (MarkerStyle.ITEM, rf"(?P<word>{names('item')}) (?P<number>\d{{1,3}}|{_ROMAN}){_AFTER_NUMBER}"),
    (MarkerStyle.PART, rf"(?P<number>{_ORDINAL}) (?P<word>{names('part')})[.:]?{_END}"),
    (
        MarkerStyle.SECTION,
        rf"(?P<word>{names('section')}|§) ?(?P<number>\d{{1,3}}(?:\.\d{{1,3}}){{0,3}}|{_ROMAN})[.:]?{_END}",
    ),
    (
        MarkerStyle.SCHEDULE,
        rf"(?P<word>{names('schedule')}) {_NO}[\"“”']?(?P<number>\d{{1,2}}(?:\.\d{{1,2}})*|{_ROMAN}|[a-z])[\"“”']?"
        rf"[.:]?[-–—]*{_END}",
    ),
    (MarkerStyle.DECIMAL, rf"[.,'`]?(?P<number>\d{{1,2}}(?:[.,]\d{{1,2}}){{1,3}})(?:[.:)]?{_END}|;$)"),
    (MarkerStyle.NUMBER, rf"(?P<number>\d{{1,2}})(?:\s?[.:](?:{_END}|(?=[a-z\"“(]))|;$)"),
    (MarkerStyle.BRACKET, r"\((?P<number>\d{1,2})\)\s?[.:]?\s?[-–—]?"),
    (MarkerStyle.PAREN, r"(?P<number>\d{1,2}) ?\)"),
    (MarkerStyle.LETTER, r"\(?(?P<number>[a-z]{1,2})\)"),
    (MarkerStyle.ROMAN, rf"\(?(?P<number>{_ROMAN})\)"),
    (MarkerStyle.PART, rf"(?:(?P<word>{names('part')}) )?(?P<number>{_ROMAN})(?:\s?[.:)]|{_END})\s?[-–—]?{_END}"),
    (
        MarkerStyle.PART,
        rf"(?P<word>{names('part')}) (?P<number>\d{{1,2}}|{_ORDINAL})(?:\s?[.:)]|{_END})\s?[-–—]?{_END}",
    ),
    (MarkerStyle.LETTER_DOT, r"(?P<number>[a-z])\.(?=\s|[a-z]|$)"),
)
_COMPILED = tuple((style, re.compile(pattern)) for style, pattern in _PATTERNS)
_ANY = re.compile("|".join(pattern.replace("?P<word>", "?:").replace("?P<number>", "?:") for _, pattern in _PATTERNS))
"""All patterns in one. Most lines match none of them, and this test takes a third of the time."""

_DAY_OR_MONTH = re.compile(r"[0-9]{1,2}")
_YEAR = re.compile(r"[0-9]{4}")
_SIGNS = "\"'“”„‘’`*·.,"
_NEARLY_ARTICLE = re.compile(
    "|".join(f"{'clan'[:at]}.?{'clan'[at + 1 :]}|{'clan'[:at]}.{'clan'[at:]}" for at in range(5))
)
"""The word "član" with one letter substituted, deleted or inserted."""

_DAMAGED = re.compile(r"(?P<word>[a-z1|!]{3,6})[.,]? ?(?P<number>[\w|!]{1,3})\s?[.,:;]?$")
_FIRST = re.compile(r"[\d(\-–—•·▪*○‣●■◦»>§a-z|!]")
_LOOK_ALIKES = {
    "0": "oqd", "1": "lijt|!", "2": "zr", "3": "zes", "4": "acu", "5": "sb", "6": "bgo", "7": "tzy", "8": "bvsz",
    "9": "gqd",
}  # fmt: skip
"""Letters that OCR reads for a digit, folded: "б" (b) for 6, "З" (z) for 3, "I" and "l" for 1."""

LONGEST_DIRT = 3
"""A trailing word of punctuation shorter than this is OCR noise."""

_WORDS_LOOKED_AT = 7
_TWO_LETTERS = frozenset({"lj", "nj", "dz", "aa", "bb", "cc"})
_QUOTES = frozenset("\"“„«»”'‘")


def read_marker(text: DocumentText, first: int, last: int) -> Marker | None:
    """Return the marker at the beginning of the line ``first`` to ``last``, None if there is none."""
    raw = text.words[first]
    if raw[0] in DASHES or _SYMBOLS[0] <= raw[0] <= _SYMBOLS[1]:
        return _dash(raw, first, last)
    while last > first and len(text.words[last]) < LONGEST_DIRT and not any(map(str.isalnum, text.words[last])):
        last -= 1
    end = min(last, first + _WORDS_LOOKED_AT - 1)
    stop = text.starts[end + 1] - 1 if end + 1 < len(text.starts) else len(text.folded)
    head = text.folded[text.starts[first] : stop]
    if not _FIRST.match(head.lstrip(_SIGNS)):
        return None
    for style, pattern in _COMPILED if _ANY.match(head) else ():
        match = pattern.match(head)
        if match and (found := _checked(text, style, match, first, last)):
            return found
    return _damaged(text, head, first, last) if end == last else None


def _dash(raw: str, first: int, last: int) -> Marker | None:
    """Return the marker of a dash or bullet, which may be printed without a space after it ("-rad komisije")."""
    if len(raw) == 1:
        return Marker(MarkerStyle.DASH, "", first) if last > first else None
    if raw[1].isalpha() and (raw[1].islower() or raw[0] not in "-–—"):
        return Marker(MarkerStyle.DASH, "", first, tail=raw[1:])
    return None


def _checked(text: DocumentText, style: MarkerStyle, match: re.Match[str], first: int, last: int) -> Marker | None:
    """Return the marker of a match; None if its letters show that it is something else."""
    number = match["number"].replace(" ", "").replace(",", ".")
    end = first + match[0].rstrip().count(" ")
    numeral = text.words[first + match.string.count(" ", 0, match.start("number"))]
    if style is MarkerStyle.PART and "l" in numeral and not number.isdigit():
        # OCR confuses I and l; a numeral in capitals has no lower-case L.
        numeral = numeral.replace("l", "I")
        number = fold(numeral).strip(".:)-–—")
    is_small = not (text.words[first][0].isupper() or text.words[first][0] == "§")
    is_word = style in NAMED or number in ordinals() or (style is MarkerStyle.PART and number.isdigit())
    if is_word and is_small and (end < last or style is not MarkerStyle.ARTICLE):
        return None
    if _is_other(style, number, numeral) or (style is MarkerStyle.NUMBER and _is_date(text, end, last)):
        return None
    # OCR reads "6.1." as "6,1.", but "6,5 ..." is an amount.
    if "," in match["number"] and end < last:
        return None
    tail = _tail(text.words[end]) if match.end() < len(match.string) and match.string[match.end()] != " " else ""
    is_named = style in {MarkerStyle.ARTICLE, MarkerStyle.ITEM}
    refers = is_named and end < last and text.bare[end + 1].startswith(tuple(words("referred_to")))
    return Marker(
        MarkerStyle.CAPITAL if style is MarkerStyle.LETTER and numeral.strip("().").isupper() else style,
        number if number not in ordinals() else str(ordinals()[number]) if is_named else to_roman(ordinals()[number]),
        end,
        stands_alone=end >= last and not tail,
        is_plain=bool(tail) or (not refers and _is_plain(text, end, last)),
        refers=refers,
        tail=tail,
        name=(match.groupdict().get("word") or "").replace(" ", ""),
    )


NAMED = frozenset({MarkerStyle.ARTICLE, MarkerStyle.SECTION, MarkerStyle.SCHEDULE, MarkerStyle.ITEM})
"""Styles that begin with a capitalized word; Croatian acts also print "članak 3." alone on a line."""


def _is_other(style: MarkerStyle, number: str, numeral: str) -> bool:
    """Return whether a match is not a marker, such as an invalid Roman numeral or initials."""
    if number in ordinals() or (style is MarkerStyle.PART and number.isdigit()):
        return False
    if style in NAMED:
        return number.isalpha() and style is not MarkerStyle.SCHEDULE and to_number(number) == 0
    if style is MarkerStyle.PART:
        return not numeral.strip(".:)-–—").isupper() or to_number(number) == 0
    if style is MarkerStyle.LETTER:
        return len(number) == 2 and number not in _TWO_LETTERS
    return style is MarkerStyle.LETTER_DOT and "." in numeral[2:4]


def _is_date(text: DocumentText, end: int, last: int) -> bool:
    """Return whether the number is a day: a month and a year follow ("17. oktobra 2016. godine")."""
    if end + 2 > last:
        return False
    month, year = text.bare[end + 1 : end + 3]
    is_month = month.startswith(_months()) or _DAY_OR_MONTH.fullmatch(month)
    return bool(is_month and _YEAR.fullmatch(year))


def _tail(word: str) -> str:
    """Return the text glued to a number: "Amendment" of "1.Amendment"."""
    return re.sub(r"^\(?\w+[.:)]+", "", word)


def _is_plain(text: DocumentText, end: int, last: int) -> bool:
    if end >= last:
        return True
    following = text.words[end + 1]
    letter = next((char for char in following if char.isalnum()), "")
    return not letter.islower() or following[0] in _QUOTES


def _damaged(text: DocumentText, head: str, first: int, last: int) -> Marker | None:
    """Return the marker of a line that is "Član 5." with one letter or the number misread, or with a stray sign."""
    match = _DAMAGED.match(head.lstrip(_SIGNS))
    raw = text.words[first].lstrip(_SIGNS)
    if match is None or not (raw[:1].isupper() or raw == "lan") or last - first > 1:
        return None
    word, number = match["word"], match["number"]
    if word in words("not_article") or not _NEARLY_ARTICLE.fullmatch(word):
        return None
    return Marker(MarkerStyle.ARTICLE, number, last, is_damaged=True, stands_alone=True)


def fits(number: str, value: int) -> bool:
    """Return whether a misread number may be ``value``: each character is its digit or resembles it."""
    digits = str(value)
    return len(digits) == len(number) and all(
        read == digit or read in _LOOK_ALIKES[digit] for read, digit in zip(number, digits, strict=True)
    )
