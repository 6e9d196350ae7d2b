"""``dosije show``, ``clauses`` and ``chain``: a document, its clauses, and the procedure it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from archive.archive import Archive
from archive.command_line.facts import tell
from archive.command_line.options import JSON_OPTION, by_option, make_searchable, print_json, print_table
from archive.model.clauses import NumberingProblem
from archive.model.decisions import FieldChange
from archive.procedures.lookup import chain_records
from archive.procedures.reasons import Ground
from archive.procedures.rulings import rule, withdraw
from archive.records import clause_records, document_record
from archive.search.facets import label


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
        pages, signatures = record.pop("pages"), record.pop("signatures")
        print_table(record)
        for signature in signatures:
            click.echo(f"\nSignature: {signature['told']}")
        for shown in pages:
            confidence = "" if shown["confidence"] is None else f", confidence {shown['confidence']:.0f}"
            note = f" ({shown['note']})" if shown["note"] else ""
            click.echo(f"\n--- page {shown['number']}: {shown['source']}{confidence}{note}\n{shown['text']}")


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
        _print_irregular(records)


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


_PROBLEMS = {
    NumberingProblem.MISSING: "Missing numbers",
    NumberingProblem.DOUBLED: "Printed twice",
    NumberingProblem.OUT_OF_ORDER: "Out of order",
}


def _print_irregular(records: list[dict[str, Any]]) -> None:
    for problem, text in _PROBLEMS.items():
        irregular = [record["numbering"] for record in records if record["numbering"]]
        numbers = [number for each in irregular if each["problem"] == problem for number in each["numbers"]]
        if numbers:
            click.echo(f"{text}: {', '.join(numbers)}")


@click.command("chain")
@click.argument("document_id", metavar="ID")
@click.option("--with", "joined", metavar="OTHER", help="Say that it belongs to the procedure of document OTHER.")
@click.option("--apart", metavar="OTHER", help="Say that it does not.")
@click.option("--withdraw", "withdrawn", metavar="OTHER", help="Take back what was last said of the two.")
@by_option
@JSON_OPTION
@click.pass_obj
def chain_command(
    home: Path,
    document_id: str,
    joined: str | None,
    apart: str | None,
    withdrawn: str | None,
    by: str,
    as_json: bool,
) -> None:
    """Show the procedure that document ID belongs to: its papers in order, and those that are missing.

    What a person says of two papers stands above every number, and outlives every re-reading.
    """
    if sum(other is not None for other in (joined, apart, withdrawn)) > 1:
        raise click.UsageError("Say one thing at a time: --with, --apart or --withdraw.")
    with Archive.open(home, create=False) as archive:
        catalog = archive.catalog
        document = catalog.documents.find(document_id).id
        if withdrawn is not None:
            _tell_and_index(archive, withdraw(catalog, document, withdrawn, by))
        elif joined is not None or apart is not None:
            _tell_and_index(archive, rule(catalog, document, joined or apart or "", by, belongs=joined is not None))
        records = chain_records(catalog, document)
    if as_json:
        print_json(records)
        return
    for record in records:
        click.echo("\n".join(_lines(record, document)))
    if not records:
        click.echo("It belongs to no procurement and to no request for information.")


def _tell_and_index(archive: Archive, change: FieldChange) -> None:
    tell(archive, change)
    if change.event is not None:
        make_searchable(archive)


def _lines(record: Mapping[str, Any], document: str) -> Iterator[str]:
    known = (record["reference"], record["buyer"], _round(record["round"], record["rounds"]))
    yield " · ".join(filter(None, known)) or "Without a number"
    if record["subject"]:
        yield f"  {record['subject']['value']}"
    for paper in (*record["documents"], *record["requests"]):
        here = ">" if paper["id"] == document else " "
        kind = label("kind", paper["kind"]) if paper["kind"] else "Unknown"
        link = f"  [{paper['link']['value']}]" if paper["link"] else ""
        if paper["reason"] and paper["reason"]["by"] in (Ground.RULING, Ground.SIMILARITY):
            link += f"  ({paper['reason']['text']})"
        copy = f"  copy of {paper['copy_of'][:12]}" if paper["copy_of"] else ""
        yield f"{here} {paper['date'] or '?':<10}  {kind:<20}  {paper['id'][:12]}  {paper['filename']}{link}{copy}"
    for lacking in record["missing"]:
        yield f"  missing     {label('kind', lacking['kind']):<20}  {lacking['why']}"
    for ruling in record["rulings"]:
        verb = "belongs with" if ruling["belongs"] else "does not belong with"
        yield (
            f"  ruling      {ruling['by']}, {ruling['at'][:10]}: {ruling['document'][:12]} {verb} "
            f"{ruling['other'][:12]}  [event {ruling['event']}]"
        )


def _round(number: int, count: int) -> str | None:
    """Return the position of a procedure among those that share its number, None if it is the only one."""
    return None if count == 1 else f"procedure {number} of {count} with this number"
