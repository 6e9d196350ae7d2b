"""The answer, the same for every engine, and its JSON form (design, section 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from archive.description import Description
from archive.errors import Message

PARTIAL = Message("A part of the search server did not answer: documents may be missing from this list and its counts.")
"""The note of an answer that lacks a part of the index."""


def not_searched_note(count: int) -> tuple[str, ...]:
    """The sentence that an answer from an index has to say, if documents wait to be indexed."""
    if not count:
        return ()
    return (Message("Documents added or changed that are not searched yet: %(count)s.", count=f"{count:,}"),)


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of a page's words that shows why the page matched. Text and marks, never HTML.

    ``marks`` are (start, end) character offsets into ``text``.
    """

    text: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PageHit:
    """A page on which the query's words stand. ``words`` are (first, last) word numbers of the document, included."""

    number: int
    snippet: Snippet
    words: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One matching document. ``pages`` are its matching pages in page order, as reading ``reading`` has them;
    ``duplicates`` the ids of the documents that are near-identical to it, whether they match or not."""

    id: str
    reading: int
    score: float
    description: Description
    pages: tuple[PageHit, ...]
    duplicates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet: how to ask for it, how to show it, and in how many matching documents it stands."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchResults:
    """``total`` counts documents. ``facets`` count documents too, each with its own selection left out.

    ``notes`` are sentences about how the query was understood. ``not_searched`` counts documents that were added or
    changed and are not indexed yet.
    """

    query: str
    total: int
    took_ms: float
    notes: tuple[str, ...]
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    not_searched: int = 0

    @property
    def remarks(self) -> tuple[str, ...]:
        """The notes, and how many documents were not searched, if any."""
        return (*self.notes, *not_searched_note(self.not_searched))

    def as_json(self) -> dict[str, Any]:
        """The value that ``dosije search --json`` and ``/api/v1/search`` give."""
        return {
            "query": self.query,
            "total": self.total,
            "took_ms": round(self.took_ms, 1),
            "notes": list(self.remarks),
            "not_searched": self.not_searched,
            "hits": [_hit_as_json(hit) for hit in self.hits],
            "facets": facets_as_json(self.facets),
        }


def facets_as_json(facets: Mapping[str, tuple[FacetValue, ...]]) -> dict[str, list[dict[str, Any]]]:
    """The values of each facet as JSON."""
    return {
        name: [{"value": value.value, "label": value.label, "count": value.count} for value in values]
        for name, values in facets.items()
    }


def pages_as_json(pages: Iterable[PageHit]) -> list[dict[str, Any]]:
    """Matching pages as JSON."""
    return [
        {"number": page.number, "snippet": page.snippet.text, "words": [list(span) for span in page.words]}
        for page in pages
    ]


def _hit_as_json(hit: Hit) -> dict[str, Any]:
    described = hit.description
    return {
        "id": hit.id,
        "title": described.title,
        "kind": described.kind,
        "municipality": described.municipality,
        "vendors": [vendor.name for vendor in described.vendors],
        "year": described.year,
        "reading": hit.reading,
        "score": round(hit.score, 4),
        "near_identical": list(hit.duplicates),
        "pages": pages_as_json(hit.pages),
    }
