"""Clauses that depart from a template, as a finding counts them."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import UsageError
from archive.facts.evidence import EvidenceReader
from archive.findings.derived import context_of
from archive.findings.files import load
from archive.findings.table import AsOf, Table
from archive.findings.tabulation import table
from archive.findings.units import Counted
from archive.procedures.papers import paper_of
from archive.store.catalog import Catalog, CatalogLimits
from tests.archive.comparing.test_templates import OWN, UNLIKE, filled
from tests.contract_samples import Article, add_contract


def counted(catalog: Catalog, tmp_path: Path) -> Table:
    definition = load(tmp_path, "odd-clauses")
    facts = catalog.facts.by_document([document.id for document in catalog.documents.newest_first()])
    units = [
        Counted(id_[:16], "Bečej", None, (paper_of(known, facts.get(id_, ())),))
        for id_, known in catalog.documents.descriptions(facts).items()
    ]
    return table(definition, units, AsOf(0, None, None, "g"), context_of(definition, catalog, units, None))


@pytest.fixture
def ids(catalog: Catalog) -> dict[str, str]:
    texts = {
        "first": filled(10, 100000, 36, 2, 0, 6),
        "second": filled(99, 700000, 24, 5, 0, 4),
        "odd": [*filled(12, 900000, 36, 2, 0, 6)[:3], Article(OWN)],
        "unlike": [Article(text) for text in UNLIKE],
    }
    return {name: add_contract(catalog, name, articles) for name, articles in texts.items()}


def test_each_contract_is_counted_by_its_odd_clauses_and_the_number_leads_to_them(
    catalog: Catalog, ids: dict[str, str], tmp_path: Path
) -> None:
    found = counted(catalog, tmp_path)
    cells = {column.id: cell for column, cell in zip(found.columns, found.total.cells, strict=True)}
    assert {id_: int(cell.number or 0) for id_, cell in cells.items()} == {
        "units": 4,
        "No odd clause": 2,
        "1 to 3 odd clauses": 1,
        "Over 3 odd clauses": 0,
        "absent": 1,
        "unclear": 0,
    }
    (proof,) = cells["1 to 3 odd clauses"].proofs
    assert proof.document == ids["odd"]
    assert proof.fact is not None
    assert proof.fact.span is not None
    quote = EvidenceReader(catalog).of(proof.fact.span).quote
    assert quote.startswith("Član 4. Izvršilac može da ustupi sva potraživanja")
    assert {proof.document for proof in cells["No odd clause"].proofs} == {ids["first"], ids["second"]}


def test_too_many_clauses_are_an_error_that_says_what_to_do(
    catalog: Catalog, ids: dict[str, str], tmp_path: Path
) -> None:
    catalog.limits = CatalogLimits(template_clauses=3)
    with pytest.raises(UsageError, match="more clauses than the 3 that are compared") as error:
        counted(catalog, tmp_path)
    assert "[request]" in str(error.value.remedy)
    assert ids
