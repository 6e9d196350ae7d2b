"""Annexes that tell by how much they change a price, in wordings of our own, read with all rules and the scorer."""

from __future__ import annotations

import pytest

from tests.indexer.facts.unprepared_papers import facts_of

ANNEX = """SPECIMEN
Opština Brezovac
Broj: 404-31/2031-4

{title}
ugovora o javnoj nabavci broj 404-31/2031-2 od 03.02.2031. godine

zaključen između:

1. Opština Brezovac, PIB 100000008 (u daljem tekstu: Naručilac), i
2. „Primer Gradnja“ d.o.o. Novi Sad, PIB 199335790 (u daljem tekstu: Izvođač).

Član 1.
{clause}

Član 2.
Ostale odredbe Ugovora ostaju na snazi.
"""

Change = tuple[str, str, str]
"""The value of a change, its direction, and its VAT status or unit."""


def read(clause: str, title: str = "ANEKS BROJ 1") -> tuple[set[Change], set[str]]:
    """The changes that a paper tells, and the prices that it says hold."""
    facts = facts_of(ANNEX.format(clause=clause, title=title))
    changes: set[Change] = {
        (fact.value, fact.details["direction"], fact.details.get("vat") or fact.details.get("unit", ""))
        for fact in facts
        if fact.field == "price_change"
    }
    return changes, {fact.value for fact in facts if fact.field == "amount" and fact.details["role"] == "contract"}


@pytest.mark.parametrize(
    ("clause", "changes"),
    [
        ("Ugovorena vrednost se povećava za 310.000,00 dinara bez PDV.", {("310000.00", "more", "without")}),
        ("Уговорена цена увећава се за износ од 310.000,00 динара без ПДВ-а.", {("310000.00", "more", "without")}),
        ("Cijena iz člana 3. Ugovora umanjuje se za 310.000,00 dinara.", {("310000.00", "less", "unknown")}),
        (
            "Izvode se i dodatni radovi u vrednosti od 310.000,00 dinara bez PDV, odnosno 372.000,00 dinara sa PDV.",
            {("310000.00", "more", "without"), ("372000.00", "more", "with")},
        ),
        ("Vrednost ugovora smanjuje se za 7,5%.", {("7.5", "less", "percent")}),
        ("Vrednost ugovora povećava se za 10 odsto, za iznos od 95.000,00 dinara bez PDV.",
         {("10", "more", "percent"), ("95000.00", "more", "without")}),
        ("The contract price is increased by 4,200.00 EUR excluding VAT.", {("4200.00", "more", "without")}),
        ("Rok za završetak radova produžava se za 30 dana.", set()),
        ("Visina garancije za dobro izvršenje posla povećava se za 310.000,00 dinara.", set()),
        ("Jedinične cene povećavaju se za iznos PDV od 20%.", set()),
    ],
)  # fmt: skip
def test_a_change_alone_is_told_and_is_no_price(clause: str, changes: set[Change]) -> None:
    assert read(clause) == (changes, set())


def test_what_then_holds_stays_the_price_and_what_held_before_is_none() -> None:
    before = "Ugovorom je ugovorena vrednost radova 2.900.000,00 dinara bez PDV."
    change = "Ugovorena vrednost povećava se za 310.000,00 dinara bez PDV"
    assert read(f"{change} i sada iznosi 3.210.000,00 dinara bez PDV.")[1] == {"3210000.00"}
    assert read(f"{change}, pa je sada 3.210.000,00 dinara bez PDV.")[1] == {"3210000.00"}
    fifth = "Ukupna cena umanjuje se za 200.000,00 dinara i sada je 1.000.000,00 dinara bez PDV, to jest 1.200.000,00 "
    assert read(f"{fifth}dinara sa PDV.")[1] == {"1000000.00", "1200000.00"}
    assert read(f"{before} {change}, tako da nova ugovorena vrednost iznosi 3.210.000,00 dinara bez PDV.")[1] == {
        "3210000.00"
    }
    assert read(f"{before} {change}.") == ({("310000.00", "more", "without")}, set())


@pytest.mark.parametrize(
    ("clause", "holds"),
    [
        ("Član 2. ugovora menja se i glasi: „Ugovorena cena iznosi 512.000,00 dinara bez PDV, odnosno 614.400,00 "
         "dinara sa PDV.” Vrednost dodatne količine je 12.000,00 dinara, dok je prvobitno ugovoreno 500.000,00 dinara.",
         {"512000.00", "614400.00"}),
        ("Umesto iznosa od 340.000,00 dinara bez PDV, u članu 3. upisuje se iznos od 370.000,00 dinara bez PDV.",
         {"370000.00"}),
        ("U članu 4. ugovora reči: „210.000,00 dinara” zamenjuju se rečima: „235.000,00 dinara”.", {"235000.00"}),
        ("Ugovorena vrednost sa 600.000,00 dinara menja se na 645.000,00 dinara, bez PDV.", {"645000.00"}),
        ("Cena iz ugovora (410.000,00 dinara bez PDV) koriguje se i iznosi 430.500,00 dinara bez PDV.", {"430500.00"}),
        ("Цена се умањује и сада гласи: 288.000,00 динара без ПДВ-а, уместо досадашњих 300.000,00 динара без ПДВ-а.",
         {"288000.00"}),
        ("Konačna vrednost izvedenih radova je 764.000,00 dinara bez PDV, u odnosu na ugovorenih 800.000,00 dinara.",
         {"764000.00"}),
        ("Rok se produžava. Vrednost ugovora od 500.000,00 dinara bez PDV ostaje nepromenjena.", {"500000.00"}),
        ("Umesto „500.000,00” treba da stoji: „540.000,00 dinara bez PDV”.\nOsnovni ugovor\nUvećanje\nNova vrednost\n"
         "Bez PDV\n500.000,00\n40.000,00\n540.000,00", {"540000.00"}),
        ("Član 3. mijenja se i glasi: Cijena je 98.000,00 KM bez PDV-a. Garancija je na 9.800,00 KM.", {"98000.00"}),
    ],
)  # fmt: skip
def test_the_price_that_holds_is_told_from_the_price_before(clause: str, holds: set[str]) -> None:
    assert read(clause) == (set(), holds)


def test_the_price_that_holds_is_told_before_the_change_too() -> None:
    """In quotes, and in a sentence whose beginning ends with an abbreviation or the number of an article."""
    clause = (
        "Zbog dodatnih radova menja se član 2. Ugovora, tako da umesto iznosa „610.000,00“ treba da stoji iznos "
        "„658.800,00“ dinara bez PDV.\n\nČlan 2. Ugovorena cena se uvećava za 48.800,00 dinara bez PDV."
    )
    changes, holds = read(clause)
    assert changes == {("48800.00", "more", "without")}
    assert holds == {"658800.00"}


def test_what_shall_be_paid_beside_the_price_is_no_price() -> None:
    _, holds = read(
        "The contract price shall be 95,000.00 EUR excluding VAT. A fee of 500.00 EUR shall be paid at once."
    )
    assert holds == {"95000.00"}


def test_a_change_to_what_was_not_read_is_unknown() -> None:
    told, holds = read("Cena se menja tako da se plaća po stavkama, prema dosadašnjih 300.000,00 dinara bez PDV.")
    assert (told, holds) == ({("300000.00", "unknown", "without")}, set())


def test_only_an_annex_changes_a_price() -> None:
    clause = "Cena se može uvećati: ugovorena vrednost se povećava za 310.000,00 dinara bez PDV."
    assert read(clause, "UGOVOR O JAVNOJ NABAVCI")[0] == set()
