"""The command line: puts the commands of the indexer and the reading room together. The only file that knows both.

Data goes to stdout, everything else to stderr. Exit codes: 0 all well, 2 usage, 3 some inputs failed, 4 verification
failed, 5 the archive needs repair (``archive.errors`` gives each error its code).

A command is loaded when it is asked for: a search starts without the readers of Word files, and ``add`` without Flask.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.errors import ArchiveError, DosijeError
from archive.terminal import cleaned_output

if TYPE_CHECKING:
    from archive.facts.values import Places

DEFAULT_HOME = Path("~/.local/share/dosije").expanduser()


def _load(module: str, name: str) -> click.Command:
    command: click.Command = getattr(import_module(module), name)
    return command


def _check() -> click.Command:
    from indexer.ingest.rereading import read_again
    from webapp.command_line.check import check_command

    return check_command(read_again)


def _places() -> Places:
    from archive.facts.values import Places
    from indexer.gazetteer import municipalities

    return Places((place.name, place.aliases) for place in municipalities())


def _correct() -> click.Command:
    from webapp.command_line.correct import correct_command

    return correct_command(_places)


def _packet() -> click.Command:
    from indexer.images.clips import ClipRenderer
    from webapp.command_line.packet import packet_group

    return packet_group(ClipRenderer)


def _serve() -> click.Command:
    from indexer.images.pages import SandboxedRenderer
    from indexer.queue import JobWorker
    from webapp.command_line.serve import serve_command

    return serve_command(SandboxedRenderer, _places, JobWorker)


READERS = "webapp.command_line"

COMMANDS: Mapping[str, tuple[str, str] | Callable[[], click.Command]] = {
    "add": ("indexer.commands", "add_command"),
    "alerts": (f"{READERS}.saved", "alerts_command"),
    "annotate": (f"{READERS}.annotate", "annotate_command"),
    "annotations": (f"{READERS}.annotate", "annotations_command"),
    "backup": (f"{READERS}.backup", "backup_command"),
    "certificate": (f"{READERS}.certificate", "certificate_command"),
    "chain": (f"{READERS}.chain", "chain_command"),
    "check": _check,
    "cite": (f"{READERS}.cite", "cite_command"),
    "clauses": (f"{READERS}.clauses", "clauses_command"),
    "collections": (f"{READERS}.collections", "collections_group"),
    "compare": (f"{READERS}.compare", "compare_command"),
    "confirm": (f"{READERS}.correct", "confirm_command"),
    "correct": _correct,
    "export": (f"{READERS}.export", "export_group"),
    "extract": ("indexer.commands", "extract_command"),
    "facts": (f"{READERS}.facts", "facts_command"),
    "findings": (f"{READERS}.findings", "findings_command"),
    "move": (f"{READERS}.move", "move_command"),
    "packet": _packet,
    "reindex": (f"{READERS}.reindex", "reindex_command"),
    "reread": ("indexer.commands", "reread_command"),
    "restore": (f"{READERS}.backup", "restore_command"),
    "review": (f"{READERS}.facts", "review_command"),
    "saved": (f"{READERS}.saved", "saved_group"),
    "search": (f"{READERS}.search", "search_command"),
    "search-list": (f"{READERS}.lists", "search_list_command"),
    "serve": _serve,
    "settings": (f"{READERS}.status", "settings_command"),
    "show": (f"{READERS}.show", "show_command"),
    "status": (f"{READERS}.status", "status_command"),
    "templates": (f"{READERS}.compare", "templates_command"),
    "undo": (f"{READERS}.correct", "undo_command"),
    "user": (f"{READERS}.users", "user_group"),
    "vendors": (f"{READERS}.vendors", "vendors_group"),
    "verify": (f"{READERS}.verify", "verify_command"),
    "work": ("indexer.commands", "work_command"),
}
"""Each command, by module and name, or by what assembles it from both sides."""


class Commands(click.Group):
    """A group whose commands are loaded one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        found = COMMANDS.get(cmd_name)
        if found is None:
            return None
        return _load(*found) if isinstance(found, tuple) else found()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="DOSIJE_HOME",
    default=DEFAULT_HOME,
    show_default="~/.local/share/dosije",
    help="Where the archive is kept.",
)
@click.version_option(package_name="dosije")
@click.pass_context
def cli(context: click.Context, home: Path) -> None:
    """A document archive with full-text search for people who must prove what they say."""
    context.obj = home
    context.meta["dosije.places"] = _places


def main() -> None:
    """Run the command line; every error of ours becomes one sentence on stderr and its exit code."""
    with cleaned_output():
        code = _run()
    sys.exit(code)


def _run() -> int:
    try:
        code = cli.main(prog_name="dosije", standalone_mode=False)
    except DosijeError as error:
        click.echo(f"dosije: {error}", err=True)
        code = error.exit_code
    except OSError as error:
        # Inputs that the system refuses have errors of their own, so this is the archive's folder or its disk.
        where = f"{error.filename}: " if error.filename else ""
        remedy = "Check that we may write to the archive's folder and that its disk has room."
        click.echo(f"dosije: {where}{error.strerror or error}. {remedy}", err=True)
        code = ArchiveError.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("dosije: stopped; what was finished is kept. Run the command again to go on.", err=True)
        code = 130
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    main()
