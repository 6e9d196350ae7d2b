"""Who pays and who is paid, who won and who only bid, in bills of two columns, contracts that tell of bids, and tables
whose numbers stand beside each other."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from archive.model import Box, Fact
from archive.model.words import Break, Word, Words
from indexer.facts.awards.table_ids import with_own_numbers
from indexer.facts.extraction import extract
from indexer.facts.mentions.watchlist import Watchlist
from indexer.facts.numerals import printed
from indexer.facts.scoring.money import all_monies
from indexer.facts.text import DocumentText
from tests.indexer.facts.conftest import DOCUMENT, reading_of, words_of
from tests.indexer.facts.test_bid_lists import lines, page_of, surroundings


def facts_of(page: str | Words) -> list[Fact]:
    words = words_of(page) if isinstance(page, str) else page
    return list(extract(DocumentText.of(DOCUMENT, reading_of([words]), [words]), [words], Watchlist.shipped()))


def values(facts: Sequence[Fact], field: str) -> list[str]:
    return [fact.value for fact in facts if fact.field == field and "proposed" not in fact.details]


INVITED = [
    "UGOVOR o nabavci klupa\nIzmeđu: Osnovna škola „Breza“ Ub (naručilac) i „Kolos“ d.o.o. Ub, Duga 1, PIB 109000001\n"
    "(izvođač).\nNabavka je bez postupka, jer je vrednost ispod milion dinara. Ponude smo tražili od tri firme: "
    "„Kolos“ d.o.o. Ub 400.000,00, „Vihor“ d.o.o. Bor 455.000,00, a „Mrazik“ d.o.o. Niš nije odgovorio.\n"
    "Naručilac plaća 400.000,00 dinara bez PDV.",
    "УГОВОР о набавци клупа\nИзмеђу: Основна школа „Бреза“ Уб (наручилац) и „Колос“ д.о.о. Уб, Дуга 1, ПИБ 109000001\n"
    "(добављач).\nПоступак није спровођен, јер је вредност набавке мала. Понуде су дали „Колос“ д.о.о. Уб "
    "400.000,00, „Вихор“ д.о.о. Бор 455.000,00 и „Мразик“ д.о.о. Ниш 470.000,00.\n"
    "Наручилац плаћа 400.000,00 динара без ПДВ.",
]


@pytest.mark.parametrize("said", INVITED)
def test_a_contract_that_tells_who_else_bid_has_one_vendor(said: str) -> None:
    """Words of a sentence are no heads of columns, below which each name is a vendor."""
    facts = facts_of(said)
    assert values(facts, "vendor") == ["„Kolos” d.o.o. Ub"]
    told = [fact for fact in facts if fact.field == "award"]
    assert {(fact.details["vendor"], fact.details["amount"]) for fact in told} == {("„Kolos” d.o.o. Ub", "400000.00")}


Cells = Sequence[tuple[int, str]]
"""Texts of a line, each with the letter at which it begins."""


def placed(printed: Sequence[Cells]) -> Words:
    """The words of a page as OCR reads it: line by line over its columns, 100 letters wide."""
    words = []
    for number, cells in enumerate(printed):
        for at, (column, cell) in enumerate(cells):
            for word in re.finditer(r"\S+", cell):
                x0, x1 = ((column + place) / 100 for place in word.span())
                box = Box(x0, 0.05 + 0.03 * number, x1, 0.065 + 0.03 * number)
                words.append(Word(word[0], box, 95, Break.SPACE if at or word.start() else Break.LINE))
    return Words.of(words)


def bill_of(left: Sequence[str], right: Sequence[str]) -> Words:
    """A bill whose head has two columns."""
    below = ("RAČUN BR. 12-31", "Datum prometa: 10.06.2026", "ZA UPLATU: 48.000,00 RSD")
    head = [[(8, one), (55, other)] for one, other in zip(left, right, strict=True)]
    return placed([*head, *([(8, line)] for line in below)])


SELLER = ["KOLOS", "„Kolos“ d.o.o. Bor", "Zmaj Jovina 1, Bor", "PIB 109000001 MB 21000002"]
BUYERS = [
    ["Kupac:", "JKP „Izvor“ Titel", "Kratka 3, Titel", "PIB 101000003"],
    ["Naručilac", "Opština Titel", "Kratka 3, Titel", "PIB 101000003"],
    ["Primalac:", "Osnovna škola „Breza“ Titel", "Kratka 3, Titel", "PIB 101000003"],
    ["Купац:", "ЈКП „Извор“ Тител", "Кратка 3, Тител", "ПИБ 101000003"],
]


@pytest.mark.parametrize("buyer", BUYERS)
@pytest.mark.parametrize("is_turned", [False, True])
def test_the_customer_of_a_bill_stands_below_its_label(buyer: list[str], *, is_turned: bool) -> None:
    """The line of the label may run over from the column of the other side, whoever stands left."""
    facts = facts_of(bill_of(buyer, SELLER) if is_turned else bill_of(SELLER, buyer))
    assert [value.split()[0] for value in values(facts, "buyer")] in (["JKP"], ["Opština"], ["Osnovna"])
    sellers = [fact for fact in facts if fact.field == "vendor"]
    assert [fact.value for fact in sellers] == ["„Kolos” d.o.o. Bor"]
    numbers = {fact.field: fact.details.get("pib") for fact in facts if fact.field in {"buyer", "vendor"}}
    assert numbers in ({"buyer": "101000003", "vendor": "109000001"}, {"buyer": None, "vendor": "109000001"})


def test_numbers_of_a_cell_that_names_another_are_not_those_of_the_name_above() -> None:
    rows = [
        ("Partija", "Ugovor zaključen sa"),
        ("1", "Kolos d.o.o. Ub, PIB 109000001"),
        ("2", "Vihor d.o.o. Bor, PIB 109000004"),
    ]
    page = page_of("OBAVEŠTENJE\n", [40, 200], rows)
    context = surroundings(page)
    words = context.text.words
    own = context.text.fact(
        "vendor", "Kolos d.o.o. Ub", (words.index("Kolos"),) * 2, "test", 0.9, details={"pib": "109000001"}
    )
    assert [fact.details["pib"] for fact in with_own_numbers(context, [own])] == ["109000001"]


ROWS: list[Cells] = [
    [(8, "partija"), (24, "obroka"), (34, "po obroku"), (48, "ukupno"), (66, "kome")],
    [(8, "II ručak"), (24, "9.600"), (34, "210,00"), (46, "2.016.000,00"), (66, "Vihor")],
    [(8, "I užina"), (24, "28.000"), (34, "148,50"), (46, "4.158.000,00"), (66, "Kolos")],
]


@pytest.mark.parametrize("rows", [ROWS[1:2], ROWS[2:], ROWS[1:]])
def test_numbers_of_different_columns_are_different_numbers(rows: list[Cells]) -> None:
    """One row makes no table, so the gap decides."""
    found = {printed(money.value) for money in all_monies(surroundings(placed(rows)))}
    assert found & {"210.00", "148.50"}
    assert not found & {"9600210.00", "28000148.50"}


@pytest.mark.parametrize("written", ["1.298 817,00", "1 298 817,00", "1. 298. 817,00"])
def test_groups_of_one_number_are_parted_by_a_space(written: str) -> None:
    """OCR loses dots: in one cell, in a line and in a text without places it is one number."""
    page = page_of(f"Cena je {written} dinara.\n", [40, 260], [("Cena", written), ("Rok", "10 dana")])
    assert [printed(money.value) for money in all_monies(surroundings(page))] == ["1298817.00"] * 2
    assert [printed(money.value) for money in all_monies(surroundings(f"Cena je {written} dinara."))] == ["1298817.00"]


def test_the_sums_of_a_row_are_not_those_of_the_sentence_above() -> None:
    said = [
        "ODLUKA O DODELI UGOVORA",
        "Republika Srbija, Opština Bečej",
        "Ugovor za ručak dodeljuje se ponuđaču „Vihor“.",
    ]
    page = placed([*([(8, line)] for line in said), *ROWS])
    assert [amount for _, _, amount in lines(page)] == []
