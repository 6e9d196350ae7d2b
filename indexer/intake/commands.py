"""The commands ``watch`` and ``mailbox``, which ``dosije.py`` joins with the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from archive.access.records import checked_collection
from archive.archive import Archive
from archive.system.processes import stop_on_sigterm
from archive.system.terminal import on_one_line
from indexer.commands import (
    JOBS,
    JSON_LINES,
    OCR,
    exit_code,
    print_file,
    print_line,
    reporter,
    summary_line,
    tell_index,
)
from indexer.formats.source import OcrMode
from indexer.ingest.bar import progress_bar
from indexer.ingest.progress import AddOptions, Summary
from indexer.intake.folders import FolderWatch, WatchOptions
from indexer.intake.mailbox import MailAccount, MailboxWatch

SETTLE_SECONDS = 2.0

ONCE = click.option("--once", is_flag=True, help="Add what is there, and end. For cron.")
COLLECTION = click.option("--collection", help="Collection the documents go to.")
RETRY = click.option("--retry-failed", is_flag=True, help="At the beginning, also try again what failed before.")


@click.command("watch")
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FOLDER...")
@ONCE
@COLLECTION
@JOBS
@OCR
@click.option(
    "--settle",
    type=click.FloatRange(0, 3600),
    default=SETTLE_SECONDS,
    show_default=True,
    help="Seconds that a file must stay as it is before it is taken to be whole.",
)
@click.option(
    "--poll",
    type=click.FloatRange(1, 86_400),
    help="Look at the folders every so many seconds. For network drives, of whose changes the system does not tell.",
)
@RETRY
@JSON_LINES
@click.pass_obj
def watch_command(
    home: Path,
    folders: tuple[Path, ...],
    once: bool,
    collection: str | None,
    jobs: int,
    ocr: OcrMode,
    settle: float,
    poll: float | None,
    retry_failed: bool,
    as_json: bool,
) -> int:
    """Watch folders, and add each file that comes when it is whole. Nothing there is moved or deleted.

    Each file is told of in a line. Kill it at any moment: the next run goes on where it was. SIGTERM or Ctrl-C ends it.
    """
    with Archive.open(home) as archive, ended_by_signals():
        options = WatchOptions(_adding(archive, jobs, ocr, collection, retry_failed), settle, poll)
        watch = FolderWatch(archive, folders, options, reporter(as_json, print_file, asdict), tell)
        if once:
            return end(archive, watch.once(), as_json)
        with progress_bar() as progress:
            watch.forever(progress)
    return 0


EVERY_SECONDS = 300.0


@click.command("mailbox")
@ONCE
@COLLECTION
@JOBS
@OCR
@click.option(
    "--every",
    type=click.FloatRange(1, 86_400),
    default=EVERY_SECONDS,
    show_default=True,
    help="Seconds between two looks at the mailbox.",
)
@RETRY
@JSON_LINES
@click.pass_obj
def mailbox_command(
    home: Path,
    once: bool,
    collection: str | None,
    jobs: int,
    ocr: OcrMode,
    every: float,
    retry_failed: bool,
    as_json: bool,
) -> int:
    """Add each message that comes into the IMAP mailbox of the settings. Nothing there is moved, marked or deleted.

    The settings are imap_host, imap_user and those after them: dosije settings. With imap_mark_seen, messages are
    marked as seen when they were added. Kill it at any moment: the next run goes on where it was.
    """
    with Archive.open(home) as archive, ended_by_signals():
        account = MailAccount.of(archive.settings)
        adding = _adding(archive, jobs, ocr, collection, retry_failed)
        watch = MailboxWatch(archive, account, adding, reporter(as_json, print_file, asdict), tell)
        with progress_bar() as progress:
            summary = watch.once(progress) if once else watch.forever(every, progress)
        return end(archive, summary, as_json)


def _adding(archive: Archive, jobs: int, ocr: OcrMode, collection: str | None, retry_failed: bool) -> AddOptions:
    wanted = checked_collection(collection or archive.settings.text("default_collection"))
    return AddOptions(jobs=jobs, ocr=ocr, collection=wanted, retry_failed=retry_failed)


def tell(text: str) -> None:
    """Print a message that is not about a single document."""
    click.echo(on_one_line(text), err=True)


def end(archive: Archive, summary: Summary, as_json: bool) -> int:
    """Print the summary of a run, and return the exit code."""
    not_indexed = tell_index(archive)
    if as_json:
        print_line({"summary": {**asdict(summary), "not_indexed": not_indexed}})
    else:
        click.echo(summary_line(summary))
    return exit_code(archive, summary)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Stop on SIGTERM or Ctrl-C in this context, with a message."""
    stop_on_sigterm(KeyboardInterrupt)
    try:
        yield
    except KeyboardInterrupt:
        click.echo("dosije: stopped; what was finished is kept.", err=True)
