"""Measure the cost of an operation: seconds, memory, and the most expensive database statement."""

from __future__ import annotations

import re
import resource
import time
from collections import Counter
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import get_ident
from typing import Any

import pysqlite3
from sqlalchemy import event

from archive.archive import Archive

_TOLD = 90
"""Maximum characters of a statement in the report."""

_connect = pysqlite3.connect


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of an operation.

    ``cpu`` are CPU seconds, child processes included; ``clock`` is wall-clock time; ``peak`` is the maximum memory of
    the process in megabytes; ``statements`` and ``steps`` are those of all databases (steps of SQLite only),
    ``heaviest`` the statement with the most steps.
    """

    name: str
    cpu: float
    clock: float
    peak: float
    statements: int
    steps: int
    heaviest: str = ""


class Meter:
    """Measures operations one after another.

    It must be created before the archive is opened, because it traces the connections to its databases, those of caches
    included.
    """

    def __init__(self, each: int = 1000, only: Container[str] | None = None) -> None:
        """:param each: steps of SQLite that are counted at once: counting every single one takes long.
        :param only: names of that of which steps are counted; those of all, if it is not given."""
        self.costs: list[Cost] = []
        self._each, self._only, self._statements = each, only, 0
        self._thread: int | None = None
        self._is_counting = False
        self._steps: Counter[str] = Counter()
        pysqlite3.connect = self._open

    def follow(self, archive: Archive) -> None:
        """Count the statements of a catalog on a server."""
        database = archive.catalog._database
        for engine in {database._engine, database._reader}:
            if engine.dialect.name != "sqlite":
                event.listen(engine, "before_cursor_execute", self._note)

    def _open(self, *arguments: Any, **options: Any) -> Any:
        return _connect(*arguments, factory=partial(_Connection, self), **options)

    def _note(self, *_: object) -> bool:
        is_asked = self._thread in (None, get_ident())
        self._statements += is_asked
        return is_asked and self._is_counting

    @contextmanager
    def measuring(self, name: str, *, is_of_thread: bool = False) -> Iterator[None]:
        """Measure the enclosed block; with ``is_of_thread``, only this thread and its child processes."""
        used, self._thread = (_cpu_of_thread, get_ident()) if is_of_thread else (_cpu, None)
        self._is_counting = self._only is None or name in self._only
        before, statements, clock = used(), self._statements, time.monotonic()
        self._steps.clear()
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        try:
            yield
        finally:
            self._is_counting = False
            took, steps = time.monotonic() - clock, self._each * self._steps.total()
            heaviest = _told(*self._steps.most_common(1)[0], self._steps.total()) if self._steps else ""
            asked = self._statements - statements
            self.costs.append(Cost(name, used() - before, took, _peak(), asked, steps, heaviest))


class _Connection(pysqlite3.Connection):  # type: ignore[misc]  # the library has no types
    """A connection that remembers its last statement."""

    def __init__(self, meter: Meter, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._meter, self._asked = meter, ""

    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(_Cursor)

    def note(self, statement: str) -> None:
        """Count a statement that begins, and from now on its steps."""
        self._asked = statement
        self.set_progress_handler(self._step if self._meter._note() else None, self._meter._each)

    def _step(self) -> int:
        self._meter._steps[self._asked] += 1
        return 0


class _Cursor(pysqlite3.Cursor):  # type: ignore[misc]  # as above
    def execute(self, statement: str, *values: Any) -> Any:
        self.connection.note(statement)
        return super().execute(statement, *values)

    def executemany(self, statement: str, values: Any) -> Any:
        self.connection.note(statement)
        return super().executemany(statement, values)


def _told(statement: str, steps: int, total: int) -> str:
    short = re.sub(r"SELECT \S+, .*? FROM", "SELECT ... FROM", " ".join(statement.split()))
    return f"{100 * steps // total} % {short[:_TOLD]}".replace("|", "/")


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _cpu_of_thread() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.thread_time() + ended.ru_utime + ended.ru_stime


def _peak() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
