"""Every search engine agrees with a model that is plain to see: each query tried at every word."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.search.engine import EngineRequest, EngineResults, SearchEngine
from archive.search.query import And, Field, Not, Or, Phrase, Prefix, Query, Term
from archive.search.request import FACETS, SORTS, UNKNOWN
from tests.engine_samples import ENGINES, entry, found

# The model: documents as lists of words, and a query tried at every word. "a-" stands at a line's end, so that it and
# the next word are also one word.

VOCABULARY = ("aa", "ab", "abc", "b", "c", "a-")
Token = tuple[set[str], int, int]
"""What a word or joined word is called, and the first and last word it is printed on."""


def tokens(words: Sequence[str]) -> list[Token]:
    """Every word, and every joined word."""
    single: list[Token] = [({word.rstrip("-")}, at, at) for at, word in enumerate(words)]
    joined: list[Token] = []
    at = 0
    while at < len(words) - 1:
        last = at
        while words[last] == "a-" and last < len(words) - 1:
            last += 1
        if last > at:
            printed = "".join(words[at : last + 1])
            joined.append(({printed.rstrip("-"), _without_split_hyphens(words[at : last + 1])}, at, last))
        at = last + 1
    return single + joined


def _without_split_hyphens(pieces: Sequence[str]) -> str:
    return "".join(piece.rstrip("-") for piece in pieces)


def model_matches(query: Query, words: Sequence[str]) -> set[tuple[int, int]] | None:
    """Where a query of exact forms matches, or None where it does not hold."""
    match query:
        case Term(_, text):
            return {(first, last) for names, first, last in tokens(words) if text in names} or None
        case Prefix(_, text):
            begun = (token for token in tokens(words) if any(name.startswith(text) for name in token[0]))
            return {(first, last) for _, first, last in begun} or None
        case Phrase(terms):
            return {span for first in range(len(words)) for span in model_phrase(terms, first, words)} or None
        case Not(part):
            return None if model_matches(part, words) is not None else set()
        case And(parts) | Or(parts):
            each = [model_matches(part, words) for part in parts]
            holds = [matches for matches in each if matches is not None]
            if not holds or (isinstance(query, And) and len(holds) < len(each)):
                return None
            return {match for matches in holds for match in matches}


def model_phrase(terms: Sequence[str], first: int, words: Sequence[str]) -> set[tuple[int, int]]:
    """Where a phrase ends that begins at word ``first``."""
    ends = {first - 1}
    for term in terms:
        ends = {last for names, begin, last in tokens(words) if term in names and begin - 1 in ends}
    return {(first, end) for end in ends}


def model_shown(matches: set[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Matches that lie inside no other, ascending."""
    return tuple(
        sorted(one for one in matches if not any(o != one and o[0] <= one[0] and one[1] <= o[1] for o in matches))
    )


ASKED = ("aa", "ab", "abc", "b", "c", "a", "ac", "aab", "a-c")
TERMS = st.sampled_from(ASKED).map(lambda word: Term(Field.FORM, word))
LEAVES = st.one_of(
    TERMS,
    st.just(Prefix(Field.FORM, "ab")),
    st.lists(st.sampled_from(ASKED), min_size=1, max_size=3).map(lambda words: Phrase(tuple(words))),
)
QUERIES: st.SearchStrategy[Query] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Or(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=5,
)
DOCUMENTS = st.dictionaries(
    st.sampled_from("123456"),
    st.tuples(
        st.lists(st.sampled_from(VOCABULARY), max_size=12),
        st.sampled_from([(), ("Alfa",), ("Beta",), ("Alfa", "Beta")]),
        st.sampled_from([(), ("2020",), ("2021",)]),
    ),
    max_size=6,
)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "vendor": st.sampled_from([("Alfa",), ("Alfa", "Beta"), (UNKNOWN,), ("Gama",)]),
        "year": st.sampled_from([("2020",), ("2020", "2021"), ("2021", UNKNOWN)]),
    },
)


@pytest.mark.parametrize("make", ENGINES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    batches=st.lists(DOCUMENTS, min_size=1, max_size=4),
    removed=st.sets(st.sampled_from("123456"), max_size=2),
    asked=st.lists(st.tuples(QUERIES, FILTERS, st.sampled_from(SORTS)), min_size=1, max_size=8),
)
def test_an_engine_agrees_with_the_model(
    make: Callable[[Path], SearchEngine],
    batches: list[dict[str, tuple[list[str], tuple[str, ...], tuple[str, ...]]]],
    removed: set[str],
    asked: list[tuple[Query, dict[str, tuple[str, ...]], str]],
) -> None:
    """After any additions, replacements and removals: the same documents, counts and matches as trying every word."""
    held: dict[str, tuple[list[str], tuple[str, ...], tuple[str, ...]]] = {}
    with TemporaryDirectory() as folder:
        engine = make(Path(folder) / "index")
        for batch in batches:
            engine.add(
                entry(id_, " ".join(words).replace("a- ", "a-\n"), vendor=v, year=y)
                for id_, (words, v, y) in batch.items()
            )
            held.update(batch)
        engine.remove(removed)
        held = {id_: document for id_, document in held.items() if id_ not in removed}
        for query, filters, sort in asked:
            results = engine.search(EngineRequest(query, filters, sort, 100, 0))
            check_against_model(results, query, filters, held)
            for id_, (words, _, _) in held.items():
                assert engine.matches(query, id_, 1) == model_shown(model_matches(query, words) or set())
        engine.close()


def check_against_model(
    results: EngineResults,
    query: Query,
    filters: Mapping[str, tuple[str, ...]],
    held: Mapping[str, tuple[list[str], tuple[str, ...], tuple[str, ...]]],
) -> None:
    values = {id_: {"vendor": v or (UNKNOWN,), "year": y or (UNKNOWN,)} for id_, (_, v, y) in held.items()}
    matching = {id_ for id_, (words, _, _) in held.items() if model_matches(query, words) is not None}

    def passing(without: str) -> set[str]:
        active = {facet: set(chosen) for facet, chosen in filters.items() if facet != without}
        return {id_ for id_ in matching if all(set(values[id_][facet]) & chosen for facet, chosen in active.items())}

    assert found(results) == passing("")
    assert results.total == len(results.hits)
    for hit in results.hits:
        assert hit.matches == model_shown(model_matches(query, held[hit.id][0]) or set())
    for facet in ("vendor", "year"):
        counts = dict.fromkeys(filters.get(facet, ()), 0)
        for id_ in passing(facet):
            for value in values[id_][facet]:
                counts[value] = counts.get(value, 0) + 1
        assert results.facets[facet] == counts
    assert set(results.facets) == set(FACETS)
