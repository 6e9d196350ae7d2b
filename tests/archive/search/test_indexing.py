"""The index keeps in step with the catalog, whatever happened to either."""

from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from archive.errors import IndexDamaged, IndexingStopped
from archive.model.description import Description
from archive.search.engine import EngineRequest, Held
from archive.search.entries import index_entry
from archive.search.indexing import Indexer
from archive.search.query import And, Carries, NumericField, Range
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.search.whoosh_engine.schema import OLDER_VERSIONS
from archive.store.catalog import Catalog
from archive.text.vocabulary import IndexField, Term
from tests.engine_samples import entry

AddDocument = Callable[..., str]


def is_in_step(catalog: Catalog, engine: WhooshEngine) -> bool:
    held = {id_: known.revision for id_, known in engine.held().items()}
    return held == catalog.indexing.revisions() and not list(catalog.indexing.due(engine.generation))


def test_an_index_of_before_is_read_and_built_anew_once_something_is_added(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexer, add_document: AddDocument
) -> None:
    add_document("kamera", vendor="Alfa")
    indexing.index_due()
    of_before = engine.generation
    version = Path(engine.where) / of_before / "version"
    version.write_text(OLDER_VERSIONS[-1], encoding="ascii")
    assert engine.is_of_before()
    assert indexing.index_due() == 0
    assert engine.generation == of_before
    add_document("kamera", vendor="Beta")
    indexing.index_due()
    assert (engine.generation != of_before, engine.is_of_before()) == (True, False)
    assert is_in_step(catalog, engine)


def test_what_is_due_is_indexed_in_batches(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexer, add_document: AddDocument
) -> None:
    for number in range(5):
        add_document(f"dokument {number}")
    seen: list[tuple[int, int]] = []
    assert indexing.index_due(lambda done, of: seen.append((done, of))) == 5
    assert seen == [(2, 5), (4, 5), (5, 5)]
    assert is_in_step(catalog, engine)
    assert indexing.index_due() == 0


def test_the_entry_carries_facts_and_language(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexer, add_document: AddDocument
) -> None:
    add_document("contracts", language="en", municipality="Niš", year="2020")
    indexing.index_due()
    carried = And(
        (Carries("municipality", "Niš"), Carries("language", "en"), Range(NumericField.DATE, 20200101, 20201231))
    )
    results = engine.search(EngineRequest(carried, {}, "newest", 10, 0))
    assert [Description.from_bytes(hit.shown).municipality for hit in results.hits] == ["Niš"]


def test_a_changed_fact_does_not_index_the_words_again(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexer, add_document: AddDocument, tmp_path: Path
) -> None:
    id_ = add_document("kamere na trgu", municipality="Niš")
    indexing.index_due()
    before = {path.name: path.read_bytes() for path in (tmp_path / "index").rglob("MAIN_*")}
    described = replace(catalog.documents.descriptions([id_])[id_], municipality="Užice")
    engine.add([index_entry(described, {}, 2, None)])
    after = {path.name: path.read_bytes() for path in (tmp_path / "index").rglob("MAIN_*")}
    assert before.items() <= after.items(), "the segment with the words is as it was"
    results = engine.search(EngineRequest(Term(IndexField.FORM, "kamere"), {}, "relevance", 10, 0))
    assert results.facets["municipality"] == {"Užice": 1}
    assert [hit.matches for hit in results.hits] == [((0, 0),)]
    assert engine.held() == {id_: Held(2, 1)}


def test_a_rebuild_replaces_the_generation(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexer, add_document: AddDocument, tmp_path: Path
) -> None:
    for number in range(3):
        add_document(f"dokument {number}")
    indexing.index_due()
    first = engine.generation
    assert indexing.rebuild() == engine.generation != first
    assert is_in_step(catalog, engine)
    assert not (tmp_path / "index" / first).exists()


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_failed_rebuild_changes_nothing(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexer, add_document: AddDocument, tmp_path: Path, jobs: int
) -> None:
    for number in range(3):
        add_document(f"dokument {number}")
    indexing.index_due()

    def interrupted(done: int, _: int) -> None:
        raise KeyboardInterrupt(done)

    with pytest.raises(KeyboardInterrupt) as raised:
        indexing.rebuild(interrupted, jobs)
    # The traceback still holds all that was at hand when the new generation was thrown away.
    assert raised.tb
    assert not multiprocessing.active_children(), "whoever still wrote would be in the way"
    assert is_in_step(catalog, engine)
    assert [path.name for path in (tmp_path / "index").glob("gen-*")] == [engine.generation]


def test_a_lost_index_is_made_anew(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexer, add_document: AddDocument, tmp_path: Path
) -> None:
    for number in range(3):
        add_document(f"dokument {number}")
    indexing.index_due()
    shutil.rmtree(tmp_path / "index")
    assert list(catalog.indexing.due(engine.generation)), "a reader must see that the index lacks everything"
    assert indexing.reconcile() == 3
    assert is_in_step(catalog, engine)


def test_an_older_index_put_back_is_completed(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexer, add_document: AddDocument, tmp_path: Path
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
    catalog: Catalog, engine: WhooshEngine, indexing: Indexer, add_document: AddDocument
) -> None:
    id_ = add_document("prvi")
    indexing.index_due()
    engine.add([entry("stranger", "niko")])
    catalog.indexing.forget_generations(keep="")
    assert indexing.reconcile() == 0
    assert engine.held() == {id_: Held(1, 1)}
    assert is_in_step(catalog, engine)


def test_a_damaged_index_is_reported_kept_and_can_be_rebuilt(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexer, add_document: AddDocument, tmp_path: Path
) -> None:
    add_document("prvi")
    indexing.index_due()
    (segment,) = (tmp_path / "index").rglob("*.terms")
    segment.write_bytes(b"\0" * segment.stat().st_size)
    engine.close()
    with pytest.raises(IndexDamaged, match="reindex"):
        indexing.reconcile()
    assert segment.exists()
    indexing.rebuild()
    assert is_in_step(catalog, engine)


def test_several_processes_build_the_same_index(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexer, add_document: AddDocument, tmp_path: Path
) -> None:
    for number in range(60):
        add_document(f"ugovor broj{number}", municipality="Niš" if number % 2 else "Užice")
    indexing.rebuild(jobs=1)
    query = Term(IndexField.FORM, "ugovor")
    alone = engine.search(EngineRequest(query, {}, "title", 100, 0))
    indexing.rebuild(jobs=3)
    together = engine.search(EngineRequest(query, {}, "title", 100, 0))
    assert is_in_step(catalog, engine)
    assert [(hit.id, hit.matches, hit.shown) for hit in alone.hits] == [
        (hit.id, hit.matches, hit.shown) for hit in together.hits
    ]
    assert alone.facets == together.facets


def test_a_row_of_thousands_of_digits_is_indexed_as_any_word(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexer, add_document: AddDocument
) -> None:
    """It is no amount; and one document must not keep all others out of the index."""
    add_document(f"cena {'999.' * 1500}999,00 dinara")
    assert indexing.index_due() == 1
    assert is_in_step(catalog, engine)


def test_a_process_that_dies_costs_the_rebuild_and_nothing_else(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexer, add_document: AddDocument, tmp_path: Path
) -> None:
    for number in range(60):
        add_document(f"ugovor broj{number}")
    indexing.index_due()
    before = engine.generation

    def kill_a_worker(done: int, of: int) -> None:
        if done < of:
            multiprocessing.active_children()[0].kill()

    with pytest.raises(IndexingStopped, match="old index stays"):
        indexing.rebuild(kill_a_worker, jobs=2)
    assert engine.generation == before
    assert is_in_step(catalog, engine)
    assert [path.name for path in (tmp_path / "index").glob("gen-*")] == [before]
