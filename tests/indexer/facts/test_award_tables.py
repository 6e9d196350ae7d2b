"""Lines of awards in rows of tables, on PDFs that are made here: heads carried over pages, wrapped rows, no heads."""

from __future__ import annotations

from collections.abc import Sequence

import pymupdf

from archive.model.words import Words
from indexer.facts import awards
from indexer.facts.awards.cells import vendor_in
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.text import DocumentText
from indexer.formats.pdf_layer import TextLayer
from tests.indexer.facts.conftest import DOCUMENT, reading_of

COLUMNS = (40, 100, 200, 330, 400, 470, 540)
HEADS = ("Broj", "Predmet", "Naziv i OIB\nugovaratelja", "Datum", "Iznos\nbez PDV-a", "Iznos\nPDV-a", "Iznos s\nPDV-om")
ROWS = (
    ("EN-1", "Kamere", "Vidozor d.o.o.\n69435151530", "1.2.2021.", "40.000,00", "10.000,00", "50.000,00"),
    ("EN-2", "Stupovi", "HRAST, obrt\nza stolarske\nusluge", "3.2.2021.", "8.000,00", "0,00", "8.000,00"),
    ("EN-3", "Kabeli", "Zvonolik j.d.o.o.", "5.2.2021.", "1.200,00", "300,00", "1.500,00"),
)


def page_of(title: str, *rows: Sequence[str]) -> Words:
    """The words of a page with a title over the rows of a table, each cell with its lines."""
    document = pymupdf.open()
    page = document.new_page(width=640, height=842)
    page.insert_text((40, 40), title, fontsize=12, fontname="tiro")
    y = 80.0
    for row in rows:
        for x, cell in zip(COLUMNS, row, strict=False):
            for line, text in enumerate(cell.split("\n")):
                page.insert_text((x, y + 10 * line), text, fontsize=8, fontname="tiro")
        y += 16 + 10 * max(cell.count("\n") for cell in row)
    return TextLayer(page).reading


def lines(*pages: Words) -> list[tuple[str, ...]]:
    """The vendor, sum, currency, VAT and number of each line."""
    text = DocumentText.of(DOCUMENT, reading_of(list(pages)), pages)
    facts = awards.find(TextSurroundings(text, pages), "report", [])
    names = ("vendor", "amount", "currency", "vat", "oib")
    return [tuple(fact.details.get(name, "") for name in names) for fact in facts]


WANTED = [
    ("Vidozor d.o.o.", "40000.00", "HRK", "without", "69435151530"),
    ("HRAST, obrt za stolarske usluge", "8000.00", "HRK", "without", ""),
    ("Zvonolik j.d.o.o.", "1200.00", "HRK", "without", ""),
]
"""Kuna, since no currency is printed, the numbers are Croatian and the days before 2023."""


def test_the_rows_of_a_register_with_heads() -> None:
    assert lines(page_of("Registar ugovora, Republika Hrvatska", HEADS, *ROWS)) == WANTED


def test_a_vendor_whose_name_begins_that_of_another_is_kept() -> None:
    """A name before its town is known; a name that only begins with the same letters is another's."""
    rows = (
        ("EN-1", "Kamere", "Elektroprimer d.o.o.", "1.2.2021.", "40.000,00", "10.000,00", "50.000,00"),
        ("EN-2", "Stupovi", "Elektro\n69435151530", "3.2.2021.", "8.000,00", "0,00", "8.000,00"),
    )
    page = page_of("Registar ugovora, Republika Hrvatska", HEADS, *rows)
    text = DocumentText.of(DOCUMENT, reading_of([page]), [page])
    told = awards.lines(TextSurroundings(text, [page]), "report", [])
    found = awards.with_lines(text, "report", [], told)
    assert [fact.value for fact in found if fact.field == "vendor"] == ["Elektroprimer d.o.o.", "Elektro"]


def test_heads_are_those_of_the_page_before() -> None:
    title = "Registar ugovora, Republika Hrvatska"
    assert lines(page_of(title, HEADS, *ROWS), page_of("Stranica 2", *ROWS)) == [*WANTED, *WANTED]


def test_columns_without_heads_are_told_by_what_they_hold() -> None:
    """Firms that change from row to row, and sums of which the third is the first and its VAT."""
    assert lines(page_of("Registar ugovora, Republika Hrvatska", *ROWS)) == WANTED


def test_the_ceilings_of_a_framework_agreement_are_its_prices_and_who_is_second_has_none() -> None:
    heads = ("Part.", "Predmet", "Dobavljac", "Red\nprvenstva", "Gornja\ngranica", "Cena iz\nponude")
    rows = (
        ("1.", "Hleb", "Vidozor d.o.o.", "prvi", "50.000,00", "43.800,00"),
        ("", "", "Hrast d.o.o.", "drugi", "", "44.490,00"),
        ("2.", "Mleko", "Zvonolik d.o.o.", "prvi", "31.000,00", "29.674,00"),
    )
    found = lines(page_of("Okvirni sporazum, Republika Srbija", heads, *rows))
    assert [line[:2] for line in found] == [("Vidozor d.o.o.", "50000.00"), ("Zvonolik d.o.o.", "31000.00")]


def test_a_table_that_no_word_says_to_be_of_contracts_has_no_lines() -> None:
    assert lines(page_of("Partneri, Republika Hrvatska", *ROWS)) == []


def test_what_was_paid_is_no_sum_of_a_contract() -> None:
    heads = ("Broj", "Predmet", "Dobavljač", "Datum", "Plaćen\niznos")
    rows = [(*row[:4], row[4]) for row in ROWS]
    assert (
        lines(page_of("Registar ugovora", tuple(head.replace("č", "c").replace("ć", "c") for head in heads), *rows))
        == []
    )


def test_a_row_that_the_end_of_a_page_parts_is_one() -> None:
    title = "Registar ugovora, Republika Hrvatska"
    parted = ("EN-4", "Cijevi i", "Okolina", "9.2.2021.", "500,00", "125,00", "625,00")
    rest = ("", "spojnice", "d.o.o.\n69435151530", "", "", "", "")
    after = ("EN-5", "Pijesak", "Zvonolik j.d.o.o.", "5.3.2021.", "1.200,00", "300,00", "1.500,00")
    found = lines(page_of(title, HEADS, *ROWS, parted), page_of("Stranica 2", rest, after, after, after))
    assert found[3] == ("Okolina d.o.o.", "500.00", "HRK", "without", "69435151530")
    assert [line[0] for line in found[4:]] == ["Zvonolik j.d.o.o."] * 3


def test_the_only_sums_of_a_table_may_be_of_bills() -> None:
    """Bills of suppliers, told with VAT: the lines are only proposed, and their sums are no prices of contracts."""
    words = page_of(
        "Ugovor se izvrsava, Republika Srbija",
        ("Racun", "Datum", "Dobavljac", "Fakturisano\nsa PDV"),
        ("R-1", "1.2.2021.", "Vidozor d.o.o.", "40.000,00"),
        ("R-2", "3.2.2021.", "Zvonolik d.o.o.", "8.000,00"),
    )
    text = DocumentText.of(DOCUMENT, reading_of([words]), [words])
    told = awards.lines(TextSurroundings(text, [words]), "report", [])
    assert [line.confidence for line in told] == [0.65, 0.65]
    assert list(awards.with_lines(text, "report", [], told)) == []


def test_a_register_in_thousands_has_small_sums_and_goes_on_below_its_head() -> None:
    heads = ("Broj", "Predmet", "Dobavljac", "Datum", "Vrednost\nbez PDV")
    first, second = (
        (f"EN-{row}", "Papir", "Vidozor d.o.o.", "1.2.2021.", value) for row, value in ((1, "388"), (2, "1.388,4"))
    )
    title = "Pregled ugovora, Republika Srbija, iznosi u hiljadama dinara"
    found = lines(page_of(title, heads, first, second), page_of("Pregled ugovora", heads, first))
    assert [line[1] for line in found] == ["388000.00", "1388400.00", "388000.00"]


def test_the_words_of_a_cell_may_be_in_any_order() -> None:
    words = page_of("Vidozor oprema d.o.o.")
    text = DocumentText.of(DOCUMENT, reading_of([words]), [words])
    vendor = vendor_in(text, [1, 0, 2])
    assert vendor is not None
    assert (vendor.firm.first, vendor.firm.last) == (1, 1)


def name_in(cell: str) -> str:
    """The name that the words of a cell are read as."""
    words = page_of(cell)
    text = DocumentText.of(DOCUMENT, reading_of([words]), [words])
    vendor = vendor_in(text, range(len(text.words)))
    return vendor.firm.name if vendor else ""


def test_a_name_ends_before_the_number_and_the_address() -> None:
    assert (
        name_in("VODA, obrt za instalacije, vl. Petar Kos, Vinkovci, Duga 25")
        == "VODA, obrt za instalacije, vl. Petar Kos"
    )
    assert name_in("Hrast obrt za rezanje drva vl. Ana Kos 69435151530") == "Hrast obrt za rezanje drva vl. Ana Kos"
    assert name_in("Zvonolik d.o.o. Zagreb, Av. Bana 10") == "Zvonolik d.o.o."
    assert name_in("Trgovina Vidozor, Gornji put 5") == "Trgovina Vidozor"
    assert name_in("Trgovina Vidozor, Gornji put bb") == "Trgovina Vidozor"
    assert name_in("Ukupno:") == ""


def test_words_that_a_narrow_cell_has_broken_are_whole() -> None:
    document = pymupdf.open()
    page = document.new_page()
    for at, line in enumerate(("Industrij", "a nafte", "d.d.")):
        page.insert_text((40, 80 + 10 * at), line, fontsize=8, fontname="tiro")
    words = TextLayer(page).reading
    text = DocumentText.of(DOCUMENT, reading_of([words]), [words])
    vendor = vendor_in(text, range(len(text.words)))
    assert vendor is not None
    assert vendor.firm.name == "Industrija nafte d.d."


def test_rows_of_a_register_name_vendors_and_what_they_are_paid() -> None:
    """In place of what else was read on the same words: a name that was cut short, a sum in another currency."""
    pages = [page_of("Registar ugovora, Republika Hrvatska", HEADS, *ROWS)]
    text = DocumentText.of(DOCUMENT, reading_of(pages), pages)
    hrast, sum_, other = text.words.index("HRAST,"), text.words.index("8.000,00"), text.words.index("Kamere")
    facts = [
        text.fact("vendor", "HRAST, obrt", (hrast, hrast + 1), "vendor.scored", 0.97),
        text.fact("amount", "8000.00", (sum_, sum_), "amount.contract-scored", 0.8, details={"currency": "EUR"}),
        text.fact("buyer", "Općina Kamere", (other, other), "buyer.scored", 0.9),
    ]
    told = awards.lines(TextSurroundings(text, pages), "report", facts)
    found = [(each.field, each.value, each.confidence) for each in awards.with_lines(text, "report", facts, told)]
    assert ("buyer", "Općina Kamere", 0.9) in found
    assert [value for field, value, _ in found if field == "vendor"] == [line[0] for line in WANTED]
    assert ("vendor", "HRAST, obrt za stolarske usluge", 0.97) in found
    sums = [each for each in awards.with_lines(text, "report", facts, told) if each.field == "amount"]
    assert [(each.value, each.details["currency"], each.details["vat"]) for each in sums] == [
        line[1:4] for line in WANTED
    ]
    vendor = next(each for each in awards.with_lines(text, "report", facts, told) if each.value == "Vidozor d.o.o.")
    assert dict(vendor.details) == {"role": "supplier", "oib": "69435151530"}


def test_a_paper_without_rows_keeps_its_facts() -> None:
    pages = [page_of("Ugovor")]
    text = DocumentText.of(DOCUMENT, reading_of(pages), pages)
    facts = [text.fact("vendor", "Vidozor", (0, 0), "vendor.scored", 0.97)]
    assert list(awards.with_lines(text, "report", facts, [])) == facts


def test_a_name_that_goes_on_in_the_next_row_makes_no_line() -> None:
    """Two lots in one row of print: which sum is whose cannot be told."""
    first = ("EN-4", "Gorivo", "Hrast d.o.o. iz", "9.2.2021.", "500,00", "125,00", "625,00")
    second = ("", "", "Rume", "", "300,00", "75,00", "375,00")
    found = lines(page_of("Registar ugovora, Republika Hrvatska", HEADS, *ROWS, first, second, *ROWS))
    assert found == [*WANTED, *WANTED]


def test_the_same_vendor_as_above() -> None:
    same = (ROWS[0][0], ROWS[0][1], "isti", *ROWS[0][3:])
    found = lines(page_of("Registar ugovora, Republika Hrvatska", HEADS, ROWS[0], same, *ROWS[1:]))
    assert [line[0] for line in found[:2]] == ["Vidozor d.o.o.", "Vidozor d.o.o."]


def test_of_bids_that_came_in_the_chosen_one_is_a_line() -> None:
    heads = ("Broj", "Predmet", "Prispele ponude", "Cena", "Odluka")
    rows = (
        ("1", "Kamere", "Vidozor d.o.o.", "40.000,00", "Vidozor"),
        ("2", "Stolovi", "Zvonolik j.d.o.o.", "8.000,00", "odbijena"),
    )
    found = lines(page_of("Ugovori, Republika Hrvatska", heads, *rows))
    assert "Zvonolik j.d.o.o." not in [line[0] for line in found]
