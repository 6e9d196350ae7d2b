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
        (
            "ODLUKU O DODELI UGOVORA\nI U postupku javne nabavke JN 4/2031 „Hladnjače za vrtić“, ugovori se dodeljuju:",
            "Hladnjače za vrtić",
        ),
        ("ZAPISNIK O OTVARANJU PONUDA\nbroj 404-7/2031, predmet: Krečenje učionica.\nPočetak", "Krečenje učionica"),
        (
            "ZAPISNIK O OTVARANJU PONUDA\nza okvirni sporazum OS-5/31, čiji je predmet održavanje semafora. Komisija",
            "održavanje semafora",
        ),
        (
            "OBAVEŠTENJE O DODELI UGOVORA\nPredmet: dobra – Kontejneri za smeće (40 komada)\nCPV: 34928480",
            "Kontejneri za smeće",
        ),
        ("JAVNI POZIV\nVrsta postupka Otvoreni\nPredmet\nKlupe za park, u dve partije\nCPV", "Klupe za park"),
        (
            "OBAVEŠTENJE O DODELI UGOVORA\nPostupak: 404-9/2031, Nabavka peleta, podeljena u tri lota. Primljeno",
            "Nabavka peleta",
        ),
        (
            "ODLUKA O DODELI UGOVORA\nJavna nabavka 07/2031 – Sanitarni materijal\nPartija 1 – Sapun",
            "Sanitarni materijal",
        ),
        (
            "KONKURSNA DOKUMENTACIJA\nza javnu nabavku radova – otvoreni postupak radi zaključenja okvirnog sporazuma\n"
            "Farbanje ograda\nJN broj 5/31",
            "Farbanje ograda",
        ),
        (
            "KONKURSNA DOKUMENTACIJA\nČišćenje dimnjaka u školama\nOtvoreni postupak, broj 404-2/2031",
            "Čišćenje dimnjaka u školama",
        ),
        (
            "UGOVOR\no nabavci i ugradnji prozora na domu kulture – partija 1\nnaručilac Opštinska uprava, JN 3/31",
            "prozora na domu kulture",
        ),
        (
            "UGOVOR O IZVOĐENJU RADOVA\nna sanaciji mosta na Crnici\nkoji zaključuju Opština Kula, JN 6/31",
            "sanaciji mosta na Crnici",
        ),
        ("UGOVOR O KUPOPRODAJI GRAĐEVINSKOG PESKA\nKUPAC Opštinska uprava, JN 6/31", "GRAĐEVINSKOG PESKA"),
        (
            "UGOVOR\nizmeđu opštine Ub i firme.\nČlan 1.\nPredmet ugovora je isporuka i ugradnja: Klima uređaji "
            "u čekaonici, prema ponudi JN 5/31.",
            "isporuka i ugradnja: Klima uređaji u čekaonici",
        ),
        (
            "ODLUKA O ZAKLJUČENJU OKVIRNOG SPORAZUMA\nVoće za vrtiće, postupak 404-1/2031\n1. Okvirni sporazum",
            "Voće za vrtiće",
        ),
        ("ZAPISNIK SA OTVARANJA PONUDA\nza nabavku bezolovnog benzina (JN 7/2031)\nCPV", "nabavku bezolovnog benzina"),
        ("ODLUKA O DODELI UGOVORA\n1. Okvirni sporazum za košenje trave zaključuje se sa ponuđačem", "košenje trave"),
        (
            "NJOFTIM PËR DHËNIE TË KONTRATËS\nII.1.1) Titulli i kontratës i dhënë nga autoriteti kontraktues:\n"
            "38. Furnizimi me dritare\nB08 Njoftim",
            "Furnizimi me dritare",
        ),
        ("ODLUKU O DODELI UGOVORA\no javnoj nabavci ,,Česme u parku”, JN 4/31", "Česme u parku"),
        ("KONKURSNA DOKUMENTACIJA\nPredmet: javna nabavka usluga čišćenje ulica\nCPV", "čišćenje ulica"),
        (
            "JAVNI POZIV\n1. Šta se nabavlja: Gume za vozila uprave i rezervni delovi.\n2. Broj",
            "Gume za vozila uprave i rezervni delovi",
        ),
        ("UGOVOR O KUPOPRODAJI ULIČNIH SVETILJKI\nzavodni broj 404-3/2031 opštine Ub", "ULIČNIH SVETILJKI"),
        ("ODLUKA O DODELI UGOVORA\nOkvirni sporazum za pelet potpisan je sa ponuđačem", "pelet"),
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
        "ANEKS\nugovora opštine Ub, JN 4/31\nRok za isporuku dodatnih klupa je 30 dana.",
        "ZAPISNIK O OTVARANJU PONUDA\nu postupku JN 4/31, Otvaranje je počelo u 10 časova.",
        "UGOVOR O RADU\nzaključen između poslodavca i zaposlenog o međusobnim pravima",
        "ZAPISNIK O OTVARANJU PONUDA\nza radove „Gradnja“ d.o.o. Niš nudi 1.000.000,00 dinara",
        "POZIV ZA PODNOŠENJE PONUDA\nSlužbenik za javne nabavke\nJelena Zec\nOvlašćeno lice",
        "ODLUKA O DODELI UGOVORA\nVrsta postupka javne nabavke:\nPosebna napomena ako je ugovor rezervisan:\nPredmet:",
        "ODLUKA O DODELI UGOVORA\nu postupku JN 5/2031 – Opština Ub, predmet je podeljen na tri lota.",
        "KONKURSNA DOKUMENTACIJA\nBroj nabavke: JN 5/2031\n\nBački Petrovac, oktobar 2031. godine",
        "JAVNI POZIV\nNabavka je dobro s pratećim uslugama; oznaka iz rečnika",
        "ZAKON O JAVNIM NABAVKAMA\nPredmet javne nabavke: nabavka dobara.",
        "",
    ],
)
def test_what_is_no_subject(facts_of: FactsOf, text: str) -> None:
    assert facts_of(text)["subject"] == []


def test_an_article_is_no_subject(facts_of: FactsOf) -> None:
    facts = facts_of("ODLUKU O PONIŠTENJU\npostupka javne nabavke\n\nČlan 1.\nPoništava se postupak.")
    assert facts["subject"] == []
