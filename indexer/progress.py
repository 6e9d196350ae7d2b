"""How far a long run has come: a bar on stderr for a person at a terminal, nothing for a program."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import rich.progress
from rich.console import Console
from rich.text import Text


class Progress(Protocol):
    """Somebody who wants to know how far a run has come."""

    def found(self, documents: int) -> None:
        """So many documents are to be looked at."""

    def page(self) -> None:
        """A page was read."""

    def document(self) -> None:
        """A document was dealt with, well or not."""

    def note(self, text: str) -> None:
        """Something a person should know that belongs to no single document."""


class Silence:
    """A :class:`Progress` without a bar. Notes go to stderr."""

    def found(self, documents: int) -> None:
        """See :class:`Progress`."""

    def page(self) -> None:
        """See :class:`Progress`."""

    def document(self) -> None:
        """See :class:`Progress`."""

    def note(self, text: str) -> None:
        """See :class:`Progress`."""
        sys.stderr.write(f"{text}\n")


class Bar:
    """A :class:`Progress` as a line at the bottom of a terminal."""

    def __init__(self, bar: rich.progress.Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("documents", total=None, pages=0)
        self._pages = 0

    def found(self, documents: int) -> None:
        """See :class:`Progress`."""
        self._bar.update(self._task, total=documents)

    def page(self) -> None:
        """See :class:`Progress`."""
        self._pages += 1
        self._bar.update(self._task, pages=self._pages)

    def document(self) -> None:
        """See :class:`Progress`."""
        self._bar.advance(self._task)

    def note(self, text: str) -> None:
        """See :class:`Progress`."""
        self._bar.console.print(text, markup=False, highlight=False)


class _PagesColumn(rich.progress.ProgressColumn):
    """Pages read, and how many a second since the start."""

    def render(self, task: rich.progress.Task) -> Text:
        pages = task.fields["pages"]
        rate = pages / task.elapsed if task.elapsed else 0.0
        return Text(f"{pages} pages, {rate:.1f} a second")


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar if stderr is a terminal, else silence."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Silence()
        return
    columns = (
        rich.progress.MofNCompleteColumn(),
        rich.progress.TextColumn("documents"),
        rich.progress.BarColumn(),
        _PagesColumn(),
        rich.progress.TimeRemainingColumn(),
    )
    # Rich would send stdout through its own console, which is stderr. That is right only if both are the same terminal.
    with rich.progress.Progress(*columns, console=console, redirect_stdout=sys.stdout.isatty(), transient=True) as bar:
        yield Bar(bar)
