"""Documents for the fact rules, typed in the tests: every town is real, every firm and person invented."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from archive.model import Fact, Page, Reading, TextSource
from archive.model.words import Break, Word, Words
from indexer.facts import extract
from indexer.facts.text import DocumentText
from indexer.facts.watchlist import Watchlist

DOCUMENT = "a" * 64


def words_of(text: str) -> Words:
    """The words of one page, a line break where the text has one and a block where a line is empty."""
    words: list[Word] = []
    for block in text.strip().split("\n\n"):
        for number, line in enumerate(block.splitlines()):
            start = Break.LINE if number else Break.BLOCK
            words += [Word(token, before=Break.SPACE if at else start) for at, token in enumerate(line.split())]
    return Words.of(words)


def reading_of(pages: list[Words]) -> Reading:
    """A reading of flowing pages."""
    first, listed = 0, []
    for number, words in enumerate(pages, start=1):
        listed.append(Page(number, first, len(words), 0, 0, TextSource.TEXT))
        first += len(words)
    return Reading(DOCUMENT, 1, datetime(2026, 1, 1, tzinfo=UTC), {}, None, tuple(listed))


class Facts:
    """What was extracted from a text, by field, with the quotes that prove it."""

    def __init__(self, *pages: str) -> None:
        columns = [words_of(page) for page in pages]
        self.words = [text for words in columns for text in words.texts]
        text = DocumentText.of(DOCUMENT, reading_of(columns), columns)
        self.all = extract(text, columns, Watchlist.shipped())
        # What a reader is told of every fact: by which rule it was read, how sure that is, in which words it stands.
        for fact in self.all:
            assert re.fullmatch(r"[a-z_]+(?:\.[a-z0-9_-]+)+", fact.method), fact
            assert 0 < fact.confidence <= 1, fact
            assert fact.span is not None
            assert 0 <= fact.span.first <= fact.span.last < len(self.words), fact

    def __getitem__(self, field: str) -> list[str]:
        return [fact.value for fact in self.all if fact.field == field]

    def fact(self, field: str) -> Fact:
        """The first fact of a field."""
        return next(fact for fact in self.all if fact.field == field)

    def quote(self, field: str) -> str:
        """The words that prove the first fact of a field."""
        span = self.fact(field).span
        assert span is not None
        return " ".join(self.words[span.first : span.last + 1])


@pytest.fixture
def facts_of() -> Callable[..., Facts]:
    """Extract the facts of one text a page."""
    return Facts


@pytest.fixture
def text_of() -> Callable[..., DocumentText]:
    """The text of a document, from one text a page."""

    def make(*pages: str) -> DocumentText:
        columns = [words_of(page) for page in pages]
        return DocumentText.of(DOCUMENT, reading_of(columns), columns)

    return make
