"""Where a query matches inside one document: the same rule for every engine and for the tests' model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from archive.search.query import And, Field, Not, Or, Phrase, Prefix, Query, Term

Match = tuple[int, int]


class DocumentTerms(Protocol):
    """The terms of one document."""

    def positions(self, field: Field, term: str) -> Sequence[int]:
        """The ascending numbers of the words that ``term`` stands for; empty where it stands for none."""

    def expand(self, prefix: Prefix) -> Iterable[str]:
        """The terms that begin with the prefix."""


def find_matches(query: Query, terms: DocumentTerms) -> tuple[Match, ...]:
    """The (first, last) word numbers at which ``query`` matches, ascending; empty if it does not match.

    A phrase is one match. What an exclusion is about matches nowhere, and a branch that does not hold in this document
    contributes nothing. A match that lies inside another is left out.
    """
    return _outermost(_matches(query, terms) or set())


def _matches(query: Query, terms: DocumentTerms) -> set[Match] | None:
    """The matches of one node, or None where it does not hold. An exclusion that holds has none."""
    match query:
        case Term(field, text):
            return {(at, at) for at in terms.positions(field, text)} or None
        case Prefix(field):
            return {(at, at) for text in terms.expand(query) for at in terms.positions(field, text)} or None
        case Phrase(words):
            starts = phrase_starts([terms.positions(Field.FORM, word) for word in words])
            return {(start, start + len(words) - 1) for start in starts} or None
        case Not(part):
            return set() if _matches(part, terms) is None else None
        case And(parts):
            found = [_matches(part, terms) for part in parts]
            return None if None in found else set().union(*(part for part in found if part))
        case Or(parts):
            found = [_matches(part, terms) for part in parts]
            return None if all(part is None for part in found) else set().union(*(part for part in found if part))


def phrase_starts(positions: Sequence[Sequence[int]]) -> list[int]:
    """The ascending word numbers at which a phrase begins, given where each of its words stands."""
    starts = set(positions[0])
    for offset, word in enumerate(positions[1:], start=1):
        starts &= {at - offset for at in word}
    return sorted(starts)


def _outermost(matches: set[Match]) -> tuple[Match, ...]:
    # Longest first among those that begin at one word: whatever begins later and ends no later lies inside.
    kept: list[Match] = []
    for first, last in sorted(matches, key=lambda match: (match[0], -match[1])):
        if not kept or last > kept[-1][1]:
            kept.append((first, last))
    return tuple(kept)
