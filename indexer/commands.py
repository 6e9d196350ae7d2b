"""The commands ``add``, ``work``, ``reread``, ``extract`` and ``doctor``, which ``dosije.py`` joins with the others."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from archive.access.records import checked_collection
from archive.archive import Archive
from archive.command_line.options import JSON_OPTION, counted, print_json
from archive.config import Settings
from archive.errors import ArchiveError, IndexDamaged, InputError
from archive.model import Fact
from archive.model.decisions import FactDifference
from archive.model.quality import Quality
from archive.system.processes import stop_on_sigterm
from archive.system.terminal import on_one_line
from indexer import stages
from indexer.formats.source import OcrMode
from indexer.ingest.bar import progress_bar
from indexer.ingest.progress import AddOptions, FileReport, Summary
from indexer.ingest.rereading import RereadOptions, RereadReport, of_quality, reread
from indexer.ingest.run import add
from indexer.stages import Stage

if TYPE_CHECKING:
    from indexer.ingest.extracting import ExtractReport, ExtractSummary

MAX_JOBS = 128
"""Upper limit of ``--jobs``: a process takes 0.4 GB of memory for OCR, so a larger number is a typing error."""


def _paths(_context: click.Context, _argument: click.Parameter, texts: tuple[str, ...]) -> tuple[Path, ...]:
    """Return the arguments as paths; refuse an empty one, as an unset shell variable would mean the current folder."""
    if "" in texts:
        raise click.BadParameter("a path is empty")
    return tuple(map(Path, texts))


def _lines(_context: click.Context, _option: click.Parameter, file: TextIO | None) -> tuple[str, ...]:
    """Return the non-empty lines of the file given, () without one."""
    try:
        return tuple(filter(None, file.read().splitlines())) if file else ()
    except UnicodeDecodeError as error:
        raise click.BadParameter("it is not UTF-8 text") from error


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
    type=click.File(encoding="utf-8-sig"),
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
@click.option("--urgent", is_flag=True, help="With --queue: before all that waits. Else collections take turns.")
@click.option("--profile", "profiles", is_flag=True, help="Also print what each stage cost, in CPU and clock time.")
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
    urgent: bool,
    profiles: bool,
    as_json: bool,
) -> int:
    """Take files and folders into the archive. Resumable: run it again and it goes on where it was."""
    if not paths and not retry_failed:
        raise click.UsageError("Name at least one file or folder, or use --retry-failed.")
    if queues and (passwords or ocr != "auto"):
        raise click.UsageError("With --queue, OCR is for the workers to say; passwords are kept nowhere, so none go.")
    if urgent and not queues:
        raise click.UsageError("--urgent says before what files are read that are queued: use it with --queue.")
    # The start of the interpreter and the imports so far are one stage.
    stages.begin(Stage.START)
    with Archive.open(home) as archive:
        options = AddOptions(
            jobs=jobs,
            ocr=ocr,
            collection=checked_collection(collection or archive.settings.text("default_collection")),
            retry_failed=retry_failed,
            passwords=passwords,
            follow_links=follow_links,
            queue=queues,
            urgent=urgent,
        )
        with progress_bar() as progress:
            summary = add(archive, paths, options, reporter(as_json, print_file, asdict), progress)
        not_indexed = tell_index(archive)
    if as_json:
        record = {**asdict(summary), "not_indexed": not_indexed}
        print_line({"summary": record | ({"profile": stages.records()} if profiles else {})})
    else:
        click.echo(summary_line(summary))
        if profiles:
            click.echo("\n".join(stages.table(summary.pages)))
    return exit_code(archive, summary)


def tell_index(archive: Archive) -> int:
    """Print why added documents are not indexed, if they are not; return how many wait for it."""
    waiting = archive.catalog.indexing.count_not_indexed()
    if archive.index_trouble:
        kept = f"What was read is kept; documents that wait to be indexed: {waiting:,}."
        click.echo(f"{archive.index_trouble} {kept}", err=True)
    return waiting


def exit_code(archive: Archive, summary: Summary) -> int:
    """Return the exit code of a run: failed inputs come before a damaged index.

    An index server that does not answer is no failure: the next writer indexes what is due.
    """
    if summary.failed:
        return InputError.exit_code
    return ArchiveError.exit_code if isinstance(archive.index_trouble, IndexDamaged) else 0


def summary_line(summary: Summary) -> str:
    """Return the summary of a run as text."""
    queued = f"{summary.queued} queued, " if summary.queued else ""
    return (
        f"{queued}{summary.added} added, {summary.duplicates} already there, {summary.failed} failed; "
        f"{summary.pages} pages, {summary.words} words in {summary.seconds:.1f} s"
    )


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
        summary = reread(archive, chosen, options, reporter(as_json, print_reread, asdict), progress)
    if as_json:
        print_line({"summary": asdict(summary)})
    else:
        click.echo(
            f"{summary.reread} read again, {summary.failed} failed; {summary.pages} pages in {summary.seconds:.1f} s"
        )
    return InputError.exit_code if summary.failed else 0


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
    from indexer.ingest.extracting import extract_again  # noqa: PLC0415 - it loads all rules

    with Archive.open(home, create=False) as archive, progress_bar() as progress:
        tell = reporter(as_json, print_extracted, extract_record)

        def report(one: ExtractReport) -> None:
            if one.status != "unchanged":
                tell(one)

        summary = extract_again(archive, ids, report, progress, jobs=jobs, apply=applies)
    if as_json:
        print_line({"summary": asdict(summary)})
    else:
        for line in extract_summary_lines(summary):
            click.echo(line)
    return InputError.exit_code if summary.failed else 0


Report = TypeVar("Report")


def reporter(
    as_json: bool, as_text: Callable[[Report], None], record: Callable[[Report], object]
) -> Callable[[Report], None]:
    """Return a function that prints a report, as a line of JSON or as text."""
    return (lambda report: print_line(record(report))) if as_json else as_text


def print_file(report: FileReport) -> None:
    """Print the result for a file."""
    if report.status == "failed":
        click.echo(on_one_line(f"failed     {report.path}: {report.reason}"), err=True)
    elif report.status == "queued":
        click.echo(f"queued     {report.path}")
    else:
        pages = counted(report.pages or 0, "page")
        click.echo(f"{report.status:<10} {report.path} {(report.id or '')[:12]} {pages}")


def print_reread(report: RereadReport) -> None:
    """Print the result for a document that was read again."""
    named = f"{report.id[:12]} {report.filename}"
    if report.status == "failed":
        click.echo(on_one_line(f"failed     {named}: {report.reason}"), err=True)
        return
    made = f"reading {report.reading}, {counted(report.pages or 0, 'page')}, {report.quality or 'no words'}"
    click.echo(f"reread     {named}: {made}")
    for field, value in report.left:
        click.echo(f"           {field} {value}: its words were not found in this reading", err=True)


def print_extracted(report: ExtractReport) -> None:
    """Print what changes in a document, one line each."""
    named = f"{report.id[:12]} {report.filename}"
    if report.status == "failed":
        click.echo(on_one_line(f"failed     {named}: {report.reason}"), err=True)
    else:
        click.echo(named)
        for one in report.differences:
            click.echo(f"  {one.difference:<9} {one.field}: {_difference(one)}")
        if report.clauses:
            click.echo(f"  changed   clauses: {report.clauses[0]} → {report.clauses[1]}")


def print_line(value: object) -> None:
    """Print a JSON value on one line."""
    click.echo(json.dumps(value, ensure_ascii=False))


def extract_record(report: ExtractReport) -> dict[str, Any]:
    """Return the report on a document as JSON."""
    return {
        "id": report.id,
        "filename": report.filename,
        "status": report.status,
        "changes": [
            {
                "field": one.field,
                "change": str(one.difference),
                "before": _record(one.before),
                "after": _record(one.after),
            }
            for one in report.differences
        ],
        "clauses": None if report.clauses is None else {"before": report.clauses[0], "after": report.clauses[1]},
        "reason": report.reason,
    }


def _record(fact: Fact | None) -> dict[str, Any] | None:
    if fact is None:
        return None
    return {
        "value": fact.value,
        "method": fact.method,
        "confidence": fact.confidence,
        "status": str(fact.status),
        "details": dict(fact.details),
    }


def _difference(one: FactDifference) -> str:
    before, after = (None if fact is None else _with_details(fact) for fact in (one.before, one.after))
    if before is None or after is None:
        return f"{before or after}"
    return f"{before} → {after}" if before != after else f"{after} ({one.after.method})" if one.after else after


def _with_details(fact: Fact) -> str:
    details = ", ".join(f"{name} {value}" for name, value in fact.details.items())
    return f"{fact.value} ({details})" if details else fact.value


def extract_summary_lines(summary: ExtractSummary) -> Iterator[str]:
    """Yield the summary as text: a line for each field that changes, and the totals."""
    for field, counts in summary.fields.items():
        yield f"{field:<14} " + ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    if summary.clauses_changed:
        yield f"{'clauses':<14} {summary.clauses_changed} documents have others"
    changed = "changed" if summary.applied else "would change"
    yield (
        f"{summary.documents} documents: {summary.changed} {changed}, {summary.failed} failed, "
        f"in {summary.seconds:.1f} s"
    )
    if summary.changed and not summary.applied:
        yield "Nothing was changed. To change it: dosije extract --again --apply"


@click.command("work")
@JOBS
@OCR
@click.option("--until-empty", is_flag=True, help="End when all that was queued has been read, here or by others.")
@JSON_LINES
@click.pass_obj
def work_command(home: Path, jobs: int, ocr: OcrMode, until_empty: bool, as_json: bool) -> None:
    """Read what was queued with add --queue, beside other workers on any machine. Needs a catalog on PostgreSQL.

    SIGTERM or Ctrl-C ends it at once; what it had not finished is read by others. So is what it had when it is killed.
    """
    # SIGTERM of a service manager means the same as Ctrl-C.
    stop_on_sigterm(KeyboardInterrupt)
    from indexer.queue import TaskQueue, WorkOptions, serve  # noqa: PLC0415 - it loads all findings

    options = WorkOptions(jobs, ocr, until_empty)
    with Archive.open(home) as archive, progress_bar() as progress:
        has_reported = False

        def finished(summary: Summary) -> None:
            nonlocal has_reported
            if as_json:
                print_line({"summary": asdict(summary)})
            else:
                click.echo(summary_line(summary))
            tell_index(archive)
            has_reported = True

        try:
            serve(TaskQueue(archive, options, reporter(as_json, print_file, asdict), finished, progress))
            if not has_reported:
                # Nothing was left to read, but documents of other workers may be due for the index.
                tell_index(archive)
        except KeyboardInterrupt:
            click.echo("dosije: stopped; what was not finished waits for other workers.", err=True)


@click.command("doctor")
@JSON_OPTION
@click.pass_obj
def doctor_command(home: Path, as_json: bool) -> int:
    """Say what this machine can and cannot do for an archive, and how to mend it.

    Nothing is written, and no archive is needed. Exit code 5 if something fails that is needed.
    """
    from indexer.doctor import Condition, examine  # noqa: PLC0415 - it loads the libraries that it looks for

    diagnoses = examine(home, Settings.load(home))
    if as_json:
        print_json([asdict(found) for found in diagnoses])
    else:
        for found in diagnoses:
            click.echo(f"{found.condition:<6}  {found.subject:<18} {found.told}")
            if found.remedy:
                click.echo(f"{'':<27}{found.remedy}")
    return ArchiveError.exit_code if any(found.condition is Condition.FAILS for found in diagnoses) else 0
