"""OpenSearch queries and search bodies, built by pure functions that return dictionaries.

The words of leaves on pages were looked up before (:class:`Meaning`). A clause matches exactly the documents of its
query; for a query that needs a post-filter (:func:`needs_post_filter`), those that passed it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from archive.search.engine import EngineRequest
from archive.search.matching.rescoring import rarity
from archive.search.opensearch_engine.encoding import ANYTHING, POSITION, beginning, ending, shortened, together, token
from archive.search.opensearch_engine.scripts import Scoring, saturated
from archive.search.opensearch_engine.sources import WORDS, Json, facet_field, known_field
from archive.search.query import (
    PAGE_FIELDS,
    And,
    Carries,
    Fuzzy,
    Leaf,
    Near,
    Not,
    NumericField,
    Or,
    Pattern,
    Phrase,
    Query,
    Range,
    every_part,
)
from archive.text.vocabulary import IndexField, Term


@dataclass(frozen=True, slots=True)
class IndexWord:
    """A word of the index, and whether it is a joined word anywhere."""

    text: str
    joined: bool


PostFiltered = Phrase | Near


@dataclass(frozen=True, slots=True)
class Rarities:
    """Inverse document frequencies, from the number of documents and the document frequency of each query."""

    size: int
    having: Mapping[Query, int]
    scoring: Scoring

    def of(self, query: Query, weight: float) -> float:
        """Return the inverse document frequency of a query."""
        return float(rarity(self.size, self.having[query], weight))


@dataclass(frozen=True)
class Meaning:
    """Lookups for a query: the words of its leaves, and the documents that passed the post-filter.

    ``is_crowded``: NEAR has too many words for the servers. ``counts_near``: the servers count its matches.
    """

    words: Mapping[Leaf, Sequence[IndexWord]]
    post_filtered: Mapping[PostFiltered, Sequence[str]] = field(default_factory=dict)
    is_crowded: bool = False
    counts_near: bool = True

    def of_form(self, form: str) -> Sequence[IndexWord]:
        """Return the words of an exact form."""
        return self.words[Term(IndexField.FORM, form)]


def page_leaves(query: Query) -> Iterator[Leaf]:
    """Yield the leaves on pages, whose words must be looked up."""
    for part in every_part(query):
        match part:
            case Term(field, text) if field in PAGE_FIELDS:
                yield Term(field, text)
            case Pattern(field) | Fuzzy(field) if field in PAGE_FIELDS:
                yield part
            case Phrase(terms):
                yield from (Term(IndexField.FORM, term) for term in terms)
            case _:
                pass


def unplaced(query: Query) -> Iterator[Leaf | Range | Carries]:
    """Yield the parts of a query without positions."""
    for part in every_part(query):
        match part:
            case Term(field) | Pattern(field) | Fuzzy(field) if field not in PAGE_FIELDS:
                yield part
            case Range() | Carries():
                yield part
            case _:
                pass


LONGEST_PATTERN = 900
"""Most characters of a pattern. Lucene refuses more than 1,000 states, and the whole search would fail."""

MOST_SCORED = 500
"""Words of a leaf whose frequencies are summed per clause."""

MOST_SPANS = 900
"""Most clauses of all NEAR of a query. The servers allow 1,024 clauses."""

MOST_GAPS = 30
"""Largest distance of NEAR for which it is expressed as phrases, one per distance."""

MOST_IDS = 60_000
"""Most ids per clause; the servers allow 65,536."""

_LARGEST = (1 << 63) - 1

NOTHING: Json = {"match_none": {}}


def needs_post_filter(query: PostFiltered, meaning: Meaning) -> bool:
    """Return whether OpenSearch can only find a superset of the documents of a query."""
    match query:
        case Phrase(terms):
            forms = [meaning.of_form(term) for term in terms]
            return len(forms) > 2 and all(forms) and any(word.joined for form in forms for word in form)
        case Near(left, right):
            is_far = meaning.is_crowded and query.distance > MOST_GAPS
            return is_far or None in (_words_of(left, meaning), _words_of(right, meaning))


def spans(query: Near, meaning: Meaning) -> int:
    """Return the number of clauses of a NEAR between words: each word in both orders."""
    sides = (_words_of(query.left, meaning), _words_of(query.right, meaning))
    return 2 * sum(len(matching(side or ())) for side in sides)


def gaps(query: Near) -> int:
    """Return the number of clauses that count the matches of a NEAR: phrases of two words, for each distance in both
    orders."""
    return 4 * query.distance if query.distance <= MOST_GAPS else 0


def superset(query: PostFiltered, meaning: Meaning) -> Json:
    """Return a query for a superset of the documents that pass a post-filter."""
    match query:
        case Phrase(terms):
            pairs = [_line_by_line(_ends(one, meaning), _begins(other, meaning)) for one, other in _pairs(terms)]
            return {"bool": {"filter": pairs, "must_not": [_plain(terms, meaning)]}}
        case Near(left, right):
            return {"bool": {"filter": [found(left, meaning), found(right, meaning)]}}


def found(query: Query, meaning: Meaning) -> Json:
    """Return the clause that matches the documents of a query."""
    clause: Json
    match query:
        case Term() | Pattern() | Fuzzy():
            clause = _of_leaf(query, meaning)
        case Phrase() | Near():
            clause = _of_places(query, meaning)
        case Range(column, low, high):
            clause = _in_range(column, low, high)
        case Carries(facet, value):
            clause = {"term": {facet_field(facet): value}}
        case Not(part):
            clause = {"bool": {"must_not": [found(part, meaning)]}}
        case And(parts):
            clause = {"bool": {"filter": [found(part, meaning) for part in parts]}}
        case Or(parts):
            clause = any_of([found(part, meaning) for part in parts])
    return clause


def scored(query: Query, meaning: Meaning, rarities: Rarities) -> Json:
    """Return the clause that matches the documents of a query, with the BM25 scores of the embedded engine."""
    match query:
        case Term(weight=weight):
            often = _frequencies(query, meaning)
            return NOTHING if often is NOTHING else saturated(often, rarities.of(query, weight), rarities.scoring)
        case Pattern() | Fuzzy():
            return _alike(found(query, meaning))
        case Phrase() | Near():
            return saturated(_frequencies(query, meaning), rarities.of(query, 1.0), rarities.scoring)
        case Not() | Range() | Carries():
            return {"bool": {"filter": [found(query, meaning)]}}
        case And(parts):
            return {"bool": {"must": [scored(part, meaning, rarities) for part in parts]}}
        case Or(parts):
            return any_of([scored(part, meaning, rarities) for part in parts])


def _frequencies(query: Term | PostFiltered, meaning: Meaning) -> Json:
    """Return the clause that matches the documents of a query, scored by the number of matches."""
    match query:
        case Term(field) if field in PAGE_FIELDS:
            tokens = matching(_leaf_words(query, meaning))
            parts = [tokens[at : at + MOST_SCORED] for at in range(0, len(tokens), MOST_SCORED)]
            clauses: list[Json] = [{"match": {WORDS: {"query": together(part)}}} for part in parts]
            return any_of(clauses) if len(clauses) > 1 else clauses[0] if clauses else NOTHING
        case Term():
            return _alike(_of_leaf(query, meaning))
        case Phrase((form,)):
            return _frequencies(Term(IndexField.FORM, form), meaning)
        case Phrase() if needs_post_filter(query, meaning):
            return any_of([_plain(query.terms, meaning), _alike(ids_among(meaning.post_filtered[query]))])
        case Phrase():
            return _of_places(query, meaning)
        case Near():
            return _near_frequencies(query, meaning)


def _near_frequencies(query: Near, meaning: Meaning) -> Json:
    """Return that of NEAR: phrases, one per distance, if they are few; else every document counts one match."""
    left, right = _words_of(query.left, meaning), _words_of(query.right, meaning)
    if not left or not right or query.distance > MOST_GAPS or not meaning.counts_near:
        return _alike(_of_places(query, meaning))
    orders = [(left, right)] if query.in_order else [(left, right), (right, left)]
    return any_of([clause for one, other in orders for clause in _at_distances(one, other, query.distance)])


def _alike(clause: Json) -> Json:
    return {"constant_score": {"filter": clause, "boost": 1.0}}


def ids_among(ids: Iterable[str]) -> Json:
    """Return the clause of the documents with these ids."""
    listed = sorted(ids)
    parts = [{"terms": {"id": listed[at : at + MOST_IDS]}} for at in range(0, len(listed), MOST_IDS)]
    return any_of(parts) if parts else NOTHING


def any_of(clauses: Sequence[Json]) -> Json:
    """Return the disjunction of clauses."""
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}}


def matching(words: Iterable[IndexWord]) -> list[str]:
    """Return the tokens by which words are found; a joined word by its begin token."""
    return [found for word in words for found in _tokens(word, beginning)]


def _tokens(word: IndexWord, of_joined: Callable[[str], str]) -> list[str]:
    return [token(word.text), of_joined(word.text)] if word.joined else [token(word.text)]


def _leaf_words(leaf: Leaf, meaning: Meaning) -> Sequence[IndexWord]:
    return meaning.words[Term(leaf.field, leaf.text) if isinstance(leaf, Term) else leaf]


def _of_leaf(leaf: Leaf, meaning: Meaning) -> Json:
    if leaf.field in PAGE_FIELDS:
        tokens = matching(_leaf_words(leaf, meaning))
        return {"terms": {WORDS: tokens}} if tokens else NOTHING
    name = known_field(leaf.field)
    match leaf:
        case Term(_, text):
            return {"term": {name: shortened(text)}}
        case Pattern(_, text):
            return {"wildcard": {name: {"value": bearable(text).replace("\\", "\\\\"), "rewrite": "constant_score"}}}
        case Fuzzy(_, text, distance):
            return {"fuzzy": {name: {"value": text, "fuzziness": distance, "rewrite": "constant_score"}}}


def bearable(pattern: str) -> str:
    """Return a pattern that the servers accept: of a too long one the beginning, which matches a superset."""
    return pattern if len(pattern) <= LONGEST_PATTERN else f"{pattern[:LONGEST_PATTERN]}*"


def _of_places(query: PostFiltered, meaning: Meaning) -> Json:
    is_post_filtered = needs_post_filter(query, meaning)
    if isinstance(query, Near):
        return ids_among(meaning.post_filtered[query]) if is_post_filtered else _near(query, meaning)
    match query.terms:
        case (form,):
            return _of_leaf(Term(IndexField.FORM, form), meaning)
        case (one, other):
            return _line_by_line(_ends(one, meaning), _begins(other, meaning))
        case terms:
            plain = _plain(terms, meaning)
            return any_of([plain, ids_among(meaning.post_filtered[query])]) if is_post_filtered else plain


def _plain(terms: Sequence[str], meaning: Meaning) -> Json:
    """Return the query of a phrase whose words have one position each."""
    return _line_by_line(*([token(word.text) for word in meaning.of_form(term)] for term in terms))


def _line_by_line(*lines: Sequence[str]) -> Json:
    """Return the span query of consecutive lines, with any of these tokens in each."""
    if not all(lines):
        return NOTHING
    # The frequencies of the tokens are added up.
    text, share = POSITION.join(map(together, lines)), 1 / sum(len(line) for line in lines if line != [ANYTHING])
    return {"match_phrase": {WORDS: {"query": text, "boost": share}}}


def _ends(form: str, meaning: Meaning) -> list[str]:
    return [found for word in meaning.of_form(form) for found in _tokens(word, ending)]


def _begins(form: str, meaning: Meaning) -> list[str]:
    return matching(meaning.of_form(form))


def _pairs(terms: Sequence[str]) -> Iterator[tuple[str, str]]:
    return pairwise(terms)


def _words_of(query: Query, meaning: Meaning) -> Sequence[IndexWord] | None:
    """Return the words of a query, or None if it contains anything else."""
    match query:
        case Term(field) | Pattern(field) | Fuzzy(field) if field in PAGE_FIELDS:
            return _leaf_words(query, meaning)
        case Or(parts):
            sides = [_words_of(part, meaning) for part in parts]
            if any(side is None for side in sides):
                return None
            return list(dict.fromkeys(word for side in sides for word in side or ()))
        case _:
            return None


def _near(query: Near, meaning: Meaning) -> Json:
    left, right = _words_of(query.left, meaning), _words_of(query.right, meaning)
    if not left or not right:
        return NOTHING
    back = [] if query.in_order else _in_order(right, left, query, meaning)
    return any_of([*_in_order(left, right, query, meaning), *back])


def _in_order(one: Sequence[IndexWord], other: Sequence[IndexWord], near: Near, meaning: Meaning) -> list[Json]:
    """Return clauses of the documents in which a word of one side ends and, within the distance, one of the other
    begins."""
    if meaning.is_crowded:
        return _at_distances(one, other, near.distance)
    ends, begins = _ends_and_begins(one, other)
    clauses = [{"span_or": {"clauses": [{"span_term": {WORDS: found}} for found in side]}} for side in (ends, begins)]
    return [{"span_near": {"clauses": clauses, "slop": near.distance - 1, "in_order": True}}]


def _at_distances(one: Sequence[IndexWord], other: Sequence[IndexWord], distance: int) -> list[Json]:
    """Return the same as phrases: each counts as two clauses for any number of words, but has a fixed distance."""
    ends, begins = _ends_and_begins(one, other)
    return [_line_by_line(ends, *[[ANYTHING]] * gap, begins) for gap in range(distance)]


def _ends_and_begins(one: Sequence[IndexWord], other: Sequence[IndexWord]) -> tuple[list[str], list[str]]:
    ends = [found for word in one for found in _tokens(word, ending)]
    return ends, [found for word in other for found in _tokens(word, beginning)]


def _in_range(column: NumericField, low: int | None, high: int | None) -> Json:
    least = 0 if low is None else min(low, _LARGEST)
    most = _LARGEST if high is None else min(high, _LARGEST)
    match column:
        case NumericField.YEAR:
            return {"range": {"year": {"gte": least, "lte": most}}}
        case NumericField.AMOUNT:
            return {"range": {"amounts": {"gte": least, "lte": most}}}
        case NumericField.DATE:
            # A date without day or month stands for the whole month or year.
            return {"bool": {"filter": [{"range": {"date_last": {"gte": least}}}, {"range": {"date": {"lte": most}}}]}}


SECONDS = "10s"
"""Time limit of a search on a server; then it is stopped, and nothing is counted."""

MOST_VALUES = 50_000
"""Most facet values that are counted in one request."""

_UNDATED = {"missing": "_last", "unmapped_type": "long"}
_BY_DATE: list[Json] = [{"date": {"order": "desc", **_UNDATED}}, {"id": "asc"}]

COLUMNS: Json = {
    "_source": False,
    "stored_fields": "_none_",
    "docvalue_fields": ["reading", "revision", "word_count", "page_count"],
}
"""Fields that are returned with each hit, besides its sort values."""

SORTS: Mapping[str, list[Json]] = {
    "relevance": [{"_score": "desc"}, *_BY_DATE],
    "newest": _BY_DATE,
    "oldest": [{"date": {"order": "asc", **_UNDATED}}, {"id": "asc"}],
    "title": [{"title": "asc"}, {"id": "asc"}],
}
"""Sort orders including tie-breakers, equal to those of the embedded engine. The id is the last value of each."""


def without_hidden(hidden: frozenset[str]) -> list[Json]:
    """Return the filter that excludes documents of hidden collections."""
    return [{"bool": {"must_not": [{"terms": {facet_field("collection"): sorted(hidden)}}]}}] if hidden else []


def results(
    request: EngineRequest,
    meaning: Meaning,
    hidden: frozenset[str],
    rarities: Rarities,
    named: Mapping[str, Query],
) -> Json:
    """Return the search for the documents of a request in order, each with the named queries that it matches."""
    query = request.query
    is_ranked = request.sort == "relevance" and query is not None
    asked = _asked(request, None if is_ranked else query, meaning, hidden)
    if query is not None and is_ranked:
        asked["bool"]["must"] = [scored(query, meaning, rarities)]
    filters, should = facet_filters(request).values(), names(named, meaning)
    among: Json = {"bool": {"filter": [{"match_all": {}}, *filters], "should": should}}
    return {
        "query": asked,
        **({"post_filter": among} if filters or should else {}),
        "sort": SORTS["relevance" if is_ranked else "newest" if request.sort == "relevance" else request.sort],
        "track_total_hits": False,
        **COLUMNS,
        "timeout": SECONDS,
    }


def counts(request: EngineRequest, meaning: Meaning, hidden: frozenset[str], most_values: int = MOST_VALUES) -> Json:
    """Return the search for the total of a request and its facet counts. Servers cache it, because it is the same for
    every page and order.

    Facet filters are post-filters, so that each facet is counted without its own.
    """
    filters = facet_filters(request)
    return {
        "query": _asked(request, request.query, meaning, hidden),
        **({"post_filter": {"bool": {"filter": [*filters.values()]}}} if filters else {}),
        "aggs": {facet: _counted(facet, filters, most_values) for facet in request.facets},
        "size": 0,
        "track_total_hits": True,
        "timeout": SECONDS,
    }


def _asked(request: EngineRequest, query: Query | None, meaning: Meaning, hidden: frozenset[str]) -> Json:
    limits = without_hidden(hidden) if request.among is None else [*without_hidden(hidden), ids_among(request.among)]
    return {"bool": {"filter": limits if query is None else [found(query, meaning), *limits]}}


def names(named: Mapping[str, Query], meaning: Meaning) -> list[Json]:
    """Return named clauses, for which each hit tells whether it matches."""
    return [{"bool": {"filter": [found(query, meaning)], "_name": name}} for name, query in named.items()]


def facet_filters(request: EngineRequest) -> dict[str, Json]:
    """Return, for each facet with a selection, the clause of its filter."""
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


def _counted(facet: str, filters: Mapping[str, Json], most_values: int) -> Json:
    others = [clause for name, clause in filters.items() if name != facet]
    values: Json = {"terms": {"field": facet_field(facet), "size": most_values}}
    return {"filter": {"bool": {"filter": others}}, "aggs": {"values": values}} if others else values


def facet_page(body: Json, facet: str, after: Json | None, most_values: int = MOST_VALUES) -> Json:
    """Return the search for the next page of values of a facet that has more than one request counts."""
    composite: Json = {"size": most_values, "sources": [{"value": {"terms": {"field": facet_field(facet)}}}]}
    if after is not None:
        composite["after"] = after
    among = body["aggs"][facet].get("filter", {"match_all": {}})
    counting = {"filter": among, "aggs": {"values": {"composite": composite}}}
    return {"query": body["query"], "size": 0, "aggs": {facet: counting}, "timeout": SECONDS}


def count(clause: Json, hidden: frozenset[str]) -> Json:
    """Return the search that counts the documents of a clause."""
    return {
        "query": {"bool": {"filter": [clause, *without_hidden(hidden)]}},
        "size": 0,
        "track_total_hits": True,
        "timeout": SECONDS,
    }


def entries() -> Json:
    """Return the search that counts the entries of an index of words, of which none is ever removed."""
    return {"query": {"match_all": {}}, "size": 0, "track_total_hits": True, "timeout": SECONDS}


def lengths(hidden: frozenset[str]) -> Json:
    """Return the search that counts all documents, their words and their pages."""
    sums = {name: {"sum": {"field": name}} for name in ("word_count", "page_count")}
    return {**count({"match_all": {}}, hidden), "aggs": sums}


def revisions(hidden: frozenset[str]) -> Json:
    """Return the search that counts all entries and sums their revisions."""
    return {**count({"match_all": {}}, hidden), "aggs": {"revision": {"sum": {"field": "revision"}}}}


def look(ids: Sequence[str], named: Mapping[str, Query], meaning: Meaning, hidden: frozenset[str]) -> Json:
    """Return the search for some documents, with the named queries that each matches."""
    return {
        "query": {"bool": {"filter": [ids_among(ids), *without_hidden(hidden)], "should": names(named, meaning)}},
        "size": len(ids),
        "sort": [{"id": "asc"}],
        **COLUMNS,
        "timeout": SECONDS,
    }


def every(hidden: frozenset[str], documents: Sequence[str] | None = None) -> Json:
    """Return the search for all entries, or those of some documents, with revisions and readings, sorted by id."""
    filters = without_hidden(hidden)
    if documents is not None:
        parts: list[Json] = [{"prefix": {"id": f"{document}/"}} for document in documents]
        filters = [*filters, {"bool": {"should": [{"terms": {"id": [*documents]}}, *parts]}}]
    return {
        "query": {"bool": {"filter": filters}},
        "sort": [{"id": "asc"}],
        "_source": False,
        "docvalue_fields": ["reading", "revision"],
        "track_total_hits": False,
    }
