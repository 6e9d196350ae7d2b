"""The answer to a search for clauses, and its JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from archive.description import Description
from archive.search.clauses.entries import ShownClause
from archive.search.results import Facets, FacetValue, PageHit, Pages, not_searched_note
from archive.serialization import DocumentKind, Id, JsonAnswer, WordSpan, attr, rounded


@dataclass(frozen=True, slots=True)
class ClauseHit:
    """One matching clause, and the document it stands in. ``pages`` are as in :class:`archive.search.results.Hit`."""

    clause: ShownClause
    description: Description
    reading: int
    score: float
    pages: tuple[PageHit, ...]


@dataclass(frozen=True, slots=True)
class ClauseResults:
    """``total`` and ``facets`` count clauses. ``notes`` are sentences about how the query was understood."""

    query: str
    total: int
    took_ms: float
    notes: tuple[str, ...]
    hits: tuple[ClauseHit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    not_searched: int = 0

    @property
    def remarks(self) -> tuple[str, ...]:
        """The notes, and how many documents were not searched, if any."""
        return (*self.notes, *not_searched_note(self.not_searched))


class ClauseHitAnswer(JsonAnswer):
    """A matching clause."""

    id: Id = attr("description.id")
    eid: str = attr("clause.eid")
    label: str = attr("clause.label")
    heading: str | None = attr("clause.heading")
    topic: str | None = attr("clause.topic")
    words: WordSpan = attr(lambda hit: (hit.clause.first_word, hit.clause.last_word))
    title: str = attr("description.title")
    kind: DocumentKind | None = attr("description.kind")
    municipality: str | None = attr("description.municipality")
    vendors: tuple[str, ...] = attr(lambda hit: [vendor.name for vendor in hit.description.vendors])
    year: int | None = attr("description.year")
    reading: int
    score: Annotated[float, rounded(4)]
    pages: Pages


class ClauseResultsAnswer(JsonAnswer):
    """Clauses."""

    query: str
    unit: Literal["clauses"] = attr(lambda _: "clauses")
    total: int
    took_ms: Annotated[float, rounded(1)]
    notes: tuple[str, ...] = attr("remarks")
    not_searched: int
    hits: tuple[ClauseHitAnswer, ...]
    facets: Facets
