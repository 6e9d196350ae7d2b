"""Signals in the prices of bids, on made-up papers."""

from __future__ import annotations

import pytest

from archive.findings.definition import FactSelection
from archive.findings.derived.offers import ALONE, LOWEST, REJECTED, SAME, signals
from archive.findings.derived.value import NOTHING, Derived
from archive.findings.units import Counted
from archive.model import Fact
from archive.procedures.papers import Paper
from tests.archive.findings.test_precedence import priced
from tests.paper_samples import fact, paper


def offered(kind: str, *offers: tuple[str, str], rejected: str = "", **more: str) -> Paper:
    """A paper that lists bids, each a bidder and a price; ``rejected`` holds the names of those turned down."""

    def one(bidder: str, value: str) -> Fact:
        told = {"bidder": bidder, "currency": "RSD", "vat": "without"} | more
        return fact(kind, "offer", value, **told, **({"rejected": "yes"} if bidder in rejected.split() else {}))

    return paper(kind, kind, "404-1/2020", "2020-01-01", more=tuple(one(*offer) for offer in offers))


def found(*papers: Paper) -> dict[str, Derived]:
    made = signals(Counted("one", "Bečej", None, papers), FactSelection("offers"), NOTHING)
    return {one.details["signal"]: one for one in made.values}


def said(*papers: Paper) -> dict[str, str]:
    return {signal: one.details["found"] for signal, one in found(*papers).items()}


CONTRACT = priced("contract", "contract", "2020-02-01", "100.00")


def test_two_bids_of_one_price_are_found_with_both_as_proof() -> None:
    minutes = offered("minutes", ("Alfa", "100.00"), ("Beta", "100.00"), ("Gama", "90.00"))
    same = found(minutes)[SAME]
    assert same.details["found"] == "yes"
    assert [proof.fact.details["bidder"] for proof in same.proofs if proof.fact] == ["Alfa", "Beta"]
    assert said(offered("minutes", ("Alfa", "100.00"), ("Beta", "100.01"))) == {SAME: "no"}


@pytest.mark.parametrize("offers", [(), (("Alfa", "100.00"),)])
def test_fewer_than_two_bids_tell_nothing(offers: tuple[tuple[str, str], ...]) -> None:
    assert said(offered("minutes", *offers), CONTRACT) == {}


def test_prices_with_and_without_vat_are_not_compared() -> None:
    award = offered("award_decision", ("Beta", "100.00"), vat="with")
    assert said(offered("minutes", ("Alfa", "100.00")), award) == {}


def test_a_lower_bid_than_the_one_that_won_is_found() -> None:
    minutes = offered("minutes", ("Alfa", "100.00"), ("Beta", "90.00"), ("Gama", "120.00"))
    lowest = found(minutes, CONTRACT)[LOWEST]
    assert lowest.details["found"] == "yes"
    assert [proof.fact.value for proof in lowest.proofs if proof.fact] == ["90.00", "100.00", "100.00"]
    assert said(offered("minutes", ("Alfa", "100.00"), ("Gama", "120.00")), CONTRACT)[LOWEST] == "no"


def test_who_won_is_unknown_where_no_bid_or_two_are_at_the_price_of_the_contract() -> None:
    for offers in ((("Alfa", "99.00"), ("Beta", "98.00")), (("Alfa", "100.00"), ("Beta", "100.00"))):
        assert LOWEST not in said(offered("minutes", *offers), CONTRACT)


def test_an_annex_is_no_price_that_was_bid() -> None:
    minutes = offered("minutes", ("Alfa", "100.00"), ("Beta", "110.00"))
    annex = priced("annex", "contract_annex", "2020-05-01", "110.00")
    assert said(minutes, CONTRACT, annex)[LOWEST] == "no"


def test_a_winner_whose_rivals_were_all_turned_down() -> None:
    bids = (("Alfa", "100.00"), ("Beta", "90.00"), ("Gama", "95.00"))
    assert said(offered("award_decision", *bids, rejected="Beta Gama"), CONTRACT)[ALONE] == "yes"
    assert said(offered("award_decision", *bids, rejected="Beta"), CONTRACT)[ALONE] == "no"
    assert ALONE not in said(offered("minutes", *bids, rejected="Beta Gama"), CONTRACT)
    assert ALONE not in said(offered("award_decision", ("Alfa", "100.00")), CONTRACT)


def test_the_lowest_bid_that_was_turned_down() -> None:
    bids = (("Alfa", "100.00"), ("Beta", "90.00"), ("Gama", "95.00"))
    lowest = found(offered("award_decision", *bids, rejected="Beta"))[REJECTED]
    assert lowest.details["found"] == "yes"
    assert [proof.fact.value for proof in lowest.proofs if proof.fact] == ["90.00"]
    assert said(offered("award_decision", *bids, rejected="Gama"))[REJECTED] == "no"
    assert REJECTED not in said(offered("minutes", *bids, rejected="Beta"))
