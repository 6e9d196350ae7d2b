"""Questions about a municipality: which one a query names, and which findings answer it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archive.findings.definition import Definition
from archive.search.query_language.parsed_query import TypedWord
from archive.text.analyzer import found_by
from archive.text.vocabulary import Term


def place_asked_for(words: Sequence[TypedWord], names: Iterable[str]) -> str | None:
    """Return the municipality that the words of a query name, the longest of several; None if none.

    :param names: the municipalities of the archive.
    """
    named = [name for name in names if _are_all_in(name, words)]
    return max(named, key=lambda name: len(name.split()), default=None)


def findings_asked_for(words: Sequence[TypedWord], definitions: Iterable[Definition]) -> list[Definition]:
    """Return the findings that answer the words of a query."""
    return [one for one in definitions if any(_are_all_in(asked, words) for asked in one.asked)]


def words_unused(words: Sequence[TypedWord], municipality: str, definitions: Iterable[Definition]) -> list[str]:
    """Return the words of a query, as typed, that name neither the municipality nor what the findings count, and so do
    not narrow their numbers."""
    texts = (municipality, *(text for one in definitions for text in one.asked))
    used = [part for text in texts for part in text.split()]
    return [word.text for word in words if not word.excluded and not any(_finds(word, part) for part in used)]


def _are_all_in(text: str, words: Sequence[TypedWord]) -> bool:
    """Return whether a query would find every word of a text."""
    return all(any(_finds(word, printed) for word in words) for printed in text.split())


def _finds(word: TypedWord, printed: str) -> bool:
    terms = found_by(printed)
    return not word.excluded and any(isinstance(leaf, Term) and leaf.text in terms for leaf in word.leaves)
