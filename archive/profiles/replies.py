"""What a municipality says that it has, by its newest reply to a request that tells so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive.findings.units import QUANTITY
from archive.model import Fact, Span
from archive.search.request import SearchRequest
from archive.search.service import SearchService
from archive.store.catalog import Catalog

REPLIES = 10
"""Newest replies that are asked."""


@dataclass(frozen=True, slots=True)
class ToldQuantity:
    """A quantity that a reply tells, with the reply's date in ISO 8601, if known. ``words`` and their ``page`` are None
    if a person stated it without evidence."""

    value: str
    document: str
    date: str | None
    words: Span | None
    page: int | None


def told_in_replies(
    catalog: Catalog, search: SearchService, municipality: str, what: str, words: Sequence[str]
) -> ToldQuantity | None:
    """Return the quantity of ``what`` that the newest reply of a municipality tells, of those that have one of the
    words; None if none of the newest :data:`REPLIES` does."""
    filters = {"municipality": (municipality,), "kind": ("foi_reply",)}
    request = SearchRequest(" OR ".join(f"({one})" for one in words), filters, sort="newest", limit=REPLIES, excerpts=0)
    for hit in search.search(request).hits:
        for fact in catalog.facts.of(hit.id):
            if fact.field == QUANTITY and fact.details.get("what") == what and _is_whole(fact):
                page = catalog.readings.page_numbers([fact.span])[fact.span] if fact.span else None
                return ToldQuantity(fact.value, hit.id, hit.description.date, fact.span, page)
    return None


def _is_whole(fact: Fact) -> bool:
    return not {"of", "state", "lot", "added"} & fact.details.keys()
