"""Which of the numbers that may be clauses are: the likeliest sequence over the whole document.

A document counts 1, 2, 3 and 2.1, 2.2, but not without fail: a number is lost to a stain, printed twice, or wrong, and
what stands beside the sequence (items of lists, references, lines of a table of contents) has numbers, too. So no
single number decides. Each candidate has a weight, each step from one to the next a value, and the sequence with the
greatest sum is taken (dynamic programming, as Viterbi's algorithm): one irregular number costs a little and ends
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Path = tuple[int, ...]
"""A number by its parts: 2.1 is (2, 1)."""

WINDOW = 80
"""So many candidates before one are looked at for the one that precedes it."""

NEXT, GAP, OPENED, DOUBLED, AGAIN, ASTRAY = 1.0, 0.5, 0.5, -0.5, -1.0, -2.5
"""What steps are worth: to the next number; less ``GAP`` for each number that is missing; to x.1 where x itself is not
printed; the same number again; back to 1 from one heading to another; anywhere else."""

UNHEADED_AGAIN, LIST_AGAIN = -4.5, -8.0
"""Back to 1 where no number has a heading, which a second contract in a file needs and a list of a few items must not;
and back anywhere, or to 1 beside headings: as a rule the list of one clause."""

SURE = 2.0
"""The weight from which a candidate is known for a clause by more than its number."""

LISTED = 0.2
"""The weight up to which a number is an item of a list, unless the sequence needs it."""

FAIR = 1.0
"""And from which it is hardly an item of a list or a party."""

_MOST_MISSING = 4
"""Beyond so many missing numbers a step goes astray."""


@dataclass(frozen=True, slots=True)
class NumberedLine:
    """A number that may be a clause's: the place of its paragraph, what it may be read as, and how much else speaks
    for it."""

    index: int
    readings: tuple[Path, ...]
    weight: float


def likeliest(candidates: Sequence[NumberedLine]) -> list[tuple[NumberedLine, Path]]:
    """Return the candidates of the likeliest sequence, in order, each with the number that it is read as there."""
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
        # Parties are numbered, too, before the first clause is.
        return NEXT if candidate.weight >= SURE else 0.0
    return -GAP * min(_MOST_MISSING, path[0] - 1) if candidate.weight >= SURE else ASTRAY


def _back_to_one(candidate: NumberedLine) -> float:
    return UNHEADED_AGAIN if candidate.weight > LISTED else LIST_AGAIN


def step(path: Path, following: Path, back: float) -> float:
    """Return what it is worth that ``following`` comes after ``path``, if to begin anew at 1 is worth ``back``."""
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
    """Return how much further than ``path`` the number ``above`` counts at its own depth."""
    return above[-1] - path[len(above) - 1] if len(path) >= len(above) else None
