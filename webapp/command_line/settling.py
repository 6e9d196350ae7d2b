"""Bringing the index up to date before a command answers from it, and saying so where that takes a while."""

from __future__ import annotations

from contextlib import suppress

import click

from archive.errors import EngineUnavailable, IndexDamaged
from archive.home import Archive
from webapp.command_line.progress import progress_bar
from webapp.pages.wording import counted

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
