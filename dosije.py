"""The command line: puts the commands of the indexer and the reading room together. The only file that knows both.

Data goes to stdout, everything else to stderr. Exit codes: 0 all well, 2 usage, 3 some inputs failed, 4 verification
failed, 5 the archive needs repair (``archive.errors`` gives each error its code).

A command is loaded when it is asked for: a search starts without the web and the readers of files, ``--help`` without
any of them.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from archive.errors import ArchiveError, DosijeError
from archive.system.terminal import cleaned_output, drop_output, open_closed_streams

if TYPE_CHECKING:
    from archive.facts.values import Municipalities
    from indexer.kept_process import KeptProcess

DEFAULT_HOME = Path("~/.local/share/dosije").expanduser()


def _check() -> click.Command:
    from archive.command_line.upkeep import check_command
    from indexer.ingest.rereading import read_again

    return check_command(read_again)


def _places() -> Municipalities:
    from archive.facts.values import Municipalities
    from indexer.gazetteer import municipalities

    return Municipalities((place.name, place.aliases) for place in municipalities())


def _correct() -> click.Command:
    from archive.command_line.facts import correct_command

    return correct_command(_places)


def _packet() -> click.Command:
    from archive.command_line.export import packet_group
    from indexer.images.clips import ClipRenderer

    return packet_group(ClipRenderer)


def _serve() -> click.Command:
    from indexer.images.clips import ClipRenderer
    from indexer.packets import PacketWorker
    from indexer.queue import JobWorker
    from webapp.commands.serve import serve_command
    from webapp.files.public.writing import write_public_page

    packets = partial(PacketWorker, publish=write_public_page)
    return serve_command(ClipRenderer, _places, (JobWorker, packets, _mail_worker), _files_in)


def _files_in(paths: Sequence[Path]) -> Sequence[Path]:
    """Return the files that ``dosije add`` would read of these, and say how many are passed over.

    :raises InputError: a folder cannot be read.
    """
    from indexer.ingest.walk import walk

    found = walk(paths)
    if found.refused:
        raise found.refused[0][1]
    if passed := len(found.hidden) + len(found.links):
        click.echo(f"Passed over, hidden or links out of the folder: {passed}. `dosije add` names them.", err=True)
    return found.files


def _mail_worker(home: Path) -> KeptProcess:
    from indexer.kept_process import KeptProcess
    from webapp.mail import worker

    return KeptProcess(home, worker.live, worker.any_due, worker.PAUSE_SECONDS)


def _story() -> click.Command:
    from archive.command_line.story import story_group
    from indexer.images.clips import ClipRenderer
    from webapp.files.public.writing import write_public_page
    from webapp.files.word.story import write_story

    return story_group(ClipRenderer, write_story, write_public_page)


COMMANDS: Mapping[str, tuple[str | Callable[[], click.Command], str]] = {
    "add": (
        "indexer.commands:add_command",
        "Take files and folders into the archive. Resumable: run it again and it goes on where it was.",
    ),
    "alerts": (
        "archive.command_line.saved:alerts_command",
        "Print the documents that saved searches found since they were saved: all of them, or those of NAME.",
    ),
    "annotate": (
        "archive.command_line.annotate:annotate_command",
        "Write a NOTE on words or on a box of document ID, or change or remove one.",
    ),
    "annotations": (
        "archive.command_line.annotate:annotations_command",
        "List the notes on document ID, or on all documents.",
    ),
    "backup": (
        "archive.command_line.upkeep:backup_command",
        "Back up the archive into the folder DESTINATION; a second backup there adds only what is new.",
    ),
    "certificate": (
        "webapp.commands.certificate:certificate_command",
        "State what a search looked through and what it found: as much proof of finding nothing as there can be.",
    ),
    "chain": (
        "archive.command_line.documents:chain_command",
        "Show the procedure that document ID belongs to: its papers in order, and those that are missing.",
    ),
    "check": (
        _check,
        "Check originals, readings, the event log, the catalog and the index, and name every problem and its remedy.",
    ),
    "cite": (
        "archive.command_line.citing:cite_command",
        "Cite words of document ID: where they stand, what they say, and a permalink by which anyone can check it.",
    ),
    "chronology": (
        "webapp.commands.chronology:chronology_command",
        "List all dates of chosen papers in order: who did what, in which words, and where they stand.",
    ),
    "clauses": (
        "archive.command_line.documents:clauses_command",
        "Show the clauses of a document: articles, paragraphs and points, with the ids that a citation takes.",
    ),
    "collections": (
        "archive.command_line.users:collections_group",
        "List collections, and have some be seen by their members only.",
    ),
    "compare": (
        "archive.command_line.compare:compare_command",
        "Compare two clauses word by word, or the clauses on one topic in a vendor's contracts.",
    ),
    "completion": (
        "archive.command_line.completion:completion_command",
        "Print what makes a shell complete commands and options: bash, zsh or fish.",
    ),
    "confirm": (
        "archive.command_line.facts:confirm_command",
        "Confirm what rules read for a FIELD of document ID: this VALUE, or all that it has.",
    ),
    "correct": (
        _correct,
        "Correct a FIELD of document ID: it has VALUE, and no other. What a person says outlives every re-reading.",
    ),
    "digest": (
        "webapp.commands.digest:digest_command",
        "List the mails that readers are sent of saved searches: to whom, how often, and what is due.",
    ),
    "doctor": (
        "indexer.commands:doctor_command",
        "Say what this machine can and cannot do for an archive, and how to mend it.",
    ),
    "export": (
        "archive.command_line.export:export_group",
        "Hand on what the archive knows, in a form that other programs read.",
    ),
    "extract": (
        "indexer.commands:extract_command",
        "Run today's rules over stored readings, of all documents if none is named, and show what would change.",
    ),
    "facts": (
        "archive.command_line.facts:facts_command",
        "Show the facts of document ID, each with the words that prove it, its rule, confidence and status.",
    ),
    "findings": (
        "webapp.commands.findings:findings_command",
        "Count the finding NAME; without one, list them all. `dosije findings new NAME` writes the file of a new one, "
        "`dosije findings report` all that findings say, with the words of every number, as html or docx.",
    ),
    "mailbox": (
        "indexer.intake.commands:mailbox_command",
        "Add each message that comes into the IMAP mailbox of the settings. Nothing there is moved, marked or deleted.",
    ),
    "masks": (
        "archive.command_line.masks:masks_command",
        "List what is masked of document ID, by default of every class; add a mask, take one away, approve them.",
    ),
    "move": (
        "archive.command_line.upkeep:move_command",
        "Move the archive to the new folder DESTINATION, with its parts on servers if so said by options or by a "
        "settings.toml that is there; a part that is not named goes into the folder.",
    ),
    "packet": (
        _packet,
        "Evidence packets: citations with originals, marked pages, texts and the log, to be checked by anyone.",
    ),
    "place": (
        "archive.command_line.profiles:place_command",
        "Show the papers of MUNICIPALITY, its procedures with what they lack, its requests, and what findings say.",
    ),
    "rates": (
        "archive.command_line.rates:rates_group",
        "List the rates of exchange by which findings convert amounts: of which currency, how many, from when to when.",
    ),
    "reindex": (
        "archive.command_line.upkeep:reindex_command",
        "Build a new search index beside the old one, verify it against the catalog and swap it in.",
    ),
    "reread": (
        "indexer.commands:reread_command",
        "Read documents again from their originals. The new reading is searched from now on; the old ones are kept.",
    ),
    "restore": (
        "archive.command_line.upkeep:restore_command",
        "Restore the backup in the folder SOURCE to the archive's place (--home), which must be empty.",
    ),
    "review": (
        "archive.command_line.facts:review_command",
        "List doubtful facts, those first that a look at is most useful for. How they are ordered: docs/review.md.",
    ),
    "saved": (
        "archive.command_line.saved:saved_group",
        "Save searches, which tell of the documents that they find from then on (see: dosije alerts).",
    ),
    "search": (
        "archive.command_line.search:search_command",
        "Search the archive. Repeat a filter to widen it; different filters narrow each other.",
    ),
    "search-list": (
        "archive.command_line.lists:search_list_command",
        "Search for each line of FILE (- is the standard input), and say what each of them finds.",
    ),
    "serve": (_serve, "Open the reading room: the web pages and the API."),
    "settings": (
        "archive.command_line.status:settings_command",
        "Print every setting with its value and what it does.",
    ),
    "show": (
        "archive.command_line.documents:show_command",
        "Show one document. ID is its SHA-256 or the first 8 digits or more of it.",
    ),
    "status": (
        "archive.command_line.status:status_command",
        "Say what the archive holds, what failed and whether the index is complete.",
    ),
    "story": (
        _story,
        "Stories: documents, words, clauses and numbers put together in an order of your own, to share and hand on.",
    ),
    "templates": (
        "archive.command_line.compare:templates_command",
        "List contracts made on one template, those that depart most from it first, with the clauses that do.",
    ),
    "topics": (
        "webapp.commands.topics:topics_command",
        "Compare what contracts state on a TOPIC: rate, base, cap, notice, term, currency, and who bears it; without a "
        "topic, list them. What departs from what most contracts state is marked with *.",
    ),
    "undo": (
        "archive.command_line.facts:undo_command",
        "Take back the last decision on document ID, or the one of this EVENT (see: dosije facts ID --history).",
    ),
    "upgrade": (
        "archive.command_line.upkeep:upgrade_command",
        "Bring the catalog up to date, as every command does, and say which programs may open it.",
    ),
    "user": ("archive.command_line.users:user_group", "Manage who may log in to the reading room."),
    "vendor": (
        "archive.command_line.profiles:vendor_command",
        "Show what the vendor NAME won and lost, for how much, where, when and against whom.",
    ),
    "vendors": (
        "archive.command_line.vendors:vendors_group",
        "The firms behind the names of vendors and bidders: dosije vendors [QUERY] lists them.",
    ),
    "verify": (
        "archive.command_line.citing:verify_command",
        "Check citations: a permalink, or a file (- for standard input) with a Web Annotation, citations or "
        "quotations.",
    ),
    "watch": (
        "indexer.intake.commands:watch_command",
        "Watch folders, and add each file that comes when it is whole. Nothing there is moved or deleted.",
    ),
    "work": (
        "indexer.commands:work_command",
        "Read what was queued with add --queue, beside other workers on any machine. Needs a catalog on PostgreSQL.",
    ),
}
"""Each command: where it is, or what puts it together, and the first paragraph of its help."""


GROUPS: Mapping[str, tuple[str, ...]] = {
    "Take in": ("add", "watch", "mailbox", "work"),
    "Read": ("search", "search-list", "show", "clauses", "chain", "chronology", "compare", "templates", "topics",
             "saved", "alerts", "digest", "story", "serve"),
    "Cite": ("cite", "verify", "certificate", "annotate", "annotations", "masks", "packet", "export"),
    "Count": ("findings", "vendor", "vendors", "place", "rates", "facts", "review", "confirm", "correct", "undo"),
    "Tend": ("doctor", "status", "settings", "check", "backup", "restore", "move", "reindex", "reread", "extract",
             "upgrade", "user", "collections", "completion"),
}  # fmt: skip
"""The order in which ``--help`` lists commands: by what somebody comes for."""


class Commands(click.Group):
    """A group whose commands are loaded one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the command of this name."""
        place, _ = COMMANDS.get(cmd_name, (None, ""))
        command: click.Command | None
        if isinstance(place, str):
            module, _, name = place.partition(":")
            command = getattr(import_module(module), name)
        else:
            command = place and place()
        _collect_garbage()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands in their groups, without loading them."""
        limit = formatter.width - 6 - max(map(len, COMMANDS))
        for group, names in GROUPS.items():
            rows = [(name, click.Command(name, help=COMMANDS[name][1])) for name in names]
            with formatter.section(group):
                formatter.write_dl([(name, command.get_short_help_str(limit)) for name, command in rows])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of the first argument; for one that does not exist, name those that may have been meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = get_close_matches(args[0], COMMANDS, n=2, cutoff=0.7)
            meant = f"Did you mean {' or '.join(near)}?" if near else "dosije --help lists all."
            ctx.fail(f"There is no command {args[0]!r}. {meant}")
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the name of a command, without loading any."""
        named = [CompletionItem(name, help=COMMANDS[name][1]) for name in COMMANDS if name.startswith(incomplete)]
        return named + click.Command.shell_complete(self, ctx, incomplete)


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
    # Loading modules makes no garbage, and looking for it takes an eighth of the time.
    gc.disable()
    open_closed_streams()
    try:
        with cleaned_output():
            code = _run()
    finally:
        gc.enable()
    sys.exit(code)


def _collect_garbage() -> None:
    """Collect garbage from now on, but not among the modules that are loaded."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _run() -> int:
    try:
        code = cli.main(prog_name="dosije", standalone_mode=False)
        sys.stdout.flush()
    except DosijeError as error:
        click.echo(f"dosije: {error}", err=True)
        code = error.exit_code
    except OSError as error:
        # Inputs that the system refuses have errors of their own: this is the output, or the archive's folder or disk.
        where = f"{error.filename}: " if error.filename else ""
        remedy = "Check that Dosije can write to the archive's folder and that its disk has room."
        if error.filename == sys.stdout.name:
            remedy = "Write the output to a file on a disk with room."
            drop_output()
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
