"""``dosije chain``: the papers of the procedure that a document belongs to, and what is missing of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from archive.home import Archive
from archive.procedures.records import chain_records
from archive.search.facets import label
from webapp.command_line.options import JSON_OPTION, print_json
from webapp.pages.document_parts import round_note


@click.command("chain")
@click.argument("document_id", metavar="ID")
@JSON_OPTION
@click.pass_obj
def chain_command(home: Path, document_id: str, as_json: bool) -> None:
    """Show the procedure that document ID belongs to: its papers in order, and those that are missing."""
    with Archive.open(home, create=False) as archive:
        document = archive.catalog.documents.find(document_id).id
        records = chain_records(archive.catalog, document)
    if as_json:
        print_json(records)
        return
    for record in records:
        click.echo("\n".join(_lines(record, document)))
    if not records:
        click.echo("It belongs to no procurement and to no request for information.")


def _lines(record: Mapping[str, Any], document: str) -> Iterator[str]:
    known = (record["reference"], record["buyer"], round_note(record["round"], record["rounds"]))
    yield " · ".join(filter(None, known)) or "Without a number"
    for paper in (*record["documents"], *record["requests"]):
        here = ">" if paper["id"] == document else " "
        kind = label("kind", paper["kind"]) if paper["kind"] else "Unknown"
        link = f"  [{paper['link']['value']}]" if paper["link"] else ""
        copy = f"  copy of {paper['copy_of'][:12]}" if paper["copy_of"] else ""
        yield f"{here} {paper['date'] or '?':<10}  {kind:<20}  {paper['id'][:12]}  {paper['filename']}{link}{copy}"
    for lacking in record["missing"]:
        yield f"  missing     {label('kind', lacking['kind']):<20}  {lacking['why']}"
