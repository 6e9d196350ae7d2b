"""What a procurement buys, as its papers print it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

FactsOf = Callable[..., Any]


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        (
            "JAVNI POZIV\nza podnošenje ponuda za javnu nabavku dobara „Sistem\nvideo-nadzora u Ubu”\n1. Naručilac: Ub",
            "Sistem video-nadzora u Ubu",
        ),
        ("JAVNI POZIV\nII.1.1) Naziv: Nabavka uglja za ogrev\nReferentni broj: 3/2031", "Nabavka uglja za ogrev"),
        ("ЈАВНИ ПОЗИВ\nНазив набавке Одржавање лифтова\nРеферентни број 404-27/2031", "Одржавање лифтова"),
        (
            "JAVNI POZIV\n2. Predmet javne nabavke: usluge prevoza učenika u školskoj 2031. godini.\n3.",
            "usluge prevoza učenika u školskoj 2031. godini",
        ),
        (
            "KONKURSNA DOKUMENTACIJA\nza javnu nabavku male vrednosti – nabavka sitnog alata, JNMV br. 4/2031",
            "nabavka sitnog alata",
        ),
        (
            "UGOVOR O NABAVCI\nPredmet ovog ugovora je isporuka 12 (dvanaest) peći na pelet, u svemu prema ponudi.",
            "isporuka 12 (dvanaest) peći na pelet",
        ),
        (
            "ODLUKU O DODELI UGOVORA\nu postupku javne nabavke radova sanacije krova škole, JN broj 7/2031",
            "sanacije krova škole",
        ),
        ("KONKURSNA DOKUMENTACIJA\nJAVNA NABAVKA – OPREMA ZA KUHINJU\nJNMV BR. 3/2031", "OPREMA ZA KUHINJU"),
    ],
)
def test_the_subject_of_a_procurement(facts_of: FactsOf, text: str, subject: str) -> None:
    """In quotation marks, in a form, after a label, in a sentence; without its label, with its words."""
    facts = facts_of(text)
    assert facts["subject"] == [subject]
    assert subject.split(maxsplit=1)[0] in facts.quote("subject")


@pytest.mark.parametrize(
    "text",
    [
        "ODLUKU O DODELI UGOVORA\nNa osnovu Zakona o javnim nabavkama Uprava za javne nabavke\nNemanjina 22",
        "ODLUKU O DODELI UGOVORA\nVrsta predmeta javne nabavke:\nProcenjena vrednost:\nDobra\n100.000,00",
        "ODLUKU O DODELI UGOVORA\nu postupku javne nabavke broj 7/2031 od 1.1.2031.",
        "ZAKON O JAVNIM NABAVKAMA\nPredmet javne nabavke: nabavka dobara.",
        "",
    ],
)
def test_what_is_no_subject(facts_of: FactsOf, text: str) -> None:
    assert facts_of(text)["subject"] == []


def test_an_article_is_no_subject(facts_of: FactsOf) -> None:
    facts = facts_of("ODLUKU O PONIŠTENJU\npostupka javne nabavke\n\nČlan 1.\nPoništava se postupak.")
    assert facts["subject"] == []
