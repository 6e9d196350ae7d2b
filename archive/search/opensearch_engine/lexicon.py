"""The index of words: lookup of the words that a leaf of a query matches, and their document frequencies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from itertools import chain
from typing import Any

from rapidfuzz.distance import OSA

from archive.errors import QueryTooBroad
from archive.search.engine import WordCount
from archive.search.opensearch_engine.client import Searching
from archive.search.opensearch_engine.encoding import shortened
from archive.search.opensearch_engine.generations import GenerationNames
from archive.search.opensearch_engine.query_dsl import SECONDS, IndexWord, bearable, count, matching
from archive.search.opensearch_engine.sources import MOST_LISTED, WORDS, Json
from archive.search.query import Fuzzy, Leaf, Pattern, expression_of
from archive.text.vocabulary import IndexField, Term, Writing


def listing(leaf: Leaf, size: int) -> Json:
    """Return the search for the words of a leaf (a superset)."""
    field = "word" if leaf.field is IndexField.WORD else leaf.field.value
    match leaf:
        case Term(_, text):
            clause: Json = {"term": {field: shortened(text)}}
        case Pattern(_, text):
            clause = {"wildcard": {field: {"value": _relaxed(text), "rewrite": "constant_score"}}}
        case Fuzzy(_, text, distance):
            clause = {"fuzzy": {field: {"value": text, "fuzziness": distance, "rewrite": "constant_score"}}}
    return {
        "query": {"bool": {"filter": [clause]}},
        "size": size,
        "sort": ["_doc"],
        "track_total_hits": True,
        "_source": False,
        "stored_fields": "_none_",
        "docvalue_fields": list(
            dict.fromkeys(["word", "writing", "joined", *([] if isinstance(leaf, Term) else [field])])
        ),
        "timeout": SECONDS,
    }


def looked_up(
    searching: Searching, place: GenerationNames, leaves: Iterable[Leaf], beside: Sequence[Json] = ()
) -> tuple[dict[Leaf, list[IndexWord]], list[Json]]:
    """Return the words of leaves on pages, and the answers to the searches ``beside``, sent in the same request.

    :raises QueryTooBroad: they are too many.
    """
    found: dict[Leaf, list[IndexWord]] = {}
    entries, answers = _entries(searching, place, list(dict.fromkeys(leaves)), beside)
    for leaf, of_leaf in entries:
        joined: dict[str, bool] = {}
        for entry in of_leaf:
            word = entry["word"][0]
            joined[word] = joined.get(word, False) or entry["joined"][0]
        _check_number(searching, leaf, len(joined))
        found[leaf] = [IndexWord(word, is_joined) for word, is_joined in joined.items()]
    return found, answers


def word_counts(
    searching: Searching, place: GenerationNames, leaf: Leaf, limit: int, hidden: frozenset[str]
) -> tuple[WordCount, ...]:
    """Return the words of a leaf on pages, those in most visible documents first, then by spelling.

    :raises QueryTooBroad: they are too many.
    """
    writings: dict[str, Writing] = {}
    joined: dict[str, bool] = {}
    for _, entries in _entries(searching, place, [leaf])[0]:
        for entry in entries:
            word = entry["word"][0]
            writings[word] = writings.get(word, Writing(0)) | Writing(entry["writing"][0])
            joined[word] = joined.get(word, False) or entry["joined"][0]
    _check_number(searching, leaf, len(joined))
    words = [IndexWord(word, is_joined) for word, is_joined in joined.items()]
    counts = _commonest(searching, place, words, limit, hidden)
    ranked = sorted((word for word, number in counts.items() if number), key=lambda word: (-counts[word], word))
    return tuple(WordCount(word, writings[word], counts[word]) for word in ranked[:limit])


def _commonest(
    searching: Searching, place: GenerationNames, words: Sequence[IndexWord], limit: int, hidden: frozenset[str]
) -> dict[str, int]:
    """Count the visible documents of words: of all words, or at least of the most frequent.

    Counting thousands takes seconds. The document frequency of the servers, including hidden and replaced documents, is
    an upper bound, so words are counted from the largest bound down until no other can exceed.
    """
    at_once = searching.limits.counted
    most = _at_most(searching, place, words) if len(words) > at_once else {}
    ordered = sorted(words, key=lambda word: -most.get(word, 0))
    counts: dict[str, int] = {}
    for start in range(0, len(ordered), at_once):
        reached = nlargest(limit, counts.values())
        if len(reached) == limit and reached[-1] > most.get(ordered[start], 0):
            break
        part = ordered[start : start + at_once]
        clauses = ({"terms": {WORDS: matching([word])}} for word in part)
        answers = searching.asked([(place.documents, count(clause, hidden)) for clause in clauses])
        counts |= {word.text: told["hits"]["total"]["value"] for word, told in zip(part, answers, strict=True)}
    return counts


def _at_most(searching: Searching, place: GenerationNames, words: Sequence[IndexWord]) -> dict[IndexWord, int]:
    tokens = {word: matching([word]) for word in words}
    frequencies = searching.frequencies(place.documents, list(chain.from_iterable(tokens.values())))
    return {word: sum(frequencies[token] for token in of_word) for word, of_word in tokens.items()}


def _entries(
    searching: Searching, place: GenerationNames, leaves: Sequence[Leaf], beside: Sequence[Json] = ()
) -> tuple[list[tuple[Leaf, Iterator[Mapping[str, Any]]]], list[Json]]:
    """Return the entries of leaves, and the answers to the searches ``beside``."""
    first_look = searching.limits.first_look
    documents = [(place.documents, body) for body in beside]
    answers = searching.asked([*documents, *((place.words, listing(leaf, first_look)) for leaf in leaves)])
    whole = dict(zip(leaves, answers[len(beside) :], strict=True))
    totals = {leaf: answer["hits"]["total"]["value"] for leaf, answer in whole.items()}
    for leaf, total in totals.items():
        if total > MOST_LISTED:
            raise _too_many(leaf, searching.limits.words)
    more = [leaf for leaf, total in totals.items() if total > first_look]
    whole |= zip(more, searching.asked([(place.words, listing(leaf, totals[leaf])) for leaf in more]), strict=True)
    return [(leaf, _fitting(leaf, answer)) for leaf, answer in whole.items()], answers[: len(beside)]


def _fitting(leaf: Leaf, answer: Json) -> Iterator[Mapping[str, Any]]:
    return (hit["fields"] for hit in answer["hits"]["hits"] if _fits(leaf, hit["fields"]))


def _fits(leaf: Leaf, entry: Mapping[str, Any]) -> bool:
    """Return whether an entry matches the leaf exactly: the servers may return a superset."""
    texts = entry.get("word" if leaf.field is IndexField.WORD else leaf.field.value, ())
    match leaf:
        case Term():
            return True
        case Pattern(_, text):
            return any(expression_of(text).fullmatch(found) for found in texts)
        case Fuzzy(_, text, distance):
            return any(OSA.distance(text, found, score_cutoff=distance) <= distance for found in texts)


def _relaxed(pattern: str) -> str:
    """Return a less strict pattern that is cheaper to match: stars beside question marks are not."""
    escaped = bearable(pattern).replace("\\", "\\\\")
    return re.sub(r"\*+", "*", escaped.replace("?", "*")) if "*" in escaped else escaped


def _check_number(searching: Searching, leaf: Leaf, words: int) -> None:
    if words > searching.limits.words:
        raise _too_many(leaf, searching.limits.words)


def _too_many(leaf: Leaf, most: int) -> QueryTooBroad:
    return QueryTooBroad(
        "“%(text)s” expands to more than %(most)s different words.",
        "Give it more letters.",
        text=leaf.text,
        most=f"{most:,}",
    )
