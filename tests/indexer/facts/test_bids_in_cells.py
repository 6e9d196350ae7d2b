"""Tables and lists whose cells hold more than one thing: subject and winner, price and points, a price in words."""

from __future__ import annotations

import pytest

from indexer.facts import awards
from tests.indexer.facts.test_bid_lists import DECISION, bids, lines, page_of, surroundings


def of_rows(page: object) -> list[tuple[str, str]]:
    """The vendor and sum of each line of a report that counts."""
    found = awards.find(surroundings(page), "report", [])  # type: ignore[arg-type]
    return [(one.details["vendor"], one.details["amount"]) for one in found if "proposed" not in one.details]


def test_the_winner_stands_below_the_subject_in_one_column() -> None:
    rows = [
        ("Br.", "Predmet / dobavljač", "Ugovoreno bez PDV"),
        ("1", "Popravka krova škole", "410.000,00"),
        ("", "Crepana d.o.o. Bor", ""),
        ("2", "Papir i toneri", "95.500,00"),
        ("", "Birolist d.o.o. Ub", ""),
        ("3", "Ogrev", "720.000,00"),
        ("", "Drvoprom d.o.o. Ivanjica", ""),
    ]
    assert of_rows(page_of("Pregled ugovora, Opština Bečej\n", [40, 90, 400], rows)) == [
        ("Crepana d.o.o. Bor", "410000.00"),
        ("Birolist d.o.o. Ub", "95500.00"),
        ("Drvoprom d.o.o. Ivanjica", "720000.00"),
    ]


def test_prices_with_vat_beside_who_was_chosen_are_those_of_contracts() -> None:
    rows = [
        ("Nabavka", "Odabrani ponuditelj", "RSD sa PDV"),
        ("Ogrev", "Drvoprom d.o.o.", "864.000,00"),
        ("Papir", "Birolist d.o.o.", "114.600,00"),
        ("Krov", "Crepana d.o.o.", "492.000,00"),
    ]
    assert of_rows(page_of("Pregled nabavki, Opština Bečej\n", [40, 160, 400], rows)) == [
        ("Drvoprom d.o.o.", "864000.00"),
        ("Birolist d.o.o.", "114600.00"),
        ("Crepana d.o.o.", "492000.00"),
    ]


def test_a_cell_holds_the_price_and_its_points() -> None:
    rows = [
        ("Ponuditelj", "Cena din, bodovi", "Rok dana, bodovi", "Ukupno bodova"),
        ("Okolina d.o.o. Beograd", "640.000,00 85,00", "24 5,00", "90,00"),
        ("Zvonolik d.o.o. Bor", "655.300,00 83,00", "30 10,00", "93,00"),
    ]
    assert bids(page_of(f"{DECISION}Rangiranje ponuda\n", [40, 220, 360, 480], rows)) == [
        ("", "Okolina d.o.o. Beograd", "640000.00"),
        ("", "Zvonolik d.o.o. Bor", "655300.00"),
    ]


def test_names_without_a_legal_form_bid_for_lots_in_columns() -> None:
    rows = [
        ("Ponuditelj", "Partija 1", "Partija 2"),
        ("Okolina d.o.o. Beograd", "640.000,00", ""),
        ("Plavi Breg, Senta", "650.000,00", "290.000,00"),
        ("Zvonolik d.o.o. Bor", "", "301.000,00"),
    ]
    assert bids(page_of(f"{DECISION}Primljene ponude\n", [40, 220, 360], rows)) == [
        ("1", "Okolina d.o.o. Beograd", "640000.00"),
        ("1", "Plavi Breg", "650000.00"),
        ("2", "Plavi Breg", "290000.00"),
        ("2", "Zvonolik d.o.o. Bor", "301000.00"),
    ]


@pytest.mark.parametrize("mark", ["→", "=", "|", ">", "– –"])
def test_whatever_mark_leads_from_a_name_to_its_price(mark: str) -> None:
    page = (
        "ZAPISNIK O OTVARANJU PONUDA\n\nOtvorene su ponude, cene su u dinarima bez PDV.\n\n"
        f"Partija 1 – Rukavice\n\nOkolina d.o.o. Beograd {mark}\n640.000,00 (sa PDV 768.000,00)\n"
        f"Zvonolik d.o.o. Bor {mark} 655.300,00 (sa PDV 786.360,00)\n\n"
        f"Partija 2 – Zavoji\n\nZvonolik d.o.o. Bor {mark} 310.000,00\n(sa PDV 372.000,00)\n"
    )
    assert bids(page) == [
        ("1", "Okolina d.o.o. Beograd", "640000.00"),
        ("1", "Zvonolik d.o.o. Bor", "655300.00"),
        ("2", "Zvonolik d.o.o. Bor", "310000.00"),
    ]


def test_lots_by_their_ordinals_alone() -> None:
    page = (
        f"{DECISION}\nPonuda ponuđača Okolina d.o.o. Beograd predata je za sve tri partije: za prvu nudi 640.000,00, "
        "za "
        "drugu 290.000,00, a za treću 99.000,00 dinara.\n\nPonuda ponuđača Zvonolik d.o.o. Bor predata je za partiju 2 "
        "i "
        "iznosi 301.000,00 dinara.\n"
    )
    assert bids(page) == [
        ("1", "Okolina d.o.o. Beograd", "640000.00"),
        ("2", "Okolina d.o.o. Beograd", "290000.00"),
        ("3", "Okolina d.o.o. Beograd", "99000.00"),
        ("2", "Zvonolik d.o.o. Bor", "301000.00"),
    ]


def test_the_lot_of_a_contract_behind_a_label() -> None:
    page = (
        "OBAVEŠTENJE O ZAKLJUČENIM UGOVORIMA\n\nUgovor 1. Deo: partija I – obroci. Potpisan 28.8.2024. Izvršilac: "
        "Okolina "
        "d.o.o. Beograd (MB 20441046, PIB 137816565). Cena: 640.000,00 RSD bez PDV.\n\nUgovor 2. Deo: partija II – "
        "hleb. "
        "Potpisan 30.8.2024. Izvršilac: Zvonolik d.o.o. Bor (MB 20716789, PIB 188963656). Cena: 301.000,00 RSD bez "
        "PDV.\n"
    )
    assert lines(page) == [("1", "Okolina d.o.o. Beograd", "640000.00"), ("2", "Zvonolik d.o.o. Bor", "301000.00")]


@pytest.mark.parametrize(
    "said",
    [
        "Treća ponuda: Okolina d.o.o. Beograd, zajedno sa svojim članom grupe, nastupa za\npartiju 2, po ceni od "
        "640.000,00 "
        "dinara.",
        "Ponuđač Okolina d.o.o. Beograd učestvuje samo u\npartiji 2, sa cenom od 640.000,00 dinara bez PDV-a.",
        "Ponuda ponuđača Okolina d.o.o. Beograd: 640.000,00 dinara za partiju 2.",
        "Cena za partiju 1 je 99.000,00 dinara (118.800,00 sa PDV-om). Ponudu od\n640.000,00 dinara za partiju 2 dala "
        "je "
        "Okolina d.o.o. Beograd.",
    ],
)
def test_the_lot_of_a_bid_may_begin_a_line_or_follow_its_price(said: str) -> None:
    assert bids(f"ZAPISNIK O OTVARANJU PONUDA\n\n{said}\n") == [("2", "Okolina d.o.o. Beograd", "640000.00")]


def test_lots_behind_prices() -> None:
    page = (
        f"{DECISION}\nPonudu je predala Okolina d.o.o. Beograd: 640.000,00 dinara za partiju 1 i 99.000,00 dinara za "
        "partiju "
        "3. Ponudu je predao i Zvonolik d.o.o. Niš: 655.300,00 dinara za partiju 1.\n"
    )
    assert bids(page) == [
        ("1", "Okolina d.o.o. Beograd", "640000.00"),
        ("3", "Okolina d.o.o. Beograd", "99000.00"),
        ("1", "Zvonolik d.o.o. Niš", "655300.00"),
    ]


def test_lines_of_names_and_prices_without_a_currency() -> None:
    page = (
        f"{DECISION}\nPonude su otvorene 3.4.2024, cene su u dinarima\n\nPartija 1 – rukavice\nOkolina DOO BEOGRAD "
        "640.000,00 "
        "odbijena\nZvonolik DOO 655.300,00 1. mesto\n\nPartija 2 – zavoji\nZvonolik DOO 310.000,00 1. mesto\n"
    )
    assert bids(page) == [
        ("1", "Okolina DOO BEOGRAD", "640000.00"),
        ("1", "Zvonolik DOO", "655300.00"),
        ("2", "Zvonolik DOO", "310000.00"),
    ]


def test_points_of_a_list_are_no_prices_and_a_paragraph_is_no_lot() -> None:
    page = (
        f"{DECISION}\nPredmet nije podeljen na partije.\n\nII – Ponude: Okolina d.o.o. Beograd 640.000,00 dinara; "
        "Zvonolik "
        "d.o.o. Niš 655.300,00 dinara.\n\nRang lista: 1. Zvonolik d.o.o. Niš – 98,20; 2. Okolina d.o.o. Beograd – "
        "95,00.\n"
    )
    assert bids(page) == [("", "Okolina d.o.o. Beograd", "640000.00"), ("", "Zvonolik d.o.o. Niš", "655300.00")]


def test_the_labelled_value_of_a_framework_agreement_is_its_price() -> None:
    page = (
        "ODLUKA O ZAKLJUČENJU OKVIRNOG SPORAZUMA\n\nProcenjena vrednost: 900.000,00 dinara bez PDV\n\n1)\nNaziv "
        "ponuđača: "
        "Okolina d.o.o. Beograd\nSedište: Beograd\nZbir jediničnih cena i količina, bez PDV: 812.400,00 dinara\nRang: "
        "1\n2)\n"
        "Naziv ponuđača: Zvonolik d.o.o. Bor\nZbir jediničnih cena i količina, bez PDV: 835.750,00 dinara\nRang: 2\n\n"
        "Okvirni sporazum zaključuje se sa: Okolina d.o.o. Beograd\nVrednost okvirnog sporazuma (najviše): 900.000,00 "
        "dinara "
        "bez PDV\n"
    )
    assert lines(page) == [("", "Okolina d.o.o. Beograd", "900000.00")]
