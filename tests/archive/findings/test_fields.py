"""The facts that a finding says it is made of are all that it needs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.archive import Archive
from archive.findings.derived import fields_of, heard
from archive.findings.derived.value import NOTHING
from archive.findings.files import SHIPPED, load
from archive.findings.kept.as_of import state

NAMES = sorted(file.stem for file in SHIPPED.glob("*.toml"))


ELSEWHERE = {"odd-clauses": "it reads clauses", "registers": "no specimen is one: test_registers"}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ELSEWHERE])
def test_a_finding_needs_no_other_facts_than_those_of_its_fields(story: Archive, name: str) -> None:
    finding = load(story.home, name)
    fields, units = fields_of(finding.facts.field), state(story.catalog).units(finding.counts)
    told = 0
    for unit in units:
        papers = tuple(
            replace(paper, facts=[fact for fact in paper.facts if fact.field in fields]) for paper in unit.papers
        )
        few = heard(replace(unit, papers=papers), finding.facts, NOTHING)
        every = heard(unit, finding.facts, NOTHING)
        assert (few.columns, few.unclear, few.numbers) == (every.columns, every.unclear, every.numbers)
        told += bool(every.columns)
    assert told, "the specimens have something of every finding"
