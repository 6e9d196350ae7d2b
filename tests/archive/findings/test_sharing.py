"""The rows of a finding and what they share add up to its total, whoever won what together with whom."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.archive import Archive
from archive.findings.definition import Measure
from archive.findings.files import SHIPPED, load
from archive.findings.table import AsOf, Table
from archive.findings.tabulation import table
from archive.findings.units import Counted
from archive.model import Vendor
from tests.archive.findings.test_precedence import priced
from tests.finding_samples import counted

FINDINGS = sorted(file.stem for file in SHIPPED.glob("*.toml"))
FIRMS = ("Alfa", "Beta", "Gama")

papers = st.tuples(
    st.sampled_from(("contract", "award_decision", "contract_annex")),
    st.lists(st.sampled_from(FIRMS), unique=True, max_size=3),
    st.lists(st.sampled_from(("100.00", "200.00", "350.50")), max_size=2),
)
procedures = st.lists(
    st.tuples(st.sampled_from(("Bečej", "Ada", None)), st.lists(papers, min_size=1, max_size=3)), min_size=1, max_size=4
)


def made_of(name: str, drawn: list[tuple[str | None, list[tuple[str, list[str], list[str]]]]]) -> Table:
    """A finding over made-up procedures."""
    units = []
    for at, (town, of_unit) in enumerate(drawn):
        own = []
        for number, (kind, firms, values) in enumerate(of_unit):
            paper = priced(f"{at}-{number}", kind, "2020-02-01", *values)
            own.append(replace(paper, known=replace(paper.known, vendors=tuple(map(Vendor, firms)))))
        units.append(Counted(f"unit{at}", town, None, tuple(own)))
    return table(load(Path("/nowhere"), name), units, AsOf(0, None, None, "g"))


def assert_adds_up(found: Table) -> None:
    for at, column in enumerate(found.columns):
        if column.is_sum and found.definition.facts.measure is Measure.RANGE:
            continue
        listed = sum((row.cells[at].number or Decimal() for row in found.every_row[:-1]), Decimal())
        assert listed == (found.total.cells[at].number or 0), column
        if found.shared and (number := found.shared.cells[at].number):
            assert found.shared.cells[at].proofs, "it leads to what makes it"
            if column.is_sum and number > 0:
                assert sum(proof.amount for proof in found.shared.cells[at].proofs) == number


@given(st.sampled_from(("vendors", "vendors-by-municipality", "spending")), procedures)
def test_rows_and_what_they_share_add_up_to_the_total(
    name: str, drawn: list[tuple[str | None, list[tuple[str, list[str], list[str]]]]]
) -> None:
    assert_adds_up(made_of(name, drawn))


@pytest.mark.parametrize("name", FINDINGS)
def test_the_findings_of_the_specimens_add_up(story: Archive, name: str) -> None:
    assert_adds_up(counted(story, load(story.home, name)))


def test_a_joint_award_is_counted_in_a_row_of_its_own_and_lots_of_two_vendors_in_two_rows() -> None:
    alone = ("Ada", [("contract", ["Alfa"], ["100.00"])])
    joint = made_of("vendors", [("Ada", [("contract", ["Alfa", "Beta"], ["200.00"])]), alone])
    assert [(row.key, row.is_joint) for row in joint.rows] == [(("Alfa",), False), (("Alfa + Beta",), True)]
    assert joint.shared is None
    lots = made_of("vendors", [("Ada", [("contract", ["Alfa"], ["200.00"]), ("contract", ["Beta"], ["10.00"])])])
    assert lots.shared is not None
    told = {column.id: cell.number for column, cell in zip(lots.columns, lots.shared.cells, strict=True)}
    assert told == {"units": -1, "documents": -2, "RSD·without": None, "absent": None, "unclear": None}
    assert made_of("vendors", [alone]).shared is None
