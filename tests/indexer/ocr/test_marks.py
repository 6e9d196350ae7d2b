"""Marks that are no words."""

from __future__ import annotations

from archive.model.words import Break
from indexer.ocr.scripts import SeenWord
from indexer.ocr.tesseract import without_marks


def seen(text: str, confidence: int = 90, height: int = 30, before: Break = Break.SPACE) -> SeenWord:
    return SeenWord(text, (0, 0, 50, height), confidence, before)


def test_rules_and_specks_are_dropped_and_words_are_not() -> None:
    page = [seen("Član"), seen("|", 97, height=80), seen("___"), seen("·", 40), seen("–", 80), seen("M?", 3), seen("|")]
    assert [word.text for word in without_marks(page)] == ["Član", "–", "M?", "|"]


def test_a_break_before_a_dropped_mark_stands_before_the_next_word() -> None:
    page = [seen("Član"), seen("|", height=80, before=Break.BLOCK), seen("2.", before=Break.LINE)]
    assert [word.before for word in without_marks(page)] == [Break.SPACE, Break.BLOCK]


def test_a_page_of_marks_has_no_words() -> None:
    assert list(without_marks([seen("~", 20), seen("_", 99)])) == []
