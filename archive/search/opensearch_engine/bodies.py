"""From a request to the bodies of searches: pure, and tested by comparing dictionaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archive.search.engine import EngineRequest
from archive.search.opensearch_engine.clauses import found, ids_among, scored
from archive.search.opensearch_engine.mapping import Json, facet_field
from archive.search.opensearch_engine.meaning import Meaning
from archive.search.query import Query

SECONDS = "10s"
"""Time one search may take on a server; then it is stopped, and nothing counted."""

MOST_VALUES = 50_000
"""Values of one facet that are counted in one request."""

_UNDATED = {"missing": "_last", "unmapped_type": "long"}
_BY_DATE: list[Json] = [{"date": {"order": "desc", **_UNDATED}}, {"id": "asc"}]

SORTS: Mapping[str, list[Json]] = {
    "relevance": [{"_score": "desc"}, *_BY_DATE],
    "newest": _BY_DATE,
    "oldest": [{"date": {"order": "asc", **_UNDATED}}, {"id": "asc"}],
    "title": [{"title": "asc"}, {"id": "asc"}],
}
"""Orders down to the last tie, as the embedded engine has them. The id is the last value of each."""


def seen(hidden: frozenset[str]) -> list[Json]:
    """The filter that leaves documents of hidden collections out of every search."""
    return [{"bool": {"must_not": [{"terms": {facet_field("collection"): sorted(hidden)}}]}}] if hidden else []


def results(request: EngineRequest, meaning: Meaning, hidden: frozenset[str]) -> Json:
    """The search that answers a request: ids in order, the total, and the counts of its facets.

    Filters of facets come after the query, so that each facet is counted without its own.
    """
    query = request.query
    is_ranked = request.sort == "relevance" and query is not None
    limits = seen(hidden) if request.among is None else [*seen(hidden), ids_among(request.among)]
    asked: Json = {"bool": {"filter": limits}}
    if query is not None and is_ranked:
        asked["bool"]["must"] = [scored(query, meaning)]
    elif query is not None:
        asked["bool"]["filter"] = [found(query, meaning), *limits]
    filters = facet_filters(request)
    return {
        "query": asked,
        "post_filter": {"bool": {"filter": list(filters.values())}},
        "aggs": {facet: _counted(facet, filters) for facet in request.facets},
        "sort": SORTS["relevance" if is_ranked else "newest" if request.sort == "relevance" else request.sort],
        "track_total_hits": True,
        "_source": False,
        "timeout": SECONDS,
    }


def facet_filters(request: EngineRequest) -> dict[str, Json]:
    """For each facet with a selection the clause of the documents that pass it."""
    filters: dict[str, Json] = {}
    for facet in (*request.filters, *request.excluded):
        chosen, excluded = request.filters.get(facet), request.excluded.get(facet)
        clause: Json = {}
        if chosen:
            clause["filter"] = [{"terms": {facet_field(facet): list(chosen)}}]
        if excluded:
            clause["must_not"] = [{"terms": {facet_field(facet): list(excluded)}}]
        if clause:
            filters[facet] = {"bool": clause}
    return filters


def _counted(facet: str, filters: Mapping[str, Json]) -> Json:
    others = [clause for name, clause in filters.items() if name != facet]
    values: Json = {"terms": {"field": facet_field(facet), "size": MOST_VALUES}}
    return {"filter": {"bool": {"filter": others}}, "aggs": {"values": values}}


def facet_page(body: Json, facet: str, after: Json | None) -> Json:
    """The search for more values of a facet than one request counts, a page of them after another."""
    composite: Json = {"size": MOST_VALUES, "sources": [{"value": {"terms": {"field": facet_field(facet)}}}]}
    if after is not None:
        composite["after"] = after
    counting = {**body["aggs"][facet], "aggs": {"values": {"composite": composite}}}
    return {"query": body["query"], "size": 0, "aggs": {facet: counting}, "timeout": SECONDS}


def count(clause: Json, hidden: frozenset[str]) -> Json:
    """The search that counts the documents of a clause."""
    return {
        "query": {"bool": {"filter": [clause, *seen(hidden)]}},
        "size": 0,
        "track_total_hits": True,
        "timeout": SECONDS,
    }


def lengths(hidden: frozenset[str]) -> Json:
    """The search that counts all documents, their words and their pages."""
    sums = {name: {"sum": {"field": name}} for name in ("word_count", "page_count")}
    return {**count({"match_all": {}}, hidden), "aggs": sums}


def look(
    ids: Sequence[str], named: Mapping[str, Query], meaning: Meaning, hidden: frozenset[str], fields: Sequence[str]
) -> Json:
    """The search for stored fields of some documents, and which of the named queries hold in each."""
    should = [{"bool": {"filter": [found(query, meaning)], "_name": name}} for name, query in named.items()]
    return {
        "query": {"bool": {"filter": [ids_among(ids), *seen(hidden)], "should": should}},
        "size": len(ids),
        "sort": [{"id": "asc"}],
        "_source": False,
        "stored_fields": list(fields),
        "docvalue_fields": ["reading", "revision"],
        "timeout": SECONDS,
    }


def every(hidden: frozenset[str]) -> Json:
    """The search for all documents with their revisions and readings, in the order of their ids."""
    return {
        "query": {"bool": {"filter": seen(hidden)}},
        "sort": [{"id": "asc"}],
        "_source": False,
        "docvalue_fields": ["reading", "revision"],
        "track_total_hits": False,
    }
