"""What the search page shows."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.contexts.common import Link, Piece
from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class FacetChoice:
    """One checkbox."""

    value: str
    label: str
    count: str
    selected: bool


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """The checkboxes of one facet: those always shown, and those that fold away."""

    name: str
    label: str
    top: tuple[FacetChoice, ...]
    rest: tuple[FacetChoice, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, as a link that removes it."""

    facet: str
    value: str
    url: str


@dataclass(frozen=True, slots=True)
class PageLine:
    """A matching page of a hit: where it is, and why it matched."""

    label: str
    url: str
    snippet: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class HitCard:
    """One document or clause among the results. ``language`` is a BCP 47 tag, for the title and the snippets;
    ``within`` is the document that a clause stands in."""

    title: str
    url: str
    language: str | None
    within: Link | None
    about: tuple[str, ...]
    lines: tuple[PageLine, ...]
    more: Link | None
    duplicates: Link | None


@dataclass(frozen=True, slots=True)
class FoundAs:
    """A word as it was typed, and the words it was found as; ``more`` of them are not shown.

    ``look_alikes`` are those that only OCR can have made of it.
    """

    typed: str
    forms: str
    more: str
    look_alikes: str


@dataclass(frozen=True, slots=True)
class SuggestedValue:
    """What the search box offers while somebody types: a name, and what it is the name of."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Pagination:
    """Where to go among the pages of results; None in ``numbers`` stands for pages left out."""

    previous: str | None
    numbers: tuple[Link | None, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class SearchContext:
    """The search page. ``is_empty_archive`` tells "nothing found" from "nothing there".

    ``units`` lead to the same search for documents or clauses; ``certificate`` is None where clauses are searched.
    ``missing`` are typed words that stand nowhere. ``switches`` lead to the same search with exact words, or with words
    that OCR may have misread, and back. ``wider`` are searches that ask less, with what they find.
    """

    state: SearchState
    title: str
    heading: str
    count: str
    took: str
    units: tuple[Link, ...]
    notes: tuple[str, ...]
    facets: tuple[FacetGroup, ...]
    filter_count: int
    chips: tuple[Chip, ...]
    clear_url: str
    sorts: tuple[Link, ...]
    hits: tuple[HitCard, ...]
    pagination: Pagination | None
    found_as: tuple[FoundAs, ...]
    missing: tuple[str, ...]
    switches: tuple[Link, ...]
    did_you_mean: Link | None
    wider: tuple[Link, ...]
    certificate: Link | None
    suggested: tuple[SuggestedValue, ...]
    is_empty_archive: bool
