"""Related words of a query: suggested to the reader, never searched for automatically."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from archive.search.engine import SearchEngine
from archive.search.meanings.tables import Spelling, rows
from archive.search.query_language.parsed_query import TypedWord, WordKind
from archive.text.folding import latin
from archive.text.stemming import serbian_stems
from archive.text.vocabulary import IndexField, Term

MOST_OFFERED = 6
"""Most related words per typed word."""

_TABLE = "thesaurus.txt"
_LONGEST = 4
"""Words of the longest entry."""

Stems = tuple[str, ...]
"""The first stem of each word of an entry."""


@dataclass(frozen=True, slots=True)
class OtherWords:
    """Words of the query, as typed, and related words in the index."""

    typed: str
    terms: tuple[str, ...]


def other_words(words: Sequence[TypedWord], engine: SearchEngine) -> Iterator[OtherWords]:
    """Yield related words, for those of a query, that occur in the index."""
    plain = [word.text for word in words if word.kind is WordKind.PLAIN and not word.excluded]
    stems = [frozenset(serbian_stems(latin(text), bare=True)) for text in plain]
    at = 0
    while at < len(plain):
        count, entries = _entries(stems, at)
        here = stems[at : at + count]
        # A search for cameras finds surveillance cameras already.
        wider = (entry for entry in entries if not all(word.intersection(_stems(entry)) for word in here))
        known = (entry for entry in wider if _is_held(entry, engine))
        terms = tuple(" ".join(entry) for entry, _ in zip(known, range(MOST_OFFERED), strict=False))
        if terms:
            yield OtherWords(" ".join(plain[at : at + count]), terms)
        at += count


def _entries(stems: Sequence[frozenset[str]], at: int) -> tuple[int, tuple[tuple[str, ...], ...]]:
    """Return how many words of the query, from this one on, are an entry, and the other entries of its rows."""
    for count in range(min(_LONGEST, len(stems) - at), 0, -1):
        here = stems[at : at + count]
        found: dict[tuple[str, ...], None] = {}
        beginning = sorted({number for stem in here[0] for number in _beginnings().get(stem, ())})
        for entry_stems, others in (_rows()[number] for number in beginning):
            if len(entry_stems) == count and all(map(_holds, here, entry_stems)):
                found |= dict.fromkeys(others)
        if found:
            return count, tuple(found)
    return 1, ()


def _holds(stems: frozenset[str], stem: str) -> bool:
    return stem in stems


@cache
def _table() -> dict[Stems, tuple[tuple[str, ...], ...]]:
    """Index the other entries of rows by the stems of each entry."""
    table: dict[Stems, tuple[tuple[str, ...], ...]] = {}
    for row in rows(_TABLE):
        for entry in map(_words, row.both_ways):
            others = tuple(other for other in map(_words, row.both_ways) if other != entry)
            table[_stems(entry)] = tuple(dict.fromkeys((*table.get(_stems(entry), ()), *others)))
    return table


@cache
def _rows() -> tuple[tuple[Stems, tuple[tuple[str, ...], ...]], ...]:
    return tuple(_table().items())


@cache
def _beginnings() -> dict[str, list[int]]:
    """Index the numbers of entries by their first stem."""
    numbers: dict[str, list[int]] = {}
    for number, (entry_stems, _) in enumerate(_rows()):
        numbers.setdefault(entry_stems[0], []).append(number)
    return numbers


def _words(entry: Spelling) -> tuple[str, ...]:
    return entry.variants[0]


def _stems(entry: Sequence[str]) -> Stems:
    return tuple(serbian_stems(latin(word))[0] for word in entry)


def _is_held(entry: Sequence[str], engine: SearchEngine) -> bool:
    """Return whether each of the words occurs in the index, in some form."""
    return all(engine.words(Term(IndexField.STEM, stem), 1) for stem in _stems(entry))
