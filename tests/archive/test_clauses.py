"""Which clauses are units, and which clause holds given words."""

from __future__ import annotations

from itertools import pairwise

from archive.model import Clause, ClauseLevel, Span
from archive.model.clauses import innermost, path, units

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
