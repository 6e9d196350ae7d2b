"""Marks of lots: one grammar for all papers, languages and scripts."""

from __future__ import annotations

from typing import Any

import pytest

from archive.text.folding import fold
from indexer.facts.lots import LOT_CELL, LOT_HEAD, LOT_TITLE, last_lot
from tests.indexer.facts.unprepared_papers import papers, told_of


@pytest.mark.parametrize(
    ("said", "lot"),
    [
        ("za Partiju br. 12 – gorivo", "12"),
        ("за партију број 3", "3"),
        ("u odnosu na LOT 2", "2"),
        ("za LOT-a 4", "4"),
        ("grupa predmeta nabave 5: papir", "5"),
        ("odabire se za grupu 2", "2"),
        ("Lot No. 7", "7"),
        ("за Дел 6", "6"),
        ("part. 2", "2"),
        ("za sklop 3", "3"),
        ("partija 1: 8.400.000,00; partija 2", "2"),
        ("Partija II – kamere", "2"),
        ("Partija IV", "4"),
        ("Partija B: papir", "B"),
        ("partija V, mleko", "V"),
        ("trećoj partiji", "3"),
        ("partija i ugovor", None),
        ("za partije 1 i 2", None),
        ("za partije 1, 2 i 3", None),
        ("partija 2, 450.000,00 dinara", "2"),
        ("partija 450.000,00", None),
        ("grupa ponuđača: 1. Alfa", None),
        ("kategorija partijska 3", None),
        ("iz delatnosti 3", None),
    ],
)
def test_the_last_lot_that_words_name(said: str, lot: str | None) -> None:
    assert last_lot(fold(said)) == lot


def test_titles_heads_and_cells() -> None:
    assert LOT_TITLE.search(fold("x\nPartija 2 – tonеri")) is not None
    assert LOT_TITLE.search(fold("ponuda za partiju 2")) is None
    assert [said for said in ("Broj partije", "Part", "Lot", "Loto", "Ponuđač") if LOT_HEAD.search(fold(said))] == [
        "Broj partije",
        "Part",
        "Lot",
    ]
    assert [LOT_CELL.match(fold(said))["lot"] for said in ("2", "Partija 2", "2 – Kamere")] == ["2"] * 3  # type: ignore[index]


@pytest.mark.parametrize("paper", papers("lines"), ids=lambda paper: paper["name"])
def test_the_lots_of_lines(paper: dict[str, Any]) -> None:
    assert told_of(paper["text"]).lines == set(map(tuple, paper["lines"]))
