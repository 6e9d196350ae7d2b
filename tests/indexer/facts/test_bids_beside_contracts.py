"""Letters and reports that tell contracts and who else bid, in one breath."""

from __future__ import annotations

import pytest

from indexer.facts import awards
from indexer.facts.awards import bid_facts
from indexer.facts.awards.lines import SHOWN
from tests.indexer.facts.test_bid_lists import surroundings

Told = list[tuple[str, str]]


def told(said: str, kind: str) -> tuple[Told, Told]:
    """Vendor and sum of each line that counts, bidder and price of each offer."""
    context = surroundings(f"Opština Bečej\n\n{said}\n")
    lines = awards.lines(context, kind, [])
    won = [
        (line.vendors[0].name, f"{line.money.value:.2f}") for line in lines if line.money and line.confidence >= SHOWN
    ]
    return won, [(fact.details["bidder"], fact.value) for fact in bid_facts.offers(context, kind, lines)]


@pytest.mark.parametrize(
    ("said", "won", "offered"),
    [
        (
            "Stigle su dve ponude. S ponuđačem Kolos d.o.o. Niš sklopljen je okvirni sporazum na 1.000.000,00 dinara. "
            "Drugi je bio Vihor d.o.o. Bor sa 1.200.000,00 dinara.",
            [("Kolos d.o.o. Niš", "1000000.00")],
            [("Kolos d.o.o. Niš", "1000000.00"), ("Vihor d.o.o. Bor", "1200000.00")],
        ),
        (
            "Popravka krova (404-3/24) poverena je firmi Crepana d.o.o. Užice, PIB 101010101, za 500.000,00 dinara. "
            "Pored "
            "nje javila se Limarija d.o.o. Arilje, čija je ponuda od 600.000,00 dinara bila skuplja.",
            [("Crepana d.o.o. Užice", "500000.00")],
            [("Crepana d.o.o. Užice", "500000.00"), ("Limarija d.o.o. Arilje", "600000.00")],
        ),
        (
            "Za čišćenje parka nadmetala su se dva preduzeća. Zelenko d.o.o. Senta tražio je 310.000 dinara i bio "
            "najpovoljniji, pa je s njim 3. maja i potpisan ugovor. Iza njega je po ceni bio Busen d.o.o. Ada, sa "
            "355.000 "
            "dinara.",
            [("Zelenko d.o.o. Senta", "310000.00")],
            [("Zelenko d.o.o. Senta", "310000.00"), ("Busen d.o.o. Ada", "355000.00")],
        ),
        (
            "Daje se saglasnost da se izda narudžbenica preduzeću Staklorez d.o.o. Ruma po ponudi od 210.000,00 "
            "dinara, "
            "jer je od tri prikupljene ponude bila najniža. Primaju se k znanju i druge dve ponude: Prozor d.o.o. "
            "Inđija – "
            "dvesta četrdeset hiljada dinara (240.000,00) i Okvir d.o.o. Šid – dvesta pedeset hiljada dinara "
            "(250.000,00).",
            [("Staklorez d.o.o. Ruma", "210000.00")],
            [
                ("Staklorez d.o.o. Ruma", "210000.00"),
                ("Prozor d.o.o. Inđija", "240000.00"),
                ("Okvir d.o.o. Šid", "250000.00"),
            ],
        ),
        (
            "Ugovore su dobili:\n- partija 1: Pekara Klasje d.o.o. Ub, ugovor od 2.2.2024, 700.000,00 dinara\n"
            "- partija 2: Mlekara Breza d.o.o. Valjevo, ugovor od 3.2.2024, 800.000,00 dinara\n"
            "Bez ugovora je ostala firma Kravica d.o.o. Lajkovac, koja je konkurisala za partiju 2.",
            [("Pekara Klasje d.o.o. Ub", "700000.00"), ("Mlekara Breza d.o.o. Valjevo", "800000.00")],
            [],
        ),
        (
            "Za semafore je narudžbenica 06 broj 404-9-4/2024 od 11.6.2024. izdata firmi Signal Most d.o.o. Bor na "
            "864.500,00 dinara. "
            "Račun je plaćen 30.7.2024. u iznosu od 1.037.400,00 dinara sa PDV-om.",
            [("Signal Most d.o.o. Bor", "864500.00")],
            [],
        ),
    ],
)
@pytest.mark.parametrize("kind", ["foi_reply", "correspondence", "other"])
def test_contracts_and_other_bids(said: str, won: Told, offered: Told, kind: str) -> None:
    assert told(said, kind) == (won, offered)


def test_what_is_said_of_a_contract_is_no_bid() -> None:
    won, offered = told(
        "U postupku su učestvovale dve firme: Kolos d.o.o. Niš, s kojim je sklopljen ugovor na 990.000,00 dinara, i "
        "Vihor "
        "d.o.o. Bor sa 995.000,00 dinara. Račun firme Kolos d.o.o. Niš na 100.000,00 dinara je plaćen.",
        "foi_reply",
    )
    assert won == [("Kolos d.o.o. Niš", "990000.00")]
    assert {value for bidder, value in offered if bidder.startswith("Kolos")} <= {"990000.00"}


@pytest.mark.parametrize(
    ("said", "won"),
    [
        (
            "Spisak ugovora: Oko d.o.o. Ub – 780.000,00 dinara; Bajt d.o.o. Bor – 900.000,00 dinara.",
            ["780000.00", "900000.00"],
        ),
        (
            "1. Park – Oko d.o.o. Ub, ugovor br. 12 od 3.4.2024, 500.000,00 dinara\n2. Krov – Bajt d.o.o. Bor, ugovor "
            "br. 13 od "
            "4.4.2024, 600.000,00 dinara",
            ["500000.00", "600000.00"],
        ),
        (
            "Spisak ugovora koji nisu zaključeni: Oko d.o.o. Ub – 780.000,00 dinara; Bajt d.o.o. Bor – 900.000,00 "
            "dinara.",
            [],
        ),
    ],
)
def test_lists_of_contracts(said: str, won: list[str]) -> None:
    assert [value for _, value in told(said, "report")[0]] == won


@pytest.mark.parametrize(
    ("said", "offered"),
    [
        (
            "Ponude: 1. Oko d.o.o. Ub, 500.000,00 dinara bez PDV-a\n2. Bajt d.o.o. Bor, 600.000,00 dinara bez PDV-a",
            ["Oko d.o.o. Ub", "Bajt d.o.o. Bor"],
        ),
        (
            "Rang lista: 1. Okovid / Bajtara – 500.000,00 dinara; 2. Vid d.o.o. Ada – 600.000,00 dinara. Okovid "
            "d.o.o. Ub i Bajtara d.o.o. "
            "Bor su grupa.",
            ["Okovid d.o.o. Ub; Bajtara d.o.o. Bor", "Vid d.o.o. Ada"],
        ),
        (
            "Ponuda „Velikog Vidika“, od 500.000,00 dinara, odbijena je. Druga je bila ponuda „Oko“ d.o.o. Ub od "
            "600.000,00 "
            "dinara. „Veliki Vidik“ d.o.o. Bor se žalio.",
            ["„Veliki Vidik” d.o.o. Bor", "„Oko” d.o.o. Ub"],
        ),
        (
            "Tako je bilo i ranije. Pristigle su dve ponude, a skuplju, od 600.000,00 dinara, poslao je Bajt d.o.o. "
            "Bor.",
            ["Bajt d.o.o. Bor"],
        ),
        ("Ponuda koju je poslao Bajt d.o.o. Bor: 600.000,00 dinara.", ["Bajt d.o.o. Bor"]),
    ],
)
def test_who_bid_in_other_words(said: str, offered: list[str]) -> None:
    assert [bidder for bidder, _ in told(said, "minutes")[1]] == offered
