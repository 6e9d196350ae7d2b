"""Who did what on a date: read from the words beside it, or not said."""

from __future__ import annotations

import pytest

from archive.chronology.acts import act
from archive.citing.dates import mentions
from archive.model import Break
from archive.model.words import Word, Words


def words_of(text: str) -> Words:
    """Words of a text; each line is a block."""
    return Words.of(
        Word(word, before=Break.BLOCK if at == 0 else Break.SPACE)
        for line in text.splitlines()
        for at, word in enumerate(line.split())
    )


def told(text: str) -> tuple[str | None, str | None]:
    words = words_of(text)
    found = next(iter(mentions(words.texts)))
    read = act(words, found.first, found.last)
    return read.who, read.what


@pytest.mark.parametrize(
    ("text", "who", "what"),
    [
        (
            "Naručilac je 5. marta 2021. godine objavio poziv za podnošenje ponuda.",
            "Naručilac",
            "objavio poziv za podnošenje ponuda",
        ),
        ("Наручилац је дана 10.03.2020. године донео Одлуку.", "Наручилац", "донео Одлуку"),
        (
            "Odlukom broj 3/21 od 5.3.2021. godine, naručilac Opština Brezovac pokrenula je postupak.",
            "naručilac Opština Brezovac",
            "pokrenula je postupak",
        ),
        ("Na osnovu izveštaja Komisije broj 2 od 5.3.2021. godine, direktor donosi", "Komisije", None),
        ("Poziv je objavljen 5. marta 2021. godine.", None, "Poziv je objavljen"),
        ("Zapisnik je potpisan od strane Komisije 5.3.2021. godine.", "Komisije", None),
        (
            "Ugovor između Opštine Brezovac i firme Kamera Plus, zaključen 5. marta 2021.",
            "Opštine Brezovac i firme Kamera Plus",
            "zaključen",
        ),
        ("Organ vlasti nije postupio do 5.3.2021. godine.", "Organ vlasti", "nije postupio do"),
        ("Datum: 5. mart 2021. godine", None, "Datum"),
        ("Kamata nije ugovorena za period od 5.3.2021. godine", None, "Kamata nije ugovorena za period od"),
        (
            "Skupština Opštine, na sednici održanoj 5.3.2021. godine, donela je odluku.",
            "Skupština Opštine",
            "donela je odluku",
        ),
    ],
)
def test_who_and_what(text: str, who: str | None, what: str | None) -> None:
    found = told(text)
    assert found[0] == who
    if what is not None:
        assert found[1] == what


def test_what_is_not_beside_a_date_is_not_said_of_it() -> None:
    """The sentence ends at the end of its paragraph, and a paper does nothing."""
    assert told("Direktor je doneo rešenje.\nUgovor važi od 5.3.2021. godine.") == (None, "Ugovor važi od")


def test_a_sentence_does_not_end_at_an_abbreviation_or_a_number() -> None:
    words = words_of("Prva je. Po čl. 5. st. 2. zakona komisija je 5.3.2021. godine otvorila ponude. Druga je.")
    found = next(iter(mentions(words.texts)))
    read = act(words, found.first, found.last)
    assert " ".join(words.texts[read.first : read.last + 1]).startswith("Po čl. 5.")
    assert words.texts[read.last] == "ponude."
