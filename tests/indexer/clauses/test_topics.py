"""What a clause is about: its heading first, else its words, else nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from indexer.clauses.topics import features, rule_on
from indexer.facts.text import DocumentText
from indexer.gazetteer import table
from tests.indexer.clauses.conftest import Outline
from tests.indexer.facts.conftest import DOCUMENT, reading_of, words_of


@pytest.mark.parametrize(
    ("heading", "topic"),
    [
        ("Predmet ugovora", "subject"),
        ("Цена", "price"),
        ("Način plaćanja", "payment"),
        ("Uslovi i način plaćanja", "payment"),
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


@pytest.mark.parametrize("where", ["heading", "text"])
def test_no_phrase_of_a_topic_is_hidden_by_one_of_another(where: str) -> None:
    for topic in table("clauses")["topic"]:
        for phrase in topic.get(where, ()):
            said = " ".join("ovo" if word == "*" else word.replace("*", "") for word in phrase.split())
            words = words_of(said)
            text = DocumentText.of(DOCUMENT, reading_of([words]), [words])
            last = len(text.words) - 1
            found = rule_on(text, 0, last, (0, last) if where == "heading" else None)
            assert (phrase, found.topic) == (phrase, topic["name"])


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("Ovim Pravilnikom uređuju se uvjeti i postupak davanja u zakup.", "subject"),
        ("Ovim se zakonom propisuju uvjeti rada.", "subject"),
        ("Novčanom kaznom od 5.000 kuna kaznit će se pravna osoba.", "penalty"),
        ("Naručitelj može raskinuti ugovor pisanom izjavom bez otkaznog roka.", "termination"),
        ("Za sporove se ugovara nadležnost suda u Osijeku.", "disputes"),
        ("Ova Odluka stupa na snagu osmog dana od objave.", "final_provisions"),
        ("Izvođač koji zakasni plaća penale, a za štetu odgovara prema naknadi štete.", None),
        ("Najmoprimac ne smije stan dati u podnajam.", "subcontracting"),
    ],
)
def test_what_laws_and_acts_of_the_region_begin_with_tells_the_topic_by_rule(said: str, topic: str | None) -> None:
    words = words_of(said)
    text = DocumentText.of(DOCUMENT, reading_of([words]), [words])
    assert rule_on(text, 0, len(text.words) - 1, None).topic == topic


def test_numbers_of_clauses_are_told_apart_in_steps() -> None:
    def about(label: str) -> set[int]:
        words = words_of(f"{label} Ugovor je dogovor.")
        text = DocumentText.of(DOCUMENT, reading_of([words]), [words])
        return set(features(text, 0, len(text.words) - 1, None, None)[0].tolist())

    first, twelfth = about("Član 1."), about("Član 12.")
    assert first != twelfth == about("Član 13.")
    assert about("Ovaj") == set() != first
