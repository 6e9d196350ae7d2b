"""Days that later papers tell of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

FactsOf = Callable[..., Any]

AWARD = "ODLUKA O DODELI UGOVORA\n"
CANCELLATION = "ODLUKA O OBUSTAVI POSTUPKA JAVNE NABAVKE\n"
REPLY = "Odgovor na zahtev za pristup informacijama\n"
APPEAL = "ŽALBA\nzbog nepostupanja po zahtevu za pristup informacijama od javnog značaja\n"


@pytest.mark.parametrize(
    ("text", "field", "day"),
    [
        (f"{AWARD}Naručilac je 3. februara 2020. godine objavio javni poziv.", "called", "2020-02-03"),
        (f"{AWARD}Позив за подношење понуда објављен је 12. августа 2019. године.", "called", "2019-08-12"),
        (f"{AWARD}Poziv je objavljen na Portalu javnih nabavki dana 10.12.2019. godine.", "called", "2019-12-10"),
        (f"{CANCELLATION}Opština je 12. septembra 2022. godine pokrenula otvoreni postupak.", "called", "2022-09-12"),
        ("CONTRACT AWARD NOTICE\nprocedure published on 11 April 2023", "called", "2023-04-11"),
        (f"{AWARD}Do isteka roka, 20. avgusta 2019. godine do 10 časova, stigla je ponuda.", "closed", "2019-08-20"),
        ("CONTRACT AWARD NOTICE\ndeadline for tenders 11 May 2023.", "closed", "2023-05-11"),
        (f"{REPLY}Povodom Vašeg zahteva, koji je primljen 2. marta 2022. godine,", "received", "2022-03-02"),
        (f"{APPEAL}nije odgovorila na zahtev, koji je organ primio 2. marta 2022. godine", "received", "2022-03-02"),
    ],
)
def test_a_day_that_a_sentence_tells(facts_of: FactsOf, text: str, field: str, day: str) -> None:
    facts = facts_of(text)
    assert facts[field] == [day]
    assert day[:4] in facts.quote(field)


def test_the_opening_of_a_procedure_is_less_sure_than_its_call(facts_of: FactsOf) -> None:
    facts = facts_of(f"{CANCELLATION}Opština je 12. septembra 2022. godine pokrenula otvoreni postupak.")
    assert facts.fact("called").confidence == 0.7
    both = facts_of(
        f"{CANCELLATION}Opština je 1. septembra 2022. godine pokrenula postupak. "
        "Naručilac je 12. septembra 2022. godine objavio poziv."
    )
    assert both["called"] == ["2022-09-12"]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (f"{AWARD}Rok za podnošenje ponuda je bio 5.1.2015. godine, a kasnije je produžen.", "closed"),
        (f"{AWARD}Do isteka roka, 20. avgusta 2019. i do isteka roka, 21. avgusta 2019. godine", "closed"),
        (f"{AWARD}Poziv za podnošenje ponuda. Odluka broj 5 od 3. februara 2020. godine.", "called"),
        (f"{REPLY}Novac je primljen 2. marta 2022. godine i knjižen.", "received"),
        (f"{AWARD}zahtev koji je primljen 2. marta 2022. godine", "received"),
        ("JAVNI POZIV\nza podnošenje ponuda\nNaručilac je 3. februara 2020. objavio javni poziv.", "called"),
    ],
)
def test_what_tells_no_day(facts_of: FactsOf, text: str, field: str) -> None:
    """A day put off, two days, another thing's day, a thing that is no request, and a kind that tells none."""
    text = text.replace(REPLY, "REŠENJE\no pristupu informacijama od javnog značaja\n" + "reč " * 60)
    assert facts_of(text)[field] == []


@pytest.mark.parametrize("what", ["računa", "uplate", "paketa"])
def test_what_else_was_received_is_no_request(facts_of: FactsOf, what: str) -> None:
    """The verb alone does not say what came on that day."""
    between = "Grad je o tome razmislio i utvrdio sledeće. " * 6
    assert facts_of(f"{REPLY}{between}Povodom {what}, koji je primljen 2. marta 2022. godine,")["received"] == []
