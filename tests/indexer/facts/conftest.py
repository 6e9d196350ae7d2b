"""Documents for the fact rules, typed in the tests: every town is real, every firm and person invented."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from archive.facts.values import LONGEST_VALUE
from archive.model import Fact, Page, Reading, TextSource
from archive.model.fields import NUMBER_FIELDS
from archive.model.words import Break, Word, Words
from indexer.facts import awards, bids, cpv, dates, kind, outcomes, procedures, related, subject, title
from indexer.facts.mentions import watch
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.scoring.decision import rule_facts
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


def by_rules(text: DocumentText, words: list[Words]) -> tuple[Fact, ...]:
    """What the rules propose, before the scorer chooses: that has tests of its own (``scoring/``)."""
    kinds = kind.find(text)
    known_kind = kinds[0].value if kinds else None
    found = [fact for facts in rule_facts(text, known_kind).values() for fact in facts]
    others = (
        *procedures.find(text, known_kind),
        *related.find(text, known_kind, [fact for fact in found if fact.field in NUMBER_FIELDS]),
        *subject.find(text, known_kind),
        *dates.find_deadline(text, known_kind),
        *dates.find_told(text, known_kind),
        *bids.find_offers(text, known_kind),
        *cpv.find(text, known_kind),
        *outcomes.find(text, known_kind),
        *watch.find(text, words, Watchlist.shipped(), known_kind),
    )
    facts = [*title.find(text), *kinds, *found, *others]
    facts += awards.find(TextSurroundings(text, words), known_kind, facts)
    return tuple(fact for fact in facts if len(fact.value) <= LONGEST_VALUE)


class Facts:
    """What rules read in a text, by field, with the quotes that prove it."""

    def __init__(self, *pages: str) -> None:
        columns = [words_of(page) for page in pages]
        self.words = [text for words in columns for text in words.texts]
        text = DocumentText.of(DOCUMENT, reading_of(columns), columns)
        self.all = by_rules(text, columns)
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


@pytest.fixture
def context_of() -> Callable[..., TextSurroundings]:
    """The context of a document, from one text a page."""

    def make(*pages: str) -> TextSurroundings:
        columns = [words_of(page) for page in pages]
        return TextSurroundings(DocumentText.of(DOCUMENT, reading_of(columns), columns), columns)

    return make
