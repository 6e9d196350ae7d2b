"""Where a query matches inside one document: the same rule for every engine and for the tests' model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from archive.search.query import And, Field, Not, Or, Phrase, Prefix, Query, Term

Match = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Extents:
    """Which words the positions of one document stand for (see :class:`archive.search.engine.IndexEntry`).

    ``joined`` holds the first and the last word of each joined word in turn.
    """

    word_count: int
    joined: Sequence[int] = ()

    def of(self, position: int) -> Match:
        """The first and the last word of a position."""
        if position < self.word_count:
            return position, position
        at = 2 * (position - self.word_count)
        return self.joined[at], self.joined[at + 1]


class DocumentTerms(Protocol):
    """The terms of one document."""

    @property
    def extents(self) -> Extents:
        """What its positions stand for."""

    def positions(self, field: Field, term: str) -> Sequence[int]:
        """The ascending positions at which ``term`` stands; empty where it stands nowhere."""

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
            return set(map(terms.extents.of, terms.positions(field, text))) or None
        case Prefix(field):
            found_at = (at for text in terms.expand(query) for at in terms.positions(field, text))
            return set(map(terms.extents.of, found_at)) or None
        case Phrase(words):
            return phrase_matches([terms.positions(Field.FORM, word) for word in words], terms.extents) or None
        case Not(part):
            return set() if _matches(part, terms) is None else None
        case And(parts):
            found = [_matches(part, terms) for part in parts]
            return None if None in found else set().union(*(part for part in found if part))
        case Or(parts):
            found = [_matches(part, terms) for part in parts]
            return None if all(part is None for part in found) else set().union(*(part for part in found if part))


def phrase_matches(positions: Sequence[Sequence[int]], extents: Extents) -> set[Match]:
    """Where the words of a phrase follow each other, given the ascending positions of each.

    A joined word is followed by what stands after its last piece.
    """
    if all(not of_word or of_word[-1] < extents.word_count for of_word in positions):
        starts = set(positions[0])
        for offset, of_word in enumerate(positions[1:], start=1):
            starts &= {at - offset for at in of_word}
        return {(start, start + len(positions) - 1) for start in starts}
    found = set(map(extents.of, positions[0]))
    for of_word in positions[1:]:
        begun: dict[int, list[int]] = {}
        for first, last in found:
            begun.setdefault(last + 1, []).append(first)
        found = {(start, last) for at, last in map(extents.of, of_word) for start in begun.get(at, ())}
    return found


def _outermost(matches: set[Match]) -> tuple[Match, ...]:
    # Longest first among those that begin at one word: whatever begins later and ends no later lies inside.
    kept: list[Match] = []
    for first, last in sorted(matches, key=lambda match: (match[0], -match[1])):
        if not kept or last > kept[-1][1]:
            kept.append((first, last))
    return tuple(kept)
