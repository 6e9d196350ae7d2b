"""Who won, where a clause means by a pronoun or a role whoever was named last."""

from __future__ import annotations

import pytest

from tests.indexer.facts.test_bid_lists import DECISION, lines


@pytest.mark.parametrize(
    ("said", "vendor", "value"),
    [
        (
            "Prvorangirana je ponuda ponuđača Alfa Krov d.o.o. Niš (1.200.000,00 dinara bez PDV), te se njemu "
            "dodeljuje "
            "ugovor.",
            "Alfa Krov d.o.o. Niš",
            "1200000.00",
        ),
        (
            "Jedinu prihvatljivu ponudu poslao je Beton Lux d.o.o. Čačak, 3.400.000,00 dinara, i s tim ponuđačem je 4. "
            "maja 2024. godine potpisan ugovor.",
            "Beton Lux d.o.o. Čačak",
            "3400000.00",
        ),
        (
            "Za lekove se javila samo firma Medika Jug d.o.o. Vranje. Ponudila je 560.000,00 dinara i posao je njoj "
            "poveren.",
            "Medika Jug d.o.o. Vranje",
            "560000.00",
        ),
        (
            "Od dve ponude jeftinija je bila ona koju je dostavila Gama Elektro d.o.o. Ruma sa 780.000,00 dinara, pa "
            "je "
            "ugovor zaključen s njom. Druga je bila Sigma Lift d.o.o. Bor sa 799.000,00 dinara.",
            "Gama Elektro d.o.o. Ruma",
            "780000.00",
        ),
        (
            "Ponuda Delta Trejd d.o.o. Šabac (900.000,00 din) ispravna je, zbog čega se ugovor zaključuje sa istim "
            "ponuđačem.",
            "Delta Trejd d.o.o. Šabac",
            "900000.00",
        ),
    ],
)
@pytest.mark.parametrize("kind", ["award_decision", "report"])
def test_a_pronoun_gives_the_contract_to_who_was_named_last(said: str, vendor: str, value: str, kind: str) -> None:
    assert lines(f"{DECISION if kind == 'award_decision' else 'IZVEŠTAJ'}\n{said}\n", kind) == [("", vendor, value)]


@pytest.mark.parametrize(
    "said",
    [
        "Ponuda Epsilon Gas d.o.o. Bor (100.000,00 din) je odbijena, pa s njim nije zaključen ugovor.",
        "Drugi je bio Zeta Prim d.o.o. Pirot sa 200.000,00 din. Ugovor je zaključen s prvim po redu.",
        "Eta Dom d.o.o. Zemun tražio je 300.000,00 din i njemu je odgovoreno da se ugovor dodeljuje jeftinijem.",
        "Komisija je od Teta Vid d.o.o. Zemun (400.000,00 din) tražila pojašnjenje i s njim se sastala.",
        "Kapa Rad d.o.o. Ada tražio je odštetu od 300.000,00 dinara i s njim je zaključeno poravnanje.",
        "Zahtev firme Lambda d.o.o. Ub za 780.000,00 dinara je odbijen, a spor s njom se vodi u vezi sa ugovorom iz "
        "2019.",
        "Firmi Mi Sat d.o.o. Ub plaćeno je 780.000,00 dinara, a s njom novi ugovor nije zaključen.",
        "Jota Mont d.o.o. Vršac nudi 500.000,00 din. Posle toga je s njima razgovarao načelnik.",
    ],
)
def test_a_pronoun_that_gives_nothing_makes_no_line(said: str) -> None:
    assert lines(f"IZVEŠTAJ\n{said}\n", "report") == []


def test_a_group_by_its_composition_with_addresses_and_a_contract_in_the_next_sentence() -> None:
    said = (
        "Prihvata se ponuda br. 77, koju je predala grupa u sastavu: Vodomont d.o.o. Ada, Savska 3, PIB 143030893 "
        "(nosilac), "
        "i Cevovod d.o.o. Bor, PIB 179706922 (član). Ugovor će biti zaključen na 870.250,00 dinara bez PDV-a."
    )
    assert lines(f"{DECISION}\n{said}\n") == [("", "Vodomont d.o.o. Ada; Cevovod d.o.o. Bor", "870250.00")]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            "Za partiju 1 ugovor se dodeljuje ponuđaču Sigma d.o.o. Bor, po ceni od 700.000,00 dinara, a za partiju 2 "
            "istom "
            "ponuđaču, po ceni od 90.000,00 dinara.",
            [("1", "Sigma d.o.o. Bor", "700000.00"), ("2", "Sigma d.o.o. Bor", "90000.00")],
        ),
        ("Biram ponudu ponuđača Sigma d.o.o. Bor, od 700.000,00 dinara.", [("", "Sigma d.o.o. Bor", "700000.00")]),
        (
            "Najnižu cenu, 700.000,00 dinara, dala je Sigma d.o.o. Bor, sa kojom je ugovor zaključen.",
            [("", "Sigma d.o.o. Bor", "700000.00")],
        ),
        ("Pobedila je Sigma d.o.o. Bor sa cenom 700.000,00 dinara.", [("", "Sigma d.o.o. Bor", "700000.00")]),
        ("Posao je poveren Sigma d.o.o. Bor po ugovoru od 700.000,00 dinara.", [("", "Sigma d.o.o. Bor", "700000.00")]),
        (
            "Ugovorena vrednost je 700.000,00 dinara, a izvođač je Sigma d.o.o. Bor.",
            [("", "Sigma d.o.o. Bor", "700000.00")],
        ),
        (
            "Odlučuje se da se ugovor zaključi sa prvim na listi.\nRang-lista:\n1. Sigma d.o.o. Bor, 700.000,00\n2. "
            "Tau d.o.o. "
            "Ub, 710.000,00\nCene su u dinarima.",
            [("", "Sigma d.o.o. Bor", "700000.00")],
        ),
    ],
)
def test_who_won_in_other_words(said: str, expected: list[tuple[str, str, str]]) -> None:
    assert lines(f"{DECISION}\n{said}\n") == expected
