"""Until when are offers taken? The closing date of a call for tenders, which is never the document's own date."""

from __future__ import annotations

import re
from functools import cache

from archive.model import Fact
from indexer.facts.calendar import date_expression, date_of, words_of_date
from indexer.facts.phrases import any_of
from indexer.facts.text import DocumentText
from indexer.gazetteer import table

PAGES = 12
"""A call and the instructions to bidders name the closing date before the forms begin."""


@cache
def _rules() -> tuple[tuple[str, re.Pattern[str], float], ...]:
    words = table("dates")
    label, sentence, until = any_of(words["deadline"]), any_of(words["deadline_sentence"]), any_of(words["until"])
    # Between a label and its date stand a colon, a cell's border, "je", a weekday; and an hour.
    near = r"[\s:|\-–]*(?:\([^()\n]{0,30}\)[\s:]*)?(?:je\s|is\s)?(?:istice\s)?(?:dana\s|do\s)?(?:[a-z]{5,11},\s)?"
    between = r"[^\n]{0,140}?\n?[^\n]{0,140}?"
    return (
        ("label", re.compile(label + near + date_expression()), 0.93),
        # Numbers have dots as sentences have, so what lies between is bounded by its length.
        ("sentence", re.compile(rf"{sentence}{between}{until}\s(?:dana\s)?{date_expression()}"), 0.85),
    )


def find(text: DocumentText, kind: str | None) -> list[Fact]:
    """The closing date for offers of a call for tenders or its documents; of several, the first of the surest rule."""
    if kind not in table("dates")["deadline_kinds"]:
        return []
    end = text.words_of_pages(PAGES)
    for name, pattern, confidence in _rules():
        for found in text.find(pattern, 0, end):
            day = date_of(found)
            if day is not None:
                where = words_of_date(text, found)
                return [text.fact("deadline", day.isoformat(), where, f"deadline.{name}", confidence)]
    return []
