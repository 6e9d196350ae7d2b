"""The command line: assembles the archive, the indexer and the reading room. The only file that imports all three.

Data goes to stdout, everything else to stderr. Exit codes: 0 all well, 2 usage, 3 some inputs failed, 4 verification
failed, 5 the archive needs repair (``archive.errors`` gives each error its code).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from archive.config import Settings
from archive.errors import ArchiveError, DosijeError
from archive.home import Archive
from archive.record import document_record
from archive.search.request import SORTS, SearchRequest
from archive.search.results import SearchResults
from archive.status import status_record
from indexer.commands import add_command, reread_command
from indexer.render import SandboxedRenderer
from webapp import create_app
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


cli.add_command(add_command)
cli.add_command(reread_command)


@cli.command("search")
@click.argument("query", default="")
@click.option("--municipality", multiple=True)
@click.option("--vendor", multiple=True)
@click.option("--year", multiple=True)
@click.option("--kind", multiple=True)
@click.option("--language", multiple=True)
@click.option("--quality", multiple=True, help="How well the documents could be read: good, fair, unreliable.")
@click.option("--collection", multiple=True)
@click.option("--sort", type=click.Choice(SORTS), default="relevance", show_default=True)
@click.option("--limit", type=int, default=20, show_default=True, help="Documents to show.")
@click.option("--offset", type=int, default=0, help="Documents to pass over first.")
@click.option("--exact", is_flag=True, help="Only the words as typed, without their inflected forms.")
@JSON_OPTION
@click.pass_obj
def search_command(
    home: Path,
    /,
    query: str,
    sort: str,
    limit: int,
    offset: int,
    exact: bool,
    as_json: bool,
    **filters: tuple[str, ...],
) -> None:
    """Search the archive. Repeat a filter to widen it; different filters narrow each other."""
    chosen = {name: values for name, values in filters.items() if values}
    request = SearchRequest(query, chosen, sort=sort, limit=limit, offset=offset, exact=exact)
    with Archive.open(home, create=False) as archive:
        if not archive.settle():
            click.echo("Documents are being added; those not yet indexed are not searched.", err=True)
        results = archive.search.search(request)
    if as_json:
        _print_json(results.as_json())
    else:
        _print_results(results)


def _print_results(results: SearchResults) -> None:
    for note in results.notes:
        click.echo(note, err=True)
    click.echo(f"{results.total} documents ({results.took_ms:.0f} ms)")
    for hit in results.hits:
        described = hit.description
        vendors = ", ".join(vendor.name for vendor in described.vendors)
        year = None if described.year is None else str(described.year)
        about = [described.kind, described.municipality, vendors, year]
        click.echo(f"\n{hit.id[:12]}  {described.title}")
        click.echo("              " + " · ".join(value for value in about if value))
        for page in hit.pages[:3]:
            click.echo(f"    p. {page.number:<4} {page.snippet.text}")
        if len(hit.pages) > 3:
            click.echo(f"            {len(hit.pages) - 3} more pages")
    for name, values in results.facets.items():
        shown = ", ".join(f"{value.label} {value.count}" for value in values[:8])
        click.echo(f"\n{name}: {shown}" + (f", {len(values) - 8} more" if len(values) > 8 else ""))


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
@click.pass_obj
def reindex_command(home: Path) -> None:
    """Build a new search index beside the old one, verify it against the catalog and swap it in."""
    with Archive.open(home, create=False) as archive, archive.writing(reconcile=False):
        generation = archive.indexing.rebuild()
        count = len(archive.engine.revisions())
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
