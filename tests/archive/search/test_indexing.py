"""The index keeps in step with the catalog, whatever happened to either."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.errors import IndexDamaged
from archive.search.engine import IndexEntry
from archive.search.indexing import Indexing
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.store.catalog import Catalog

AddDocument = Callable[..., str]


@pytest.fixture
def indexing(catalog: Catalog, engine: WhooshEngine) -> Indexing:
    return Indexing(catalog, engine, commit_documents=2)


def is_in_step(catalog: Catalog, engine: WhooshEngine) -> bool:
    return engine.revisions() == catalog.revisions() and not list(catalog.due(engine.generation))


def test_what_is_due_is_indexed_in_batches(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexing, add_document: AddDocument
) -> None:
    for number in range(5):
        add_document(f"dokument {number}")
    seen: list[tuple[int, int]] = []
    assert indexing.index_due(lambda done, of: seen.append((done, of))) == 5
    assert seen == [(2, 5), (4, 5), (5, 5)]
    assert is_in_step(catalog, engine)
    assert indexing.index_due() == 0


def test_the_entry_carries_facts_and_language(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexing, add_document: AddDocument
) -> None:
    add_document("contracts", language="en", municipality="Niš", year="2020")
    indexing.index_due()
    snapshot = engine._follower.newest()
    (record,) = snapshot.records
    assert record.date == "2020"
    assert snapshot.carrying("municipality", ["Niš"]) == snapshot.carrying("language", ["en"]) == {0}


def test_a_rebuild_replaces_the_generation(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexing, add_document: AddDocument, tmp_path: Path
) -> None:
    for number in range(3):
        add_document(f"dokument {number}")
    indexing.index_due()
    first = engine.generation
    assert indexing.rebuild() == engine.generation != first
    assert is_in_step(catalog, engine)
    assert not (tmp_path / "index" / first).exists()


def test_a_failed_rebuild_changes_nothing(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexing, add_document: AddDocument, tmp_path: Path
) -> None:
    for number in range(3):
        add_document(f"dokument {number}")
    indexing.index_due()

    def interrupted(done: int, _: int) -> None:
        raise KeyboardInterrupt(done)

    with pytest.raises(KeyboardInterrupt):
        indexing.rebuild(interrupted)
    assert is_in_step(catalog, engine)
    assert [path.name for path in (tmp_path / "index").glob("gen-*")] == [engine.generation]


def test_a_lost_index_is_made_anew(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexing, add_document: AddDocument, tmp_path: Path
) -> None:
    for number in range(3):
        add_document(f"dokument {number}")
    indexing.index_due()
    shutil.rmtree(tmp_path / "index")
    assert list(catalog.due(engine.generation)), "a reader must see that the index lacks everything"
    assert indexing.reconcile() == 3
    assert is_in_step(catalog, engine)


def test_an_older_index_put_back_is_completed(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexing, add_document: AddDocument, tmp_path: Path
) -> None:
    add_document("prvi")
    indexing.index_due()
    shutil.copytree(tmp_path / "index", tmp_path / "old")
    add_document("drugi")
    indexing.index_due()
    shutil.rmtree(tmp_path / "index")
    (tmp_path / "old").rename(tmp_path / "index")
    assert indexing.reconcile() == 1
    assert is_in_step(catalog, engine)


def test_reconciling_removes_strangers_and_recognises_what_was_indexed_but_not_recorded(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexing, add_document: AddDocument
) -> None:
    id_ = add_document("prvi")
    indexing.index_due()
    engine.add([IndexEntry("stranger", 1, 1, "", None, 0, {}, {}, (), {})])
    catalog.forget_generations(keep="")
    assert indexing.reconcile() == 0
    assert engine.revisions() == {id_: 1}
    assert is_in_step(catalog, engine)


def test_a_damaged_index_is_reported_kept_and_can_be_rebuilt(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexing, add_document: AddDocument, tmp_path: Path
) -> None:
    add_document("prvi")
    indexing.index_due()
    (segment,) = (tmp_path / "index").rglob("*.seg")
    segment.write_bytes(b"\0" * segment.stat().st_size)
    engine.close()
    with pytest.raises(IndexDamaged, match="reindex"):
        indexing.reconcile()
    assert segment.exists()
    indexing.rebuild()
    assert is_in_step(catalog, engine)
