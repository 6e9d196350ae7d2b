"""Engines, and index entries made from a line of text, for the engine contract and the engine model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from archive.model import Vendor
from archive.model.description import Description
from archive.search.engine import EngineRequest, EngineResults, IndexEntry, IndexText, SearchEngine
from archive.search.entries import index_entry
from archive.search.opensearch_engine.engine import OpenSearchEngine
from archive.search.query_language.parser import parse
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.text.analyzer import reading_terms
from archive.text.forms import printed_amounts
from archive.text.vocabulary import Vocabulary
from tests.pages import page

ENGINES = ("whoosh", "opensearch")

MakeEngine = Callable[[str], SearchEngine]
"""A function from a name to an empty engine."""


def in_folder(folder: Path) -> MakeEngine:
    """Return a function that makes engines in a folder."""
    return lambda name: WhooshEngine(folder / name)


def on_server(url: str) -> MakeEngine:
    """Return a function that makes engines on a server, with this prefix of addresses.

    An existing index is emptied.
    """

    def make(name: str) -> SearchEngine:
        engine = OpenSearchEngine(f"{url}-{name}", "documents")
        engine.remove(engine.held())
        return engine

    return make


def entry_text(*pages: str, reading: int = 1, language: str = "sr") -> IndexText:
    """Return the indexed text of a document with these pages."""
    words = [page(text) for text in pages]
    terms = reading_terms(((language, of_page) for of_page in words), Vocabulary())
    return IndexText(
        reading=reading,
        word_count=terms.word_count,
        occurrences=terms.occurrences,
        joined=terms.joined,
        pages=[of_page.texts for of_page in words],
        amounts=printed_amounts(terms.occurrences),
    )


def entry(
    name: str,
    text: str | None,
    revision: int = 1,
    reading: int = 1,
    date: str | None = None,
    title: str = "",
    reference: str | None = None,
    pib: str | None = None,
    **facets: str | tuple[str, ...],
) -> IndexEntry:
    """Return the entry of a Serbian document of one page; without a text, only of its metadata."""
    values = {facet: value if isinstance(value, tuple) else (value,) for facet, value in facets.items()}
    described = Description(
        id=name,
        filename=name,
        collection="main",
        title=title or name,
        kind=None,
        language=None,
        municipality=None,
        buyer=None,
        vendors=tuple(Vendor(vendor, pib) for vendor in values.get("vendor", ())),
        year=None,
        date=date,
        reference=reference,
        quality=None,
        page_count=1,
    )
    made = index_entry(described, {}, revision, None if text is None else entry_text(text, reading=reading))
    return replace(made, facets=values)


def found(results: EngineResults) -> set[str]:
    return {hit.id for hit in results.hits}


def ask(
    engine: SearchEngine,
    text: str = "",
    filters: Mapping[str, tuple[str, ...]] | None = None,
    *,
    sort: str = "relevance",
    limit: int = 100,
    offset: int = 0,
    exact: bool = False,
) -> EngineResults:
    """Run a query as typed."""
    return engine.search(EngineRequest(parse(text, exact).query, filters or {}, sort, limit, offset))
