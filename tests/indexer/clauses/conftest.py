"""Fixtures with contracts for the clause rules; every firm and person is invented."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from archive.model import Box, Clause, ClauseLevel
from archive.model.words import Break, Word, Words
from indexer.clauses import find
from indexer.facts.text import DocumentText
from tests.indexer.facts.conftest import DOCUMENT, reading_of, words_of

Line = tuple[float, str]
"""The left edge of a line as a share of the page, and its text."""


class Outline:
    """The clauses of a text by their eids."""

    def __init__(self, columns: Sequence[Words], kind: str | None = "contract") -> None:
        self.words = [word for page in columns for word in page.texts]
        text = DocumentText.of(DOCUMENT, reading_of(list(columns)), columns)
        self.clauses = find(text, columns, kind)

    def __getitem__(self, eid: str) -> Clause:
        return next(clause for clause in self.clauses if clause.eid == eid)

    @property
    def eids(self) -> list[str]:
        """The eids in order."""
        return [clause.eid for clause in self.clauses]

    def at(self, *levels: ClauseLevel) -> list[str]:
        """Return the eids of the clauses of these levels."""
        return [clause.eid for clause in self.clauses if clause.level in levels]

    def text(self, eid: str) -> str:
        """Return the words of a clause."""
        span = self[eid].span
        return " ".join(self.words[span.first : span.last + 1])


def laid_out(lines: Sequence[Line], step: float = 0.02, *, scanned: bool = False) -> Words:
    """Return a page with boxes, where a character is 1 % of the page wide.

    An empty text leaves half a line of space.
    """
    words: list[Word] = []
    top = 0.05
    for left, line in lines:
        before, x = Break.LINE, left
        for token in line.split():
            box = Box(x, top, x + 0.01 * len(token), top + 0.012)
            words.append(Word(token, box, 95 if scanned else None, before))
            before, x = Break.SPACE, box.x1 + 0.01
        top += step if line else step / 2
    return Words.of(words)


@pytest.fixture
def outline() -> Callable[..., Outline]:
    """Return a function that extracts the clauses of texts, one per page."""

    def make(*pages: str, kind: str | None = "contract") -> Outline:
        return Outline([words_of(page) for page in pages], kind)

    return make
