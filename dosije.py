"""The command line: assembles the archive, the indexer and the reading room. The only file that imports all three.

Data goes to stdout, everything else to stderr. Exit codes: 0 all well, 2 usage, 3 some inputs failed, 4 verification
failed, 5 the archive needs repair (``archive.errors`` gives each error its code).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from archive.config import Settings
from archive.errors import ArchiveError, DosijeError
from archive.facts.values import Places
from archive.home import Archive
from archive.record import document_record
from archive.status import status_record
from indexer.commands import add_command, extract_command, reread_command
from indexer.gazetteer import municipalities
from indexer.render import SandboxedRenderer
from webapp import create_app
from webapp.command_line.certificate import certificate_command
from webapp.command_line.correct import confirm_command, correct_command, undo_command
from webapp.command_line.facts import facts_command, review_command
from webapp.command_line.lists import search_list_command
from webapp.command_line.saved import alerts_command, saved_group
from webapp.command_line.search import search_command
from webapp.server import serve as serve_app

DEFAULT_HOME = Path("~/.local/share/dosije").expanduser()
DOCUMENT_ID = click.argument("document_id", metavar="ID")
JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="Print one JSON value instead of text.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
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


def _places() -> Places:
    return Places((place.name, place.aliases) for place in municipalities())


for command in (
    add_command,
    reread_command,
    extract_command,
    facts_command,
    correct_command(_places),
    confirm_command,
    undo_command,
    review_command,
    search_command,
    search_list_command,
    saved_group,
    alerts_command,
    certificate_command,
):
    cli.add_command(command)


@cli.command("show")
@DOCUMENT_ID
@click.option("--page", type=int, help="Show this page only.")
@click.option("--reading", type=int, help="Show the pages as this reading has them, instead of the newest.")
@click.option("--text", "text_only", is_flag=True, help="Print the words and nothing else.")
@JSON_OPTION
@click.pass_obj
def show_command(
    home: Path, document_id: str, page: int | None, reading: int | None, text_only: bool, as_json: bool
) -> None:
    """Show one document. ID is its SHA-256 or the first 8 digits or more of it."""
    with Archive.open(home, create=False) as archive:
        record = document_record(archive.catalog, document_id, page, reading)
    if as_json:
        _print_json(record)
    elif text_only:
        click.echo("\n\f".join(shown["text"] for shown in record["pages"]))
    else:
        pages = record.pop("pages")
        _print_table(record)
        for shown in pages:
            confidence = "" if shown["confidence"] is None else f", confidence {shown['confidence']:.0f}"
            note = f" ({shown['note']})" if shown["note"] else ""
            click.echo(f"\n--- page {shown['number']}: {shown['source']}{confidence}{note}\n{shown['text']}")


@cli.command("status")
@JSON_OPTION
@click.pass_obj
def status_command(home: Path, as_json: bool) -> None:
    """Say what the archive holds, what failed and whether the index is complete."""
    with Archive.open(home, create=False) as archive:
        record = status_record(archive)
    if as_json:
        _print_json(record)
        return
    failures, worst_pages = record.pop("failures"), record.pop("worst_pages")
    _print_table(record)
    for poor in worst_pages:
        confidence = "" if poor["confidence"] is None else f", confidence {poor['confidence']:.1f}"
        why = " ".join(filter(None, (poor["reason"], poor["note"])))
        where = f"{poor['document'][:12]} {poor['filename']}, page {poor['page']}"
        click.echo(f"{poor['quality']:<10} {where}: {poor['source']}{confidence} {why}".rstrip())
    for failure in failures:
        click.echo(f"failed     {failure['path']}: {failure['reason']} {failure['remedy'] or ''}".rstrip())


@cli.command("reindex")
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, help="Processes; one for each processor.")
@click.pass_obj
def reindex_command(home: Path, jobs: int) -> None:
    """Build a new search index beside the old one, verify it against the catalog and swap it in."""
    with Archive.open(home, create=False) as archive, archive.writing(reconcile=False):
        generation = archive.indexing.rebuild(jobs=jobs)
        count = len(archive.engine.held())
    click.echo(f"{count} documents indexed in generation {generation}")


@cli.command("serve")
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.")
@click.pass_obj
def serve_command(home: Path, host: str | None, port: int | None) -> None:
    """Open the reading room: the web pages and the API."""
    with Archive.open(home) as archive:
        if not archive.settle():
            click.echo("Documents are being added; they appear as they are indexed.", err=True)
        settings = archive.settings
        renderer = SandboxedRenderer(settings, archive.cache)
        chosen_host, chosen_port = host or settings.text("host"), port or settings.number("port")
        click.echo(f"Dosije is at http://{chosen_host}:{chosen_port}/  (Ctrl-C ends it)", err=True)
        try:
            serve_app(create_app(archive, renderer), chosen_host, chosen_port, settings.number("threads"))
        finally:
            renderer.close()


@cli.command("settings")
@JSON_OPTION
@click.pass_obj
def settings_command(home: Path, as_json: bool) -> None:
    """Print every setting with its value and what it does."""
    items = Settings.load(home).items()
    if as_json:
        _print_json({setting.name: value for setting, value in items})
        return
    for setting, value in items:
        click.echo(f"{setting.name} = {value!r}\n    {setting.help} Default: {setting.default!r}.")


def _print_json(value: object, indent: int | None = 2) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=indent))


def _print_table(record: Mapping[str, Any]) -> None:
    width = max(len(name) for name in record)
    for name, value in record.items():
        shown = json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
        click.echo(f"{name:<{width}}  {'-' if shown in (None, '[]') else shown}")


def main() -> None:
    """Run the command line; every error of ours becomes one sentence on stderr and its exit code."""
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
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
