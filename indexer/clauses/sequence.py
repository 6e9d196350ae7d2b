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

LIST_AGAIN = -8.0
"""Back where no headings stand: as a rule the list of one clause, or the end of a list before the first."""

SURE = 2.0
"""The weight from which a candidate is known for a clause by more than its number."""

FAIR = 1.0
"""And from which it is hardly an item of a list or a party."""

_MOST_MISSING = 4
"""Beyond so many missing numbers a step goes astray."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number that may be a clause's: the place of its paragraph, what it may be read as, and how much else speaks
    for it."""

    index: int
    readings: tuple[Path, ...]
    weight: float


def likeliest(candidates: Sequence[Candidate]) -> list[tuple[Candidate, Path]]:
    """The candidates of the likeliest sequence, in order, each with the number that it is read as there."""
    states = [(each, path) for each in candidates for path in each.readings]
    best: list[float] = []
    before: list[int | None] = []
    for place, (candidate, path) in enumerate(states):
        value, origin = _start(path, candidate), None
        for earlier in range(max(0, place - WINDOW), place):
            preceding, preceding_path = states[earlier]
            if preceding is candidate:
                continue
            is_sure = candidate.weight >= SURE and preceding.weight >= FAIR
            total = best[earlier] + step(preceding_path, path, is_sure=is_sure)
            if total > value:
                value, origin = total, earlier
        best.append(value + candidate.weight)
        before.append(origin)
    place = max(range(len(states)), key=best.__getitem__, default=None)
    found = []
    while place is not None and best[place] > 0:
        found.append(states[place])
        place = before[place]
    return found[::-1]


def _start(path: Path, candidate: Candidate) -> float:
    if path[-1] == 1 and path[0] == 1:
        # Parties are numbered, too, before the first clause is.
        return NEXT if candidate.weight >= SURE else 0.0
    return -GAP * min(_MOST_MISSING, path[0] - 1) if candidate.weight >= SURE else ASTRAY


def step(path: Path, following: Path, *, is_sure: bool) -> float:
    """What it is worth that ``following`` comes after ``path``."""
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
    if following == (1,) and is_sure:
        return AGAIN
    return ASTRAY if is_sure or following > path else LIST_AGAIN


def _is_at(path: Path, above: Path) -> int | None:
    """How much further than ``path`` the number ``above`` counts at its own depth."""
    return above[-1] - path[len(above) - 1] if len(path) >= len(above) else None
