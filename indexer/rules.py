"""All rules over the words of one reading: what its facts are, and its clauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive.model import Clause, Fact, Reading
from archive.model.words import Words
from indexer import clauses
from indexer.facts import extract
from indexer.facts.text import DocumentText
from indexer.facts.watch.watchlist import Watchlist


@dataclass(frozen=True, slots=True)
class Extraction:
    """What rules read in a document."""

    facts: tuple[Fact, ...] = ()
    clauses: tuple[Clause, ...] = ()

    def in_reading(self, number: int) -> Extraction:
        """The same in a reading of this number, which those who read it did not know yet."""
        return Extraction(
            tuple(replace(fact, span=fact.span and replace(fact.span, reading=number)) for fact in self.facts),
            tuple(replace(clause, span=replace(clause.span, reading=number)) for clause in self.clauses),
        )


def apply_rules(document: str, reading: Reading, words: Sequence[Words], watchlist: Watchlist) -> Extraction:
    """The facts and the clauses of a document. ``words`` holds the words of each page of ``reading`` in turn."""
    text = DocumentText.of(document, reading, words)
    facts = extract(text, words, watchlist)
    kind = next((fact.value for fact in facts if fact.field == "kind"), None)
    return Extraction(facts, clauses.find(text, words, kind))
