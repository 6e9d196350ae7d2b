"""Fixtures with documents for the fact rules; every town is real, every firm and person invented."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from archive.facts.values import LONGEST_VALUE
from archive.model import Fact, Page, Reading, TextSource
from archive.model.fields import NUMBER_FIELDS
from archive.model.words import Break, Word, Words
from indexer.facts import awards, cpv, dates, kind, mentions, outcomes, procedures, related
from indexer.facts.awards import bid_facts
from indexer.facts.awards.lines import fact_of
from indexer.facts.mentions.watchlist import Watchlist
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.scoring.proposals import rule_facts
from indexer.facts.text import DocumentText
from indexer.facts.titles import subject, title

DOCUMENT = "a" * 64


def words_of(text: str) -> Words:
    """Return the words of one page, with its line breaks, and block breaks at empty lines."""
    words: list[Word] = []
    for block in text.strip().split("\n\n"):
        for number, line in enumerate(block.splitlines()):
            start = Break.LINE if number else Break.BLOCK
            words += [Word(token, before=Break.SPACE if at else start) for at, token in enumerate(line.split())]
    return Words.of(words)


def reading_of(pages: list[Words]) -> Reading:
    """Return a reading of flowing pages."""
    first, listed = 0, []
    for number, words in enumerate(pages, start=1):
        listed.append(Page(number, first, len(words), 0, 0, TextSource.TEXT))
        first += len(words)
    return Reading(DOCUMENT, 1, datetime(2026, 1, 1, tzinfo=UTC), {}, None, tuple(listed))


def by_rules(text: DocumentText, words: list[Words]) -> tuple[Fact, ...]:
    """Return the facts proposed by the rules, without the scorer, which is tested in ``scoring/``."""
    kinds = kind.find(text)
    known_kind = kinds[0].value if kinds else None
    context = TextSurroundings(text, words)
    found = [fact for facts in rule_facts(text, known_kind).values() for fact in facts]
    others = (
        *procedures.find(text, known_kind),
        *related.find(text, known_kind, [fact for fact in found if fact.field in NUMBER_FIELDS]),
        *subject.find(text, known_kind),
        *dates.find_deadline(text, known_kind),
        *dates.find_told(text, known_kind),
        *cpv.find(text, known_kind),
        *outcomes.find(text, known_kind),
        *mentions.find(context, words, Watchlist.shipped(), known_kind),
    )
    facts = [*title.find(text), *kinds, *found, *others]
    lines = awards.lines(context, known_kind, facts)
    facts += [*bid_facts.offers(context, known_kind, lines), *(fact_of(text, line) for line in lines)]
    return tuple(fact for fact in facts if len(fact.value) <= LONGEST_VALUE)


class Facts:
    """The facts extracted from a text, by field, with their evidence."""

    def __init__(self, *pages: str) -> None:
        columns = [words_of(page) for page in pages]
        self.words = [text for words in columns for text in words.texts]
        text = DocumentText.of(DOCUMENT, reading_of(columns), columns)
        self.all = by_rules(text, columns)
        # Every fact must have a rule, a confidence and evidence.
        for fact in self.all:
            assert re.fullmatch(r"[a-z_]+(?:\.[a-z0-9_-]+)+", fact.method), fact
            assert 0 < fact.confidence <= 1, fact
            assert fact.span is not None
            assert 0 <= fact.span.first <= fact.span.last < len(self.words), fact

    def __getitem__(self, field: str) -> list[str]:
        return [fact.value for fact in self.all if fact.field == field]

    def fact(self, field: str) -> Fact:
        """Return the first fact of a field."""
        return next(fact for fact in self.all if fact.field == field)

    def quote(self, field: str) -> str:
        """Return the evidence of the first fact of a field."""
        span = self.fact(field).span
        assert span is not None
        return " ".join(self.words[span.first : span.last + 1])


@pytest.fixture
def facts_of() -> Callable[..., Facts]:
    """Return a function that extracts the facts of texts, one per page."""
    return Facts


@pytest.fixture
def text_of() -> Callable[..., DocumentText]:
    """Return a function that returns the text of a document from texts, one per page."""

    def make(*pages: str) -> DocumentText:
        columns = [words_of(page) for page in pages]
        return DocumentText.of(DOCUMENT, reading_of(columns), columns)

    return make


@pytest.fixture
def context_of() -> Callable[..., TextSurroundings]:
    """Return a function that returns the surroundings of a document from texts, one per page."""

    def make(*pages: str) -> TextSurroundings:
        columns = [words_of(page) for page in pages]
        return TextSurroundings(DocumentText.of(DOCUMENT, reading_of(columns), columns), columns)

    return make
