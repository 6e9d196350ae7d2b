"""Saved searches tell of each new document once: whatever is interrupted, nothing is lost and nothing is told twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from archive.errors import QueryTooBroad, UnknownSearch, UsageError
from archive.model import Reading
from archive.model.words import Word, Words
from archive.search.entries import Entries
from archive.search.indexing import Indexer
from archive.search.request import SearchRequest
from archive.search.results import SearchResults
from archive.search.saved_searches import AlertAnswer, AlertRunner, parameters_of, request_of
from archive.search.service import SearchService
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.serialization import serialize
from archive.store.catalog import Catalog
from archive.store.searches import LONGEST_NAME, SavedSearch
from archive.store.sql.tables import checkpoints, saved_searches

AddDocument = Callable[..., str]


@pytest.fixture
def alerts(catalog: Catalog, service: SearchService) -> AlertRunner:
    return AlertRunner(catalog, service)


class Room:
    """An archive's catalog and index, kept in step as an import does it."""

    def __init__(self, catalog: Catalog, engine: WhooshEngine, indexing: Indexer, alerts: AlertRunner) -> None:
        self.catalog, self.engine, self.indexing, self.alerts = catalog, engine, indexing, alerts

    def save(self, name: str, text: str = "", **filters: tuple[str, ...]) -> SavedSearch:
        return self.alerts.save(self.engine.generation, name, SearchRequest(text, filters))

    def index(self) -> None:
        """What an import does up to the moment before it checks."""
        due, revisions = list(self.catalog.indexing.due(self.engine.generation)), self.catalog.indexing.revisions()
        self.alerts.remember(self.engine.generation, due)
        self.engine.add(Entries(self.catalog).of(due, revisions, self.engine.held()))
        self.catalog.indexing.mark(self.engine.generation, {id_: revisions[id_] for id_ in due})

    def come_in(self) -> int:
        """What an import does; returns how many documents were checked."""
        self.index()
        return self.alerts.check_due(self.engine.generation)

    def told(self, saved: SavedSearch) -> list[str]:
        return [hit.document for hit in self.catalog.searches.hits(saved.id)]

    def read_again(self, document: str, text: str) -> None:
        words = Words.of(Word(word) for word in text.split())
        number = self.catalog.documents.find(document).reading + 1
        page = replace(self.catalog.readings.get(document).pages[0], word_count=len(words))
        self.catalog.readings.add(Reading(document, number, datetime.now(UTC), {}, "sr-Latn", (page,)), [words], [])


@pytest.fixture
def room(catalog: Catalog, engine: WhooshEngine, indexing: Indexer, alerts: AlertRunner) -> Room:
    return Room(catalog, engine, indexing, alerts)


def test_a_search_tells_of_what_comes_after_it(room: Room, add_document: AddDocument) -> None:
    add_document("stara kamera")
    room.come_in()
    cameras, towns = room.save("Kamere", "kamera"), room.save("Niš", municipality=("Niš",))
    first = add_document("nove kamere za grad")
    second = add_document("dopis o putevima", municipality="Niš")
    assert room.come_in() == 2
    assert (room.told(cameras), room.told(towns)) == ([first], [second])
    assert room.come_in() == 0, "nothing is checked twice"


def test_indexing_checks_what_it_indexes_and_makes_up_for_what_was_cut_off(
    room: Room, add_document: AddDocument
) -> None:
    saved = room.save("Kamere", "kamera")
    ids = [add_document(f"kamera broj {number}") for number in range(3)]
    room.indexing.index_due()
    assert set(room.told(saved)) == set(ids)
    ids.append(add_document("kamera i stub"))
    room.index()
    room.read_again(ids[0], "nova kamera")
    assert room.indexing.index_due() == 1
    assert set(room.told(saved)) == set(ids)
    assert room.catalog.alerts.unchecked(room.engine.generation) == {}


def test_what_it_tells_comes_with_title_pages_and_reason(room: Room, add_document: AddDocument) -> None:
    saved = room.save("Kamere", "kamera")
    id_ = add_document("bez toga", "grad kupuje kamere", title="Odluka")
    room.come_in()
    (alert,) = room.alerts.found(saved)
    assert (alert.description.id, alert.description.title, alert.is_unread) == (id_, "Odluka", True)
    assert [(page.number, page.snippet.text) for page in alert.pages] == [(2, "grad kupuje kamere")]
    assert serialize(AlertAnswer, alert)["pages"][0]["words"] == [[4, 4]]


def test_a_document_is_told_of_once_however_often_it_changes(room: Room, add_document: AddDocument) -> None:
    saved = room.save("Kamere", "kamera")
    id_ = add_document("nova kamera")
    room.come_in()
    room.read_again(id_, "nova kamera i stub")
    assert room.come_in() == 1
    assert room.told(saved) == [id_]


def test_an_old_document_is_news_only_when_it_comes_to_match(room: Room, add_document: AddDocument) -> None:
    """Read again, better: what had matched when the search was saved stays no news, what had not becomes news."""
    known, misread = add_document("stara kamera"), add_document("stara kanera")
    room.come_in()
    saved = room.save("Kamere", "kamera")
    for id_ in (known, misread):
        room.read_again(id_, "stara kamera na stubu")
    room.come_in()
    assert room.told(saved) == [misread]


def test_what_had_matched_stays_no_news_after_a_kill_between_index_and_check(
    room: Room, add_document: AddDocument
) -> None:
    known = add_document("stara kamera")
    room.come_in()
    saved = room.save("Kamere", "kamera")
    room.read_again(known, "stara kamera na stubu")
    room.index()
    room.come_in()
    assert room.told(saved) == []


def test_what_had_matched_stays_no_news_where_the_index_is_compared_entry_by_entry(
    room: Room, add_document: AddDocument
) -> None:
    """As after an upgrade, or a kill between index and record: nothing is known of what the index holds."""
    known, other = add_document("stara kamera"), add_document("stari stub")
    room.indexing.index_due()
    saved = room.save("Kamere", "kamera")
    with room.catalog._database.writing() as connection:
        connection.execute(update(checkpoints).values(holds=None))
    for id_ in (known, other):
        room.read_again(id_, "kamera na stubu")
    assert room.indexing.reconcile() == 2
    assert room.told(saved) == [other]


def test_what_the_index_held_when_it_was_saved_is_no_news_even_unchecked(room: Room, add_document: AddDocument) -> None:
    add_document("stara kamera")
    room.index()
    saved = room.save("Kamere", "kamera")
    room.come_in()
    assert room.told(saved) == []


def test_a_check_that_was_cut_off_is_made_up_for(room: Room, add_document: AddDocument) -> None:
    saved = room.save("Kamere", "kamera")
    ids = {add_document(f"kamera broj {number}") for number in range(5)}
    room.index()
    assert room.told(saved) == []
    assert room.alerts.check_due(room.engine.generation) == 5
    assert set(room.told(saved)) == ids


def test_a_check_that_breaks_off_leaves_nothing_half_done(
    room: Room, add_document: AddDocument, service: SearchService, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = room.save("A", "kamera"), room.save("B", "kamera")
    id_ = add_document("nova kamera")
    room.index()
    asked: list[str] = []

    def once(request: SearchRequest, among: frozenset[str] | None = None) -> SearchResults:
        asked.append(request.text)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return search(request, among)

    search = service.search
    monkeypatch.setattr(service, "search", once)
    with pytest.raises(KeyboardInterrupt):
        room.alerts.check_due(room.engine.generation)
    assert (room.told(first), room.told(second)) == ([], [])
    room.alerts.check_due(room.engine.generation)
    assert (room.told(first), room.told(second)) == ([id_], [id_])


def test_a_search_that_became_too_broad_loses_nothing(
    room: Room, add_document: AddDocument, service: SearchService, monkeypatch: pytest.MonkeyPatch
) -> None:
    broad, narrow = room.save("Sve", "kam*"), room.save("Kamere", "kamera")
    search = service.search

    def limited(request: SearchRequest, among: frozenset[str] | None = None) -> SearchResults:
        if request.text == "kam*":
            raise QueryTooBroad("kam* stands for 9,999 words.", "Ask for fewer.")
        return search(request, among)

    with monkeypatch.context() as patch:
        patch.setattr(service, "search", limited)
        id_ = add_document("nova kamera")
        room.come_in()
        stored = room.catalog.searches.get("Sve")
        assert (stored.found, stored.missed, stored.trouble) == (0, 1, "kam* stands for 9,999 words. Ask for fewer.")
        assert room.told(narrow) == [id_]
    other = add_document("druga kamera", "nova strana")
    room.come_in()
    assert set(room.told(broad)) == {id_, other}
    stored = room.catalog.searches.get("Sve")
    assert (stored.missed, stored.trouble) == (0, None)
    assert set(room.told(narrow)) == {id_, other}


def test_a_new_index_tells_nothing_again(
    room: Room, add_document: AddDocument, catalog: Catalog, engine: WhooshEngine
) -> None:
    saved = room.save("Kamere", "kamera")
    id_ = add_document("nova kamera")
    room.come_in()
    catalog.searches.mark_read(saved.id, datetime.now(UTC))
    room.indexing.rebuild()
    assert room.come_in() == 0
    assert room.told(saved) == [id_]
    assert catalog.searches.get(saved.id).unread == 0


def test_a_search_removed_while_it_runs_is_no_error(
    room: Room, add_document: AddDocument, service: SearchService, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = room.save("Kamere", "kamera")
    add_document("nova kamera")
    room.index()
    search = service.search

    def removing(request: SearchRequest, among: frozenset[str] | None = None) -> SearchResults:
        room.catalog.searches.remove(saved.id)
        return search(request, among)

    monkeypatch.setattr(service, "search", removing)
    assert room.alerts.check_due(room.engine.generation) == 1
    assert room.catalog.searches.all() == ()


def test_reading_marks_only_what_was_there_to_read(room: Room, add_document: AddDocument) -> None:
    saved = room.save("Kamere", "kamera")
    first = add_document("prva kamera")
    room.come_in()
    seen = room.catalog.searches.hits(saved.id)[0].found_at
    second = add_document("druga kamera")
    room.come_in()
    assert room.catalog.searches.mark_read(saved.id, seen) == 1
    assert [hit.document for hit in room.catalog.searches.hits(saved.id, unread_only=True)] == [second]
    assert room.told(saved) == [second, first], "the last found comes first"
    stored = room.catalog.searches.get("Kamere")
    assert (stored.found, stored.unread) == (2, 1)


def test_the_request_comes_back_as_it_was_saved(catalog: Catalog) -> None:
    request = SearchRequest('"видео надзор" OR kamere', {"year": ("2021", "2022")}, sort="newest", exact=True)
    saved = catalog.searches.save("Nadzor", parameters_of(request))
    assert request_of(catalog.searches.get(saved.id)) == request


@pytest.mark.parametrize("name", ["", "  ", "x" * (LONGEST_NAME + 1), "two\nlines"])
def test_a_name_that_is_none_is_refused(catalog: Catalog, name: str) -> None:
    with pytest.raises(UsageError, match="needs a name"):
        catalog.searches.save(name, {})


def test_names_are_taken_once_and_ids_never_again(catalog: Catalog) -> None:
    first = catalog.searches.save("Kamere", {})
    with pytest.raises(UsageError, match="already a saved search named 'Kamere'"):
        catalog.searches.save(" Kamere ", {})
    catalog.searches.remove(first.id)
    assert catalog.searches.save("Kamere", {}).id != first.id
    with pytest.raises(UnknownSearch, match="no saved search"):
        catalog.searches.get(first.id)


def test_a_request_of_another_version_is_trouble_and_not_an_end(
    room: Room, add_document: AddDocument, catalog: Catalog
) -> None:
    saved = room.save("Kamere", "kamera")
    with catalog._database.writing() as connection:
        connection.execute(update(saved_searches).values(parameters={"filters": {"colour": ["red"]}}))
    add_document("nova kamera")
    assert room.come_in() == 1
    assert "no filter 'colour'" in (catalog.searches.get(saved.id).trouble or "")


def test_another_process_can_save_while_one_writes(room: Room, tmp_path: Path) -> None:
    """Saving takes the database's lock for a moment, and not the archive's, which an import holds for hours."""
    other = Catalog.open(tmp_path / "catalog.sqlite")
    other.searches.save("Kamere", {})
    other.close()
    assert [saved.name for saved in room.catalog.searches.all()] == ["Kamere"]
