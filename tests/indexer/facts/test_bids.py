"""How many bids: in figures, in words, both at once, lot by lot, or none at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

FactsOf = Callable[..., Any]

AWARD = "ODLUKU O DODELI UGOVORA\n"


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("Наручилац је добио једну понуду.", "1"),
        ("da je ukupan broj pristiglih ponuda jedna (1);", "1"),
        ("на адресу наручиоца пристигло је 6 понуда", "6"),
        ("Наручилац је добио 2 благовремене понудe", "2"),
        ("primljene su dve ponude:", "2"),
        ("pristigle su 2 (dve) ponude", "2"),
        ("Број примљених понуда: 3", "3"),
        ("Number of tenders received: 2", "2"),
        ("Numri i tenderëve të pranuar: 5", "5"),
        ("Nije pristigla nijedna ponuda.", "0"),
        ("У поступку је учествовало 6 понуђача", "6"),
        ("Konkurisalo je pet firmi.", "5"),
        ("Ponude je uputilo i poslalo troje ponuđača.", "3"),
        ("Sedam učesnika nadmetalo se za ovaj posao.", "7"),
        ("Ukupno ponuda: 4", "4"),
        ("Odazvala su se četiri ponuđača. Za partiju 2 stigle su dve ponude.", "4"),
        ("Za partiju 2 stigle su dve ponude, a naručilac je primio ukupno 9 ponuda.", "9"),
        ("Nabavka je imala dve partije, a konkurisalo je osam ponuđača.", "8"),
    ],
)
def test_forms_of_the_count(facts_of: FactsOf, sentence: str, count: str) -> None:
    """Every way in which decisions and forms say it."""
    found = [
        fact.value for fact in facts_of(AWARD + sentence).all if fact.field == "bids" and "lot" not in fact.details
    ]
    assert found == [count]


@pytest.mark.parametrize(
    "sentence",
    [
        "Nije primljena nijedna prihvatljiva ponuda.",
        "primljene ponude ocenjene su",
        "pristigle su 2 (tri) ponude",
        "pristigle su 2 neblagovremene ponude",
        "pristigle su 999 ponude",
        "Za partiju 4 ponudu je poslala samo jedna kompanija.",
        "U partijama 3 i 5 stigla je po jedna ponuda.",
        "Dva ponuđača podnela su zahtev za zaštitu prava.",
        "Preostale dve ponude rangirane su primenom pondera.",
    ],
)
def test_what_is_no_count(facts_of: FactsOf, sentence: str) -> None:
    """Unacceptable bids are bids; figures and words that differ, late bids and absurd numbers say nothing."""
    assert facts_of(AWARD + sentence)["bids"] == []


def test_each_lot_has_its_own(facts_of: FactsOf) -> None:
    """Where a count is given for each lot, each fact names its lot."""
    facts = facts_of("ОБАВЕШТЕЊЕ О ОБУСТАВИ ПОСТУПКА\nПартија 5. - 4 понуде: А и Б\nПартија 10. - 1 понуда: А")
    assert [(fact.value, fact.details["lot"]) for fact in facts.all if fact.field == "bids"] == [
        ("4", "5"),
        ("1", "10"),
    ]


def test_the_count_of_all_stands_beside_those_of_lots(facts_of: FactsOf) -> None:
    told = (
        "do kada je pristiglo 6 ponuda. Za partiju 1 pristigle su tri ponude. Za partiju 2 pristigla je jedna ponuda."
    )
    facts = facts_of(AWARD + told)
    assert [(fact.value, fact.details.get("lot")) for fact in facts.all if fact.field == "bids"] == [
        ("6", None),
        ("3", "1"),
        ("1", "2"),
    ]


def test_the_only_count_in_the_sentence_of_a_lot_is_of_it(facts_of: FactsOf) -> None:
    facts = facts_of(AWARD + "Kamere (Lot 1) isporučuje X, po ugovoru od 79.430,00 KM; zaprimljene su tri ponude.")
    assert [(fact.value, fact.details.get("lot")) for fact in facts.all if fact.field == "bids"] == [("3", "1")]


@pytest.mark.parametrize(("named", "lot"), [("VI", "6"), ("II", "2"), ("B –", "B"), ("br. 3", "3")])
def test_lots_are_numbered_in_figures_in_roman_numerals_and_by_letters(facts_of: FactsOf, named: str, lot: str) -> None:
    facts = facts_of(f"{AWARD}Za partiju {named} kamere pristigle su tri ponude.")
    assert [(fact.value, fact.details.get("lot")) for fact in facts.all if fact.field == "bids"] == [("3", lot)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Predmet je oblikovan u tri partije. Ponuđač može da podnese ponudu za jednu, dve ili sve partije.",
        "Preostale dve ponude rangirane su primenom pondera.",
        "Ponuđač / Lot 1 / Lot 2 / Lot 3 / Popust ponude",
        "Ponuda broj 3 nema pečat.",
        "Isporuka 46 kamera, tri snimača i opreme, prema ponudi dobavljača",
    ],
)
def test_numbers_near_bids_that_count_others(facts_of: FactsOf, sentence: str) -> None:
    assert facts_of(AWARD + sentence)["bids"] == []


def test_a_call_has_received_nothing(facts_of: FactsOf) -> None:
    """A call for bids tells what happens if a bid is received, not how many were."""
    assert facts_of("JAVNI POZIV\nAko je primljena 1 ponuda, postupak se nastavlja.")["bids"] == []


@pytest.mark.parametrize(
    "counts",
    ["Partija 1: primljene su 3 ponude.\nPrimljene su 4 ponude.", "Partija 1: primljene su 3 i primljene su 4 ponude."],
    ids=["one place names no lot", "one lot"],
)
def test_counts_that_differ_without_lots_of_their_own_are_one_unsure_fact(facts_of: FactsOf, counts: str) -> None:
    """A count is given to a lot only where each has its own; else the first is told, and that it is unsure."""
    told = [fact for fact in facts_of(AWARD + counts.replace("3 i", "3 ponude i")).all if fact.field == "bids"]
    assert [(fact.value, dict(fact.details)) for fact in told] == [("3", {})]
    assert told[0].confidence < 0.8


@pytest.mark.parametrize(
    "said",
    [
        "Broj podnetih ponuda blagovremenih: 3, neblagovremenih: 1",
        "Učestvovale su 3 firme.",
    ],
)
def test_more_words_that_count_bids(facts_of: FactsOf, said: str) -> None:
    assert facts_of(AWARD + said)["bids"] == ["3"]
