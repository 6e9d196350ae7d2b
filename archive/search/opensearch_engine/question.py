"""Answering of one request: the sequence of searches that are sent, and the results built from their answers.

1. The words of the leaves of the query, in the index of words; with it, the numbers of documents and words.
2. The total, the facets, and the document frequencies of the parts of the query; with it the documents in order, with
   the positions of its words in each. Scores depend on the document frequencies: cached ones are assumed, and if they
   were wrong, the documents are requested again with the next request.
3. The stored data of the documents in the slice, with the blocks of their printed words that snippets are cut from.

The results of the first step are cached. If all of them are cached, they are assumed to be valid, and the second step
validates them by the number of documents and of entries in the index of words, which is append-only. If they are stale,
the question is asked again.

That is three round trips, two with a warm cache, and the size of answers grows with the number of matches, not with the
length of documents. One more is needed if a leaf has more words than are listed at first, if the slice has an
unexpected document, if printed words apart from matches are read, and for results after the ten thousandth.

Two kinds of queries are post-filtered before the second step: phrases of three words or more with possible joined
words, of which OpenSearch matches each pair of neighbours but not the chain; and NEAR between more than words, or
between thousands of words at a large distance. On 100,000 pages, phrases needed at most one document to be read, and
NEAR between a common word and a phrase a thousand. The only limit is the time of a question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from archive.errors import EngineUnavailable
from archive.search.engine import EngineHit, EngineRequest, EngineResults, PageExtent
from archive.search.matching.matches import NOWHERE
from archive.search.matching.printed_words import SomePrintedWords, WordsOfPage
from archive.search.matching.rescoring import Weights
from archive.search.opensearch_engine.client import IndexGone, Searching
from archive.search.opensearch_engine.encoding import hash_of
from archive.search.opensearch_engine.generations import GenerationNames
from archive.search.opensearch_engine.lexicon import looked_up
from archive.search.opensearch_engine.query_dsl import (
    MOST_SPANS,
    NOTHING,
    Meaning,
    PostFiltered,
    Rarities,
    count,
    counts,
    entries,
    facet_page,
    found,
    gaps,
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
from archive.search.opensearch_engine.remembered import Remembered
from archive.search.opensearch_engine.scripts import (
    Scoring,
    Wanted,
    first_words,
    first_words_field,
    printed_field,
    printed_stretches,
)
from archive.search.opensearch_engine.sources import PLACES, Json, decoded
from archive.search.opensearch_engine.texts import Looked, RemoteRanking, Texts, Totals, counted, titles
from archive.search.query import And, Fuzzy, Leaf, Near, Not, Or, Pattern, Phrase, Query, every_part
from archive.text.vocabulary import IndexField, Term

FILTERED_AT_ONCE = 200
"""Documents that are read per request."""

SPARE = 5
"""Documents beyond the slice whose stored data are fetched, while their order is uncertain."""


class Replaced(Exception):  # no error: the question is asked again
    """A document was replaced while a question was being answered."""


@dataclass(frozen=True)
class Understood:
    """A query with its lookups: the words of its leaves, and names for its parts without positions."""

    query: Query
    meaning: Meaning
    named: Mapping[str, Query]

    @cached_property
    def leaves(self) -> list[Leaf]:
        """The distinct leaves whose positions are requested."""
        return list(dict.fromkeys(page_leaves(self.query)))

    @cached_property
    def wanted(self) -> Wanted:
        """The positions of its words that matter."""
        alone, near = set(lone_leaves(self.query)), farthest(self.query)
        hashes = {leaf: sorted(hash_of(word.text) for word in self.meaning.words[leaf]) for leaf in self.leaves}
        leaves = [(of_leaf, leaf in alone) for leaf, of_leaf in hashes.items()]
        return Wanted(leaves, near)

    def looked(self, hit: Json) -> Looked:
        """Build a document from a hit that has the field of positions."""
        return Looked.of(hit, hit["fields"][PLACES][0].partition(".")[0], len(self.leaves))

    def texts(self, documents: Sequence[Looked]) -> Texts:
        """Collect documents."""
        return Texts(documents, self.leaves, self.named)


def lone_leaves(query: Query) -> Iterator[Leaf]:
    """Yield the leaves on pages whose every position matters: not words of phrases, nor those sides of NEAR that match
    only by position."""
    match query:
        case Phrase((form,)):
            yield Term(IndexField.FORM, form)
        case Phrase():
            return
        case Near(left, right):
            for side in (left, right):
                if not _is_placed(side):
                    yield from page_leaves(side)
        case And(parts) | Or(parts):
            for part in parts:
                yield from lone_leaves(part)
        case Not(part):
            yield from lone_leaves(part)
        case _:
            yield from page_leaves(query)


def _is_placed(query: Query) -> bool:
    if isinstance(query, Or):
        return all(map(_is_placed, query.parts))
    return isinstance(query, Term | Pattern | Fuzzy | Phrase)


def farthest(query: Query) -> int:
    """Return the largest distance of words in phrases and NEAR; 0 if there are none."""
    parts = list(every_part(query))
    distances = [part.distance for part in parts if isinstance(part, Near)]
    return max([*distances, *(1 for part in parts if isinstance(part, Phrase) and len(part.terms) > 1)], default=0)


def names_of(query: Query) -> dict[str, Query]:
    """Return names for the parts of a query without positions."""
    return {str(number): part for number, part in enumerate(dict.fromkeys(unplaced(query)))}


@dataclass(frozen=True)
class RequestContext:
    """What is needed to answer a request: searches, index names, hidden collections, and the cache."""

    searching: Searching
    place: GenerationNames
    hidden: frozenset[str]
    weights: Weights
    remembered: Remembered

    def asked(self, *bodies: Json) -> list[Json]:
        """Return the answers to searches for documents."""
        return self.searching.asked([(self.place.documents, body) for body in bodies])

    def words(self, query: Query, *beside: Json) -> tuple[Understood, list[Json]]:
        """Return a query with its words, for reading documents without post-filters; and the answers to searches sent
        in the same request."""
        words, answers = looked_up(self.searching, self.place, page_leaves(query), beside)
        return Understood(query, Meaning(words), names_of(query)), answers

    def looked_at(self, ids: Sequence[str], understood: Understood) -> Texts:
        """Read the positions of words in documents, in this order. Some may have been removed meanwhile."""
        body = look(ids, understood.named, understood.meaning, self.hidden)
        body["script_fields"] = {PLACES: understood.wanted.field()}
        (answered,) = self.searching.fetched([(self.place.documents, body)])
        by_id = {(looked := understood.looked(hit)).id: looked for hit in answered["hits"]["hits"]}
        return understood.texts([by_id[id_] for id_ in ids if id_ in by_id])

    def post_filtered(self, understood: Understood) -> Understood:
        """Return the query with the documents of the parts that need a post-filter, inner parts first."""
        meaning = understood.meaning
        parts = [part for part in every_part(understood.query) if isinstance(part, Near | Phrase)]
        nears = {part for part in parts if isinstance(part, Near)}
        is_crowded = sum(spans(near, meaning) for near in nears) > MOST_SPANS
        meaning = replace(meaning, is_crowded=is_crowded, counts_near=sum(map(gaps, nears)) <= MOST_SPANS)
        for part in parts:
            if part not in meaning.post_filtered and needs_post_filter(part, meaning):
                ids = tuple(self._matching_ids(Understood(part, meaning, names_of(part))))
                meaning = replace(meaning, post_filtered={**meaning.post_filtered, part: ids})
        return replace(understood, meaning=meaning)

    def _matching_ids(self, part: Understood) -> Iterator[str]:
        """Yield those documents of the superset that match a query."""
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
    """Return the search for the next documents to read, in the order of ids."""
    assert isinstance(part.query, PostFiltered)
    body = {**look((), part.named, part.meaning, hidden), "script_fields": {PLACES: part.wanted.field()}}
    body["query"]["bool"]["filter"] = [superset(part.query, part.meaning), *without_hidden(hidden)]
    return {**body, "size": FILTERED_AT_ONCE, **({"search_after": after} if after else {})}


@dataclass(frozen=True)
class Whole:
    """All data of a document that an answer needs: positions of words, stored data of its entry, and blocks of its
    printed words."""

    looked: Looked
    shown: bytes
    printed: dict[int, bytes]

    @classmethod
    def of(cls, hit: Json, looked: Looked) -> Whole:
        """Build from a hit that has the field of positions and the stored data."""
        _, printed, shown = hit["fields"][PLACES][0].split(".")
        return cls(looked, decoded(shown), printed_stretches(printed))


@dataclass(frozen=True)
class Listing:
    """Documents in an order, by id, with their dates (for ties) and revisions. For ``ranked`` ones, the data for their
    scores are known."""

    days: Mapping[str, int]
    revisions: Mapping[str, int]
    ranked: Mapping[str, Looked]

    @classmethod
    def of(cls, hits: Sequence[Json], ranked: Mapping[str, Looked]) -> Listing:
        """Build from hits."""
        days = {hit["sort"][-1]: _day(hit) for hit in hits}
        return cls(days, {hit["sort"][-1]: hit["fields"]["revision"][0] for hit in hits}, ranked)

    @property
    def ids(self) -> list[str]:
        """The ids of the documents."""
        return list(self.days)


class Answering:
    """One request while it is answered; see the module docstring."""

    def __init__(self, asking: RequestContext, request: EngineRequest) -> None:
        """:raises QueryTooBroad: the query matches too many words."""
        self._asking, self._request = asking, request
        query = request.query
        whole = And(tuple(part for part in (query, *request.parts) if part is not None))
        understood, sizes = self._looked_up(whole)
        self._is_ranked = request.sort == "relevance" and query is not None
        # The first fifty are rescored, so a request for one of them needs them all.
        looked_at = asking.weights.looked_at
        self._best = looked_at if self._is_ranked and request.offset < looked_at else 0
        self._first = 0 if self._best else request.offset
        self._last = max(request.offset + request.limit, self._best)
        terms = titles(query) if query is not None and self._best else []
        self._titles = {term: f"title{number}" for number, term in enumerate(terms)}
        named = {**understood.named, **{name: term for term, name in self._titles.items()}}
        self._understood = asking.post_filtered(replace(understood, named=named))
        self._counted = [] if query is None else list(dict.fromkeys(counted(query)))
        self._totals = Totals.of(sizes, asking.remembered.having(asking.place, asking.hidden, self._counted))
        self._wholes: dict[str, Whole] = {}

    def _looked_up(self, query: Query) -> tuple[Understood, Json | None]:
        """Return the query with its words, and the sizes of the index, from the cache or the servers."""
        asking = self._asking
        # Read before the request: words are valid if the number of entries is the same afterwards.
        self._entries, words = asking.remembered.words(asking.place, list(dict.fromkeys(page_leaves(query))))
        sizes = asking.remembered.sizes.get((asking.place, asking.hidden))
        needs_sizes = self._request.query is not None
        self._is_known = words is not None and (sizes is not None or not needs_sizes)
        if words is not None and self._is_known:
            return Understood(query, Meaning(words), names_of(query)), sizes if needs_sizes else None
        understood, answers = asking.words(query, *([lengths(asking.hidden)] if needs_sizes else []))
        if not answers:
            return understood, None
        asking.remembered.sizes[asking.place, asking.hidden] = answers[0]
        return understood, answers[0]

    def answer(self) -> EngineResults:
        """Answer the request.

        :raises Replaced: a document was replaced meanwhile, or words were added.
        """
        asking, request = self._asking, self._request
        is_deep = self._last > asking.searching.limits.deepest
        assumed = self._totals
        whole, hits = self._asked({**self._body(), **({"size": 0} if is_deep else self._slice())})
        if is_deep:
            deep = asking.searching.deep(asking.place.documents, self._body(), self._first, self._last)
            listing = Listing.of(list(deep), {})
        else:
            listing = self._listing(hits)
            if self._is_ranked and assumed != self._totals:
                listing = self._reordered(listing)
        order, scores = self._ranked(listing)
        chosen = order[request.offset - self._first :][: request.limit]
        self._fetch(chosen)
        if any(self._wholes[id_].looked.revision != listing.revisions[id_] for id_ in chosen if id_ in self._wholes):
            raise Replaced
        return EngineResults(
            total=whole["hits"]["total"]["value"],
            hits=tuple(self._hits(chosen, scores)),
            facets={facet: _counts(asking, request, self._counts, facet, whole) for facet in request.facets},
            partial=asking.searching.partial,
        )

    def _asked(self, listing: Json) -> tuple[Json, list[Json]]:
        """Return the total with the facet counts, and the hits of a search sent in the same request; update and use the
        cache."""
        asking, meaning = self._asking, self._understood.meaning
        documents = asking.place.documents
        clauses = {part: found(part, meaning) for part in self._counted}
        # Several parts may match the same words; a part without words matches no document.
        distinct = {str(clause): clause for clause in clauses.values() if clause != NOTHING}
        counting = [count(clause, asking.hidden) for clause in distinct.values()]
        sizing = [lengths(asking.hidden)] if self._counted and self._is_known else []
        searches = [(documents, body) for body in (listing, self._counts, *sizing, *counting)]
        if self._understood.leaves:
            searches.append((asking.place.words, entries()))
        listed, whole, *others = asking.searching.asked(searches)
        if self._understood.leaves:
            entries_now = others.pop()["hits"]["total"]["value"]
            is_same = asking.remembered.saw_words(asking.place, self._entries, meaning.words, entries_now)
            if self._is_known and not is_same:
                raise Replaced
        if sizing:
            sizes = asking.remembered.sizes[asking.place, asking.hidden] = others.pop(0)
            self._totals = Totals.of(sizes, {})
        having = dict(zip(distinct, (told["hits"]["total"]["value"] for told in others), strict=True))
        self._remember({part: having.get(str(clause), 0) for part, clause in clauses.items()})
        return whole, listed["hits"]["hits"]

    @cached_property
    def _counts(self) -> Json:
        asking = self._asking
        return counts(self._request, self._understood.meaning, asking.hidden, asking.searching.limits.values)

    def _body(self) -> Json:
        asking, totals, weights = self._asking, self._totals, self._asking.weights
        rarities = Rarities(totals.documents, totals.having, Scoring(weights.k1, weights.b, totals.mean_words))
        understood = self._understood
        return results(self._request, understood.meaning, asking.hidden, rarities, understood.named)

    def _slice(self) -> Json:
        """Return the part of a search for the slice, with the data for its ranking."""
        field = self._understood.wanted.field(reach=self._asking.weights.reach)
        fields = {"script_fields": {PLACES: field}} if self._best else {}
        return {"from": self._first, "size": self._last - self._first, **fields}

    def _remember(self, having: Mapping[Query, int]) -> None:
        asking = self._asking
        asking.remembered.add_counts(asking.place, asking.hidden, having)
        self._totals = replace(self._totals, having=having)

    def _listing(self, hits: Sequence[Json]) -> Listing:
        ranked = {hit["sort"][-1]: self._understood.looked(hit) for hit in hits[: self._best]}
        return Listing.of(hits, ranked)

    def _reordered(self, listing: Listing) -> Listing:
        """Return the documents in the order by the actual counts; with it, the stored data of all that are expected in
        the slice. Most of the order was known before."""
        request, asking = self._request, self._asking
        order, _ = self._ranked(listing)
        expected = order[request.offset - self._first :][: request.limit + SPARE]
        known = {*listing.ranked, *expected}
        field = self._understood.wanted.field(known=sorted(known), excerpts=request.excerpts)
        again = {**self._body(), **self._slice(), "script_fields": {PLACES: field}}
        listed, *wholes = asking.asked(again, *([self._look(expected)] if expected else []))
        hits = listed["hits"]["hits"]
        self._take([hit for hit in hits if hit["fields"][PLACES][0]])
        for answered in wholes:
            self._take(answered["hits"]["hits"])
        ranked = {hit["sort"][-1]: self._unchanged(listing, hit) for hit in hits[: self._best]}
        return Listing.of(hits, ranked)

    def _unchanged(self, listing: Listing, hit: Json) -> Looked:
        id_ = hit["sort"][-1]
        if id_ not in listing.ranked and id_ not in self._wholes:
            raise Replaced
        looked = listing.ranked.get(id_) or self._wholes[id_].looked
        if looked.revision != hit["fields"]["revision"][0]:
            raise Replaced
        return looked

    def _ranked(self, listing: Listing) -> tuple[list[str], dict[str, float]]:
        """Return documents in their order, and the scores of those that were rescored page by page."""
        query, ids = self._request.query, listing.ids
        if query is None or not listing.ranked:
            return ids, {}
        texts = self._understood.texts(list(listing.ranked.values()))
        ranking = RemoteRanking(texts, self._totals, self._titles, self._asking.weights)
        scores = ranking.scored(query) + ranking.refined(query, texts.all)
        best = ids[: self._best]
        # Documents with equal scores are sorted by date, the newest first, then by id.
        days = np.array([listing.days[id_] for id_ in best], np.float64)
        order = np.lexsort((np.array(best, np.str_), -days, -scores))
        return [*(best[at] for at in order.tolist()), *ids[self._best :]], dict(zip(best, scores.tolist(), strict=True))

    def _look(self, ids: Sequence[str]) -> Json:
        """Return the search for all data of documents that an answer needs."""
        understood = self._understood
        body = look(ids, understood.named, understood.meaning, self._asking.hidden)
        return {**body, "script_fields": {PLACES: understood.wanted.field(excerpts=self._request.excerpts)}}

    def _fetch(self, ids: Sequence[str]) -> None:
        """Fetch documents whose data are incomplete."""
        missing = [id_ for id_ in ids if id_ not in self._wholes]
        at_once = self._asking.searching.limits.fetched
        for start in range(0, len(missing), at_once):
            search = (self._asking.place.documents, self._look(missing[start : start + at_once]))
            (answered,) = self._asking.searching.fetched([search])
            self._take(answered["hits"]["hits"])

    def _take(self, hits: Sequence[Json]) -> None:
        self._wholes |= {hit["sort"][-1]: Whole.of(hit, self._understood.looked(hit)) for hit in hits}

    def _hits(self, ids: Sequence[str], scores: Mapping[str, float]) -> Iterator[EngineHit]:
        asking, query = self._asking, self._request.query
        if not asking.searching.partial and not self._wholes.keys() >= set(ids):
            raise Replaced
        wholes = [self._wholes[id_] for id_ in ids if id_ in self._wholes]
        texts = self._understood.texts([whole.looked for whole in wholes])
        matches, others = NOWHERE, np.zeros(len(wholes), np.float32)
        if query is not None:
            matches = texts.placed(query, texts.all)[1].outermost()
            if not scores.keys() >= set(ids):
                others = RemoteRanking(texts, self._totals, self._titles, asking.weights).scored(query)
        holding = [set(texts.placed(part, texts.all)[0].tolist()) for part in self._request.parts]
        for at, whole in enumerate(wholes):
            document = whole.looked
            yield EngineHit(
                id=document.id,
                reading=document.reading,
                score=scores.get(document.id, float(others[at])),
                matches=matches.of_document(at),
                shown=whole.shown,
                text=SentHitText(asking, document, whole.printed),
                lacking=tuple(number for number, held in enumerate(holding) if at not in held),
            )


def answer(asking: RequestContext, request: EngineRequest) -> EngineResults:
    """Answer a request.

    :raises Replaced: a document was replaced meanwhile.
    """
    return Answering(asking, request).answer()


def _day(hit: Json) -> int:
    # The id is the last value of every order; where score ties are broken, the date is the one before it.
    return int(hit["sort"][-2]) if len(hit["sort"]) == 3 else 0


STRETCHES_AT_ONCE = 8
"""Blocks that are fetched when a word of the first one is read: a page or two."""


class SentHitText:
    """The partly loaded printed words of a document: :class:`archive.search.engine.HitText`."""

    def __init__(self, asking: RequestContext, document: Looked, printed: dict[int, bytes]) -> None:
        """:param printed: the blocks that were sent."""
        self._asking, self._document = asking, document
        self._printed = SomePrintedWords(printed, self._stretches)
        self.word_count = document.word_count

    @cached_property
    def first_words(self) -> Sequence[int]:
        """The number of the first word of each page, fetched on demand."""
        return first_words(decoded(self._more(first_words_field())))

    def page_at(self, word: int) -> PageExtent:
        """Return the page of a word of a match."""
        return PageExtent.at(word, self._document.places.first_words, self.word_count)

    def words(self, page: int) -> Sequence[str]:
        """Return the words of a page, by page number (from 1)."""
        starts = self._document.places.first_words if page in self._document.places.told else self.first_words
        first, end = starts[page - 1], starts[page] if page < len(starts) else self.word_count
        return WordsOfPage(self._printed, first, end - first)

    def _stretches(self, first: int) -> dict[int, bytes]:
        return printed_stretches(self._more(printed_field(first, STRETCHES_AT_ONCE)))

    def _more(self, field: Json) -> str:
        """Fetch another field of the document.

        :raises EngineUnavailable: the document was replaced meanwhile.
        """
        asking, document = self._asking, self._document
        body = {**look([document.id], {}, Meaning({}), asking.hidden), "script_fields": {"more": field}}
        try:
            (answered,) = asking.searching.fetched([(asking.place.documents, body)])
        except IndexGone:
            answered = {"hits": {"hits": []}}
        for hit in answered["hits"]["hits"]:
            if hit["fields"]["reading"][0] == document.reading:
                more: str = hit["fields"]["more"][0]
                return more
        raise EngineUnavailable("Document %(id)s was replaced while it was shown.", "Search again.", id=document.id)


def _counts(asking: RequestContext, request: EngineRequest, body: Json, facet: str, whole: Json) -> dict[str, int]:
    """Return the counts of a facet; selected values are always included."""
    told = whole["aggregations"][facet]
    told = told.get("values", told)
    counts = {bucket["key"]: bucket["doc_count"] for bucket in told["buckets"]}
    if told["sum_other_doc_count"]:
        counts = dict(_all_values(asking, body, facet))
    for value in (*request.filters.get(facet, ()), *request.excluded.get(facet, ())):
        counts.setdefault(value, 0)
    return counts


def _all_values(asking: RequestContext, body: Json, facet: str) -> Iterator[tuple[str, int]]:
    """Yield the counts of a facet with more values than one request returns."""
    after: Json | None = None
    while True:
        (answered,) = asking.asked(facet_page(body, facet, after, asking.searching.limits.values))
        told = answered["aggregations"][facet]["values"]
        yield from ((bucket["key"]["value"], bucket["doc_count"]) for bucket in told["buckets"])
        after = told.get("after_key")
        if after is None:
            return
