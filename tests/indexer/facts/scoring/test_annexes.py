"""What an annex says of the price: which sum holds from now on, in any words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.model import Fact, Span
from indexer.facts.scoring.annexes import as_changed, without_shares
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.scoring.money import all_monies
from tests.indexer.facts.conftest import DOCUMENT

ContextOf = Callable[..., TextSurroundings]


def roles(context: TextSurroundings) -> dict[str, str]:
    """The role of each sum, where none had one before."""
    facts = [
        Fact("amount", f"{read.value:.2f}", Span(DOCUMENT, 1, 0, 0), "test", 0.9, details={"role": "unknown"})
        for read in all_monies(context)
    ]
    return {fact.value: fact.details["role"] for fact in as_changed(context, facts)}


@pytest.mark.parametrize(
    ("text", "contract", "other"),
    [
        ("Vrednost 500.000,00 dinara raste za 61.000,00 dinara. Sada glasi: 561.000,00 dinara.", "561000", "500000"),
        ("Bilo je 500.000,00 dinara, manje je za 61.000,00 dinara, ostaje 439.000,00 dinara.", "439000", "61000"),
        ("Cena 100.000,00 dinara veća je za 10.000,00 dinara: 110.000,00 dinara.", "110000", "10000"),
        (
            "Ugovoreno je 500.000,00 dinara bez PDV. Dodaje se 61.000,00 dinara. Ukupno 561.000,00 dinara bez PDV, "
            "odnosno 673.200,00 dinara sa PDV.",
            "673200",
            "61000",
        ),
    ],
)
def test_the_new_price_is_the_old_one_and_the_change(
    context_of: ContextOf, text: str, contract: str, other: str
) -> None:
    found = roles(context_of(f"ANEKS UGOVORA\n{text}"))
    assert (found[f"{contract}.00"], found[f"{other}.00"]) == ("contract", "other")


@pytest.mark.parametrize(
    "text",
    [
        "Cena je 500.000,00 dinara, PDV 100.000,00 dinara, svega 600.000,00 dinara.",
        "Rate su 500.000,00 dinara i 400.000,00 dinara, svega 900.000,00 dinara.",
        "Cena je 500.000,00 dinara. Menica je na 50.000,00 dinara.",
    ],
)
def test_a_price_with_its_vat_and_two_parts_are_no_change(context_of: ContextOf, text: str) -> None:
    """A change is at most half of the price; the VAT is called so."""
    assert set(roles(context_of(f"ANEKS UGOVORA\n{text}")).values()) == {"unknown"}


def test_sums_that_add_up_in_several_ways_say_nothing(context_of: ContextOf) -> None:
    text = "Delovi: 400.000,00 dinara, 100.000,00 dinara, 500.000,00 dinara, 50.000,00 dinara, 550.000,00 dinara."
    assert set(roles(context_of(f"ANEKS UGOVORA\n{text}")).values()) == {"unknown"}


def test_the_new_price_and_the_same_with_vat_say_what_each_is(context_of: ContextOf) -> None:
    text = "Vrednost 500.000,00 dinara raste za 61.000,00 dinara. Nova cena (bez, sa): 561.000,00 673.200,00 dinara."
    context = context_of(f"ANEKS UGOVORA\n{text}")
    made = [
        Fact("amount", value, Span(DOCUMENT, 1, 0, 0), "test", 0.9, details={"role": "other", "vat": "with"})
        for value in ("561000.00", "673200.00")
    ]
    told = [(fact.details["role"], fact.details["vat"]) for fact in as_changed(context, made)]
    assert told == [("contract", "without"), ("contract", "with")]


@pytest.mark.parametrize(
    ("sums", "prices"),
    [
        ("900:without 180:unknown 1080:with 640:unknown 260:unknown", "900 180 1080"),
        ("900:without 180:unknown 1080:unknown", "900 180 1080"),
        ("640:unknown 260:unknown 900:without", "640 260 900"),
    ],
)
def test_what_each_member_of_a_group_gets_is_no_price(sums: str, prices: str) -> None:
    """Two sums after a price that come to it are shares; its tax is none, nor are lots before a total."""
    facts = [
        Fact("amount", value, Span(DOCUMENT, 1, 0, 0), "test", 0.9, details={"role": "contract", "vat": vat})
        for value, vat in (each.split(":") for each in sums.split())
    ]
    told = without_shares(facts)
    assert [fact.value for fact in told if fact.details["role"] == "contract"] == prices.split()


def test_a_fifth_less_is_no_change_of_the_price_with_vat(context_of: ContextOf) -> None:
    text = "Cena je manja za 200.000,00 dinara: 1.000.000,00 dinara bez PDV, to jest 1.200.000,00 dinara sa PDV."
    context = context_of(f"ANEKS UGOVORA\n{text}")
    told = [("200000.00", "unknown"), ("1000000.00", "without"), ("1200000.00", "with")]
    span = Span(DOCUMENT, 1, 0, 0)
    facts = [Fact("amount", value, span, "test", 0.9, details={"role": "contract", "vat": vat}) for value, vat in told]
    assert as_changed(context, facts) == facts
