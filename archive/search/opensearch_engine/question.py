"""Answer one request: which searches are sent, in which order, and what is made of their answers.

1. What the leaves of the query stand for, in the index of words; beside it, how many documents and words there are.
2. The total, the facets, and how common the parts of the query are. Beside it the documents in order, with the places
   of its words in each. Scores depend on how common the parts are: that is taken to be what the last question found,
   and where it is something else, the documents are asked for again with the next request.
3. What is shown of the documents in the slice, with the stretches of their printed words that excerpts are cut from.

That is three round trips, and what comes back grows with the matches in the documents, not with their length. It takes
a further one where more words are looked up than are listed at first, where a document turns out to belong into the
slice that was not expected there, where somebody reads printed words apart from matches, and for results behind the
ten thousandth.

Two kinds of query are post-filtered before the second step. A phrase of three words and more in which a word may be
printed in pieces: OpenSearch finds each two neighbours of it, and cannot tell whether it is one chain. And NEAR between
more than words, or between thousands of words far apart. On 100,000 pages none or one document had to be looked at for
each phrase that was tried, and a thousand for a NEAR between a common word and a phrase. There is no bound but the time
of a question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from archive.errors import EngineUnavailable
from archive.search.engine import EngineHit, EngineRequest, EngineResults
from archive.search.matching.matches import NOWHERE, WordMatches
from archive.search.matching.printed_words import STRETCH_BITS, SomePrintedWords, WordsOfPage
from archive.search.matching.rescoring import Scores, Weights
from archive.search.opensearch_engine.client import IndexGone, Searching
from archive.search.opensearch_engine.encoding import hash_of
from archive.search.opensearch_engine.generations import GenerationNames
from archive.search.opensearch_engine.lexicon import looked_up
from archive.search.opensearch_engine.query_dsl import (
    MOST_SPANS,
    Meaning,
    PostFiltered,
    Rarities,
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
from archive.search.opensearch_engine.scripts import Scoring, places_field, printed_stretches, shown_field
from archive.search.opensearch_engine.sources import Json, decoded
from archive.search.opensearch_engine.texts import Looked, RemoteRanking, Texts, Totals, counted, titles
from archive.search.query import And, Leaf, Near, Phrase, Query, every_part, is_one_word
from archive.search.snippets import by_page, excerpt_words

FILTERED_AT_ONCE = 200
"""Documents looked at in one request."""

SPARE = 5
"""Documents more than the slice has of which is fetched what is shown, where their order is not known for sure."""

MOST_KNOWN = 10_000
"""Counts of queries that are remembered."""

EVERYTHING = And(())


class Replaced(Exception):  # it is news, not an error: the question is asked anew
    """A document was replaced while a question was being answered."""


Known = MutableMapping[tuple[GenerationNames, frozenset[str], Query], int]
"""In how many documents queries held when they were last counted."""


@dataclass(frozen=True)
class Understood:
    """A query, and what was looked up for it: the words of its leaves, and names for its parts without position."""

    query: Query
    meaning: Meaning
    named: Mapping[str, Query]

    @property
    def leaves(self) -> list[Leaf]:
        """The leaves of which places are asked for, each once."""
        return list(dict.fromkeys(page_leaves(self.query)))

    def places_field(self, known: Sequence[str] = (), excerpts: int | None = None) -> Json:
        """The field of the places of its words."""
        hashes = [sorted(hash_of(word.text) for word in self.meaning.words[leaf]) for leaf in self.leaves]
        is_near = any(isinstance(part, Near) for part in every_part(self.query))
        return {"script_fields": {"places": places_field(hashes, known, excerpts, between=is_near)}}

    def looked(self, hit: Json) -> Looked:
        """A document of an answer that has this field."""
        return Looked.of(hit, hit["fields"]["places"][0].partition(".")[0], len(self.leaves))

    def texts(self, documents: Sequence[Looked]) -> Texts:
        """Documents together."""
        return Texts(documents, self.leaves, self.named)


def names_of(query: Query) -> dict[str, Query]:
    """Return names for the parts of a query that have no position."""
    return {str(number): part for number, part in enumerate(dict.fromkeys(unplaced(query)))}


@dataclass(frozen=True)
class RequestContext:
    """What answering one request takes: the searches, the indexes, the hidden collections, and what is known."""

    searching: Searching
    place: GenerationNames
    hidden: frozenset[str]
    weights: Weights
    known: Known

    def asked(self, *bodies: Json) -> list[Json]:
        """The answers to searches for documents."""
        return self.searching.asked([(self.place.documents, body) for body in bodies])

    def words(self, query: Query, *beside: Json) -> tuple[Understood, list[Json]]:
        """Return a query with its words, for looking at documents: without post-filters. And the answers to searches
        for documents that are asked at once."""
        words, answers = looked_up(self.searching, self.place, page_leaves(query), beside)
        return Understood(query, Meaning(words), names_of(query)), answers

    def looked_at(self, ids: Sequence[str], understood: Understood) -> Texts:
        """Look at the words of documents, in this order. Some may be gone meanwhile."""
        body = look(ids, understood.named, understood.meaning, self.hidden)
        (answered,) = self.searching.fetched([(self.place.documents, {**body, **understood.places_field()})])
        by_id = {(looked := understood.looked(hit)).id: looked for hit in answered["hits"]["hits"]}
        return understood.texts([by_id[id_] for id_ in ids if id_ in by_id])

    def post_filtered(self, understood: Understood) -> Understood:
        """The same together with the documents of the parts that need a post-filter, inner parts first."""
        meaning = understood.meaning
        parts = [part for part in every_part(understood.query) if isinstance(part, Near | Phrase)]
        if sum(spans(near, meaning) for near in {part for part in parts if isinstance(part, Near)}) > MOST_SPANS:
            meaning = replace(meaning, is_crowded=True)
        for part in parts:
            if part not in meaning.post_filtered and needs_post_filter(part, meaning):
                ids = tuple(self._holding(Understood(part, meaning, names_of(part))))
                meaning = replace(meaning, post_filtered={**meaning.post_filtered, part: ids})
        return replace(understood, meaning=meaning)

    def _holding(self, part: Understood) -> Iterator[str]:
        """The documents of the superset in which a query holds."""
        after: list[str] | None = None
        while True:
            (answer,) = self.asked(candidates(part, self.hidden, after))
            hits = answer["hits"]["hits"]
            texts = part.texts(list(map(part.looked, hits)))
            holding, _ = texts.placed(part.query, texts.all)
            yield from (texts.documents[document].id for document in holding.tolist())
            if len(hits) < FILTERED_AT_ONCE:
                return
            after = hits[-1]["sort"]


def candidates(part: Understood, hidden: frozenset[str], after: list[str] | None) -> Json:
    """The search for the next documents to look at, in the order of their ids."""
    assert isinstance(part.query, PostFiltered)
    body = {**look((), part.named, part.meaning, hidden), **part.places_field()}
    body["query"]["bool"]["filter"] = [superset(part.query, part.meaning), *without_hidden(hidden)]
    return {**body, "size": FILTERED_AT_ONCE, **({"search_after": after} if after else {})}


@dataclass(frozen=True)
class Shown:
    """What is shown of a text: what its entry gave, and stretches of its printed words."""

    revision: int
    reading: int
    shown: bytes
    printed: dict[int, bytes]

    @classmethod
    def of(cls, hit: Json, packed: str) -> Shown:
        """Out of an answer."""
        printed, _, shown = packed.partition(".")
        told = hit["fields"]
        return cls(told["revision"][0], told["reading"][0], decoded(shown), printed_stretches(printed))


@dataclass(frozen=True)
class FoundDocuments:
    """Documents in an order, with the days by which ties are broken, and of some of them what is shown."""

    texts: Texts
    days: Sequence[int]
    shown: dict[str, Shown] = field(default_factory=dict)


class Answering:
    """One request while it is answered; see the beginning of this module."""

    def __init__(self, asking: RequestContext, request: EngineRequest) -> None:
        """:raises QueryTooBroad: the query stands for too many words."""
        self._asking, self._request = asking, request
        query = request.query
        whole = And(tuple(part for part in (query, *request.parts) if part is not None))
        understood, sizes = asking.words(whole, *([] if query is None else [lengths(asking.hidden)]))
        self._is_ranked = request.sort == "relevance" and query is not None
        # The first fifty are put in another order, so whoever asks for one of them needs them all.
        looked_at = asking.weights.looked_at
        self._best = looked_at if self._is_ranked and request.offset < looked_at else 0
        self._first = 0 if self._best else request.offset
        self._last = max(request.offset + request.limit, self._best)
        terms = titles(query) if query is not None and self._best else []
        self._titles = {term: f"title{number}" for number, term in enumerate(terms)}
        named = {**understood.named, **{name: term for term, name in self._titles.items()}}
        self._understood = asking.post_filtered(replace(understood, named=named))
        self._counted = [] if query is None else list(dict.fromkeys(counted(query)))
        self._totals = Totals.of(sizes[0] if sizes else None, self._remembered())

    def _remembered(self) -> dict[Query, int]:
        asking = self._asking
        return {query: asking.known.get((asking.place, asking.hidden, query), 0) for query in self._counted}

    def answer(self) -> EngineResults:
        """Answer it.

        :raises Replaced: a document was replaced meanwhile.
        """
        asking, request = self._asking, self._request
        is_deep = self._last > asking.searching.limits.deepest
        body = self._body()
        counting = [count(found(part, self._understood.meaning), asking.hidden) for part in self._counted]
        whole, *counts = asking.asked({**body, **({"size": 0} if is_deep else self._slice())}, *counting)
        assumed = self._totals
        self._remember([told["hits"]["total"]["value"] for told in counts])
        documents = self._far_down() if is_deep else self._documents(whole["hits"]["hits"])
        if self._is_ranked and not is_deep and assumed != self._totals:
            documents = self._again(documents)
        order, scores = self._ranked(documents)
        chosen = order[request.offset - self._first :][: request.limit].tolist()
        self._fetch(documents, chosen)
        return EngineResults(
            total=whole["hits"]["total"]["value"],
            hits=tuple(self._hits(documents, chosen, scores)),
            facets={facet: _counts(asking, request, body, facet, whole) for facet in request.facets},
            partial=asking.searching.partial,
        )

    def _body(self) -> Json:
        asking, totals, weights = self._asking, self._totals, self._asking.weights
        rarities = Rarities(totals.documents, totals.having, Scoring(weights.k1, weights.b, totals.mean_words))
        understood, most = self._understood, asking.searching.limits.values
        return results(self._request, understood.meaning, asking.hidden, rarities, understood.named, most)

    def _slice(self, known: Sequence[str] = (), excerpts: int | None = None) -> Json:
        places = self._understood.places_field(known, excerpts)
        return {"from": self._first, "size": self._last - self._first, **places}

    def _remember(self, counts: Sequence[int]) -> None:
        asking = self._asking
        if len(asking.known) > MOST_KNOWN:
            asking.known.clear()
        having = dict(zip(self._counted, counts, strict=True))
        asking.known.update({(asking.place, asking.hidden, query): number for query, number in having.items()})
        self._totals = replace(self._totals, having=having)

    def _documents(self, hits: Sequence[Json]) -> FoundDocuments:
        texts = self._understood.texts(list(map(self._understood.looked, hits)))
        return FoundDocuments(texts, list(map(_day, hits)))

    def _far_down(self) -> FoundDocuments:
        asking = self._asking
        hits = list(asking.searching.deep(asking.place.documents, self._body(), self._first, self._last))
        days = {hit["sort"][-1]: _day(hit) for hit in hits}
        texts = asking.looked_at(list(days), self._understood)
        return FoundDocuments(texts, [days[document.id] for document in texts.documents])

    def _again(self, documents: FoundDocuments) -> FoundDocuments:
        """The documents by what is known of counts now, of which most were found before; and what is shown of those
        that are expected in the slice."""
        request, asking = self._request, self._asking
        known = {document.id: document for document in documents.texts.documents}
        order, _ = self._ranked(documents)
        expected = order[request.offset - self._first :][: request.limit + SPARE].tolist()
        body = {**self._body(), "aggs": {}, "track_total_hits": False, **self._slice(list(known), request.excerpts)}
        searches = [body, *([self._shown_of(documents, expected)] if expected else [])]
        listed, *shown = asking.asked(*searches)
        self._take_shown(documents, shown)
        found: list[Looked] = []
        for hit in listed["hits"]["hits"]:
            places, _, rest = hit["fields"]["places"][0].partition(".")
            id_ = hit["sort"][-1]
            if places:
                found.append(self._understood.looked(hit))
                documents.shown[id_] = Shown.of(hit, rest)
            elif known[id_].revision != hit["fields"]["revision"][0]:
                raise Replaced
            else:
                found.append(known[id_])
        return FoundDocuments(self._understood.texts(found), list(map(_day, listed["hits"]["hits"])), documents.shown)

    def _ranked(self, documents: FoundDocuments) -> tuple[NDArray[np.int64], Scores]:
        """The order of documents, and their scores."""
        texts, query, best = documents.texts, self._request.query, self._best
        scores: Scores = np.zeros(len(texts.documents), np.float32)
        order = np.arange(len(texts.documents))
        if query is not None:
            ranking = RemoteRanking(texts, self._totals, self._titles, self._asking.weights)
            scores = ranking.scored(query)
            if best:
                scores[:best] += ranking.refined(query, texts.all[:best])
                # Those as good as each other come newest first, then by id.
                ids = np.array([document.id for document in texts.documents[:best]], np.str_)
                days = np.array(documents.days[:best], np.float64)
                order[:best] = np.lexsort((ids, -days, -scores[:best]))
        return order, scores

    def _matches(self, documents: FoundDocuments) -> WordMatches:
        query, texts = self._request.query, documents.texts
        return NOWHERE if query is None else texts.placed(query, texts.all)[1].outermost()

    def _fetch(self, documents: FoundDocuments, chosen: Sequence[int]) -> None:
        """Ask for what is shown of those documents of which it is not there yet."""
        missing = [at for at in chosen if documents.texts.documents[at].id not in documents.shown]
        if missing:
            searching, place = self._asking.searching, self._asking.place
            self._take_shown(documents, searching.fetched([(place.documents, self._shown_of(documents, missing))]))

    def _shown_of(self, documents: FoundDocuments, chosen: Sequence[int]) -> Json:
        matches, request = self._matches(documents), self._request
        is_alike = request.query is not None and is_one_word(request.query)
        stretches = {}
        for at in chosen:
            document = documents.texts.documents[at]
            stretches[document.id] = _stretches(document, matches.of_document(at), request.excerpts, is_alike)
        return shown_of(stretches, self._asking.hidden)

    def _take_shown(self, documents: FoundDocuments, answers: Sequence[Json]) -> None:
        for answered in answers:
            for hit in answered["hits"]["hits"]:
                documents.shown[hit["sort"][-1]] = Shown.of(hit, hit["fields"]["shown"][0])

    def _hits(self, documents: FoundDocuments, chosen: Sequence[int], scores: Scores) -> Iterator[EngineHit]:
        texts, asking = documents.texts, self._asking
        matches = self._matches(documents)
        holding = [set(texts.placed(part, texts.all)[0].tolist()) for part in self._request.parts]
        for at in chosen:
            document = texts.documents[at]
            told = documents.shown.get(document.id)
            if told is None and asking.searching.partial:
                continue
            if told is None or (told.revision, told.reading) != (document.revision, document.reading):
                raise Replaced
            yield EngineHit(
                id=document.id,
                reading=document.reading,
                score=float(scores[at]),
                matches=matches.of_document(at),
                shown=told.shown,
                text=SentHitText(document, SomePrintedWords(told.printed, partial(more_stretches, asking, document))),
                lacking=tuple(number for number, held in enumerate(holding) if at not in held),
            )


def answer(asking: RequestContext, request: EngineRequest) -> EngineResults:
    """Answer a request.

    :raises Replaced: a document was replaced meanwhile.
    """
    return Answering(asking, request).answer()


def _day(hit: Json) -> int:
    # The id is the last value of every order, and the date the one before it where ties of scores are broken.
    return int(hit["sort"][-2]) if len(hit["sort"]) == 3 else 0


def _stretches(document: Looked, matches: Sequence[tuple[int, int]], excerpts: int, is_alike: bool) -> list[int]:
    """Which stretches of its printed words the excerpts of a document take; the first one is needed to read others."""
    starts: list[int] = document.places.first_words.tolist()
    wanted: set[int] = set()
    for number, words in by_page(starts, document.word_count, matches, excerpts).items():
        start = starts[number - 1]
        end = starts[number] if number < len(starts) else document.word_count
        of_page = [(first - start, last - start) for first, last in words]
        for first, last in excerpt_words(end - start, of_page, is_alike):
            wanted.update(range((start + first) >> STRETCH_BITS, ((start + last) >> STRETCH_BITS) + 1))
    return sorted({0, *wanted}) if wanted else []


def shown_of(stretches: Mapping[str, Sequence[int]], hidden: frozenset[str]) -> Json:
    """The search for what is shown of documents, with these stretches of their printed words."""
    body = look(list(stretches), {}, Meaning({}), hidden)
    return {**body, "script_fields": {"shown": shown_field(stretches)}}


STRETCHES_AT_ONCE = 8
"""Stretches that are fetched when a word of the first of them is asked for: a page or two."""


def more_stretches(asking: RequestContext, document: Looked, first: int) -> dict[int, bytes]:
    """Some stretches of the printed words of a document that was found, from this one on.

    :raises EngineUnavailable: another text has taken its place.
    """
    wanted = list(range(first, first + STRETCHES_AT_ONCE))
    try:
        (answered,) = asking.searching.fetched(
            [(asking.place.documents, shown_of({document.id: wanted}, asking.hidden))]
        )
    except IndexGone:
        answered = {"hits": {"hits": []}}
    for hit in answered["hits"]["hits"]:
        told = Shown.of(hit, hit["fields"]["shown"][0])
        if told.reading == document.reading and first in told.printed:
            return told.printed
    raise EngineUnavailable("Document %(id)s was replaced while it was shown.", "Search again.", id=document.id)


class SentHitText:
    """The printed words of a document of which some were sent: :class:`archive.search.engine.HitText`."""

    def __init__(self, document: Looked, printed: SomePrintedWords) -> None:
        self._printed = printed
        self.word_count = document.word_count
        self.first_words: Sequence[int] = document.places.first_words.tolist()

    def words(self, page: int) -> Sequence[str]:
        """The words of a page on which the query matches, which is numbered from 1."""
        first = self.first_words[page - 1]
        end = self.first_words[page] if page < len(self.first_words) else self.word_count
        return WordsOfPage(self._printed, first, end - first)


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
