"""Words that are printed in pieces, and what only looks like them."""

from __future__ import annotations

import pytest

from archive.model import Box
from archive.model.words import Break, Word, Words
from archive.text.joining import JoinedWord, joined_words
from tests.pages import page


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("sistem video-\nnadzora, u gradu", [JoinedWord(1, 2, "videonadzora,", "video-nadzora,")]),
        ("оба-\nвештење", [JoinedWord(0, 1, "обавештење", "оба-вештење")]),
        ("nad\u00ad\nzor", [JoinedWord(0, 1, "nadzor")]),
        ("(nad¬\nzor", [JoinedWord(0, 1, "(nadzor")]),
        ("mul-\ntidiscipli-\nnarni", [JoinedWord(0, 2, "multidisciplinarni", "mul-tidiscipli-narni")]),
        ("ПДВ-\nом", [JoinedWord(0, 1, "ПДВом", "ПДВ-ом")]),
    ],
)
def test_a_word_split_at_a_line_s_end_is_joined(text: str, joined: list[JoinedWord]) -> None:
    assert joined_words(page(text)) == joined


@pytest.mark.parametrize(
    "text",
    ["video- nadzor", "Beograd-\nNiš", "12-\nmesečni", "reč -\ndruga", "reč-\n5", "reč-", "2019–\npa", "reč\nreč"],
)
def test_what_is_no_split_word_is_not_joined(text: str) -> None:
    """A hyphen within the line, names, numbers, dashes, the page's end."""
    assert joined_words(page(text)) == []


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("UGOVOR\nO D L U K U\no", [JoinedWord(1, 6, "ODLUKU")]),
        ("О б р а з л о ж е њ е:", [JoinedWord(0, 10, "Образложење:")]),
        ("„О Д Л У К А“", [JoinedWord(0, 5, "„ОДЛУКА“")]),
        ("Г Р А Д Н И Ш", [JoinedWord(0, 6, "ГРАДНИШ")]),
        ("Ш К O Л A", [JoinedWord(0, 4, "ШКOЛA")]),
    ],
)
def test_a_letter_spaced_word_is_joined(text: str, joined: list[JoinedWord]) -> None:
    """Within its line, and also where one of its letters comes from the other script's twin."""
    assert joined_words(page(text)) == joined


@pytest.mark.parametrize("text", ["X X X X", "i u o", "а) б) в) г)", "Ж D Ћ Q", "a a X O", "1 2 3 4", "Н И\nШ А"])
def test_what_is_not_letter_spaced_is_not_joined(text: str) -> None:
    """Marks, conjunctions, list letters, two scripts, cells of a table, numbers, a run over two lines."""
    assert joined_words(page(text)) == []


def test_wider_gaps_part_the_words_of_a_letter_spaced_heading() -> None:
    """УГОВОР О НАБАВЦИ: the parts, and the whole; a word of one letter is there already."""
    words, at = [], 0.0
    for word in ("УГОВОР", "О", "НАБАВЦИ"):
        for letter in word:
            words.append(Word(letter, Box(at, 0.1, at + 0.01, 0.12), before=Break.SPACE))
            at += 0.016
        at += 0.012
    assert joined_words(Words.of(words)) == [
        JoinedWord(0, 5, "УГОВОР"),
        JoinedWord(0, 13, "УГОВОРОНАБАВЦИ"),
        JoinedWord(7, 13, "НАБАВЦИ"),
    ]
