"""Languages and scripts, on sentences of our own."""

from __future__ import annotations

from itertools import pairwise

import pytest

from indexer import text as texts
from indexer.text import detect, document_language

SENTENCES = [
    ("sr-Latn", "Opština je sa izabranim ponuđačem zaključila ugovor o nabavci kamera za nadzor raskrsnica."),
    ("sr-Cyrl", "Општина је са изабраним понуђачем закључила уговор о набавци камера за надзор раскрсница."),
    ("sr-Latn", "Zahtev se podnosi pisarnici, a resenje se donosi u roku od petnaest dana od dana prijema."),
    ("sr-Cyrl", "ЗАПИСНИК СА СЕДНИЦЕ КОМИСИЈЕ ЗА ЈАВНЕ НАБАВКЕ ОДРЖАНЕ У МАЛОЈ САЛИ ГРАДСКЕ КУЋЕ"),
    ("en", "The contractor shall deliver and install the cameras within sixty days of signature."),
    ("mk", "Општината склучи договор за набавка на камери со избраниот понудувач и ќе ги постави оваа година."),
    ("sq", "Komuna ka nënshkruar kontratën për furnizim me kamera dhe do t'i vendosë ato brenda këtij viti."),
    ("hu", "Az önkormányzat szerződést kötött a kamerák beszerzéséről a nyertes ajánlattevővel."),
]


@pytest.mark.parametrize(("language", "text"), SENTENCES)
def test_language_and_script(language: str, text: str) -> None:
    """A sentence is enough, with or without diacritics, in capitals or not."""
    assert detect(text) == language


@pytest.mark.parametrize("text", ["", "   ", "12.345,00 RSD", "А", "strana 3"])
def test_too_little_text_is_no_language(text: str) -> None:
    """A guess from a few letters would be wrong as often as not."""
    assert detect(text) is None


def test_same_text_same_answer() -> None:
    """langdetect draws at random; the seed makes a short text answer the same ten times."""
    assert len({detect("Predmet nabavke su kamere") for _ in range(10)}) == 1


def test_a_plain_text_is_told_as_langdetect_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is added up at once is what langdetect finds by its seven walks."""
    whole = [
        *(f"{text} " * 3 for _, text in SENTENCES),
        *(f"{one} {two}" for (_, one), (_, two) in pairwise(SENTENCES)),
    ]
    told = [detect(text) for text in whole]
    monkeypatch.setattr(texts._Odds, "plain_language", lambda *_: None)
    assert [detect(text) for text in whole] == told


def test_a_text_in_two_languages_is_not_plain() -> None:
    latin, english = SENTENCES[0][1].lower(), SENTENCES[4][1].lower()
    assert texts._odds().plain_language(english * 3) == "en"
    assert texts._odds().plain_language(english + " " + latin) is None


def test_document_has_the_language_of_most_words() -> None:
    """Long pages count for more than short ones, pages without a language for nothing."""
    assert document_language([("en", 40), ("sr-Cyrl", 300), ("en", 90), (None, 900)]) == "sr-Cyrl"
    assert document_language([(None, 5)]) is None
