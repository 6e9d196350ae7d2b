"""The sentence that a match is cited with."""

from __future__ import annotations

import pytest

from archive.model.words import Break, Word, Words
from webapp.pages.document.page import MOST_WORDS, sentence


def page(text: str) -> Words:
    """Words between spaces; a bar begins a new block."""
    words, before = [], Break.SPACE
    for word in text.split():
        if word == "|":
            before = Break.BLOCK
        else:
            words.append(Word(word, before=before))
            before = Break.SPACE
    return Words.of(words)


@pytest.mark.parametrize(
    ("text", "word", "cited"),
    [
        ("Prva je gotova. Rok je 30 dana. Treća.", "Rok", "Rok je 30 dana."),
        ("Vidi br. 5. ugovora o kamerama. Dalje.", "ugovora", "Vidi br. 5. ugovora o kamerama."),
        ("Član 5. | Rok isporuke je mesec dana | Član 6.", "isporuke", "Rok isporuke je mesec dana"),
        ("Samo ovo", "ovo", "Samo ovo"),
        ("Kraj.", "Kraj.", "Kraj."),
    ],
)
def test_a_match_is_cited_with_its_sentence(text: str, word: str, cited: str) -> None:
    words = page(text)
    at = words.texts.index(word)
    first, last = sentence(words, at, at)
    assert words.text(first, last) == cited


def test_a_table_without_full_stops_is_cut() -> None:
    words = page(" ".join(f"w{number}" for number in range(500)))
    assert sentence(words, 250, 251) == (250 - MOST_WORDS, 251 + MOST_WORDS)
