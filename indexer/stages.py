"""A profiler of the stages of adding documents: CPU and wall-clock time, across processes.

At any time a process is in exactly one stage, the innermost, so the stages add up to the total. Child processes that it
waited for (LibreOffice) are included.
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
    """A stage. ``REST`` is everything else, such as forking and opening the file in a reading process."""

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
    """CPU and wall-clock time in seconds."""

    cpu: float = 0.0
    clock: float = 0.0

    def __post_init__(self) -> None:
        """Raise :class:`ValueError` for negative times."""
        if self.cpu < 0 or self.clock < 0:
            raise ValueError("a negative time")

    def __add__(self, other: Cost) -> Cost:
        """Return the sum."""
        return Cost(self.cpu + other.cpu, self.clock + other.clock)

    def __sub__(self, other: Cost) -> Cost:
        """Return the difference, at least 0."""
        return Cost(max(self.cpu - other.cpu, 0.0), max(self.clock - other.clock, 0.0))

    def __le__(self, other: Cost) -> bool:
        """Return whether neither time is greater."""
        return self.cpu <= other.cpu and self.clock <= other.clock


NOTHING = Cost()


class _Stopwatch(threading.local):
    """The costs of this process so far, per thread; CPU time is that of the whole process."""

    costs: dict[Stage, Cost]
    _stage: Stage
    _read: Cost

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.costs = {}
        self.skip(Stage.REST)

    def enter(self, stage: Stage) -> Stage:
        """Begin a stage, and return the one that it interrupts."""
        now = _now()
        self.add(self._stage, now - self._read)
        self._read = now
        left, self._stage = self._stage, stage
        return left

    def skip(self, stage: Stage) -> None:
        """Begin a stage, and discard the time since the last one began."""
        self._stage, self._read = stage, _now()

    def add(self, stage: Stage, cost: Cost) -> None:
        self.costs[stage] = self.costs.get(stage, NOTHING) + cost


def _now() -> Cost:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(time.process_time() + children.ru_utime + children.ru_stime, time.monotonic())


_STOPWATCH = _Stopwatch()


def restart() -> None:
    """Reset all costs, in a new process."""
    _STOPWATCH.restart()


def begin(name: Stage) -> None:
    """Begin a run: all time of this process so far belongs to this stage."""
    restart()
    cpu = time.process_time()
    _STOPWATCH.add(name, Cost(cpu, cpu))


@contextmanager
def stage(name: Stage) -> Iterator[None]:
    """Count the time in this context for a stage, inner stages excluded."""
    left = _STOPWATCH.enter(name)
    try:
        yield
    finally:
        _STOPWATCH.enter(left)


def each_in(name: Stage, values: Iterable[Value]) -> Iterator[Value]:
    """Yield the values; the time for producing each counts for a stage."""
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
    """Count the time in this context for no stage, as when a child process ends that reported its costs itself."""
    left = _STOPWATCH.enter(Stage.REST)
    try:
        yield
    finally:
        _STOPWATCH.skip(left)


def count(name: Stage, cost: Cost) -> None:
    """Add costs from another process."""
    _STOPWATCH.add(name, cost)


def costs() -> Mapping[Stage, Cost]:
    """Return the costs so far by stage."""
    _STOPWATCH.enter(_STOPWATCH.enter(Stage.REST))
    return _STOPWATCH.costs


def records() -> list[dict[str, object]]:
    """Return the costs as JSON, in the order of stages."""
    spent = costs()
    return [{"stage": str(one), **asdict(spent[one])} for one in Stage if one in spent]


def table(pages: int) -> Iterator[str]:
    """Yield the costs as lines of a table."""
    spent = costs()
    whole = total(spent)
    yield f"{'stage':<10} {'CPU s':>9} {'share':>6} {'ms a page':>10} {'clock s':>9}"
    for name in (*(one for one in Stage if one in spent), None):
        cost = whole if name is None else spent[name]
        share, each = cost.cpu / (whole.cpu or 1), 1000 * cost.cpu / max(pages, 1)
        yield f"{name or 'all':<10} {cost.cpu:9.2f} {share:6.1%} {each:10.2f} {cost.clock:9.2f}"
    yield "Clock seconds of processes that work at the same time are added up."


def total(costs: Mapping[Stage, Cost]) -> Cost:
    """Return the sum of all stages."""
    return sum(costs.values(), NOTHING)
