"""The facts that a finding says it is made of are all that it needs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.findings.derived import heard
from archive.findings.derived.value import NOTHING
from archive.findings.files import SHIPPED, load
from archive.findings.kept.as_of import state
from archive.findings.unit_rows import fields_counted
from archive.findings.units import Counted
from archive.model import Vendor
from archive.procedures.papers import paper_of
from tests.paper_samples import fact, paper

NAMES = sorted(file.stem for file in SHIPPED.glob("*.toml"))


def with_facts(unit: Counted, fields: Collection[str]) -> Counted:
    """The unit, with no facts and numbers but those of some fields."""
    kept = ([fact for fact in paper.facts if fact.field in fields] for paper in unit.papers)
    return replace(
        unit, papers=tuple(paper_of(paper.known, facts) for paper, facts in zip(unit.papers, kept, strict=True))
    )


ELSEWHERE = {"odd-clauses": "it reads clauses", "registers": "no specimen is one: test_registers"}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ELSEWHERE])
def test_a_finding_needs_no_other_facts_than_those_of_its_fields(story: Archive, name: str) -> None:
    finding = load(story.home, name)
    fields, units = fields_counted(finding), state(story.catalog).units(finding.counts)
    told = 0
    for unit in units:
        few = heard(with_facts(unit, fields), finding.facts, NOTHING)
        every = heard(unit, finding.facts, NOTHING)
        assert (few.columns, few.unclear, few.numbers) == (every.columns, every.unclear, every.numbers)
        told += bool(every.columns)
    assert told, "the specimens have something of every finding"


@pytest.mark.parametrize("name", ["quantities", "spending", "price-of-a-camera", "annexes"])
def test_an_annex_that_names_no_vendor_is_of_the_contract_that_it_cites(name: str) -> None:
    cameras = (fact("contract", "quantity", "18", what="cameras"), fact("annex", "quantity", "21", what="cameras"))
    own = fact("contract", "reference", "404-1/2025-12", role="contract")
    cited = fact("annex", "related", "404-1/2025-12", role="contract")
    prices = [
        fact(who, "amount", value, currency="RSD", vat="without", role="contract")
        for who, value in (("contract", "100.00"), ("annex", "110.00"))
    ]
    contract = paper("contract", "contract", "404-1/2025", "2025-05-06", more=(cameras[0], own, prices[0]))
    annex = paper("annex", "contract_annex", "404-1/2025", "2025-08-19", more=(cameras[1], cited, prices[1]))
    contract = paper_of(replace(contract.known, vendors=(Vendor("Alfa"),)), contract.facts)
    finding = load(Path("nowhere"), name)
    unit = with_facts(Counted("one", "Bor", None, (contract, annex)), fields_counted(finding))
    says = heard(unit, finding.facts, NOTHING)
    assert not says.unclear
    assert says.columns
