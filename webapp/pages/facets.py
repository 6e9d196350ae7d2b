"""Facets of a search: beside its results, as bars of years, and on a page of their own."""

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
    """One checkbox. ``name`` is the filter it stands for: the facet, or what is left out of it. ``other`` is the link
    that leaves the value out, or takes that back."""

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
    """The checkboxes of one facet: those always shown, and those that fold away. ``every`` leads to all of them and is
    labelled with their number, where there are too many for this page. ``unknown`` comes behind all; ``profiles`` lead
    to those of the chosen values."""

    name: str
    label: str
    top: tuple[FacetChoice, ...]
    rest: tuple[FacetChoice, ...]
    unknown: FacetChoice | None
    every: Link | None
    profiles: tuple[Link, ...]


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
    """What was found, by year; ``width`` and ``height`` are those of the drawing. Bars begin at ``margin``, each
    ``pitch`` wide for ``step`` years,
    from year ``begin`` on. ``first`` and ``last`` are the years chosen, if any, ``kept`` the parameters of
    the search without them."""

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
    """All values of a facet in a search. ``find`` is what they have to contain; ``parts`` lead to the rest of them.

    ``kept`` are the parameters of the search without the choices that stand on this page.
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
"""Values of a facet that are always shown; some more fold away. Chosen values are always shown, too."""

FOLDED_VALUES = 20
"""Values that fold away. Where there are more, a page of the facet's own has all of them."""

ALWAYS_SHOWN = ("municipality", "vendor", "year")
"""Facets that have a place even with one value or none. The others are left out where choosing could change nothing."""

_AMOUNT_LABELS = dict(zip(AMOUNT_FILTERS, (marked("At least"), marked("At most")), strict=True))


Counts = Mapping[str, int]
"""How many of what was found carry each value of a facet."""


def present_facets(state: SearchState, facets: Mapping[str, Counts]) -> tuple[FacetGroup, ...]:
    """Return the facets that can narrow or widen what was found; years come first, with their bars."""
    return tuple(
        _facet(name, counts, state)
        for name in sorted(state.unit.facets, key=lambda name: name != "year")
        if _is_shown(name, counts := facets.get(name, {}), state)
    )


def present_amounts(state: SearchState) -> tuple[AmountField, ...]:
    """Return the fields for the least and the most of an amount."""
    return tuple(
        AmountField(name, gettext(text), "".join(state.filters.get(name, ()))) for name, text in _AMOUNT_LABELS.items()
    )


def present_choices(name: str, values: Iterable[str], counts: Counts, state: SearchState) -> tuple[FacetChoice, ...]:
    """Return values with their counts: each to be chosen, or left out."""
    left_out, chosen = state.filters.get(excluding(name), ()), state.filters.get(name, ())
    leave_out, take_back = gettext("Leave out"), gettext("No longer leave out")
    # The addresses of most values differ in the value alone.
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
    """Return the values of a facet as a reader finds them: most first, and as many by what they are called, unknown
    last."""
    return sorted(
        counts, key=lambda value: (value == UNKNOWN, -counts[value], _folded_key(value_label(name, value)), value)
    )


@lru_cache(maxsize=1 << 13)
def _folded_key(text: str) -> NaturalKey:
    return natural_key(fold(text))


def _is_shown(name: str, counts: Counts, state: SearchState) -> bool:
    """Return whether a facet has a place on the page. A facet's only value stands in every document found."""
    return name in ALWAYS_SHOWN or len(counts) > 1 or name in state.filters or excluding(name) in state.filters


def _facet(name: str, counts: Counts, state: SearchState) -> FacetGroup:
    chosen = {*state.filters.get(name, ()), *state.filters.get(excluding(name), ())}
    known = {value: count for value, count in counts.items() if value != UNKNOWN}
    count = len(known)
    if name == "year":
        # Years are read as a row of years, not as a ranking.
        values = sorted(known, reverse=True)
    else:
        values = in_order(name, _most(known, TOP_VALUES + 1 + FOLDED_VALUES, chosen))
    # Folding one value away would take the line that shows it.
    shown = TOP_VALUES if count > TOP_VALUES + 1 else count
    top = [value for at, value in enumerate(values) if at < shown or value in chosen]
    rest = [value for value in values[shown:] if value not in chosen]
    # There may be thousands of values, so only those that are shown are put into words and links; below a front page,
    # where nobody narrows yet, none are folded.
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
    """Yield the profiles of the values that are chosen, of a facet whose values have one."""
    for value in state.filters.get(name, ()):
        if value != UNKNOWN and (url := profile_url(name, value)):
            yield Link(gettext("Profile: %(name)s", name=value_label(name, value)), url)


def _most(counts: Counts, wanted: int, chosen: Collection[str]) -> Counts:
    """Return the values among which the wanted number are that most documents have, and the chosen ones: to put 3,000
    in the order of the alphabet for some thirty that are shown takes nine times as long as the rest of a facet."""
    return {**most_carried(counts, wanted), **{value: counts[value] for value in chosen if value in counts}}


def with_part(name: str, counts: Counts, find: str) -> list[str]:
    """Return the values of a facet with these letters in them, in either script, with or without diacritics, in
    order."""
    wanted = fold(" ".join(find.split()))
    here = {one: count for one, count in counts.items() if not wanted or wanted in fold(value_label(name, one))}
    return in_order(name, here)


def present_facet(
    state: SearchState, name: str, find: str, found: Sequence[str], counts: Counts, first: int, size: int
) -> FacetContext:
    """Return a facet: of the values that ``find`` finds those from number ``first`` on, ``size`` a page."""
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
"""Where there are more years, a bar stands for ten of them, or for a hundred."""

WIDTH, HEIGHT, GAP, MARGIN = 188, 44, 2, 10
"""In units of the drawing. The highest bar has the whole height; the margin is for years printed below the edges."""

LEAST_HEIGHT = 3
"""Of a bar that stands for any document at all: one among thousands must still be seen."""

MOST_WIDTH = 30
_NAMED = 5
"""Bars that have their years printed below them; where there are more, some stay without."""

_YEAR = re.compile("[0-9]{1,4}")
"""What is drawn. An address may choose a year of millions, and there would be as many bars to count."""


def year_bars(state: SearchState, found: Counts) -> YearBars | None:
    """Return the bars of the years that any document found is of, those between them too. None where there are not
    two."""
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
    """Return the years of what a search finds, the first one first."""
    return tuple(sorted((value for value in values if _YEAR.fullmatch(value)), key=int))


def _step(years: int) -> int:
    step = 1
    while years > step * MOST_BARS:
        step *= 10
    return step


def _years_url(state: SearchState) -> Callable[[Sequence[str], Sequence[str]], str]:
    """Return what gives the results of some years alone, without those that are left out."""
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
    # A click on what is chosen takes it back.
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
