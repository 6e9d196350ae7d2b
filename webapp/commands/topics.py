"""``dosije topics``: a topic over all contracts, cell by cell."""

from __future__ import annotations

import io
from pathlib import Path

import click

from archive.archive import Archive
from archive.citing.locators import base_url
from archive.command_line.options import (
    JSON_OPTION,
    counted,
    output_file,
    print_json,
    record_masked,
)
from archive.comparing.cells import CellName
from archive.comparing.topic_contracts import TABLES, TableFilters, count_topics
from archive.comparing.topic_table import TopicTable, table_record, topic_table
from archive.errors import UsageError
from archive.masking.texts import text_mask
from archive.search.facets import label
from archive.search.masking import Masking, masked_value
from webapp.files.topics import clauses_named, csv_lines, write_workbook

FORMATS = ("table", "csv", "xlsx", "docx", "json")


@click.command("topics")
@click.argument("topic", required=False)
@click.option("--vendor", help="Only contracts of this vendor, by name, number or id.")
@click.option("--municipality", help="Only contracts of this municipality.")
@click.option("--year", type=int, help="Only contracts of this year.")
@click.option("--template", metavar="ID", help="Only contracts made on one template with this document.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@JSON_OPTION
@click.pass_obj
def topics_command(
    home: Path,
    topic: str | None,
    vendor: str | None,
    municipality: str | None,
    year: int | None,
    template: str | None,
    form: str,
    output: Path | None,
    as_json: bool,
) -> None:
    """Compare what contracts state on a TOPIC: rate, base, cap, notice, term, currency, and who bears it; without a
    topic, list them. What departs from what most contracts state is marked with *."""
    form = "json" if as_json else form
    asked = TableFilters(vendor, municipality, year, template)
    if form in ("xlsx", "docx") and output is None:
        raise UsageError(f"{form} is not text.", f"Name a file for it: --output topic.{form}")
    with Archive.open(home, create=False) as archive:
        archive.settle()
        if topic is None:
            _list(archive, asked, as_json=form == "json")
            return
        table = topic_table(archive.catalog, topic, asked)
        if form == "table":
            _show(table)
            return
        mask = text_mask(archive)
        if form == "json":
            print_json(masked_value(table_record(table), mask))
        else:
            _write(_bytes(table, form, base_url(archive.settings), mask=mask), output)
        record_masked(mask, f"topic {topic} as {form}")


def _write(data: bytes, output: Path | None) -> None:
    if output is None:
        click.echo(data.decode(), nl=False)
        return
    with output_file(output) as file:
        file.write(data)


def _bytes(table: TopicTable, form: str, base: str, *, mask: Masking | None) -> bytes:
    if form == "csv":
        return "".join(csv_lines(table, base, mask=mask)).encode()
    file = io.BytesIO()
    if form == "xlsx":
        write_workbook(table, base, file, mask=mask)
    else:
        from webapp.files.word.topic import write_topic  # noqa: PLC0415 - python-docx takes a moment to load

        write_topic(table, base, file, mask=mask)
    return file.getvalue()


def _list(archive: Archive, asked: TableFilters, *, as_json: bool) -> None:
    contracts, counts = count_topics(archive.catalog, asked)
    if as_json:
        print_json({"contracts": contracts, "topics": counts})
        return
    click.echo(f"{counted(contracts, 'contract')}; in how many of them each topic is:")
    for name, count in counts.items():
        click.echo(f"{count:>7,}  {name}{'' if name in TABLES else '  (' + label('topic', name) + ')'}")


def _show(table: TopicTable) -> None:
    told = f"{counted(len(table.rows), 'contract')} of {table.contracts:,} with a clause on it"
    click.echo(f"{label('topic', table.topic)}: {told}; * departs from most")
    for row in table.rows:
        click.echo(f"\n{row.description.id[:12]}  {row.description.title}")
        wording = "" if not table.worded_alike else "; worded otherwise *" if row.departs else "; worded as most"
        click.echo(f"    {clauses_named(row)}{wording}")
        for name in CellName:
            cell = row.cells.get(name)
            mark = " *" if cell and cell.departs else ""
            where = f"  (page {cell.page})" if cell else ""
            click.echo(f"    {name:<9} {cell.found.text if cell else 'unknown'}{mark}{where}")
    click.echo("")
    for column in table.columns:
        usual = f"most common: {column.usual} ({column.usual_count})" if column.usual else "no most common value"
        click.echo(f"{column.name:<9} {usual}; unknown in {column.unknown}")
    without, unread = counted(table.without.count, "contract"), table.unread.count
    click.echo(f"{without} without such a clause, {unread} without clauses.")
    click.echo(f"{counted(table.unclear, 'clause')} of the contracts have no topic that is known.")
    if table.unclear:
        click.echo("Of documents of an older version, rules of today may know more: dosije extract --again", err=True)
