"""``dosije check``: is the archive whole, and if not, what is to be done?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from archive.checking.check import Report, check, record
from archive.checking.problems import Problem
from archive.checking.repairing import ReadAgain, repair
from archive.errors import ArchiveError
from archive.home import Archive
from webapp.command_line.options import JSON_OPTION, print_json
from webapp.command_line.progress import progress_bar
from webapp.pages.wording import counted


def check_command(read_again: ReadAgain) -> click.Command:
    """The command ``check``, which has documents read again by ``read_again``."""

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
