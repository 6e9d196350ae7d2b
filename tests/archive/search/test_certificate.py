"""A certificate counts what was searched, names what was not, and can be compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from datetime import UTC, datetime

import pytest

from archive.search.certificate import Certificate, certify, digest
from archive.search.indexing import Indexer
from archive.search.request import SearchRequest
from archive.search.service import SearchService
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.store.catalog import Catalog
from archive.store.coverage import PageCounts
from archive.store.members import Failure
from archive.text.analyzer import ANALYSIS_VERSION

AddDocument = Callable[..., str]
Certify = Callable[..., Certificate]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def certified(catalog: Catalog, engine: WhooshEngine) -> Certify:
    def certified_(text: str, **more: object) -> Certificate:
        request = SearchRequest(text, **more)  # type: ignore[arg-type] # fields named by the tests below
        return certify(catalog, engine, SearchService(catalog, engine), request)

    return certified_


def test_finding_nothing_is_stated_with_its_ground(
    certified: Certify, indexing: Indexer, add_document: AddDocument
) -> None:
    add_document("nadzorne kamere", "druga strana")
    add_document("putevi", "")
    indexing.index_due()
    certificate = certified("dronovi")
    record = certificate.as_json()
    assert record["kind"] == "negative search result"
    assert record["found"] == {"documents": 0, "listed_from": 0, "listed": []}
    assert (record["searched"]["documents"], record["searched"]["pages"], record["searched"]["words"]) == (2, 4, 5)
    assert record["searched"]["pages_without_words"] == 1
    assert record["searched"] == record["archive"]
    assert "Of the 2 documents with 4 pages that were searched, none matches" in certificate.statement()
    assert "1 page without words" in certificate.statement()
    assert "does not exist" in certificate.statement()


def test_where_every_document_was_searched_none_is_listed_to_count_its_pages(
    certified: Certify, catalog: Catalog, indexing: Indexer, add_document: AddDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_document("nadzorne kamere", "druga strana")
    add_document("putevi", "", language="sr-Cyrl")
    indexing.index_due()
    counted, count_pages = list[int](), catalog.coverage.page_counts

    def noted(_: object, ids: Collection[str]) -> PageCounts:
        counted.append(len(ids))
        return count_pages(ids)

    monkeypatch.setattr(type(catalog.coverage), "page_counts", noted)
    assert certified("dronovi").searched == count_pages([hit.id for hit in certified("kamere OR putevi").results.hits])
    assert not counted
    assert certified("dronovi", filters={"language": ("sr-Cyrl",)}).searched.documents == 1
    assert counted == [1]


def test_what_was_found_is_listed(certified: Certify, indexing: Indexer, add_document: AddDocument) -> None:
    id_ = add_document("nešto drugo", "nadzorne kamere")
    add_document("kamera")
    indexing.index_due()
    record = certified("kamere", limit=1).as_json()
    assert record["kind"] == "search record"
    assert record["found"]["documents"] == 2
    assert len(record["found"]["listed"]) == 1
    listed = certified("nadzorne").as_json()["found"]["listed"]
    assert listed == [{"id": id_, "title": "d", "pages": [2]}]
    assert "1 document matches" in record["statement"] or "2 documents match" in record["statement"]


def test_every_form_that_was_tried_is_named_and_what_was_not(
    certified: Certify, indexing: Indexer, add_document: AddDocument
) -> None:
    add_document("ugovora ugovorom i ugovorena vrednost")
    add_document("Уговор", language="sr-Cyrl")
    indexing.index_due()
    first, second = certified("ugovor nepostojeći").as_json()["words"]
    assert (first["typed"], set(first["tried"])) == ("ugovor", {"ugovora", "ugovorom", "уговор"})
    assert (first["not_tried"], first["not_tried_more"]) == (["ugovorena"], 0)
    assert (second["typed"], second["tried"], second["not_tried"]) == ("nepostojeći", [], [])
    (exact,) = certified("ugovor", exact=True).as_json()["words"]
    assert exact["tried"] == ["уговор"]
    assert set(exact["not_tried"]) == {"ugovora", "ugovorom", "ugovorena"}


def test_what_nearly_matches_is_counted(certified: Certify, indexing: Indexer, add_document: AddDocument) -> None:
    add_document("kamera policija")
    add_document("kamera vojska")
    add_document("kamera sama")
    add_document("ni jedno od toga")
    indexing.index_due()
    certificate = certified("kamere policija vojska")
    assert certificate.as_json()["nearly"] == {
        "documents_with_some_words": 3,
        "lacking_one_word": [
            {"word": "kamere", "documents": 0},
            {"word": "policija", "documents": 1},
            {"word": "vojska", "documents": 1},
        ],
    }
    assert "3 more documents have some of the words and lack others." in certificate.statement()
    assert certified("kamere").as_json()["nearly"] == {"documents_with_some_words": 0, "lacking_one_word": []}
    assert "some of the words" not in certified("kamere").statement()


def test_the_query_is_read_back_with_its_notes(certified: Certify) -> None:
    query = certified('"video nadzor" AND', exact=True).as_json()["query"]
    assert query["text"] == '"video nadzor" AND'
    assert query["exact"] is True
    assert query["understood"] == "“video nadzor” word after word"
    assert query["notes"]


def test_filters_narrow_the_ground_and_unknown_facts_are_owned_up_to(
    certified: Certify, indexing: Indexer, add_document: AddDocument
) -> None:
    add_document("kamere u gradu", municipality="Bečej", year="2020")
    add_document("kamere u gradu", "dve strane", municipality="Niš", year="2020")
    add_document("kamere negde", year="2020")
    add_document("kamere jednom", municipality="Bečej")
    indexing.index_due()
    certificate = certified("dronovi", filters={"municipality": ("Bečej",), "year": ("2020",)})
    assert (certificate.searched.documents, certificate.searched.pages) == (1, 1)
    assert certificate.coverage.archive.documents == 4
    assert certificate.unknown == {"municipality": 1, "year": 1}
    assert "1 document left out because the municipality is unknown" in certificate.statement()
    widened = certified("dronovi", filters={"municipality": ("Bečej", "unknown")})
    assert widened.searched.documents == 3
    assert widened.unknown == {}


def test_what_is_not_indexed_is_named(
    certified: Certify, catalog: Catalog, indexing: Indexer, add_document: AddDocument, engine: WhooshEngine
) -> None:
    held = add_document("putevi")
    indexing.index_due()
    catalog.indexing.mark(engine.generation, {held: 7})
    late = add_document("kamere")
    certificate = certified("kamere")
    assert certificate.results.total == 0
    not_searched = certificate.as_json()["not_searched"]
    assert not_searched["documents_not_indexed"] == 1
    assert not_searched["documents_indexed_as_they_were_before"] == 1
    assert {(named["id"], named["is_held"]) for named in not_searched["documents"]} == {(late, False), (held, True)}
    assert certificate.searched.documents == 1
    assert "1 document not in the index yet" in certificate.statement()


def test_what_could_not_be_taken_in_is_named(certified: Certify, catalog: Catalog) -> None:
    catalog.failures.record(Failure("/in/zaključano.pdf", "ab" * 32, "It is encrypted.", None, NOW))
    certificate = certified("kamere")
    named = [{"path": "/in/zaključano.pdf", "sha256": "ab" * 32, "reason": "It is encrypted."}]
    assert certificate.as_json()["not_searched"]["inputs"] == named
    assert "1 file that could not be taken in" in certificate.statement()


def test_it_names_the_state_of_index_log_and_program(
    certified: Certify, catalog: Catalog, engine: WhooshEngine, indexing: Indexer, add_document: AddDocument
) -> None:
    assert certified("kamere").as_json()["last_event"] is None
    add_document("putevi")
    indexing.index_due()
    certificate = certified("kamere")
    record = certificate.as_json()
    assert record["index"] == {"generation": engine.generation, "is_steady": True}
    assert record["last_event"]["number"] == catalog.events.verify()
    assert record["program"]["analysis_version"] == ANALYSIS_VERSION
    assert datetime.fromisoformat(record["made_at"]).tzinfo == UTC


def test_a_change_during_the_search_is_owned_up_to(
    catalog: Catalog, engine: WhooshEngine, indexing: Indexer, add_document: AddDocument
) -> None:
    class Busy(SearchService):
        """A search during which a document comes, every time."""

        def search(self, request: SearchRequest) -> object:  # type: ignore[override] # the answer is passed on
            add_document(f"putevi {datetime.now(UTC)}")
            indexing.index_due()
            return super().search(request)

    certificate = certify(catalog, engine, Busy(catalog, engine), SearchRequest("kamere"))
    assert not certificate.is_steady
    assert "being changed" in certificate.statement()


def test_the_digest_is_of_everything_but_itself(certified: Certify) -> None:
    record = certified("kamere č").as_json()
    assert list(record)[-1] == "sha256"
    copy = json.loads(json.dumps(record, indent=4))
    assert digest(copy) == record["sha256"]
    copy["found"]["documents"] = 1
    assert digest(copy) != record["sha256"]


def test_the_canonical_form_is_that_of_the_standard() -> None:
    """RFC 8785: sorted names, no white space, letters as they are."""
    canonical = '{"a":1,"b":["č",true,null]}'
    assert digest({"b": ["č", True, None], "a": 1}) == hashlib.sha256(canonical.encode()).hexdigest()
