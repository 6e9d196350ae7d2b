"""``dosije work``: a worker."""

from __future__ import annotations

import signal
from dataclasses import asdict
from pathlib import Path

import click

from archive.archive import Archive
from indexer.commands import JOBS, JSON_LINES, OCR, file_reporter, print_line, summary_line, tell_index
from indexer.formats.source import OcrMode
from indexer.progress import progress_bar
from indexer.working import WorkOptions, work


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
    # A service manager asks with SIGTERM what a person asks with Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = WorkOptions(jobs, ocr, until_empty)
    with Archive.open(home) as archive, progress_bar() as progress:
        has_told = False
        try:
            for summary in work(archive, options, file_reporter(as_json), progress):
                if as_json:
                    print_line({"summary": asdict(summary)})
                else:
                    click.echo(summary_line(summary))
                tell_index(archive)
                has_told = True
            if not has_told:
                # Nothing was left to read; documents of others may wait for the index.
                tell_index(archive)
        except KeyboardInterrupt:
            click.echo("dosije: stopped; what was not finished waits for other workers.", err=True)
