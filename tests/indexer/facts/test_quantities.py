"""How many cameras, how many places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

FactsOf = Callable[..., Any]


@pytest.mark.parametrize(
    ("text", "quantity", "quote"),
    [
        ("sistem koji čine 24 kamere na javnim površinama", ("24", "cameras"), "24 kamere"),
        ("уградња 16 (шеснаест) камера", ("16", "cameras"), "16 (шеснаест) камера"),
        ("isporuka dvadeset četiri kamere", ("24", "cameras"), "dvadeset četiri kamere"),
        ("isporuka 24 nove IP kamere", ("24", "cameras"), "24 nove IP kamere"),
        ("nabavka 40 komada fiksnih kamera", ("40", "cameras"), "40 komada fiksnih kamera"),
        ("u gradu je 1.200 kamera", ("1200", "cameras"), "1.200 kamera"),
        ("biće postavljeno dve hiljade kamera", ("2000", "cameras"), "dve hiljade kamera"),
        ("biće postavljeno hiljadu kamera", ("1000", "cameras"), "hiljadu kamera"),
        ("install 12 (twelve) fixed network cameras", ("12", "cameras"), "12 (twelve) fixed network cameras"),
        ("raspoređene na 8 lokacija", ("8", "places"), "8 lokacija"),
        ("instaliranje na devet lokacija za merenje", ("9", "places"), "devet lokacija"),
        ("Ukupan broj kamera: 24", ("24", "cameras"), "kamera: 24"),
        ("Broj kamera je 24, a monitora", ("24", "cameras"), "kamera je 24,"),
        ("The number of cameras is 12.", ("12", "cameras"), "cameras is 12."),
        ("Oprema:\n1 Kamera fiksna 4 MP kom 24\n2 Snimač kom 1", ("24", "cameras"), "Kamera fiksna 4 MP kom 24"),
        ("Kamera pokretna, 6 kom", ("6", "cameras"), "Kamera pokretna, 6 kom"),
        ("isporučene su kamere (24 kom)", ("24", "cameras"), "kamere (24 kom)"),
    ],
)
def test_quantities(facts_of: FactsOf, text: str, quantity: tuple[str, str], quote: str) -> None:
    """In figures, in words, in both, in tables; with the words that say so."""
    facts = facts_of(text)
    fact = facts.fact("quantity")
    assert (fact.value, fact.details["what"]) == quantity
    assert len(facts["quantity"]) == 1
    assert facts.quote("quantity") == quote


@pytest.mark.parametrize(
    "text",
    [
        "4 MP kamera sa noćnim snimanjem",
        "4MP kamera",
        "snimak sa kamere 2",
        "lokacija 3 kamera u hodniku",
        "1. Kamera fiksna",
        "1) Kamera fiksna",
        "Spisak:\n3 Kamera fiksna\n4 Kamera pokretna",
        "nabavljene 2021 kamere rade",
        "snimač za 16 kamera",
        "licenca za 64 kamere",
        "podrška za do 8 kamera",
        "najmanje 4 kamere",
        "više od 4.000 kamera",
        "zato što kamere snimaju ulicu",
        "zato sto kamere snimaju ulicu",
        "jedna kamera snima ulaz",
        "24 (dvadeset pet) kamere",
        "Lokacija Broj kamera\n1 Trg kod Gradske kuće 4",
        "nosač za kameru kom 24",
        "broj 24 kamera",
    ],
)
def test_what_is_no_quantity(facts_of: FactsOf, text: str) -> None:
    """Resolutions, ordinals, rows, years, limits, capacities, other things' pieces, numbers that differ."""
    assert facts_of(text)["quantity"] == []


def test_parts_of_a_whole(facts_of: FactsOf) -> None:
    """Every number is told once; a smaller one says what it is a part of."""
    facts = facts_of("Trg – 3 kamere; škola – 2 kamere; kej – 3 kamere. Sistem čini ukupno 8 kamera.")
    found = [(fact.value, dict(fact.details)) for fact in facts.all if fact.field == "quantity"]
    assert found == [
        ("3", {"what": "cameras", "of": "8"}),
        ("2", {"what": "cameras", "of": "8"}),
        ("8", {"what": "cameras"}),
    ]


@pytest.mark.parametrize(
    ("text", "value", "quote"),
    [
        ("24 kamere na ulicama", "24", "24 kamere"),
        ("Postavljeno je ukupno\n24 kamere na ulicama", "24", "24 kamere"),
        ("dvadeset kamera na ulicama", "20", "dvadeset kamera"),
        ("stavke tri, dvadeset kamera na ulicama", "20", "dvadeset kamera"),
        ("po ceni od hiljadu. Dvadeset pet kamera na ulicama", "25", "Dvadeset pet kamera"),
    ],
)
def test_a_number_begins_with_its_own_first_word(facts_of: FactsOf, text: str, value: str, quote: str) -> None:
    """At the beginning of a text or a line, and behind another number that is no part of it."""
    facts = facts_of(text)
    assert (facts["quantity"], facts.quote("quantity")) == ([value], quote)


@pytest.mark.parametrize("sign", [",", ":", ";"])
def test_punctuation_parts_a_number_from_a_thing(facts_of: FactsOf, sign: str) -> None:
    assert facts_of(f"isporuka 24 nove{sign} kamere na ulicama")["quantity"] == []
