"""The engine on a real OpenSearch: it answers as the embedded one does, and says when it cannot."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from archive.errors import EngineFull, EngineUnavailable, IndexDamaged
from archive.search.engine import EngineRequest, EngineResults, IndexEntry, SearchEngine
from archive.search.matching.rescoring import WEIGHTS
from archive.search.opensearch_engine.client import RequestLimits
from archive.search.opensearch_engine.engine import OpenSearchEngine
from archive.search.query import Near, Phrase, Query
from archive.search.query_language.parser import parse
from archive.search.request import SORTS
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.text.vocabulary import IndexField, Term
from benchmarks.engines import difference, questions
from tests.archive.search.opensearch_engine.servers_that_fail import answering, passing_on
from tests.archive.search.test_query_language import DOCUMENTS
from tests.engine_samples import ask, entry, entry_text, found

TEXTS = {
    "pieces": entry_text("za video-\nnadzor grada i K A M E R E u Čačku", "15. 3. 2021. godine, 1 200 000,00 dinara"),
    "english": entry_text("the cameras, contracts and drones of the city", language="en"),
    "unknown": entry_text("kamere kod škole; nabavka opreme za video nadzor 404-2д", language="xx"),
    "bare": entry_text("nabavka kamera za skolu u cacku", "zabranjeno snimanje dronovima"),
    "empty": entry_text("", ""),
}


@pytest.fixture
def engine(opensearch_url: str) -> Iterator[OpenSearchEngine]:
    made = OpenSearchEngine(opensearch_url, "documents")
    yield made
    made.close()


def fill(engine: SearchEngine) -> None:
    """At once: what the embedded engine takes for forms of a word is decided for each of its segments."""
    documents = [entry(name, **values) for name, values in DOCUMENTS.items()]  # type: ignore[arg-type]
    texts = [replace(entry(name, "x", kind="form", year="2021"), text=text) for name, text in TEXTS.items()]
    engine.add([*documents, *texts])


def test_both_engines_answer_every_query_of_the_table_alike(engine: OpenSearchEngine, tmp_path: Path) -> None:
    embedded = WhooshEngine(tmp_path)
    fill(engine)
    fill(embedded)
    for text in questions():
        for exact, sort, filters in ((False, "relevance", {}), (True, "title", {"kind": ("form", "minutes")})):
            request = EngineRequest(parse(text, exact).query, filters, sort, 100, 0)
            one, other = engine.search(request), embedded.search(request)
            assert difference(one, other, sort) is None, (text, exact)
            # Few documents are all looked at word by word, and so their order by relevance is the same, too.
            assert [hit.id for hit in one.hits] == [hit.id for hit in other.hits], (text, exact)
    embedded.close()


def put(address: str, body: dict[str, Any]) -> None:
    """Change settings or a mapping on the server."""
    kind = {"Content-Type": "application/json"}
    asked = urllib.request.Request(address, json.dumps(body).encode(), kind, method="PUT")
    with urllib.request.urlopen(asked, timeout=60):
        pass


def test_changes_of_a_blocked_index_are_not_tried_again(
    engine: OpenSearchEngine, opensearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine)

    def waiting(_: float) -> None:
        pytest.fail("it waits")

    for is_blocked in (True, False):
        put(f"{opensearch_url}-*/_settings", {"index.blocks.read_only_allow_delete": is_blocked or None})
        with monkeypatch.context() as patched:
            patched.setattr("time.sleep", waiting)
            if is_blocked:
                with pytest.raises(EngineFull, match="takes in nothing"):
                    engine.add([entry("new", "novi dopis")])
                assert not found(ask(engine, "dopis novi"))
            else:
                engine.add([entry("new", "novi dopis")])
    assert found(ask(engine, "dopis novi")) == {"new"}


def test_a_phrase_through_words_in_pieces_is_one_chain(engine: OpenSearchEngine) -> None:
    """Every two neighbours of the phrase stand in both documents; in one of them they are no chain."""
    engine.add(
        [
            entry("chain", "za video-\nnadzor grada Niša"),
            entry("links", "za video-\nnadzor zgrada, a video-\nnadzor grada, pa za videonadzor, a grada Niša"),
        ]
    )
    form = Phrase(("za", "videonadzor", "grada"))
    assert found(ask(engine, '"za videonadzor grada"')) == {"chain"}
    (hit,) = ask(engine, '"za videonadzor grada niša"').hits
    assert (hit.id, hit.matches) == ("chain", ((0, 4),))
    near: Query = Near(form, Term(IndexField.FORM, "nisa"), 1)
    assert found(engine.search(EngineRequest(near, {}, "newest", 10, 0))) == {"chain"}
    assert engine.matches(near, "chain", 1) == ((0, 4),)
    assert engine.matches(near, "links", 1) == ()


def test_near_between_more_words_than_the_servers_take_is_answered_all_the_same(engine: OpenSearchEngine) -> None:
    engine.add(entry(str(number), f"kam{number} iks{number} dalje od dalje kam{number}") for number in range(260))
    asked = {
        "kam* NEAR/1 iks*": {str(number) for number in range(260)},
        "kam1* NEAR/1 iks17 OR kam2* NEAR/1 iks2*": {"17", "2", *map(str, range(20, 30)), *map(str, range(200, 260))},
        "kam* NEAR/2 dalje": {str(number) for number in range(260)},
        "kam* NEAR/1 od": set(),
        "kam* NEAR/40 iks*": {str(number) for number in range(260)},
        "iks* NEAR/3 kam*": {str(number) for number in range(260)},
    }
    for text, documents in asked.items():
        request = EngineRequest(parse(text, exact=False).query, {}, "newest", 300, 0)
        assert found(engine.search(request)) == documents, text


def test_many_pairs_of_words_that_are_near_each_other_are_answered_by_relevance_too(engine: OpenSearchEngine) -> None:
    some, others = "alfa beta gama delta epsilon", "zeta eta teta jota"
    engine.add([entry("near", f"{some} {others}"), entry("far", f"{some} {'x ' * 40} {others}")])
    assert found(ask(engine, f"({some}) NEAR/30 ({others})")) == {"near"}


def test_results_far_down_are_those_that_come_after_the_ones_before(
    engine: OpenSearchEngine, opensearch_url: str
) -> None:
    engine.add(entry(f"{number:02}", "kamera " * (number % 5 + 1), date=f"20{number:02}") for number in range(30))
    whole = {sort: [hit.id for hit in ask(engine, "kamera", sort=sort).hits] for sort in SORTS}
    deep = OpenSearchEngine(opensearch_url, "documents", limits=RequestLimits(deepest=10, page=7, fetched=4))
    for sort, ids in whole.items():
        for offset in (0, 5, 9, 20, 29, 40):
            part = ask(deep, "kamera", sort=sort, limit=6, offset=offset)
            assert ([hit.id for hit in part.hits], part.total) == (ids[offset : offset + 6], 30)
    deep.close()


def test_results_after_those_that_were_looked_at_keep_their_order(opensearch_url: str) -> None:
    engine = OpenSearchEngine(opensearch_url, "documents", replace(WEIGHTS, looked_at=5))
    engine.add(entry(f"{number:02}", "kamera " * (number % 7 + 1)) for number in range(20))
    whole = [hit.id for hit in ask(engine, "kamera").hits]
    pages = [[hit.id for hit in ask(engine, "kamera", limit=3, offset=offset).hits] for offset in range(0, 20, 3)]
    assert list(chain.from_iterable(pages)) == whole
    assert len(set(whole)) == 20
    engine.close()


def test_a_word_of_most_documents_is_found_after_some_are_removed(engine: OpenSearchEngine) -> None:
    """Scores are first made from what was counted before: nine documents with it, of which three are left."""
    engine.add(entry(str(number), "kamera " * (number + 1)) for number in range(9))
    assert len(found(ask(engine, "kamera"))) == 9
    engine.remove(map(str, range(6)))
    assert found(ask(engine, "kamera")) == {"6", "7", "8"}


def test_a_phrase_counts_as_often_as_it_stands_there_where_no_page_has_a_word_unbroken(opensearch_url: str) -> None:
    engine = OpenSearchEngine(opensearch_url, "documents", replace(WEIGHTS, looked_at=0))
    once, twice = "kamera video-\nnadzor i druga rec tu", "kamera video-\nnadzor i kamera video-\nnadzor"
    engine.add([entry("once", once, date="2021"), entry("twice", twice, date="2020")])
    assert [hit.id for hit in ask(engine, '"kamera videonadzor"').hits] == ["twice", "once"]
    engine.close()


def test_a_facet_of_more_values_than_one_request_counts_is_counted_whole(
    engine: OpenSearchEngine, opensearch_url: str
) -> None:
    engine.add(entry(f"{number}", "kamera", vendor=(f"v{number}", "Alfa")) for number in range(9))
    whole = ask(engine, "kamera", {"kind": ("unknown",)}).facets
    few = OpenSearchEngine(opensearch_url, "documents", limits=RequestLimits(values=4))
    assert ask(few, "kamera", {"kind": ("unknown",)}).facets == whole
    few.close()
    assert (len(whole["vendor"]), whole["vendor"]["Alfa"]) == (10, 9)


def test_a_part_that_does_not_answer_is_told_or_refused(opensearch_url: str) -> None:
    server, _, name = opensearch_url.rpartition("/")

    def lose_a_shard(path: str, told: dict[str, Any]) -> None:
        if path.startswith("/_msearch"):
            for answer in told["responses"]:
                answer["_shards"]["failed"] = 1

    OpenSearchEngine(opensearch_url, "documents").add([entry("1", "kamera")])
    with answering(passing_on(server, lose_a_shard)) as url:
        engine = OpenSearchEngine(f"{url}/{name}", "documents")
        request = EngineRequest(None, {}, "newest", 10, 0)
        with pytest.raises(EngineUnavailable, match="A part of the search index"):
            engine.search(request)
        with pytest.raises(EngineUnavailable, match="A part of the search index"):
            engine.held()
        partial: EngineResults = engine.search(replace(request, may_be_partial=True))
        assert (partial.partial, partial.total) == (True, 1)
        assert [word.word for word in engine.words(Term(IndexField.FORM, "kamera"), 5)] == ["kamera"]


def test_a_document_that_is_replaced_after_it_was_listed_is_searched_anew(opensearch_url: str) -> None:
    server, _, name = opensearch_url.rpartition("/")
    writer = OpenSearchEngine(opensearch_url, "documents")
    writer.add([entry("1", "kamera na trgu"), entry("2", "kamera")])
    later: list[IndexEntry] = []

    def replace_it(path: str, told: dict[str, Any]) -> None:
        listed = path.startswith("/_msearch") and '"places"' in json.dumps(told)
        if listed and later:
            writer.add([later.pop()])

    with answering(passing_on(server, replace_it)) as url:
        reader = OpenSearchEngine(f"{url}/{name}", "documents")
        assert found(ask(reader, "kamera")) == {"1", "2"}
        later.append(entry("1", "trg", revision=2))
        assert found(ask(reader, "kamera")) == {"2"}
        reader.close()
    writer.close()


def test_an_index_of_another_version_is_refused_and_can_be_built_anew(
    engine: OpenSearchEngine, opensearch_url: str
) -> None:
    engine.add([entry("1", "kamera")])
    put(f"{opensearch_url}-*/_mapping", {"_meta": {"version": "0.0"}})
    with pytest.raises(IndexDamaged, match="another version"):
        engine.add([entry("2", "kamera")])
    rebuild = engine.rebuild()
    rebuild.add([entry("3", "kamera")])
    rebuild.publish({"3": 1})
    assert found(ask(engine, "kamera")) == {"3"}
    assert list(engine.damages()) == []
    assert engine.published() is not None


def test_one_who_searches_while_another_swaps_sees_the_new_generation(
    engine: OpenSearchEngine, opensearch_url: str
) -> None:
    reader = OpenSearchEngine(opensearch_url, "documents")
    engine.add([entry("old", "kamera")])
    assert found(ask(reader, "kamera")) == {"old"}
    rebuild = engine.rebuild()
    rebuild.add([entry("new", "kamera")])
    rebuild.publish({"new": 1})
    assert found(ask(reader, "kamera")) == {"new"}
    assert reader.generation == engine.generation == rebuild.generation
    reader.close()


def test_words_that_were_not_sent_are_sent_with_the_next_documents(opensearch_url: str) -> None:
    """A server that fails in the middle of an addition has not taken in words that we must not take for known."""
    server, _, name = opensearch_url.rpartition("/")
    failing = [False]

    def refuse(path: str, told: dict[str, Any]) -> None:
        if failing[0] and path.startswith("/_bulk"):
            told["errors"] = True
            for item in told["items"]:
                for what in item.values():
                    what.update(status=400, error={"type": "trouble", "reason": "trouble"})

    with answering(passing_on(server, refuse)) as url:
        engine = OpenSearchEngine(f"{url}/{name}", "documents")
        engine.add([entry("1", "kamera")])
        failing[0] = True
        with pytest.raises(EngineUnavailable, match="trouble"):
            engine.add([entry("2", "novo")])
        failing[0] = False
        engine.add([entry("2", "novo")])
        assert found(ask(engine, "novo")) == {"2"}


def test_documents_for_a_generation_that_is_gone_make_no_index(engine: OpenSearchEngine, opensearch_url: str) -> None:
    rebuild = engine.rebuild()
    rebuild.discard()
    with pytest.raises(IndexDamaged, match="is gone"):
        rebuild.add([entry("1", "kamera")])
    with urllib.request.urlopen(f"{opensearch_url}*", timeout=60) as answer:
        assert json.load(answer) == {}


def test_parts_of_a_generation_may_be_sent_by_several_builders(engine: OpenSearchEngine) -> None:
    rebuild = engine.rebuild()
    with rebuild.assembling() as assembly:
        for first in (0, 2):
            entries = [entry(str(number), f"kamera {number}") for number in range(first, first + 2)]
            assembly.take(assembly.builder.build(iter(entries), first))
        with pytest.raises(ValueError, match="text"):
            assembly.builder.build([entry("9", None)], 4)
    rebuild.publish({str(number): 1 for number in range(4)})
    assert found(ask(engine, "kamera")) == {"0", "1", "2", "3"}
    assert json.loads(json.dumps(engine.generation)) == rebuild.generation
