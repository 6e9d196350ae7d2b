"""What every catalog does, whatever database is under it. Failures, index records, counts, events."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from archive.store.catalog import Catalog
from archive.store.members import Failure
from tests.store_samples import START, add_samples


def failure(path: str, **changes: object) -> Failure:
    made = Failure(path, "ab" * 32, "It is encrypted.", "Add a copy without a password.", START)
    return replace(made, **changes)  # type: ignore[arg-type] # names of fields, given by the tests below


def test_failures_are_counted_and_cleared(catalog: Catalog) -> None:
    catalog.failures.record(failure("/b.pdf", attempts=9))
    later = failure(
        "/b.pdf", sha256=None, reason="It cannot be read.", remedy=None, failed_at=START + timedelta(days=1)
    )
    catalog.failures.record(later)
    catalog.failures.record(failure("/a.pdf"))
    assert catalog.failures.all() == (failure("/a.pdf"), replace(later, attempts=2))
    assert catalog.failures.get("/a.pdf") == failure("/a.pdf")
    catalog.failures.clear("/a.pdf")
    catalog.failures.clear("/a.pdf")
    assert catalog.failures.get("/a.pdf") is None
    assert len(catalog.failures.all()) == 1


def test_adding_a_document_clears_the_failure_of_its_path(catalog: Catalog) -> None:
    catalog.failures.record(failure("/scans/ugovor 1.pdf"))
    catalog.failures.record(failure("/scans/ugovor 2.pdf"))
    add_samples(catalog, [1])
    assert [left.path for left in catalog.failures.all()] == ["/scans/ugovor 2.pdf"]


def test_what_the_index_lacks_is_due(catalog: Catalog) -> None:
    ids = add_samples(catalog, [1, 2, 3])
    assert catalog.indexing.revisions() == dict.fromkeys(ids, 1)
    assert list(catalog.indexing.due("gen-000001")) == ids
    catalog.indexing.mark("gen-000001", {ids[0]: 1, ids[1]: 7})
    assert list(catalog.indexing.due("gen-000001")) == ids[1:], "another revision is due too"
    catalog.indexing.mark("gen-000001", {ids[1]: 1, ids[2]: 1})
    catalog.indexing.mark("gen-000001", {})
    assert list(catalog.indexing.due("gen-000001")) == []
    assert list(catalog.indexing.due("gen-000002")) == ids


def test_marking_while_the_due_are_read_misses_none(catalog: Catalog) -> None:
    ids = add_samples(catalog, range(5))
    seen = []
    for id_ in catalog.indexing.due("g"):
        catalog.indexing.mark("g", {id_: 1})
        seen.append(id_)
    assert seen == ids


def test_records_of_old_generations_can_be_forgotten(catalog: Catalog) -> None:
    [id_] = add_samples(catalog, [1])
    for generation in ("gen-000001", "gen-000002"):
        catalog.indexing.mark(generation, {id_: 1})
    catalog.indexing.forget_generations(keep="gen-000002")
    assert list(catalog.indexing.due("gen-000001")) == [id_]
    assert list(catalog.indexing.due("gen-000002")) == []


def test_counts_add_up(catalog: Catalog) -> None:
    ids = add_samples(catalog, [1, 2])
    documents = [catalog.documents.find(id_) for id_ in ids]
    catalog.failures.record(failure("/a.pdf"))
    counts = catalog.coverage.counts()
    assert (counts.documents, counts.pages, counts.failures, counts.unread_pages) == (2, 6, 1, 2)
    assert counts.words == sum(document.word_count for document in documents)
    assert counts.bytes == sum(document.size for document in documents)
    assert counts.pages_by_source == {"text": 0, "ocr": 4, "none": 2}


def test_meta_values_are_kept_and_replaced(catalog: Catalog) -> None:
    assert catalog.properties.get("made_by") is None
    catalog.properties.set("made_by", "0.1.0")
    catalog.properties.set("made_by", "0.2.0")
    assert catalog.properties.get("made_by") == "0.2.0"


def test_every_change_of_a_document_is_an_event(catalog: Catalog) -> None:
    [id_] = add_samples(catalog, [1])
    assert catalog.events.verify() == 2, "capture and ingestion"
    catalog.documents.add_source(id_, "/copy.pdf")
    catalog.documents.add_source(id_, "/copy.pdf")
    assert catalog.events.verify() == 3
