"""The page of a facet."""

from __future__ import annotations

from collections.abc import Sequence

from archive.search.request import excluding
from archive.search.results import FacetValue
from archive.text.folding import fold
from webapp.contexts.common import Link
from webapp.contexts.facets import FacetContext
from webapp.languages.translation import gettext, number, plural
from webapp.links import facet_url, search_url
from webapp.presenters.search_facets import in_order, present_choice
from webapp.presenters.wording import field_label, value_label
from webapp.search_state import SearchState

VALUES_SHOWN = 200
"""Values listed at once."""


def with_part(name: str, values: Sequence[FacetValue], find: str) -> Sequence[FacetValue]:
    """The values of a facet with these letters in them, in either script, with or without diacritics, in order."""
    wanted = fold(" ".join(find.split()))
    return in_order(name, [value for value in values if not wanted or wanted in fold(value_label(name, value.value))])


def present_facet(
    state: SearchState, name: str, find: str, values: Sequence[FacetValue], first: int, total: int
) -> FacetContext:
    """The page of a facet with these ``values`` of the ``total`` that ``find`` finds, from number ``first`` on."""
    shown = {value.value for value in values}
    here = {name, excluding(name)}
    return FacetContext(
        state=state,
        name=name,
        label=field_label(name),
        find=find,
        count=plural("%(count)s value", "%(count)s values", total),
        choices=tuple(present_choice(name, value, state) for value in values),
        parts=_parts(state, name, find, first, total),
        kept=tuple(pair for pair in state.pairs() if not (pair[0] in here and pair[1] in shown)),
        results=Link(gettext("Back to the results"), search_url(state)),
    )


def _parts(state: SearchState, name: str, find: str, first: int, total: int) -> tuple[Link, ...]:
    starts = range(1, total + 1, VALUES_SHOWN)
    if len(starts) < 2:
        return ()
    return tuple(
        Link(
            f"{number(start)}–{number(min(total, start + VALUES_SHOWN - 1))}",
            facet_url(name, state, find, start),
            start <= first < start + VALUES_SHOWN,
        )
        for start in starts
    )
