"""Contracts numbered and headed in other ways than most: each class of error that papers of strangers showed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.model import ClauseLevel
from archive.model.clauses import NumberingProblem, irregular_numbers
from tests.indexer.clauses.conftest import Outline, laid_out

Read = Callable[..., Outline]

UNITS = (ClauseLevel.ARTICLE, ClauseLevel.SECTION)


def article(number: object, text: str = "Kupac plaća ugovorenu cenu prodavcu.") -> str:
    return f"Član {number}.\n\n{text}"


def test_a_heading_in_brackets_is_no_stav(outline: Read) -> None:
    found = outline(
        "Član 1.\n\n(Predmet ugovora)\n\nPredmet ugovora je nabavka kamera.\n\nPonuda je sastavni deo ugovora.\n\n"
        "Član 2.\n\n(Cena)\n\nCena iznosi 5 dinara."
    )
    assert [found[eid].heading for eid in ("art_1", "art_2")] == ["Predmet ugovora", "Cena"]
    assert found.text("art_1__para_1") == "Predmet ugovora je nabavka kamera."
    assert "art_1__para_3" not in found.eids


def test_a_centred_heading_may_have_a_verb(outline: Read) -> None:
    body = "Naručilac i izvršilac čuvaju podatke koje saznaju u toku izvršenja ovog ugovora, i to trajno."
    lines = [
        *((0.05, body), (0.05, "")),
        *((0.41, "Šta se smatra tajnom"), (0.05, ""), (0.465, "Član 1."), (0.05, ""), (0.05, body), (0.05, body)),
        *((0.05, ""), (0.4, "Kada se tajna saopštava"), (0.05, ""), (0.465, "Član 2."), (0.05, ""), (0.05, body)),
    ]
    found = Outline([laid_out(lines)])
    assert found["art_2"].heading == "Kada se tajna saopštava"
    assert found.text("art_1").endswith("i to trajno.")


def test_parts_of_several_levels_hold_each_other(outline: Read) -> None:
    text = (
        f"DEO PRVI\n\nOPŠTE ODREDBE\n\nGlava I\n\nPredmet\n\n{article(1)}\n\nGlava II\n\nCena\n\n{article(2)}\n\n"
        f"DEO DRUGI\n\nZAVRŠNE ODREDBE\n\nGlava I\n\nRaskid\n\nOdeljak 1\n\n{article(3)}\n\nOdeljak 2\n\n{article(4)}"
    )
    found = outline(text, kind="regulation")
    parts = {clause.eid: clause.parent for clause in found.clauses if clause.level is ClauseLevel.PART}
    assert parts == {
        "part_I": None,
        "part_I__chp_I": "part_I",
        "part_I__chp_II": "part_I",
        "part_II": None,
        "part_II__chp_I": "part_II",
        "part_II__chp_I__subchp_1": "part_II__chp_I",
        "part_II__chp_I__subchp_2": "part_II__chp_I",
    }
    assert found["art_2"].parent == "part_I__chp_II"
    assert found["art_4"].parent == "part_II__chp_I__subchp_2"
    assert all(found[f"art_{number}"].heading is None for number in range(1, 5))


@pytest.mark.parametrize("form", ["I PREDMET UGOVORA|II CENA|III ROK", "I. Predmet|II. Cena|III. Rok", "I|II|III"])
def test_a_contract_of_roman_numbers(outline: Read, form: str) -> None:
    text = "\n\n".join(f"{head}\n\nKupac plaća ugovorenu cenu prodavcu." for head in form.split("|"))
    assert outline(text).at(ClauseLevel.SECTION) == ["sec_I", "sec_II", "sec_III"]


def test_numbers_written_as_words(outline: Read) -> None:
    text = "\n\n".join(f"{label}\n\nKupac plaća cenu." for label in ("Član prvi", "ČLAN DRUGI.", "Члан трећи"))
    assert outline(text).at(ClauseLevel.ARTICLE) == ["art_1", "art_2", "art_3"]
    assert outline("Article One\n\nThe fee is due.\n\nArticle Two\n\nNo tax.").at(*UNITS) == ["art_1", "art_2"]


def test_points_named_by_a_word(outline: Read) -> None:
    text = "\n\n".join(f"Tačka {number}.\n\nStrane su saglasne da plate cenu." for number in range(1, 4))
    assert outline(text).at(ClauseLevel.ARTICLE) == ["art_1", "art_2", "art_3"]


def test_a_number_with_a_letter(outline: Read) -> None:
    text = f"{article(5)}\n\n{article('5a')}\n\n{article(6)}"
    assert outline(text).at(ClauseLevel.ARTICLE) == ["art_5", "art_5a", "art_6"]


def test_text_run_in_after_the_number_may_begin_small(outline: Read) -> None:
    text = "Član 1. prodavac prodaje kamere.\n\nČlan 2. kupac plaća cenu.\n\nČlan 3. ugovor važi godinu dana."
    found = outline(text)
    assert found.at(ClauseLevel.ARTICLE) == ["art_1", "art_2", "art_3"]
    assert found.text("art_2__para_1") == "kupac plaća cenu."


def test_small_letters_before_the_number_on_a_line_of_its_own(outline: Read) -> None:
    text = "\n\n".join(f"članak {number}.\n\nKupac plaća cijenu." for number in range(1, 4))
    assert outline(text).at(ClauseLevel.ARTICLE) == ["art_1", "art_2", "art_3"]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ("1 2 3 12 4 5 6", "1 2 3 4 5 6"),
        ("1 2 4 5 6", "1 2 4 5 6"),
        ("1 2 3 3 4 5", "1 2 3 3-2 4 5"),
        ("1 2 3 9 10 11", "1 2 3 9 10 11"),
        ("1 2 3 1 2 3", "1 2 3 1-2 2-2 3-2"),
    ],
)
def test_one_irregular_number_ends_nothing(outline: Read, numbers: str, expected: str) -> None:
    headed = "\n\n".join(f"{number}. Naslov\n\nKupac plaća cenu." for number in numbers.split())
    assert outline(headed).at(ClauseLevel.SECTION) == [f"sec_{number}" for number in expected.split()]


def test_a_misnumbered_decimal_leaves_the_others(outline: Read) -> None:
    text = "11. Term\n\n" + "\n\n".join(f"11.{n} The term is one year." for n in (1, 2, 3))
    text += "\n\n12.4 The term is one year.\n\n" + "\n\n".join(f"11.{n} The term is one year." for n in (5, 6))
    text += "\n\n12. Law\n\n12.1 The law is that of Serbia.\n\n12.2 The courts are those of Serbia."
    found = outline("10. Fees\n\nThe fees are due.\n\n" + text).at(ClauseLevel.SECTION)
    assert found == [
        *("sec_10", "sec_11", "sec_11.1", "sec_11.2", "sec_11.3", "sec_11.5", "sec_11.6"),
        *("sec_12", "sec_12.1", "sec_12.2"),
    ]


def test_a_table_of_contents_gives_no_clauses(outline: Read) -> None:
    contents = "\n\n".join(f"Član {n}. Predmet ............ {n + 2}" for n in range(1, 4))
    text = "\n\n".join(f"Član {n}.\n\nPredmet\n\nKupac plaća cenu." for n in range(1, 4))
    found = outline(f"SADRŽAJ\n\n{contents}\n\n{text}")
    assert found.at(ClauseLevel.ARTICLE) == ["art_1", "art_2", "art_3"]
    assert "...." not in found.text("art_1")


def test_a_reference_that_wrapped_opens_no_schedule(outline: Read) -> None:
    text = "1. Fees\n\nThe fees are those set out in\n\nEXHIBIT I.\n\n2. Term\n\nThe term is a year."
    assert outline(text).at(ClauseLevel.SECTION, ClauseLevel.SCHEDULE) == ["sec_1", "sec_2"]


def test_stavovi_printed_with_a_bracket_after_the_number(outline: Read) -> None:
    found = outline("Član 1.\n\n1) Kupac plaća cenu.\n\n2) Prodavac predaje kamere.\n\nČlan 2.\n\nUgovor važi.")
    assert found.at(ClauseLevel.PARAGRAPH) == ["art_1__para_1", "art_1__para_2", "art_2__para_1"]


def test_cells_of_a_table_are_no_stavovi(outline: Read) -> None:
    rows = "\n\n".join(f"Kamera {n} 5.000,00 {n}" for n in range(1, 5))
    found = outline(f"Član 1.\n\nCena je iz tabele.\n\nCENE\n\nVrsta Cena Komada\n\n{rows}\n\nČlan 2.\n\nUgovor važi.")
    assert found.at(ClauseLevel.PARAGRAPH) == ["art_1__para_1", "art_2__para_1"]
    assert found.text("art_1").endswith("Kamera 4 5.000,00 4")


def test_large_and_small_letters_are_two_levels(outline: Read) -> None:
    text = (
        "1. Fees\n\nThe buyer pays:\n\n(a) a fee:\n\n(A) in cash;\n\n(B) by bank;\n\n(b) the tax.\n\n2. Term\n\nA year."
    )
    points = [
        (clause.eid, clause.parent)
        for clause in outline(text).clauses
        if clause.level in {ClauseLevel.POINT, ClauseLevel.SUBPOINT}
    ]
    assert points == [
        ("sec_1__point_a", "sec_1"),
        ("sec_1__point_a__point_a", "sec_1__point_a"),
        ("sec_1__point_a__point_b", "sec_1__point_a"),
        ("sec_1__point_b", "sec_1"),
    ]


HEADED = ("PREDMET UGOVORA", "CENA", "ROK IZVRŠENJA", "RASKID UGOVORA")


def test_a_contract_without_numbers_has_the_sections_that_its_headings_name(outline: Read) -> None:
    sentence = "Kupac plaća ugovorenu cenu prodavcu u roku od petnaest dana od dana prijema računa za kamere."
    text = "\n\n".join(f"{heading}\n\n{sentence}" for heading in ("UGOVOR O NABAVCI", *HEADED))
    found = outline(text)
    assert [(clause.eid, clause.heading, clause.counted) for clause in found.clauses] == [
        (f"sec_{number}", heading, True) for number, heading in enumerate(HEADED, start=1)
    ]
    assert found["sec_2"].topic == "price"
    assert outline(text, kind="other").clauses == ()


def test_an_amendment_opens_no_article(outline: Read) -> None:
    text = (
        f"{article(1, 'U članu 5. stav 2. menja se rok.')}\n\nČlan 5. stav 3. briše se.\n\n{article(2)}\n\n"
        "U članu 16. posle stava 1. dodaje se novi stav i glasi:\n\n„Član 16. Kupac plaća kamatu.“\n\n" + article(3)
    )
    assert outline(text).at(ClauseLevel.ARTICLE) == ["art_1", "art_2", "art_3"]


def test_annexes_opened_by_headings_hold_their_own_numbers(outline: Read) -> None:
    text = f"{article(1)}\n\n{article(2)}\n\nPRILOG 1 – SPECIFIKACIJA\n\nKamere su bele.\n\nAneks 2\n\nCene su fiksne."
    found = outline(text)
    assert found.at(ClauseLevel.SCHEDULE) == ["schedule_1", "schedule_2"]
    assert found["schedule_1"].heading == "SPECIFIKACIJA"


def test_irregular_numbers_are_told(outline: Read) -> None:
    text = "\n\n".join(map(article, (1, 2, 4, 5, 5, 3, 6)))
    assert irregular_numbers(outline(text).clauses) == {
        NumberingProblem.MISSING: ("3",),
        NumberingProblem.DOUBLED: ("5",),
        NumberingProblem.OUT_OF_ORDER: ("3",),
    }
