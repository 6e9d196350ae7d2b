"""Place of a contract, court and case of a judgment, gazette of an act: read from the words, never invented."""

from __future__ import annotations

import pytest

from archive.citing.particulars import Particulars, particulars


def read(kind: str | None, text: str) -> dict[str, str]:
    found: Particulars = particulars(kind, text.split())
    names = ("place", "city", "court", "case", "gazette")
    return {name: value.text for name in names if (value := getattr(found, name))}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("UGOVOR zaključen u Brezovcu, dana 15. 3. 2023. između Opštine", {"place": "u Brezovcu"}),
        ("UGOVOR zaključen dana 15. 3. 2023. godine u Novom Sadu između", {"place": "u Novom Sadu"}),
        ("УГОВОР закључен у Сремској Митровици дана 3. 4. 2021.", {"place": "у Сремској Митровици"}),
        ("CONTRACT made and entered into in Ivanjica on 5 June 2023", {"city": "Ivanjica"}),
        ("UGOVOR o nabavci kamera u Brezovcu", {}),
        ("UGOVOR zaključen između Opštine Brezovac i firme", {}),
    ],
)
def test_where_a_contract_was_made(text: str, told: dict[str, str]) -> None:
    assert read("contract", text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "REPUBLIKA SRBIJA VIŠI SUD U NOVOM SADU Broj: P 1234/2019 Dana 3. 4. 2020. U IME NARODA",
            {"court": "VIŠI SUD U NOVOM SADU", "case": "P 1234/2019"},
        ),
        (
            "Privredni sud u Beogradu Poslovni broj: 12 P 345/21 PRESUDA",
            {"court": "Privredni sud u Beogradu", "case": "12 P 345/21"},
        ),
        (
            "Република Србија ВРХОВНИ КАСАЦИОНИ СУД Рев 345/2018 од 4. 5. 2019.",
            {"court": "ВРХОВНИ КАСАЦИОНИ СУД", "case": "Рев 345/2018"},
        ),
        ("UPRAVNI SUD 9 U. 1234/21 u postupku", {"court": "UPRAVNI SUD", "case": "9 U. 1234/21"}),
        ("In the High Court of Zetland judgment", {"court": "High Court of Zetland"}),
        ("PRESUDA u sporu o kome je odlučio sudija", {}),
    ],
)
def test_which_court_judged(text: str, told: dict[str, str]) -> None:
    assert read("judgment", text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "ZAKON O IZMIŠLJENOM („Službeni glasnik RS”, br. 124/2012, 14/2015 i 68/2015) Član 1.",
            {"gazette": "„Službeni glasnik RS”, br. 124/2012, 14/2015 i 68/2015"},
        ),
        ('ЗАКОН ("Сл. гласник РС", бр. 21/2010)', {"gazette": '"Сл. гласник РС", бр. 21/2010'}),
        ("PRAVILNIK Na osnovu člana 5. Zakona („Sl. glasnik RS”, br. 1/2020) donosi se", {}),
        ("ODLUKA o kamerama", {}),
    ],
)
def test_where_an_act_was_published(text: str, told: dict[str, str]) -> None:
    assert read("regulation", text) == told


def test_other_papers_have_none() -> None:
    text = "DOPIS zaključen u Brezovcu VIŠI SUD U NIŠU P 1/2020 „Službeni glasnik RS”, br. 1/2020"
    assert read("correspondence", text) == read(None, text) == {}


def test_the_words_are_where_they_are_said_to_be() -> None:
    texts = ["Уговор,", "закључен", "у", "Љубовији,", "дана"]
    found = particulars("contract", texts).place
    assert found is not None
    assert texts[found.first : found.last + 1] == ["у", "Љубовији,"]
