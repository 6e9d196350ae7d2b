"""Who sells, with which numbers, in papers of layouts and wordings that no rule was made for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.indexer.facts.unprepared_papers import facts_of, papers, told_of


@pytest.mark.parametrize("paper", papers("vendors"), ids=lambda paper: paper["name"])
def test_who_sells_by_which_numbers(paper: dict[str, Any]) -> None:
    told = told_of(paper["text"])
    assert (told.vendors, told.numbers) == (set(paper["vendors"]), set(paper["numbers"]))
    assert paper.get("buyer") in {None, *told.buyers}


@pytest.mark.parametrize("paper", papers("lost"), ids=lambda paper: paper["name"])
def test_who_lost_never_won(paper: dict[str, Any]) -> None:
    told = told_of(paper["text"])
    assert (told.vendors, told.lines) == (set(paper["vendors"]), set(map(tuple, paper["lines"])))
    assert set(paper.get("offers", told.offers)) == told.offers
    assert set(paper.get("bidders", told.bidders)) == told.bidders


@pytest.mark.parametrize("paper", papers("told"), ids=lambda paper: paper["name"])
def test_who_won_for_how_much_and_who_bid_what(paper: dict[str, Any]) -> None:
    assert told_of(paper["text"]).lines == set(map(tuple, paper["lines"]))
    offers = {
        (fact.details["bidder"], fact.value)
        for fact in facts_of(paper["text"])
        if fact.field == "offer" and fact.details["vat"] != "with"
    }
    assert offers == set(map(tuple, paper["offers"]))


LOTS = """
ODLUKA O DODELI UGOVORA
Opština Ruma

Partija 1 – Papir
Ugovor se dodeljuje ponuđaču Beli List d.o.o. Ruma, za iznos od 200.000,00 dinara bez PDV-a.

Partija 2 – Toneri
Primljena je jedna ponuda, ponuđača Tanki Led d.o.o. Inđija, na iznos od 450.000,00 dinara bez PDV-a. Postupak se
poništava.

Partija 3 – Koverte
Ugovor se dodeljuje ponuđaču Rani Sat d.o.o. Šid, za iznos od 90.000,00 dinara bez PDV-a."""

REPLY = """
Grad Čačak – Gradska uprava
Odgovor na zahtev za pristup informacijama

Zaključili smo dva ugovora: ugovor od 4.5.2021. sa Vedri Dan d.o.o. Čačak, vrednosti 300.000,00 dinara bez PDV-a,
primljena je jedna ponuda; i ugovor od 2.6.2022. sa Sivi Vuk d.o.o. Kraljevo, vrednosti 510.000,00 dinara bez
PDV-a."""


def test_bids_for_one_lot_or_contract_are_not_those_of_all() -> None:
    assert [(fact.value, fact.details) for fact in facts_of(LOTS) if fact.field == "bids"] == [("1", {"lot": "2"})]
    contracts = [fact.details for fact in facts_of(REPLY) if fact.field == "award"]
    assert ["bids" in each for each in contracts] == [False, False]


@pytest.mark.parametrize("paper", papers("dates"), ids=lambda paper: paper["name"])
def test_when_a_paper_was_made(paper: dict[str, Any]) -> None:
    told = [fact.value for fact in facts_of(paper["text"]) if fact.field == "date"]
    assert told == [paper["date"]] * bool(paper["date"])


BILL = """
DOVOZ PRIMER SEVER d.o.o.
Senćanski put 8, Subotica
PIB: 103456780  MB: 07654328

RAČUN – OTPREMNICA br. 2031-87

Datum izdavanja: 30.04.2031.  Mesto: Subotica
Osnov: ugovor br. 118-12/31

Naziv Količina Iznos bez PDV
Mleko 1.150 113.160,00
Za uplatu RSD: 124.476,00"""


def test_where_a_bill_was_made_out_is_not_where_it_is_paid() -> None:
    facts = facts_of(BILL)
    assert [fact.value for fact in facts if fact.field == "vendor"] == ["DOVOZ PRIMER SEVER d.o.o."]
    assert [fact.value for fact in facts if fact.field == "municipality"] == []


LETTER = """
Gradska uprava Grada Brezovca
Odeljenje za puteve

„Most Primer“ d.o.o. Ruma

Predmet: Opomena zbog docnje

Poštovani,
ovim putem vas opominjemo da je rok za završetak radova istekao 1. marta. Molimo vas da
radove završite bez odlaganja."""


def test_a_subject_and_a_salutation_make_a_letter() -> None:
    assert [fact.value for fact in facts_of(LETTER) if fact.field == "kind"] == ["correspondence"]
    assert [fact for fact in facts_of(LETTER.replace("Poštovani,", "")) if fact.field == "kind"] == []


GROUP = """
OBAVEŠTENJE O DODELI UGOVORA
Naručilac: Opština Ruma

Partija 1 – Prevoz zapad
Vrednost ugovora: 455.000,00 dinara bez PDV-a.
Dobavljač: grupa ponuđača – Kop Primer d.o.o. Ruma, MB 07654328, PIB 103456780 i
Prevoz Jela Primer pr Milovan Lukić Šid, MB 64188305, PIB 104567812.

Partija 2 – Prevoz istok
Procenjena vrednost: 345.750,00 dinara. Nije dodeljena.

Partija 3 – Prevoz sever
Vrednost ugovora: 210.000,00 dinara bez PDV-a.
Dobavljač: Slana Primer d.o.o. Šid, PIB 105678923."""


def test_a_member_of_a_group_has_no_sum_of_the_next_lot() -> None:
    told = told_of(GROUP)
    assert {"Kop Primer d.o.o. Ruma", "Slana Primer d.o.o. Šid"} < told.vendors
    assert any(name.startswith("Prevoz Jela Primer pr") for name in told.vendors)
    assert "345750.00" not in {amount for _, _, amount in told.lines}


def test_the_number_of_a_procurement_that_the_scorer_takes_for_a_contracts_keeps_its_role() -> None:
    """A bare number is that of a procurement, and links its papers; that of a case says nothing."""
    text = """
UGOVOR O JAVNOJ NABAVCI
Nadzor biblioteke – JN 04/2025, partija 1
Broj kod naručioca: 318/25

Ugovorne strane su:
Kupac: Gradska biblioteka Ub, Svetog Save 2, Ub, PIB 101073306
Prodavac: Tihi Potok d.o.o. Valjevo, PIB 103456780

§ 1. Prodavac isporučuje 14 kamera.
§ 2. Kupac za to plaća 1.068.000,00 dinara bez PDV."""
    numbers = [fact for fact in facts_of(text) if fact.field in {"reference", "related"} and fact.value == "04/2025"]
    assert [fact.details.get("role") for fact in numbers] == ["procurement"]
