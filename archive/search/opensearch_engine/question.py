"""Answer one request: which searches are sent, in which order, and what is made of their answers.

1. What the leaves of the query stand for, in the index of words; beside it, how many documents and words there are.
2. The total, the facets, and how common the parts of the query are. Beside it the documents in order, with the places
   of its words in each. Scores depend on how common the parts are: that is taken to be what the last question found,
   and where it is something else, the documents are asked for again with the next request.
3. What is shown of the documents in the slice, with the stretches of their printed words that excerpts are cut from.

What the first step gives is remembered. If all of it is known from questions before, it is taken to be so, and the
second step asks whether it is: how many entries the index of words has, to which entries are added and nothing else is
done, and how many documents there are. If not, the question is asked anew.

That is three round trips, two for what was asked before, and what comes back grows with the matches in the documents,
not with their length. It takes a further one where more words are looked up than are listed at first, where a document
turns out to belong into the slice that was not expected there, where somebody reads printed words apart from matches,
and for results behind the ten thousandth.

Two kinds of query are post-filtered before the second step. A phrase of three words and more in which a word may be
printed in pieces: OpenSearch finds each two neighbours of it, and cannot tell whether it is one chain. And NEAR between
more than words, or between thousands of words far apart. On 100,000 pages none or one document had to be looked at for
each phrase that was tried, and a thousand for a NEAR between a common word and a phrase. There is no bound but the time
of a question.
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
"""Documents looked at in one request."""

SPARE = 5
"""Documents more than the slice has of which is fetched what is shown, where their order is not known for sure."""


class Replaced(Exception):  # it is news, not an error: the question is asked anew
    """A document was replaced while a question was being answered."""


@dataclass(frozen=True)
class Understood:
    """A query, and what was looked up for it: the words of its leaves, and names for its parts without position."""

    query: Query
    meaning: Meaning
    named: Mapping[str, Query]

    @cached_property
    def leaves(self) -> list[Leaf]:
        """The leaves of which places are asked for, each once."""
        return list(dict.fromkeys(page_leaves(self.query)))

    @cached_property
    def wanted(self) -> Wanted:
        """The places of its words that matter."""
        alone, near = set(lone_leaves(self.query)), farthest(self.query)
        hashes = {leaf: sorted(hash_of(word.text) for word in self.meaning.words[leaf]) for leaf in self.leaves}
        leaves = [(of_leaf, leaf in alone) for leaf, of_leaf in hashes.items()]
        return Wanted(leaves, near)

    def looked(self, hit: Json) -> Looked:
        """Return a document of an answer that has the field of its places."""
        return Looked.of(hit, hit["fields"][PLACES][0].partition(".")[0], len(self.leaves))

    def texts(self, documents: Sequence[Looked]) -> Texts:
        """Return documents together."""
        return Texts(documents, self.leaves, self.named)


def lone_leaves(query: Query) -> Iterator[Leaf]:
    """Yield the leaves of the pages that matter wherever they stand: all but words of phrases and, beside NEAR, of such
    sides as hold where they match."""
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
    """Return how many words on the next word may be, in phrases and beside NEAR; 0 where there are none."""
    parts = list(every_part(query))
    distances = [part.distance for part in parts if isinstance(part, Near)]
    return max([*distances, *(1 for part in parts if isinstance(part, Phrase) and len(part.terms) > 1)], default=0)


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
    remembered: Remembered

    def asked(self, *bodies: Json) -> list[Json]:
        """Return the answers to searches for documents."""
        return self.searching.asked([(self.place.documents, body) for body in bodies])

    def words(self, query: Query, *beside: Json) -> tuple[Understood, list[Json]]:
        """Return a query with its words, for looking at documents: without post-filters. And the answers to searches
        for documents that are asked at once."""
        words, answers = looked_up(self.searching, self.place, page_leaves(query), beside)
        return Understood(query, Meaning(words), names_of(query)), answers

    def looked_at(self, ids: Sequence[str], understood: Understood) -> Texts:
        """Look at the words of documents, in this order. Some may be gone meanwhile."""
        body = look(ids, understood.named, understood.meaning, self.hidden)
        body["script_fields"] = {PLACES: understood.wanted.field()}
        (answered,) = self.searching.fetched([(self.place.documents, body)])
        by_id = {(looked := understood.looked(hit)).id: looked for hit in answered["hits"]["hits"]}
        return understood.texts([by_id[id_] for id_ in ids if id_ in by_id])

    def post_filtered(self, understood: Understood) -> Understood:
        """Return the same together with the documents of the parts that need a post-filter, inner parts first."""
        meaning = understood.meaning
        parts = [part for part in every_part(understood.query) if isinstance(part, Near | Phrase)]
        nears = {part for part in parts if isinstance(part, Near)}
        is_crowded = sum(spans(near, meaning) for near in nears) > MOST_SPANS
        meaning = replace(meaning, is_crowded=is_crowded, counts_near=sum(map(gaps, nears)) <= MOST_SPANS)
        for part in parts:
            if part not in meaning.post_filtered and needs_post_filter(part, meaning):
                ids = tuple(self._holding(Understood(part, meaning, names_of(part))))
                meaning = replace(meaning, post_filtered={**meaning.post_filtered, part: ids})
        return replace(understood, meaning=meaning)

    def _holding(self, part: Understood) -> Iterator[str]:
        """Yield the documents of the superset in which a query holds."""
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
    """Return the search for the next documents to look at, in the order of their ids."""
    assert isinstance(part.query, PostFiltered)
    body = {**look((), part.named, part.meaning, hidden), "script_fields": {PLACES: part.wanted.field()}}
    body["query"]["bool"]["filter"] = [superset(part.query, part.meaning), *without_hidden(hidden)]
    return {**body, "size": FILTERED_AT_ONCE, **({"search_after": after} if after else {})}


@dataclass(frozen=True)
class Whole:
    """All of a document that an answer needs: where its words are, what its entry gave, and stretches of its printed
    words."""

    looked: Looked
    shown: bytes
    printed: dict[int, bytes]

    @classmethod
    def of(cls, hit: Json, looked: Looked) -> Whole:
        """Make it out of an answer that has the field of places together with what is shown."""
        _, printed, shown = hit["fields"][PLACES][0].split(".")
        return cls(looked, decoded(shown), printed_stretches(printed))


@dataclass(frozen=True)
class Listing:
    """Documents in an order, by id, with the days by which ties are broken, and their revisions. Of the ``ranked``
    ones, if any, is known what their scores depend on."""

    days: Mapping[str, int]
    revisions: Mapping[str, int]
    ranked: Mapping[str, Looked]

    @classmethod
    def of(cls, hits: Sequence[Json], ranked: Mapping[str, Looked]) -> Listing:
        """Make it out of the hits of an answer."""
        days = {hit["sort"][-1]: _day(hit) for hit in hits}
        return cls(days, {hit["sort"][-1]: hit["fields"]["revision"][0] for hit in hits}, ranked)

    @property
    def ids(self) -> list[str]:
        """The documents."""
        return list(self.days)


class Answering:
    """One request while it is answered; see the beginning of this module."""

    def __init__(self, asking: RequestContext, request: EngineRequest) -> None:
        """:raises QueryTooBroad: the query stands for too many words."""
        self._asking, self._request = asking, request
        query = request.query
        whole = And(tuple(part for part in (query, *request.parts) if part is not None))
        understood, sizes = self._looked_up(whole)
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
        self._totals = Totals.of(sizes, asking.remembered.having(asking.place, asking.hidden, self._counted))
        self._wholes: dict[str, Whole] = {}

    def _looked_up(self, query: Query) -> tuple[Understood, Json | None]:
        """Return the query with its words, and the sizes of the index, as they are known or were asked for."""
        asking = self._asking
        # Seen before anything is asked: words are as they were then if the index has as many entries afterwards.
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
        """Answer it.

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
                listing = self._again(listing)
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
        """Return the total with the counts of facets, and the hits of a search that is asked at once. Asked for with
        them is what is remembered, and what was."""
        asking, meaning = self._asking, self._understood.meaning
        documents = asking.place.documents
        clauses = {part: found(part, meaning) for part in self._counted}
        # Several parts may be found by the same words; and one without words is in no document.
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
        """Return the part of a search for the slice, with what the ranking of its documents depends on."""
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

    def _again(self, listing: Listing) -> Listing:
        """Return the documents in their order by what is known of counts now, of which most were found before; at once,
        all of those that are expected in the slice."""
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
        ranked = {hit["sort"][-1]: self._seen(listing, hit) for hit in hits[: self._best]}
        return Listing.of(hits, ranked)

    def _seen(self, listing: Listing, hit: Json) -> Looked:
        id_ = hit["sort"][-1]
        if id_ not in listing.ranked and id_ not in self._wholes:
            raise Replaced
        looked = listing.ranked.get(id_) or self._wholes[id_].looked
        if looked.revision != hit["fields"]["revision"][0]:
            raise Replaced
        return looked

    def _ranked(self, listing: Listing) -> tuple[list[str], dict[str, float]]:
        """Return documents in their order, and the scores of those that were looked at page by page."""
        query, ids = self._request.query, listing.ids
        if query is None or not listing.ranked:
            return ids, {}
        texts = self._understood.texts(list(listing.ranked.values()))
        ranking = RemoteRanking(texts, self._totals, self._titles, self._asking.weights)
        scores = ranking.scored(query) + ranking.refined(query, texts.all)
        best = ids[: self._best]
        # Those as good as each other come newest first, then by id.
        days = np.array([listing.days[id_] for id_ in best], np.float64)
        order = np.lexsort((np.array(best, np.str_), -days, -scores))
        return [*(best[at] for at in order.tolist()), *ids[self._best :]], dict(zip(best, scores.tolist(), strict=True))

    def _look(self, ids: Sequence[str]) -> Json:
        """Return the search for all that an answer needs of documents."""
        understood = self._understood
        body = look(ids, understood.named, understood.meaning, self._asking.hidden)
        return {**body, "script_fields": {PLACES: understood.wanted.field(excerpts=self._request.excerpts)}}

    def _fetch(self, ids: Sequence[str]) -> None:
        """Ask for documents of which not all is there yet."""
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
    # The id is the last value of every order, and the date the one before it where ties of scores are broken.
    return int(hit["sort"][-2]) if len(hit["sort"]) == 3 else 0


STRETCHES_AT_ONCE = 8
"""Stretches that are fetched when a word of the first of them is asked for: a page or two."""


class SentHitText:
    """The printed words of a document of which some were sent: :class:`archive.search.engine.HitText`."""

    def __init__(self, asking: RequestContext, document: Looked, printed: dict[int, bytes]) -> None:
        """:param printed: the stretches that were sent."""
        self._asking, self._document = asking, document
        self._printed = SomePrintedWords(printed, self._stretches)
        self.word_count = document.word_count

    @cached_property
    def first_words(self) -> Sequence[int]:
        """The number of the first word of each page, asked for when somebody wants to know."""
        return first_words(decoded(self._more(first_words_field())))

    def page_at(self, word: int) -> PageExtent:
        """Return the page on which a word of a match stands."""
        return PageExtent.at(word, self._document.places.first_words, self.word_count)

    def words(self, page: int) -> Sequence[str]:
        """Return the words of a page, which is numbered from 1."""
        starts = self._document.places.first_words if page in self._document.places.told else self.first_words
        first, end = starts[page - 1], starts[page] if page < len(starts) else self.word_count
        return WordsOfPage(self._printed, first, end - first)

    def _stretches(self, first: int) -> dict[int, bytes]:
        return printed_stretches(self._more(printed_field(first, STRETCHES_AT_ONCE)))

    def _more(self, field: Json) -> str:
        """Return more of the document.

        :raises EngineUnavailable: another text has taken its place.
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
    """Return the counts of a facet; chosen values are never left out."""
    told = whole["aggregations"][facet]
    told = told.get("values", told)
    counts = {bucket["key"]: bucket["doc_count"] for bucket in told["buckets"]}
    if told["sum_other_doc_count"]:
        counts = dict(_all_values(asking, body, facet))
    for value in (*request.filters.get(facet, ()), *request.excluded.get(facet, ())):
        counts.setdefault(value, 0)
    return counts


def _all_values(asking: RequestContext, body: Json, facet: str) -> Iterator[tuple[str, int]]:
    """Yield the counts of a facet with more values than one request gives."""
    after: Json | None = None
    while True:
        (answered,) = asking.asked(facet_page(body, facet, after, asking.searching.limits.values))
        told = answered["aggregations"][facet]["values"]
        yield from ((bucket["key"]["value"], bucket["doc_count"]) for bucket in told["buckets"])
        after = told.get("after_key")
        if after is None:
            return
