"""Dates: when a document was made, the deadline for offers, and the days that it reports.

Documents are full of deadlines and dates of cited acts and gazettes. A date is the document's own only in certain
places: after a label, beside the number in the head, in "City, date", in "concluded on". The closing date of a call and
reported days (``told_dates.toml``) are separate fields.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from archive.model import Fact
from indexer.facts.calendar import any_date, date_expression, date_of, month_names, words_of_date
from indexer.facts.reference import STAMPED
from indexer.facts.text import DocumentText, TextMatch, any_of, compiled
from indexer.gazetteer import kinds_with, table

HEAD_PAGES = 2
HEAD_WORDS = 700
TAIL_WORDS = 120
"""A document has its date in the head, or beside the signatures at the end."""

LETTERHEAD_WORDS = 80
"""A date on a line of its own counts only within the letterhead."""

CONTRACT_WORDS = 200
"""A contract states when it was concluded within this many words; elsewhere the words refer to another one."""

MANY_DATES = 3
"""A file with this many own dates is a collection of decisions and has no date of its own."""

SHORT_DOCUMENT_PAGES = 15


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule for the document's own date: what precedes and follows it, and its confidence.

    ``capitalised`` requires a capital at the start of the match, as in the name of a town. ``kinds`` are the only
    document kinds to which the rule applies. ``is_short`` accepts years of two figures.
    """

    name: str
    before: str
    confidence: float
    scope: str = "head"
    capitalised: bool = False
    after: str = ""
    kinds: frozenset[str] = frozenset()
    is_short: bool = False


_LINE = r"(?<=\n)"
_TOWN = r"[a-z]{2,}(?:\s[a-z]{2,})?"
_OF_MAKING = r"(?:izdavanja|izrade|sastavljanja|potpisivanja|racuna|fakture)"
_WEEKDAY = r"(?:[a-z]{2,11},\s)?"


@cache
def _rules() -> tuple[tuple[_Rule, re.Pattern[str]], ...]:
    """Return the rules for the own date, the most reliable first, with their compiled expressions."""
    words, decisions = table("dates"), kinds_with("decision")
    english = (
        r"\b(?:made|entered\sinto|dated|effective|executed|concluded|signed)"
        r"(?:\s(?:and|as|of|on|in|this|the|effective|entered|into|made))*\s"
    )
    year_end = r"\.?\s?(?:god(?:ine)?|g)?\.?"
    line_end = rf"{year_end}\W*(?:\n|$)"
    rules = (
        _Rule("form-label", any_of(words["own"]) + r"[:|\s]*", 0.98, "everywhere"),
        _Rule("label", rf"{_LINE}{any_of(words['labels'])}\s?[:;.]\s?{_WEEKDAY}", 0.97),
        _Rule("label-short", rf"{_LINE}{any_of(words['labels'])}\s?:\s?", 0.85, is_short=True, after=line_end),
        _Rule("label-bare", rf"{_LINE}datum\s(?:{_OF_MAKING}\s)?", 0.9, after=line_end),
        _Rule(
            "concluded", rf"{any_of(words['concluded'])}\s(?:(?:u|in)\s{_TOWN},?\s)?(?:dana\s|on\s)?", 0.95, "contract"
        ),
        _Rule("stamped", rf"{_LINE}{STAMPED}[\w/.\-]+\s(?:od|dana)\s(?:dana\s)?", 0.88, "contract"),
        _Rule(
            "below-title",
            rf"{_LINE}ugovor[^\n]*(?:\n(?:o|za)\s[^\n]*)?\nbr(?:oj)?\.?\s[\w/.\-]+\sod\s(?:dana\s)?",
            0.88,
            "contract",
            after=line_end,
            kinds=frozenset({"contract"}),
        ),
        _Rule(
            "titled",
            rf"{_LINE}ugovor(?:\so\s[^\n.]{{3,60}})?\sbr(?:oj)?\.?\s?[\w/.\-]+\sod\s(?:dana\s)?",
            0.88,
            "contract",
            kinds=frozenset({"contract"}),
        ),
        _Rule(
            "entered",
            rf"\bzaveden[ao]?(?:\sje)?\skod\s{_TOWN}\spod\sbr(?:oj\w*)?\.?\s[\w/.\-]+,?\s(?:od|dana)\s",
            0.88,
            "everywhere",
            kinds=kinds_with("concluded"),
        ),
        _Rule("made", rf"(?<!an\sagreement\s)(?<!certain\sagreement\s){english}(?:{_TOWN}\son\s)?", 0.93, "contract"),
        _Rule("place-label", rf"mj?esto\si\sdatum(?:\s\w+)?\s?:\s{_TOWN},\s", 0.95),
        _Rule("line", rf"{_LINE}(?:dana\s)?", 0.85, "letterhead", after=rf"{year_end}(?:,\s{_TOWN})?\W*(?:\n|$)"),
        _Rule("dated", rf"{_LINE}dated\s(?:as\sof\s)?", 0.9, after=r"\W*(?:\n|$)"),
        _Rule("place", rf"{_LINE}(?:u\s)?{_TOWN}\s?[,;]\s?(?:dana\s?:?\s)?", 0.93, capitalised=True),
        _Rule("number", rf"{_LINE}(?:del\w*\s)?br(?:oj)?(?:\si\sdatum)?\s?[:.]\s?[\w/.\-]+\sod\s", 0.93),
        _Rule(
            "number-and-place", rf"{_LINE}br(?:oj)?\s?[:.]?\s[\w/.\-]+,?\s{_TOWN},\s(?:dana\s)?", 0.9, after=line_end
        ),
        _Rule("number-and-label", rf"{_LINE}br[^\n]{{0,50}}\s(?:datum|dana)\s?:\s?", 0.93),
        _Rule("below-number", rf"{_LINE}br(?:oj)?\s?:[^\n]*\n\W*(?:od\s)?(?:dana\s)?", 0.9),
        _Rule("concluded-which", r"ugovor(?:\s\w+){0,4}\skoji\s(?:je\szakljucen\s)?dana\s", 0.9, "contract"),
        _Rule("concluded-below", rf"{_LINE}dana\s", 0.85, "contract"),
        _Rule("minutes", r"\bsastavljen\w?\s(?:dana\s)?", 0.9),
        _Rule(
            "session",
            r"\bsj?ednici(?:\s\w+){0,4}\sodrzanoj\s(?:dana\s)?",
            0.85,
            kinds=decisions | {"minutes"},
        ),
        _Rule(
            "session-adopts",
            r"\bsj?ednici(?:\s\w+){0,4}\s(?:odrzanoj|od)\s(?:dana\s)?",
            0.85,
            after=rf"{year_end}\W{{0,3}}(?:je\s)?(?:donosi|done\w{{1,2}}|usvoji\w+)\b",
        ),
        _Rule("hearing", r"\brocistu(?:\s\w+){0,4}\sodrzanom\s(?:dana\s)?", 0.85, kinds=decisions),
        _Rule("opening", r"\botvaranj[eu]\b(?:\W+\w+){0,8}\W+dana\s", 0.8, kinds=frozenset({"minutes"})),
        _Rule(
            "held", r"\bsj?ednic[ae](?:\s\w+){0,6}\W{1,2}odrzan[ae]\s(?:dana\s)?", 0.85, kinds=frozenset({"minutes"})
        ),
        _Rule("adopted", r"\bdana\s", 0.85, after=rf"{year_end}\W{{0,3}}(?:je\s)?(?:donosi|done\w{{1,2}}|usvoji\w+)\b"),
        _Rule(
            "concluded-at",
            rf"\bu\s{_TOWN},?\s(?:dana\s)?",
            0.9,
            "contract",
            after=rf"{year_end}\W{{0,3}}(?:su\s)?(?:zakljuc|sklop)\w+\b",
        ),
        _Rule("issued", r"\bdana\s", 0.85, after=rf"{year_end}\W{{0,3}}{any_of(words['issuing'])}"),
        _Rule(
            "reported",
            r"\bdana\s",
            0.85,
            after=rf"{year_end}\W{{0,3}}(?:je\s)?sacini\w+\b",
            kinds=kinds_with("report") | {"minutes"},
        ),
        _Rule("decided", r"\bdone(?:o|la|ta)(?:[\s,]+\w+){0,7}[\s,]+dana\s", 0.8, kinds=decisions),
        _Rule("panel", r"\bvec[au]\sodrzanoj\s(?:dana\s)?", 0.8, kinds=decisions),
        _Rule(
            "signature", rf"{_LINE}(?:u\s{_TOWN}\s?[,;]?|{_TOWN}\s?[,;])\s(?:dana\s)?", 0.9, "tail", capitalised=True
        ),
        # Some texts come without their line ends.
        _Rule(
            "label-inline", rf"(?<=\s)(?:datum(?:\s{_OF_MAKING})?|dana)\s?:\s?", 0.85, "letterhead", capitalised=True
        ),
        _Rule("signature-inline", rf"(?<=[.:;!?_]\s)u\s{_TOWN}\s?[,;]\s?(?:dana\s)?", 0.85, "tail", capitalised=True),
        _Rule("signature-small", rf"(?<=[.:;!?_]\n)u\s{_TOWN}\s?[,;]?\s(?:dana\s)?", 0.85, "tail", after=line_end),
        _Rule("signature-line", rf"{_LINE}u\s{_TOWN}\s?,\sdana\s", 0.85, "tail", after=line_end),
        _Rule(
            "passed",
            rf"\b{any_of(words['passed'])}\sna\s(?:\w+\W{{1,2}}){{0,3}}sj?ednici[^.\n]{{0,80}}?\s",
            0.85,
            "tail",
        ),
        _Rule("court", r"\b(?:reseno|presudeno|odluceno)\su\s[^.\n]{3,50}?\s(?:dana\s)?", 0.85, "tail"),
        _Rule("witness", r"\bin\switness\swhereof\b[^.]{0,200}?\s(?:as\sof|on|this)\s(?:the\s)?", 0.85, "everywhere"),
        _Rule("done", r"\bdone\s(?:in|at)\s[^.\n]{3,40}?\s(?:on\s)?(?:the\s)?", 0.88, "tail"),
        _Rule("label-at-end", rf"{_LINE}(?:datum|dana|date)\s?:\s?", 0.9, "tail"),
        _Rule("signature-words", rf"{_LINE}u\s{_TOWN}\s?,\s[^\d\n]{{5,30}}\s\d{{4}}{year_end}\s?\(", 0.85, "tail"),
        _Rule("published", rf"{_LINE}(?:datum\sobjav\w+|objavljen\w*)[^\d\n]{{0,40}}?\s", 0.85, "tail", after=line_end),
        _Rule("printed", r"\b(?:odstampan|sacinjen|azuriran)[aoi]?\s?:?\s(?:dana\s)?", 0.85, "tail", after=line_end),
        _Rule(
            "beside-head",
            # In the nominative: a sentence says "od 9. septembra".
            rf"{_LINE}[^\d\W][^\d\n.,;:()]{{3,70}}\s(?=\d\d?\.\s?(?:\w+ar|mart|april|maj|jun|jul|avgust)\s)",
            0.8,
            "letterhead",
            after=line_end,
        ),
    )
    return tuple(
        (rule, re.compile(f"(?:{rule.before}){date_expression(is_short=rule.is_short)}{rule.after}")) for rule in rules
    )


def find(text: DocumentText, kind: str | None) -> list[Fact]:
    """Return date and year of the document by the most reliable rule that matches; a year only without a date."""
    for rule, pattern in _rules():
        if (rule.scope == "contract" and kind not in kinds_with("concluded")) or (
            rule.kinds and kind not in rule.kinds
        ):
            continue
        first, end = _range(text, rule.scope)
        for found in text.find(pattern, first, end):
            day = date_of(found)
            if day is not None and (text.is_capitalised(found.first) or not rule.capitalised):
                if rule.name == "made" and kind == "contract_annex" and _is_of_what_it_amends(text, found):
                    continue
                if rule.name == "entered" and _CITED.search(
                    text.folded, max(0, found.match.start() - 120), found.match.start()
                ):
                    continue
                if kind in kinds_with("collected") and _is_collection(text, pattern):
                    return _year_alone(text)
                where, method = words_of_date(text, found), f"date.{rule.name}"
                return [
                    text.fact("date", day.isoformat(), where, method, rule.confidence),
                    text.fact("year", str(day.year), where, method, rule.confidence),
                ]
    return _apart(text) or _year_alone(text)


_CITED = re.compile(r"\b(?:koj\w{1,3}|okvirn\w+|osnovn\w+|na\sosnovu|u\sskladu)\b[^.;]*$")
"""What is said of another agreement, before the words that it was entered."""


def _is_of_what_it_amends(text: DocumentText, found: TextMatch) -> bool:
    """Return whether the date is that of the amended agreement: the nearest word before it is not "amendment"."""
    before = text.folded[: found.match.start()]
    return max(before.rfind(word) for word in ("agreement", "contract")) > max(
        before.rfind(word) for word in ("amendment", "annex", "addendum")
    )


def _is_collection(text: DocumentText, pattern: re.Pattern[str]) -> bool:
    """Return whether a rule matches many different dates, so that the file is a collection of decisions."""
    return len({day for found in text.find(pattern) if (day := date_of(found)) is not None}) >= MANY_DATES


def _range(text: DocumentText, scope: str) -> tuple[int, int | None]:
    if scope == "contract":
        return 0, min(CONTRACT_WORDS, len(text.words))
    if scope == "letterhead":
        return 0, text.words_of_pages(1, LETTERHEAD_WORDS)
    if scope == "head":
        return 0, text.words_of_pages(HEAD_PAGES, HEAD_WORDS)
    return (0, None) if scope == "everywhere" else (max(0, len(text.words) - TAIL_WORDS), None)


@cache
def _label_apart() -> re.Pattern[str]:
    return compiled(table("dates")["own_apart"])


def _apart(text: DocumentText) -> list[Fact]:
    """Return the only date of a form that prints its labels, one of them for the own date, before all values."""
    if len(text.page_ends) > SHORT_DOCUMENT_PAGES or next(text.find(_label_apart()), None) is None:
        return []
    dated = [(day, found) for found in text.find(any_date()) if (day := date_of(found)) is not None]
    if len({day for day, _ in dated}) != 1:
        return []
    day, found = dated[0]
    where = words_of_date(text, found)
    return [
        text.fact("date", day.isoformat(), where, "date.only-one", 0.8),
        text.fact("year", str(day.year), where, "date.only-one", 0.8),
    ]


@cache
def _year_rules() -> tuple[tuple[str, re.Pattern[str], float], ...]:
    month = month_names()
    year = r"(?P<year>(?:19|20)\d\d)(?![\d/])"
    return (
        ("year.cover-month", re.compile(rf"(?:\n|,\s){month}\s?/?\s?{year}\.?\s?(?:g|$|\n)"), 0.9),
        ("year.blank-date", re.compile(rf"_{{3,}}\s?{year}"), 0.85),
        ("year.of-plan", re.compile(rf"(?:nabavki|budzetu?)\s(?:\w+\s){{0,3}}za\s{year}"), 0.85),
    )


def _year_of_every_date(text: DocumentText) -> list[Fact]:
    """Return the year shared by all full dates of a short document."""
    if len(text.page_ends) > SHORT_DOCUMENT_PAGES:
        return []
    dated = [(day, found) for found in text.find(any_date()) if (day := date_of(found)) is not None]
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


PAGES = 12
"""The closing date is in the call or the instructions to bidders, before the forms."""


@cache
def _deadline_rules() -> tuple[tuple[str, re.Pattern[str], float], ...]:
    words = table("dates")
    label, sentence, until = any_of(words["deadline"]), any_of(words["deadline_sentence"]), any_of(words["until"])
    # A colon, a cell border, "je", a weekday or an hour may be between a label and its date.
    near = r"[\s:|\-–]*(?:\([^()\n]{0,30}\)[\s:]*)?(?:je\s|is\s)?(?:istice\s)?(?:dana\s|do\s)?(?:[a-z]{5,11},\s)?"
    between = r"[^\n]{0,140}?\n?[^\n]{0,140}?"
    return (
        ("label", re.compile(label + near + date_expression()), 0.93),
        # Numbers contain dots as sentences do, so the gap is limited by length.
        ("sentence", re.compile(rf"{sentence}{between}{until}\s(?:dana\s)?{date_expression()}"), 0.85),
    )


def find_deadline(text: DocumentText, kind: str | None) -> list[Fact]:
    """Return the closing date for offers of a call or its documents: the first match of the most reliable rule."""
    if kind not in table("dates")["deadline_kinds"]:
        return []
    end = text.words_of_pages(PAGES)
    for name, pattern, confidence in _deadline_rules():
        for found in text.find(pattern, 0, end):
            day = date_of(found)
            if day is not None:
                where = words_of_date(text, found)
                return [text.fact("deadline", day.isoformat(), where, f"deadline.{name}", confidence)]
    return []


FIELDS = ("called", "closed", "received")

BETWEEN = 40
"""Maximum number of characters between a phrase and its date: "na Portalu javnih nabavki dana"."""

ABOUT_WITHIN = 250
"""Number of characters before a date in which the sentence says what was received."""

CHANGED_WITHIN = 80
"""Number of characters after a date in which the sentence says that it was changed."""

_GAP = rf"(?:[^\d.;:\n]|\n){{0,{BETWEEN}}}?"
_AFTER = r"(?:\s?god\w*\.?)?(?:\s(?:je|su|smo))?\s"


@cache
def _told_rules(field: str) -> tuple[tuple[str, re.Pattern[str], float], ...]:
    """Return the rules of a field, the most reliable first: name, expression, confidence."""
    told = table("told_dates")[field]
    rules = []
    if told["before_date"]:
        rules.append(("before", rf"{any_of(told['before_date'])}[\s,:]{_GAP}{date_expression()}", 0.92))
    for name, confidence in (("after_date", 0.92), ("opened_after_date", 0.7)):
        if told.get(name):
            rules.append(
                (name.removesuffix("_date"), rf"{date_expression()}\.?{_AFTER}{any_of(told[name])}", confidence)
            )
    return tuple((name, re.compile(pattern), confidence) for name, pattern, confidence in rules)


@cache
def _words(field: str, name: str) -> re.Pattern[str] | None:
    """Return the pattern of an optional word list of a field (``about``, ``changed``), None without one."""
    words = table("told_dates")[field].get(name)
    return compiled(words) if words else None


def find_told(text: DocumentText, kind: str | None) -> list[Fact]:
    """Return the days that a document reports, one per field; none for a field with several or a postponed one."""
    found = (_find_told(text, field) for field in FIELDS if kind in table("told_dates")[field]["kinds"])
    return [fact for fact in found if fact is not None]


def _find_told(text: DocumentText, field: str) -> Fact | None:
    for name, pattern, confidence in _told_rules(field):
        told = list(_told(text, field, pattern))
        if told:
            day, where = told[0]
            if len({day for day, _ in told}) > 1 or any(_is_changed(text, field, last) for _, (_, last) in told):
                return None
            return text.fact(field, day.isoformat(), where, f"{field}.{name}", confidence)
    return None


def _told(text: DocumentText, field: str, pattern: re.Pattern[str]) -> Iterator[tuple[datetime.date, tuple[int, int]]]:
    for found in text.find(pattern):
        day = date_of(found)
        if day is not None and _is_about(text, field, found):
            yield day, words_of_date(text, found)


def _is_changed(text: DocumentText, field: str, last: int) -> bool:
    """Return whether the words after a date say that it was replaced."""
    changed, end = _words(field, "changed"), text.starts[last]
    return changed is not None and changed.search(text.folded, end, end + CHANGED_WITHIN) is not None


def _is_about(text: DocumentText, field: str, found: TextMatch) -> bool:
    """Return whether the sentence names the object that the verb needs: not only requests are received."""
    about, start = _words(field, "about"), max(0, found.match.start() - ABOUT_WITHIN)
    return about is None or about.search(text.folded, start, found.match.end()) is not None
