"""Days that later papers tell of: when a call was published, until when offers were taken, when a request was received.

They are not the document's own date nor the deadline of a call, and are fields of their own. The sentences are data:
``told_dates.toml``.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from functools import cache

from archive.model import Fact
from indexer.facts.calendar import date_expression, date_of, words_of_date
from indexer.facts.phrases import any_of, compiled
from indexer.facts.text import DocumentText, Found
from indexer.gazetteer import table

FIELDS = ("called", "closed", "received")

BETWEEN = 40
"""Characters between a phrase and its date, at most: "na Portalu javnih nabavki dana"."""

ABOUT_WITHIN = 250
"""Characters before a date in which the sentence names what was received."""

CHANGED_WITHIN = 80
"""Characters after a date in which its sentence says that another took its place."""

_GAP = rf"(?:[^\d.;:\n]|\n){{0,{BETWEEN}}}?"
_AFTER = r"(?:\s?god\w*\.?)?(?:\s(?:je|su|smo))?\s"


@cache
def _rules(field: str) -> tuple[tuple[str, re.Pattern[str], float], ...]:
    """The expressions of a field, the surest first, each with its name and confidence."""
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
    """The words of a list that a field may have: ``about``, ``changed``."""
    words = table("told_dates")[field].get(name)
    return compiled(words) if words else None


def find(text: DocumentText, kind: str | None) -> list[Fact]:
    """The days that a document tells of, one of each field; none where it tells different ones, or that it was put
    off."""
    found = (_find(text, field) for field in FIELDS if kind in table("told_dates")[field]["kinds"])
    return [fact for fact in found if fact is not None]


def _find(text: DocumentText, field: str) -> Fact | None:
    for name, pattern, confidence in _rules(field):
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
    """Whether the words after a date say that another took its place."""
    changed, end = _words(field, "changed"), text.starts[last]
    return changed is not None and changed.search(text.folded, end, end + CHANGED_WITHIN) is not None


def _is_about(text: DocumentText, field: str, found: Found) -> bool:
    """Whether the sentence names what its verb alone leaves open: much is received beside requests."""
    about, start = _words(field, "about"), max(0, found.match.start() - ABOUT_WITHIN)
    return about is None or about.search(text.folded, start, found.match.end()) is not None
