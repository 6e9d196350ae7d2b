"""Amounts as OCDS values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.facts.evidence import EvidenceReader
from archive.model import Fact, FactStatus
from archive.ocds.values import Links, Proofs, values
from archive.procedures.papers import Paper
from archive.store.catalog import Catalog
from tests.paper_samples import document_id, paper

DOCUMENT = f"/{document_id('award')}"


@pytest.fixture
def proofs(tmp_path: Path) -> Iterator[Proofs]:
    catalog = Catalog.open(tmp_path / "catalog.sqlite")
    yield Proofs(EvidenceReader(catalog), Links(page=lambda span, number: "", document=lambda document: f"/{document}"))
    catalog.close()


def award(*amounts: tuple[str, dict[str, str]], name: str = "award") -> Paper:
    """A decision whose amounts a person wrote down."""
    facts = [
        Fact("amount", value, None, "person", 1.0, FactStatus.CORRECTED, {"role": "award", "currency": "RSD"} | details)
        for value, details in amounts
    ]
    return paper(name, "award_decision", "404-18/2020", more=tuple(facts))


def test_the_value_is_without_vat_and_the_one_with_it_stands_beside(proofs: Proofs) -> None:
    fields, evidence = values([award(("120.00", {"vat": "with"}), ("100.50", {"vat": "without"}))], ("award",), proofs)
    assert fields["value"] == {"amount": 100.5, "currency": "RSD", "valueAddedTaxIncluded": False}
    assert fields["dosije:valueWithVat"] == {"amount": 120, "currency": "RSD", "valueAddedTaxIncluded": True}
    assert evidence["value"] == {
        "document": document_id("award"),
        "url": DOCUMENT,
        "method": "person",
        "status": "corrected",
    }


def test_whether_it_includes_vat_is_only_said_where_it_is_known(proofs: Proofs) -> None:
    assert values([award(("100.00", {"vat": "unknown"}))], ("award",), proofs)[0] == {
        "value": {"amount": 100, "currency": "RSD"}
    }
    (field,) = values([award(("100.00", {"vat": "with"}))], ("award",), proofs)[0].values()
    assert field["valueAddedTaxIncluded"] is True


def test_two_amounts_of_one_kind_are_no_value(proofs: Proofs) -> None:
    assert values([award(("100.00", {}), ("200.00", {}))], ("award",), proofs) == ({}, {})
    assert values([award(("100.00", {}), ("100.00", {"currency": "EUR"}))], ("award",), proofs) == ({}, {})


def test_amounts_of_lots_are_listed_and_not_added_up(proofs: Proofs) -> None:
    paper = award(("100.00", {"lot": "1", "vat": "without"}), ("200.00", {"lot": "2"}))
    fields, _ = values([paper], ("award",), proofs)
    assert list(fields) == ["dosije:lotValues"]
    assert [(each["lot"], each["value"]["amount"]) for each in fields["dosije:lotValues"]] == [("1", 100), ("2", 200)]


def test_the_first_paper_that_tells_counts(proofs: Proofs) -> None:
    silent, first = paper("silent", "tender_notice"), award(("1.00", {}), name="first")
    fields, evidence = values([silent, first, award(("2.00", {}))], ("award",), proofs)
    assert (fields["value"]["amount"], evidence["value"]["document"]) == (1, document_id("first"))
    assert values([first], ("estimated",), proofs) == ({}, {})
    assert values([first], ("contract", "award"), proofs) == (fields, evidence)
