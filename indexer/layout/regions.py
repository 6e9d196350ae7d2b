"""Find the tables of a page: runs of lines split at the same gutters, with adjoining lines that belong to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.layout.columns import all_gutters_of, gutters_of
from indexer.layout.geometry import LinePart

Lines = Sequence[Sequence[LinePart]]

_FAR = 4.0
"""Lines further apart in ems are in different tables."""

_NEAR = 1.9
"""Maximum distance of an unsplit line that belongs to a table."""

_LOOSE = 1.6
"""A line across columns at the edge of a table is a heading if it is further away."""

_SPACED = 2.0
"""At this distance between lines, a new table with other columns may begin."""

_CLOSE = 1.5
"""Maximum distance of a header cell above the columns that it spans."""

_APART = 4.5
"""A heading with this much space in ems between its neighbours separates two tables."""

_TEXT = 0.5
"""An unsplit line over this share of the page width is text; several of them end a table."""

_TEXT_LINES = 3
_FULL, _SPACES, _SPACE = 0.8, 0.12, 5.0
"""A justified line of text: minimum share of the page width, maximum share of all gaps, maximum gap in letters."""

_WORDS = 2
"""A justified line is split at each space, so its parts have fewer words than this on average."""

_FOREIGN = 0.3
"""Two parts are different tables if this share of the lines of one has words in the gutters of the other."""

_LEAST_LINES = 2
_TELLING_LINES = 5
"""Minimum number of split lines in a table, and in one whose columns are compared."""


@dataclass(frozen=True, slots=True)
class Region:
    """The lines of a table, and its gutters."""

    lines: Lines
    gutters: list[float]


def regions_of(lines: Lines, x0: Sequence[float], x1: Sequence[float]) -> Iterator[Region]:
    """Yield the tables of a page from top to bottom."""
    if not lines:
        return
    width = max(line[-1].x1 for line in lines) - min(line[0].x0 for line in lines)
    used = 0
    for first, end in _blocks(lines, width):
        of_all = gutters_of(lines[first:end])
        for start, stop in _split_tables(lines, first, end, of_all):
            block = lines[max(start, used) : stop]
            if sum(len(line) > 1 for line in block) >= _LEAST_LINES:
                is_whole = (max(start, used), stop) == (first, end)
                gutters = all_gutters_of(block, of_all if is_whole else gutters_of(block), x0, x1)
                if gutters:
                    begin, used = _widened(lines, used, max(start, used), stop, gutters, width)
                    yield Region(lines[begin:used], gutters)


def _blocks(lines: Lines, width: float) -> Iterator[tuple[int, int]]:
    """Yield runs of lines from a split one to a split one, without a wide gap or several lines of text between them."""
    first, last, text = -1, -1, 0
    for place, line in enumerate(lines):
        if first >= 0 and (line[0].y - lines[place - 1][0].y > _FAR or text >= _TEXT_LINES):
            yield first, last + 1
            first = -1
        is_text = _is_text(line, width)
        text = text + is_text if is_text or len(line) == 1 else 0
        if len(line) > 1 and not is_text:
            first = place if first < 0 else first
            last = place
    if first >= 0:
        yield first, last + 1


def _is_text(line: Sequence[LinePart], width: float) -> bool:
    reach = line[-1].x1 - line[0].x0
    if len(line) == 1:
        return reach > _TEXT * width
    if sum(len(part.words) for part in line) >= _WORDS * len(line):
        return False
    gaps = [right.x0 - left.x1 for left, right in pairwise(line)]
    return reach > _FULL * width and sum(gaps) < _SPACES * reach and max(gaps) < _SPACE


def _split_tables(lines: Lines, first: int, end: int, gutters: Sequence[float]) -> Iterator[tuple[int, int]]:
    """Yield the tables in a block, which is split at headings with different columns above and below."""
    pieces = [[first, first + 1]]
    heading = 0
    for place in range(first + 1, end):
        crosses = len(lines[place]) == 1 and _crosses(lines[place], gutters)
        heading = heading + 1 if crosses else 0
        space = lines[min(place + 1, end - 1)][0].y - lines[place - 1][0].y
        if crosses and (heading > 1 or space > _APART):
            pieces.append([place + 1, place + 1])
        elif (crosses or lines[place][0].y - lines[place - 1][0].y > _SPACED) and pieces[-1][1] > pieces[-1][0]:
            pieces.append([place, place + 1, 1])
        pieces[-1][1] = max(place + 1, pieces[-1][0])
    joined: list[list[int]] = []
    for piece in pieces:
        if joined and len(piece) > 2 and not _differ(lines, joined[-1], piece):
            joined[-1][1] = piece[1]
        elif piece[1] > piece[0]:
            joined.append(piece)
    for piece in joined:
        parted = [place for place in range(piece[0], piece[1]) if len(lines[place]) > 1]
        if parted:
            yield parted[0], parted[-1] + 1


def _differ(lines: Lines, one: Sequence[int], other: Sequence[int]) -> bool:
    above, below = ([line for line in lines[at[0] : at[1]] if len(line) > 1] for at in (one, other))
    if min(len(above), len(below)) < _TELLING_LINES:
        return False
    for model, tested in ((above, below), (below, above)):
        gutters = gutters_of(model)
        if sum(_crosses(line, gutters) for line in tested) > _FOREIGN * len(tested):
            return True
    return False


def _crosses(line: Sequence[LinePart], gutters: Sequence[float]) -> bool:
    return any(part.x0 < gutter < part.x1 for part in line for gutter in gutters)


def _widened(
    lines: Lines, least: int, start: int, stop: int, gutters: Sequence[float], width: float
) -> tuple[int, int]:
    """Return the line range of a table extended by lines above (from ``least`` on) and below in its columns.

    These are headers and wrapped cells.
    """
    left = min(line[0].x0 for line in lines[start:stop])
    right = max(line[-1].x1 for line in lines[start:stop])

    def belongs(place: int, neighbour: int) -> bool:
        line, space = lines[place], abs(lines[place][0].y - lines[neighbour][0].y)
        if place < neighbour and space < _CLOSE and line[0].x0 > gutters[0] and line[-1].x1 < right + 2:
            return True
        return (
            space < _NEAR
            and line[0].x0 > left - 2
            and line[-1].x1 < right + 2
            and not _is_text(line, width)
            and not _crosses(line, gutters)
        )

    def is_heading(place: int, neighbour: int) -> bool:
        line = lines[place]
        space = abs(line[0].y - lines[neighbour][0].y)
        few = len(line) <= min(2, len(gutters) - 1)
        return (len(line) <= 2 and _crosses(line, gutters) and space > _LOOSE) or (few and space > _SPACED)

    while start + 1 < stop and is_heading(start, start + 1):
        start += 1
    while start + 1 < stop and is_heading(stop - 1, stop - 2):
        stop -= 1
    while start > least and belongs(start - 1, start):
        start -= 1
    while stop < len(lines) and belongs(stop, stop - 1):
        stop += 1
    return start, stop
