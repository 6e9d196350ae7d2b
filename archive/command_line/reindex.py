"""``dosije reindex``: the search index, made anew."""

from __future__ import annotations

import os
from pathlib import Path

import click

from archive.archive import Archive


@click.command("reindex")
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, help="Processes; one for each processor.")
@click.pass_obj
def reindex_command(home: Path, jobs: int) -> None:
    """Build a new search index beside the old one, verify it against the catalog and swap it in."""
    with Archive.open(home, create=False) as archive, archive.writing(reconcile=False):
        generation = archive.indexing.rebuild(jobs=jobs)
        count = len(archive.engine.held())
    click.echo(f"{count} documents indexed in generation {generation}")
