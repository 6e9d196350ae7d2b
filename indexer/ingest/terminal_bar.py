"""The progress of a run, as a bar at the bottom of a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import rich.progress
from rich.console import Console
from rich.text import Text

from archive.system.terminal import cleaned_output, on_one_line, uncleaned
from indexer.ingest.progress import Estimate, Progress


class Bar(Progress):
    """A progress bar at the bottom of a terminal."""

    def __init__(self, bar: rich.progress.Progress) -> None:
        self._bar = bar
        self._estimate = Estimate()
        self._task = bar.add_task("pages", total=None, estimate=self._estimate)

    def _show(self) -> None:
        self._bar.update(self._task, total=self._estimate.pages or None, completed=self._estimate.pages_read)

    def found(self, documents: int) -> None:
        """See :meth:`Progress.found`."""
        self._estimate.documents = documents
        self._show()

    def page(self, number: int, of: int) -> None:
        """See :meth:`Progress.page`."""
        self._estimate.page(number, of)
        self._show()

    def document(self) -> None:
        """See :meth:`Progress.document`."""
        self._estimate.done += 1
        self._show()

    def note(self, text: str) -> None:
        """See :class:`Progress`."""
        self._bar.console.print(on_one_line(text), markup=False, highlight=False)


class _PagesColumn(rich.progress.ProgressColumn):
    """Documents done, pages read, the estimated total, and the remaining time at the current rate."""

    def render(self, task: rich.progress.Task) -> Text:
        estimate: Estimate = task.fields["estimate"]
        shown = f"{estimate.done}/{estimate.documents} documents, {estimate.pages_read}"
        if not (estimate.pages_read and task.elapsed):
            return Text(f"{shown} pages")
        about = "" if estimate.done + estimate.being_read >= estimate.documents else "about "
        pace = estimate.pages_read / task.elapsed
        left = timedelta(seconds=round(max(estimate.pages - estimate.pages_read, 0) / pace))
        return Text(f"{shown} of {about}{estimate.pages} pages, {pace:.1f} a second, {left} left")


@contextmanager
def shown_bar() -> Iterator[Progress]:
    """Show a progress bar on stderr in this context."""
    columns = (rich.progress.BarColumn(bar_width=20), _PagesColumn())
    # Rich would redirect stdout to its own console, stderr. That is right only if both are the same terminal.
    both = sys.stdout.isatty()
    console = Console(file=uncleaned(sys.stderr))
    progress = rich.progress.Progress(*columns, console=console, redirect_stdout=both, transient=True)
    # Output printed meanwhile passes through Rich, which does not escape control characters.
    with progress as bar, cleaned_output():
        yield Bar(bar)
