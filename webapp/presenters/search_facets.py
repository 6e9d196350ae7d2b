"""The filters of the search page: the values of each facet, and the bounds of amounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archive.search.request import AMOUNT_FILTERS, UNKNOWN, excluding
from archive.search.results import FacetValue
from webapp.contexts.common import Link
from webapp.contexts.search import AmountField, FacetChoice, FacetGroup
from webapp.links import facet_url, search_url
from webapp.presenters.wording import field_label
from webapp.search_state import SearchState

TOP_VALUES = 7
"""Values of a facet that are always shown; some more fold away. Chosen values are always shown, too."""

FOLDED_VALUES = 20
"""Values that fold away. Where there are more, a page of the facet's own has all of them."""

ALWAYS_SHOWN = ("municipality", "vendor", "year")
"""Facets that have a place even with one value or none. The others are left out where choosing could change nothing."""

_AMOUNT_LABELS = dict(zip(AMOUNT_FILTERS, ("At least", "At most"), strict=True))


def present_facets(state: SearchState, facets: Mapping[str, Sequence[FacetValue]]) -> tuple[FacetGroup, ...]:
    """The facets that can narrow or widen what was found."""
    return tuple(
        _facet(name, values, state)
        for name in state.unit.facets
        if _is_shown(name, values := facets.get(name, ()), state)
    )


def present_amounts(state: SearchState) -> tuple[AmountField, ...]:
    """The fields for the least and the most of an amount."""
    return tuple(AmountField(name, text, "".join(state.filters.get(name, ()))) for name, text in _AMOUNT_LABELS.items())


def present_choice(name: str, value: FacetValue, state: SearchState) -> FacetChoice:
    """One value with its count: to be chosen, or left out."""
    is_excluded = value.value in state.filters.get(excluding(name), ())
    if is_excluded:
        other = Link("No longer leave out", search_url(state.without_filter(excluding(name), value.value)))
    else:
        other = Link("Leave out", search_url(state.with_filter(excluding(name), value.value)))
    return FacetChoice(
        name=excluding(name) if is_excluded else name,
        value=value.value,
        label=value.label,
        count=f"{value.count:,}",
        selected=is_excluded or value.value in state.filters.get(name, ()),
        is_excluded=is_excluded,
        other=other,
    )


def _is_shown(name: str, values: Sequence[FacetValue], state: SearchState) -> bool:
    """Whether a facet has a place on the page. A facet's only value stands in every document found."""
    return name in ALWAYS_SHOWN or len(values) > 1 or name in state.filters or excluding(name) in state.filters


def _facet(name: str, values: Sequence[FacetValue], state: SearchState) -> FacetGroup:
    if name == "year":
        # Years are read as a row of years, not as a ranking; "unknown" comes last.
        values = sorted(values, key=lambda value: (value.value != UNKNOWN, value.value), reverse=True)
    choices = [present_choice(name, value, state) for value in values]
    # Folding one value away would take the line that shows it.
    shown = TOP_VALUES if len(choices) > TOP_VALUES + 1 else len(choices)
    top = tuple(choice for at, choice in enumerate(choices) if at < shown or choice.selected)
    rest = tuple(choice for at, choice in enumerate(choices) if at >= shown and not choice.selected)
    is_long = len(rest) > FOLDED_VALUES
    every = Link(f"All {len(choices):,}", facet_url(name, state)) if is_long else None
    return FacetGroup(name, field_label(name), top, rest[:FOLDED_VALUES], every)
