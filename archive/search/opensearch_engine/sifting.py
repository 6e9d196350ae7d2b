"""Queries that OpenSearch cannot answer exactly: it is asked for more documents, and those are looked at here.

Two kinds are. A phrase of three words and more in which a word may be printed in pieces: OpenSearch finds each two
neighbours of it, and cannot tell whether it is one chain. And NEAR between more than words, or between thousands of
words far apart. On 100,000 pages none or one document had to be looked at for each phrase that was tried, and a
thousand for a NEAR between a common word and a phrase, which took three seconds. There is no bound but the time of a
question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from archive.search.opensearch_engine.bodies import look, seen
from archive.search.opensearch_engine.clauses import MOST_SPANS, must_be_sifted, spans, superset
from archive.search.opensearch_engine.generations import Place
from archive.search.opensearch_engine.mapping import TERMS, Json
from archive.search.opensearch_engine.meaning import Meaning, Sifted, unplaced
from archive.search.opensearch_engine.searching import Searching
from archive.search.opensearch_engine.texts import Looked, Texts
from archive.search.query import Near, Phrase, Query, every_part

AT_ONCE = 200
"""Documents looked at in one request: some ten megabytes."""


def names_of(query: Query) -> dict[str, Query]:
    """Names for the parts of a query that stand at no word."""
    return {str(number): part for number, part in enumerate(dict.fromkeys(unplaced(query)))}


def sift(searching: Searching, place: Place, query: Query, meaning: Meaning, hidden: frozenset[str]) -> Meaning:
    """The meaning of a query, together with the documents of its parts that have to be sifted, inner parts first."""
    nears = {part for part in _may_have_to_be(query) if isinstance(part, Near)}
    if sum(spans(near, meaning) for near in nears) > MOST_SPANS:
        meaning = replace(meaning, is_crowded=True)
    for part in _may_have_to_be(query):
        if part not in meaning.sifted and must_be_sifted(part, meaning):
            ids = tuple(_holding(searching, place, part, meaning, hidden))
            meaning = replace(meaning, sifted={**meaning.sifted, part: ids})
    return meaning


def _may_have_to_be(query: Query) -> Iterator[Sifted]:
    return (part for part in every_part(query) if isinstance(part, Near | Phrase))


def _holding(
    searching: Searching, place: Place, part: Sifted, meaning: Meaning, hidden: frozenset[str]
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
        if len(hits) < AT_ONCE:
            return
        after = hits[-1]["sort"]


def candidates(
    part: Sifted, named: Mapping[str, Query], meaning: Meaning, hidden: frozenset[str], after: list[str] | None
) -> Json:
    """The search for the next documents to look at, in the order of their ids."""
    body = look((), named, meaning, hidden, (TERMS,))
    body["query"]["bool"]["filter"] = [superset(part, meaning), *seen(hidden)]
    return {**body, "size": AT_ONCE, **({"search_after": after} if after else {})}
