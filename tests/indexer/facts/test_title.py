"""Titles: the subject of an e-mail, or the heading of anything else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.indexer.facts.conftest import Facts

HEAD = "From: Ana <ana@primer.rs>\nTo: Opština <pisarnica@primer.rs>\nDate: Tue, 3 Mar 2020"


@pytest.fixture
def letter() -> str:
    return "Poštovani,\n\nUGOVOR O JAVNOJ NABAVCI KAMERA\nje u prilogu."


def test_the_title_of_an_email_is_its_subject(facts_of: Callable[..., Facts], letter: str) -> None:
    facts = facts_of(f"{HEAD}\nSubject: Re: Ponuda za kamere\n\n{letter}")
    assert facts["title"] == ["Re: Ponuda za kamere"]
    assert facts.quote("title") == "Re: Ponuda za kamere"
    assert facts.fact("title").method == "title.subject"


def test_what_no_person_could_state_is_no_title(facts_of: Callable[..., Facts]) -> None:
    """A file in letters for machines has rows of them that no space parts."""
    letters = "".join(f"{number:x}" for number in range(900))
    facts = facts_of(f"UGOVOR\n\nbroj: {letters}/2020 i 404-{'12' * 300}/2020")
    assert facts["title"] == []
    assert facts["kind"] == ["contract"]


def test_a_printed_email_with_serbian_names_has_its_subject(facts_of: Callable[..., Facts], letter: str) -> None:
    head = "Шаље: Ана\nЗа: Општина\nПредмет: Понуда за камере"
    assert facts_of(f"{head}\n\n{letter}")["title"] == ["Понуда за камере"]


@pytest.mark.parametrize("subject", ["", "\nSubject:"])
def test_an_email_without_a_subject_has_no_title(facts_of: Callable[..., Facts], letter: str, subject: str) -> None:
    assert facts_of(f"{HEAD}{subject}\n\n{letter}")["title"] == []


def test_a_heading_is_the_title_of_what_is_no_email(facts_of: Callable[..., Facts], letter: str) -> None:
    assert facts_of(f"Subject: something quoted\n\n{letter}")["title"] == ["UGOVOR O JAVNOJ NABAVCI KAMERA"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("„UGOVOR O DELU\nzaključen dana", "UGOVOR O DELU"),
        ("| UGOVOR O DELU\nzaključen dana", "UGOVOR O DELU"),
        ("ANEKS BROJ 1\nUgovora o delu", "ANEKS BROJ 1"),
        ("ODLUKU O OBUSTAVI POSTUPKA\n1. OBUSTAVLJA SE postupak", "ODLUKU O OBUSTAVI POSTUPKA"),
    ],
)
def test_what_is_no_part_of_a_title(facts_of: Callable[..., Facts], text: str, title: str) -> None:
    """Specks that OCR took for signs, and the first item of what is decided; a number that is named stays."""
    assert facts_of(text)["title"] == [title]


@pytest.mark.parametrize("above", ["Dana 5. marta 2020. godine", "Akt koji je zaključen između strana"])
def test_words_above_a_title_do_not_end_it(facts_of: Callable[..., Facts], above: str) -> None:
    """Where a sentence goes on ends a title only behind its beginning."""
    facts = facts_of(f"{above}\n\nUgovor o nabavci opreme zaključen u Rumi")
    assert facts["title"] == ["Ugovor o nabavci opreme"]
    assert facts.quote("title") == "Ugovor o nabavci opreme"


@pytest.mark.parametrize("before", ["Na osnovu zakona donosi se", "Opština Ruma"])
def test_a_title_in_capitals_begins_with_its_capitals(facts_of: Callable[..., Facts], before: str) -> None:
    assert facts_of(f"{before} UGOVOR O NABAVCI KAMERA\nje u prilogu")["title"] == ["UGOVOR O NABAVCI KAMERA"]
    assert facts_of("STRUČNI UGOVOR O NABAVCI KAMERA\nje u prilogu")["title"] == ["STRUČNI UGOVOR O NABAVCI KAMERA"]
