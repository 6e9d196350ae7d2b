"""The answer, the same for every engine, and its JSON form (design, section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from archive.description import Description
from archive.errors import Message
from archive.search.request import CLAUSE_FACETS
from archive.serialization import DocumentKind, Id, JsonAnswer, PropertyNames, SchemaKeywords, WordSpan, attr, rounded

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


class _PageHitAnswer(JsonAnswer):
    number: int
    snippet: str = attr("snippet.text")
    words: tuple[WordSpan, ...]


Pages = Annotated[tuple[_PageHitAnswer, ...], SchemaKeywords(description="The matching pages.")]
Facets = Annotated[
    Mapping[str, tuple[FacetValue, ...]],
    PropertyNames(CLAUSE_FACETS),
    SchemaKeywords(description="For each facet its values, those in most documents first."),
]


class HitAnswer(JsonAnswer):
    """A matching document."""

    id: Id
    title: str = attr("description.title")
    kind: DocumentKind | None = attr("description.kind")
    municipality: str | None = attr("description.municipality")
    vendors: tuple[str, ...] = attr(lambda hit: [vendor.name for vendor in hit.description.vendors])
    year: int | None = attr("description.year")
    reading: int
    score: Annotated[float, rounded(4)]
    near_identical: tuple[Id, ...] = attr("duplicates")
    pages: Pages


class ResultsAnswer(JsonAnswer):
    """Documents."""

    query: str
    total: int
    took_ms: Annotated[float, rounded(1)]
    notes: tuple[str, ...] = attr("remarks")
    not_searched: int
    hits: tuple[HitAnswer, ...]
    facets: Facets
