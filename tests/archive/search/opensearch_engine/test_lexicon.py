"""What a leaf stands for is looked up in the index of words."""

from __future__ import annotations

from typing import Any

import pytest

from archive.errors import QueryTooBroad
from archive.search.opensearch_engine import lexicon
from archive.search.opensearch_engine.client import Client, RequestLimits, Searching, Servers
from archive.search.opensearch_engine.engine import OpenSearchEngine
from archive.search.opensearch_engine.generations import GenerationNames
from archive.search.opensearch_engine.lexicon import listing, looked_up
from archive.search.opensearch_engine.query_dsl import count
from archive.search.opensearch_engine.sources import Json
from archive.search.query import Fuzzy, Leaf, Pattern
from archive.text.vocabulary import IndexField, Term
from tests.archive.search.opensearch_engine.servers_that_fail import Answer, answering
from tests.engine_samples import entry


def test_of_many_words_those_in_most_documents_are_counted_and_no_others(
    opensearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commonest word of all is one of hidden documents; words that are as common as each other go by spelling."""
    url = f"{opensearch_url}?shards=2"
    engine = OpenSearchEngine(url, "documents")
    engine.add(entry(f"h{number}", "kb kh", collection="secret") for number in range(9))
    for common in range(1, 7):
        engine.add(entry(f"{common}{number}", f"k{common} ka k-\nz", collection="main") for number in range(common))
    engine.remove(["60", "61"])
    seen = engine.hiding(frozenset({"secret"}))
    leaf = Pattern(IndexField.FORM, "k*")
    whole = [(word.word, word.documents) for word in seen.words(leaf, 100)]
    assert whole[:5] == [("k", 19), ("k-z", 19), ("ka", 19), ("kz", 19), ("k5", 5)]
    asked: list[Json] = []

    def noted(clause: Json, hidden: frozenset[str]) -> Json:
        asked.append(clause)
        return count(clause, hidden)

    monkeypatch.setattr(lexicon, "count", noted)
    few = OpenSearchEngine(url, "documents", limits=RequestLimits(counted=2)).hiding(frozenset({"secret"}))
    for limit in range(1, 9):
        assert [(word.word, word.documents) for word in few.words(leaf, limit)] == whole[:limit]
    asked.clear()
    few.words(leaf, 1)
    assert len(asked) < len(whole)
    engine.close()


@pytest.mark.parametrize(
    ("leaf", "clause"),
    [
        (Term(IndexField.STEM, "kamer"), {"term": {"stem": "kamer"}}),
        (Term(IndexField.WORD, "kamera"), {"term": {"word": "kamera"}}),
        (Pattern(IndexField.FORM, "ka?er?"), {"wildcard": {"form": {"value": "ka?er?", "rewrite": "constant_score"}}}),
        (
            Pattern(IndexField.FORM, "*k?m**r\\"),
            {"wildcard": {"form": {"value": "*k*m*r\\\\", "rewrite": "constant_score"}}},
        ),
        (
            Fuzzy(IndexField.FORM, "kamera", 2),
            {"fuzzy": {"form": {"value": "kamera", "fuzziness": 2, "rewrite": "constant_score"}}},
        ),
    ],
)
def test_a_leaf_becomes_a_search_for_words(leaf: Leaf, clause: dict[str, Any]) -> None:
    assert listing(leaf, 7)["query"] == {"bool": {"filter": [clause]}}


def test_what_is_asked_for_too_widely_is_sifted_and_more_than_a_first_look_is_listed(opensearch_url: str) -> None:
    engine = OpenSearchEngine(opensearch_url, "documents", limits=RequestLimits(first_look=2))
    engine.add([entry("1", "kamera kamere kamioni kmet okamen\nkamera"), entry("2", "kamera камера kameri")])
    asked: dict[Leaf, list[str]] = {
        Pattern(IndexField.FORM, "kam?r*"): ["kamera", "kamere", "kameri"],
        Pattern(IndexField.FORM, "k*"): ["kamera", "kamere", "kameri", "kamioni", "kmet"],
        Fuzzy(IndexField.FORM, "kamrea", 1): ["kamera"],
    }
    for leaf, words in asked.items():
        assert sorted(word.word for word in engine.words(leaf, 10)) == words
    assert [(word.word, word.documents) for word in engine.words(Pattern(IndexField.FORM, "k*"), 1)] == [("kamera", 2)]
    narrow = OpenSearchEngine(opensearch_url, "documents", limits=RequestLimits(words=4))
    with pytest.raises(QueryTooBroad, match="more than 4 different words"):
        narrow.words(Pattern(IndexField.FORM, "k*"), 1)
    narrow.close()
    engine.close()


def test_a_question_that_takes_too_long_is_stopped() -> None:
    def slow(*_: object) -> Answer:
        return 200, {"responses": [{"timed_out": True, "_shards": {"failed": 0}, "hits": {"total": {"value": 0}}}]}

    with answering(slow) as url:
        client = Client(Servers((url,), "x"))
        for searching in (Searching(client), Searching(client, -1)):
            with pytest.raises(QueryTooBroad, match="took too long"):
                looked_up(searching, GenerationNames("x"), [Term(IndexField.FORM, "kamera")])
