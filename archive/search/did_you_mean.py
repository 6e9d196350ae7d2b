"""Did you mean: suggests a query with misspelt words corrected to words of the index.

A noisy channel in the manner of Kernighan, Church and Gale (1990): the best correction is the word that is both
frequent and a likely source of what was typed. Words are compared in their folded form, so differences of script, case
and diacritics cost nothing.

Every word without or with few occurrences is compared with the words of the index, unless it is in the dictionary of a
language: a correctly spelled word that the archive lacks is no mistake. A capitalized word may be a name and is
corrected only at distance one. The first letter is rarely wrong. A correction is suggested only if the whole corrected
query has hits, and it is written like the query: in Cyrillic, in Latin, or in Latin without diacritics.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice, pairwise, product

from archive.errors import QueryTooBroad
from archive.search.engine import SearchEngine
from archive.search.meanings.tables import is_foreign_name
from archive.search.query import Fuzzy, Leaf
from archive.search.query_language.parsed_query import TypedWord, WordKind
from archive.search.request import MAX_QUERY_LENGTH, SearchRequest
from archive.text.analyzer import is_marked
from archive.text.folding import script_of, to_cyrillic, without_marks
from archive.text.forms import word_form
from archive.text.known_words import PACKED, is_word
from archive.text.vocabulary import IndexField, Term


def spelled_like(word: str, typed: str, *, marked: bool) -> str:
    """Return ``word``, which is in lower-case Latin with diacritics, in the script and case of ``typed``.

    :param marked: whether the reader writes diacritics; without them, đ is dj.
    """
    if script_of(typed) == "Cyrl":
        word = to_cyrillic(word)
    elif not marked:
        word = without_marks(word.replace("đ", "dj"))
    if len(typed) > 1 and typed.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if typed[:1].isupper() else word


_ROWS = ("qwertzuiop", "asdfghjkl", "yxcvbnm")
"""Rows of a Serbian Latin keyboard. Letters beyond the right edge are folded away."""

_SHAPES = ("0o", "1li", "5s", "8b", "ce", "nu", "hb", "ft", "gq", "vy")
"""Characters that OCR confuses."""

_SOUNDS = ("dt", "bp", "gk", "zs", "vf", "aeiou", "yz", "mn")
"""Letters that sound alike, and y and z, which are swapped between keyboards."""

_MERGED = {("rn", "m"), ("ii", "u"), ("cl", "d"), ("vv", "w"), ("nj", "n"), ("ks", "x"), ("ije", "e"), ("je", "e")}
"""Letter pairs that are confused with fewer letters: by OCR, in foreign words, or in the other Serbian
pronunciation."""

_LIKELY, _KEY, _ANY, _SWAP, _DOUBLED = 0.6, 0.8, 1.0, 0.6, 0.5
"""Costs of edit operations."""

_RARITY = 0.3
"""Cost, in edits, of a word that a tenth of the documents has."""


def _neighbours() -> set[frozenset[str]]:
    beside = {frozenset(pair) for row in _ROWS for pair in pairwise(row)}
    below = {
        frozenset((key, under))
        for upper, lower in pairwise(_ROWS)
        for at, key in enumerate(upper)
        for under in lower[max(0, at - 1) : at + 1]
    }
    return beside | below


_CONFUSED = {frozenset(pair) for group in (*_SHAPES, *_SOUNDS) for pair in combinations(group, 2)}
NEIGHBOURS = frozenset(_neighbours())
"""Pairs of adjacent keys."""


def implausibility(typed: str, meant: str, documents: int) -> float:
    """Return the cost of ``meant``, a word in ``documents`` documents, as the source of ``typed``.

    Costs are comparable for the same ``typed`` only.
    """
    return edit_cost(typed, meant) - _RARITY * math.log10(max(1, documents))


def edit_cost(typed: str, meant: str) -> float:
    """Return the weighted edit distance of two folded words: insertions, deletions, substitutions, transpositions."""
    rows = [[math.inf] * (len(meant) + 1) for _ in range(len(typed) + 1)]
    rows[0][0] = 0.0
    for at in range(len(typed) + 1):
        for to in range(len(meant) + 1):
            if at or to:
                rows[at][to] = min(_edit_costs(rows, typed, at, meant, to))
    return rows[-1][-1]


def _edit_costs(rows: list[list[float]], typed: str, at: int, meant: str, to: int) -> list[float]:
    """Return the cost of each way to edit ``typed[:at]`` into ``meant[:to]``."""
    ways = []
    if at:
        ways.append(rows[at - 1][to] + _length_cost(typed, at))
    if to:
        ways.append(rows[at][to - 1] + _length_cost(meant, to))
    if at and to:
        ways.append(rows[at - 1][to - 1] + _substitution(typed[at - 1], meant[to - 1]))
        if at > 1 and to > 1 and typed[at - 2 : at] == meant[to - 1] + meant[to - 2]:
            ways.append(rows[at - 2][to - 2] + _SWAP)
        for long, short in _MERGED:
            if typed.endswith(long, 0, at) and meant.endswith(short, 0, to):
                ways.append(rows[at - len(long)][to - len(short)] + _LIKELY)
            if typed.endswith(short, 0, at) and meant.endswith(long, 0, to):
                ways.append(rows[at - len(short)][to - len(long)] + _LIKELY)
    return ways


def _length_cost(word: str, end: int) -> float:
    """Return the cost of inserting or deleting the last letter of ``word[:end]``."""
    return _DOUBLED if end > 1 and word[end - 1] == word[end - 2] else _ANY


def _substitution(one: str, other: str) -> float:
    if one == other:
        return 0.0
    pair = frozenset((one, other))
    if pair in _CONFUSED:
        return _LIKELY
    return _KEY if pair in NEIGHBOURS else _ANY


FEW = 3
"""Most documents with which a search is taken to have found too little."""

RARE = 2
"""Most documents of a word that may be a printed misspelling."""

MORE_FREQUENT = 20
"""Least ratio of the document frequencies of a correction and the rare word it corrects."""

MOST_SEARCHES = 3
"""Most corrected queries that are tried until one has hits."""

MOST_CORRECTED = 10
"""Most misspelt words of a query that is corrected. Each is compared with many words of the index, and a query with
more of them cannot be guessed."""

_LEAST_LETTERS = 3
_TWO_EDITS_FROM = 7
"""Fewest letters of a word for which two edits are tried; two edits of a shorter word lead to another word."""

_COMPARED = 60
"""Most words of the index that are compared, the most frequent ones at each distance."""

_KEPT = 3
"""Most corrections of one word."""

_CORRECTED = frozenset({WordKind.PLAIN, WordKind.EXACT, WordKind.PHRASE})

Count = Callable[[SearchRequest], int]
"""Returns the number of hits of a search."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A corrected query, and its number of hits with the same filters."""

    text: str
    total: int


@dataclass(frozen=True, slots=True)
class WordCorrection:
    """The correction of ``typed`` to ``meant``. ``doubt`` is its cost."""

    typed: str
    meant: str
    doubt: float


@dataclass(frozen=True, slots=True)
class MisspeltWord:
    """A typed word with few ``documents``, and its corrections, the most likely first."""

    typed: str
    documents: int
    corrections: tuple[WordCorrection, ...]


def did_you_mean(
    request: SearchRequest,
    words: Iterable[TypedWord],
    total: int,
    engine: SearchEngine,
    count: Count,
    misspelt: Sequence[MisspeltWord] | None = None,
) -> Suggestion | None:
    """Return a corrected query for one with ``total`` hits, or None.

    :param words: the words of the parsed query (:class:`archive.search.query_language.parsed_query.ParsedQuery`).
    :param misspelt: the result of :func:`misspelt_words` for them, if known.
    """
    if total > FEW:
        return None
    if misspelt is None:
        misspelt = misspelt_words(words, engine, marked=is_marked(request.text))
    for chosen in islice(_combinations([word.corrections for word in misspelt]), MOST_SEARCHES):
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


def misspelt_words(words: Iterable[TypedWord], engine: SearchEngine, *, marked: bool) -> tuple[MisspeltWord, ...]:
    """Return the words that are rare in the index, in no dictionary, and have a likely correction; empty if they are
    too many.

    :param marked: whether the query is typed with diacritics or in Cyrillic.
    """
    lacking = {
        typed: documents
        for typed, leaves in _single_words(words)
        if _may_be_misspelt(typed)
        and (documents := _documents(leaves, engine)) <= RARE
        and not (_is_spelled_right(typed) or _has_other_forms(typed, leaves, engine))
    }
    if len(lacking) > MOST_CORRECTED:
        return ()
    found = (
        MisspeltWord(typed, documents, tuple(corrections(typed, engine, marked=marked)))
        for typed, documents in lacking.items()
    )
    return tuple(word for word in found if word.corrections)


def _may_be_misspelt(word: str) -> bool:
    """Return whether a word consists of letters and is long enough to be corrected."""
    form = word_form(word)
    return len(form) >= _LEAST_LETTERS and form.isalpha()


def corrections(typed: str, engine: SearchEngine, *, marked: bool) -> Iterator[WordCorrection]:
    """Return at most three words of the index as corrections of a missing or rare one, the most likely first.

    :param marked: whether the query is typed with diacritics or in Cyrillic.
    """
    form = word_form(typed)
    known = _documents((Term(IndexField.FORM, form),), engine)
    may_be_name = typed[:1].isupper() and not typed.isupper()
    best: dict[str, tuple[float, str]] = {}
    for distance in (1, 2) if len(form) >= _TWO_EDITS_FROM and not may_be_name else (1,):
        for near in engine.words(Fuzzy(IndexField.FORM, form, distance), _COMPARED):
            meant = word_form(near.word)
            if meant != form and near.documents >= max(1, known * MORE_FREQUENT) and _begin_alike(form, meant):
                doubt = implausibility(form, meant, near.documents)
                # Several spellings have the same form; the first is the most frequent one.
                best.setdefault(meant, (doubt, near.word))
    for doubt, word in sorted(best.values())[:_KEPT]:
        yield WordCorrection(typed, spelled_like(word, typed, marked=marked), doubt)


def _is_spelled_right(word: str) -> bool:
    """Return whether the word is in the dictionary of a language, or a name of the tables."""
    form = word_form(word)
    return is_foreign_name(form) or any(is_word(form, language) for language in PACKED)


def _has_other_forms(word: str, leaves: Iterable[Leaf], engine: SearchEngine) -> bool:
    """Return whether the index has the word in another form, so that it is spelled right."""
    form = word_form(word)
    stems = (leaf for leaf in leaves if leaf.field is not IndexField.FORM)
    return any(word_form(found.word) != form for leaf in stems for found in engine.words(leaf, FEW))


def _begin_alike(typed: str, meant: str) -> bool:
    first = frozenset((typed[0], meant[0]))
    return len(first) == 1 or first in _CONFUSED or first in NEIGHBOURS or typed[:2] == meant[1::-1]


def missing_words(words: Iterable[TypedWord], engine: SearchEngine) -> tuple[str, ...]:
    """Return the typed words that no document has in any requested form."""
    return tuple(typed for typed, leaves in _single_words(words) if not any(engine.words(leaf, 1) for leaf in leaves))


def _single_words(words: Iterable[TypedWord]) -> Iterable[tuple[str, tuple[Leaf, ...]]]:
    """Return every distinct word that can be misspelt, with its leaves: no wildcards, no exclusions."""
    return dict.fromkeys(_each_word(words))


def _each_word(words: Iterable[TypedWord]) -> Iterator[tuple[str, tuple[Leaf, ...]]]:
    for word in words:
        if word.excluded or word.kind not in _CORRECTED:
            continue
        if word.kind is WordKind.PHRASE:
            yield from ((part, (Term(IndexField.FORM, word_form(part)),)) for part in word.text.split())
        else:
            yield word.text, tuple(word.leaves)


def _documents(leaves: Iterable[Leaf], engine: SearchEngine) -> int:
    """Return the highest document frequency of the words of the leaves."""
    return max((word.documents for leaf in leaves for word in engine.words(leaf, 1)), default=0)


def _combinations(corrected: list[tuple[WordCorrection, ...]]) -> Iterator[tuple[WordCorrection, ...]]:
    """Yield one correction for each word, the most likely combination first."""
    kept = _KEPT if len(corrected) <= _KEPT else 1  # With many words, there would be too many combinations.
    ways = [way for way in product(*(found[:kept] for found in corrected)) if way]
    return iter(sorted(ways, key=lambda way: sum(correction.doubt for correction in way)))


def _applied(text: str, chosen: Iterable[WordCorrection]) -> str:
    for correction in chosen:
        standing_alone = rf"(?<!\w){re.escape(correction.typed)}(?!\w)"
        text = re.sub(standing_alone, correction.meant.replace("\\", r"\\"), text)
    return text
