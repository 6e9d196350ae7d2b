"""The most likely sequence of clause numbers over a whole document.

Numbers run 1, 2, 3 and 2.1, 2.2, but some are lost, repeated or wrong, and list items, references and lines of a table
of contents have numbers, too. So no single number decides: each candidate has a weight, each transition a score, and
dynamic programming (Viterbi's algorithm) finds the sequence with the highest total.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Path = tuple[int, ...]
"""A number as its parts: 2.1 is (2, 1)."""

WINDOW = 80
"""Number of preceding candidates considered as predecessor."""

NEXT, GAP, OPENED, DOUBLED, AGAIN, ASTRAY = 1.0, 0.5, 0.5, -0.5, -1.0, -2.5
"""Scores of transitions, in this order:

to the next number; penalty for each missing number; to x.1 without a printed x; the same number again; a restart at 1
between two headings; any other.
"""

UNHEADED_AGAIN, LIST_AGAIN = -4.5, -8.0
"""Scores of a restart at 1: without headings, as in a second contract of a file; inside a list of items."""

SURE = 2.0
"""A candidate of at least this weight is a clause by more than its number."""

LISTED = 0.2
"""A candidate of at most this weight is a list item, unless the sequence needs it."""

FAIR = 1.0
"""A candidate of at least this weight is hardly a list item or a party."""

_MOST_MISSING = 4
"""A transition that skips more numbers scores as ``ASTRAY``."""


@dataclass(frozen=True, slots=True)
class NumberedLine:
    """A candidate: the index of its paragraph, the numbers it may be read as, and its weight."""

    index: int
    readings: tuple[Path, ...]
    weight: float


def likeliest(candidates: Sequence[NumberedLine]) -> list[tuple[NumberedLine, Path]]:
    """Return the candidates of the most likely sequence in order, each with the number chosen for it."""
    states = [(each, path) for each in candidates for path in each.readings]
    best: list[float] = []
    before: list[int | None] = []
    for place, (candidate, path) in enumerate(states):
        value, origin = _start(path, candidate), None
        for earlier in range(max(0, place - WINDOW), place):
            preceding, preceding_path = states[earlier]
            if preceding is candidate:
                continue
            back = AGAIN if candidate.weight >= SURE and preceding.weight >= FAIR else _back_to_one(candidate)
            total = best[earlier] + step(preceding_path, path, back)
            if total > value:
                value, origin = total, earlier
        best.append(value + candidate.weight)
        before.append(origin)
    at: int | None = max(range(len(states)), key=best.__getitem__, default=None)
    found = []
    while at is not None and best[at] > 0:
        found.append(states[at])
        at = before[at]
    return found[::-1]


def _start(path: Path, candidate: NumberedLine) -> float:
    if path[-1] == 1 and path[0] == 1:
        # Parties may be numbered, too, before the first clause.
        return NEXT if candidate.weight >= SURE else 0.0
    return -GAP * min(_MOST_MISSING, path[0] - 1) if candidate.weight >= SURE else ASTRAY


def _back_to_one(candidate: NumberedLine) -> float:
    return UNHEADED_AGAIN if candidate.weight > LISTED else LIST_AGAIN


def step(path: Path, following: Path, back: float) -> float:
    """Return the score of the transition from ``path`` to ``following``; ``back`` is the score of a restart at 1."""
    if following == path:
        return DOUBLED
    above, own = following[:-1], following[-1]
    if following[: len(path)] == path and len(following) == len(path) + 1:
        return NEXT - GAP * min(_MOST_MISSING, own - 1)
    if path[: len(above)] == above and len(path) > len(above) and own > path[len(above)]:
        missing = own - path[len(above)] - 1
        return NEXT - GAP * missing if missing <= _MOST_MISSING else ASTRAY
    if own == 1 and len(following) > 1 and above[:-1] == path[: len(above) - 1] and _is_at(path, above) in {0, 1}:
        return OPENED
    if following == (1,):
        return back
    return ASTRAY if back == AGAIN or following > path else LIST_AGAIN


def _is_at(path: Path, above: Path) -> int | None:
    """Return the difference of ``above`` to ``path`` at the depth of ``above``; None if ``path`` is shorter."""
    return above[-1] - path[len(above) - 1] if len(path) >= len(above) else None
