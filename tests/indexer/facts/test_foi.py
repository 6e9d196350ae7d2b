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
