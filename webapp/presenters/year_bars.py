"""The documents found by year, as bars: geometry for an SVG that the server writes, and the same as rows of a table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from archive.search.request import excluding
from archive.search.results import FacetValue
from webapp.contexts.search import YearBar, YearBars
from webapp.links import search_url
from webapp.presenters.places import counted_units
from webapp.search_state import SearchState

MOST_BARS = 40
"""Where there are more years, a bar stands for ten of them, or for a hundred."""

WIDTH, HEIGHT, GAP, MARGIN = 720, 72, 3, 18
"""In units of the drawing. The highest bar has the whole height; the margin is for years printed below the edges."""

LEAST_HEIGHT = 3
"""Of a bar that stands for any document at all: one among thousands must still be seen."""

MOST_WIDTH = 48
_NAMED = 12
"""Bars that have their years printed below them; where there are more, some stay without."""

_YEAR = re.compile("[0-9]{1,4}")
"""What is drawn. An address may choose a year of millions, and there would be as many bars to count."""


def year_bars(state: SearchState, values: Sequence[FacetValue]) -> YearBars | None:
    """The bars of the years that any document found is of, those between them too. None where there are not two."""
    counts = {int(value.value): value.count for value in values if _YEAR.fullmatch(value.value)}
    if len(counts) < 2:
        return None
    step = _step(max(counts) - min(counts) + 1)
    starts = range(min(counts) // step * step, max(counts) + 1, step)
    totals = {start: sum(counts.get(year, 0) for year in range(start, start + step)) for start in starts}
    highest = max(1, *totals.values())
    width = min(MOST_WIDTH, WIDTH / len(starts))
    named_every = -(-len(starts) // _NAMED)
    bars = tuple(
        _bar(state, counts, start, step, at, width, totals[start] / highest, is_named=at % named_every == 0)
        for at, start in enumerate(starts)
    )
    return YearBars(round(width * len(starts)) + 2 * MARGIN, HEIGHT, bars)


def _step(years: int) -> int:
    step = 1
    while years > step * MOST_BARS:
        step *= 10
    return step


def _bar(
    state: SearchState,
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
        url=search_url(state.with_values("year", wanted).with_values(excluded, left_out)) if total else None,
        is_chosen=is_chosen,
        x=round(MARGIN + at * width + GAP / 2, 1),
        width=round(width - GAP, 1),
        height=round(max(LEAST_HEIGHT, share * HEIGHT), 1) if total else 0,
        name=str(start) if is_named else "",
    )
