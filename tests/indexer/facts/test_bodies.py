"""Where the name of a public body ends."""

from __future__ import annotations

import pytest

from indexer.facts.bodies import tail_end
from indexer.facts.text import DocumentText
from tests.indexer.facts.conftest import DOCUMENT, reading_of, words_of


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('OŠ " Lipa " Ruma i ostali', 'OŠ " Lipa " Ruma'),
        ("OŠ „ Lipa ” Ruma", "OŠ „ Lipa ” Ruma"),
        ('OŠ "Lipa" Ruma', 'OŠ "Lipa" Ruma'),
        ('OŠ " Lipa ", Ruma', 'OŠ " Lipa ",'),
        ("Uprava\n\nnovi akt o radu", "Uprava"),
        ("Uprava za imovinu\n\nnovi akt o radu", "Uprava za imovinu"),
        ("Uprava za\n\nimovinu grada", "Uprava za imovinu grada"),
        ("Uprava\nimovine grada", "Uprava imovine grada"),
        ("Ministarstvo\nPrvi akt", "Ministarstvo"),
        ("Uprava opštine\nKladovo je primila", "Uprava opštine Kladovo"),
        ("Uprava grada\nPrva odluka", "Uprava grada"),
        ("Uprava opštine\n\nKladovo", "Uprava opštine"),
        ("Uprava za imovinu Gradske kuće", "Uprava za imovinu Gradske kuće"),
        ("UPRAVA ZA IMOVINU Savska 25", "UPRAVA ZA IMOVINU"),
        ("UPRAVA ZA IMOVINU SAVSKA", "UPRAVA ZA IMOVINU SAVSKA"),
    ],
)
def test_a_name_ends_with_its_last_word(text: str, name: str) -> None:
    """Behind quotation marks that stand alone, in the next line of a block, and where capitals are over."""
    columns = [words_of(text)]
    last = tail_end(DocumentText.of(DOCUMENT, reading_of(columns), columns), 0)
    assert " ".join(columns[0].texts[: last + 1]) == name
