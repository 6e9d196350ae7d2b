"""Findings as CSV, and as workbooks with sheets of evidence and method. Each number has a link."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import IO

from archive.errors import UsageError
from archive.findings.counting import RULES
from archive.findings.definition import Definition, VatBasis
from archive.findings.municipalities import POPULATION_SOURCE
from archive.findings.records import CellAddress, NumberAddress, Shown, plain, rows_with_proofs
from archive.findings.table import Cell as Number
from archive.findings.table import Table, TableRow
from archive.search.facets import label
from archive.search.masking import Masking, masked_value
from archive.search.spreadsheets import Cell, Linked, csv_row, write_sheets
from archive.store.catalog import Catalog
from webapp.languages.translation import gettext, said
from webapp.state import FindingState

_OF_FACTS = "units", "documents", "unknown", "corrected", "confirmed", "disputed"
_NUMBER_COLUMNS = ("column", "number", "per inhabitants", *_OF_FACTS, "address")
_OF_EVIDENCE = "unit", "document", "title", "field", "value", "status", "disputed", "page", "quote", "address"
_EVIDENCE_COLUMNS = ("column", *_OF_EVIDENCE)
_ALL = "All"
SHARED = "Shared by several rows"
"""Label of the row that is added to the others for the total (:mod:`archive.findings.measures`)."""

PageAddress = Callable[[str, int | None, tuple[int, int, int] | None], str]
"""A function that returns the URL of a document: its id, the page, and the reading with first and last word to mark."""


def cell_address(table: Table, base: str, as_of: str = "", story: str = "") -> CellAddress:
    """Return the function for URLs of the numbers of a table, below ``base``.

    It was counted ``as_of`` a moment or now, from all documents or those of a ``story``.
    """
    state = _state(table, as_of, story)
    return lambda row, column: base + state.cell_url(row, column)


def number_address(table: Table, base: str, as_of: str = "", story: str = "") -> NumberAddress:
    """Return the function for URLs of the numbers in sentences."""
    state = _state(table, as_of, story)
    return lambda joining: base + state.number_url(joining)


def _state(table: Table, as_of: str, story: str) -> FindingState:
    """Return the options of a table that its numbers depend on."""
    vat = table.definition.facts.vat
    asked = "" if vat is VatBasis.PRINTED else str(vat)
    convert = table.definition.convert or ""
    return FindingState(table.definition.name, as_of=as_of, vat=asked, convert=convert, story=story)


MOST_FACTS = 200_000
"""Maximum number of facts in a response: each takes 0.25 ms and half a kilobyte."""


def refuse_too_much(table: Table, most: int = MOST_FACTS) -> None:
    """Raise an error if the numbers of a table have too many facts for a file.

    :raises UsageError: there are more than ``most``.
    """
    count = sum(len(cell.proofs) for row in table.every_row for cell in row.cells)
    if count > most:
        raise UsageError(
            gettext("%(count)s facts make these numbers; a file has at most %(most)s.", count=count, most=most),
            gettext("Take the table as CSV, which has no facts, or a number by itself: its page has its facts."),
        )


def csv_lines(table: Table, at: CellAddress, mask: Masking | None) -> Iterator[str]:
    """Yield the lines of a CSV file (RFC 4180), one per number; ``at`` gives their URLs, ``mask`` hides texts."""
    yield csv_row((*table.definition.group, *_NUMBER_COLUMNS))
    for row in table.every_row:
        for column, cell in zip(table.columns, row.cells, strict=True):
            per = None if cell.per is None else f"{float(cell.per):.4f}"
            told = column.label, number_text(cell.number), per, *_facts(cell), at(row, column)
            cells = (*key_texts(row, table), *told)
            yield csv_row(masked_value(list(cells), mask))


def write_workbook(
    table: Table, catalog: Catalog, at: CellAddress, page: PageAddress, file: IO[bytes], mask: Masking | None
) -> None:
    """Write a workbook: the table, what each number is made of, the facts, and the method.

    ``mask`` hides texts of documents.
    """
    head = table.definition.group
    sheets: dict[str, Iterable[Iterable[Cell | Linked]]] = {
        "Table": chain([(*head, *(column.label for column in table.columns))], _numbers(table, at)),
        "Numbers": chain([(*head, *_NUMBER_COLUMNS)], _source_rows(table, at)),
        "Evidence": chain([(*head, *_EVIDENCE_COLUMNS)], _evidence(table, catalog, page)),
        "Method": [(line,) for line in (*method_lines(table), *map(said, table.notes))],
    }
    masked = {name: (masked_value(list(row), mask) for row in rows) for name, rows in sheets.items()}
    write_sheets(masked, file)


def method_lines(table: Table, *, cannot: bool = True) -> tuple[str, ...]:
    """Return how a table was made and, unless ``cannot`` is false, its limits, in the language of the reader."""
    definition, as_of = table.definition, table.as_of
    return (
        said(definition.title),
        said(definition.about),
        gettext(
            "Made from the archive at event %(event)s (%(hash)s), index %(index)s.",
            event=as_of.event,
            hash=as_of.hash or gettext("empty"),
            index=as_of.generation,
        ),
        *_limits(definition),
        *map(said, RULES),
        *((gettext("Inhabitants: %(source)s.", source=said(POPULATION_SOURCE)),) if definition.per_inhabitants else ()),
        *(gettext("It cannot know: %(what)s", what=said(what)) for what in (definition.cannot if cannot else ())),
    )


def _limits(definition: Definition) -> Iterator[str]:
    """Yield the restrictions of what is counted."""
    asked, speaks = definition.request, definition.facts.speaks
    if asked:
        search = f"{asked.text!r} {dict(asked.filters)}"
        yield gettext("Only what this search finds: %(search)s", search=search)
    if speaks:
        kinds = ", ".join(said(label("kind", kind)) for kind in speaks)
        yield gettext("Kinds of documents that count, most trusted first: %(kinds)s.", kinds=kinds)


def number_text(number: Decimal | None) -> str:
    """Return a number without an exponent, as an integer or with two decimals; empty if it is unknown."""
    if number is None:
        return ""
    return f"{number:.0f}" if number == number.to_integral_value() else f"{number:.2f}"


def key_texts(row: TableRow, table: Table) -> Sequence[str]:
    """Return the key of a row, as in files and on the command line."""
    if not row.key or row.is_shared:
        return [SHARED if row.is_shared else _ALL, *([""] * (len(table.definition.group) - 1))]
    return [value or "Unknown" for value in row.key]


def _facts(cell: Number) -> tuple[int, ...]:
    """Return how many units, documents and facts a number is made of, by status."""
    return cell.units, cell.documents, cell.unknown, cell.corrected, cell.confirmed, cell.disputed


def _numbers(table: Table, at: CellAddress) -> Iterator[tuple[Cell | Linked, ...]]:
    for row in table.every_row:
        cells: list[Cell | Linked] = [*key_texts(row, table)]
        for column, cell in zip(table.columns, row.cells, strict=True):
            number = plain(cell.number)
            cells.append(None if number is None else Linked(number, at(row, column)))
        yield tuple(cells)


def _source_rows(table: Table, at: CellAddress) -> Iterator[tuple[Cell | Linked, ...]]:
    for row in table.every_row:
        for column, cell in zip(table.columns, row.cells, strict=True):
            url, number = at(row, column), plain(cell.number)
            told = None if number is None else Linked(number, url)
            per = None if cell.per is None else Linked(round(float(cell.per), 4), url)
            yield (*key_texts(row, table), column.label, told, per, *_facts(cell), url)


def _evidence(table: Table, catalog: Catalog, page: PageAddress) -> Iterator[tuple[Cell, ...]]:
    for row, proofs in rows_with_proofs(catalog, table.every_row[:-1]):
        for column, of_cell in zip(table.columns, proofs, strict=True):
            for one in of_cell:
                yield (*key_texts(row, table), column.label, *_proof(one, page))


def _proof(one: Shown, page: PageAddress) -> tuple[Cell, ...]:
    fact, proof = one.proof.fact, one.proof
    disputed = "disputed" if proof.is_disputed else None
    said: tuple[Cell, ...] = (fact.field, fact.value, str(fact.status), disputed) if fact else (None,) * 4
    if one.evidence is None or fact is None or fact.span is None:
        return proof.unit, proof.document, one.known.title, *said, None, None, page(proof.document, None, None)
    number, span = one.evidence.page.number, fact.span
    address = page(proof.document, number, (span.reading, span.first, span.last))
    return proof.unit, proof.document, one.known.title, *said, number, one.evidence.quote, address
