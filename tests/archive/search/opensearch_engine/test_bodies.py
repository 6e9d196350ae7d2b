"""From a request to the bodies of searches: compared as dictionaries, without a server."""

from __future__ import annotations

from archive.search.engine import EngineRequest
from archive.search.opensearch_engine.query_dsl import (
    COLUMNS,
    MOST_VALUES,
    IndexWord,
    Meaning,
    Rarities,
    counts,
    facet_page,
    look,
    results,
    scored,
)
from archive.search.opensearch_engine.scripts import Scoring
from archive.text.vocabulary import IndexField, Term

KAMERA = Term(IndexField.FORM, "kamera")
MEANING = Meaning({KAMERA: [IndexWord("kamera", False)]})
RARITIES = Rarities(100, {KAMERA: 9}, Scoring(1.6, 0.75, 250.0))
WORDS = {"terms": {"words": ["kamera"]}}
UNDATED = {"missing": "_last", "unmapped_type": "long"}
NEWEST = [{"date": {"order": "desc", **UNDATED}}, {"id": "asc"}]


def counted(facet: str, *filters: object) -> dict[str, object]:
    values = {"terms": {"field": f"facet_{facet}", "size": MOST_VALUES}}
    return {"filter": {"bool": {"filter": list(filters)}}, "aggs": {"values": values}}


def test_each_facet_is_counted_without_its_own_selection() -> None:
    request = EngineRequest(
        KAMERA, {"kind": ("contract",), "year": ("2020",)}, "relevance", 20, 0,
        facets=("kind", "year", "vendor"), excluded={"kind": ("form",)},
    )  # fmt: skip
    kind = {
        "bool": {
            "filter": [{"terms": {"facet_kind": ["contract"]}}],
            "must_not": [{"terms": {"facet_kind": ["form"]}}],
        }
    }
    year = {"bool": {"filter": [{"terms": {"facet_year": ["2020"]}}]}}
    named = {"0": Term(IndexField.TITLE, "x")}
    seen = {"bool": {"must_not": [{"terms": {"facet_collection": ["secret"]}}]}}
    assert results(request, MEANING, frozenset({"secret"}), RARITIES, named) == {
        "query": {"bool": {"must": [scored(KAMERA, MEANING, RARITIES)], "filter": [seen]}},
        "post_filter": {
            "bool": {
                "filter": [{"match_all": {}}, kind, year],
                "should": [{"bool": {"filter": [{"term": {"known_title": "x"}}], "_name": "0"}}],
            }
        },
        "sort": [{"_score": "desc"}, *NEWEST],
        "track_total_hits": False,
        **COLUMNS,
        "timeout": "10s",
    }
    assert counts(request, MEANING, frozenset({"secret"})) == {
        "query": {"bool": {"filter": [WORDS, seen]}},
        "post_filter": {"bool": {"filter": [kind, year]}},
        "aggs": {"kind": counted("kind", year), "year": counted("year", kind), "vendor": counted("vendor", kind, year)},
        "size": 0,
        "track_total_hits": True,
        "timeout": "10s",
    }


def test_without_selections_nothing_is_filtered_again() -> None:
    request = EngineRequest(KAMERA, {}, "newest", 20, 0, facets=("kind",))
    assert "post_filter" not in results(request, MEANING, frozenset(), RARITIES, {})
    body = counts(request, MEANING, frozenset())
    assert "post_filter" not in body
    assert body["aggs"] == {"kind": {"terms": {"field": "facet_kind", "size": MOST_VALUES}}}


def test_other_orders_need_no_scores() -> None:
    request = EngineRequest(KAMERA, {}, "title", 20, 0, frozenset({"1"}), facets=())
    body = results(request, MEANING, frozenset(), RARITIES, {})
    among = {"bool": {"should": [{"terms": {"id": ["1"]}}], "minimum_should_match": 1}}
    assert body["query"] == {"bool": {"filter": [WORDS, among]}}
    assert body["sort"] == [{"title": "asc"}, {"id": "asc"}]
    everything = EngineRequest(None, {}, "relevance", 20, 0)
    assert results(everything, Meaning({}), frozenset(), RARITIES, {})["sort"] == NEWEST


def test_more_values_than_one_request_counts_come_page_by_page() -> None:
    request = EngineRequest(KAMERA, {}, "newest", 20, 0, facets=("vendor",))
    body = counts(request, MEANING, frozenset())
    page = facet_page(body, "vendor", {"value": "Alfa"})
    assert page["aggs"]["vendor"]["aggs"]["values"]["composite"] == {
        "size": MOST_VALUES,
        "sources": [{"value": {"terms": {"field": "facet_vendor"}}}],
        "after": {"value": "Alfa"},
    }
    assert page["query"] == body["query"]


def test_a_look_asks_which_queries_hold() -> None:
    body = look(["2", "1"], {"0": Term(IndexField.TITLE, "x")}, MEANING, frozenset())
    assert body["query"]["bool"]["should"] == [{"bool": {"filter": [{"term": {"known_title": "x"}}], "_name": "0"}}]
    assert (body["size"], body["sort"], body["stored_fields"]) == (2, [{"id": "asc"}], "_none_")
