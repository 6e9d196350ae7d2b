"""Amounts in plain words, in tables and in broken print, as contracts, answers, budgets and reports have them."""

from __future__ import annotations

import pytest

from tests.indexer.facts.test_amounts import AWARD, CONTRACT, FactsOf, amounts


def test_what_is_a_fee_in_a_tender_is_paid_by_a_contract(facts_of: FactsOf) -> None:
    assert amounts(facts_of(f"{CONTRACT}Izvršiocu pripada naknada od 45.000 dinara.")) == [
        ("45000.00", "RSD", "other", "unknown")
    ]


@pytest.mark.parametrize(
    ("sentence", "role"),
    [
        ("Za video nadzor utrošeno je 1.250.000,00 dinara.", "other"),
        ("Opština je platila 800.000 evra za 130 kamera.", "other"),
        ("Ugovor br. 404-1 od 12.3.2020, vrednost 1.200.000,00 dinara bez PDV-a", "contract"),
    ],
)
def test_an_answer_tells_what_was_paid_and_what_a_contract_is_worth(
    facts_of: FactsOf, sentence: str, role: str
) -> None:
    facts = facts_of(f"Odgovor na zahtev za pristup informacijama od javnog značaja\n\n{sentence}")
    assert [each[2] for each in amounts(facts)] == [role]


def test_a_decision_on_a_budget_sets_its_revenues(facts_of: FactsOf) -> None:
    text = (
        "ОДЛУКА О БУЏЕТУ ОПШТИНЕ\nЧлан 1.\nУкупни приходи и примања буџета утврђују се у износу од 450.000.000 динара."
    )
    assert [each[0] for each in amounts(facts_of(text))] == ["450000000.00"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{CONTRACT}Zajam iznosi 2.000,00 DEM", ("2000.00", "DEM", "other", "unknown")),
        (
            "ZAPISNIK O JAVNOM OTVARANJU PONUDA\nPonuda br. 1: 16.270,00 KM bez PDV-a",
            ("16270.00", "BAM", "other", "without"),
        ),
        (
            "PRESUDA\nu parnici tužioca Ane protiv tuženog Bore, radi isplate 1.200.000,00 dinara",
            ("1200000.00", "RSD", "other", "unknown"),
        ),
    ],
)
def test_loans_offers_and_suits(facts_of: FactsOf, text: str, expected: tuple[str, ...]) -> None:
    assert amounts(facts_of(text)) == [expected]


@pytest.mark.parametrize(
    "printed",
    [
        "3.200.\n000,00 dinara",
        "3. 200. 000, 00 dinara",
        "3.200.000,оо dinara",
        "3.200.000,00 (slovima: tri miliona dvesta hiljada i 00/100) dinara",
    ],
)
def test_a_sum_that_is_broken_or_has_letters_for_noughts(facts_of: FactsOf, printed: str) -> None:
    assert [each[:2] for each in amounts(facts_of(f"{CONTRACT}Ugovorena cena je {printed}."))] == [
        ("3200000.00", "RSD")
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Ugovor se dodeljuje ponuđaču „Primerak promet“ d.o.o. Ruma, čija je ponuđena cena 845.120,00 dinara.",
        "Ugovor za taksi prevoz se dodeljuje ponuđaču „Primerak“ d.o.o. za ponuđenu cenu 845.120,00 dinara.",
        "Izabrana je kao najpovoljnija. Vrednost ponude: 845.120,00 dinara.",
        "Ugovor se dodeljuje: Partija 1 – „Primerak“ d.o.o., iznos 845.120,00 dinara.",
        "Ugovor se dodeljuje: „Primerak“ d.o.o. Ruma, cena 845.120,00 dinara bez PDV, rok 10 dana.",
        "Za kotao kapaciteta 50 kW dodeljuje se ugovor po ceni od 845.120,00 dinara.",
    ],
)
def test_words_that_only_look_like_those_of_a_fee_or_turnover(facts_of: FactsOf, sentence: str) -> None:
    """A firm called promet, a taxi, the capacity of a boiler, and what a bid is worth."""
    assert [each[0] for each in amounts(facts_of(AWARD + sentence))] == ["845120.00"]


def test_the_title_of_a_contract_is_no_part_of_its_sentences(facts_of: FactsOf) -> None:
    """An insurance that is bought has a price; one that the supplier must have is none."""
    facts = facts_of("UGOVOR O OSIGURANJU\nČlan 2.\nUkupna premija osiguranja iznosi 245.000,00 dinara.")
    assert amounts(facts) == [("245000.00", "RSD", "other", "unknown")]
    assert amounts(facts_of(f"{CONTRACT}Vrednost osiguranja iznosi 245.000,00 dinara.")) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("FAKTURA br. 12/2031\nUkupno za uplatu: 120.000,00 RSD", ["120000.00"]),
        (
            "REŠENJE\nIz budžeta se prenose sredstva... Prenose se sredstva u iznosu od 250.000,00 dinara.",
            ["250000.00"],
        ),
        (
            "STATUT\nOsnovni kapital iznosi 900.000,00 dinara i sastoji se od: novčanog od 300.000,00 dinara.",
            ["900000.00"],
        ),
        ("IZVEŠTAJ O RADU\nZaključen je ugovor sa firmom Primerak u vrednosti od 1.200.000,00 dinara.", ["1200000.00"]),
        ("PRESUDA\ntako što SE OBAVEZUJE tuženi da isplati iznos od 612.837,30 dinara.\nObrazloženje", ["612837.30"]),
        (
            "PRESUDA\nSE ODBIJA predlog za određivanje naknade u iznosu od 675.882,00 dinara.\nObrazloženje",
            ["675882.00"],
        ),
    ],
)
def test_sums_that_other_papers_state(facts_of: FactsOf, text: str, values: list[str]) -> None:
    """An invoice, a transfer, a company's capital without its parts, a report, what a court orders and refuses."""
    assert [each[0] for each in amounts(facts_of(text))] == values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "KONKURSNA DOKUMENTACIJA\nPartija Naziv Procenjena vrednost bez PDV\n"
            "1 Papir 450.000,00\n2 Toneri 320.000,00\nTaksa za zahtev 60.000,00",
            [("450000.00", "estimated"), ("320000.00", "estimated")],
        ),
        (
            "KONKURSNA DOKUMENTACIJA\nProcenjena vrednost je u tabeli koja je prilog ove konkursne dokumentacije.\n"
            "Papir 450.000,00\nToneri 320.000,00",
            [],
        ),
        (
            "PLAN JAVNIH NABAVKI ZA 2031. GODINU\nPredmet Planirana sredstva Procenjena vrednost\n"
            "Ugalj 960.000 800.000",
            [("800000.00", "estimated")],
        ),
        (
            "IZVEŠTAJ O STRUČNOJ OCENI PONUDA\nPonuđač Cena bez PDV Cena sa PDV\nPrimerak 1.100.000,00 1.320.000,00",
            [("1100000.00", "other"), ("1320000.00", "other")],
        ),
    ],
)
def test_tables_of_lots_plans_and_reports(facts_of: FactsOf, text: str, expected: list[tuple[str, str]]) -> None:
    """A table of estimates has a column of lots; elsewhere the words are only followed by other lines."""
    assert [(each[0], each[2]) for each in amounts(facts_of(text))] == expected
