"""A clause while the tree of its document is being built."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from archive.model import ClauseLevel
from indexer.clauses.headings import Heading


@dataclass(slots=True)
class Node:
    """A clause with its children; ``last`` grows while words and children are added."""

    level: ClauseLevel
    number: str
    label: str
    first: int
    last: int
    confidence: float
    heading: Heading | None = None
    is_counted: bool = False
    children: list[Node] = field(default_factory=list)
    _counts: Counter[ClauseLevel] = field(default_factory=Counter)

    def count(self, level: ClauseLevel) -> int:
        """How many children of a level there are."""
        return self._counts[level]

    def add(self, child: Node) -> Node:
        """Put a child after the others and return it. No clause is surer than the one around it."""
        child.confidence = min(child.confidence, self.confidence)
        self.children.append(child)
        self._counts[child.level] += 1
        return child

    def close(self) -> int:
        """Let the clause and those in it reach to the end of their last children; the last word is returned."""
        self.last = max([self.last, *(child.close() for child in self.children)])
        return self.last
