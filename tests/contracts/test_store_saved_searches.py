"""What every catalog does with saved searches, the documents they were run on, and what came of it."""

from __future__ import annotations

from datetime import UTC, datetime

from archive.model import Reading
from archive.store.catalog import Catalog
from archive.store.searches import CheckAnswer
from tests.store_samples import add_samples, sample

GENERATION = "gen-000001"


def index(catalog: Catalog, *ids: str) -> None:
    """Record that the index holds these documents as the catalog does."""
    revisions = catalog.indexing.revisions()
    catalog.indexing.mark(GENERATION, {id_: revisions[id_] for id_ in ids})


def told(catalog: Catalog, search_id: str) -> set[str]:
    return {hit.document for hit in catalog.searches.hits(search_id)}


def test_what_the_index_holds_is_unchecked_until_it_is_recorded(catalog: Catalog) -> None:
    first, second = add_samples(catalog, range(2))
    assert catalog.alerts.unchecked(GENERATION) == {}, "the index does not hold them yet"
    index(catalog, first, second)
    assert catalog.alerts.unchecked(GENERATION) == {first: 1, second: 1}
    assert catalog.alerts.unchecked("another") == {}
    catalog.alerts.record_checks({first: 1}, {})
    assert catalog.alerts.unchecked(GENERATION) == {second: 1}


def test_another_revision_is_checked_again_once_the_index_holds_it(catalog: Catalog) -> None:
    (id_,) = add_samples(catalog, [1])
    index(catalog, id_)
    catalog.alerts.record_checks({id_: 1}, {})
    assert catalog.alerts.checked_but_changed(GENERATION, [id_]) == set()
    again = sample(1)
    reading = Reading(id_, 2, datetime.now(UTC), {}, "sr-Cyrl", again.reading.pages)
    catalog.readings.add(reading, again.words, [])
    assert catalog.alerts.unchecked(GENERATION) == {}, "the index holds what was checked"
    assert catalog.alerts.checked_but_changed(GENERATION, [id_, "0" * 64]) == {id_}
    index(catalog, id_)
    assert catalog.alerts.unchecked(GENERATION) == {id_: 2}
    assert catalog.alerts.checked_but_changed(GENERATION, [id_]) == set()


def test_many_documents_are_handed_out_in_parts(catalog: Catalog) -> None:
    catalog._database.batch_size = 5
    ids = add_samples(catalog, range(6))
    index(catalog, *ids)
    first = catalog.alerts.unchecked(GENERATION)
    assert len(first) == 5
    saved = catalog.searches.save("x", {})
    catalog.alerts.record_checks(first, {saved.id: CheckAnswer(first, first)})
    assert catalog.alerts.unchecked(GENERATION).keys() == set(ids) - first.keys()
    assert told(catalog, saved.id) == first.keys()


def test_a_pair_is_recorded_once_whatever_was_said_first(catalog: Catalog) -> None:
    known, new = add_samples(catalog, range(2))
    saved = catalog.searches.save("x", {})
    catalog.alerts.record_known({saved.id: [known], "0" * 32: [known]})
    for _ in range(2):
        catalog.alerts.record_checks({known: 1, new: 1}, {saved.id: CheckAnswer([known, new], [known, new])})
    assert told(catalog, saved.id) == {new}
    (hit,) = catalog.searches.hits(saved.id)
    assert hit.found_at.tzinfo is not None
    assert hit.read_at is None


def test_what_a_search_missed_waits_for_it(catalog: Catalog) -> None:
    first, second = add_samples(catalog, range(2))
    saved = catalog.searches.save("x", {})
    for id_ in (first, second):
        catalog.alerts.record_checks({id_: 1}, {saved.id: CheckAnswer([id_], (), "Too broad.")})
    assert {search: set(ids) for search, ids in catalog.alerts.missed().items()} == {saved.id: {first, second}}
    stored = catalog.searches.get(saved.id)
    assert (stored.found, stored.missed, stored.trouble) == (0, 2, "Too broad.")
    catalog.alerts.record_checks({}, {saved.id: CheckAnswer([first], [first])})
    assert catalog.searches.get(saved.id).trouble == "Too broad.", "the other still waits"
    catalog.alerts.record_checks({}, {saved.id: CheckAnswer([second], [])})
    stored = catalog.searches.get(saved.id)
    assert (stored.found, stored.missed, stored.trouble) == (1, 0, None)
    assert told(catalog, saved.id) == {first}


def test_removing_a_search_removes_what_it_found_and_nothing_else(catalog: Catalog) -> None:
    (id_,) = add_samples(catalog, [1])
    gone, stays = catalog.searches.save("a", {"text": "a"}), catalog.searches.save("b", {"text": "b"})
    answers = {search.id: CheckAnswer([id_], [id_]) for search in (gone, stays)}
    catalog.alerts.record_checks({id_: 1}, answers)
    catalog.searches.remove(gone.id)
    assert [(search.name, search.found) for search in catalog.searches.all()] == [("b", 1)]
    assert told(catalog, gone.id) == set()


def test_a_search_is_found_by_its_name_and_by_its_id(catalog: Catalog) -> None:
    saved = catalog.searches.save("  Камере 2021 ", {"text": "камере", "filters": {"year": ["2021"]}})
    assert saved.name == "Камере 2021"
    assert catalog.searches.get("Камере 2021") == catalog.searches.get(saved.id) == saved


def test_nothing_of_it_is_told_in_the_event_log(catalog: Catalog) -> None:
    """Which questions a reporter asks is nobody's business."""
    before = catalog.events.verify()
    catalog.searches.remove(catalog.searches.save("x", {"text": "secret"}).id)
    assert catalog.events.verify() == before
