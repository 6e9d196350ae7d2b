"""Repair of text layers: every table mends what it spoiled, and nothing is mended without proof."""

from __future__ import annotations

import pytest

from archive.text.folding import script_of, to_latin
from indexer.layers.plausibility import UNMAPPED
from indexer.layers.repair import CodePage, code_pages, repair

CYRILLIC = (
    "Члан 1. Овим уговором уређују се међусобна права и обавезе, као и начин плаћања. Издавање решења о издвајању "
    "земљишта, жалбе и џемата у року од љет дана; Наручилац ће извршити плаћање и Понуђач ће поштовати њихове услове "
    "и њена очекивања у вези са питањем изложеним у чланку решења о управљању општином."
)
LATIN = to_latin(CYRILLIC)


def spoiled(page: CodePage) -> tuple[list[str], list[str]]:
    """Words as they are meant and as the text layer has them."""
    meant = CYRILLIC if script_of("".join(page.letters.values())) == "Cyrl" else LATIN
    table = str.maketrans({means: reads for reads, means in page.letters.items()})
    return meant.split(), meant.translate(table).split()


@pytest.mark.parametrize("page", code_pages(), ids=lambda page: page.name)
def test_every_table_mends_what_it_spoiled(page: CodePage) -> None:
    meant, layer = spoiled(page)
    assert layer != meant
    mended = repair(layer)
    assert mended is not None
    assert mended.code_page == page.name
    assert list(mended.texts) == meant


@pytest.mark.parametrize("text", [LATIN, CYRILLIC, "[1] {see} the ~tilde and user_name@site.rs | pipe [sic] `quoted`"])
def test_a_sound_page_is_left_alone(text: str) -> None:
    assert repair(text.split()) is None


def test_foreign_letters_in_names_are_no_code_page() -> None:
    """ü, è and ÿ occur in honest names; put into Serbian, they make no words."""
    assert repair(["Müller", "Günter", "Zürich", "für", "Brüssel", "après", "règlement", "Genève", "Louÿs"]) is None


def test_an_address_keeps_its_signs() -> None:
    _, layer = spoiled(next(page for page in code_pages() if page.name.startswith("YUSCII")))
    mended = repair([*layer, "nabavke@brezovac.rs"])
    assert mended is not None
    assert mended.texts[-1] == "nabavke@brezovac.rs"


def test_one_glyph_that_the_file_does_not_know_is_enough() -> None:
    """ "D" stands for an a whose meaning is missing, and stays D in a word whose letters are all known."""
    mended = repair([f"izme{UNMAPPED}u", "DODATAK", f"pove{UNMAPPED * 2}nje"], ["izmeÿu", "DODATAK", "poveüDnje"])
    assert mended is not None
    assert mended.texts == ("između", "DODATAK", "povećanje")


def test_a_glyph_of_an_unknown_number_is_not_guessed() -> None:
    assert repair([f"{UNMAPPED}lan", f"re{UNMAPPED}i"], ["ҧlan", "reҧi"]) is None


def test_a_second_extraction_that_does_not_match_the_first_is_not_used() -> None:
    assert repair([f"{UNMAPPED}lan"], ["ýlan", "1."]) is None
