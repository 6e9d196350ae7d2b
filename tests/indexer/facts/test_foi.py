"""What became of a request for information."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

FactsOf = Callable[..., Any]

REPLY = "Odgovor na zahtev za pristup informacijama\n"
DECISION = "REŠENJE\no pristupu informacijama od javnog značaja\n"


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (f"{REPLY}U prilogu Vam dostavljamo tražene kopije.", "granted"),
        (f"{REPLY}Zahtev se u delu pod 4) ne može usvojiti. Kopije dostavljamo u prilogu.", "partly"),
        (f"{REPLY}Dostavljamo u prilogu ugovor; odbija se zahtev za ostalo.", "partly"),
        (f"{DECISION}ОДБИЈА СЕ захтев новинарке у целини.", "refused"),
        (f"{DECISION}DELIMIČNO SE USVAJA zahtev tražioca.", "partly"),
        ("ŽALBA\nzbog nepostupanja po zahtevu za pristup informacijama od javnog značaja", "silent"),
    ],
)
def test_outcomes(facts_of: FactsOf, text: str, outcome: str) -> None:
    """Granted, partly granted, refused and silent, in both scripts, with the words that say so."""
    facts = facts_of(text)
    assert facts["foi_outcome"] == [outcome]
    assert facts.fact("foi_outcome").method == f"foi_outcome.{outcome}"


@pytest.mark.parametrize(
    "text",
    [
        f"{DECISION}USVAJA SE ZAHTEV Pere.\n{DECISION}ODBIJA SE ZAHTEV Mike.",
        f"{REPLY}Obaveštavamo Vas da je zahtev primljen.",
        "UGOVOR O NABAVCI\nodbija se zahtev za pristup informacijama",
    ],
)
def test_no_single_outcome(facts_of: FactsOf, text: str) -> None:
    """Several decisions in one file, a mere receipt, and a document that decides about no request."""
    assert facts_of(text)["foi_outcome"] == []


COMMISSIONER = (
    "POVERENIK ZA INFORMACIJE OD JAVNOG ZNAČAJA I ZAŠTITU PODATAKA O LIČNOSTI\n\nBroj: 071-01-1/2022-03\n\n"
    "Poverenik, odlučujući o žalbi Pere Perića, donosi\n\nREŠENJE\n\n"
)


def test_the_commissioner_orders_an_answer(facts_of: FactsOf) -> None:
    """An order is neither the silence nor the refusal that it ends, and says which of them that was."""
    found = facts_of(
        f"{COMMISSIONER}I Usvaja se žalba kao osnovana.\n\nII Nalaže se Opštinskoj upravi da, bez odlaganja, dostavi "
        "tražiocu tražene informacije u roku od pet dana.\n\nObrazloženje\n\n"
        "Organ nije postupio po zahtevu u zakonskom roku."
    )
    assert found["foi_outcome"] == ["ordered"]
    assert found.fact("foi_outcome").details == {"after": "silent"}
    assert "Nalaže se Opštinskoj upravi" in found.quote("foi_outcome")


def test_a_refusal_names_its_ground(facts_of: FactsOf) -> None:
    """The article by which it was refused, and not the one by which it was decided."""
    found = facts_of(
        f"{DECISION}Na osnovu člana 16. stav 10. Zakona, donosi se\n\nODBIJA SE kao neosnovan zahtev novinarke.\n\n"
        "Traženi ugovor je poslovna tajna, pa se na osnovu člana 9. stav 1. tačka 5) Zakona pristup ne omogućava."
    )
    assert found["foi_outcome"] == ["refused"]
    assert found.fact("foi_outcome").details == {"ground": "9.1.5"}


@pytest.mark.parametrize(
    "text",
    [
        "ZAHTEV\nza pristup informacijama od javnog značaja\n\nUkoliko se zahtev odbije, molim da donesete rešenje.",
        f"{REPLY}Za odgovor je potrebno više vremena, pa će biti dostavljen u roku od 40 dana.",
        "UGOVOR O NABAVCI\n\nNalaže se izvođaču da u roku od pet dana dostavi tražene informacije.",
        "",
    ],
)
def test_what_decides_nothing(facts_of: FactsOf, text: str) -> None:
    """Requests, longer times, and papers of other matters tell no outcome; nor does an empty one."""
    assert facts_of(text)["foi_outcome"] == []
