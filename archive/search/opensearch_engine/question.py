"""Answer one request: which searches are sent, in which order, and what is made of their answers.

Two kinds are. A phrase of three words and more in which a word may be printed in pieces: OpenSearch finds each two
neighbours of it, and cannot tell whether it is one chain. And NEAR between more than words, or between thousands of
words far apart. On 100,000 pages none or one document had to be looked at for each phrase that was tried, and a
thousand for a NEAR between a common word and a phrase, which took three seconds. There is no bound but the time of a
question.

1. What the leaves of the query stand for, in the index of words; then what has to be post-filtered, if anything.
2. The documents in order, the total and the facets; beside it, for scores, how common the parts of the query are.
3. A look at the words of the first documents, which gives their scores, their order and where they match.
4. What is shown of those in the slice: their printed words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from archive.search.engine import EngineHit, EngineRequest, EngineResults
from archive.search.matching.matches import NOWHERE, WordMatches
from archive.search.matching.printed_words import PrintedWords, WordsOfPage
from archive.search.matching.rescoring import Scores, Weights
from archive.search.opensearch_engine.client import Searching
from archive.search.opensearch_engine.encoding import TextTerms
from archive.search.opensearch_engine.generations import GenerationNames
from archive.search.opensearch_engine.lexicon import looked_up
from archive.search.opensearch_engine.query_dsl import (
    MOST_SPANS,
    Meaning,
    PostFiltered,
    count,
    facet_page,
    found,
    lengths,
    look,
    needs_post_filter,
    page_leaves,
    results,
    spans,
    superset,
    unplaced,
    without_hidden,
)
from archive.search.opensearch_engine.sources import PRINTED, SHOWN, TERMS, Json, decoded
from archive.search.opensearch_engine.texts import Looked, RemoteRanking, Texts, Totals, counted, titles
from archive.search.query import And, Near, Phrase, Query, every_part


class PackedHitText:
    """The printed words of a document: :class:`archive.search.engine.HitText`, unpacked when they are asked for."""

    def __init__(self, terms: TextTerms, printed: str) -> None:
        """:param printed: as the index gives them back."""
        self._encoded = printed
        self.word_count = terms.word_count
        self.first_words: Sequence[int] = terms.first_words.tolist()

    @cached_property
    def _printed(self) -> PrintedWords:
        return PrintedWords(decoded(self._encoded))

    def words(self, page: int) -> Sequence[str]:
        """The words of a page, which is numbered from 1."""
        first = self.first_words[page - 1]
        end = self.first_words[page] if page < len(self.first_words) else self.word_count
        return WordsOfPage(self._printed, first, end - first)


FILTERED_AT_ONCE = 200
"""Documents looked at in one request: some ten megabytes."""


def names_of(query: Query) -> dict[str, Query]:
    """Return names for the parts of a query that have no position."""
    return {str(number): part for number, part in enumerate(dict.fromkeys(unplaced(query)))}


def post_filtered(
    searching: Searching, place: GenerationNames, query: Query, meaning: Meaning, hidden: frozenset[str]
) -> Meaning:
    """The meaning of a query, together with the documents of its parts that need a post-filter, inner parts first."""
    nears = {part for part in _may_have_to_be(query) if isinstance(part, Near)}
    if sum(spans(near, meaning) for near in nears) > MOST_SPANS:
        meaning = replace(meaning, is_crowded=True)
    for part in _may_have_to_be(query):
        if part not in meaning.post_filtered and needs_post_filter(part, meaning):
            ids = tuple(_holding(searching, place, part, meaning, hidden))
            meaning = replace(meaning, post_filtered={**meaning.post_filtered, part: ids})
    return meaning


def _may_have_to_be(query: Query) -> Iterator[PostFiltered]:
    return (part for part in every_part(query) if isinstance(part, Near | Phrase))


def _holding(
    searching: Searching, place: GenerationNames, part: PostFiltered, meaning: Meaning, hidden: frozenset[str]
) -> Iterator[str]:
    """The documents of the superset in which a query holds."""
    named = names_of(part)
    after: list[str] | None = None
    while True:
        body = candidates(part, named, meaning, hidden, after)
        (answer,) = searching.asked([(place.documents, body)])
        hits = answer["hits"]["hits"]
        texts = Texts([Looked.of(hit) for hit in hits], meaning, named)
        holding, _ = texts.placed(part, texts.all)
        yield from (texts.documents[document].id for document in holding.tolist())
        if len(hits) < FILTERED_AT_ONCE:
            return
        after = hits[-1]["sort"]


def candidates(
    part: PostFiltered, named: Mapping[str, Query], meaning: Meaning, hidden: frozenset[str], after: list[str] | None
) -> Json:
    """The search for the next documents to look at, in the order of their ids."""
    body = look((), named, meaning, hidden, (TERMS,))
    body["query"]["bool"]["filter"] = [superset(part, meaning), *without_hidden(hidden)]
    return {**body, "size": FILTERED_AT_ONCE, **({"search_after": after} if after else {})}


EVERYTHING = And(())


class Replaced(Exception):  # it is news, not an error: the question is asked anew
    """A document was replaced while a question was being answered."""


@dataclass(frozen=True)
class RequestContext:
    """What answering one request takes: the searches, the indexes, and the hidden collections."""

    searching: Searching
    place: GenerationNames
    hidden: frozenset[str]
    weights: Weights

    def asked(self, *bodies: Json) -> list[Json]:
        """The answers to searches for documents."""
        return self.searching.asked([(self.place.documents, body) for body in bodies])

    def words(self, query: Query) -> Meaning:
        """Return the meaning of a query for looking at documents: without post-filters."""
        return Meaning(looked_up(self.searching, self.place, page_leaves(query)))

    def meaning(self, query: Query) -> Meaning:
        """The same for finding documents."""
        return post_filtered(self.searching, self.place, query, self.words(query), self.hidden)

    def looked_at(self, ids: Sequence[str], query: Query, meaning: Meaning, names: Mapping[str, Query]) -> Texts:
        """Look at the words of documents, in this order. Some may be gone meanwhile.

        :param names: queries, by name, of which is asked whether they hold, besides the parts of ``query``.
        """
        named = {**names_of(query), **names}
        by_id: dict[str, Looked] = {}
        at_once = self.searching.limits.fetched
        for start in range(0, len(ids), at_once):
            body = look(ids[start : start + at_once], named, meaning, self.hidden, (TERMS,))
            (answered,) = self.searching.fetched([(self.place.documents, body)])
            by_id |= {(looked := Looked.of(hit)).id: looked for hit in answered["hits"]["hits"]}
        return Texts([by_id[id_] for id_ in ids if id_ in by_id], meaning, named)


@dataclass(frozen=True, slots=True)
class Listed:
    """The documents from one place in the order to another, with their dates; all counts; and totals for scores."""

    dates: Mapping[str, int]
    whole: Json
    totals: Totals


def answer(asking: RequestContext, request: EngineRequest) -> EngineResults:
    """Answer a request.

    :raises Replaced: a document was replaced meanwhile.
    """
    query = request.query
    meaning = Meaning({}) if query is None else asking.meaning(query)
    is_ranked = request.sort == "relevance" and query is not None
    # The first fifty are put in another order, so whoever asks for one of them needs them all.
    best = asking.weights.looked_at if is_ranked and request.offset < asking.weights.looked_at else 0
    first, last = (0 if best else request.offset), max(request.offset + request.limit, best)
    body = results(request, meaning, asking.hidden, asking.searching.limits.values)
    listed = _listed(asking, body, first, last, query, meaning)
    terms = titles(query) if query is not None and best else []
    names: dict[str, Query] = {f"title{number}": term for number, term in enumerate(terms)}
    texts = asking.looked_at(list(listed.dates), query or EVERYTHING, meaning, names)
    scores = np.zeros(len(texts.documents), np.float32)
    order = np.arange(len(texts.documents))
    if query is not None:
        ranking = RemoteRanking(texts, listed.totals, dict(zip(terms, names, strict=True)), asking.weights)
        scores = ranking.scored(query)
        if best:
            scores[:best] += ranking.refined(query, texts.all[:best])
            order[:best] = _in_order(texts, scores, listed.dates, best)
    chosen = order[request.offset - first : request.offset - first + request.limit]
    places = texts.placed(query, texts.all)[1].outermost() if query is not None else NOWHERE
    return EngineResults(
        total=listed.whole["hits"]["total"]["value"],
        hits=tuple(_hits(asking, texts, places, chosen.tolist(), scores.tolist(), _lacking(texts, request.parts))),
        facets={facet: _counts(asking, request, body, facet, listed.whole) for facet in request.facets},
        partial=asking.searching.partial,
    )


def _listed(asking: RequestContext, body: Json, first: int, last: int, query: Query | None, meaning: Meaning) -> Listed:
    rare = [] if query is None else list(dict.fromkeys(counted(query)))
    counting = [count(found(part, meaning), asking.hidden) for part in rare]
    is_deep = last > asking.searching.limits.deepest
    slice_ = {"size": 0} if is_deep else {"from": first, "size": last - first}
    whole, of_all, *counts = asking.asked({**body, **slice_}, lengths(asking.hidden), *counting)
    hits = list(asking.searching.deep(asking.place.documents, body, first, last)) if is_deep else whole["hits"]["hits"]
    words, pages = (int(of_all["aggregations"][name]["value"]) for name in ("word_count", "page_count"))
    having = {part: told["hits"]["total"]["value"] for part, told in zip(rare, counts, strict=True)}
    totals = Totals(of_all["hits"]["total"]["value"], words, pages, having)
    # The id is the last value of every order, and the date the one before it where ties of scores are broken.
    return Listed(
        {hit["sort"][-1]: int(hit["sort"][-2]) if len(hit["sort"]) == 3 else 0 for hit in hits}, whole, totals
    )


def _in_order(texts: Texts, scores: Scores, dates: Mapping[str, int], count: int) -> NDArray[np.int64]:
    """The first documents by their scores; those as good as each other newest first, then by id."""
    ids = [document.id for document in texts.documents[:count]]
    days = np.array([dates[id_] for id_ in ids], np.float64)
    return np.lexsort((np.array(ids, np.str_), -days, -scores[:count]))


def _lacking(texts: Texts, parts: Sequence[Query]) -> list[tuple[int, ...]]:
    """Which of the parts each document lacks."""
    holding = [set(texts.placed(part, texts.all)[0].tolist()) for part in parts]
    return [tuple(at for at, held in enumerate(holding) if each not in held) for each in texts.all.tolist()]


def _hits(
    asking: RequestContext,
    texts: Texts,
    places: WordMatches,
    chosen: Sequence[int],
    scores: Sequence[float],
    lacking: Sequence[tuple[int, ...]],
) -> Iterator[EngineHit]:
    at_once = asking.searching.limits.fetched
    for start in range(0, len(chosen), at_once):
        part = chosen[start : start + at_once]
        ids = [texts.documents[at].id for at in part]
        body = look(ids, {}, Meaning({}), asking.hidden, (PRINTED, SHOWN))
        (answered,) = asking.searching.fetched([(asking.place.documents, body)])
        fields = {hit["sort"][-1]: hit["fields"] for hit in answered["hits"]["hits"]}
        for at in part:
            document = texts.documents[at]
            told = fields.get(document.id)
            if told is None and asking.searching.partial:
                continue
            if told is None or (told["revision"][0], told["reading"][0]) != (document.revision, document.terms.reading):
                raise Replaced
            yield EngineHit(
                id=document.id,
                reading=document.terms.reading,
                score=scores[at],
                matches=places.of_document(at),
                shown=decoded(told[SHOWN][0]),
                text=PackedHitText(document.terms, told[PRINTED][0]),
                lacking=lacking[at],
            )


def _counts(asking: RequestContext, request: EngineRequest, body: Json, facet: str, whole: Json) -> dict[str, int]:
    """The counts of a facet; chosen values are never left out."""
    told = whole["aggregations"][facet]["values"]
    counts = {bucket["key"]: bucket["doc_count"] for bucket in told["buckets"]}
    if told["sum_other_doc_count"]:
        counts = dict(_all_values(asking, body, facet))
    for value in (*request.filters.get(facet, ()), *request.excluded.get(facet, ())):
        counts.setdefault(value, 0)
    return counts


def _all_values(asking: RequestContext, body: Json, facet: str) -> Iterator[tuple[str, int]]:
    """The counts of a facet with more values than one request gives."""
    after: Json | None = None
    while True:
        (answered,) = asking.asked(facet_page(body, facet, after, asking.searching.limits.values))
        told = answered["aggregations"][facet]["values"]
        yield from ((bucket["key"]["value"], bucket["doc_count"]) for bucket in told["buckets"])
        after = told.get("after_key")
        if after is None:
            return
