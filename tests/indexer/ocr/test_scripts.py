"""Orientation and script of a page, from a few of its lines."""

from __future__ import annotations

import pytest

from indexer.ocr.scripts import models_by_script
from indexer.ocr.tesseract import TesseractOcr
from tests.indexer_samples import LETTER, letter_pdf, scan


def test_models_are_parted_by_script() -> None:
    assert models_by_script("srp+srp_latn+eng") == {"Cyrl": "srp", "Latn": "srp_latn+eng"}
    assert models_by_script("eng") == {"Latn": "eng"}


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("skew", [0, 4])
def test_a_page_is_read_whichever_way_up_it_is(tesseract: TesseractOcr, turn: int, skew: int) -> None:
    result = tesseract.read(scan(letter_pdf(), turn=turn + skew), 200)
    assert " ".join(result.words.texts) == " ".join(LETTER)
    assert result.script == "Latn"
    assert result.reason.startswith("Read by OCR as Latin (script confidence ")
    assert ("clockwise" in result.reason) == bool(turn)
    assert ("straightened by 4." in result.reason or "straightened by 3.9" in result.reason) == bool(skew)
