"""What is brought up to date beside those who ask, and what they are told meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, Thread

from archive.errors import DosijeError, FindingsBehind
from archive.store.kept.units import KeptUnitsLost


def behind(done: int, total: int) -> FindingsBehind:
    """Return the error that says how far it has come what findings count: so many documents, or units, of so many."""
    return FindingsBehind(
        "What findings count is being brought up to date: %(share)s is done.",
        "Try again in a moment. Documents can be read and searched meanwhile.",
        share=f"{100 * done // max(total, 1)} %",
    )


class Background:
    """Brings a file up to date beside those who ask, in one thread, one piece of work after another."""

    def __init__(self) -> None:
        self._thread: Thread | None = None
        self._lock = Lock()
        self._works: dict[str, Callable[[], bool]] = {}
        self._failed: set[str] = set()
        self._errors: dict[str, DosijeError] = {}

    def begin(self, name: str, work: Callable[[], bool]) -> None:
        """Have ``work`` of this name done, which says whether it could be; it is not done twice.

        :raises archive.store.kept.units.KeptUnitsLost: it was tried, and cannot be done.
        :raises archive.errors.DosijeError: the catalog failed when it was done before.
        """
        with self._lock:
            if name in self._failed:
                raise KeptUnitsLost
            if name in self._errors:
                raise self._errors.pop(name)
            self._works.setdefault(name, work)
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._do, daemon=True)
                self._thread.start()

    def _do(self) -> None:
        while name := self._next():
            error, is_lost = None, False
            try:
                is_lost = not self._works[name]()
            except DosijeError as failed:
                # A catalog that fails is for whoever asks to be told of.
                error = failed
            except KeptUnitsLost:
                is_lost = True
            with self._lock:
                del self._works[name]
                if is_lost:
                    self._failed.add(name)
                elif error is not None:
                    self._errors[name] = error

    def _next(self) -> str | None:
        """Return the name of the next piece of work. Where there is none, work that comes from now on has a thread of
        its own."""
        with self._lock:
            name = next(iter(self._works), None)
            if name is None:
                self._thread = None
            return name
