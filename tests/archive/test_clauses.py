"""Which clauses are units, and which clause holds given words."""

from __future__ import annotations

from itertools import pairwise

import pytest

from archive.model import Clause, ClauseLevel, Span
from archive.model.clauses import innermost, irregularities, path, units

DOCUMENT = "a" * 64


def clause(eid: str, first: int, last: int, level: ClauseLevel, parent: str | None = None) -> Clause:
    return Clause(eid, eid, None, None, parent, Span(DOCUMENT, 1, first, last), level, 0.9)


CLAUSES = (
    clause("chp_I", 0, 49, ClauseLevel.PART),
    clause("art_1", 5, 20, ClauseLevel.ARTICLE, "chp_I"),
    clause("art_1__para_1", 7, 12, ClauseLevel.PARAGRAPH, "art_1"),
    clause("art_1__para_2", 13, 20, ClauseLevel.PARAGRAPH, "art_1"),
    clause("art_2", 21, 49, ClauseLevel.ARTICLE, "chp_I"),
    clause("chp_II", 50, 59, ClauseLevel.PART),
    clause("schedule_A", 60, 80, ClauseLevel.SCHEDULE),
)


def test_units_are_articles_inside_parts_and_parts_that_hold_none() -> None:
    assert [unit.eid for unit in units(CLAUSES)] == ["art_1", "art_2", "chp_II", "schedule_A"]


def test_no_two_units_share_a_word() -> None:
    spans = [unit.span for unit in units(CLAUSES)]
    assert all(one.last < other.first for one, other in pairwise(spans))


def test_the_innermost_clause_holds_all_of_the_words() -> None:
    def eid(first: int, last: int) -> str | None:
        found = innermost(CLAUSES, first, last)
        return None if found is None else found.eid

    assert eid(8, 9) == "art_1__para_1"
    assert eid(12, 13) == "art_1"
    assert eid(20, 21) == "chp_I"
    assert eid(55, 65) is None
    for each in CLAUSES:
        assert eid(each.span.first, each.span.last) == each.eid, "all of its own words, first and last included"
    assert eid(6, 7) == "art_1"
    assert eid(81, 81) is None


def test_of_clauses_around_words_the_shortest_is_the_innermost() -> None:
    """Also where one that is shorter begins and ends further on than one around it."""
    around = clause("long", 0, 40, ClauseLevel.ARTICLE)
    inner = clause("short", 30, 40, ClauseLevel.PARAGRAPH, "long")
    crossing = clause("early", 0, 38, ClauseLevel.PARAGRAPH)
    for given in ((around, inner, crossing), (crossing, inner, around)):
        assert innermost(given, 32, 35) == inner


def test_a_path_goes_from_the_outermost_clause_inwards() -> None:
    assert [each.eid for each in path(CLAUSES, CLAUSES[2])] == ["chp_I", "art_1", "art_1__para_1"]
    assert [each.eid for each in path(CLAUSES, CLAUSES[6])] == ["schedule_A"]


@pytest.mark.parametrize(
    ("eids", "expected"),
    [
        ("art_1 art_2 art_5", [("missing", "art_5", ("3", "4"))]),
        ("art_1 art_2 art_2-2 art_3", [("doubled", "art_2-2", ("2",))]),
        ("art_1 art_3 art_2 art_4", [("missing", "art_3", ("2",)), ("out_of_order", "art_2", ("2",))]),
        ("art_1 art_2 art_1-2 art_2-2", []),
        ("art_5 art_5a art_6", []),
        ("sec_1 sec_1.1 sec_1.3 sec_2", [("missing", "sec_1.3", ("1.2",))]),
        ("sec_I sec_III", [("missing", "sec_III", ("2",))]),
        ("art_3 art_90", []),
    ],
)
def test_irregular_numbers_are_named(eids: str, expected: list[tuple[str, str, tuple[str, ...]]]) -> None:
    """Numbers that begin anew at 1 are another act's; a leap of dozens is an excerpt."""
    clauses = [
        Clause(eid, "", None, None, None, Span("0" * 64, 1, at, at), level_of(eid), 0.9)
        for at, eid in enumerate(eids.split())
    ]
    assert [(each.problem.value, each.eid, each.numbers) for each in irregularities(clauses)] == expected


def level_of(eid: str) -> ClauseLevel:
    return ClauseLevel.ARTICLE if eid.startswith("art") else ClauseLevel.SECTION
