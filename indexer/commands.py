"""The indexer's commands on the command line, which ``dosije.py`` puts together with those of the other packages."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

import click

from archive.errors import ArchiveError, IndexDamaged, InputError
from archive.home import Archive
from archive.jobs import checked_collection
from archive.quality import Quality
from archive.terminal import on_one_line
from indexer.extract_reports import extract_record, extract_report_lines, extract_summary_lines
from indexer.extracting import ExtractReport, extract_again
from indexer.formats.source import OcrMode
from indexer.pipeline import AddOptions, FileReport, Summary, add, queue
from indexer.progress import progress_bar
from indexer.rereading import RereadOptions, RereadReport, of_quality, reread

MAX_JOBS = 128
"""Reading processes have 0.4 GB of memory each when they do OCR; a number beyond this is a slip of the finger."""


def _paths(_context: click.Context, _argument: click.Parameter, texts: tuple[str, ...]) -> tuple[Path, ...]:
    """Paths. An empty one, as of a shell variable that is not set, would be taken for the current folder."""
    if "" in texts:
        raise click.BadParameter("a path is empty")
    return tuple(map(Path, texts))


def _lines(_context: click.Context, _option: click.Parameter, file: TextIO | None) -> tuple[str, ...]:
    """The lines of a file that was named, without empty ones."""
    try:
        return tuple(filter(None, file.read().splitlines())) if file else ()
    except UnicodeDecodeError as error:
        raise click.BadParameter("it is not text in UTF-8") from error


JOBS = click.option(
    "--jobs",
    type=click.IntRange(1, MAX_JOBS),
    default=min(os.cpu_count() or 1, MAX_JOBS),
    help="Documents read at once.",
)
OCR = click.option("--ocr", type=click.Choice(["auto", "always", "never"]), default="auto", help="When to use OCR.")
PASSWORDS = click.option(
    "--password-file",
    "passwords",
    type=click.File(encoding="utf-8"),
    callback=_lines,
    help="File of passwords to try on encrypted files, one a line. They are kept nowhere.",
)
JSON_LINES = click.option("--json", "as_json", is_flag=True, help="Print one JSON value a line instead of text.")


@click.command("add")
@click.argument("paths", nargs=-1, type=click.Path(), callback=_paths)
@JOBS
@OCR
@click.option("--collection", help="Collection the documents go to.")
@click.option("--retry-failed", is_flag=True, help="Read again what failed before; without PATHS, all of it.")
@click.option("--follow-links", is_flag=True, help="Also what links in folders lead to that lies outside of them.")
@PASSWORDS
@click.option("--queue", "queues", is_flag=True, help="Only keep them; workers on any machine read them: dosije work.")
@JSON_LINES
@click.pass_obj
def add_command(
    home: Path,
    paths: tuple[Path, ...],
    jobs: int,
    ocr: OcrMode,
    collection: str | None,
    retry_failed: bool,
    follow_links: bool,
    passwords: tuple[str, ...],
    queues: bool,
    as_json: bool,
) -> int:
    """Take files and folders into the archive. Resumable: run it again and it goes on where it was."""
    if not paths and not retry_failed:
        raise click.UsageError("Name at least one file or folder, or use --retry-failed.")
    if queues and (passwords or ocr != "auto"):
        raise click.UsageError("With --queue, OCR is for the workers to say; passwords are kept nowhere, so none go.")
    with Archive.open(home) as archive:
        options = AddOptions(
            jobs=jobs,
            ocr=ocr,
            collection=checked_collection(collection or archive.settings.text("default_collection")),
            retry_failed=retry_failed,
            passwords=passwords,
            follow_links=follow_links,
        )
        with progress_bar() as progress:
            take_in = queue if queues else add
            summary = take_in(archive, paths, options, file_reporter(as_json), progress)
        not_indexed = tell_index(archive)
    if as_json:
        print_line({"summary": {**asdict(summary), "not_indexed": not_indexed}})
    else:
        click.echo(summary_line(summary))
    return exit_code(archive, summary)


def tell_index(archive: Archive) -> int:
    """Say why what was added is not indexed, if it could not be; returns how many documents wait for that."""
    waiting = archive.catalog.indexing.count_not_indexed()
    if archive.index_trouble:
        kept = f"What was read is kept; documents that wait to be indexed: {waiting:,}."
        click.echo(f"{archive.index_trouble} {kept}", err=True)
    return waiting


def exit_code(archive: Archive, summary: Summary) -> int:
    """The exit code of a run: inputs that failed come before a damaged index. One that does not answer is no failure:
    whoever writes next indexes what is due."""
    if summary.failed:
        return InputError.exit_code
    return ArchiveError.exit_code if isinstance(archive.index_trouble, IndexDamaged) else 0


def summary_line(summary: Summary) -> str:
    """A run in words."""
    queued = f"{summary.queued} queued, " if summary.queued else ""
    return (
        f"{queued}{summary.added} added, {summary.duplicates} already there, {summary.failed} failed; "
        f"{summary.pages} pages, {summary.words} words in {summary.seconds:.1f} s"
    )


def file_reporter(as_json: bool) -> Callable[[FileReport], None]:
    """What prints what became of each file."""

    def as_line(report: FileReport) -> None:
        print_line(asdict(report))

    def as_text(report: FileReport) -> None:
        if report.status == "failed":
            click.echo(on_one_line(f"failed     {report.path}: {report.reason}"), err=True)
        elif report.status == "queued":
            click.echo(f"queued     {report.path}")
        else:
            click.echo(f"{report.status:<10} {report.path} {(report.id or '')[:12]} {report.pages} pages")

    return as_line if as_json else as_text


@click.command("reread")
@click.argument("ids", nargs=-1, metavar="ID...")
@click.option(
    "--quality",
    "qualities",
    multiple=True,
    type=click.Choice([str(quality) for quality in Quality]),
    help="Also every document of this quality.",
)
@JOBS
@OCR
@click.option("--languages", help="Tesseract languages joined by +, in place of the setting ocr_languages.")
@PASSWORDS
@JSON_LINES
@click.pass_obj
def reread_command(
    home: Path,
    ids: tuple[str, ...],
    qualities: tuple[str, ...],
    jobs: int,
    ocr: OcrMode,
    languages: str | None,
    passwords: tuple[str, ...],
    as_json: bool,
) -> int:
    """Read documents again from their originals. The new reading is searched from now on; the old ones are kept."""
    if not ids and not qualities:
        raise click.UsageError("Name at least one document, or use --quality.")
    options = RereadOptions(jobs, ocr, languages, passwords)
    with Archive.open(home, create=False) as archive, progress_bar() as progress:
        chosen = [*ids, *of_quality(archive, qualities)] if qualities else ids
        summary = reread(archive, chosen, options, _reread_reporter(as_json), progress)
    if as_json:
        print_line({"summary": asdict(summary)})
    else:
        click.echo(
            f"{summary.reread} read again, {summary.failed} failed; {summary.pages} pages in {summary.seconds:.1f} s"
        )
    return InputError.exit_code if summary.failed else 0


def _reread_reporter(as_json: bool) -> Callable[[RereadReport], None]:
    def as_line(report: RereadReport) -> None:
        print_line(asdict(report))

    def as_text(report: RereadReport) -> None:
        named = f"{report.id[:12]} {report.filename}"
        if report.status == "failed":
            click.echo(on_one_line(f"failed     {named}: {report.reason}"), err=True)
        else:
            made = f"reading {report.reading}, {report.pages} pages, {report.quality or 'no words'}"
            click.echo(f"reread     {named}: {made}")
            for field, value in report.left:
                click.echo(f"           {field} {value}: its words were not found in this reading", err=True)

    return as_line if as_json else as_text


@click.command("extract")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option(
    "--again", is_flag=True, required=True, expose_value=False, help="Over the words that are stored: nothing is OCR'd."
)
@click.option("--apply", "applies", is_flag=True, help="Change it. Without this, only what would change is shown.")
@JOBS
@JSON_LINES
@click.pass_obj
def extract_command(home: Path, ids: tuple[str, ...], applies: bool, jobs: int, as_json: bool) -> int:
    """Run today's rules over stored readings, of all documents if none is named, and show what would change.

    What a person corrected or confirmed stays.
    """
    with Archive.open(home, create=False) as archive, progress_bar() as progress:
        summary = extract_again(archive, ids, _extract_reporter(as_json), progress, jobs=jobs, apply=applies)
    if as_json:
        print_line({"summary": asdict(summary)})
    else:
        for line in extract_summary_lines(summary):
            click.echo(line)
    return InputError.exit_code if summary.failed else 0


def _extract_reporter(as_json: bool) -> Callable[[ExtractReport], None]:
    def as_line(report: ExtractReport) -> None:
        if report.status != "unchanged":
            print_line(extract_record(report))

    def as_text(report: ExtractReport) -> None:
        if report.status == "failed":
            click.echo(on_one_line(f"failed     {report.id[:12]} {report.filename}: {report.reason}"), err=True)
        elif report.status == "changed":
            for line in extract_report_lines(report):
                click.echo(line)

    return as_line if as_json else as_text


def print_line(value: object) -> None:
    """Print a JSON value on a line of its own."""
    click.echo(json.dumps(value, ensure_ascii=False))
