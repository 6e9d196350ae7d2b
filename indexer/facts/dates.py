"""When was this document made? Its own date, and its year where only that is printed.

Deadlines, dates of cited acts and gazettes stand all around, so a date counts only in a place where documents carry
their own: after a label, beside the number in the head, in "City, date", in "concluded on".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from archive.model import Fact
from archive.text.folding import fold
from indexer.facts.phrases import any_of
from indexer.facts.text import DocumentText, Found
from indexer.gazetteer import table

HEAD_PAGES = 2
HEAD_WORDS = 700
TAIL_WORDS = 120
"""A document carries its date at its head or beside the signatures at its end."""

CONTRACTS = frozenset({"contract", "contract_annex"})
CONTRACT_WORDS = 150
"""A contract says at once when it was concluded; elsewhere, and further on, the same words are about another one."""

SHORT_DOCUMENT_PAGES = 15

YEARS = range(1945, 2051)


@cache
def _months() -> dict[str, int]:
    return {fold(stem): int(number) for number, stems in table("months").items() for stem in stems}


def _month_number(word: str) -> int | None:
    """The month a folded word names, by the longest beginning that fits."""
    fitting = [stem for stem in _months() if word.startswith(stem)]
    return _months()[max(fitting, key=len)] if fitting else None


@cache
def _date_expression() -> str:
    """A date in figures, with the month in words, or in English order. Groups are named by part and form."""
    month = rf"(?:{'|'.join(sorted(map(re.escape, _months()), key=len, reverse=True))})[a-z]*"
    figures = r"(?P<d1>\d{1,2})[./-]\s?(?P<m1>\d{1,2})[./-]\s?(?P<y1>(?:19|20)\d\d)(?!\d)"
    words = rf"(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\.?\s?(?:day\sof\s)?(?P<m2>{month}),?\s(?P<y2>(?:19|20)\d\d)(?!\d)"
    english = rf"(?P<m3>{month})\s(?P<d3>\d{{1,2}}),\s?(?P<y3>(?:19|20)\d\d)(?!\d)"
    return rf"(?:(?<![\d./])(?:{figures}|{words})|(?<!\w){english})"


@dataclass(frozen=True, slots=True)
class _Rule:
    """A place where documents carry their own date: what stands before it, and how sure that makes us.

    ``capitalised`` asks for a capital where the match begins, as the name of a town has and a wrapped line has not.
    """

    name: str
    before: str
    confidence: float
    scope: str = "head"
    capitalised: bool = False


_LABELS = (
    "datum slanja ovog oglasa",
    "datum slanja oglasa",
    "data e përgatitjes së njoftimit",
    "datum i vrijeme objave",
    "datum donošenja",
    "datum zaključenja",
    "date of dispatch of this notice",
)
_CONCLUDED = (
    "zaključen",
    "zaključen je",
    "zaključen dana",
    "zaključen je dana",
    "zaključena dana",
    "potpisan dana",
    "sklopljen dana",
    "dated as of",
    "effective as of",
    "entered into as of",
    "entered into on",
    "made as of",
    "made this",
    "made on",
    "concluded",
    "concluded on",
    "signed on",
)
_LINE = r"(?<=\n)"
_TOWN = r"[a-z]{2,}(?:\s[a-z]{2,})?"

_RULES = (
    _Rule("date.form-label", any_of(_LABELS) + r"[:|\s]*", 0.98, "everywhere"),
    _Rule("date.label", rf"{_LINE}(?:datum|dana|date)\s?:\s?", 0.97),
    _Rule("date.concluded", any_of(_CONCLUDED) + rf"\s(?:(?:u|in)\s{_TOWN},?\s)?(?:dana\s|on\s)?", 0.95, "contract"),
    _Rule("date.place-label", rf"mj?esto\si\sdatum:\s{_TOWN},\s", 0.95),
    _Rule("date.place", rf"{_LINE}(?:u\s)?{_TOWN}\s?[,;]\s?(?:dana\s)?", 0.93, capitalised=True),
    _Rule("date.number", rf"{_LINE}br(?:oj)?\s?[:.]\s?[\w/.\-]+\sod\s", 0.93),
    _Rule("date.below-number", rf"{_LINE}br(?:oj)?\s?:[^\n]*\n\W*", 0.9),
    _Rule("date.concluded-which", r"ugovor(?:\s\w+){0,4}\skoji\s(?:je\szakljucen\s)?dana\s", 0.9, "contract"),
    _Rule("date.minutes", r"\bsastavljen\w?\s(?:dana\s)?", 0.9),
    _Rule("date.session", r"\bsj?ednici(?:\s\w+){1,3}\sodrzanoj\s(?:dana\s)?", 0.85),
    _Rule("date.opening", r"\botvaranj[eu]\sponuda(?:\W+\w+){0,8}\W+dana\s", 0.8),
    _Rule("date.decided", r"\bdone(?:o|la|ta)(?:\s\w+){0,4}\sdana\s", 0.8),
    _Rule("date.panel", r"\bvec[au]\sodrzanoj\s(?:dana\s)?", 0.8),
    _Rule(
        "date.signature", rf"{_LINE}(?:u\s{_TOWN}\s?[,;]?|{_TOWN}\s?[,;])\s(?:dana\s)?", 0.9, "tail", capitalised=True
    ),
    _Rule("date.label-at-end", rf"{_LINE}(?:datum|dana|date)\s?:\s?", 0.9, "tail"),
)


@cache
def _compiled() -> tuple[tuple[_Rule, re.Pattern[str]], ...]:
    return tuple((rule, re.compile(f"(?:{rule.before}){_date_expression()}")) for rule in _RULES)


def find(text: DocumentText, kind: str | None) -> list[Fact]:
    """The document's date and year, from the surest rule that finds one; a year alone where no full date is printed."""
    for rule, pattern in _compiled():
        if rule.scope == "contract" and kind not in CONTRACTS:
            continue
        first, end = _range(text, rule.scope)
        for found in text.find(pattern, first, end):
            day = _date_of(found)
            if day is not None and (text.is_capitalised(found.first) or not rule.capitalised):
                where = (text.word_at(_date_start(found)), found.last)
                return [
                    text.fact("date", day.isoformat(), where, rule.name, rule.confidence),
                    text.fact("year", str(day.year), where, rule.name, rule.confidence),
                ]
    return _year_alone(text)


def _range(text: DocumentText, scope: str) -> tuple[int, int | None]:
    if scope == "contract":
        return 0, min(CONTRACT_WORDS, len(text.words))
    if scope == "head":
        return 0, text.words_of_pages(HEAD_PAGES, HEAD_WORDS)
    return (0, None) if scope == "everywhere" else (max(0, len(text.words) - TAIL_WORDS), None)


def _date_start(found: Found) -> int:
    match = found.match
    return min(match.start(name) for name in ("d1", "d2", "m3") if match[name] is not None)


def _date_of(found: Found) -> date | None:
    """The date a match spells, or None where there is no such day."""
    match = found.match
    for form in "123":
        if match[f"y{form}"] is None:
            continue
        month_text = match[f"m{form}"]
        month = int(month_text) if month_text.isdigit() else _month_number(month_text)
        try:
            day = date(int(match[f"y{form}"]), month or 0, int(match[f"d{form}"]))
        except ValueError:
            return None
        return day if day.year in YEARS else None
    return None


@cache
def _year_rules() -> tuple[tuple[str, re.Pattern[str], float], ...]:
    month = "|".join(sorted(map(re.escape, _months()), key=len, reverse=True))
    year = r"(?P<year>(?:19|20)\d\d)(?![\d/])"
    return (
        ("year.cover-month", re.compile(rf"(?:\n|,\s)(?:{month})[a-z]*\s?/?\s?{year}\.?\s?(?:g|$|\n)"), 0.9),
        ("year.blank-date", re.compile(rf"_{{3,}}\s?{year}"), 0.85),
        ("year.of-plan", re.compile(rf"(?:nabavki|budzetu?)\s(?:\w+\s){{0,3}}za\s{year}"), 0.85),
    )


@cache
def _any_date() -> re.Pattern[str]:
    return re.compile(_date_expression())


def _year_of_every_date(text: DocumentText) -> list[Fact]:
    """The year that all full dates of a short document share: deadlines and sessions of a procurement mostly do."""
    if len(text.page_ends) > SHORT_DOCUMENT_PAGES:
        return []
    dated = [(day, found) for found in text.find(_any_date()) if (day := _date_of(found)) is not None]
    if len({day.year for day, _ in dated}) != 1:
        return []
    day, found = dated[0]
    return [text.fact("year", str(day.year), (found.first, found.last), "year.of-every-date", 0.7)]


def _year_alone(text: DocumentText) -> list[Fact]:
    end = text.words_of_pages(HEAD_PAGES, HEAD_WORDS)
    candidates: Iterator[Fact] = (
        text.fact("year", found.match["year"], (text.word_at(found.match.start("year")), found.last), name, confidence)
        for name, pattern, confidence in _year_rules()
        for found in text.find(pattern, 0, end)
    )
    best = next(candidates, None)
    return _year_of_every_date(text) if best is None else [best]
