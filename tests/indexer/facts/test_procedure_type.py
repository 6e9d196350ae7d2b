"""By which kind of procedure it was bought."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from archive.facts.values import PROCEDURE_TYPES
from indexer.gazetteer import table

FactsOf = Callable[..., Any]

NOTICE = "JAVNI POZIV\nza podnošenje ponuda\n"
AWARD = "ODLUKA O DODELI UGOVORA\n"
TICKED, EMPTY = "\uf054", "\uf0a3"


@pytest.mark.parametrize(
    ("text", "type_", "rule"),
    [
        (f"{NOTICE}3. Vrsta postupka: otvoreni postupak.", "open", "label"),
        (f"{NOTICE}Врста поступка: Преговарачки поступак без објављивања позива", "negotiated_without_call", "label"),
        (f"{NOTICE}u pregovaračkom postupku sa objavljivanjem poziva", "negotiated_with_call", "title"),
        (f"{AWARD}u pregovaračkom postupku", "negotiated", "title"),
        (f"{AWARD}у поступку јавне набавке мале вредности број 1/2019", "small_value", "title"),
        (f"{AWARD}za nabavku uglja, JNMV 3/2018", "small_value", "title"),
        (f"{AWARD}u kvalifikacionom postupku", "qualification", "title"),
        (f"{AWARD}u restriktivnom\npostupku", "restricted", "title"),
        (
            f"{AWARD}Nabavka je provedena putem konkurentskog zahtjeva za dostavu ponuda.",
            "competitive_request",
            "title",
        ),
        (f"{AWARD}putem direktnog sporazuma", "direct_agreement", "title"),
        ("CONTRACT AWARD NOTICE\n5. Procedure: open competitive procedure", "open", "label"),
    ],
)
def test_the_words_say_which(facts_of: FactsOf, text: str, type_: str, rule: str) -> None:
    facts = facts_of(text)
    assert facts["procedure_type"] == [type_]
    assert facts.fact("procedure_type").method == f"procedure_type.{rule}"


def test_evidence_is_the_name_of_the_procedure(facts_of: FactsOf) -> None:
    assert (
        facts_of(f"{NOTICE}Vrsta postupka: Otvoreni postupak. Kamere").quote("procedure_type") == "Otvoreni postupak."
    )


@pytest.mark.parametrize(("ticked", "type_"), [(0, "open"), (1, "restricted"), (3, "negotiated_without_call")])
def test_the_ticked_box_of_a_form_counts_and_no_other(facts_of: FactsOf, ticked: int, type_: str) -> None:
    names = ("E hapur", "E kufizuar", "Konkurruese me negociata", "E negociuar pa publikimit të njoftimit")
    boxes = "\n".join(f"{TICKED if at == ticked else EMPTY} {name}" for at, name in enumerate(names))
    facts = facts_of(f"NJOFTIM PËR DHËNIE TË KONTRATËS\nLLOJI I PROCEDURËS\n{boxes}")
    assert facts["procedure_type"] == [type_]
    assert facts.fact("procedure_type").method == "procedure_type.box"


@pytest.mark.parametrize(
    "text",
    [
        # A form whose boxes are pictures.
        f"{NOTICE}Vrsta postupka\nOtvoreni postupak\nRestriktivni postupak\nKonkurentni postupak sa pregovaranjem",
        f"{AWARD}{EMPTY} Otvoreni postupak\n{EMPTY} Restriktivni postupak",
        f"{AWARD}{TICKED} Otvoreni postupak\n{TICKED} Restriktivni postupak",
        # Another procedure, and what the law says of several.
        f"{AWARD}Podaci o smanjenju broja kandidata (osim u otvorenim postupcima)",
        f"{AWARD}U slučaju pregovaračkog postupka razlog za primenu:",
        f"{AWARD}u otvorenom postupku. {'Kamere se postavljaju na stubove. ' * 3} u pregovaračkom postupku",
        # Documents that were bought by nobody.
        "ZAPISNIK\nsa sednice veća o otvorenom pitanju",
        "TUŽBA\nu postupku male vrednosti",
    ],
)
def test_what_does_not_tell_it(facts_of: FactsOf, text: str) -> None:
    assert facts_of(text)["procedure_type"] == []


def test_the_title_outweighs_what_is_told_of_an_earlier_procedure(facts_of: FactsOf) -> None:
    more = "Kamere se postavljaju na stubove. " * 80
    facts = facts_of(f"{AWARD}u pregovaračkom postupku\n{more} Nabavka u otvorenom postupku nije uspela.")
    assert facts["procedure_type"] == ["negotiated"]


def test_every_name_in_the_data_is_a_kind_that_a_person_may_give() -> None:
    types = table("procedure_types")
    named = {name for name, phrases in types.items() if isinstance(phrases, list)}
    assert named == set(PROCEDURE_TYPES)
    assert set(types["boxed"]) <= named
