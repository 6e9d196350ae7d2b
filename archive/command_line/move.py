"""``dosije move``: an archive to another place, on servers or in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from archive.archive import Archive
from archive.command_line.addresses import address_options, tell_lacking
from archive.command_line.options import JSON_OPTION, print_json
from archive.command_line.progress import progress_bar
from archive.errors import UsageError
from archive.upkeep.move import Progress, move
from archive.upkeep.report import MoveReport
from archive.upkeep.source import Source, nobody_writes


@click.command("move")
@click.argument("destination", type=click.Path(path_type=Path, file_okay=True))
@address_options
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, help="Processes that build the index.")
@JSON_OPTION
@click.pass_obj
def move_command(
    home: Path, destination: Path, catalog_url: str, search_url: str, originals_url: str, jobs: int, as_json: bool
) -> int:
    """Move the archive to the new folder DESTINATION, with its parts on servers if so said by options or by a
    settings.toml that is there; a part that is not named goes into the folder.

    The archive stays as it is, and nobody may write to it meanwhile. Every original, every table and the index of the
    new one are read and compared. An interrupted move goes on when it is run again.
    """
    if destination.resolve().is_relative_to(home.resolve()) or home.resolve().is_relative_to(destination.resolve()):
        raise UsageError(
            f"{destination} and the archive at {home} lie one inside the other.", "Name a folder elsewhere."
        )
    addresses = {"catalog_url": catalog_url, "search_url": search_url, "originals_url": originals_url}
    with Archive.open(home, create=False) as archive, nobody_writes(archive), _bar() as progress:
        report = move(Source.of(archive), destination, addresses, jobs, progress)
    if as_json:
        print_json(report.as_json())
    else:
        _print(report)
    if report.later_events:
        click.echo(
            f"note      {report.later_events} events came into {home} after it was read, as notes and decisions do; "
            "they are not in the new archive. Move again to another place, or make them again.",
            err=True,
        )
    return tell_lacking(report.originals.lacking, f"is damaged or missing in {home} and was not moved")


@contextmanager
def _bar() -> Iterator[Progress | None]:
    """One bar for all steps: what is done begins anew with each."""
    with progress_bar("Moving") as bar:
        yield None if bar is None else lambda _step, done, of: bar(done, of)


def _print(report: MoveReport) -> None:
    originals = report.originals
    rows = sum(table.rows for table in report.tables.values())
    click.echo(f"{report.documents} documents and {report.pages} pages moved from {report.source} to {report.home}")
    for name, told in (
        ("originals", f"{originals.copied} copied ({originals.bytes_copied} bytes), {originals.present} were there"),
        ("", f"{originals.verified} read again ({originals.bytes_verified} bytes): each has its SHA-256"),
        ("catalog", f"{rows} rows in {len(report.tables)} tables, the same in both: {report.catalog}"),
        ("event log", f"{report.events} events, whole; the last one has the hash {report.head}"),
        ("files", f"{len(report.files)} of the owner's"),
        ("index", f"{report.indexed} documents and {report.units} clauses, the same as in the catalog"),
        ("seconds", ", ".join(f"{step} {seconds:.1f}" for step, seconds in report.seconds.items())),
    ):
        click.echo(f"{name:<10}{told}")
