"""``dosije backup`` and ``dosije restore``."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import click

from archive.archive import Archive
from archive.command_line.addresses import address_options, tell_lacking
from archive.command_line.options import JSON_OPTION, print_json
from archive.command_line.progress import progress_bar
from archive.upkeep.backup import back_up
from archive.upkeep.restore import restore

_FOLDER = click.Path(path_type=Path, file_okay=True)


@click.command("backup")
@click.argument("destination", type=_FOLDER)
@click.option("--copy", "copies", is_flag=True, help="Copy originals also where hard links would do (the same disk).")
@click.option("--verify", "verifies", is_flag=True, help="Also read again what earlier backups put there.")
@JSON_OPTION
@click.pass_obj
def backup_command(home: Path, destination: Path, copies: bool, verifies: bool, as_json: bool) -> int:
    """Back up the archive into the folder DESTINATION; a second backup there adds only what is new.

    The archive may be in use meanwhile. What is written is read back and compared. An interrupted backup leaves the
    one of before as it was.
    """
    with Archive.open(home, create=False) as archive, progress_bar("Backing up") as progress:
        report = back_up(archive, destination, copies=copies, verifies=verifies, progress=progress)
    statement = report.statement
    if as_json:
        print_json(asdict(report) | {"destination": str(report.destination)})
    else:
        click.echo(
            f"{statement.documents} documents backed up in {report.destination}, run {statement.run}: {report.copied} "
            f"originals copied, {report.linked} linked, {report.bytes_copied} bytes written in {report.seconds:.1f} s"
        )
    if not report.is_recorded:
        click.echo(
            f"note      The event log of {home} cannot be written, so it does not tell of this backup.", err=True
        )
    return tell_lacking(statement.lacking, f"is damaged or missing in {home} and is not in the backup")


@click.command("restore")
@click.argument("source", type=_FOLDER)
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, help="Processes that build the index.")
@address_options
@JSON_OPTION
@click.pass_obj
def restore_command(
    home: Path, source: Path, jobs: int, catalog_url: str, search_url: str, originals_url: str, as_json: bool
) -> int:
    """Restore the backup in the folder SOURCE to the archive's place (--home), which must be empty.

    All comes into that folder, but for what options say is to be on servers. Every byte is compared with its SHA-256,
    and the event log with what the backup says of it.
    """
    addresses = {"catalog_url": catalog_url, "search_url": search_url, "originals_url": originals_url}
    with progress_bar("Restoring") as progress:
        report = restore(source, home, jobs, progress, addresses)
    statement = report.statement
    if as_json:
        print_json(asdict(report) | {"home": str(report.home)})
    else:
        click.echo(
            f"{statement.documents} documents, {statement.pages} pages and {statement.events} events of "
            f"{statement.made_at} restored to {report.home} in {report.seconds:.1f} s"
        )
    return tell_lacking(report.lacking, "could not be restored")
