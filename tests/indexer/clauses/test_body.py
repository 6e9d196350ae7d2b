"""Inside an article: stavovi counted, points, points of points and indents."""

from __future__ import annotations

from collections.abc import Callable

from archive.model import ClauseLevel
from tests.indexer.clauses.conftest import Outline


def article(*paragraphs: str) -> str:
    """Article 5, after another."""
    return "\n\n".join(("Član 4.", "Isporučuju se kamere.", "Član 5.", *paragraphs))


def inside(outline: Outline, *levels: ClauseLevel) -> list[str]:
    """What stands inside article 5."""
    return [eid for eid in outline.at(*levels) if eid.startswith("art_5__")]


def test_stavovi_are_counted_and_say_so(outline: Callable[..., Outline]) -> None:
    found = outline(article("Kupac plaća cenu.", "Cena je fiksna.") + "\n\nČlan 6.\n\nSporove rešava sud.")
    assert found.eids[2:] == ["art_5", "art_5__para_1", "art_5__para_2", "art_6", "art_6__para_1"]
    stav = found["art_5__para_2"]
    assert stav.counted
    assert stav.label == ""
    assert stav.parent == "art_5"
    assert found.text("art_5__para_2") == "Cena je fiksna."
    assert not found["art_5"].counted


def test_points_belong_to_the_stav_before_them(outline: Callable[..., Outline]) -> None:
    found = outline(
        article(
            "Isporučilac:",
            "1) isporuči opremu, i to:",
            "(1) kamere;",
            "(2) snimač;",
            "2) obuči ljude.",
            "Rok je mesec.",
        )
    )
    assert found.eids[3:] == [
        "art_5__para_1",
        "art_5__para_1__point_1",
        "art_5__para_1__point_1__point_1",
        "art_5__para_1__point_1__point_2",
        "art_5__para_1__point_2",
        "art_5__para_2",
    ]
    assert found["art_5__para_1__point_1__point_2"].level is ClauseLevel.SUBPOINT
    assert found.text("art_5__para_1__point_1").endswith("(2) snimač;")


def test_indents_are_counted(outline: Callable[..., Outline]) -> None:
    found = outline(article("Kupac:", "- plaća cenu;", "- prima robu.", "Rok je mesec."))
    assert inside(found, ClauseLevel.INDENT) == ["art_5__para_1__indent_1", "art_5__para_1__indent_2"]
    assert inside(found, ClauseLevel.PARAGRAPH) == ["art_5__para_1", "art_5__para_2"]


def test_a_dash_after_a_sentence_that_no_other_follows_is_dirt(outline: Callable[..., Outline]) -> None:
    found = outline(article("Kupac plaća cenu.", "· Cena je fiksna."))
    assert inside(found, ClauseLevel.PARAGRAPH, ClauseLevel.INDENT) == ["art_5__para_1", "art_5__para_2"]


def test_items_without_a_mark_after_a_colon_are_indents(outline: Callable[..., Outline]) -> None:
    found = outline(article("Delokrug direktora je:", "zastupanje društva;", "vođenje poslova."))
    assert inside(found, ClauseLevel.PARAGRAPH) == ["art_5__para_1"]
    assert inside(found, ClauseLevel.INDENT) == ["art_5__para_1__indent_1", "art_5__para_1__indent_2"]
    assert found["art_5__para_1__indent_1"].counted


def test_a_stav_goes_on_after_a_colon(outline: Callable[..., Outline]) -> None:
    found = outline(article("Sedište je na adresi:", "Ulica izmišljena 5, Zrenjanin.", "Sedište se može promeniti."))
    assert inside(found, ClauseLevel.PARAGRAPH) == ["art_5__para_1", "art_5__para_2"]
    assert found.text("art_5__para_1").endswith("Zrenjanin.")


def test_a_paragraph_inside_a_list_that_goes_on_belongs_to_its_item(outline: Callable[..., Outline]) -> None:
    found = outline(
        article("Otkaz se daje:", "a) zbog povrede.", "Povrede su teške ili lake.", "b) zbog rada.", "Rok je mesec.")
    )
    assert inside(found, ClauseLevel.PARAGRAPH) == ["art_5__para_1", "art_5__para_2"]
    assert found.text("art_5__para_1__point_a").endswith("teške ili lake.")


def test_a_new_list_after_a_new_stav_does_not_go_on(outline: Callable[..., Outline]) -> None:
    found = outline(article("Kupac:", "1) plaća;", "2) prima.", "Prodavac:", "1) isporučuje;", "2) obučava."))
    assert inside(found, ClauseLevel.POINT) == [
        f"art_5__para_{stav}__point_{point}" for stav in (1, 2) for point in (1, 2)
    ]


def test_numbered_stavovi_are_not_counted(outline: Callable[..., Outline]) -> None:
    found = outline(
        article(
            "(1) Odsustvo traje:",
            "1) za venčanje pet dana;",
            "2) za selidbu dva dana.",
            "(2) Plaća se.",
            "Ne uvećava se.",
        )
    )
    assert inside(found, ClauseLevel.PARAGRAPH) == ["art_5__para_1", "art_5__para_2"]
    assert found["art_5__para_2"].label == "(2)"
    assert not found["art_5__para_2"].counted
    assert found.text("art_5__para_2").endswith("Ne uvećava se.")


def test_decimal_stavovi_take_the_last_number(outline: Callable[..., Outline]) -> None:
    found = outline(article("5.1.", "Kupac plaća.", "5.2 Kupac prima.", "5.2.", "Kupac vraća."))
    assert inside(found, ClauseLevel.PARAGRAPH) == ["art_5__para_1", "art_5__para_2", "art_5__para_2-2"]
    assert found.text("art_5__para_1") == "5.1. Kupac plaća."


def test_what_stands_before_the_second_numbered_stav_is_the_first(outline: Callable[..., Outline]) -> None:
    found = outline(article("S1:", "Kupac plaća.", "5.2.", "Kupac prima."))
    assert inside(found, ClauseLevel.PARAGRAPH) == ["art_5__para_1", "art_5__para_2"]
    assert found["art_5__para_1"].counted


def test_an_amount_at_the_beginning_of_a_line_is_no_stav(outline: Callable[..., Outline]) -> None:
    found = outline(article("5.1 Kupac plaća.", "12.5 evra dnevno."))
    assert inside(found, ClauseLevel.PARAGRAPH) == ["art_5__para_1"]


def test_roman_letters_after_h_are_letters(outline: Callable[..., Outline]) -> None:
    found = outline(article("The seller:", "(g) sells;", "(h) delivers;", "(i) installs."))
    assert inside(found, ClauseLevel.POINT)[-1] == "art_5__para_1__point_i"
    found = outline(article("The seller:", "(a) sells:", "(i) cameras;", "(ii) poles;", "(b) delivers."))
    assert inside(found, ClauseLevel.SUBPOINT) == [f"art_5__para_1__point_a__point_{number}" for number in ("i", "ii")]
    assert inside(found, ClauseLevel.POINT)[-1] == "art_5__para_1__point_b"


def test_capital_roman_numerals_are_one_list(outline: Callable[..., Outline]) -> None:
    found = outline(article("Kapital čine:", "(I) novac od 30 dinara;", "(II) stvari;", "(III) prava."))
    assert inside(found, ClauseLevel.POINT) == [f"art_5__para_1__point_{number}" for number in ("i", "ii", "iii")]
    assert inside(found, ClauseLevel.SUBPOINT) == []
    found = outline(article("The seller:", "(G) sells;", "(H) delivers;", "(I) installs;", "(J) repairs."))
    assert inside(found, ClauseLevel.POINT)[-2:] == ["art_5__para_1__point_i", "art_5__para_1__point_j"]
