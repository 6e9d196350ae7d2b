"""``dosije show``: one document at a terminal."""

from __future__ import annotations

from pathlib import Path

import click

from archive.home import Archive
from archive.records import document_record
from webapp.command_line.options import JSON_OPTION, print_json, print_table


@click.command("show")
@click.argument("document_id", metavar="ID")
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
        print_json(record)
    elif text_only:
        click.echo("\n\f".join(shown["text"] for shown in record["pages"]))
    else:
        pages = record.pop("pages")
        print_table(record)
        for shown in pages:
            confidence = "" if shown["confidence"] is None else f", confidence {shown['confidence']:.0f}"
            note = f" ({shown['note']})" if shown["note"] else ""
            click.echo(f"\n--- page {shown['number']}: {shown['source']}{confidence}{note}\n{shown['text']}")
