"""Annexes that tell only by how much they change a price: what then holds, with a proof in each document, or open."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from archive.findings.definition import FactSelection, Measure, VatBasis
from archive.findings.derived import heard
from archive.findings.derived.value import DerivationContext
from archive.findings.precedence import UnitFacts
from archive.findings.prices import price_of
from archive.findings.units import Counted
from archive.model import Fact
from archive.procedures.papers import Paper
from tests.archive.findings.test_award_lines import PRICE, WITH, WITHOUT, amount, decision, made
from tests.paper_samples import document_id, fact


def change(value: str, vat: str = "without", *, name: str = "annex", less: bool = False, currency: str = "RSD") -> Fact:
    return fact(name, "price_change", value, direction="less" if less else "more", currency=currency, vat=vat)


def percent(value: str, *, less: bool = False) -> Fact:
    return fact("annex", "price_change", value, direction="less" if less else "more", unit="percent")


def annex(*facts: Fact, name: str = "annex", day: str = "2020-06-01", vendor: str = "Alfa") -> Paper:
    return made(name, "contract_annex", (vendor,), *facts, day=day)


def told(*papers: Paper, vat: VatBasis = VatBasis.PRINTED) -> UnitFacts:
    return price_of(Counted("one", "Bečej", None, papers), replace(PRICE, vat=vat))


def sums(says: UnitFacts) -> dict[tuple[str, ...], Decimal]:
    return {key: says.amount(key) for key in says.columns}


BOTH = (amount("signed", "100.00", role="contract"), amount("signed", "120.00", "with", role="contract"))
SIGNED = made("signed", "contract", ("Alfa",), *BOTH)


@pytest.mark.parametrize(
    ("facts", "comes_to"),
    [
        ((change("12.00"),), {WITHOUT: 112}),
        ((change("12.00", less=True),), {WITHOUT: 88}),
        ((change("12.00"), change("14.40", "with")), {WITHOUT: 112, WITH: Decimal("134.40")}),
        ((percent("12"),), {WITHOUT: 112, WITH: Decimal("134.40")}),
        ((percent("12.5", less=True),), {WITHOUT: Decimal("87.50"), WITH: 105}),
        ((change("12.00"), percent("12")), {WITHOUT: 112}),
    ],
)
def test_a_change_is_added_to_the_price_of_its_contract(
    facts: tuple[Fact, ...], comes_to: dict[object, object]
) -> None:
    says = told(SIGNED, annex(*facts))
    assert sums(says) == comes_to
    assert not says.unclear
    for proofs in says.columns.values():
        assert [proof.document for proof in proofs] == [document_id("signed"), document_id("annex")]


@pytest.mark.parametrize(
    "facts",
    [
        (change("12.00", "unknown"),),
        (change("12.00", currency="EUR"),),
        (change("12.00"), change("3.00", less=True)),
        (percent("12"), percent("5")),
        (change("100.00", less=True),),
    ],
)
def test_what_cannot_be_added_makes_the_price_unclear_on_every_basis(facts: tuple[Fact, ...]) -> None:
    for vat in VatBasis:
        says = told(SIGNED, annex(*facts), vat=vat)
        assert sums(says) == {}
        assert {proof.document for proof in says.unclear} == {document_id("annex")}


def test_a_change_to_what_was_not_read_leaves_the_price_open() -> None:
    unread = fact("annex", "price_change", "100.00", direction="unknown", currency="RSD", vat="without")
    says = told(SIGNED, annex(unread))
    assert (sums(says), {proof.document for proof in says.unclear}) == ({}, {document_id("annex")})


def test_several_annexes_add_up_and_one_that_states_a_price_ends_those_before() -> None:
    second = annex(change("8.00", name="second"), name="second", day="2020-08-01")
    assert sums(told(SIGNED, annex(change("12.00")), second)) == {WITHOUT: 120}
    stating = annex(amount("stating", "130.00", role="contract"), name="stating", day="2020-07-01")
    assert sums(told(SIGNED, annex(change("12.00")), stating)) == {WITHOUT: 130}
    assert sums(told(SIGNED, annex(change("12.00")), stating, second)) == {WITHOUT: 138}


def test_a_change_counts_on_the_basis_that_is_asked_for() -> None:
    rate = made("signed", "contract", ("Alfa",), *BOTH, fact("signed", "vat_rate", "20"))
    assert sums(told(rate, annex(change("12.00")), vat=VatBasis.WITH)) == {WITH: Decimal("134.40")}
    assert sums(told(SIGNED, annex(change("12.00")), vat=VatBasis.WITH)) == {WITHOUT: 112}


def test_only_the_contract_of_its_vendor_is_changed() -> None:
    other = made("other", "contract", ("Beta",), amount("other", "50.00", role="contract"))
    assert sums(told(SIGNED, other, annex(change("12.00")))) == {WITHOUT: 162}
    assert sums(told(SIGNED, other, annex(change("12.00"), vendor="Gama"))) == {}


def test_a_ceiling_and_an_award_are_not_changed_silently() -> None:
    frame = made("frame", "contract", ("Alfa",), amount("frame", "900.00", role="contract", ceiling="yes"))
    assert sums(told(frame, annex(change("12.00")))) == {}
    awarded = decision(amount("decision", "100.00"), vendors=("Alfa",))
    assert sums(told(awarded, annex(change("12.00")))) == {}


def test_without_the_contract_nothing_is_known() -> None:
    assert sums(told(annex(change("12.00")))) == {}


def test_findings_of_annexes_tell_the_change_with_its_words() -> None:
    unit = Counted("one", "Bečej", None, (SIGNED, annex(change("12.00"))))
    wanted = FactSelection("annex_amounts", Measure.SUM, columns=("part", "currency", "vat"))
    says = heard(unit, wanted, DerivationContext())
    assert {key[0]: says.amount(key) for key in says.columns} == {"before": 100, "after": 112, "added": 12}
    assert document_id("annex") in {proof.document for proof in says.columns["added", *WITHOUT]}
