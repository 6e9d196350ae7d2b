"""What speaks for a procedure, on made-up papers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from archive.findings.definition import CountedUnit, FactSelection, Measure, NumberRange
from archive.findings.precedence import unit_facts
from archive.findings.units import Counted, units_of
from archive.model import Fact
from archive.procedures.papers import Paper
from tests.archive.findings.test_award_lines import amount, made
from tests.paper_samples import document_id, fact, paper

PRICE = FactSelection(
    "amount",
    Measure.SUM,
    ("contract_annex", "contract", "award_decision"),
    {"role": ("contract", "award")},
    columns=("currency", "vat"),
)
BIDS = FactSelection("bids", speaks=("minutes",), buckets=(NumberRange("one", 1, 1), NumberRange("several", 2)))
RSD = ("RSD", "without")


def priced(name: str, kind: str, date: str, *values: str, lots: bool = False) -> Paper:
    details = {"currency": "RSD", "vat": "without", "role": "award" if kind == "award_decision" else "contract"}
    more = tuple(
        fact(name, "amount", value, **details, **({"lot": str(at)} if lots else {})) for at, value in enumerate(values)
    )
    return paper(name, kind, "404-1/2020", date, more=more)


def unit(*papers: Paper) -> Counted:
    return Counted("one", "Bečej", None, papers)


def test_the_newest_annex_speaks_in_the_place_of_the_contract() -> None:
    says = unit_facts(
        unit(
            priced("award", "award_decision", "2020-01-01", "100.00"),
            priced("contract", "contract", "2020-02-01", "100.00"),
            priced("second", "contract_annex", "2020-05-01", "130.00"),
            priced("first", "contract_annex", "2020-03-01", "110.00"),
        ),
        PRICE,
    )
    assert says.amount(RSD) == 130
    assert [proof.document for proof in says.columns[RSD]] == [document_id("second")]


def test_an_award_speaks_where_there_is_no_contract() -> None:
    assert unit_facts(unit(priced("award", "award_decision", "2020-01-01", "100.00")), PRICE).amount(RSD) == 100


def test_lots_are_added_and_two_prices_of_one_thing_are_unclear() -> None:
    assert unit_facts(unit(priced("a", "contract", "2020-01-01", "10.00", "20.00", lots=True)), PRICE).amount(RSD) == 30
    says = unit_facts(unit(priced("a", "contract", "2020-01-01", "10.00", "20.00")), PRICE)
    assert not says.columns
    assert len(says.unclear) == 2


def test_contracts_of_lots_are_added_and_the_same_one_again_is_not() -> None:
    one, again = priced("one", "contract", "2020-01-01", "10.00"), priced("again", "contract", "2020-01-01", "10.00")
    other = priced("other", "contract", "2020-01-02", "5.00")
    assert unit_facts(unit(one, again, other), PRICE).amount(RSD) == 15


def test_an_annex_that_could_be_of_two_contracts_leaves_the_price_unclear() -> None:
    papers = [priced(name, "contract", f"2020-01-0{at}", f"{at}.00") for at, name in enumerate("ab", start=1)]
    says = unit_facts(unit(*papers, priced("annex", "contract_annex", "2020-03-01", "9.00")), PRICE)
    assert not says.columns
    assert {proof.document for proof in says.unclear} == {document_id(name) for name in ("a", "b", "annex")}


def signed(name: str, number: str, vendors: tuple[str, ...], value: str) -> Paper:
    """A contract with a number of its own."""
    own = fact(name, "reference", number, role="contract")
    return made(name, "contract", vendors, own, amount(name, value, role="contract"))


def raised(value: str, vendors: tuple[str, ...], *cited: Fact) -> Paper:
    return made("annex", "contract_annex", vendors, amount("annex", value, role="contract"), *cited, day="2020-06-01")


def test_an_annex_changes_the_contract_whose_number_it_cites() -> None:
    lots = signed("one", "404-1/2020-7", ("Alfa",), "10.00"), signed("two", "404-1/2020-8", ("Alfa",), "20.00")
    cited = fact("annex", "related", "404-1/2020-8", role="contract")
    assert unit_facts(unit(*lots, raised("25.00", ("Alfa",), cited)), PRICE).amount(RSD) == 35
    assert not unit_facts(unit(*lots, raised("25.00", ("Alfa",))), PRICE).columns
    # It may name only a leader of the group, or nobody whose name was read.
    group = signed("group", "404-1/2020-9", ("Alfa", "Beta"), "30.00")
    for vendors, more in ((("Alfa",), ()), ((), (fact("annex", "related", "404-1/2020-9", role="contract"),))):
        assert unit_facts(unit(group, raised("33.00", vendors, *more)), PRICE).amount(RSD) == 33
    assert not unit_facts(unit(group, raised("33.00", ())), PRICE).columns


def test_an_annex_changes_the_contract_whose_price_it_prints() -> None:
    lots = signed("one", "404-1/2020-7", ("Alfa",), "10.00"), signed("two", "404-1/2020-8", ("Alfa",), "20.00")
    before = amount("annex", "20.00", role="other")
    assert unit_facts(unit(*lots, raised("25.00", ("Alfa",), before)), PRICE).amount(RSD) == 35
    assert unit_facts(unit(lots[1], raised("25.00", ("Beta",), before)), PRICE).amount(RSD) == 25
    euros = fact("annex", "amount", "20.00", role="other", currency="EUR", vat="with")
    assert not unit_facts(unit(*lots, raised("25.00", ("Alfa",), euros)), PRICE).columns
    twice = signed("three", "404-1/2020-9", ("Beta",), "20.00")
    assert not unit_facts(unit(*lots, twice, raised("25.00", ("Gama",), before)), PRICE).columns


@pytest.mark.parametrize(("bids", "column"), [(("1",), "one"), (("3", "2"), "several"), (("1", "2"), None)])
def test_bids_of_lots_that_differ_in_kind_are_unclear(bids: tuple[str, ...], column: str | None) -> None:
    more = tuple(fact("m", "bids", value, lot=str(at)) for at, value in enumerate(bids))
    says = unit_facts(unit(paper("m", "minutes", "404-1/2020", more=more)), BIDS)
    assert list(says.columns) == ([(column,)] if column else [])
    assert bool(says.unclear) is (column is None)


def test_a_copy_is_no_document_and_no_procedure_more() -> None:
    papers = [paper(name, "contract", "404-1/2020", "2020-01-01") for name in ("scan", "scan-2")]
    ids = [one.id for one in papers]
    copies = {ids[0]: (ids[1],), ids[1]: (ids[0],)}
    for counts in (CountedUnit.PROCEDURES, CountedUnit.DOCUMENTS):
        (found,) = units_of(papers, copies, counts)
        assert [one.known.filename for one in found.papers] == ["scan.pdf"]


def test_a_known_value_that_fits_no_bucket_is_unclear_and_never_unknown() -> None:
    gap = FactSelection("bids", speaks=("minutes",), buckets=(NumberRange("many", 10),))
    says = unit_facts(unit(paper("m", "minutes", "404-1/2020", more=(fact("m", "bids", "3"),))), gap)
    assert not says.columns
    assert len(says.unclear) == 1


CAMERAS = FactSelection(
    "quantity", Measure.SUM, ("contract_annex", "contract"), lacks=("of", "state"), columns=("what",)
)


def cameras(name: str, kind: str, value: str, day: str, **more: str) -> Paper:
    return paper(name, kind, "404-1/2020", day, more=(fact(name, "quantity", value, what="cameras", **more),))


def test_what_annexes_add_comes_to_what_their_contract_states() -> None:
    contract = cameras("contract", "contract", "28", "2020-02-01")
    first = cameras("first", "contract_annex", "2", "2020-03-01", added="more")
    second = cameras("second", "contract_annex", "5", "2020-04-01", added="less")
    says = unit_facts(unit(contract, first, second), CAMERAS)
    assert says.amount(("cameras",)) == 25
    assert {proof.document for proof in says.proofs} == {one.id for one in (contract, first, second)}
    whole = cameras("whole", "contract_annex", "40", "2020-05-01")
    assert unit_facts(unit(contract, first, whole), CAMERAS).amount(("cameras",)) == 40
    assert unit_facts(unit(contract, second, replace(whole, date=date(2020, 3, 1))), CAMERAS).amount(("cameras",)) == 35
    alone = unit_facts(unit(first), CAMERAS)
    assert not alone.columns
    assert [proof.document for proof in alone.unclear] == [first.id]


def of_lots(name: str, kind: str, *lots: tuple[str, str], day: str = "2020-01-15") -> Paper:
    facts = (fact(name, "quantity", value, what="cameras", lot=lot) for lot, value in lots)
    return paper(name, kind, "404-1/2020", day, more=tuple(facts))


def test_lots_without_a_contract_in_the_archive_come_to_those_with_one() -> None:
    wanted = replace(CAMERAS, speaks=(*CAMERAS.speaks, "award_decision", "minutes"))
    decision = of_lots("decision", "award_decision", ("1", "40"), ("2", "18"), ("3", "18"))
    minutes = of_lots("minutes", "minutes", ("1", "41"), ("4", "7"))

    def count(*papers: Paper) -> int:
        return int(unit_facts(unit(decision, minutes, *papers), wanted).amount(("cameras",)))

    first = cameras("first", "contract", "40", "2020-02-01")
    assert count() == 76
    assert count(first) == 76
    assert count(of_lots("first", "contract", ("1", "44"))) == 80
    assert count(cameras("third", "contract", "18", "2020-02-01")) == 76
    assert count(first, cameras("more", "contract_annex", "6", "2020-03-01", added="more")) == 82
    assert count(first, cameras("whole", "contract_annex", "46", "2020-03-01")) == 82
    # Which lots a contract on another number is for is not known, and may be all.
    assert count(cameras("other", "contract", "58", "2020-02-01")) == 58
    unsure = of_lots("later", "award_decision", ("1", "40"), ("2", "18"), ("2", "21"), day="2020-01-20")
    assert count(first, unsure) == 40, "which number of the second lot holds is not known"
    proofs = unit_facts(unit(decision, minutes, first), wanted).proofs
    assert [(proof.document, proof.fact and proof.fact.value) for proof in proofs] == [
        (first.id, "40"), (decision.id, "18"), (decision.id, "18")
    ]  # fmt: skip
