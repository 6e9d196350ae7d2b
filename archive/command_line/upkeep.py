"""``dosije check``, ``reindex``, ``backup``, ``restore``, ``move`` and ``upgrade``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

import click

from archive.archive import Archive
from archive.command_line.options import JSON_OPTION, MEANING_REMEDY, counted, print_json, progress_bar
from archive.errors import ArchiveError, UsageError
from archive.upkeep.backup import back_up
from archive.upkeep.check import Report, check, record
from archive.upkeep.drill import drill
from archive.upkeep.move import MoveReport, MoveSource, Progress, move, nobody_writes
from archive.upkeep.problems import Problem
from archive.upkeep.repair import ReadAgain, repair
from archive.upkeep.restore import restore

R = TypeVar("R")


def address_options(command: Callable[..., R]) -> Callable[..., R]:
    """Add the options that name the servers of a new archive's parts to a command."""
    for name, help_ in (
        ("originals", "Originals in an object store: s3://bucket/folder."),
        ("search", "Search on OpenSearch: http://host:9200/name."),
        ("catalog", "Catalog on PostgreSQL: postgresql://user@host/database."),
    ):
        command = click.option(f"--{name}-url", default="", metavar="URL", help=help_)(command)
    return command


def tell_lacking(lacking: Iterable[str], what: str) -> int:
    """Print the originals that are damaged or missing, and return the exit code: 0 if there are none."""
    code = 0
    for id_ in lacking:
        click.echo(f"damage    The original {id_} {what}.", err=True)
        code = ArchiveError.exit_code
    return code


def check_command(read_again: ReadAgain) -> click.Command:
    """Return the command ``check``, in which ``read_again`` reads documents again."""

    @click.command("check")
    @click.option("--repair", "repairs", is_flag=True, help="Mend what can be mended without losing anything.")
    @click.option(
        "--budget",
        type=click.FloatRange(0, min_open=True),
        metavar="SECONDS",
        help="Check documents for this long only; the next check with a budget goes on from there.",
    )
    @JSON_OPTION
    @click.pass_obj
    def command(home: Path, repairs: bool, budget: float | None, as_json: bool) -> int:
        """Check originals, readings, the event log, the catalog and the index, and name every problem and its remedy.

        The archive may be in use meanwhile. Exit code 5 if something needs a person.
        """
        with Archive.open(home, create=False) as archive:
            with progress_bar("Checking") as progress:
                report = check(archive, budget, progress)
            if repairs:
                repair(archive, report, read_again)
            record(archive, report)
        if as_json:
            print_json(report.as_json())
        else:
            for line in _lines(report):
                click.echo(line)
        return ArchiveError.exit_code if report.needs_a_person else 0

    return command


def _lines(report: Report) -> Iterator[str]:
    for problem in report.problems:
        yield f"{_standing(problem):<9} {problem.kind}: {problem.where}"
        yield f"          {problem.message}"
        if not problem.repaired:
            yield f"          {problem.refusal or problem.remedy}"
    of = "" if report.complete else f" of {report.total}"
    yield (
        f"{report.documents}{of} documents with {report.bytes} bytes, {report.pages} pages and {report.words} words, "
        f"{report.events} events: checked in {report.seconds:.1f} s"
    )
    if report.database:
        yield f"The catalog's server looked at {report.database}."
    if report.head:
        yield f"Event {report.events} is the last one. To prove later that none was cut off, keep {report.head}"
    damages = sum(problem.needs_a_person for problem in report.problems)
    yield f"{counted(damages, 'problem')} to be dealt with." if damages else "All is well."


def _standing(problem: Problem) -> str:
    return "repaired" if problem.repaired else str(problem.severity)


@click.command("reindex")
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, help="Processes; one for each processor.")
@click.option("--meaning", is_flag=True, help="Leave the index, and make the passages of search by meaning now.")
@click.pass_obj
def reindex_command(home: Path, jobs: int, meaning: bool) -> None:
    """Build a new search index beside the old one, verify it against the catalog and swap it in."""
    if meaning:
        _make_passages(home)
        return
    with Archive.open(home, create=False) as archive, archive.writing(reconcile=False):
        generation = archive.indexing.rebuild(jobs=jobs)
        count = archive.engine.count()
    click.echo(f"{count} documents indexed in generation {generation}")


def _make_passages(home: Path) -> None:
    with Archive.open(home, create=False) as archive:
        if archive.meaning is None:
            raise UsageError("Search by meaning is switched off.", MEANING_REMEDY)
        with progress_bar("Making passages") as progress:
            made = archive.meaning.make(progress)
        state = archive.meaning.state()
    click.echo(f"Passages made of {counted(made, 'document')}; there are {counted(state.passages, 'passage')}")


_FOLDER = click.Path(path_type=Path, file_okay=True)


@click.command("backup")
@click.argument("destination", type=_FOLDER)
@click.option("--copy", "copies", is_flag=True, help="Copy originals also where hard links would do (the same disk).")
@click.option("--verify", "verifies", is_flag=True, help="Also read again what earlier backups put there.")
@click.option("--drill", "drills", is_flag=True, help="Restore the last backup there, check it, and remove it again.")
@click.option("--drill-in", "place", type=_FOLDER, help="Folder in which a drill restores; else beside DESTINATION.")
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, help="Processes of a drill.")
@JSON_OPTION
@click.pass_obj
def backup_command(
    home: Path,
    destination: Path,
    copies: bool,
    verifies: bool,
    drills: bool,
    place: Path | None,
    jobs: int,
    as_json: bool,
) -> int:
    """Back up the archive into the folder DESTINATION; a second backup there adds only what is new.

    The archive may be in use meanwhile. What is written is read back and compared. An interrupted backup leaves the
    one of before as it was.

    With --drill nothing is backed up: the last backup is restored, checked and searched, and the outcome recorded.
    Exit code 5 if it does not come back whole.
    """
    if drills:
        return _drill(home, destination, place, jobs, as_json)
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


def _drill(home: Path, backup: Path, place: Path | None, jobs: int, as_json: bool) -> int:
    with Archive.open(home, create=False) as archive, _bar("Trying the backup") as progress:
        report = drill(archive, backup, jobs, place, progress)
    statement = report.statement
    if as_json:
        print_json(report.as_json())
    else:
        for problem in report.problems:
            click.echo(f"{_standing(problem):<9} {problem.kind}: {problem.message}")
        click.echo(
            f"Run {statement.run} of {statement.made_at}: {statement.documents} documents, {statement.pages} pages and "
            f"{statement.events} events restored in {report.restore_seconds:.1f} s and checked, {report.asked} words "
            f"searched for; {report.seconds:.1f} s in all. {counted(report.later_events, 'event')} came since."
        )
        click.echo("The backup can be restored." if report.passed else "The backup does not come back whole.")
    for id_ in report.missed:
        click.echo(f"missed    Document {id_} is not found by its own words.", err=True)
    tell_lacking(report.lacking, "is damaged or missing in the backup")
    return 0 if report.passed else ArchiveError.exit_code


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
    with Archive.open(home, create=False) as archive, nobody_writes(archive), _bar("Moving") as progress:
        report = move(MoveSource.of(archive), destination, addresses, jobs, progress)
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
def _bar(label: str) -> Iterator[Progress | None]:
    """Show one progress bar, which restarts with each step."""
    with progress_bar(label) as bar:
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


@click.command("upgrade")
@click.option("--close", "closes", is_flag=True, help="End an upgrade: no program of an earlier release runs any more.")
@JSON_OPTION
@click.pass_obj
def upgrade_command(home: Path, closes: bool, as_json: bool) -> None:
    """Bring the catalog up to date, as every command does, and say which programs may open it.

    Programs of the release before may run meanwhile. What only they need is taken away by --close, which refuses them
    from then on.
    """
    with Archive.open(home, create=False) as archive:
        if closes:
            archive.catalog.close_to_older()
        state = archive.catalog.schema
    if as_json:
        print_json(asdict(state))
        return
    click.echo(f"The catalog is at step {state.step} of the schema; this program knows step {state.knows}.")
    click.echo(f"Programs that know step {state.opens_from} may open it; older ones are refused.")
    if state.waiting:
        click.echo(f"Waiting until no older one runs: {', '.join(state.waiting)}. Then: dosije upgrade --close")
