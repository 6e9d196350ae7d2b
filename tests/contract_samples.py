"""Contracts of our own invention for the tests that compare clauses: articles with their topics, in a catalog."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from archive.model import Clause, ClauseLevel, Document, Fact, Page, Reading, Span, TextSource
from archive.model.words import Break, Word, Words
from archive.store.catalog import Catalog
from tests.store_samples import START

VENDOR = "Vidik d.o.o. Niš"


@dataclass(frozen=True, slots=True)
class Article:
    """An article: what it says, and what it is about."""

    text: str
    topic: str | None = None


def add_contract(
    catalog: Catalog,
    name: str,
    articles: Sequence[Article],
    *,
    vendor: str | None = VENDOR,
    kind: str = "contract",
    confidence: int | None = None,
    first_number: int = 1,
    collection: str = "main",
) -> str:
    """Add a contract of one flowing page to a catalog; returns its id. ``confidence``: OCR read it, that surely."""
    id_ = hashlib.sha256(name.encode()).hexdigest()
    words, clauses = [Word(name.replace(" ", "_"))], []
    for number, article in enumerate(articles, start=first_number):
        first = len(words)
        printed = f"Član {number}. {article.text}".split()
        words += [
            Word(text, None, confidence, Break.BLOCK if at == 0 else Break.SPACE) for at, text in enumerate(printed)
        ]
        span = Span(id_, 1, first, len(words) - 1)
        label = f"Član {number}."
        clauses.append(Clause(f"art_{number}", label, None, article.topic, None, span, ClauseLevel.ARTICLE, 0.9))
    page = Words.of(words)
    source = TextSource.TEXT if confidence is None else TextSource.OCR
    reading = Reading(id_, 1, START, {"program": "x"}, "sr-Latn", (Page(1, 0, len(page), 0, 0, source, confidence),))
    document = Document(id_, f"{name}.txt", "text/plain", 1, collection, START, 1, 1, 1, len(page))
    at_name = Span(id_, 1, 0, 0)
    facts = [Fact("title", name, at_name, "test", 0.9), Fact("kind", kind, at_name, "test", 0.9)]
    if vendor is not None:
        facts.append(Fact("vendor", vendor, at_name, "test", 0.9))
    catalog.documents.add(document, reading, [page], facts, f"/{name}.txt", clauses=clauses)
    return id_
