"""Clauses and pages in the words of lawyers."""

from __future__ import annotations

import pytest

from archive.citing.locators import CitationStyle, clause_locator, page_locator
from archive.model import Clause, ClauseLevel, Span

LEVELS = {
    "chp": ClauseLevel.PART,
    "art": ClauseLevel.ARTICLE,
    "sec": ClauseLevel.SECTION,
    "schedule": ClauseLevel.SCHEDULE,
    "para": ClauseLevel.PARAGRAPH,
    "point": ClauseLevel.POINT,
    "subpoint": ClauseLevel.SUBPOINT,
    "indent": ClauseLevel.INDENT,
}


def line(*eids: str) -> list[Clause]:
    """The clauses of these eids, each inside the one before it."""
    span = Span("a" * 64, 1, 0, 9)
    return [Clause(eid, "", None, None, None, span, LEVELS[eid.split("__")[-1].split("_")[0]], 1.0) for eid in eids]


DEEP = line("art_5", "art_5__para_2", "art_5__para_2__point_3", "art_5__para_2__point_3__subpoint_1")


@pytest.mark.parametrize(
    ("clauses", "sr_long", "sr_short", "en"),
    [
        (DEEP[:3], "član 5. stav 2. tačka 3)", "čl. 5 st. 2 tač. 3", "Article 5, paragraph 2, point 3"),
        (
            DEEP,
            "član 5. stav 2. tačka 3) podtačka (1)",
            "čl. 5 st. 2 tač. 3 podtač. 1",
            "Article 5, paragraph 2, point 3, sub-point 1",
        ),
        (line("art_5", "art_5__indent_2"), "član 5. alineja druga", "čl. 5 al. 2", "Article 5, indent 2"),
        (line("art_5", "art_5__indent_12"), "član 5. alineja 12.", "čl. 5 al. 12", "Article 5, indent 12"),
        (line("chp_II", "art_5"), "član 5.", "čl. 5", "Article 5"),
        (line("chp_II"), "glava II", "gl. II", "Part II"),
        (line("sec_2", "sec_2.1"), "tačka 2.1", "tač. 2.1", "clause 2.1"),
        (line("schedule_A", "schedule_A__sec_3"), "prilog A tačka 3", "pril. A tač. 3", "Schedule A, clause 3"),
        (line("art_5-2"), "član 5. (2. po redu)", "čl. 5 (2. po redu)", "Article 5 (no. 2 of this number)"),
        ([], None, None, None),
    ],
)
def test_clauses_are_named_as_lawyers_name_them(
    clauses: list[Clause], sr_long: str | None, sr_short: str | None, en: str | None
) -> None:
    assert [clause_locator(clauses, style) for style in CitationStyle] == [sr_long, sr_short, en]


def test_pages() -> None:
    assert [page_locator(4, 4, style) for style in CitationStyle] == ["str. 4", "str. 4", "p. 4"]
    assert [page_locator(4, 5, style) for style in CitationStyle] == ["str. 4–5", "str. 4–5", "pp. 4–5"]
