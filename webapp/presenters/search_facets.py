"""The filters of the search page: the values of each facet, and the bounds of amounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archive.search.request import AMOUNT_FILTERS, UNKNOWN, excluding
from archive.search.results import FacetValue
from archive.text.folding import fold, natural_key
from webapp.contexts.common import Link
from webapp.contexts.search import AmountField, FacetChoice, FacetGroup
from webapp.languages.translation import gettext, marked, number
from webapp.links import facet_url, search_url
from webapp.presenters.wording import field_label, value_label
from webapp.search_state import SearchState

TOP_VALUES = 7
"""Values of a facet that are always shown; some more fold away. Chosen values are always shown, too."""

FOLDED_VALUES = 20
"""Values that fold away. Where there are more, a page of the facet's own has all of them."""

ALWAYS_SHOWN = ("municipality", "vendor", "year")
"""Facets that have a place even with one value or none. The others are left out where choosing could change nothing."""

_AMOUNT_LABELS = dict(zip(AMOUNT_FILTERS, (marked("At least"), marked("At most")), strict=True))


def present_facets(state: SearchState, facets: Mapping[str, Sequence[FacetValue]]) -> tuple[FacetGroup, ...]:
    """The facets that can narrow or widen what was found."""
    return tuple(
        _facet(name, values, state)
        for name in state.unit.facets
        if _is_shown(name, values := facets.get(name, ()), state)
    )


def present_amounts(state: SearchState) -> tuple[AmountField, ...]:
    """The fields for the least and the most of an amount."""
    return tuple(
        AmountField(name, gettext(text), "".join(state.filters.get(name, ()))) for name, text in _AMOUNT_LABELS.items()
    )


def present_choice(name: str, value: FacetValue, state: SearchState) -> FacetChoice:
    """One value with its count: to be chosen, or left out."""
    is_excluded = value.value in state.filters.get(excluding(name), ())
    if is_excluded:
        other = Link(gettext("No longer leave out"), search_url(state.without_filter(excluding(name), value.value)))
    else:
        other = Link(gettext("Leave out"), search_url(state.with_filter(excluding(name), value.value)))
    return FacetChoice(
        name=excluding(name) if is_excluded else name,
        value=value.value,
        label=value_label(name, value.value),
        count=number(value.count),
        selected=is_excluded or value.value in state.filters.get(name, ()),
        is_excluded=is_excluded,
        other=other,
    )


def in_order(name: str, values: Sequence[FacetValue]) -> list[FacetValue]:
    """The values of a facet as a reader finds them: most first, and as many by what they are called, unknown last."""
    return sorted(
        values, key=lambda one: (-one.count, one.value == UNKNOWN, natural_key(fold(value_label(name, one.value))))
    )


def _is_shown(name: str, values: Sequence[FacetValue], state: SearchState) -> bool:
    """Whether a facet has a place on the page. A facet's only value stands in every document found."""
    return name in ALWAYS_SHOWN or len(values) > 1 or name in state.filters or excluding(name) in state.filters


def _facet(name: str, values: Sequence[FacetValue], state: SearchState) -> FacetGroup:
    if name == "year":
        # Years are read as a row of years, not as a ranking; "unknown" comes last.
        values = sorted(values, key=lambda value: (value.value != UNKNOWN, value.value), reverse=True)
    else:
        values = in_order(name, values)
    chosen = {*state.filters.get(name, ()), *state.filters.get(excluding(name), ())}
    # Folding one value away would take the line that shows it.
    shown = TOP_VALUES if len(values) > TOP_VALUES + 1 else len(values)
    top = [value for at, value in enumerate(values) if at < shown or value.value in chosen]
    rest = [value for value in values[shown:] if value.value not in chosen]
    # There may be thousands of values, so only those that are shown are put into words and links.
    return FacetGroup(
        name,
        field_label(name),
        tuple(present_choice(name, value, state) for value in top),
        tuple(present_choice(name, value, state) for value in rest[:FOLDED_VALUES]),
        Link(number(len(values)), facet_url(name, state)) if len(rest) > FOLDED_VALUES else None,
    )
