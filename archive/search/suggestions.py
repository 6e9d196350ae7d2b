"""Did you mean: the query with its misspelt words corrected to words that the archive has.

Every word that stands nowhere, or nearly so, is compared with the words of the index. A correction is only suggested
if the whole corrected query finds documents, and it is written the way the query was: in Cyrillic, in Latin, or in
Latin without diacritics.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, product

from archive.errors import QueryTooBroad
from archive.search.engine import SearchEngine
from archive.search.misspelling import implausibility
from archive.search.query import Field, Fuzzy, Leaf, Term
from archive.search.querying.understood import TypedWord, WordKind
from archive.search.request import MAX_QUERY_LENGTH, SearchRequest
from archive.search.spelling import spelled_like
from archive.text.analyzer import is_marked, word_form

FEW = 3
"""Documents up to which a whole search is thought to have found too little."""

RARE = 2
"""Documents up to which a word may be a misspelling that somebody printed."""

MORE_FREQUENT = 20
"""How many times more documents a correction needs than the rare word it corrects."""

MOST_SEARCHES = 3
"""Corrected queries that are tried until one finds something."""

MOST_CORRECTED = 10
"""Misspelt words up to which a query is corrected. Each is compared with many words of the index, and with more of them
there would be no telling what was meant."""

_LEAST_LETTERS = 3
_TWO_EDITS_FROM = 7
"""Letters from which two edits are looked for: in shorter words they make another word rather than a slip."""

_COMPARED = 60
"""Words of the index that are compared, the most frequent ones at each distance."""

_KEPT = 3
"""Corrections kept of one word."""

_CORRECTED = frozenset({WordKind.PLAIN, WordKind.EXACT, WordKind.PHRASE})

Count = Callable[[SearchRequest], int]
"""How many documents a search finds."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A corrected query, and the number of documents it finds with the same filters."""

    text: str
    total: int


@dataclass(frozen=True, slots=True)
class Correction:
    """``typed`` stands in the query and ``meant`` should. ``doubt`` grows as it gets less likely."""

    typed: str
    meant: str
    doubt: float


def did_you_mean(
    request: SearchRequest, words: Iterable[TypedWord], total: int, engine: SearchEngine, count: Count
) -> Suggestion | None:
    """A correction of a query that found ``total`` documents, or None where nothing is wrong, or nothing is better.

    :param words: those of the parsed query (:class:`archive.search.querying.understood.ParsedQuery`).
    """
    if total > FEW:
        return None
    marked = is_marked(request.text)
    lacking = [typed for typed, leaves in _single_words(words) if _documents(leaves, engine) <= RARE]
    if len(lacking) > MOST_CORRECTED:
        return None
    corrected = [found for typed in lacking if (found := tuple(corrections(typed, engine, marked=marked)))]
    for chosen in islice(_combinations(corrected), MOST_SEARCHES):
        text = _applied(request.text, chosen)
        if text == request.text or len(text) > MAX_QUERY_LENGTH:
            continue
        try:
            better = count(replace(request, text=text, limit=1, offset=0))
        except QueryTooBroad:
            continue
        if better > total * MORE_FREQUENT:
            return Suggestion(text, better)
    return None


def corrections(typed: str, engine: SearchEngine, *, marked: bool) -> Iterator[Correction]:
    """The likeliest words of the index for one that stands nowhere or nearly so; at most three, the likeliest first.

    :param marked: whether the query is typed with diacritics or in Cyrillic.
    """
    form = word_form(typed)
    if len(form) < _LEAST_LETTERS or not form.isalpha():
        return
    known = _documents((Term(Field.FORM, form),), engine)
    best: dict[str, tuple[float, str]] = {}
    for distance in (1, 2) if len(form) >= _TWO_EDITS_FROM else (1,):
        for near in engine.words(Fuzzy(Field.FORM, form, distance), _COMPARED):
            meant = word_form(near.word)
            if meant != form and near.documents >= max(1, known * MORE_FREQUENT):
                doubt = implausibility(form, meant, near.documents)
                # Several spellings have one form; the first is the most frequent one.
                best.setdefault(meant, (doubt, near.word))
    for doubt, word in sorted(best.values())[:_KEPT]:
        yield Correction(typed, spelled_like(word, typed, marked=marked), doubt)


def missing_words(words: Iterable[TypedWord], engine: SearchEngine) -> tuple[str, ...]:
    """The typed words that stand in no document, in no form that was asked for."""
    return tuple(typed for typed, leaves in _single_words(words) if not _documents(leaves, engine))


def _single_words(words: Iterable[TypedWord]) -> Iterable[tuple[str, tuple[Leaf, ...]]]:
    """Every word that can be misspelt, once, with what it asks for: none with a wildcard, none to be left out."""
    return dict.fromkeys(_each_word(words))


def _each_word(words: Iterable[TypedWord]) -> Iterator[tuple[str, tuple[Leaf, ...]]]:
    for word in words:
        if word.excluded or word.kind not in _CORRECTED:
            continue
        if word.kind is WordKind.PHRASE:
            yield from ((part, (Term(Field.FORM, word_form(part)),)) for part in word.text.split())
        else:
            yield word.text, tuple(word.leaves)


def _documents(leaves: Iterable[Leaf], engine: SearchEngine) -> int:
    """Documents of the most frequent word that any of the leaves stands for."""
    return max((word.documents for leaf in leaves for word in engine.words(leaf, 1)), default=0)


def _combinations(corrected: list[tuple[Correction, ...]]) -> Iterator[tuple[Correction, ...]]:
    """One correction of each word, the likeliest combination first."""
    kept = _KEPT if len(corrected) <= _KEPT else 1  # With many words, there would be too many ways.
    ways = [way for way in product(*(found[:kept] for found in corrected)) if way]
    return iter(sorted(ways, key=lambda way: sum(correction.doubt for correction in way)))


def _applied(text: str, chosen: Iterable[Correction]) -> str:
    for correction in chosen:
        standing_alone = rf"(?<!\w){re.escape(correction.typed)}(?!\w)"
        text = re.sub(standing_alone, correction.meant.replace("\\", r"\\"), text)
    return text
