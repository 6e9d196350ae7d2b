"""The closing date for offers is a fact of its own and never the document's date."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.indexer.facts.conftest import Facts

FactsOf = Callable[..., Facts]


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("JAVNI POZIV\nRok za podnošenje ponuda: 20.08.2031. godine do 10:00", "2031-08-20"),
        ("ЈАВНИ ПОЗИВ\nРок за подношење понуда је 5. марта 2031. године до 12,00 часова", "2031-03-05"),
        ("JAVNI POZIV\nRok za podnošenje ponuda je 30 dana od dana objave, odnosno do 5.6.2031. godine", "2031-06-05"),
        ("JAVNI POZIV\nPonude se podnose neposredno, najkasnije do 14. juna 2031. godine do 10 časova", "2031-06-14"),
        ("TENDER NOTICE\nDeadline for submission of tenders: 3 March 2031, 12:00", "2031-03-03"),
    ],
)
def test_closing_dates(facts_of: FactsOf, text: str, deadline: str) -> None:
    """A label with its date, or a sentence that leads to one."""
    facts = facts_of(text)
    assert facts["deadline"] == [deadline]
    assert facts["date"] == []


@pytest.mark.parametrize(
    "text",
    [
        "JAVNI POZIV\nRok za podnošenje ponuda: 45.13.2031.",
        "JAVNI POZIV\nRok za podnošenje ponuda je 30 dana od dana objavljivanja.\nDatum: 1.2.2031.",
        "UGOVOR O NABAVCI\nRok za podnošenje ponuda bio je 20.08.2031. godine",
    ],
)
def test_no_closing_date(facts_of: FactsOf, text: str) -> None:
    """Impossible days, periods, and documents that only look back at a call have none."""
    assert facts_of(text)["deadline"] == []
