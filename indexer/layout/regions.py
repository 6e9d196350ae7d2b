"""Find the tables of a page: runs of lines split at the same gutters, with adjoining lines that belong to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.layout.columns import all_gutters_of, gutters_of
from indexer.layout.geometry import LinePart

Lines = Sequence[Sequence[LinePart]]

_FAR, _FARTHEST = 4.0, 15.0
"""Lines further apart in ems are in different tables, those in the same columns only beyond the second."""

_LOST, _APART_TIMES = 0.6, 1.25
"""Rows are a table of their own if at most this share of their gutters is left in the block, or if
some are lost and what follows is this many times further away than rows are from each other."""

_SAME_ROWS, _SAME_SHARE, _LAST_LINES = 3, 0.6, 4
"""Minimum number of parts of a line in the columns of one of so many above, and their share of the longer line."""

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


def regions_of(lines: Lines, texts: Sequence[str], x0: Sequence[float], x1: Sequence[float]) -> Iterator[Region]:
    """Yield the tables of a page from top to bottom; ``texts`` and edges are those of all words."""
    if not lines:
        return
    width = max(line[-1].x1 for line in lines) - min(line[0].x0 for line in lines)
    used = 0
    blocks = _blocks(lines, width, texts)
    for first, end, of_all in (part for block in blocks for part in _around_rows(lines, *block)):
        for start, stop in _split_tables(lines, first, end, of_all):
            block = lines[max(start, used) : stop]
            if sum(len(line) > 1 for line in block) >= _LEAST_LINES:
                is_whole = (max(start, used), stop) == (first, end)
                gutters = all_gutters_of(block, of_all if is_whole else gutters_of(block), x0, x1)
                if gutters:
                    begin, used = _widened(lines, used, max(start, used), stop, gutters, width)
                    yield Region(lines[begin:used], gutters)


def _blocks(lines: Lines, width: float, texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield runs of lines from a split one to a split one, without a wide gap or several lines of text between them."""
    first, last, text = -1, -1, 0
    for place, line in enumerate(lines):
        space = line[0].y - lines[place - 1][0].y
        is_far = space > _FAR and not (space < _FARTHEST and _is_next_row(lines[max(first, 0) : place + 1], texts))
        if first >= 0 and (is_far or text >= _TEXT_LINES):
            yield first, last + 1
            first = -1
        is_text = _is_text(line, width)
        text = text + is_text if is_text or len(line) == 1 else 0
        if len(line) > 1 and not is_text:
            first = place if first < 0 else first
            last = place
    if first >= 0:
        yield first, last + 1


def _around_rows(lines: Lines, first: int, end: int) -> Iterator[tuple[int, int, list[float]]]:
    """Yield the parts of a block, each with its gutters: rows whose columns the lines around them cross are apart."""
    of_all = gutters_of(lines[first:end])
    parts = [first]
    runs = [rows for rows in _same_rows(lines, first, end) if rows != (first, end)]
    for rows in runs:
        start, stop = max(rows[0], parts[-1]), rows[1]
        own = gutters_of(lines[start:stop]) if stop - start > _LEAST_LINES else []
        if len(of_all) >= len(own):
            continue
        while start > parts[-1] and (len(lines[start - 1]) > len(own) or not _crosses(lines[start - 1], own)):
            start -= 1
        while stop < end and not _crosses(lines[stop], own):
            stop += 1
        is_other = max(1, len(of_all)) <= _LOST * len(own)
        parts += [start] if is_other else []
        parts += [stop] if is_other or (rows == runs[-1] and _is_set_apart(lines, start, stop, end, own)) else []
    for start, stop in pairwise([*parts, end]):
        if start < stop:
            yield start, stop, of_all if stop - start == end - first else gutters_of(lines[start:stop])


def _is_set_apart(lines: Lines, start: int, stop: int, end: int, gutters: Sequence[float]) -> bool:
    """Return whether what follows rows in a block is none of them: all of it crosses their columns, further away."""
    if stop == end or not all(_crosses(line, gutters) for line in lines[stop:end]):
        return False
    steps = sorted(below[0].y - above[0].y for above, below in pairwise(lines[start:stop]))
    return lines[stop][0].y - lines[stop - 1][0].y > _APART_TIMES * steps[len(steps) // 2]


def _same_rows(lines: Lines, first: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield runs of lines of which each goes on in the columns of one shortly before."""
    start = stop = first
    for place in range(first + 1, end):
        above = _gone_on_from(lines, max(first, place - _LAST_LINES), place)
        if above is not None:
            if above >= stop:
                if stop > start:
                    yield start, stop
                start = above
            stop = place + 1
    if stop > start:
        yield start, stop


def _gone_on_from(lines: Lines, first: int, place: int) -> int | None:
    """Return the first of the lines before one whose parts stand above its own, each above one; None without."""
    line = lines[place]
    for other in range(first, place) if len(line) >= _SAME_ROWS else ():
        least = max(_SAME_ROWS, _SAME_SHARE * max(len(lines[other]), len(line)))
        if len(lines[other]) >= least and _columns_shared(lines[other], line) >= least:
            return other
    return None


def _is_next_row(lines: Lines, texts: Sequence[str]) -> bool:
    """Return whether the last line is a row like those above; who signs below a table with numbers has none."""

    def has_number(line: Sequence[LinePart]) -> bool:
        return any(map(str.isdecimal, "".join(texts[word] for part in line for word in part.words)))

    last = len(lines) - 1
    is_row = _gone_on_from(lines, max(0, last - _LAST_LINES), last) is not None
    return is_row and (has_number(lines[last]) or not any(map(has_number, lines[:last])))


def _columns_shared(one: Sequence[LinePart], other: Sequence[LinePart]) -> int:
    """Return how many parts of two lines overlap with one part of the other line each."""
    pairs = [(-1, -1)]
    at = below = 0
    while at < len(one) and below < len(other):
        if one[at].x0 < other[below].x1 and other[below].x0 < one[at].x1:
            pairs.append((at, below))
        if one[at].x1 < other[below].x1:
            at += 1
        else:
            below += 1
    pairs.append((-1, -1))
    return sum(
        here[0] not in (before[0], after[0]) and here[1] not in (before[1], after[1])
        for before, here, after in zip(pairs, pairs[1:], pairs[2:], strict=False)
    )


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
