"""The buyer is the public body whose document it is: by label, role, letterhead or verb, and nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.indexer.facts.conftest import Facts

FactsOf = Callable[..., Facts]

CONTRACT = """
УГОВОР О ЈАВНОЈ НАБАВЦИ
закључен дана 4. маја 2031. године у Краљеву између:

1. Опште болнице „Бистри поток“ Краљево, улица Дуга 1, ПИБ: 199012348, матични број: 29912343, коју заступа
директор Пера Пример (у даљем тексту: Наручилац) и
2. „Примерак“ д.о.о. Ниш, ПИБ: 100000003, матични број: 10000004 (у даљем тексту: Добављач)
"""


@pytest.mark.parametrize(
    ("text", "name", "rule"),
    [
        ("JAVNI POZIV\nNaručilac: Opština Ub, Vuka Karadžića 3", "Opština Ub", "label"),
        ("КОНКУРСНА ДОКУМЕНТАЦИЈА\nНазив наручиоца: Дом здравља „Липа“ Рума", "Dom zdravlja „Lipa” Ruma", "label"),
        ("AWARD DECISION\n2. Contracting authority: Municipality of Ivanjica", "Municipality of Ivanjica", "label"),
        (
            "NJOFTIM PËR DHËNIE TË KONTRATËS\nI.1) EMRI DHE ADRESA E AUTORITETIT KONTRAKTUES (AK)\n"
            "Emri zyrtar: KUVENDI I KOMUNES SE PRISHTINES",
            "KUVENDI I KOMUNES SE PRISHTINES",
            "label",
        ),
        ("JAVNI POZIV\nNaručilac:\nPoslovno ime: Železnice primera, akcionarsko društvo", None, "label-line"),
        ("РЕПУБЛИКА СРБИЈА\nОПШТИНА КЛАДОВО\nОпштинска управа\n\nЈАВНИ ПОЗИВ", "OPŠTINA KLADOVO", "letterhead"),
        ("JKP „Vodovod Primer“ Šabac\nBroj: 5\n\nJAVNI POZIV", "JKP „Vodovod Primer” Šabac", "letterhead"),
        ("О.Ш. „Липа“ Рума\nБрој: 5\n\nЈАВНИ ПОЗИВ", "O.Š. „Lipa” Ruma", "letterhead"),
        ("О П Ш Т И Н А У Б\nОпштинска управа\n\nЈАВНИ ПОЗИВ", "Opština Ub", "letterhead"),
        (
            "KONKURSNA DOKUMENTACIJA\nNaručilac: Uprava za imovinu, ugovore i nadzor, Duga 3",
            "Uprava za imovinu, ugovore i nadzor",
            "label",
        ),
        ("ODLUKA O DODELI UGOVORA\nza potrebe Osnovne škole „Lipa“ Ruma", "Osnovna škola „Lipa” Ruma", "only-one"),
        (
            "KONKURSNA DOKUMENTACIJA\nNaručilac: Javno preduzeće za prevoz u gradskom saobraćaju „Prevoz“ Ruma",
            "Javno preduzeće za prevoz u gradskom saobraćaju „Prevoz” Ruma",
            "label",
        ),
        ('ODLUKA O TAKSI PREVOZU\n("Sl. list grada Šapca", br. 3/2031)', "Grad Šabac", "title"),
        ("На основу закона Скупштина општине Уб донела је\n\nСТАТУТ", "Opština Ub", "officer"),
        ("GRADSKA OPŠTINA ZVEZDARA\n\nJAVNI POZIV", "GRADSKA OPŠTINA ZVEZDARA", "letterhead"),
        (
            "Na osnovu zakona direktor Doma zdravlja „Lipa“ Ruma donosi\n\nODLUKU O OBUSTAVI POSTUPKA",
            "Dom zdravlja „Lipa” Ruma",
            "officer",
        ),
        ("На основу члана 132. Управа за јавне набавке доноси\n\nПРАВИЛНИК", "Uprava za javne nabavke", "issuer"),
        ("ODLUKA O DODELI UGOVORA\n\nUNIVERZITET U NIŠU\nBroj: 5", "UNIVERZITET U NIŠU", "letterhead"),
        ("IZVEŠTAJ O REVIZIJI\n\nDRŽAVNA REVIZORSKA INSTITUCIJA", "DRŽAVNA REVIZORSKA INSTITUCIJA", "letterhead"),
        (
            "UGOVOR\nstrane:\n1. OPŠTINA UB, Duga 3 – NARUČILAC\n2. PRIMERAK D.O.O. – IZVRŠILAC",
            "OPŠTINA UB",
            "contract-role",
        ),
        ("ИНФОРМАТОР О РАДУ\nОПШТИНЕ БОСИЛЕГРАД", "Opština Bosilegrad", "title"),
        ("PLAN JAVNIH NABAVKI\n2031\n\nOSNOVNA ŠKOLA „LIPA“\n2031", "OSNOVNA ŠKOLA „LIPA”", "letterhead"),
    ],
)
def test_places_where_a_document_names_its_buyer(facts_of: FactsOf, text: str, name: str | None, rule: str) -> None:
    """Both scripts and four languages; the name comes in Latin, in the nominative, with „…” as its quotes."""
    facts = facts_of(text)
    assert facts["buyer"] == [name or "Železnice primera, akcionarsko društvo"]
    assert facts.fact("buyer").method == f"buyer.{rule}"


@pytest.mark.parametrize(
    ("labelled", "name"),
    [
        ("Naručilac: Telefonija Primera a.d., Duga 2, Beograd", "Telefonija Primera a.d."),
        ("Naručilac\nPoslovno ime: Telefonija Primera a.d. Beograd", "Telefonija Primera a.d. Beograd"),
        ("Podaci o naručiocu\nNaziv: „Telefonija” Ub\nAdresa: Duga 2", "„Telefonija” Ub"),
        (
            "Naziv naručioca\nTelefonija Primera a.d. Beograd\nAdresa naručioca\nDuga 2",
            "Telefonija Primera a.d. Beograd",
        ),
        ("Naručilac: Viši sud u Nišu, Vojvode Petra bb", "Viši sud u Nišu"),
        ("Naručilac: Vlada Republike Srbije, Generalni sekretarijat", "Vlada Republike Srbije, Generalni sekretarijat"),
    ],
)
def test_names_of_whatever_form_after_a_label(facts_of: FactsOf, labelled: str, name: str) -> None:
    """They end before their address, with the line, or are a line of their own between two labels."""
    facts = facts_of(f"POZIV ZA PODNOŠENJE PONUDA\n{labelled}")
    assert facts["buyer"] == [name]
    assert facts.fact("buyer").method == "buyer.label-line"


@pytest.mark.parametrize(
    "text",
    [
        "KOMISIJA ZA ZAŠTITU KONKURENCIJE Savska 25, Beograd",
        "KOMISIJA ZA ZAŠTITU KONKURENCIJE INFORMATOR O RADU",
    ],
)
def test_a_name_without_a_line_of_its_own(facts_of: FactsOf, text: str) -> None:
    """A name in capitals ends before small letters, and before the title of the document."""
    assert facts_of(f"{text}\nODLUKA O DODELI UGOVORA")["buyer"] == ["KOMISIJA ZA ZAŠTITU KONKURENCIJE"]


def test_the_party_that_pays_in_the_genitive_with_its_own_numbers(facts_of: FactsOf) -> None:
    """Adjective and noun come back in the nominative; the numbers are of the buyer's block, not of the supplier's."""
    facts = facts_of(CONTRACT)
    assert facts["buyer"] == ["Opšta bolnica „Bistri potok” Kraljevo"]
    assert facts.quote("buyer") == "Опште болнице „Бистри поток“ Краљево,"
    assert facts.fact("buyer").details["pib"] == "199012348"
    assert facts.fact("buyer").details["mb"] == "29912343"


def test_numbers_of_a_letterhead_belong_to_the_body(facts_of: FactsOf) -> None:
    """PIB and matični broj under the name at the head are the public body's."""
    facts = facts_of("OPŠTINA BEČEJ\nTrg 1\nPIB: 199012348, matični broj: 29912343\n\nJAVNI POZIV\nza kamere")
    assert dict(facts.fact("buyer").details) == {"pib": "199012348", "mb": "29912343"}


def test_values_printed_after_all_labels(facts_of: FactsOf) -> None:
    """A form whose labels stand in one column: the body that has a line of its own is the value."""
    labels = "\n\n".join(["Назив наручиоца:", "Адреса наручиоца:", "Врста поступка:", "Врста предмета:"] * 12)
    facts = facts_of(f"ПОЗИВ ЗА ПОДНОШЕЊЕ ПОНУДЕ\n\n{labels}\n\nОсновна школа „Липа“ Косјерић\n\nДуга 2")
    assert facts["buyer"] == ["Osnovna škola „Lipa” Kosjerić"]


def test_the_authority_an_appeal_complains_of(facts_of: FactsOf) -> None:
    """The Commissioner, to whom it is sent, is not the buyer."""
    facts = facts_of(
        "Povereniku za informacije od javnog značaja i zaštitu podataka o ličnosti\nBeograd\n\nŽALBA\n"
        "zbog nepostupanja po zahtevu za pristup informacijama\n\nOpština Ivanjica u roku nije odgovorila na zahtev."
    )
    assert facts["buyer"] == ["Opština Ivanjica"]


def test_the_authority_a_request_is_sent_to(facts_of: FactsOf) -> None:
    """An addressee stands in the dative, and is named in the nominative."""
    facts = facts_of("Opštini Ub\nVuka Karadžića 3\n\nZAHTEV ZA PRISTUP INFORMACIJAMA OD JAVNOG ZNAČAJA\nMolim kopije.")
    assert facts["buyer"] == ["Opština Ub"]


@pytest.mark.parametrize(
    "text",
    [
        "UGOVOR O DELU\nizmeđu: 1. Primerak d.o.o. Beograd (u daljem tekstu: Naručilac) i 2. Pera Primer",
        "UGOVOR O ZAKUPU\nizmeđu: 1. Advokatska kancelarija „Primer“ (u daljem tekstu: Naručilac) i 2. Mika",
        "ODLUKA O DODELI UGOVORA\nRepublička komisija za zaštitu prava u Beogradu odlučuje o zahtevu.",
        "ODLUKA O DODELI UGOVORA\nPonuđač Turistička agencija „Primer“ d.o.o. iz Niša je izabran.",
        "MODEL UGOVORA\nNaručilac: ______________\nPIB: _______",
        "СПОРАЗУМ О САРАДЊИ\nизмеђу: 1. Општине Уб и 2. Полицијске управе у Ваљеву",
        "U IME NARODA\nOsnovni sud u Rumi, po tužbi Opštine Ub protiv Pere Primera, doneo je PRESUDU",
    ],
)
def test_no_buyer(facts_of: FactsOf, text: str) -> None:
    """Private parties, review bodies, agencies that bid, blanks, partners and litigants are no buyers."""
    assert facts_of(text)["buyer"] == []


def test_a_quotation_that_is_never_closed_ends_with_its_line(facts_of: FactsOf) -> None:
    """OCR loses closing marks; the name then does not run into the text."""
    facts = facts_of("Naručilac: Osnovna škola „Lipa\nbroj 5 od juče\n\nJAVNI POZIV")
    assert facts["buyer"] == ["Osnovna škola Lipa"]


def test_a_municipality_of_a_city_is_written_small_after_its_adjective(facts_of: FactsOf) -> None:
    facts = facts_of(
        "UGOVOR O PRUŽANJU USLUGA\nzaključen između:\n1. NARUČILAC: Gradska opština Zemun, Trg 1\nPIB: 100199356"
    )
    assert facts["buyer"] == ["Gradska opština Zemun"]
    assert facts.fact("buyer").details["pib"] == "100199356"


def test_numbers_that_are_said_to_be_the_buyers_may_stand_before_its_name(facts_of: FactsOf) -> None:
    numbers = "Matični broj naručioca: 07174560\nPIB naručioca: 100620733"
    details = facts_of(f"POZIV ZA PODNOŠENJE PONUDA\n{numbers}\nNaručilac: Dom učenika Niš").fact("buyer").details
    assert (details["mb"], details["pib"]) == ("07174560", "100620733")


@pytest.mark.parametrize("winner", ["ponuđaču „Prvi Izmišljeni”", "preduzeću Prvi Izmišljeni d.o.o. Ruma"])
def test_the_number_of_the_winner_is_not_the_buyers(facts_of: FactsOf, winner: str) -> None:
    text = f"OPŠTINA BEČEJ\n\nODLUKA O DODELI UGOVORA\n\nOpština Bečej dodeljuje ugovor {winner}, PIB: 199012348."
    assert "pib" not in facts_of(text).fact("buyer").details


def test_the_party_is_the_buyer_and_not_the_letterhead_above(facts_of: FactsOf) -> None:
    facts = facts_of(
        "UNIVERZITET U NIŠU\nFAKULTET LIPA\n\nUGOVOR O NABAVCI SOFTVERA\n\nizmeđu\n"
        "Fakulteta lipa u Nišu, Duga 6, koga zastupa dekan Pera Primer (Kupac)\ni\nVidozor d.o.o. Ub (Prodavac)"
    )
    assert facts["buyer"] == ["Fakultet lipa u Nišu"]


def test_a_name_is_in_one_script(facts_of: FactsOf) -> None:
    """Letters of the other script, which look alike, are put right in the value; the quote is as printed."""
    facts = facts_of("OПШTИНA KЛAДOВO\n\nJAВНИ ПOЗИВ")
    assert facts["buyer"] == ["OPŠTINA KLADOVO"]
    assert facts.quote("buyer") == "OПШTИНA KЛAДOВO"


def test_an_institution_below_its_municipality_writes(facts_of: FactsOf) -> None:
    """If it is named again; a department below a municipality is a part of it."""
    head = "REPUBLIKA SRBIJA\nOPŠTINA UB\nBIBLIOTEKA „LIPA“\nBroj: 1/24\n\n"
    text = "Biblioteka „Lipa“, rešavajući o zahtevu, donosi\n\nREŠENJE\no odbijanju zahteva za pristup informacijama"
    assert facts_of(head + text)["buyer"] == ["BIBLIOTEKA „LIPA”"]
    assert facts_of(head + text.replace("Biblioteka „Lipa“", "Opština Ub"))["buyer"] == ["OPŠTINA UB"]
