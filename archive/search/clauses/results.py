"""The answer to a search for clauses, and its JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archive.model.description import Description
from archive.search.clauses.entries import ShownClause
from archive.search.results import FacetValue, PageHit, facets_as_json, not_searched_note, pages_as_json


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

    def as_json(self) -> dict[str, Any]:
        """The value that ``dosije search --unit clauses --json`` gives."""
        return {
            "query": self.query,
            "unit": "clauses",
            "total": self.total,
            "took_ms": round(self.took_ms, 1),
            "notes": list(self.remarks),
            "not_searched": self.not_searched,
            "hits": [_hit_as_json(hit) for hit in self.hits],
            "facets": facets_as_json(self.facets),
        }


def _hit_as_json(hit: ClauseHit) -> dict[str, Any]:
    clause, described = hit.clause, hit.description
    return {
        "id": described.id,
        "eid": clause.eid,
        "label": clause.label,
        "heading": clause.heading,
        "topic": clause.topic,
        "words": [clause.first_word, clause.last_word],
        "title": described.title,
        "kind": described.kind,
        "municipality": described.municipality,
        "vendors": [vendor.name for vendor in described.vendors],
        "year": described.year,
        "reading": hit.reading,
        "score": round(hit.score, 4),
        "pages": pages_as_json(hit.pages),
    }
