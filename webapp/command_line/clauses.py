"""``dosije clauses``: the clause tree of a document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archive.home import Archive
from archive.records import clause_records
from archive.search.facets import label
from webapp.command_line.options import JSON_OPTION, print_json

WORDS_SHOWN = 10
"""Words of a clause shown where it has no heading."""


@click.command("clauses")
@click.argument("document", metavar="ID")
@click.option("--reading", type=int, help="Number of the reading; the newest by default.")
@JSON_OPTION
@click.pass_obj
def clauses_command(home: Path, document: str, reading: int | None, as_json: bool) -> None:
    """Show the clauses of a document: articles, paragraphs and points, with the ids that a citation takes."""
    with Archive.open(home, create=False) as archive:
        records = clause_records(archive.catalog, document, reading)
    if as_json:
        print_json(records)
    elif not records:
        click.echo("No clauses were found in this document.")
    else:
        _print_tree(records)


def _print_tree(records: list[dict[str, Any]]) -> None:
    depth: dict[str | None, int] = {None: -1}
    for record in records:
        depth[record["eid"]] = depth[record["parent"]] + 1
        first, last = record["pages"]
        place = f"p. {first}" if first == last else f"pp. {first}-{last}"
        shown = record["heading"] or " ".join(record["text"].split()[:WORDS_SHOWN]) + " …"
        topic = f"  [{label('topic', record['topic'])}]" if record["topic"] else ""
        counted = "  (counted)" if record["counted"] else ""
        click.echo(f"{'  ' * depth[record['eid']]}{record['eid']}  {place}  {shown}{topic}{counted}")
