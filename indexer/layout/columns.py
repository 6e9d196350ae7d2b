"""Find the columns of a table by its gutters: gaps that few lines cross and that split many lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.layout.geometry import LinePart

_STEPS = 2
"""Sampled positions per letter width."""

_CROSSED = 0.1
"""Maximum share of lines that cross a gutter, such as headers and totals."""

_OFTEN = 4
"""Lines that cross a gutter also count as few if this many times more lines are split there."""

_LEAST = 2
"""Minimum number of lines that a gutter splits, and of lines with words in a sparse column."""

_SPREAD = 0.6
"""A line of one part over this share of the width is text or a heading, and is ignored."""


_TIGHT, _TIGHT_CROSSED, _TIGHT_SHARE = 0.75, 0.04, 0.45
"""Gutters may also be this narrow (in letters), if at most this share of lines cross and this share have them."""


def all_gutters_of(
    lines: Sequence[Sequence[LinePart]], gutters: list[float], x0: Sequence[float], x1: Sequence[float]
) -> list[float]:
    """Return the gutters of lines: the given ``gutters``, and narrow ones between columns set close together."""
    tight = (
        [_parted(line, x0, x1) for line in lines] if len(lines) > (_MANY if len(gutters) < _LEAST else _LEAST) else []
    )
    for gutter in gutters_of(tight, _TIGHT_CROSSED, _TIGHT_SHARE) if tight else ():
        left = max((other for other in gutters if other <= gutter), default=None)
        right = min((other for other in gutters if other >= gutter), default=None)
        if all(
            other is None or sum(any(low < part.x0 and part.x1 < high for part in line) for line in tight) >= _LEAST
            for other, low, high in ((left, left or 0.0, gutter), (right, gutter, right or 0.0))
        ):
            gutters = sorted([*gutters, gutter])
    return gutters


_MANY = 5
"""More lines than these may have narrow gutters; fewer only if they are a table by wide ones."""


def _parted(line: Sequence[LinePart], x0: Sequence[float], x1: Sequence[float]) -> list[LinePart]:
    parts: list[LinePart] = []
    for part in line:
        run = [part.words[0]]
        for word in part.words[1:]:
            if x0[word] - x1[run[-1]] > _TIGHT:
                parts.append(LinePart(run, x0[run[0]], x1[run[-1]], part.y))
                run = []
            run.append(word)
        parts.append(LinePart(run, x0[run[0]], x1[run[-1]], part.y))
    return parts


def gutters_of(lines: Sequence[Sequence[LinePart]], crossed: float = _CROSSED, share: float = 0.0) -> list[float]:
    """Return the gutters of lines from left to right.

    A gutter is crossed by at most the share ``crossed`` of the split lines, and splits at least the share ``share`` of
    them.
    """
    left = min(line[0].x0 for line in lines)
    right = max(part.x1 for line in lines for part in line)
    size = int((right - left) * _STEPS) + 2
    steps_covered, steps_parted = [0] * (size + 1), [0] * (size + 1)
    count = 0
    telling: list[tuple[int, int, int]] = []
    for place, line in enumerate(lines):
        if len(line) == 1 and line[0].x1 - line[0].x0 > _SPREAD * (right - left):
            continue
        count += len(line) > 1
        before = -1
        for part in line:
            first, last = int((part.x0 - left) * _STEPS), int((part.x1 - left) * _STEPS)
            telling.append((first, last, place))
            steps_covered[first] += 1
            steps_covered[last + 1] -= 1
            if before >= 0:
                steps_parted[before + 1] += 1
                steps_parted[first if first > before + 2 else before + 2] -= 1
            before = last
    covered, parted = np.cumsum(steps_covered)[:size], np.cumsum(steps_parted)[:size]
    telling.sort()
    worth = parted - 3 * covered
    least = max(_LEAST, share * count)
    return [
        left + (gutter + 0.5) / _STEPS
        for first, end in _runs((covered <= crossed * count) | (_OFTEN * covered <= parted))
        if parted[first:end].max() >= least
        for gutter in _within(first, end, size, worth, telling)
    ]


def _runs(free: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], free, [False])).astype(np.int8)))
    return [(int(first), int(end)) for first, end in edges.reshape(-1, 2)]


def _within(
    first: int, end: int, size: int, worth: NDArray[np.int64], parts: Sequence[tuple[int, int, int]]
) -> list[int]:
    """Return the gutters in a range that few lines cross: one, or one on each side of every sparse column."""
    columns: list[tuple[int, int, set[int]]] = []
    for x0, x1, line in (part for part in parts if part[0] >= first and part[1] < end):
        if columns and x0 <= columns[-1][1] + 1:
            columns[-1] = columns[-1][0], max(columns[-1][1], x1), columns[-1][2] | {line}
        else:
            columns.append((x0, x1, {line}))
    edges = [first, *(edge for x0, x1, on in columns if len(on) >= _LEAST for edge in (x0, x1 + 1)), end]
    spaces = list(zip(edges[::2], edges[1::2], strict=True))
    if first == 0:
        del spaces[0]
    if end >= size - 1 and spaces:
        del spaces[-1]
    return [_best(start, max(stop, start + 1), worth) for start, stop in spaces]


def _best(first: int, end: int, worth: NDArray[np.int64]) -> int:
    best = np.flatnonzero(worth[first:end] == worth[first:end].max())
    return first + int(best[len(best) // 2])
