"""Several contracts in one file, a model inside tender documents, and the points of a decision."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.citing.locators import clause_locator, style_of
from archive.model import ClauseLevel
from archive.model.clauses import path
from tests.indexer.clauses.conftest import Outline

Read = Callable[..., Outline]

UNITS = (ClauseLevel.ARTICLE, ClauseLevel.SECTION)


def contract(title: str, last: int) -> str:
    articles = "\n\n".join(f"Član {number}.\n\nKupac plaća ugovorenu cenu." for number in range(1, last + 1))
    return f"{title}\n\nzaključen u Beogradu između:\n\n1. Kupca,\n\n2. Prodavca.\n\n{articles}\n\nKUPAC PRODAVAC"


def test_two_contracts_in_a_file_are_a_level(outline: Read) -> None:
    found = outline(f"{contract('PREDUGOVOR O KUPOPRODAJI', 3)}\n\n{contract('UGOVOR O POSREDOVANJU', 2)}")
    assert [(clause.eid, clause.label) for clause in found.clauses if clause.level is ClauseLevel.PART] == [
        ("act", "PREDUGOVOR O KUPOPRODAJI"),
        ("act-2", "UGOVOR O POSREDOVANJU"),
    ]
    parents = [found[eid].parent for eid in found.at(*UNITS)]
    assert found.at(*UNITS) == ["art_1", "art_2", "art_3", "art_1-2", "art_2-2"]
    assert parents == ["act"] * 3 + ["act-2"] * 2
    assert "POSREDOVANJU" not in found.text("act")
    assert all(found[eid].heading is None for eid in found.at(*UNITS))


def test_one_contract_is_no_level(outline: Read) -> None:
    assert outline(contract("UGOVOR O KUPOPRODAJI", 3)).at(ClauseLevel.PART) == []


def test_a_model_contract_inside_tender_documents_is_a_level(outline: Read) -> None:
    before = "\n\n".join(f"Ponuđač dostavlja dokaz broj {number} uz ponudu." for number in range(50))
    found = outline(f"{before}\n\n{contract('MODEL UGOVORA', 3)}", kind="tender_documents")
    assert found["art_2"].parent == "act"
    assert found["act"].label == "MODEL UGOVORA"


def test_numbers_that_begin_anew_in_a_schedule_are_the_schedules(outline: Read) -> None:
    text = contract("UGOVOR O KUPOPRODAJI", 3).removesuffix("KUPAC PRODAVAC")
    found = outline(
        f"{text}PRILOG 1\n\nUGOVOR O POVERLJIVOSTI\n\nČlan 1.\n\nKupac čuva tajnu.\n\nČlan 2.\n\nTajna traje."
    )
    assert found.at(ClauseLevel.PART) == []
    assert found["art_1-2"].parent == "schedule_1"


def test_a_citation_names_the_article_and_no_part(outline: Read) -> None:
    found = outline(f"{contract('PREDUGOVOR O KUPOPRODAJI', 3)}\n\n{contract('UGOVOR O POSREDOVANJU', 2)}")
    assert clause_locator(path(found.clauses, found["art_3__para_1"]), style_of("sr")) == "član 3. stav 1."


DECISION = "Na osnovu Statuta, direktor donosi\n\n{title}\n\no imenovanju\n\n{points}\n\n{reasons}\n\n{list}"


@pytest.mark.parametrize("title", ["ODLUKU", "O D L U K U", "РЕШЕЊЕ"])
@pytest.mark.parametrize("numbers", [("1.", "2.", "3."), ("I", "II", "III")])
def test_the_points_of_a_decision_are_clauses_up_to_its_reasons(
    outline: Read, title: str, numbers: tuple[str, ...]
) -> None:
    points = "\n\n".join(f"{number} Imenuje se komisija u sastavu od tri člana." for number in numbers)
    if numbers[0] == "I":
        points = points.replace(" Imenuje", "\n\nImenuje")
    listed = "1. Prvi razlog je taj.\n\n2. Drugi razlog je taj."
    text = DECISION.format(title=title, points=points, reasons="O b r a z l o ž e nj e:", list=listed)
    found = outline(text, kind="other")
    assert [eid.removeprefix("sec_") for eid in found.at(*UNITS)] == [number.strip(".") for number in numbers]
    assert found.text(found.at(*UNITS)[-1]).endswith("tri člana.")


def test_a_list_after_the_first_sentence_of_a_decision_is_no_clause(outline: Read) -> None:
    points = "Ugovor se dodeljuje ponuđačima:\n\n1. Partija 1 prvom ponuđaču.\n\n2. Partija 2 drugom ponuđaču."
    text = DECISION.format(title="ODLUKU", points=points, reasons="Obrazloženje", list="Postupak je sproveden.")
    assert outline(text, kind="award_decision").at(*UNITS) == []


def test_a_letter_with_a_list_has_no_clauses(outline: Read) -> None:
    text = "Poštovani,\n\nmolimo vas da nam dostavite:\n\n1. Ugovor o nabavci kamera.\n\n2. Račune za kamere."
    assert outline(text, kind="other").at(*UNITS) == []
