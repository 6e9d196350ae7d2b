"""Progress bars on stderr for a person at a terminal, and an index brought up to date before a command answers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import click

from archive.archive import Archive
from archive.command_line.options import counted
from archive.errors import EngineUnavailable, IndexDamaged
from archive.system.terminal import uncleaned


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None] | None]:
    """Show a bar; give a function that takes the number done and the total, or None if stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, label=label, file=uncleaned(sys.stderr), show_pos=True) as bar:

        def show(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield show


def make_searchable(archive: Archive) -> None:
    """Index at once what was decided."""
    if archive.settle():
        return
    why = archive.index_trouble.message if archive.index_trouble else "Documents are being added."
    click.echo(f"{why} Search learns of this as soon as it is indexed.", err=True)


MANY = 200
"""Documents that are indexed without a word: it takes a second or two."""


def settle(archive: Archive) -> bool:
    """Index what is due, with a bar at a terminal where there is much. Returns whether the index is complete: what is
    not indexed is told by the answers that come from it."""
    due = 0
    # What is wrong with the index is told to whoever asks it.
    with suppress(EngineUnavailable, IndexDamaged):
        due = archive.catalog.indexing.count_due(archive.engine.generation)
        if due and archive.indexing.is_missing():
            click.echo(f"The search index is gone. It is built anew of {counted(due, 'document')}.", err=True)
        elif due > MANY:
            click.echo(f"First {counted(due, 'document')} are indexed that were added or changed.", err=True)
    if due <= MANY:
        return archive.settle()
    with progress_bar("Indexing") as progress:
        return archive.settle(progress)
