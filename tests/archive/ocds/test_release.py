"""Releases of the specimens, against the published rules of OCDS 1.1.5 and the story they tell.

The rules are those of the standard's release schema (Apache License 2.0) without its wording, taken from the source
package of ocdsextensionregistry 0.7.0.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from archive.archive import Archive
from archive.ocds.export import procured_now, releases
from archive.ocds.values import EVIDENCE, Links
from archive.procedures.papers import Paper

if TYPE_CHECKING:
    from jsonschema import Draft4Validator

Release = dict[str, Any]
SCHEMA = Path(__file__).with_name("release-rules-1__1__5.json")
BASE = "https://dosije.example"
LINKS = Links(
    page=lambda span, number: f"{BASE}/{span.document}/{number}/{span.first}-{span.last}",
    document=lambda document: f"{BASE}/{document}",
)


@pytest.fixture(scope="module")
def validator() -> Draft4Validator:
    from jsonschema import Draft4Validator, FormatChecker  # It compiles grammars for seconds.

    return Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")), format_checker=FormatChecker())


@pytest.fixture(scope="module")
def made(specimen_home: Path) -> dict[str, Release]:
    """The releases by their buyers and numbers."""
    with Archive.open(specimen_home, create=False) as archive:
        found = list(releases(archive.catalog, "ocds-test00", LINKS))
    return {release["tender"]["id"]: json.loads(json.dumps(release)) for release in found}


def test_every_release_keeps_the_rules_of_the_standard(made: dict[str, Release], validator: Draft4Validator) -> None:
    assert len(made) == 8
    for release in made.values():
        assert [error.message for error in validator.iter_errors(release)] == []
    assert len({release["ocid"] for release in made.values()}) == 8


def test_the_schema_refuses_what_is_wrong(made: dict[str, Release], validator: Draft4Validator) -> None:
    for path, wrong in (("date", "yesterday"), ("tag", ["bought"]), ("initiationType", None)):
        release = copy.deepcopy(made["404-18/2020"]) | {path: wrong}
        assert {error.path[0] for error in validator.iter_errors(release)} == {path}


def test_a_procedure_from_notice_to_annex(made: dict[str, Release]) -> None:
    release = made["404-18/2020"]
    assert release["ocid"] == "ocds-test00-opstina-becej-404-18-2020"
    assert release["tag"] == ["tender", "award", "contract", "contractAmendment"]
    tender = release["tender"]
    assert tender["value"] == {"amount": 13500000, "currency": "RSD", "valueAddedTaxIncluded": False}
    assert (tender["numberOfTenderers"], len(tender["tenderers"])) == (2, 2)
    assert tender["tenderPeriod"]["endDate"] == "2020-03-05T23:59:59Z"
    assert [item["classification"] for item in tender["items"]] == [{"scheme": "CPV", "id": "32323500"}]
    (award,) = release["awards"]
    assert (award["id"], award["value"]["amount"]) == ("404-18/2020-6", 12480000)
    assert award["dosije:valueWithVat"] == {"amount": 14976000, "currency": "RSD", "valueAddedTaxIncluded": True}
    (supplier,) = award["suppliers"]
    (party,) = [party for party in release["parties"] if party["id"] == supplier["id"]]
    assert party["identifier"] == {"scheme": "RS-PIB", "id": "199335790"}
    assert party["additionalIdentifiers"] == [{"scheme": "RS-MB", "id": "29934569"}]
    assert party["roles"] == ["tenderer", "supplier"]


def test_the_annex_replaces_the_value_and_is_no_second_contract(made: dict[str, Release]) -> None:
    (contract,) = made["404-18/2020"]["contracts"]
    assert (contract["id"], contract["awardID"]) == ("III-404-18/2020-7", "404-18/2020-6")
    assert contract["value"]["amount"] == 13728000
    assert contract["dateSigned"] == "2020-04-06T00:00:00Z"
    signed, annex, scan = contract["documents"]
    assert [amendment["id"] for amendment in contract["amendments"]] == ["III-404-18/2020-9"]
    types = [document["documentType"] for document in (signed, annex, scan)]
    assert types == ["contractSigned", "contractAnnexe", "contractAnnexe"]
    assert (scan["dosije:copyOf"], scan["format"]) == (annex["id"], "image/jpeg")


def test_a_contract_tells_of_the_award_that_is_missing_and_no_more(made: dict[str, Release]) -> None:
    release = made["404-27/2021"]
    assert "award" not in release["tag"]
    (award,), (contract,) = release["awards"], release["contracts"]
    assert contract["awardID"] == award["id"] == "award-of-404-27/2021-9"
    assert set(award) == {"id", "status", "suppliers", EVIDENCE}
    assert len(award["suppliers"]) == 2, "a consortium"
    flagged = [party for party in release["parties"] if party.get("identifier", {}).get("id") == "199557919"]
    assert flagged[0][EVIDENCE]["identifier"]["check_failed"].split()[0] == "pib"


def test_what_was_cancelled_has_no_award(made: dict[str, Release]) -> None:
    release = made["404-33/2022"]
    assert (release["tag"], release["tender"]["status"]) == (["tenderCancellation"], "cancelled")
    assert not {"awards", "contracts"} & set(release)
    assert "tenderPeriod" not in release["tender"], "no paper names the deadline"


def test_another_currency_and_no_vat(made: dict[str, Release]) -> None:
    release = made["IVA-CCTV-02/2023"]
    (contract,) = release["contracts"]
    assert contract["value"] == {"amount": 48500, "currency": "EUR", "valueAddedTaxIncluded": False}
    assert "dosije:valueWithVat" not in contract


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(inner)


def test_unknown_is_absent(made: dict[str, Release]) -> None:
    for release in made.values():
        for each in objects(release):
            assert not [name for name, value in each.items() if value in (None, "", [], {})], each


def test_every_value_leads_to_the_page_that_proves_it(made: dict[str, Release]) -> None:
    for release in made.values():
        tender = release["tender"]
        assert {"id", "value", "numberOfTenderers"} & set(tender) <= set(tender[EVIDENCE])
        for each in (*release.get("awards", ()), *release.get("contracts", ())):
            told = {"value", "dosije:valueWithVat", "date", "dateSigned", "suppliers"} & set(each)
            assert told <= set(each[EVIDENCE])
        for each in objects(release):
            for field, proof in each.get(EVIDENCE, {}).items():
                assert field in each
                for one in proof if isinstance(proof, list) else [proof]:
                    assert one["quote"]
                    assert one["url"].startswith(f"{BASE}/{one['document']}/{one['page']}/")


def test_releases_are_made_some_papers_at_a_time(made: dict[str, Release], specimen_home: Path) -> None:
    asked: list[int] = []
    with Archive.open(specimen_home, create=False) as archive:
        now = procured_now(archive.catalog)

        def papers(ids: Collection[str]) -> Mapping[str, Paper]:
            asked.append(len(ids))
            return now.papers(ids)

        found = releases(archive.catalog, "ocds-test00", LINKS, replace(now, papers=papers), papers_at_once=1)
        first = next(found)
        assert len(asked) == 1, "the first is there before the papers of others are read"
        rest = list(found)
    assert [first, *rest] == list(made.values())
    assert len(asked) == 1 + len(made)


def test_the_same_archive_gives_the_same_releases(made: dict[str, Release], specimen_home: Path) -> None:
    with Archive.open(specimen_home, create=False) as archive:
        again = list(releases(archive.catalog, "ocds-test00", LINKS))
    assert [release["id"] for release in again] == [release["id"] for release in made.values()]
