"""Clauses and pages in the words of lawyers."""

from __future__ import annotations

import pytest

from archive.citing.locators import clause_locator, page_locator
from archive.citing.styles import CitationStyle
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
    assert [clause_locator(clauses, style) for style in list(CitationStyle)[:3]] == [sr_long, sr_short, en]


@pytest.mark.parametrize(
    ("style", "deep", "section", "schedule", "page", "pages"),
    [
        ("sr-legal", "čl. 5. st. 2. tač. 3 podtač. (1)", "tač. 2.1", "pril. A tač. 3", "str. 4", "str. 4–5"),
        ("sr-cyrl", "чл. 5. ст. 2. тач. 3 подтач. (1)", "тач. 2.1", "прил. A тач. 3", "стр. 4", "стр. 4–5"),
        ("oscola", "art 5(2)(3)(1)", "cl 2.1", "sch A cl 3", "4", "4–5"),
        ("bluebook", "art. 5, ¶ 2, pt. 3, sub-pt. 1", "§ 2.1", "sched. A, § 3", "at 4", "at 4–5"),
        (
            "iso-690",
            "Article 5, paragraph 2, point 3, sub-point 1",
            "clause 2.1",
            "Schedule A, clause 3",
            "p. 4",
            "pp. 4–5",
        ),
    ],
)
def test_pinpoints_of_each_style(style: str, deep: str, section: str, schedule: str, page: str, pages: str) -> None:
    asked = CitationStyle(style)
    assert clause_locator(DEEP, asked) == deep
    assert clause_locator(line("sec_2", "sec_2.1"), asked) == section
    assert clause_locator(line("schedule_A", "schedule_A__sec_3"), asked) == schedule
    assert (page_locator(4, 4, asked), page_locator(4, 5, asked)) == (page, pages)


def test_letters_of_a_clause_follow_the_script() -> None:
    assert clause_locator(line("art_5a"), CitationStyle.SR_CYRL) == "чл. 5а."
    assert clause_locator(line("chp_II"), CitationStyle.SR_CYRL) == "гл. II"


LAW = {
    "118c": "Član 118c", "118c-2": "Član 118č", "118c-3": "Član 118ć", "118d": "Члан 118д", "118d-2": "Члан 118ђ)",
    "118dz": "Član 118dž.", "118z": "Član 118 ž", "118z-2": "Član 118Z", "118s": "Član 118š", "118a": "Član 118a",
    "118a-2": "Član 118a",
}  # fmt: skip
"""Articles of a law as it numbers them by the letters of the alphabet: their eids, and how they are printed."""


def test_articles_whose_letters_differ_in_their_marks_are_cited_as_printed() -> None:
    span = Span("a" * 64, 1, 0, 9)
    law = [Clause(f"art_{at}", label, None, None, None, span, LEVELS["art"], 1.0) for at, label in LAW.items()]
    shown = [clause_locator([one], CitationStyle.SR_LONG) for one in law]
    letters = ["c", "č", "ć", "d", "đ", "dž", "ž", "z", "š", "a"]
    assert shown == [*(f"član 118{letter}." for letter in letters), "član 118a. (2. po redu)"]
    assert clause_locator(law[4:5], CitationStyle.SR_CYRL) == "чл. 118ђ."


def test_pages() -> None:
    assert [page_locator(4, 4, style) for style in list(CitationStyle)[:3]] == ["str. 4", "str. 4", "p. 4"]
    assert [page_locator(4, 5, style) for style in list(CitationStyle)[:3]] == ["str. 4–5", "str. 4–5", "pp. 4–5"]
