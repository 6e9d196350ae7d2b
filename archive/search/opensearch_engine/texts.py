"""The words of documents that were looked at, and where a query matches in them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.search.matching.arrays import sort_distinct
from archive.search.matching.matches import (
    NOWHERE,
    WORD_BITS,
    Documents,
    Unplaced,
    WordMatches,
    common,
    following,
    placed,
    together,
)
from archive.search.matching.rescoring import Pages, page_starts
from archive.search.opensearch_engine.encoding import TextTerms
from archive.search.opensearch_engine.mapping import TERMS
from archive.search.opensearch_engine.query_dsl import Meaning
from archive.search.opensearch_engine.sources import decoded
from archive.search.query import Leaf, Phrase, Query
from archive.text.vocabulary import IndexField, Term


@dataclass(frozen=True, slots=True)
class Looked:
    """A document that was looked at: its id, its text and facts, its words, and the queries without position that hold
    in it."""

    id: str
    revision: int
    terms: TextTerms
    holding: frozenset[str]

    @classmethod
    def of(cls, hit: Mapping[str, Any]) -> Looked:
        """A document out of the answer to :func:`archive.search.opensearch_engine.query_dsl.look`."""
        fields = hit["fields"]
        return cls(
            id=hit["sort"][-1],
            revision=fields["revision"][0],
            terms=TextTerms.unpack(decoded(fields[TERMS][0])),
            holding=frozenset(hit.get("matched_queries", ())),
        )


class Texts:
    """Some documents, numbered from 0."""

    def __init__(self, documents: Sequence[Looked], meaning: Meaning, named: Mapping[str, Query]) -> None:
        """:param named: the queries that stand at no word, by the names that :class:`Looked` has them under."""
        self.documents = documents
        self._meaning = meaning
        self._names = {query: name for name, query in named.items()}
        self._places: dict[Leaf | Phrase, WordMatches] = {}
        self.all: Documents = np.arange(len(documents), dtype=np.int32)

    def placed(self, query: Query, among: Documents) -> tuple[Documents, WordMatches]:
        """Return the documents, of these ascending ones, in which a query holds, and its matches."""
        return placed(self, query, among)

    def places_of(self, query: Leaf | Phrase, among: Documents) -> WordMatches:
        """See :class:`archive.search.matching.matches.WordMatcher`."""
        if query not in self._places:
            self._places[query] = self._phrase(query) if isinstance(query, Phrase) else self._leaf(query)
        found = self._places[query]
        return found if len(among) == len(self.all) else found.within(among)

    def holding(self, query: Unplaced, among: Documents) -> Documents:
        """See :class:`archive.search.matching.matches.WordMatcher`."""
        return self.named(self._names[query], among)

    def named(self, name: str, among: Documents) -> Documents:
        """In which of these documents the query of this name holds."""
        keep = [name in self.documents[document].holding for document in among.tolist()]
        found: Documents = among[np.array(keep, bool)]
        return found

    def _leaf(self, leaf: Leaf) -> WordMatches:
        asked = Term(leaf.field, leaf.text) if isinstance(leaf, Term) else leaf
        words = {word.text for word in self._meaning.words[asked]}
        parts = [_places(at, document.terms, words) for at, document in enumerate(self.documents)]
        return together([part for part in parts if len(part)]) if parts else NOWHERE

    def _phrase(self, phrase: Phrase) -> WordMatches:
        places = [self.places_of(Term(IndexField.FORM, word), self.all) for word in phrase.terms]
        documents = reduce(common, (np.unique(found.documents) for found in places))
        return following([found.within(documents) for found in places]) if len(documents) else NOWHERE

    def pages(self, among: Documents, mean_words: float) -> Pages:
        """The pages of these documents, for their ranking."""
        terms = [self.documents[document].terms for document in among.tolist()]
        counts = np.array([len(found.first_words) for found in terms], np.int64)
        firsts = np.concatenate([np.empty(0, np.int64), *(found.first_words.astype(np.int64) for found in terms)])
        ends = (among.astype(np.int64) << WORD_BITS) + np.array([found.word_count for found in terms], np.int64)
        return Pages(page_starts(among, counts, firsts), counts, ends, mean_words)


def _places(document: int, terms: TextTerms, words: set[str]) -> WordMatches:
    """Return where any of these words is in one document."""
    numbers = _numbers(terms.words, words)
    if not numbers:
        return NOWHERE
    wanted = np.zeros(len(terms.words), bool)
    wanted[numbers] = True
    # Several of the words may stand at one position.
    positions = sort_distinct(terms.positions[wanted[terms.numbers]].astype(np.int64))
    base = np.int64(document) << WORD_BITS
    is_joined = positions >= terms.word_count
    if not is_joined.any():
        keys = base | positions
        return WordMatches(keys, keys)
    first, last = positions.copy(), positions.copy()
    extents: NDArray[np.int64] = terms.joined[positions[is_joined] - terms.word_count].astype(np.int64)
    first[is_joined], last[is_joined] = extents[:, 0], extents[:, 1]
    return WordMatches.of(base | first, base | last)


def _numbers(spelled: list[str], words: set[str]) -> list[int]:
    if 8 * len(words) > len(spelled):
        return [number for number, word in enumerate(spelled) if word in words]
    numbers = ((bisect_left(spelled, word), word) for word in words)
    return [number for number, word in numbers if number < len(spelled) and spelled[number] == word]
