"""Facets of a search: beside its results, as a bar chart of years, and on a page of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from archive.search.facets import most_carried
from archive.search.request import AMOUNT_FILTERS, UNKNOWN, excluding
from archive.text.folding import NaturalKey, fold, natural_key
from webapp.languages.translation import gettext, marked, number, plural
from webapp.links import facet_url, profile_url, search_url, search_urls_with
from webapp.pages.parts import Context, Link, part_links
from webapp.pages.wording import counted_units, field_label, value_label
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class FacetChoice:
    """A checkbox.

    ``name`` is its filter: the facet, or its exclusion. ``other`` links to the search that excludes the value, or no
    longer does.
    """

    id: str
    name: str
    value: str
    label: str
    count: str
    selected: bool
    is_excluded: bool
    other: Link


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """The checkboxes of one facet: always visible ones, and collapsed ones.

    ``every`` links to all of them, labelled with their number, if there are too many for this page. ``unknown`` comes
    last; ``profiles`` link to those of selected values.
    """

    name: str
    label: str
    top: tuple[FacetChoice, ...]
    rest: tuple[FacetChoice, ...]
    unknown: FacetChoice | None
    every: Link | None
    profiles: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class AmountField:
    """A bound of the amounts printed in documents."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class YearBar:
    """A bar of one or several years, in units of the drawing.

    ``url`` selects them or ends that, None if there is nothing to select. ``name`` is printed below.
    """

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
    """The results by year; ``width`` and ``height`` are those of the drawing.

    Bars begin at ``margin``, each ``pitch`` wide for ``step`` years, from year ``begin`` on. ``first`` and ``last`` are
    the selected years, if any, ``kept`` the parameters of the search without them.
    """

    width: int
    height: int
    margin: int
    pitch: float
    begin: int
    step: int
    bars: tuple[YearBar, ...]
    first: str
    last: str
    kept: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FacetContext(Context):
    """All values of a facet in a search.

    ``find`` filters the values by text; ``parts`` link to the other pages of values. ``kept`` are the parameters of the
    search without the checkboxes on this page.
    """

    name: str
    label: str
    find: str
    count: str
    choices: tuple[FacetChoice, ...]
    parts: tuple[Link, ...]
    kept: tuple[tuple[str, str], ...]
    results: Link


TOP_VALUES = 7
"""Number of values that are always visible; selected values are, too."""

FOLDED_VALUES = 8
"""Maximum number of collapsed values; with more, a page of its own has all of them."""

ALWAYS_SHOWN = ("municipality", "vendor", "year")
"""Facets that are shown even with one value. Others are shown only if selecting a value makes a difference."""

_AMOUNT_LABELS = dict(zip(AMOUNT_FILTERS, (marked("At least"), marked("At most")), strict=True))


Counts = Mapping[str, int]
"""The number of results for each value of a facet."""


def present_facets(state: SearchState, facets: Mapping[str, Counts]) -> tuple[FacetGroup, ...]:
    """Return the facets of a search, years first with their chart."""
    return tuple(
        _facet(name, counts, state)
        for name in sorted(state.unit.facets, key=lambda name: name != "year")
        if _is_shown(name, counts := facets.get(name, {}), state)
    )


def present_amounts(state: SearchState) -> tuple[AmountField, ...]:
    """Return the fields for the minimum and maximum amount."""
    return tuple(
        AmountField(name, gettext(text), "".join(state.filters.get(name, ()))) for name, text in _AMOUNT_LABELS.items()
    )


def present_choices(name: str, values: Iterable[str], counts: Counts, state: SearchState) -> tuple[FacetChoice, ...]:
    """Return values with their counts, each to be selected or excluded."""
    left_out, chosen = state.filters.get(excluding(name), ()), state.filters.get(name, ())
    leave_out, take_back = gettext("Leave out"), gettext("No longer leave out")
    # The URLs of most values differ only in the value.
    without = search_urls_with(state, excluding(name))

    def choice(value: str) -> FacetChoice:
        is_excluded, is_chosen = value in left_out, value in chosen
        if is_excluded:
            other = Link(take_back, search_url(state.without_filter(excluding(name), value)))
        elif is_chosen:
            other = Link(leave_out, search_url(state.with_filter(excluding(name), value)))
        else:
            other = Link(leave_out, without(value))
        filter_ = excluding(name) if is_excluded else name
        return FacetChoice(
            id=f"{filter_}-{_quoted(value)}",
            name=filter_,
            value=value,
            label=value_label(name, value),
            count=number(counts[value]),
            selected=is_excluded or is_chosen,
            is_excluded=is_excluded,
            other=other,
        )

    return tuple(map(choice, values))


_quoted = lru_cache(maxsize=1 << 13)(quote)


def in_order(name: str, counts: Counts) -> list[str]:
    """Return the values of a facet by count, equal ones by label, unknown last."""
    return sorted(
        counts, key=lambda value: (value == UNKNOWN, -counts[value], _folded_key(value_label(name, value)), value)
    )


@lru_cache(maxsize=1 << 13)
def _folded_key(text: str) -> NaturalKey:
    return natural_key(fold(text))


def _is_shown(name: str, counts: Counts, state: SearchState) -> bool:
    """Return whether a facet is shown. A single value applies to every result."""
    return (
        (name in ALWAYS_SHOWN and bool(counts))
        or len(counts) > 1
        or name in state.filters
        or excluding(name) in state.filters
    )


def _facet(name: str, counts: Counts, state: SearchState) -> FacetGroup:
    chosen = {*state.filters.get(name, ()), *state.filters.get(excluding(name), ())}
    known = dict(counts)
    known.pop(UNKNOWN, None)
    count = len(known)
    if name == "year":
        # Years are in chronological order, not by count.
        values = sorted(known, reverse=True)
    else:
        values = in_order(name, _most(known, TOP_VALUES + 1 + FOLDED_VALUES, chosen))
    # Collapsing a single value would save no space.
    shown = TOP_VALUES if count > TOP_VALUES + 1 else count
    top = [value for at, value in enumerate(values) if at < shown or value in chosen]
    rest = [value for value in values[shown:] if value not in chosen]
    # There may be thousands of values, so labels and links are made only for those shown; on the front page, none are
    # collapsed.
    folded = FOLDED_VALUES if state.parameters() else 0
    return FacetGroup(
        name,
        field_label(name),
        present_choices(name, top, counts, state),
        present_choices(name, rest[:folded], counts, state),
        next(iter(present_choices(name, [UNKNOWN], counts, state)), None) if UNKNOWN in counts else None,
        Link(number(count), facet_url(name, state)) if count - len(top) > folded else None,
        tuple(_profiles(name, state)),
    )


def _profiles(name: str, state: SearchState) -> Iterator[Link]:
    """Yield links to the profiles of selected values, for a facet with profiles."""
    for value in state.filters.get(name, ()):
        if value != UNKNOWN and (url := profile_url(name, value)):
            yield Link(gettext("Profile: %(name)s", name=value_label(name, value)), url)


def _most(counts: Counts, wanted: int, chosen: Collection[str]) -> Counts:
    """Return the values among which are the ``wanted`` most frequent ones, and the selected ones.

    Sorting 3,000 values to show thirty takes nine times as long as the rest of a facet.
    """
    return {**most_carried(counts, wanted), **{value: counts[value] for value in chosen if value in counts}}


def with_part(name: str, counts: Counts, find: str) -> list[str]:
    """Return the values of a facet whose label contains a text, ignoring script and diacritics, in order."""
    wanted = fold(" ".join(find.split()))
    here = {one: count for one, count in counts.items() if not wanted or wanted in fold(value_label(name, one))}
    return in_order(name, here)


def present_facet(
    state: SearchState, name: str, find: str, found: Sequence[str], counts: Counts, first: int, size: int
) -> FacetContext:
    """Return the context of a facet with the values ``found``, from number ``first`` on, ``size`` per page."""
    values = found[first - 1 : first - 1 + size]
    shown = set(values)
    here = {name, excluding(name)}
    return FacetContext(
        state=state,
        name=name,
        label=field_label(name),
        find=find,
        count=plural("%(count)s value", "%(count)s values", len(found)),
        choices=present_choices(name, values, counts, state),
        parts=part_links(len(found), size, first, lambda start: facet_url(name, state, find, start)),
        kept=tuple(pair for pair in state.pairs() if not (pair[0] in here and pair[1] in shown)),
        results=Link(gettext("Back to the results"), search_url(state)),
    )


MOST_BARS = 40
"""Maximum number of bars; with more years, a bar stands for ten or a hundred of them."""

WIDTH, HEIGHT, GAP, MARGIN = 188, 44, 2, 10
"""In units of the drawing. The highest bar has the full height; the margin is for labels below the edges."""

LEAST_HEIGHT = 3
"""Minimum height of a bar that is not empty, so that it is visible."""

MOST_WIDTH = 30
_NAMED = 5
"""Maximum number of labels below the bars."""

_YEAR = re.compile("[0-9]{1,4}")
"""Years that are drawn, since a URL may contain any number."""


def year_bars(state: SearchState, found: Counts) -> YearBars | None:
    """Return the bar chart of the years of results, with empty years between them; None for fewer than two."""
    counts = {int(value): count for value, count in found.items() if _YEAR.fullmatch(value)}
    if len(counts) < 2:
        return None
    step = _step(max(counts) - min(counts) + 1)
    starts = range(min(counts) // step * step, max(counts) + 1, step)
    totals = {start: sum(counts.get(year, 0) for year in range(start, start + step)) for start in starts}
    highest = max(1, *totals.values())
    width = min(MOST_WIDTH, WIDTH / len(starts))
    named_every = -(-len(starts) // _NAMED)
    url = _years_url(state)
    bars = tuple(
        _bar(state, url, counts, start, step, at, width, totals[start] / highest, is_named=at % named_every == 0)
        for at, start in enumerate(starts)
    )
    chosen = sorted((year for year in state.filters.get("year", ()) if _YEAR.fullmatch(year)), key=int)
    without = state.with_values("year", ()).with_values(excluding("year"), ())
    return YearBars(
        width=round(width * len(starts)) + 2 * MARGIN,
        height=HEIGHT,
        margin=MARGIN,
        pitch=round(width, 3),
        begin=starts.start,
        step=step,
        bars=bars,
        first=chosen[0] if chosen else "",
        last=chosen[-1] if chosen else "",
        kept=without.pairs(),
    )


def known_years(values: Iterable[str]) -> tuple[str, ...]:
    """Return the years of the results of a search in ascending order."""
    return tuple(sorted((value for value in values if _YEAR.fullmatch(value)), key=int))


def _step(years: int) -> int:
    step = 1
    while years > step * MOST_BARS:
        step *= 10
    return step


def _years_url(state: SearchState) -> Callable[[Sequence[str], Sequence[str]], str]:
    """Return a function for URLs of the results of certain years, without the excluded ones."""
    excluded = excluding("year")
    plain = state.with_values("year", ())
    one_year = search_urls_with(plain, "year")

    def url(years: Sequence[str], left_out: Sequence[str]) -> str:
        if len(years) == 1 and left_out == state.filters.get(excluded, ()):
            return one_year(years[0])
        return search_url(plain.with_values("year", tuple(years)).with_values(excluded, tuple(left_out)))

    return url


def _bar(
    state: SearchState,
    years_url: Callable[[Sequence[str], Sequence[str]], str],
    counts: Mapping[int, int],
    start: int,
    step: int,
    at: int,
    width: float,
    share: float,
    *,
    is_named: bool,
) -> YearBar:
    held = tuple(str(year) for year in range(start, start + step) if year in counts)
    total = sum(counts[int(year)] for year in held)
    chosen, excluded = state.filters.get("year", ()), excluding("year")
    is_chosen = bool(held) and set(held) <= set(chosen)
    # A click on a selected bar deselects it.
    wanted = tuple(year for year in chosen if year not in held) if is_chosen else held
    left_out = tuple(year for year in state.filters.get(excluded, ()) if year not in held)
    label = str(start) if step == 1 else f"{start}–{start + step - 1}"
    return YearBar(
        label=label,
        count=counted_units(state.unit, total),
        url=years_url(wanted, left_out) if total else None,
        is_chosen=is_chosen,
        x=round(MARGIN + at * width + GAP / 2, 1),
        width=round(width - GAP, 1),
        height=round(max(LEAST_HEIGHT, share * HEIGHT), 1) if total else 0,
        name=str(start) if is_named else "",
    )
