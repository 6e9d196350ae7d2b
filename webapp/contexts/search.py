"""What the search page shows."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.contexts.common import Link, Piece
from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class FacetChoice:
    """One checkbox. ``name`` is the filter it stands for: the facet, or what is left out of it. ``other`` is the link
    that leaves the value out, or takes that back."""

    name: str
    value: str
    label: str
    count: str
    selected: bool
    is_excluded: bool
    other: Link


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """The checkboxes of one facet: those always shown, and those that fold away. ``every`` leads to all of them and is
    labelled with their number, where there are too many for this page."""

    name: str
    label: str
    top: tuple[FacetChoice, ...]
    rest: tuple[FacetChoice, ...]
    every: Link | None


@dataclass(frozen=True, slots=True)
class AmountField:
    """A bound of the amounts that documents print."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class YearBar:
    """A year, or several, with what was found of them: a bar from the bottom of the drawing, in its units. ``url``
    chooses them or takes that back, and is None where there is nothing to choose. ``name`` is printed below."""

    label: str
    count: str
    url: str | None
    is_chosen: bool
    x: float
    width: float
    height: float
    name: str


@dataclass(frozen=True, slots=True)
class YearBars:
    """What was found, by year; ``width`` and ``height`` are those of the drawing."""

    width: int
    height: int
    bars: tuple[YearBar, ...]


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

    ``units`` lead to the same search for documents or clauses; ``certificate`` is None where clauses are searched, and
    where a filter's value does not exist.
    ``missing`` are typed words that stand nowhere. ``switches`` lead to the same search with exact words, or with words
    that OCR may have misread, and back. ``wider`` are searches that ask less, with what they find. ``exports`` lead to
    all results as files.
    """

    state: SearchState
    title: str
    heading: str
    count: str
    took: str
    units: tuple[Link, ...]
    notes: tuple[str, ...]
    facets: tuple[FacetGroup, ...]
    years: YearBars | None
    amounts: tuple[AmountField, ...]
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
    exports: tuple[Link, ...]
    suggested: tuple[SuggestedValue, ...]
    is_empty_archive: bool
