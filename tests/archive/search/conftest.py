"""Fixtures with a real catalog of short documents, and a real index of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from archive.model import Document, Fact, Page, Reading, Span, TextSource
from archive.model.words import Word, Words
from archive.search.index_state import Building
from archive.search.indexing import Indexer
from archive.search.service import SearchService
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.store.catalog import Catalog

AddDocument = Callable[..., str]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[WhooshEngine]:
    opened = WhooshEngine(tmp_path / "index")
    yield opened
    opened.close()


@pytest.fixture
def service(catalog: Catalog, engine: WhooshEngine) -> SearchService:
    return SearchService(catalog, engine)


@pytest.fixture
def clause_engine(tmp_path: Path) -> Iterator[WhooshEngine]:
    """Return the engine of the index of clauses."""
    opened = WhooshEngine(tmp_path / "index" / "clauses")
    yield opened
    opened.close()


@pytest.fixture
def indexing(catalog: Catalog, engine: WhooshEngine, clause_engine: WhooshEngine, tmp_path: Path) -> Indexer:
    """Return the indexer of both indexes, with commits of two documents."""
    return Indexer(catalog, engine, clause_engine, commit_documents=2, building=Building(tmp_path / "indexing.lock"))


@pytest.fixture
def add_document(catalog: Catalog) -> AddDocument:
    """Return :func:`added` for the catalog of this test."""
    return partial(added, catalog)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A catalog with an index that several tests ask."""

    catalog: Catalog
    engine: WhooshEngine
    indexing: Indexer

    @property
    def search(self) -> SearchService:
        return SearchService(self.catalog, self.engine)


@contextmanager
def shelf(folder: Path) -> Iterator[Shelf]:
    """Yield an empty catalog and its index; all that is due is one commit."""
    with closing(Catalog.open(folder / "catalog.sqlite")) as catalog, closing(WhooshEngine(folder / "index")) as engine:
        clauses, building = WhooshEngine(folder / "index" / "clauses"), Building(folder / "indexing.lock")
        yield Shelf(catalog, engine, Indexer(catalog, engine, clauses, commit_documents=1000, building=building))


def added(catalog: Catalog, *texts: str, language: str = "sr-Latn", **facts: str) -> str:
    """Add a document with these pages to a catalog and return its id. The evidence of all facts is its first word."""
    id_ = hashlib.sha256(repr((texts, facts)).encode()).hexdigest()
    now = datetime.now(UTC)
    words = [Words.of(Word(text) for text in page.split()) for page in texts]
    pages: list[Page] = []
    first = 0
    for number, page in enumerate(words, start=1):
        pages.append(Page(number, first, len(page), 595, 842, TextSource.TEXT, language=language))
        first += len(page)
    reading = Reading(id_, 1, now, {}, language, tuple(pages))
    document = Document(id_, "d.pdf", "application/pdf", 1, "main", now, 1, 1, len(pages), first)
    proved = [Fact(field, value, Span(id_, 1, 0, 0), "test", 1.0) for field, value in facts.items()]
    catalog.documents.add(document, reading, words, proved, f"/in/{id_}.pdf")
    return id_
