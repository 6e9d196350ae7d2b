"""What every catalog does, whatever database is under it. Documents, readings, words, facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import cast

import pytest

from archive.errors import CatalogError, UnknownDocument, UsageError
from archive.model import Fact, FactStatus, Span, Vendor
from archive.model.decisions import Decision, DecisionAction
from archive.model.words import Words
from archive.store.catalog import Catalog
from archive.store.sql.database import BATCH
from tests.store_samples import START, add_samples, sample, sample_words


def test_a_new_catalog_holds_nothing(catalog: Catalog) -> None:
    assert catalog.documents.count() == 0
    assert list(catalog.documents.newest_first()) == []
    assert catalog.failures.all() == ()
    assert catalog.indexing.revisions() == {}
    assert list(catalog.indexing.due("gen-000001")) == []
    assert catalog.coverage.counts().pages_by_source == {"text": 0, "ocr": 0, "none": 0}
    assert catalog.events.verify() == 0


def test_what_is_added_comes_back_equal(catalog: Catalog) -> None:
    added = sample(7)
    added.add_to(catalog)
    assert catalog.documents.has(added.id)
    assert catalog.documents.find(added.id) == added.document
    assert catalog.readings.get(added.id) == added.reading
    assert catalog.readings.get(added.id, 1) == added.reading
    assert list(catalog.readings.all_words(added.id)) == added.words
    assert [catalog.readings.words(added.id, page.number) for page in added.reading.pages] == added.words
    assert catalog.facts.of(added.id) == tuple(added.facts)
    assert [place.path for place in catalog.documents.sources(added.id)] == [added.source]


def test_moments_come_back_aware_and_in_utc(catalog: Catalog) -> None:
    in_belgrade = datetime(2026, 7, 1, 14, 30, tzinfo=timezone(timedelta(hours=2)))
    id_ = sample(1, added_at=in_belgrade).add_to(catalog)
    found = catalog.documents.find(id_).added_at
    assert found == in_belgrade
    assert found.utcoffset() == timedelta(0)
    assert catalog.documents.sources(id_)[0].seen_at.tzinfo is UTC


def test_a_moment_without_a_time_zone_is_refused_and_nothing_stays(catalog: Catalog) -> None:
    with pytest.raises(ValueError, match="time zone"):
        sample(1, added_at=START.replace(tzinfo=None)).add_to(catalog)
    assert catalog.documents.count() == 0


def test_a_document_is_added_once(catalog: Catalog) -> None:
    add_samples(catalog, [1])
    with pytest.raises(CatalogError, match="already"):
        add_samples(catalog, [1])
    assert catalog.documents.count() == 1
    assert catalog.events.verify() == 2


@pytest.mark.parametrize("change", ["id", "reading", "page_count", "word_count"])
def test_a_document_that_contradicts_its_reading_is_refused(catalog: Catalog, change: str) -> None:
    added = sample(1)
    value = "0" * 64 if change == "id" else 99
    document = replace(added.document, **{change: value})  # type: ignore[arg-type] # the fields named above
    with pytest.raises(ValueError, match=document.id):
        replace(added, document=document).add_to(catalog)
    assert catalog.documents.count() == 0


def test_words_and_facts_must_fit_the_reading(catalog: Catalog) -> None:
    added = sample(1)
    with pytest.raises(ValueError, match="other words on its pages"):
        replace(added, words=added.words[:-1]).add_to(catalog)
    beyond = Fact("year", "2019", Span(added.id, 1, 0, added.reading.word_count), "year:number", 0.9)
    with pytest.raises(ValueError, match="points outside"):
        replace(added, facts=[beyond]).add_to(catalog)
    assert catalog.documents.count() == 0


def test_a_document_that_fails_half_way_leaves_nothing(catalog: Catalog) -> None:
    """A fact whose details are no text is met after document, reading and words are written."""
    added = sample(1)
    broken = replace(added.facts[0], details=cast("dict[str, str]", {"pib": object()}))
    with pytest.raises(Exception, match="not JSON serializable"):
        replace(added, facts=[broken]).add_to(catalog)
    assert catalog.documents.count() == 0
    assert catalog.events.verify() == 0
    assert sample(1).add_to(catalog) == added.id


def test_a_person_s_correction_needs_no_span(catalog: Catalog) -> None:
    corrected = Fact("kind", "contract_annex", None, "person", 1.0, FactStatus.CORRECTED)
    id_ = replace(sample(1), facts=[]).add_to(catalog)
    catalog.decisions.record([Decision(id_, "kind", DecisionAction.CORRECT, "ana", (corrected,))])
    assert catalog.facts.of(id_) == (corrected,)


def test_a_person_s_word_is_no_rule_s(catalog: Catalog) -> None:
    corrected = Fact("kind", "contract_annex", None, "person", 1.0, FactStatus.CORRECTED)
    with pytest.raises(ValueError, match="a person's word"):
        replace(sample(1), facts=[corrected]).add_to(catalog)
    assert catalog.documents.count() == 0


def test_a_document_without_pages_is_possible(catalog: Catalog) -> None:
    id_ = replace(
        sample(1),
        words=[],
        facts=[],
        reading=replace(sample(1).reading, pages=()),
        document=replace(sample(1).document, page_count=0, word_count=0),
    ).add_to(catalog)
    assert catalog.readings.get(id_).pages == ()
    assert list(catalog.readings.all_words(id_)) == []
    assert catalog.documents.descriptions([id_])[id_].page_count == 0


def test_another_path_of_the_same_bytes_is_remembered_once(catalog: Catalog) -> None:
    [id_] = add_samples(catalog, [1])
    for path in ("/copy/a.pdf", "/copy/b.pdf", "/copy/a.pdf"):
        catalog.documents.add_source(id_, path)
    assert [place.path for place in catalog.documents.sources(id_)] == [
        "/scans/ugovor 1.pdf",
        "/copy/a.pdf",
        "/copy/b.pdf",
    ]
    with pytest.raises(UnknownDocument):
        catalog.documents.add_source("f" * 64, "/copy/c.pdf")


def test_documents_come_newest_first(catalog: Catalog) -> None:
    add_samples(catalog, [3, 1, 2])
    assert [document.filename for document in catalog.documents.newest_first()] == [
        f"ugovor {n}.pdf" for n in (3, 2, 1)
    ]


def test_long_lists_are_read_in_batches_without_loss(catalog: Catalog) -> None:
    """Batches of two over five documents added at the same moment: each once, whatever the batch borders. Asked for by
    their ids, they are far apart among more unknown ones than go into one batch."""
    catalog._database.batch_size = 2
    ids = [sample(number, added_at=START).add_to(catalog) for number in range(5)]
    assert sorted(document.id for document in catalog.documents.newest_first()) == sorted(ids)
    assert list(catalog.indexing.due("g")) == ids
    asked = [f"{number:064x}" for number in range(4 * BATCH)]
    asked[::BATCH] = ids[:4]
    asked.append(ids[4])
    assert catalog.documents.descriptions(asked).keys() == catalog.readings.newest(asked).keys() == set(ids)
    catalog.indexing.mark("g", dict.fromkeys(ids, 1))
    assert list(catalog.indexing.due("g")) == []


@pytest.mark.parametrize("digits", [8, 12, 64])
def test_a_unique_prefix_finds_its_document(catalog: Catalog, digits: int) -> None:
    ids = add_samples(catalog, [1, 2, 3])
    for id_ in ids:
        assert catalog.documents.find(id_[:digits]).id == id_
        assert catalog.documents.find(id_[:digits].upper()).id == id_


def test_a_prefix_that_names_no_single_document_says_why(catalog: Catalog) -> None:
    for number in range(7):
        sample(number, id=f"{number:x}".rjust(10, "a") + "0" * 54).add_to(catalog)
    with pytest.raises(UnknownDocument, match=r"begins with bbbbbbbb") as none:
        catalog.documents.find("bbbbbbbb")
    assert "No document" in str(none.value)
    with pytest.raises(UnknownDocument, match=r"Several .* and more") as several:
        catalog.documents.find("aaaaaaaa")
    assert str(several.value).count("ugovor") == 5
    for wrong in ("aaaaaaa", "", "aaaaaaag", "a" * 65, "aaaaaaaa%"):
        with pytest.raises(UnknownDocument, match="not a document id"):
            catalog.documents.find(wrong)


def test_what_is_not_there_is_said(catalog: Catalog) -> None:
    [id_] = add_samples(catalog, [1])
    missing = "f" * 64
    assert not catalog.documents.has(missing)
    assert not catalog.documents.sources(missing)
    assert not catalog.facts.of(missing)
    assert not catalog.readings.newest([missing])
    assert not catalog.documents.descriptions([missing])
    with pytest.raises(UnknownDocument):
        catalog.readings.get(missing)
    with pytest.raises(UnknownDocument):
        catalog.readings.words(missing, 1)
    with pytest.raises(UnknownDocument):
        next(catalog.readings.all_words(missing))
    with pytest.raises(UsageError, match="no reading 2"):
        catalog.readings.get(id_, 2)
    with pytest.raises(UsageError, match="no reading 2"):
        catalog.readings.words(id_, 1, 2)
    with pytest.raises(UsageError, match="no page 4"):
        catalog.readings.words(id_, 4)


def test_all_words_come_page_by_page_in_order(catalog: Catalog) -> None:
    """More pages than are fetched at once."""
    id_ = sample(1, page_count=70).add_to(catalog)
    assert list(catalog.readings.all_words(id_)) == [*(sample_words(1, page) for page in range(1, 70)), Words.of([])]


def test_descriptions_follow_from_the_facts(catalog: Catalog) -> None:
    ids = add_samples(catalog, [1, 2])
    described = catalog.documents.descriptions([*ids, "f" * 64])
    assert list(described) == ids
    second = described[ids[1]]
    assert (second.kind, second.year, second.language, second.page_count) == ("contract", 2002, "sr-Cyrl", 3)
    assert second.vendors == (Vendor("Камера 2 д.о.о.", "100000001", "07000001"),)
    assert second.municipality is None
    assert second.title == "ugovor 2"


def test_many_descriptions_take_few_queries(catalog: Catalog, count_queries: Callable[[], list[str]]) -> None:
    ids = add_samples(catalog, range(30))
    statements = count_queries()
    catalog.documents.descriptions(ids)
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 3


@pytest.fixture
def count_queries() -> Iterator[Callable[[], list[str]]]:
    """Begins to collect every statement that any engine is sent."""
    from sqlalchemy import Engine, event

    seen: list[str] = []

    def collect(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    def begin() -> list[str]:
        event.listen(Engine, "before_cursor_execute", collect)
        return seen

    yield begin
    event.remove(Engine, "before_cursor_execute", collect)


def test_facts_keep_their_order(catalog: Catalog) -> None:
    added = sample(1)
    turned = replace(added, facts=list(reversed(added.facts)))
    assert list(catalog.facts.of(turned.add_to(catalog))) == turned.facts


def test_what_was_added_is_there_after_reopening(catalog: Catalog) -> None:
    ids = add_samples(catalog, [1, 2])
    reopened = catalog.opener()()
    catalog.close()
    assert {document.id for document in reopened.documents.newest_first()} == set(ids)
    assert list(reopened.readings.all_words(ids[0])) == sample(1).words
    reopened.close()
