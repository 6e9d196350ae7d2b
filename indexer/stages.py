"""What the stages of adding documents cost, by the processors and by the clock, in whatever process they run.

Each moment of a process belongs to one stage, the innermost that it is in, so the costs of all stages add up to what
the process has cost. Programs that it started and waited for (LibreOffice) count, too.
"""

from __future__ import annotations

import resource
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TypeVar

Value = TypeVar("Value")


class Stage(StrEnum):
    """A stage. What belongs to none is the rest: in a reading process, to fork, and to open the file."""

    START = "start"
    ORIGINALS = "originals"
    PAGES = "pages"
    OCR = "ocr"
    LANGUAGE = "language"
    FACTS = "facts"
    CLAUSES = "clauses"
    TRANSFER = "transfer"
    CATALOG = "catalog"
    INDEX = "index"
    REST = "rest"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of the processors and on the clock."""

    cpu: float = 0.0
    clock: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no work costs."""
        if self.cpu < 0 or self.clock < 0:
            raise ValueError("less than no time")

    def __add__(self, other: Cost) -> Cost:
        """Return both together."""
        return Cost(self.cpu + other.cpu, self.clock + other.clock)

    def __sub__(self, other: Cost) -> Cost:
        """Return what is more in this one, and never less than nothing."""
        return Cost(max(self.cpu - other.cpu, 0.0), max(self.clock - other.clock, 0.0))

    def __le__(self, other: Cost) -> bool:
        """Return whether it is no more by either measure."""
        return self.cpu <= other.cpu and self.clock <= other.clock


NOTHING = Cost()


class _Stopwatch(threading.local):
    """The costs in this process so far; each thread has its own, though processor time is that of all."""

    costs: dict[Stage, Cost]
    _stage: Stage
    _read: Cost

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.costs = {}
        self.skip(Stage.REST)

    def enter(self, stage: Stage) -> Stage:
        """Begin a stage and return the one that it interrupts."""
        now = _now()
        self.add(self._stage, now - self._read)
        self._read = now
        left, self._stage = self._stage, stage
        return left

    def skip(self, stage: Stage) -> None:
        """Begin a stage, and forget what there was since the last one began."""
        self._stage, self._read = stage, _now()

    def add(self, stage: Stage, cost: Cost) -> None:
        self.costs[stage] = self.costs.get(stage, NOTHING) + cost


def _now() -> Cost:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(time.process_time() + children.ru_utime + children.ru_stime, time.monotonic())


_STOPWATCH = _Stopwatch()


def restart() -> None:
    """Forget all costs: this is a new process."""
    _STOPWATCH.restart()


def begin(name: Stage) -> None:
    """Begin a run; all that this process has cost so far is of that stage."""
    restart()
    cpu = time.process_time()
    _STOPWATCH.add(name, Cost(cpu, cpu))


@contextmanager
def stage(name: Stage) -> Iterator[None]:
    """Count what is done within this as of that stage, as far as it is of no stage inside."""
    left = _STOPWATCH.enter(name)
    try:
        yield
    finally:
        _STOPWATCH.enter(left)


def each_in(name: Stage, values: Iterable[Value]) -> Iterator[Value]:
    """Yield the values; to find each is of that stage."""
    waiting = iter(values)
    while True:
        with stage(name):
            try:
                value = next(waiting)
            except StopIteration:
                return
        yield value


@contextmanager
def uncounted() -> Iterator[None]:
    """Count what is done within this as of no stage: a process is ended that has told its costs itself."""
    left = _STOPWATCH.enter(Stage.REST)
    try:
        yield
    finally:
        _STOPWATCH.skip(left)


def count(name: Stage, cost: Cost) -> None:
    """Count what was spent elsewhere."""
    _STOPWATCH.add(name, cost)


def costs() -> Mapping[Stage, Cost]:
    """Return the costs up to now, by stage."""
    _STOPWATCH.enter(_STOPWATCH.enter(Stage.REST))
    return _STOPWATCH.costs


def records() -> list[dict[str, object]]:
    """Return the costs as JSON, in the order of stages."""
    spent = costs()
    return [{"stage": str(one), **asdict(spent[one])} for one in Stage if one in spent]


def table(pages: int) -> Iterator[str]:
    """Yield the costs as lines for a person."""
    spent = costs()
    whole = total(spent)
    yield f"{'stage':<10} {'CPU s':>9} {'share':>6} {'ms a page':>10} {'clock s':>9}"
    for name in (*(one for one in Stage if one in spent), None):
        cost = whole if name is None else spent[name]
        share, each = cost.cpu / (whole.cpu or 1), 1000 * cost.cpu / max(pages, 1)
        yield f"{name or 'all':<10} {cost.cpu:9.2f} {share:6.1%} {each:10.2f} {cost.clock:9.2f}"
    yield "Clock seconds of processes that work at the same time are added up."


def total(costs: Mapping[Stage, Cost]) -> Cost:
    """Return all stages together."""
    return sum(costs.values(), NOTHING)
