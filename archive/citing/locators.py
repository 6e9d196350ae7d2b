"""Where in a document: clauses and pages in the words of lawyers, Serbian (long and short) and English.

The Serbian forms are those of the Unified methodological rules for drafting regulations (Službeni glasnik RS, 21/2010):
``član 5. stav 2. tačka 3) podtačka (1) alineja prva``, and shortened ``čl. 5 st. 2 tač. 3``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from archive.model import Clause, ClauseLevel


class Style(StrEnum):
    """How a citation is worded."""

    SR_LONG = "sr-long"
    SR_SHORT = "sr-short"
    EN = "en"


_FORMS: Mapping[Style, Mapping[ClauseLevel, str]] = {
    Style.SR_LONG: {
        ClauseLevel.PART: "glava {}",
        ClauseLevel.ARTICLE: "član {}.",
        ClauseLevel.SECTION: "tačka {}",
        ClauseLevel.SCHEDULE: "prilog {}",
        ClauseLevel.PARAGRAPH: "stav {}.",
        ClauseLevel.POINT: "tačka {})",
        ClauseLevel.SUBPOINT: "podtačka ({})",
        ClauseLevel.INDENT: "alineja {}",
    },
    Style.SR_SHORT: {
        ClauseLevel.PART: "gl. {}",
        ClauseLevel.ARTICLE: "čl. {}",
        ClauseLevel.SECTION: "tač. {}",
        ClauseLevel.SCHEDULE: "pril. {}",
        ClauseLevel.PARAGRAPH: "st. {}",
        ClauseLevel.POINT: "tač. {}",
        ClauseLevel.SUBPOINT: "podtač. {}",
        ClauseLevel.INDENT: "al. {}",
    },
    Style.EN: {
        ClauseLevel.PART: "Part {}",
        ClauseLevel.ARTICLE: "Article {}",
        ClauseLevel.SECTION: "clause {}",
        ClauseLevel.SCHEDULE: "Schedule {}",
        ClauseLevel.PARAGRAPH: "paragraph {}",
        ClauseLevel.POINT: "point {}",
        ClauseLevel.SUBPOINT: "sub-point {}",
        ClauseLevel.INDENT: "indent {}",
    },
}
_REPEATED = {
    Style.SR_LONG: "{} ({}. po redu)",
    Style.SR_SHORT: "{} ({}. po redu)",
    Style.EN: "{} (no. {} of this number)",
}
_FEMININE = ("prva", "druga", "treća", "četvrta", "peta", "šesta", "sedma", "osma", "deveta", "deseta")

_NUMBER = re.compile(r"_(?P<number>[^_]+?)(?:-(?P<ordinal>[0-9]+))?$")


def style_of(language: str | None) -> Style:
    """English for what is written in English (BCP 47), else the long Serbian form."""
    return Style.EN if (language or "").startswith("en") else Style.SR_LONG


def clause_locator(clauses: Sequence[Clause], style: Style) -> str | None:
    """The clauses that lead to cited words, the outermost first, in one phrase; None if there is none.

    The chapter is left out where there is an article, and sections around a section: their numbers say it already.
    """
    levels = {clause.level for clause in clauses}
    named: list[str] = []
    for at, clause in enumerate(clauses):
        inner = clauses[at + 1].level if at + 1 < len(clauses) else None
        is_said = clause.level is ClauseLevel.SECTION and inner is ClauseLevel.SECTION
        if not is_said and not (clause.level is ClauseLevel.PART and ClauseLevel.ARTICLE in levels):
            named.append(_named(clause, style))
    return (", " if style is Style.EN else " ").join(named) or None


def _named(clause: Clause, style: Style) -> str:
    found = _NUMBER.search(clause.eid)
    if found is None:
        return clause.label or clause.eid
    number = found["number"]
    if clause.level is ClauseLevel.INDENT and style is Style.SR_LONG and number.isdecimal():
        at = int(number)
        number = _FEMININE[at - 1] if 1 <= at <= len(_FEMININE) else f"{number}."
    named = _FORMS[style][clause.level].format(number)
    return _REPEATED[style].format(named, found["ordinal"]) if found["ordinal"] else named


def page_locator(first: int, last: int, style: Style) -> str:
    """The pages of cited words."""
    pages = str(first) if first == last else f"{first}–{last}"
    if style is Style.EN:
        return f"p. {pages}" if first == last else f"pp. {pages}"
    return f"str. {pages}"
