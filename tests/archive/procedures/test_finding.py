"""Chains of a real archive: the specimens, against their truth table."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from archive.archive import Archive
from archive.errors import QueryTooBroad
from archive.model import Fact, FactStatus
from archive.model.decisions import Decision, DecisionAction
from archive.procedures.chains import Chain, chains
from archive.procedures.lookup import PaperLookup, chains_of, papers_now
from archive.search.near_duplicates import NearDuplicateLinker
from archive.store.catalog import CatalogLimits

Truth = dict[str, Any]


@pytest.fixture(scope="module")
def archive(specimen_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """A copy of the specimens' archive, to be read."""
    home = tmp_path_factory.mktemp("chains") / "home"
    shutil.copytree(specimen_home, home)
    with Archive.open(home) as opened:
        yield opened


@pytest.fixture(scope="module")
def found(archive: Archive) -> list[Chain]:
    ids = [document.id for document in archive.catalog.documents.newest_first()]
    copies = NearDuplicateLinker(archive.catalog).near_identical(ids)
    return sorted(chains(list(papers_now(archive.catalog, ids).values()), copies), key=lambda chain: chain.id)


def files(chain: Chain) -> set[str]:
    return {member.paper.known.filename for member in chain.members}


def chain_with(found: list[Chain], filename: str) -> Chain:
    (chain,) = [chain for chain in found if any(m.paper.known.filename == filename for m in chain.all_members)]
    return chain


def test_all_pairs_of_papers_are_those_of_the_truth_table(found: list[Chain], truth: Truth) -> None:
    pairs = {pair for chain in found for pair in combinations(sorted(files(chain)), 2)}
    true: dict[str, list[str]] = {}
    for document in truth["documents"]:
        if document["procedure"]:
            true.setdefault(document["procedure"], []).append(document["file"])
    true["foi-sokobanja"] = ["sokobanja-2022-foi-zahtev.txt", "sokobanja-2022-foi-zalba.pdf"]
    assert pairs == {pair for group in true.values() for pair in combinations(sorted(group), 2)}


def test_what_is_missing_is_what_the_story_leaves_out(found: list[Chain], truth: Truth) -> None:
    for procedure in truth["story"]["procedures"]:
        chain = chain_with(found, procedure["documents"][0])
        missing = {lacking.kind for lacking in chain.missing} - {"foi_request"}
        assert missing == set(procedure["missing"]), procedure["id"]
    appeal = chain_with(found, "ivanjica-2022-foi-zalba.pdf")
    assert "foi_request" in {lacking.kind for lacking in appeal.missing}


def test_requests_stand_beside_the_procedure_they_ask_about(found: list[Chain]) -> None:
    chain = chain_with(found, "becej-2020-ugovor.pdf")
    asked = {member.paper.known.filename: member.link for member in chain.requests}
    assert list(asked) == ["becej-2022-foi-zahtev.txt", "becej-2022-foi-odgovor.pdf"]
    link = asked["becej-2022-foi-odgovor.pdf"]
    assert link
    assert link.value == "III-404-18/2020-7"
    assert asked["becej-2022-foi-zahtev.txt"] is None, "it bears no number"


def test_stages_stand_in_their_order_and_a_second_scan_after_the_first(found: list[Chain]) -> None:
    chain = chain_with(found, "becej-2020-ugovor.pdf")
    kinds = ["tender_notice", "tender_documents", "minutes", "award_decision", "contract", *2 * ["contract_annex"]]
    assert [member.paper.kind for member in chain.members] == kinds
    first, second = chain.members[-2:]
    assert (first.copy_of, second.copy_of) == (None, first.paper.id)
    assert second.paper.known.filename == "becej-2021-aneks-drugi-sken.jpg"
    assert (chain.number, chain.municipality, chain.rounds) == ("404-18/2020", "Bečej", 1)


def test_the_chains_of_one_document_are_those_of_the_whole_archive(archive: Archive, found: list[Chain]) -> None:
    for document in archive.catalog.documents.newest_first():
        whole = [(chain.id, files(chain)) for chain in found if chain.holds(document.id)]
        assert [(chain.id, files(chain)) for chain in chains_of(archive.catalog, document.id)] == whole


def test_what_is_loaded_ahead_of_a_chain_changes_none(archive: Archive, found: list[Chain]) -> None:
    catalog = archive.catalog
    for document in catalog.documents.newest_first():
        lookup, around = PaperLookup(catalog), catalog.documents.surroundings(document.id)
        ahead = lookup.ahead(document.id, around)
        near = NearDuplicateLinker(catalog).near_identical(ahead)
        loaded = (catalog.documents.known(ahead), {id_: near.get(id_, ()) for id_ in ahead}, lookup)
        whole = [(chain.id, files(chain)) for chain in found if chain.holds(document.id)]
        assert [(chain.id, files(chain)) for chain in chains_of(catalog, document.id, *loaded)] == whole
        if document.filename == "becej-2020-ugovor.pdf":
            assert len(ahead) > 5, "the papers of its procedure"
            assert PaperLookup(catalog, most_ahead=5).ahead(document.id, around) == {document.id}


def test_a_corrected_number_takes_a_paper_elsewhere_at_once(specimen_home: Path, tmp_path: Path) -> None:
    shutil.copytree(specimen_home, tmp_path / "home")
    with Archive.open(tmp_path / "home") as archive:
        ids = {document.filename: document.id for document in archive.catalog.documents.newest_first()}
        notice = ids["becej-2020-javni-poziv.pdf"]
        details = {"role": "procurement"}
        fact = Fact("reference", "404-99/20", None, "person", 1.0, FactStatus.CORRECTED, details)
        archive.catalog.decisions.record([Decision(notice, "reference", DecisionAction.CORRECT, "Ana", (fact,))])
        (alone,) = chains_of(archive.catalog, notice)
        assert files(alone) == {"becej-2020-javni-poziv.pdf"}
        (left,) = chains_of(archive.catalog, ids["becej-2020-ugovor.pdf"])
        assert "tender_notice" in {lacking.kind for lacking in left.missing}


def test_a_number_that_too_many_have_is_refused(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive.catalog, "limits", CatalogLimits(procedure_papers=3))
    document = next(d for d in archive.catalog.documents.newest_first() if d.filename == "becej-2020-ugovor.pdf")
    with pytest.raises(QueryTooBroad, match="More than 3 documents have numbers like those of"):
        chains_of(archive.catalog, document.id)
