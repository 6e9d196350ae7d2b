"""Which firm won which lot, which bid together, and whose numbers are whose, in forms that strangers wrote."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import docx
import pymupdf
import pytest

from archive.model.words import Words
from indexer.facts import awards, firms, kind
from indexer.facts.awards import bid_facts
from indexer.facts.awards.table_ids import with_own_numbers
from indexer.facts.scoring.money import all_monies
from indexer.facts.text import DocumentText
from indexer.facts.vendors.parties import ids_after
from indexer.formats.pdf_layer import TextLayer
from indexer.formats.word import DocxSource
from tests.indexer.facts.conftest import DOCUMENT, reading_of, words_of
from tests.indexer.facts.test_bid_lists import DECISION, bids, lines, page_of, surroundings
from tests.indexer_samples import flowing_pages

REASONS = (
    "Obrazloženje\n"
    "Za partiju 1 stigle su dve ponude: Kolos d.o.o. Niš – 900.000,00 dinara i Mrazik a.d. Užice – 950.000,00 dinara.\n"
    "Za partiju 2 stigle su dve ponude: Mrazik a.d. Užice – 410.000,00 dinara i Vihor d.o.o. Bor – 395.000,00 dinara.\n"
)
TWO_LOTS = [("1", "Kolos d.o.o. Niš", "900000.00"), ("2", "Vihor d.o.o. Bor", "395000.00")]


@pytest.mark.parametrize(
    "said",
    [
        "Ugovori se dodeljuju, i to: firmi Kolos d.o.o. Niš za partiju 1, firmi Vihor d.o.o. Bor za partiju 2.",
        "Dodeljuju se ugovori ponuđaču Kolos d.o.o. Niš – partija 1, i ponuđaču Vihor d.o.o. Bor – partija 2.",
        "Dodeljuju se ugovori: ponuđaču Kolos d.o.o. Niš (partija 1), ponuđaču Vihor d.o.o. Bor (partija 2).",
        "Dodeljuju se ugovori za partije 1 i 2: ponuđaču Kolos d.o.o. Niš za partiju 1 i ponuđaču Vihor d.o.o. Bor za "
        "partiju 2.",
        "Dodeljuju se ugovori privrednom društvu Kolos d.o.o. Niš partija 1, privrednom društvu Vihor d.o.o. Bor "
        "partija 2.",
        "Ugovor dobija Kolos d.o.o. Niš za partiju 1, a Vihor d.o.o. Bor za partiju 2.",
        "Izabrani su: Kolos d.o.o. Niš, partija 1; Vihor d.o.o. Bor, partija 2.",
        "Ugovori se dodeljuju:\n1) Kolos d.o.o. Niš – partija 1\n2) Vihor d.o.o. Bor – partija 2",
        "Уговори се додељују:\n1. Колос д.о.о. Ниш – партија 1\n2. Вихор д.о.о. Бор – партија 2",
        "Додељују се уговори привредном друштву Колос д.о.о. Ниш партија 1 и друштву Вихор д.о.о. Бор партија 2.",
        "Додељују се уговори: понуђачу Колос д.о.о. Ниш за партију 1, а понуђачу Вихор д.о.о. Бор за партију 2.",
    ],
)
def test_the_lot_behind_each_winner_is_its_own(said: str) -> None:
    assert lines(f"{DECISION}{said}\n\n{REASONS}") == TWO_LOTS


@pytest.mark.parametrize(
    "said",
    [
        "Ugovor dobija Kolos d.o.o. Niš za partiju 1, a ne Vihor d.o.o. Bor za partiju 2.",
        "Dodeljuje se ugovor za partiju 1 ponuđaču Kolos d.o.o. Niš, partija 2 se obustavlja.",
        "Izabran je Kolos d.o.o. Niš za partiju 1, a Vihor d.o.o. Bor se žalio.",
    ],
)
def test_who_stands_beside_a_winner_without_a_lot_or_is_denied_won_nothing(said: str) -> None:
    assert lines(f"{DECISION}{said}\n\n{REASONS}") == TWO_LOTS[:1]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("Vrednost svih ugovora zajedno je 4.000.000,00 dinara.", "900000.00"),
        ("Ukupna vrednost dodeljenih ugovora je 4.000.000,00 dinara.", "900000.00"),
        ("Ukupno po partijama vrednost iznosi 4.000.000,00 dinara.", "900000.00"),
        ("Укупно по свим партијама вредност износи 4.000.000,00 динара.", "900000.00"),
        ("Vrednost ugovora je 890.000,00 dinara.", "890000.00"),
        ("Vrednost okvirnog sporazuma je 4.000.000,00 dinara.", "4000000.00"),
    ],
)
def test_the_sum_of_all_contracts_is_not_that_of_a_winner(said: str, value: str) -> None:
    text = (
        f"{DECISION}Primljene ponude: Kolos d.o.o. Niš – 900.000,00 dinara; Mrazik a.d. Užice – 950.000,00 dinara.\n"
        f"Izabran je ponuđač Kolos d.o.o. Niš. {said}\n"
    )
    assert lines(text) == [("", "Kolos d.o.o. Niš", value)]
    assert bids(text)[:2] == [("", "Kolos d.o.o. Niš", "900000.00"), ("", "Mrazik a.d. Užice", "950000.00")]


@pytest.mark.parametrize("said", ["od 118,00 do 205,00 dinara", "od 118,00 dinara do 205,00 dinara"])
def test_a_range_is_no_price(said: str) -> None:
    text = f"{DECISION}Ugovor se dodeljuje ponuđaču Kolos d.o.o. Niš, cena obroka {said}.\n"
    assert lines(text) == []


def page_of_lots(*lots: tuple[str, Sequence[Sequence[str]]]) -> Words:
    """The words of a decision of lots, each with a title, a line that heads no column, and ruled rows of bids."""
    page = pymupdf.open().new_page(width=640, height=842)
    y = 40.0
    for line in (*DECISION.splitlines(), "Pregled primljenih ponuda po partijama"):
        page.insert_text((40, y), line, fontsize=10, fontname="tiro")
        y += 14
    for title, rows in lots:
        y += 20
        for line in (title, "Ponudjac  Cena bez PDV-a  Napomena"):
            page.insert_text((40, y), line, fontsize=10, fontname="tiro")
            y += 16
        for row in rows:
            for x, cell in zip((40, 70, 300, 430), row, strict=False):
                page.insert_text((x, y), cell, fontsize=10, fontname="tiro")
                page.draw_rect(pymupdf.Rect(x - 4, y - 12, x + 130, y + 6))
            y += 18
    return TextLayer(page).reading


def test_tables_below_the_titles_of_lots_are_of_these_lots() -> None:
    page = page_of_lots(
        (
            "Partija 1: hleb",
            [
                ("1.", "Kolos d.o.o. Nis", "900.000,00", "dodeljuje se"),
                ("2.", "Mrazik a.d. Bor", "950.000,00", ""),
            ],
        ),
        (
            "Partija 2: mleko",
            [
                ("1.", "Mrazik a.d. Bor", "395.000,00", "dodeljuje se"),
                ("2.", "Kolos d.o.o. Nis", "410.000,00", ""),
            ],
        ),
    )
    assert lines(page) == [("1", "Kolos d.o.o. Nis", "900000.00"), ("2", "Mrazik a.d. Bor", "395000.00")]
    assert [bid[0] for bid in bids(page)] == ["1", "1", "2", "2"]
    offers = bid_facts.offers(surroundings(page), "award_decision")
    assert {fact.details["vat"] for fact in offers} == {"without"}


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("Kolos d.o.o. Niš sa Vihor d.o.o. Bor – 900.000,00", "Kolos d.o.o. Niš; Vihor d.o.o. Bor"),
        ("Колос д.о.о. Ниш са Вихор д.о.о. Бор – 900.000,00", "Kolos d.o.o. Niš; Vihor d.o.o. Bor"),
        ("Kolos d.o.o. Niš i Vihor d.o.o. Bor – 900.000,00", "Kolos d.o.o. Niš; Vihor d.o.o. Bor"),
    ],
)
def test_who_bid_together_has_one_bid(said: str, who: str) -> None:
    text = (
        f"ZAPISNIK\nOpština Bečej\nPonuđene cene u dinarima: Mrazik a.d. Užice – 950.000,00; {said}; "
        "Lahor d.o.o. Ada – 970.000,00.\n"
    )
    assert [bid[1] for bid in bids(text)] == ["Mrazik a.d. Užice", who, "Lahor d.o.o. Ada"]


def test_bids_go_on_behind_a_name_without_a_price_and_in_the_next_lot() -> None:
    text = (
        "ZAPISNIK\nOpština Bečej\nPonuđene cene u dinarima:\n\n"
        "Partija 1 – hleb: Mrazik a.d. Užice – 950.000,00; Busen d.o.o. Ada – 960.000,00; Zelenko d.o.o. Senta – "
        "961.000,00; Okvir d.o.o. Šid – 962.000,00; Prozor d.o.o. Inđija – 963.000,00; Staklorez d.o.o. Ruma – "
        "964.000,00; Vihor d.o.o. Bor nije dostavio cenu; Kolos d.o.o. Niš – 900.000,00.\n\n"
        "Partija 2 – mleko: Vihor d.o.o. Bor – 410.000,00; Lahor d.o.o. Ada – 400.000,00.\n"
    )
    assert [bids(text)[0], *bids(text)[6:]] == [
        ("1", "Mrazik a.d. Užice", "950000.00"),
        ("1", "Kolos d.o.o. Niš", "900000.00"),
        ("2", "Vihor d.o.o. Bor", "410000.00"),
        ("2", "Lahor d.o.o. Ada", "400000.00"),
    ]


def test_the_price_of_a_contract_before_who_signed_it_is_no_bid() -> None:
    text = (
        "Kamere (lot 1) isporučiće Vihor d.o.o. Bor, po ugovoru čija je vrijednost 79.430,00 KM; zaprimljene su tri "
        "ponude, u rasponu od 76.900,00 do 81.200,00 KM.\n\nZa lot 2, računari, ugovor na 38.615,40 KM potpisao je "
        "Kolos d.o.o. Niš, koji je bio bolji od drugog.\n"
    )
    assert bids(text) == []


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Колос д.о.0., Ниш", "Kolos d.o.o."),
        ("Колос д.0.0. Ниш", "Kolos d.o.o. Niš"),
        ("|Kolos D.O.0. Niš", "Kolos D.O.O. Niš"),
        ("Kolos DO0 Niš", "Kolos DOO Niš"),
        ("Kolos\n017 d.o.o. Niš", "Kolos 017 d.o.o. Niš"),
        ("Kolos 017\nd.o.o. Niš", "Kolos 017 d.o.o. Niš"),
        ("društva Kolos d.o.o. Niš", "Kolos d.o.o. Niš"),
        ("друштвом Колос д.о.о. Ниш", "Kolos d.o.o. Niš"),
        ("društva za trgovinu Kolos d.o.o. Niš", "društva za trgovinu Kolos d.o.o. Niš"),
    ],
)
def test_names_over_lines_misread_and_introduced(printed: str, name: str) -> None:
    page = words_of(printed)
    firm = firms.read(DocumentText.of(DOCUMENT, reading_of([page]), [page]), 0)
    assert firm is not None
    assert firm.name == name


def test_a_row_number_is_no_part_of_a_name() -> None:
    page = words_of("Kolos d.o.o. Niš\nVažnost ponude\n1 Vihor d.o.o. Bor")
    text = DocumentText.of(DOCUMENT, reading_of([page]), [page])
    assert firms.read(text, 3) is None
    listed = "ZAPISNIK\nPonuđene cene\n1 Vihor d.o.0. Bor 900.000,00\n2 Kolos d.o.o. Niš 950.000,00"
    assert [bid[1] for bid in bids(listed)] == ["Vihor d.o.o. Bor", "Kolos d.o.o. Niš"]


def test_a_table_that_speaks_of_guarantees_keeps_who_stands_in_its_first_row() -> None:
    page = page_of(
        "ODLUKA O DODELI UGOVORA\nRepublika Srbija, Opstina Becej",
        (40, 230, 330, 430, 530),
        [
            ("Ponudjac", "Cena bez PDV", "Garancija", "Zbir", "Mesto"),
            ("Kolos d.o.o. i Vihor d.o.o.", "900.000,00", "24", "99,28", "1"),
            ("Mrazik a.d. Bor", "950.000,00", "36", "88,07", "2"),
        ],
    )
    assert [bid[1] for bid in bids(page)] == ["Kolos d.o.o.; Vihor d.o.o.", "Mrazik a.d. Bor"]


@pytest.mark.parametrize("first", ["1", "2"])
def test_two_bids_that_are_read_as_one_row_have_each_its_place(first: str, tmp_path: Path) -> None:
    names = ["Mrazik a.d.", "Kolos d.o.o."]
    rows = [
        ("Rang", "Ponuđač", "Cena bez PDV"),
        (f"{first}\n{3 - int(first)}", "\n".join(names), "950.000,00\n900.000,00"),
        ("3", "Vihor d.o.o. Ub", "990.000,00"),
    ]
    page = flowing_page_of(rows, tmp_path)
    assert [line[1] for line in lines(page)] == [names[int(first) - 1]]


def flowing_page_of(rows: Sequence[Sequence[str]], folder: Path) -> Words:
    """The words of a DOCX file with a table; cells may have several lines."""
    document = docx.Document()
    document.add_paragraph(DECISION)
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.save(str(folder / "odluka.docx"))
    (page,) = flowing_pages(DocxSource(folder / "odluka.docx", "odluka.docx"))
    return page.words


def cells_of(title: str, rows: Sequence[Sequence[str]]) -> Words:
    """The words of a page with a ruled table; cells may have several lines."""
    page = pymupdf.open().new_page(width=640, height=842)
    page.insert_text((40, 40), title, fontsize=10, fontname="tiro")
    y = 70.0
    for row in rows:
        height = 16 * max(cell.count("\n") + 1 for cell in row) + 6
        for at, cell in enumerate(row):
            page.draw_rect(pymupdf.Rect(40 + 140 * at, y, 180 + 140 * at, y + height))
            for below, line in enumerate(cell.split("\n")):
                page.insert_text((45 + 140 * at, y + 14 + 16 * below), line, fontsize=9, fontname="tiro")
        y += height
    return TextLayer(page).reading


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            [
                ("Ponudjac", "PIB", "Cena"),
                ("Kolos d.o.o. Nis", "100000024", "900.000,00"),
                ("Vihor d.o.o. Bor", "100000031", "950.000,00"),
            ],
            {"Kolos d.o.o.": "100000024", "Vihor d.o.o. Bor": "100000031"},
        ),
        (
            [
                ("Ponudjac", "PIB ponudjaca", "Cena"),
                ("Kolos d.o.o. Nis i\nVihor d.o.o. Bor", "100000024\n100000031", "900.000,00"),
                ("Mrazik a.d. Ub", "100000049", "950.000,00"),
            ],
            {"Kolos d.o.o.": "100000024", "Vihor d.o.o.": "100000031", "Mrazik a.d.": "100000049"},
        ),
        (
            [
                ("", "Partija 1", "Partija 2"),
                ("Ugovor se dodeljuje", "Kolos d.o.o. Nis", "Vihor d.o.o. Bor"),
                ("PIB / MB", "100000024 / 10000004", "100000031 / 10000012"),
                ("Vrednost", "900.000,00", "950.000,00"),
            ],
            {"Kolos d.o.o.": "100000024", "Vihor d.o.o.": "100000031"},
        ),
        (
            [
                ("Ponudjac", "PIB", "Cena"),
                ("Kolos d.o.o. Nis i\nVihor d.o.o. Bor", "100000024", "900.000,00"),
                ("Mrazik a.d. Ub", "100000049", "950.000,00"),
            ],
            {"Kolos d.o.o.": None, "Vihor d.o.o.": None, "Mrazik a.d.": "100000049"},
        ),
    ],
)
def test_numbers_of_a_table_are_those_of_the_firm_of_their_cell(
    rows: Sequence[Sequence[str]], told: dict[str, str | None]
) -> None:
    """The number with the wrong check digit has no label beside it, and is told to be misprinted."""
    context = surroundings(cells_of("ODLUKA O DODELI UGOVORA", rows))
    facts = [context.text.fact("vendor", name, (0, 0), "vendor.test", 0.9) for name in told]
    found = with_own_numbers(context, facts)
    assert {fact.value: fact.details.get("pib") for fact in found} == told
    failed = {fact.details["pib"] for fact in found if "pib" in fact.details.get("check_failed", "").split()}
    assert failed == {number for number in told.values() if number == "100000031"}


def test_the_number_of_another_in_a_table_is_taken_away() -> None:
    context = surroundings(
        cells_of(
            "ODLUKA O DODELI UGOVORA",
            [("Ponudjac", "PIB"), ("Kolos d.o.o. Nis", "100000024"), ("Vihor d.o.o. Bor", "100000031")],
        )
    )
    wrong = context.text.fact("bidder", "Mrazik a.d.", (0, 0), "bidder.test", 0.9, details={"pib": "100000024"})
    assert [dict(fact.details) for fact in with_own_numbers(context, [wrong])] == [{}]


@pytest.mark.parametrize(
    ("said", "own"),
    [
        ("Kolos d.o.o. Niš, PIB 100000024, MB 10000004", {"pib": "100000024", "mb": "10000004"}),
        ("Kolos d.o.o. Niš nudi 900.000,00 dinara, a najnižu cenu ima Vihor (PIB 100000024)", {}),
        ("Kolos d.o.o. Niš, žalba odbijena, pa je sa ponuđačem Vihor iz Bora, PIB 100000024, potpisan ugovor", {}),
        ("Колос д.о.о. Ниш нуди 900.000,00 динара, а најнижу цену има Вихор (ПИБ 100000024)", {}),
    ],
)
def test_numbers_behind_a_price_or_the_name_of_another_are_not_its_own(said: str, own: dict[str, str]) -> None:
    page = words_of(said)
    found = ids_after(DocumentText.of(DOCUMENT, reading_of([page]), [page]), 2)
    assert {name: number for name, number in found.items() if name != "check_failed"} == own


def test_the_number_of_a_line_of_a_group_is_that_of_its_first_member() -> None:
    text = (
        f"{DECISION}Ugovor se dodeljuje grupi ponuđača koju čine Kolos d.o.o. Niš, PIB 100000024, i Vihor d.o.o. Bor, "
        "PIB 100000031, za 900.000,00 dinara.\n"
    )
    (line,) = awards.lines(surroundings(text), "award_decision", [])
    assert line.number is not None
    assert line.number[1].value == "100000024"


@pytest.mark.parametrize("said", ["ЗАПИСНИК\n0 ОТВАРАЊУ ПОНУДА", "ZAPISNIK 0 OTVARANJU PONUDA"])
def test_the_title_of_a_scan_whose_word_o_is_a_zero(said: str) -> None:
    page = words_of(f"{said}\nOpština Bečej, broj 404-1/2024")
    assert [fact.value for fact in kind.find(DocumentText.of(DOCUMENT, reading_of([page]), [page]))] == ["minutes"]


@pytest.mark.parametrize(
    ("said", "won"),
    [
        ("Ugovor je potpisan 3.5.2024. sa prvorangiranim ponuđačem.", [("", "Kolos d.o.o. Niš", "900000.00")]),
        ("Sa prvoplasiranim je zaključen ugovor.", [("", "Kolos d.o.o. Niš", "900000.00")]),
        ("Уговор је закључен са прворангираним.", [("", "Kolos d.o.o. Niš", "900000.00")]),
        ("Prvorangirani se žalio.", []),
        ("Ugovor nije zaključen.", []),
    ],
)
def test_a_letter_says_that_the_first_of_its_list_has_the_contract(said: str, won: list[tuple[str, str, str]]) -> None:
    text = (
        "Poštovani,\nstigle su dve ponude, rang lista:\n1. Kolos d.o.o. Niš – 900.000,00 dinara\n"
        f"2. Vihor d.o.o. Bor – 950.000,00 dinara\n{said}\n"
    )
    assert lines(text, "correspondence") == won


def test_the_words_below_a_table_of_one_bid_are_no_bids(tmp_path: Path) -> None:
    rows = [
        ("Ponuđač", "Cena bez PDV i cena sa PDV", "Rok"),
        ("Kolos d.o.o. Niš", "900.000,00 1.080.000,00", "30 dana"),
        ("Zapisnik je zaključen", "u 10,50 časova", ""),
        ("Članovi komisije", "Predstavnici", ""),
    ]
    assert bids(flowing_page_of(rows, tmp_path)) == [("", "Kolos d.o.o. Niš", "900000.00")]


def test_prices_without_and_with_tax_in_one_cell_are_one_bid_of_its_group(tmp_path: Path) -> None:
    rows = [
        ("Ponuđač", "Cena po partijama"),
        ("1)Kolos d.o.o.\n2)Vihor d.o.o.", "900.000,00\n1.080.000,00"),
        ("Mrazik a.d. Ub", "950.000,00\n1.140.000,00"),
    ]
    assert bids(flowing_page_of(rows, tmp_path)) == [
        ("", "Kolos d.o.o.; Vihor d.o.o.", "900000.00"),
        ("", "Mrazik a.d. Ub", "950000.00"),
    ]


def test_the_number_of_a_place_is_no_part_of_the_sum_in_the_next_line() -> None:
    said = "Republika Srbija\nKolos d.o.o.\n2.\n871 000,00\nVihor d.o.o.\n1.\n864 200,00"
    assert [f"{read.value:.2f}" for read in all_monies(surroundings(said))] == ["871000.00", "864200.00"]


@pytest.mark.parametrize("said", ["U drugoj partiji", "U partiji 2", "Za drugu partiju"])
def test_a_sentence_that_begins_in_a_lot_is_of_it(said: str) -> None:
    text = (
        f"{DECISION}Ugovor za partiju 1 dodeljuje se ponuđaču Kolos d.o.o. Niš za 900.000,00 dinara.\n"
        f"{said} stigle su dve ponude: Kolos d.o.o. Niš sa pomenutim iznosom i Vihor d.o.o. Bor sa 395.000,00 dinara.\n"
    )
    assert ("2", "Vihor d.o.o. Bor", "395000.00") in bids(text)
