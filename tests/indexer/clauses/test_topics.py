"""What a clause is about: its heading first, else its words, else nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.indexer.clauses.conftest import Outline


@pytest.mark.parametrize(
    ("heading", "topic"),
    [
        ("Predmet ugovora", "subject"),
        ("Цена", "price"),
        ("Način plaćanja", "payment"),
        ("Rok isporuke", "delivery"),
        ("Trajanje ugovora", "term"),
        ("Garancija", "warranty"),
        ("Sredstvo obezbeđenja", "security"),
        ("Ugovorna kazna", "penalty"),
        ("Виша сила", "force_majeure"),
        ("Raskid ugovora", "termination"),
        ("Rešavanje sporova", "disputes"),
        ("Poverljivost i zaštita podataka", "confidentiality"),
        ("Zaštita podataka o ličnosti", "data_protection"),
        ("Force Majeure", "force_majeure"),
        ("Liquidated damages", "penalty"),
        ("Programski paket", None),
        ("Sporazumni razvod", None),
        ("Zabrana obrade biometrijskih podataka", "data_protection"),
        ("Zahtev za pristup i obaveštenje", None),
    ],
)
def test_the_heading_tells_the_topic(outline: Callable[..., Outline], heading: str, topic: str | None) -> None:
    found = outline(f"Član 1.\n\n{heading}\n\nO ovome se ne govori dalje.\n\nČlan 2.\n\nOstalo\n\nNi o ovome.")
    assert found["art_1"].heading == heading
    assert found["art_1"].topic == topic


def test_without_a_heading_the_first_words_tell_the_topic(outline: Callable[..., Outline]) -> None:
    found = outline("Član 1.\n\nViša sila oslobađa strane odgovornosti.\n\nČlan 2.\n\nKupac je kupac.")
    assert found["art_1"].topic == "force_majeure"
    assert found["art_2"].topic is None
    assert found["art_1__para_1"].topic is None


def test_words_of_two_topics_tell_none(outline: Callable[..., Outline]) -> None:
    found = outline("Član 1.\n\nUgovorna kazna i viša sila uređuju se posebno.\n\nČlan 2.\n\nOstalo.")
    assert found["art_1"].topic is None
