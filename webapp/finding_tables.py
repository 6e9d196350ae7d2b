"""Findings as files: CSV, a workbook with sheets of evidence and method, JSON. Each number has its address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import IO
from urllib.parse import urlencode

from archive.findings.counting import RULES
from archive.findings.population import SOURCE
from archive.findings.records import Addresses, Shown, key_in_address, plain, shown
from archive.findings.table import Column, Row, Table
from archive.store.catalog import Catalog
from webapp.exports import Cell, Linked, csv_row, write_sheets

_NUMBER_COLUMNS = ("column", "number", "units", "documents", "unknown", "per inhabitants", "by persons", "address")
_EVIDENCE_COLUMNS = ("column", "unit", "document", "title", "field", "value", "status", "page", "quote", "address")
_ALL = "All"

PageAddress = Callable[[str, int | None, tuple[int, int, int] | None], str]
"""Where a document is to be read: its id, the page, and the reading with the first and last word to mark."""


def cell_path(name: str, row: Row, column: Column) -> str:
    """The address of a number's evidence below the reading room."""
    query = urlencode([*(("row", value) for value in key_in_address(row.key)), ("column", column.id)])
    return f"/findings/{name}/cell?{query}"


def addresses(table: Table, base: str) -> Addresses:
    """The addresses of every number below ``base``."""
    rows = (*table.rows, table.total)
    return {(r.key, c.id): base + cell_path(table.definition.name, r, c) for r in rows for c in table.columns}


def csv_lines(table: Table, base: str) -> Iterator[str]:
    """The lines of a CSV file (RFC 4180), one for each number."""
    yield csv_row((*table.definition.group, *_NUMBER_COLUMNS))
    for row in (*table.rows, table.total):
        for column, cell in zip(table.columns, row.cells, strict=True):
            per = None if cell.per is None else f"{float(cell.per):.4f}"
            yield csv_row(
                (
                    *_key(row, table),
                    column.label,
                    number_text(cell.number),
                    cell.units,
                    cell.documents,
                    cell.unknown,
                    per,
                    cell.persons,
                    base + cell_path(table.definition.name, row, column),
                )
            )


def write_workbook(table: Table, catalog: Catalog, base: str, page: PageAddress, file: IO[bytes]) -> None:
    """Write a workbook with sheets of the table, of the facts behind it, and of how it was made."""
    head = table.definition.group
    sheets: dict[str, Iterable[Iterable[Cell | Linked]]] = {
        "Table": chain([(*head, *(column.label for column in table.columns))], _numbers(table, base)),
        "Evidence": chain([(*head, *_EVIDENCE_COLUMNS)], _evidence(table, catalog, page)),
        "Method": [(line,) for line in method_lines(table)],
    }
    write_sheets(sheets, file)


def method_lines(table: Table) -> tuple[str, ...]:
    """How a table was made, from what, and what it cannot know."""
    definition, as_of = table.definition, table.as_of
    speaks = ", ".join(definition.facts.speaks)
    asked = definition.request
    return (
        definition.title,
        definition.about,
        f"Made from the archive at event {as_of.event} ({as_of.hash or 'empty'}), index {as_of.generation}.",
        *((f"Only what this search finds: {asked.text!r} {dict(asked.filters)}",) if asked else ()),
        *((f"Documents that speak, the first at the head: {speaks}.",) if speaks else ()),
        *RULES,
        *((f"Inhabitants: {SOURCE}.",) if definition.per_inhabitants else ()),
        *(f"It cannot know: {what}" for what in definition.cannot),
    )


def number_text(number: Decimal | None) -> str:
    """A number without an exponent: whole, or with two decimals; nothing where it is unknown."""
    if number is None:
        return ""
    return f"{number:.0f}" if number == number.to_integral_value() else f"{number:.2f}"


def _key(row: Row, table: Table) -> Sequence[str]:
    return [value or "Unknown" for value in row.key] or [_ALL, *([""] * (len(table.definition.group) - 1))]


def _numbers(table: Table, base: str) -> Iterator[tuple[Cell | Linked, ...]]:
    for row in (*table.rows, table.total):
        cells: list[Cell | Linked] = [*_key(row, table)]
        for column, cell in zip(table.columns, row.cells, strict=True):
            number = plain(cell.number)
            address = base + cell_path(table.definition.name, row, column)
            cells.append(None if number is None else Linked(number, address))
        yield tuple(cells)


def _evidence(table: Table, catalog: Catalog, page: PageAddress) -> Iterator[tuple[Cell, ...]]:
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=True):
            for one in shown(catalog, cell.proofs):
                yield (*_key(row, table), column.label, *_proof(one, page))


def _proof(one: Shown, page: PageAddress) -> tuple[Cell, ...]:
    fact, proof = one.proof.fact, one.proof
    said: tuple[Cell, ...] = (fact.field, fact.value, str(fact.status)) if fact else (None, None, None)
    if one.evidence is None or fact is None or fact.span is None:
        return proof.unit, proof.document, one.title, *said, None, None, page(proof.document, None, None)
    number, span = one.evidence.page.number, fact.span
    address = page(proof.document, number, (span.reading, span.first, span.last))
    return proof.unit, proof.document, one.title, *said, number, one.evidence.quote, address
