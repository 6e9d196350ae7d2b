"""What each bidder offered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

FactsOf = Callable[..., Any]

AWARD = "ODLUKA O DODELI UGOVORA\n"
MINUTES = "ZAPISNIK\no otvaranju ponuda\nUkupan broj pristiglih ponuda: 2\n"
LIST = (
    f"{AWARD}Primljene su dve ponude:\n"
    "1) „Vidozor” d.o.o. Zrenjanin, sa cenom od 12.480.000,00 dinara bez PDV;\n"
    "2) „Okolina Optik” d.o.o. Kragujevac, sa cenom od 13.125.500,00 dinara bez PDV{more}.\n"
)
TABLE = (
    f"{MINUTES}R. br. Ponuđač Cena bez PDV Cena sa PDV\n"
    "1 „Vidozor” d.o.o. Zrenjanin 100.000,00 120.000,00\n"
    "2 „Okolina Optik” d.o.o. Kragujevac i „Zvonolik” a.d. Niš\n"
    "grupa ponuđača\n"
    "{second}\n"
)


def offers(facts: Any) -> list[tuple[str, ...]]:
    return [
        (one.details["bidder"].split(" ")[0], one.value, one.details["currency"], one.details["vat"])
        for one in facts.all
        if one.field == "offer"
    ]


def test_a_list_of_bids(facts_of: FactsOf) -> None:
    facts = facts_of(LIST.format(more=""))
    assert offers(facts) == [
        ("„Vidozor”", "12480000.00", "RSD", "without"),
        ("„Okolina", "13125500.00", "RSD", "without"),
    ]
    assert facts.quote("offer") == "12.480.000,00 dinara"
    assert all("rejected" not in one.details for one in facts.all if one.field == "offer")


def test_a_bid_that_is_turned_down_beside_its_price(facts_of: FactsOf) -> None:
    facts = facts_of(LIST.format(more=", koja se odbija kao neprihvatljiva"))
    assert [one.details.get("rejected") for one in facts.all if one.field == "offer"] == [None, "yes"]


def test_a_table_of_bids_in_which_a_group_is_named_by_its_first_firm(facts_of: FactsOf) -> None:
    assert offers(facts_of(TABLE.format(second="90.000,00 108.000,00"))) == [
        ("„Vidozor”", "100000.00", "RSD", "without"),
        ("„Okolina", "90000.00", "RSD", "without"),
    ]


def test_a_bidder_with_two_prices_has_none(facts_of: FactsOf) -> None:
    """They are of lots or variants, and cannot be compared."""
    more = "3) „Vidozor” d.o.o. Zrenjanin, sa cenom od 9.000.000,00 dinara bez PDV.\n"
    assert offers(facts_of(LIST.format(more="") + more)) == [("„Okolina", "13125500.00", "RSD", "without")]


def test_a_difference_and_a_fee_are_no_offers(facts_of: FactsOf) -> None:
    text = f"{AWARD}Primljena je ponuda ponuđača „Vidozor” d.o.o. Zrenjanin. Razlika u ceni iznosi 645.500,00 dinara."
    assert offers(facts_of(text)) == []


def test_a_foreign_table_takes_the_one_currency_of_its_document(facts_of: FactsOf) -> None:
    text = (
        "ODLUKA\no izboru najpovoljnijeg ponuđača\nProcijenjena vrijednost je 16.270,00 KM.\n"
        "R. br. Naziv ponuđača Cijena bez PDV\n1 „Toplota” d.o.o. Zenica 16.000,00\n"
    )
    assert offers(facts_of(text)) == [("„Toplota”", "16000.00", "BAM", "without")]


def test_other_kinds_list_no_bids(facts_of: FactsOf) -> None:
    assert offers(facts_of(LIST.format(more="").replace(AWARD, "UGOVOR O JAVNOJ NABAVCI\n"))) == []


def test_an_estimate_is_no_offer(facts_of: FactsOf) -> None:
    facts = facts_of(
        f"{AWARD}1. Partija 1: ugovor se dodeljuje ponuđaču „Vidozor” d.o.o. Zrenjanin, za iznos od 412.600,00 dinara "
        "bez PDV.\n2. Partija 2 (procenjena vrednost 400.000,00 dinara): postupak se obustavlja."
    )
    assert offers(facts) == []


def test_prices_of_different_lots_are_no_offers_for_the_same(facts_of: FactsOf) -> None:
    facts = facts_of(
        f"{AWARD}Partija 1 – kamere: ugovor se dodeljuje ponuđaču „Treptaj Mreže” d.o.o. Čačak, u iznosu od "
        "5.400.000,00 dinara bez PDV.\nPartija 2 – mreža: ugovor se dodeljuje ponuđaču „Vidozor” d.o.o. Zrenjanin, u "
        "iznosu od 2.150.000,00 dinara bez PDV.\n"
    )
    assert offers(facts) == []


def test_prices_in_the_tables_of_different_lots_are_no_offers_for_the_same(facts_of: FactsOf) -> None:
    facts = facts_of(
        f"{AWARD}Partija 1\nR. br. Naziv ponuđača Cena bez PDV\n1 „Treptaj Mreže” d.o.o. Čačak 5.400.000,00 dinara\n"
        "Partija 2\nR. br. Naziv ponuđača Cena bez PDV\n1 „Vidozor” d.o.o. Zrenjanin 2.150.000,00 dinara\n"
    )
    assert offers(facts) == []
