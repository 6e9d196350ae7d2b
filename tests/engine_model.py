"""A reference model of search engines, which tries each query at every word: slow but simple.

A document is pages of words; "a-" is at a line's end, so that it and the next word of its page also make a joined word.
Queries are of exact forms. :data:`HISTORIES` and :data:`QUESTIONS` generate random ones for :func:`check_agreement`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import accumulate, chain

from hypothesis import strategies as st

from archive.search.engine import EngineRequest, EngineResults, IndexEntry, SearchEngine
from archive.search.filters import split
from archive.search.query import And, Carries, Fuzzy, Near, Not, NumericField, Or, Pattern, Phrase, Query, Range
from archive.search.request import FACETS, SORTS, UNKNOWN
from archive.text.vocabulary import IndexField, Term
from tests.engine_samples import entry, entry_text, found

Span = tuple[int, int]
Token = tuple[set[str], int, int]
"""The names of a word or joined word, and the first and last word that it is printed on."""

Leaf = Term | Pattern | Fuzzy | Phrase | Range | Carries


@dataclass(frozen=True)
class Document:
    pages: list[list[str]]
    vendors: tuple[str, ...]
    years: tuple[str, ...]

    def entry(self, id_: str, revision: int, has_text: bool = True) -> IndexEntry:
        text = entry_text(*(" ".join(words).replace("a- ", "a-\n") for words in self.pages)) if has_text else None
        return replace(entry(id_, None, revision, vendor=self.vendors, year=self.years), text=text)

    @property
    def first_words(self) -> list[int]:
        return list(accumulate(map(len, self.pages[:-1]), initial=0)) if self.pages else []

    @property
    def word_count(self) -> int:
        return sum(map(len, self.pages))


def tokens(document: Document) -> Iterator[Token]:
    """Yield every word and every joined word."""
    for first, words in zip(document.first_words, document.pages, strict=True):
        yield from (({word.rstrip("-")}, first + at, first + at) for at, word in enumerate(words))
        at = 0
        while at < len(words):
            last = at
            while words[last] == "a-" and last < len(words) - 1:
                last += 1
            if last > at:
                pieces = words[at : last + 1]
                names = {"".join(pieces).rstrip("-"), "".join(piece.rstrip("-") for piece in pieces)}
                yield names, first + at, first + last
            at = last + 1


def model_matches(query: Query, document: Document) -> set[Span] | None:
    """Return the matches of a query; None if the document does not match."""
    match query:
        case Near(left, right, distance):
            ones, others = model_matches(left, document) or set(), model_matches(right, document) or set()
            return close(ones, others, distance) | close(others, ones, distance) or None
        case Not(part):
            return None if model_matches(part, document) is not None else set()
        case And(parts) | Or(parts):
            each = [model_matches(part, document) for part in parts]
            holds = [matches for matches in each if matches is not None]
            if not holds or (isinstance(query, And) and len(holds) < len(each)):
                return None
            return set().union(*holds)
        case _:
            return leaf_matches(query, document)


def leaf_matches(leaf: Leaf, document: Document) -> set[Span] | None:
    """Return the matches of a query without subqueries; None if there are none."""
    match leaf:
        case Term(_, text):
            return spans_of(document, lambda name: name == text)
        case Pattern(_, text):
            return spans_of(document, lambda name: fnmatchcase(name, text))
        case Fuzzy(_, text, distance):
            return spans_of(document, lambda name: edits(name, text) <= distance)
        case Phrase(terms):
            return (
                set(chain.from_iterable(chains(terms, first, document) for first in range(document.word_count))) or None
            )
        case Range(_, low, high):
            year = int(document.years[0]) if document.years else None
            return None if year is None or not (low or 0) <= year <= (high or 9999) else set()
        case Carries(_, value):
            return set() if value in (document.vendors or (UNKNOWN,)) else None


def spans_of(document: Document, fits: Callable[[str], bool]) -> set[Span] | None:
    return {(first, last) for names, first, last in tokens(document) if any(map(fits, names))} or None


def close(ones: set[Span], others: set[Span], distance: int) -> set[Span]:
    """Return the spans from each match to each other one that begins at most ``distance`` words after its end."""
    return {(one[0], other[1]) for one in ones for other in others if 0 < other[0] - one[1] <= distance}


def chains(terms: Sequence[str], first: int, document: Document) -> set[Span]:
    """Return the matches of a phrase that begin at one word."""
    ends = {first - 1}
    for term in terms:
        ends = {last for names, begin, last in tokens(document) if term in names and begin - 1 in ends}
    return {(first, end) for end in ends}


def edits(one: str, other: str) -> int:
    """Return the edit distance with transpositions of two words, by exhaustive search."""
    if not one or not other:
        return len(one) + len(other)
    best = min(edits(one[1:], other) + 1, edits(one, other[1:]) + 1, edits(one[1:], other[1:]) + (one[0] != other[0]))
    if one[:2] == other[1::-1] and len(one) > 1 < len(other):
        best = min(best, edits(one[2:], other[2:]) + 1)
    return best


def shown(query: Query, document: Document) -> tuple[Span, ...]:
    """Return the matches that are not inside another, in order."""
    spans = model_matches(query, document) or set()
    return tuple(sorted(one for one in spans if not any(o != one and o[0] <= one[0] and one[1] <= o[1] for o in spans)))


# There are only two one-letter words, because three could be parsed as a letter-spaced word.
WORDS = st.sampled_from(("aa", "ab", "abc", "b", "bc", "a-"))
ASKED = ("aa", "ab", "abc", "b", "bc", "a", "ac", "aab", "a-bc")
IDS = st.sampled_from("123456")
VENDORS = st.sampled_from([(), ("Alfa",), ("Beta",), ("Alfa", "Beta")])
YEARS = st.sampled_from([(), ("2020",), ("2021",)])
LEAVES = st.one_of(
    st.sampled_from(ASKED).map(lambda word: Term(IndexField.FORM, word)),
    st.sampled_from(["ab*", "*b", "a?", "*", "a*c"]).map(lambda text: Pattern(IndexField.FORM, text)),
    st.builds(Fuzzy, st.just(IndexField.FORM), st.sampled_from(["aab", "ba", "b"]), st.integers(1, 2)),
    st.builds(
        Range, st.just(NumericField.YEAR), st.sampled_from([None, 2020, 2021]), st.sampled_from([None, 2020, 2022])
    ),
    st.builds(Carries, st.just("vendor"), st.sampled_from(["Alfa", "Beta", "Gama", UNKNOWN])),
    st.lists(st.sampled_from(ASKED), min_size=1, max_size=3).map(lambda words: Phrase(tuple(words))),
)
QUERIES: st.SearchStrategy[Query] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Or(tuple(parts))),
        inner.map(Not),
        st.builds(Near, inner, inner, st.integers(1, 4)),
    ),
    max_leaves=5,
)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "vendor": st.sampled_from([("Alfa",), ("Alfa", "Beta"), (UNKNOWN,), ("Gama",)]),
        "year": st.sampled_from([("2020",), ("2020", "2021"), ("2021", UNKNOWN)]),
        "not_vendor": st.sampled_from([("Alfa",), ("Beta", UNKNOWN), ("Gama",)]),
        "not_year": st.sampled_from([("2020",), (UNKNOWN,)]),
    },
)
PAGES = st.lists(st.lists(WORDS, max_size=8), max_size=3)
BATCHES = st.lists(st.dictionaries(IDS, st.builds(Document, PAGES, VENDORS, YEARS), max_size=6), min_size=1, max_size=4)

History = tuple[list[dict[str, Document]], dict[str, tuple[str, ...]], set[str]]
"""Batches of documents that are added or replaced; then new vendors of some; then removed documents."""
Asked = tuple[Query, dict[str, tuple[str, ...]], str]
"""A query with filters and an order."""

HISTORIES: st.SearchStrategy[History] = st.tuples(
    BATCHES, st.dictionaries(IDS, VENDORS, max_size=2), st.sets(IDS, max_size=2)
)
QUESTIONS: st.SearchStrategy[list[Asked]] = st.lists(
    st.tuples(QUERIES, FILTERS, st.sampled_from(SORTS)), min_size=1, max_size=8
)


def check_agreement(engine: SearchEngine, history: History, asked: list[Asked]) -> None:
    """Assert that an empty engine, after a history, returns the documents, counts, pages and matches of the model."""
    batches, described_anew, removed = history
    held: dict[str, Document] = {}
    for revision, batch in enumerate(batches, start=1):
        engine.add(document.entry(id_, revision) for id_, document in batch.items())
        held |= batch
    changed = {id_: replace(held[id_], vendors=vendors) for id_, vendors in described_anew.items() if id_ in held}
    engine.add(document.entry(id_, len(batches) + 1, has_text=False) for id_, document in changed.items())
    engine.remove(removed)
    held = {id_: document for id_, document in (held | changed).items() if id_ not in removed}
    for query, filters, sort in asked:
        chosen, excluded = split(filters)
        request = EngineRequest(query, chosen, sort, 100, 0, excluded=excluded)
        _check_results(engine.search(request), request, query, held)
        for id_, document in held.items():
            assert engine.matches(query, id_, 1) == shown(query, document)


def _check_results(results: EngineResults, request: EngineRequest, query: Query, held: Mapping[str, Document]) -> None:
    values = {
        id_: {"vendor": document.vendors or (UNKNOWN,), "year": document.years or (UNKNOWN,)}
        for id_, document in held.items()
    }
    matching = {id_ for id_, document in held.items() if model_matches(query, document) is not None}

    def passes(id_: str, facet: str) -> bool:
        carried, chosen = set(values[id_][facet]), set(request.filters.get(facet, values[id_][facet]))
        return bool(carried & chosen) and not carried & set(request.excluded.get(facet, ()))

    def passing(without: str) -> set[str]:
        return {id_ for id_ in matching if all(passes(id_, facet) for facet in values[id_] if facet != without)}

    assert found(results) == passing("")
    assert results.total == len(results.hits)
    for hit in results.hits:
        document = held[hit.id]
        assert hit.matches == shown(query, document)
        assert (list(hit.text.first_words), hit.text.word_count) == (document.first_words, document.word_count)
        assert [list(hit.text.words(number)) for number in range(1, len(document.pages) + 1)] == document.pages
    for facet in ("vendor", "year"):
        counts = dict.fromkeys((*request.filters.get(facet, ()), *request.excluded.get(facet, ())), 0)
        for id_ in passing(facet):
            for value in values[id_][facet]:
                counts[value] = counts.get(value, 0) + 1
        assert results.facets[facet] == counts
    assert set(results.facets) == set(FACETS)
