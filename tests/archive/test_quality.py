"""How far pages and documents can be relied on."""

from __future__ import annotations

import pytest

from archive.model import Page, TextSource
from archive.model.quality import Quality, Tally, document_quality, page_quality

GOOD, FAIR, UNRELIABLE = Quality.GOOD, Quality.FAIR, Quality.UNRELIABLE


@pytest.mark.parametrize(
    ("source", "confidence", "words", "note", "quality"),
    [
        ("text", None, 300, None, GOOD),
        ("text", None, 300, "The file was repaired.", FAIR),
        ("text", None, 0, "The page is blank.", None),
        ("ocr", 90.0, 300, None, GOOD),
        ("ocr", 95.0, 300, "The file was repaired.", FAIR),
        ("ocr", 89.9, 300, None, FAIR),
        ("ocr", 80.0, 300, None, FAIR),
        ("ocr", 79.9, 300, None, UNRELIABLE),
        ("ocr", None, 300, None, FAIR),
        ("ocr", None, 0, "OCR found no words.", None),
        ("none", None, 0, "The page image is damaged.", UNRELIABLE),
    ],
)
def test_the_quality_of_a_page(
    source: str, confidence: float | None, words: int, note: str | None, quality: Quality | None
) -> None:
    page = Page(1, 0, words, 595, 842, TextSource(source), confidence=confidence, note=note)
    assert page_quality(page) is quality


@pytest.mark.parametrize(
    ("tallies", "quality"),
    [
        ([], None),
        ([Tally(None, 3, 0)], None),
        ([Tally(GOOD, 10, 3000)], GOOD),
        ([Tally(GOOD, 10, 3000), Tally(None, 5, 0)], GOOD),
        ([Tally(GOOD, 99, 3000), Tally(UNRELIABLE, 1, 20)], GOOD),
        ([Tally(GOOD, 9, 3000), Tally(UNRELIABLE, 1, 20)], FAIR),
        ([Tally(GOOD, 1, 50), Tally(FAIR, 9, 3000)], FAIR),
        ([Tally(GOOD, 3, 900), Tally(UNRELIABLE, 1, 0)], UNRELIABLE),
        ([Tally(GOOD, 9, 1000), Tally(UNRELIABLE, 1, 400)], UNRELIABLE),
        ([Tally(UNRELIABLE, 2, 0)], UNRELIABLE),
    ],
)
def test_the_quality_of_a_document_is_the_worse_of_its_words_and_its_pages(
    tallies: list[Tally], quality: Quality | None
) -> None:
    assert document_quality(tallies) is quality
