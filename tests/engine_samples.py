"""What the engine contract and the engine model share: the engines, and entries made from a line of text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from archive.search.engine import EngineResults, IndexEntry, SearchEngine
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.text.analyzer import entry_terms
from tests.pages import page

ENGINES: list[Callable[[Path], SearchEngine]] = [WhooshEngine]


def entry(
    name: str,
    text: str,
    revision: int = 1,
    reading: int = 1,
    date: str | None = None,
    title: str = "",
    **facets: str | tuple[str, ...],
) -> IndexEntry:
    """An entry for a Serbian document of one page."""
    terms = entry_terms([("sr", page(text))])
    values = {facet: value if isinstance(value, tuple) else (value,) for facet, value in facets.items()}
    return IndexEntry(
        id=name,
        revision=revision,
        reading=reading,
        title=title or name,
        date=date,
        word_count=terms.word_count,
        stems=terms.stems,
        forms=terms.forms,
        joined=terms.joined,
        facets=values,
    )


def found(results: EngineResults) -> set[str]:
    return {hit.id for hit in results.hits}
