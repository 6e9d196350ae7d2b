"""What a clause states, in the words of sentences in Serbian and English."""

from __future__ import annotations

from time import process_time

import pytest

from archive.comparing.cells import CellName, read_cells
from archive.text.folding import to_cyrillic

PENALTY = "Za svaki dan docnje izvođač plaća 0,2% ugovorene cene bez PDV, a najviše 5% ukupne cene."


def told(text: str) -> dict[str, str]:
    return {str(name): cell.text for name, cell in read_cells(text.split()).items()}


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        (PENALTY, {"rate": "0,2%", "base": "ugovorene cene bez PDV", "cap": "5% ukupne cene", "bearer": "izvođač"}),
        (
            "Izvršilac plaća kaznu od dva promila vrijednosti ugovora, s tim da ne može preći deset odsto vrijednosti.",
            {
                "rate": "dva promila",
                "base": "vrijednosti ugovora",
                "cap": "deset odsto vrijednosti",
                "bearer": "Izvršilac",
            },
        ),
        (
            "Kupac se obavezuje da plati 1.200,00 dinara u roku od 45 (četrdeset pet) dana od prijema računa.",
            {"term": "45 (četrdeset pet) dana", "currency": "dinara", "bearer": "Kupac"},
        ),
        ("Ugovor se može otkazati uz otkazni rok od 30 dana.", {"notice": "30 dana"}),
        (
            "Ugovor traje godinu dana, a otkazuje se 15 dana unaprijed.",
            {"notice": "15 dana unaprijed", "term": "godinu dana"},
        ),
        (
            "The Supplier shall pay 0.5% of the price for each week of delay, up to 5% of the total value.",
            {"rate": "0.5%", "base": "the price", "cap": "5% of the total value", "bearer": "The Supplier"},
        ),
        (
            "Client shall pay USD 500 within thirty (30) days of receipt.",
            {"term": "thirty (30) days of receipt", "currency": "USD", "bearer": "Client"},
        ),
        (
            "Either party may terminate upon sixty (60) days prior written notice.",
            {"notice": "sixty (60) days prior written notice"},
        ),
        ("Troškove prenosa na kupca snosi prodavac.", {"bearer": "prodavac"}),
        ("Cena iznosi $____ mesečno.", {}),
        ("Ugovorne strane sporazumno rešavaju sporove.", {}),
        ("", {}),
    ],
)
def test_a_cell_is_the_words_that_state_it(text: str, cells: dict[str, str]) -> None:
    assert told(text) == cells


def test_both_scripts_say_the_same() -> None:
    latin, cyrillic = read_cells(PENALTY.split()), read_cells(to_cyrillic(PENALTY).split())
    assert {name: (cell.value, cell.first, cell.last) for name, cell in latin.items() if name in _NUMBERS} == {
        name: (cell.value, cell.first, cell.last) for name, cell in cyrillic.items() if name in _NUMBERS
    }
    assert cyrillic[CellName.BASE].text == "уговорене цене без ПДВ"


_NUMBERS = (CellName.RATE, CellName.CAP)


@pytest.mark.parametrize(
    ("name", "ways"),
    [
        (CellName.RATE, ("kazna 0,2% dnevno", "kazna 2‰ dnevno", "kazna dva promila dnevno", "penalty of 0.2 percent")),
        (CellName.TERM, ("u roku od 12 meseci", "u roku od dvanaest meseci", "within twelve (12) months")),
        (CellName.TERM, ("u trajanju od godinu dana", "for a period of one year", "u roku od 1 godine")),
        (CellName.CURRENCY, ("iznos od 500 dinara", "iznos od 500 RSD", "износ од 500 дин.")),
    ],
)
def test_one_value_however_it_is_printed(name: CellName, ways: tuple[str, ...]) -> None:
    assert len({read_cells(way.split())[name].value for way in ways}) == 1


@pytest.mark.parametrize("piece", ["1", "1.", "01,"])
def test_a_word_of_very_many_digits_is_read_once(piece: str) -> None:
    """Eight times the digits take about eight times as long, and not sixty-four."""

    def seconds(text: str) -> float:
        spent = []
        for _ in range(3):
            begun = process_time()
            read_cells(["kazna", "od", text, "%"])
            spent.append(process_time() - begun)
        return min(spent)

    assert seconds(piece * 8_000) <= 24 * seconds(piece * 1_000) + 0.1
