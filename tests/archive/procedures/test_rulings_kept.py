"""A ruling is never lost: not when papers are read again, nor in a backup or a move; and it counts from when it was
made until it was taken back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.errors import UsageError
from archive.findings.definition import CountedUnit
from archive.findings.kept.as_of import state_of
from archive.procedures.lookup import chain_records
from archive.procedures.rulings import rule, withdraw
from archive.upkeep.backup import back_up
from archive.upkeep.check import check
from archive.upkeep.move import MoveSource, move, nobody_writes
from archive.upkeep.restore import restore

NOTICE, CONTRACT = "becej-2020-javni-poziv.pdf", "becej-2020-ugovor.pdf"


@pytest.fixture
def home(specimen_home: Path, tmp_path: Path) -> Path:
    """A home in which Ana ruled that the notice does not belong with the contract."""
    home = shutil.copytree(specimen_home, tmp_path / "home")
    with Archive.open(home) as archive:
        rule(archive.catalog, document(archive, NOTICE), document(archive, CONTRACT), "Ana", belongs=False)
    return home


@pytest.fixture
def archive(home: Path) -> Iterator[Archive]:
    with Archive.open(home) as opened:
        yield opened


def document(archive: Archive, filename: str) -> str:
    return next(one.id for one in archive.catalog.documents.newest_first() if one.filename == filename)


def beside_the_notice(archive: Archive) -> list[str]:
    (chain,) = chain_records(archive.catalog, document(archive, NOTICE))
    return [paper["filename"] for paper in chain["documents"]]


def test_reading_the_facts_again_keeps_it(archive: Archive) -> None:
    id_ = document(archive, NOTICE)
    archive.catalog.facts.replace_extracted(id_, 1, archive.catalog.facts.extracted(id_)[:-1])
    assert beside_the_notice(archive) == [NOTICE]


def test_a_backup_and_a_move_keep_it(home: Path, tmp_path: Path) -> None:
    with Archive.open(home) as archive, nobody_writes(archive):
        back_up(archive, tmp_path / "backup")
        move(MoveSource.of(archive), tmp_path / "moved", {}, jobs=1)
    restore(tmp_path / "backup", tmp_path / "restored", 1)
    for kept in (tmp_path / "moved", tmp_path / "restored"):
        with Archive.open(kept) as archive:
            assert beside_the_notice(archive) == [NOTICE]
            (ruling,) = chain_records(archive.catalog, document(archive, CONTRACT))[0]["rulings"]
            assert ruling["by"] == "Ana"
            assert not list(check(archive).problems)


def test_findings_count_with_it_from_its_event_until_it_is_taken_back(archive: Archive) -> None:
    catalog = archive.catalog
    ids = [document(archive, name) for name in (NOTICE, CONTRACT)]
    (made,) = (event.number for event in catalog.decisions.history(ids[0]))
    withdraw(catalog, ids[1], ids[0], "Iva")
    moments = {"before": made - 1, "ruled": made, "after": None}
    every = [one.id for one in catalog.documents.newest_first()]
    together = {
        name: any(
            {paper.id for paper in unit.papers} >= set(ids)
            for unit in state_of(catalog, every, event).units(CountedUnit.PROCEDURES)
        )
        for name, event in moments.items()
    }
    assert together == {"before": True, "ruled": False, "after": True}
    with pytest.raises(UsageError, match="There is no ruling on whether"):
        withdraw(catalog, ids[0], ids[1], "Iva")


def test_the_last_word_on_two_papers_counts_whichever_is_named_first(archive: Archive) -> None:
    notice, contract = document(archive, NOTICE), document(archive, CONTRACT)
    rule(archive.catalog, contract, notice, "Iva", belongs=True)
    assert CONTRACT in beside_the_notice(archive)
    with pytest.raises(UsageError, match="belongs to its own procedure"):
        rule(archive.catalog, contract, contract, "Iva", belongs=True)
