"""Lists of bids and of contracts, read as a whole: who bid how much for which lot, and which of them won."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import docx
import pymupdf
import pytest

from archive.model.words import Words
from indexer.facts import awards
from indexer.facts.awards import bid_facts
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.scoring.money import all_monies, usual_currency
from indexer.facts.text import DocumentText
from indexer.formats.pdf_layer import TextLayer
from indexer.formats.word import DocxSource
from tests.indexer.facts.conftest import DOCUMENT, reading_of, words_of
from tests.indexer_samples import flowing_pages

FactsOf = Callable[..., Any]

DECISION = "ODLUKA O DODELI UGOVORA\nRepublika Srbija, Opština Bečej\n"


def page_of(above: str, columns: Sequence[int], rows: Sequence[Sequence[str]], below: str = "") -> Words:
    """The words of a page: lines, a table with cells at ``columns``, lines."""
    page = pymupdf.open().new_page(width=640, height=842)
    y = 40.0
    for line in above.splitlines():
        page.insert_text((40, y), line, fontsize=10, fontname="tiro")
        y += 14
    y += 8
    for row in rows:
        for x, cell in zip(columns, row, strict=False):
            page.insert_text((x, y), cell, fontsize=10, fontname="tiro")
        y += 20
    for line in below.splitlines():
        y += 14
        page.insert_text((40, y), line, fontsize=10, fontname="tiro")
    return TextLayer(page).reading


def surroundings(page: str | Words) -> TextSurroundings:
    words = words_of(page) if isinstance(page, str) else page
    return TextSurroundings(DocumentText.of(DOCUMENT, reading_of([words]), [words]), [words])


def lines(page: str | Words, kind: str = "award_decision") -> list[tuple[str, str, str]]:
    """The lot, vendor and sum of each line that counts."""
    found = awards.find(surroundings(page), kind, [])
    names = ("lot", "vendor", "amount")
    return [
        tuple(fact.details.get(name, "") for name in names)  # type: ignore[misc]
        for fact in found
        if "proposed" not in fact.details
    ]


def bids(page: str | Words) -> list[tuple[str, str, str]]:
    """The lot, bidder and price of each offer."""
    found = bid_facts.offers(surroundings(page), "award_decision")
    return [(fact.details.get("lot", ""), fact.details["bidder"], fact.value) for fact in found]


LOTS = (
    f"{DECISION}Partija 1 – Rukavice\n"
    "Primljene ponude: Okolina d.o.o. Beograd – 640.000,00 din; Zvonolik d.o.o. Niš – 655.300,00 din.\n"
    "Ugovor se dodeljuje: Okolina d.o.o. Beograd.\n"
    "Partija 2 – Zavoji\n"
    "Primljene ponude: Zvonolik d.o.o. Niš – 310.000,00 din; Okolina d.o.o. Beograd – 301.000,00 din.\n"
    "Ugovor se dodeljuje: Okolina d.o.o. Beograd.\n"
)


def test_the_winner_of_a_lot_has_the_price_that_it_offered_for_that_lot() -> None:
    assert lines(LOTS) == [("1", "Okolina d.o.o. Beograd", "640000.00"), ("2", "Okolina d.o.o. Beograd", "301000.00")]


def test_bids_of_lots_are_told_with_their_lot() -> None:
    assert bids(LOTS) == [
        ("1", "Okolina d.o.o. Beograd", "640000.00"),
        ("1", "Zvonolik d.o.o. Niš", "655300.00"),
        ("2", "Zvonolik d.o.o. Niš", "310000.00"),
        ("2", "Okolina d.o.o. Beograd", "301000.00"),
    ]


RANKED = (40, 90, 300, 420)


def test_a_winner_of_a_ranked_table_has_its_own_price() -> None:
    page = page_of(
        "ODLUKA O DODELI UGOVORA\nRepublika Srbija, Opstina Becej\nUgovor se dodeljuje ponudacu Okolina d.o.o. Nis.\n"
        "Rangiranje prihvatljivih ponuda:",
        RANKED,
        [
            ("Rang", "Podnosilac ponude", "Cena bez PDV", "Ocena"),
            ("2.", "Zvonolik d.o.o. Ub", "12.990.000,00", "96,07"),
            ("1.", "Okolina d.o.o. Nis", "12.480.300,00", "100,00"),
            ("3.", "Vidozor d.o.o. Bor", "13.750.000,00", "90,77"),
        ],
    )
    assert lines(page) == [("", "Okolina d.o.o. Nis", "12480300.00")]
    assert [bid[1:] for bid in bids(page)] == [
        ("Zvonolik d.o.o. Ub", "12990000.00"),
        ("Okolina d.o.o. Nis", "12480300.00"),
        ("Vidozor d.o.o. Bor", "13750000.00"),
    ]


def test_names_without_a_legal_form_beside_others_in_the_column_of_those_who_bid() -> None:
    page = page_of(
        "ODLUKA O DODELI UGOVORA\nRepublika Srbija, Opstina Becej",
        (40, 90, 260, 380, 450),
        [
            ("Partija", "Ponudac", "Ponudena cena bez PDV", "Rang", "Ocena"),
            ("1", "Okolina d.o.o. Nis", "3.400.000,00", "1", "izabran"),
            ("1", "Zvonolik Optik, Nova Varos", "3.550.000,00", "2", ""),
            ("2", "Zvonolik Optik, Nova Varos", "2.100.000,00", "1", "izabran"),
            ("2", "Ukupno", "5.500.000,00", "", ""),
        ],
    )
    assert lines(page) == [("1", "Okolina d.o.o. Nis", "3400000.00"), ("2", "Zvonolik Optik", "2100000.00")]


def test_the_first_place_wins_each_lot_and_a_bid_that_is_turned_down_none() -> None:
    page = page_of(
        "ODLUKA O DODELI UGOVORA\nRepublika Srbija, Opstina Becej",
        (40, 90, 260, 380, 450),
        [
            ("Partija", "Ponudac", "Ponudena cena bez PDV", "Rang", "Ocena"),
            ("1", "Okolina d.o.o. Nis", "3.400.000,00", "1", "izabran"),
            ("1", "Zvonolik d.o.o. Ub", "3.050.000,00", "-", "odbijena"),
            ("2", "Zvonolik d.o.o. Ub", "2.100.000,00", "1", "izabran"),
            ("2", "Okolina d.o.o. Nis", "2.210.000,00", "2", ""),
        ],
    )
    assert lines(page) == [("1", "Okolina d.o.o. Nis", "3400000.00"), ("2", "Zvonolik d.o.o. Ub", "2100000.00")]


def test_bids_whose_columns_are_bidders() -> None:
    page = page_of(
        "ZAPISNIK O OTVARANJU PONUDA\nRepublika Srbija, Opstina Becej",
        (40, 180, 320, 460),
        [
            ("", "Okolina d.o.o. Nis", "Zvonolik d.o.o. Ub", "Vidozor d.o.o. Bor"),
            ("Ukupna cena bez PDV", "6.200.000,00", "6.050.000,00", "6.480.000,00"),
            ("Rok", "60 dana", "45 dana", "30 dana"),
        ],
    )
    assert [bid[2] for bid in bids(page)] == ["6200000.00", "6050000.00", "6480000.00"]


def test_one_winner_of_two_lots_in_one_sentence() -> None:
    text = (
        f"{DECISION}Ugovori se dodeljuju ponuđaču „Okolina” d.o.o. Niš, i to za partiju 1 u iznosu 4.275.600,00 RSD "
        "i za partiju 2 u iznosu 1.104.000,00 RSD, bez PDV-a.\n"
    )
    assert [line[::2] for line in lines(text)] == [("1", "4275600.00"), ("2", "1104000.00")]


def test_each_winner_of_one_sentence_has_its_lot() -> None:
    text = (
        f"{DECISION}Ugovor se dodeljuje ponuđaču Okolina d.o.o. Niš za partiju 1 – rasveta, u iznosu od 1.900.000,00 "
        "dinara, i ponuđaču Zvonolik d.o.o. Ub za partiju 2 – kablovi, u iznosu od 740.200,00 dinara.\n"
    )
    assert lines(text) == [("1", "Okolina d.o.o. Niš", "1900000.00"), ("2", "Zvonolik d.o.o. Ub", "740200.00")]


CONTRACTS = (
    "Poštovani,\nopština je {said}:\n"
    "- Okolina d.o.o. Niš, kamere na trgu, 1.240.000,00 dinara bez PDV\n"
    "- Zvonolik d.o.o. Ub, održavanje, 360.000,00 dinara bez PDV\n"
)


def test_a_list_of_contracts_in_a_letter() -> None:
    found = lines(CONTRACTS.format(said="zaključila ugovore"), "correspondence")
    assert found == [("", "Okolina d.o.o. Niš", "1240000.00"), ("", "Zvonolik d.o.o. Ub", "360000.00")]


@pytest.mark.parametrize("said", ["primila ponude", "platila račune", "planirala da zaključi ugovore"])
def test_a_list_of_something_else_has_no_lines(said: str) -> None:
    assert lines(CONTRACTS.format(said=said), "correspondence") == []


def test_who_stands_in_one_list_with_bidders_is_a_bidder() -> None:
    context = surroundings(LOTS)
    told = [context.text.fact("bidder", "Okolina d.o.o. Beograd", (0, 0), "bidder.test", 0.93)]
    found = bid_facts.neighbours(context, "award_decision", told)
    assert [(fact.value, fact.confidence) for fact in found] == [("Zvonolik d.o.o. Niš", 0.93)]
    assert bid_facts.neighbours(context, "contract", told) == []
    plainly = bid_facts.neighbours(context, "award_decision", [])
    assert [(fact.value, fact.confidence) for fact in plainly] == [
        ("Okolina d.o.o. Beograd", 0.75),
        ("Zvonolik d.o.o. Niš", 0.75),
    ]


def test_a_name_that_begins_like_a_currency_makes_no_currency() -> None:
    assert {read.currency for read in all_monies(surroundings("Partija 3 Euro Pumpa d.o.o. 1.240.000,00"))} == {None}
    assert [read.currency for read in all_monies(surroundings("iznosi 1.240 Evra"))] == ["EUR"]


def test_the_number_of_the_cell_before_is_no_part_of_a_sum() -> None:
    rows = [("Firma", "Br.", "Cena"), *((name, "3", "598.400,00") for name in ("Okolina", "Zvonolik", "Vidozor"))]
    page = page_of("Spisak", (40, 200, 230), rows)
    assert {f"{read.value:.2f}" for read in all_monies(surroundings(page))} == {"598400.00"}


def test_a_table_of_those_who_won_has_a_line_for_each_lot() -> None:
    page = page_of(
        "ODLUKA O DODELI UGOVORA\nRepublika Srbija, Opstina Becej",
        (40, 190, 360, 480),
        [
            ("Partija", "Ponudac kome se dodeljuje", "Ponudena cena bez PDV", "Ponudena cena sa PDV"),
            ("Partija 1 - hrana", "Okolina d.o.o. Nis", "2.115.000,00", "2.326.500,00"),
            ("Partija 2 - higijena", "Zvonolik d.o.o. Ub", "880.000,00", "1.056.000,00"),
            ("Partija 3 - voce", "nije dodeljena", "-", "-"),
        ],
    )
    assert lines(page) == [("1", "Okolina d.o.o. Nis", "2115000.00"), ("2", "Zvonolik d.o.o. Ub", "880000.00")]


def test_blocks_of_labels_and_values_are_a_line_for_each_lot() -> None:
    rows = [
        row
        for lot, firm, value in (("1", "Okolina d.o.o. Nis", "2.300.000,00"), ("2", "Zvonolik d.o.o. Ub", "740.500,00"))
        for row in (
            ("Partija", f"{lot} - Kamere"),
            ("Privredni subjekt kojem je dodeljen ugovor", firm),
            ("Procenjena vrednost", "9.000.000,00 RSD"),
            ("Ukupna vrednost ugovora bez PDV", f"{value} RSD"),
            ("Broj primljenih ponuda", "3"),
            ("Najniza ponuda", "100.000,00 RSD"),
        )
    ]
    page = page_of("OBAVESTENJE O DODELI UGOVORA\nRepublika Srbija, Opstina Becej", (40, 300), rows)
    assert lines(page) == [("1", "Okolina d.o.o. Nis", "2300000.00"), ("2", "Zvonolik d.o.o. Ub", "740500.00")]


def test_a_ranked_list_tells_who_won_where_the_award_names_nobody() -> None:
    text = (
        f"{DECISION}Rang lista ponuda je sledeća:\n1. mesto: Okolina d.o.o. Niš – 6.730.000,00 dinara\n"
        "2. mesto: Zvonolik d.o.o. Ub – 6.980.000,00 dinara\nUgovor se dodeljuje prvorangiranom ponuđaču.\n"
    )
    assert lines(text) == [("", "Okolina d.o.o. Niš", "6730000.00")]


def test_a_winner_is_not_given_the_price_of_another() -> None:
    page = page_of(
        "IZVESTAJ O SPROVEDENOM POSTUPKU\nRepublika Srbija, Opstina Becej",
        (40, 180, 320, 460),
        [
            ("Ponudac", "Okolina d.o.o. Nis", "Zvonolik d.o.o. Ub", "Vidozor d.o.o. Bor"),
            ("Ponudena cena", "9.100.000,00", "8.870.000,00", "9.455.000,00"),
            ("Rok", "20", "10", "30"),
        ],
        "Ugovor se dodeljuje ponudacu Zvonolik d.o.o. Ub.",
    )
    assert [line[1:] for line in lines(page, "procurement_report")] == [("Zvonolik d.o.o. Ub", "8870000.00")]


REGISTER = ("Predmet", "Dobavljac", "Vrednost ugovora bez PDV")


def test_a_row_of_totals_is_no_contract() -> None:
    rows = [
        REGISTER,
        ("Gorivo", "Okolina d.o.o. Nis", "1.000.000,00"),
        ("Papir", "Zvonolik d.o.o. Ub", "500.000,00"),
        ("Kamere", "Vidozor d.o.o. Bor", "250.000,00"),
        ("Ukupno", "", "1.750.000,00"),
    ]
    page = page_of("REGISTAR UGOVORA\nRepublika Srbija, Opstina Becej", (40, 200, 400), rows)
    assert [line[2] for line in lines(page, "report")] == ["1000000.00", "500000.00", "250000.00"]


def test_a_row_of_a_register_has_the_lot_that_its_subject_names() -> None:
    rows = [
        REGISTER,
        ("Gorivo, partija 1", "Okolina d.o.o. Nis", "1.000.000,00"),
        ("Gorivo, partija 2", "Zvonolik d.o.o. Ub", "500.000,00"),
        ("Kamere za 24 skole", "Vidozor d.o.o. Bor", "250.000,00"),
        ("Partije 1 i 3: papir, partija 3", "Vidozor d.o.o. Bor", "150.000,00"),
    ]
    page = page_of("REGISTAR UGOVORA\nRepublika Srbija, Opstina Becej", (40, 230, 420), rows)
    assert [line[0] for line in lines(page, "report")] == ["1", "2", "", ""]


def test_one_euro_of_a_fuel_is_not_the_currency_of_all() -> None:
    """The name of the fuel goes on below, in the next line of its cell."""
    context = surroundings("Republika Srbija\nGorivo 1-evro Okolina d.o.o. 5.100.000,00\ndizel\nPapir 640.000,00")
    assert usual_currency(context) == ("RSD", False)
    assert usual_currency(surroundings("Republika Srbija, 5.100.000,00 evra; 640.000,00"))[0] == "EUR"


def test_a_fuel_is_no_currency_and_a_firm_may_be_called_a_town() -> None:
    assert {read.currency for read in all_monies(surroundings("Partija 1 evro dizel 1.240.000,00"))} == {None}
    text = LOTS.replace("Okolina", "Comp Grad")
    assert [line[1] for line in lines(text)] == ["Comp Grad d.o.o. Beograd"] * 2


def test_contractors_in_minutes_are_bidders_and_have_no_contracts() -> None:
    page = page_of(
        "ZAPISNIK O OTVARANJU PONUDA\nRepublika Srbija, Opstina Becej\nPregled pristiglih ponuda",
        (40, 90, 280, 420),
        [
            ("Br.", "Izvodjac", "Iznos bez PDV", "Iznos sa PDV"),
            ("1", "Okolina d.o.o. Nis", "4.350.000,00", "5.220.000,00"),
            ("2", "Zvonolik d.o.o. Ub", "4.199.900,00", "5.039.880,00"),
        ],
    )
    assert lines(page, "minutes") == []
    assert [bid[1:] for bid in bids(page)] == [
        ("Okolina d.o.o. Nis", "4350000.00"),
        ("Zvonolik d.o.o. Ub", "4199900.00"),
    ]


def test_points_in_a_list_are_no_prices_and_a_winner_named_before_it_has_not_lost() -> None:
    text = (
        f"{DECISION}Bira se ponuda ponuđača „Okolina” d.o.o. Niš, za ponuđenu cenu od 61.710,00 dinara.\n"
        "Ponuđači i broj bodova: 1. „Okolina” d.o.o. Niš – 100,00 bodova (cena 61.710,00 dinara); "
        "2. „Zvonolik” d.o.o. Ub – 95,20 bodova (cena 64.820,00 dinara).\n"
    )
    assert lines(text) == [("", "„Okolina” d.o.o. Niš", "61710.00")]
    assert {bid[2] for bid in bids(text)} == {"61710.00", "64820.00"}


def test_a_vendor_that_a_line_tells_again_keeps_its_numbers() -> None:
    context = surroundings(CONTRACTS.format(said="zaključila ugovore"))
    told = awards.lines(context, "correspondence", [])
    first, last = told[0].vendors[0].first, told[0].vendors[0].last
    known = context.text.fact("vendor", "Okolina", (first, last), "vendor.test", 0.97, details={"pib": "100000000"})
    found = [
        fact for fact in awards.with_lines(context.text, "correspondence", [known], told) if fact.field == "vendor"
    ]
    assert [(fact.value, fact.details.get("pib"), fact.confidence) for fact in found] == [
        ("Okolina d.o.o. Niš", "100000000", 0.97),
        ("Zvonolik d.o.o. Ub", None, 0.9),
    ]


def test_blocks_of_labels_take_the_lot_of_their_title_and_all_members_of_a_group() -> None:
    page = page_of(
        DECISION,
        (40, 330),
        [
            ("Ukupna vrednost nabavke bez PDV-a", "900.000,00 RSD"),
            ("Odeljak V: dodela, partija 1",),
            ("Broj primljenih ponuda", "4"),
            ("Broj ponuda primljenih od MSP", "2"),
            ("Naziv ugovaraca", "Zubor d.o.o. Vranje"),
            ("PIB ugovaraca", "100000024"),
            ("Naziv ugovaraca", "Potok d.o.o. Pirot"),
            ("Procenjena vrednost partije", "650.000,00 RSD"),
            ("Vrednost ugovora", "600.000,00 RSD"),
            ("Odeljak V: dodela, partija 2",),
            ("Broj primljenih ponuda", "1"),
            ("Naziv ugovaraca", "Izvor d.o.o. Ruma"),
            ("Vrednost ugovora", "300.000,00 RSD"),
        ],
    )
    assert lines(page) == [
        ("1", "Zubor d.o.o. Vranje; Potok d.o.o. Pirot", "600000.00"),
        ("2", "Izvor d.o.o. Ruma", "300000.00"),
    ]
    assert [fact.details["bids"] for fact in awards.find(surroundings(page), "award_decision", [])] == ["4", "1"]


def test_prices_of_two_lots_of_one_winner_may_differ_as_by_vat() -> None:
    rows = [
        ("Partija", "Rang", "Ponudjac", "Ponudjena cena bez PDV-a"),
        ("1", "1.", "Zubor d.o.o. Vranje", "1.100.000,00"),
        ("", "2.", "Potok d.o.o. Pirot", "1.150.000,00"),
        ("2", "1.", "Zubor d.o.o. Vranje", "1.000.000,00"),
        ("", "2.", "Izvor d.o.o. Ruma", "1.300.000,00"),
    ]
    page = page_of(DECISION + "Ugovori se dodeljuju prvorangiranim.", (40, 100, 160, 400), rows)
    assert lines(page) == [("1", "Zubor d.o.o. Vranje", "1100000.00"), ("2", "Zubor d.o.o. Vranje", "1000000.00")]


def test_totals_of_points_are_no_prices() -> None:
    rows = [
        ("Rang", "Naziv ponudjaca", "Bodovi cena", "Bodovi rok", "Ukupno"),
        ("1", "Zubor d.o.o. Vranje", "74,92", "20,00", "94,92"),
        ("2", "Potok d.o.o. Pirot", "70,00", "8,00", "78,00"),
    ]
    assert bids(page_of(DECISION + "Rang lista ponuda:", (40, 100, 300, 400, 500), rows)) == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("sa ponuđenom cenom od 120.000,00 dinara sa PDV-om (100.000,00 dinara bez PDV-a).", "100000.00"),
        ("sa ponuđenom cenom od 120.000,00 dinara sa PDV-om (garancija 50.000,00 dinara).", "120000.00"),
    ],
)
def test_the_price_without_vat_beside_one_with_it_is_the_price(said: str, expected: str) -> None:
    assert [line[2] for line in lines(f"{DECISION}Izabrana je ponuda ponuđača Zubor d.o.o. Niš, {said}")] == [expected]


def test_a_sum_in_a_question_is_no_price() -> None:
    asked = "Pitali ste: da li je cena 40.000,00 dinara i za šta?"
    answer = f"Izabrana je ponuda ponuđača Zubor d.o.o. Niš, na iznos ponude.\n\n{asked}"
    assert lines(answer, "correspondence") == []
    assert lines(answer.replace("?", "."), "correspondence") == [("", "Zubor d.o.o. Niš", "40000.00")]


def test_a_guarantee_beside_the_price_is_no_price_and_a_cooperative_bids() -> None:
    rows = (
        ("Br.", "Ponudjac", "Ponudjena cijena (EUR)", "Garancija ponude"),
        ("1", "Kamen Primer DOO", "128.450,75", "2.800,00 EUR"),
        ("2", "Zemljoradnicka zadruga Brdo", "131.990,00", "2.800,00 EUR"),
        ("3", "Lipa Primer DOO", "119.064,00", "2.800,00 EUR"),
    )
    page = page_of("ZAPISNIK O OTVARANJU PONUDA\nDostavljene su tri ponude.", (40, 80, 260, 420), rows)
    assert bids(page) == [
        ("", "Kamen Primer DOO", "128450.75"),
        ("", "Zemljoradnicka zadruga Brdo", "131990.00"),
        ("", "Lipa Primer DOO", "119064.00"),
    ]


def test_lots_may_head_columns_of_prices() -> None:
    rows = [
        ["Rb", "Naziv", "Partija 1", "Partija II"],
        ["1", "Okolina d.o.o. Beograd", "640.000,00", "310.000,00"],
        ["2", "Zvonik d.o.o. Novi Sad", "-", "301.000,00"],
        ["3", "Treptaj d.o.o. Bor", "655.000,00", "-"],
    ]
    assert bids(page_of("Pristigle ponude:", (40, 70, 260, 400), rows)) == [
        ("1", "Okolina d.o.o. Beograd", "640000.00"),
        ("2", "Okolina d.o.o. Beograd", "310000.00"),
        ("2", "Zvonik d.o.o. Novi Sad", "301000.00"),
        ("1", "Treptaj d.o.o. Bor", "655000.00"),
    ]


def test_a_table_without_heads_below_words_of_bids_has_bids() -> None:
    rows = [["1", "Okolina d.o.o. Beograd", "640.000,00"], ["2", "Zvonik d.o.o. Novi Sad", "655.000,00"]]
    page = page_of("Otvorene su sledece ponude (dinara):", (40, 70, 260), rows)
    assert bids(page) == [("", "Okolina d.o.o. Beograd", "640000.00"), ("", "Zvonik d.o.o. Novi Sad", "655000.00")]


def test_beside_a_column_of_a_known_firm_others_are_of_firms_without_their_forms() -> None:
    above = f"{DECISION}Ugovor se dodeljuje firmi Treptaj Mreze d.o.o. Bor.\nUporedni prikaz ponuda, u dinarima:"
    rows = [
        ["", "Okolina Optik, Beograd", "Treptaj Mreze, Bor"],
        ["Cena bez PDV", "640.000,00", "655.000,00"],
        ["Ocena", "odbijena", "prihvatljiva"],
        ["Rang", "/", "prvi"],
    ]
    page = page_of(above, (40, 200, 400), rows)
    assert bids(page) == [
        ("", "Okolina Optik", "640000.00"),
        ("", "Treptaj Mreze d.o.o. Bor", "655000.00"),
    ]
    assert lines(page) == [("", "Treptaj Mreze d.o.o. Bor", "655000.00")]


def test_below_the_head_of_tenderers_names_need_no_legal_form() -> None:
    rows = [["Tenderer", "Cena bez PDV"], ["Okolina Beograd", "640.000,00"], ["Zvonik Sad", "655.000,00"]]
    page = page_of("Pristigle ponude (dinara):", (40, 260), rows)
    assert bids(page) == [("", "Okolina Beograd", "640000.00"), ("", "Zvonik Sad", "655000.00")]
    numbered = [rows[0], ["Ponuda 1", "640.000,00"], ["Ponuda 2", "655.000,00"]]
    assert bids(page_of("Pristigle ponude (dinara):", (40, 260), numbered)) == []


def test_the_title_of_a_lot_over_all_columns_is_no_head(tmp_path: Path) -> None:
    """Its estimate is no head of prices, and who stands below it did not win because the title of the paper awards."""
    rows = [
        ("Naziv ponuđača", "Ishod", "Ponuđeno, RSD bez PDV"),
        ("PARTIJA 1 – Kamere (procenjeno 700.000)", "", ""),
        ("Okolina d.o.o. Beograd", "drugo mesto", "655 000,00"),
        ("Zvonolik d.o.o. Niš", "DODELJUJE SE", "640 000,00"),
        ("PARTIJA 2 – Toneri (procenjeno 400.000)", "", ""),
        ("Okolina d.o.o. Beograd", "DODELJUJE SE", "301 000,00"),
    ]
    document = docx.Document()
    for line in DECISION.splitlines():
        document.add_paragraph(line)
    table = document.add_table(rows=len(rows), cols=3)
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
        if not texts[1]:
            row.cells[0].merge(row.cells[2])
    document.save(str(tmp_path / "odluka.docx"))
    (page,) = flowing_pages(DocxSource(tmp_path / "odluka.docx", "odluka.docx"))
    assert bids(page.words) == [
        ("1", "Okolina d.o.o. Beograd", "655000.00"),
        ("1", "Zvonolik d.o.o. Niš", "640000.00"),
        ("2", "Okolina d.o.o. Beograd", "301000.00"),
    ]
    assert lines(page.words) == [
        ("1", "Zvonolik d.o.o. Niš", "640000.00"),
        ("2", "Okolina d.o.o. Beograd", "301000.00"),
    ]


def test_rows_may_be_lots_and_columns_who_bid_without_tax_where_both_are_printed() -> None:
    rows = [
        ["Lot", "Okolina d.o.o. Beograd", "Treptaj d.o.o. Bor"],
        ["Lot 1 - cena sa PDV", "768.000,00", "786.000,00"],
        ["Lot 1 - cena bez PDV", "640.000,00", "655.000,00"],
        ["Lot 2 - cena bez PDV", "-", "301.000,00"],
    ]
    assert bids(page_of("Pregled ponuda:", (40, 200, 400), rows)) == [
        ("1", "Okolina d.o.o. Beograd", "640000.00"),
        ("1", "Treptaj d.o.o. Bor", "655000.00"),
        ("2", "Treptaj d.o.o. Bor", "301000.00"),
    ]


def test_days_and_hours_of_arrival_are_no_prices() -> None:
    rows = [
        ["Rb", "Ponudjac", "Stigla"],
        ["1", "Okolina d.o.o. Beograd", "07.03. u 11,20"],
        ["2", "Treptaj d.o.o. Bor", "08.03. u 09,45"],
    ]
    assert bids(page_of("Primljene ponude:", (40, 70, 300), rows)) == []


def test_a_bid_is_for_the_lot_named_before_its_price_and_not_for_that_of_the_bid_above() -> None:
    text = (
        f"{DECISION}Pristigle su ponude: Okolina d.o.o. Beograd, za partiju 1 po ceni od 640.000,00 dinara; "
        "Treptaj d.o.o. Bor, za partiju 2 po ceni od 301.000,00 dinara."
    )
    assert bids(text) == [("1", "Okolina d.o.o. Beograd", "640000.00"), ("2", "Treptaj d.o.o. Bor", "301000.00")]


def test_a_line_without_a_lot_takes_nothing_from_those_of_lots() -> None:
    """Of two lots, each with one winner, both are told, though only one of them is a vendor and a third is named."""
    text = (
        f"{DECISION}Dodeljuju se ugovori: za partiju 1 ponuđaču Okolina d.o.o. Beograd, za iznos od 640.000,00 dinara; "
        "za partiju 2 ponuđaču Treptaj d.o.o. Bor, za iznos od 301.000,00 dinara.\n\n"
        "Ranije je ugovor dodeljen firmi Zvonik d.o.o. Niš, za iznos od 90.000,00 dinara."
    )
    context = surroundings(text)
    vendor = context.text.fact("vendor", "Okolina d.o.o. Beograd", (0, 0), "vendor.test", 0.9)
    found = awards.find(context, "award_decision", [vendor])
    assert [(fact.details["lot"], fact.details["vendor"]) for fact in found] == [
        ("1", "Okolina d.o.o. Beograd"),
        ("2", "Treptaj d.o.o. Bor"),
    ]
