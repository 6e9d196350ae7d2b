"""How many: "24 nove IP kamere", "16 (шеснаест) камера", "na 8 lokacija", "kamera ... kom 24", "broj kamera: 24".

A number is a quantity only where it counts the thing: no resolution ("4 MP kamera"), no number of a place or a list
("lokacija 3", "1. Kamera"), no year, no limit ("do 8 kamera") and nothing that another thing is made for ("snimač za 16
kamera").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from archive.model import Fact
from archive.text.folding import latin
from indexer.facts.money.numerals import number_in_words, scales
from indexer.facts.phrases import any_of, compiled
from indexer.facts.text import DocumentText
from indexer.facts.watch.matching import Hit
from indexer.gazetteer import table

MOST = 100_000
"""No document of such an archive counts more; a larger number is an amount."""

YEARS = range(1990, 2100)
"""Written without a separator, such a number is a year."""

_MOST_BETWEEN = 4
_MOST_NUMBER_WORDS = 4
_CAPACITY_WITHIN = 6
_PIECES_WITHIN = 14
"""Words between a thing in a table or list and how many of it there are."""

_FIGURES = re.compile(r"[(„\"“–-]*(\d{1,3}(?:\.\d{3})+|\d{1,6})")
_HUNDRED = "sto"
"""Folded, it is also "što", which begins many a clause."""


@dataclass(frozen=True, slots=True)
class _Count:
    """A number and the words it stands on."""

    value: int
    first: int
    last: int
    rule: str


@cache
def _words(name: str) -> re.Pattern[str]:
    return compiled(table("watch_words")["quantity"][name])


@cache
def _limit() -> re.Pattern[str]:
    return re.compile(any_of(table("watch_words")["quantity"]["limits"]) + r"\W*$")


@cache
def _in_pieces() -> re.Pattern[str]:
    pieces = any_of(table("watch_words")["quantity"]["pieces"])
    return re.compile(rf"(?<![\w.,/-])(\d{{1,5}})\s?{pieces}|{pieces}\W{{0,3}}(\d{{1,5}})(?![\w/-]|[.,]\d)")


@cache
def _number_of() -> re.Pattern[str]:
    return re.compile(any_of(table("watch_words")["quantity"]["number_of"]) + r"(?:\s\w+)?\s$")


_STATED = re.compile(r"\S*?(?:\s?[:–-]\s?|\s(?:je|iznosi|is)\s(?:ukupno\s)?|\s)(\d{1,5})(?![\w/-]|[.,]\d)")


def facts(text: DocumentText, hits: Sequence[Hit]) -> list[Fact]:
    """Each number of each thing, once; ``of`` tells with a smaller one the largest that the document gives."""
    found: dict[tuple[str, int], _Count] = {}
    for hit in hits:
        for count in _counts(text, hit):
            found.setdefault((hit.entry.name, count.value), count)
    largest: dict[str, int] = {}
    for what, value in found:
        largest[what] = max(value, largest.get(what, 0))
    return [
        text.fact(
            "quantity",
            str(value),
            (count.first, count.last),
            count.rule,
            0.9 if value == largest[what] else 0.75,
            details={"what": what} | ({"of": str(largest[what])} if value < largest[what] else {}),
        )
        for (what, value), count in found.items()
    ]


def _counts(text: DocumentText, hit: Hit) -> Iterator[_Count]:
    count = _in_table(text, hit) or _before(text, hit) or _number_after(text, hit)
    if count is not None and 0 < count.value <= MOST:
        yield count


def _before(text: DocumentText, hit: Hit) -> _Count | None:
    """The number right before the thing and what describes it."""
    at = _before_description(text, hit.first)
    if at < 0:
        return None
    again = None
    if text.words[at].endswith(")"):
        opening = next((word for word in range(at, max(-1, at - 5), -1) if text.words[word].startswith("(")), None)
        again = None if opening is None else _spelled(text, opening, at)
        at = opening - 1 if opening is not None and again else at
    found = _figures(text, at) or (None if again else _number_words(text, at))
    if found is None or at < 0:
        return None
    value, first = found
    if (again not in (None, value)) or _is_no_count(text, first, value, hit):
        return None
    return _Count(value, first, hit.last, "quantity.counted")


def _before_description(text: DocumentText, word: int) -> int:
    """The last word before ``word`` that does not describe the thing."""
    at = word - 1
    while at >= 0 and word - at <= _MOST_BETWEEN and _words("between").fullmatch(text.bare[at]):
        if text.words[at].endswith((",", ":", ";")):
            return -1
        at -= 1
    return at


def _figures(text: DocumentText, at: int) -> tuple[int, int] | None:
    match = _FIGURES.fullmatch(text.words[at]) if at >= 0 else None
    return (int(match[1].replace(".", "")), at) if match else None


def _spelled(text: DocumentText, first: int, last: int) -> int | None:
    """The number between brackets, in words or figures."""
    inside = " ".join(text.bare[first : last + 1])
    return int(inside) if inside.isdecimal() and len(inside) < 6 else number_in_words(inside)


def _number_words(text: DocumentText, at: int) -> tuple[int, int] | None:
    """The number in words that ends with a word: "dvadeset četiri". One is an article as often as a number."""
    first = at + 1
    while first > 0 and at - first < _MOST_NUMBER_WORDS and _is_number_word(text.bare[first - 1]):
        if first <= at and text.words[first - 1].endswith((".", ",", ";", ":", ")")):
            break
        first -= 1
    if first <= at and text.bare[first] == _HUNDRED and (first == at or latin(text.words[first]) != _HUNDRED):
        first += 1
    if first > at:
        return None
    written = " ".join(text.bare[first : at + 1])
    value = scales().get(written) or number_in_words(written)
    return (value, first) if value is not None and value > 1 else None


def _is_number_word(word: str) -> bool:
    return word in scales() or number_in_words(word) is not None


def _is_no_count(text: DocumentText, first: int, value: int, hit: Hit) -> bool:
    """Whether a number before a thing is something else than how many there are."""
    if value in YEARS and text.bare[first].isdecimal():
        return True
    if text.begins_line(first):
        # "1 Kamera fiksna": the number of a row.
        return text.is_capitalised(first + 1) and first + 1 <= hit.last and not text.words[first + 1].isupper()
    before = text.folded[text.starts[max(0, first - _CAPACITY_WITHIN)] : text.starts[first]]
    if _limit().search(before) or _words("numbered").fullmatch(text.bare[first - 1]):
        return True
    return re.search(r"\b(?:za|do|for)\s$", before) is not None and _words("capacity").search(before) is not None


def _in_table(text: DocumentText, hit: Hit) -> _Count | None:
    """The number of pieces on the thing's line, where the line is about it: "kamera fiksna, kom 24"."""
    start = _before_description(text, hit.first) + 1
    line = text.line_start(hit.first)
    is_item = start <= line or (start == line + 1 and re.fullmatch(r"\W*\d+\W*|\W+", text.words[line]) is not None)
    end = min(text.line_end(hit.last), hit.last + (_PIECES_WITHIN if is_item else 2)) + 1
    if not is_item and not (hit.last + 1 < len(text.words) and text.words[hit.last + 1].startswith("(")):
        return None
    found = next(text.find(_in_pieces(), hit.last + 1, end), None) if end > hit.last + 1 else None
    if found is None:
        return None
    return _Count(int(found.match[1] or found.match[2]), hit.first, found.last, "quantity.pieces")


def _number_after(text: DocumentText, hit: Hit) -> _Count | None:
    """The number after "broj kamera:" or "number of cameras"."""
    before = text.folded[text.starts[max(0, hit.first - 4)] : text.starts[hit.first]]
    if not _number_of().search(before):
        return None
    found = text.match(_STATED, text.starts[hit.last])
    if found is None:
        return None
    said = found.match[0][: found.match.start(1) - found.match.start()]
    is_bare = not re.search(r"[:–-]|\w\s+\w", said)
    if is_bare and (text.line_end(hit.last) != found.last):
        return None
    return _Count(int(found.match[1]), hit.first, found.last, "quantity.number-of")
