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
