"""Findings as JSON, and the evidence of a number: the facts that make it, each with its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from archive.facts.evidence import Evidence, EvidenceReader, fact_id, spans_of
from archive.findings.counting import RULES
from archive.findings.municipalities import POPULATION_SOURCE
from archive.findings.precedence import Proof
from archive.findings.table import Cell, Table, TableRow
from archive.model.description import Description
from archive.search.request import UNKNOWN
from archive.store.catalog import Catalog

Addresses = Mapping[tuple[tuple[str | None, ...], str], str]
"""Where the evidence of each number is to be read, by row and column."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A proof with its document's description, and the words that prove it; None for a person's correction."""

    proof: Proof
    known: Description
    evidence: Evidence | None


def shown(catalog: Catalog, proofs: Iterable[Proof]) -> Iterator[Shown]:
    """Proofs with their words, in the order given."""
    listed = list(proofs)
    described = catalog.documents.descriptions({proof.document for proof in listed})
    reader = EvidenceReader(catalog)
    reader.read(spans_of(proof.fact for proof in listed if proof.fact is not None))
    for proof in listed:
        known = described[proof.document]
        span = proof.fact.span if proof.fact else None
        yield Shown(proof, known, None if span is None else reader.of(span))


def finding_record(table: Table, catalog: Catalog, addresses: Addresses) -> dict[str, Any]:
    """A finding with every number and the facts that make it. An unknown value of a group is null."""
    definition = table.definition
    return {
        "name": definition.name,
        "title": definition.title,
        "about": definition.about,
        "counts": str(definition.counts),
        "group": list(definition.group),
        "as_of": as_of_record(table),
        "columns": [{"id": column.id, "label": column.label, "is_sum": column.is_sum} for column in table.columns],
        "rows": [_row(row, table, catalog, addresses) for row in table.rows],
        "shared": None if table.shared is None else _row(table.shared, table, catalog, addresses),
        "total": _row(table.total, table, catalog, addresses),
        "rules": list(RULES),
        "notes": list(table.notes),
        "inhabitants": POPULATION_SOURCE if definition.per_inhabitants else None,
        "cannot": list(definition.cannot),
    }


def as_of_record(table: Table) -> dict[str, Any]:
    """The state of the archive that a table was made from."""
    as_of = table.as_of
    return {
        "event": as_of.event,
        "at": as_of.at and as_of.at.isoformat(),
        "hash": as_of.hash,
        "index": as_of.generation,
    }


def _row(row: TableRow, table: Table, catalog: Catalog, addresses: Addresses) -> dict[str, Any]:
    cells = {}
    # One question to the catalog for the proofs of all cells, which share most of their documents.
    proofs = shown(catalog, [proof for cell in row.cells for proof in cell.proofs])
    for column, cell in zip(table.columns, row.cells, strict=True):
        cells[column.id] = _cell(cell, islice(proofs, len(cell.proofs))) | {"url": addresses[row.key, column.id]}
    return {
        "key": {} if row.is_shared else dict(zip(table.definition.group, row.key, strict=False)),
        "inhabitants": row.inhabitants,
        "cells": cells,
    }


def _cell(cell: Cell, proofs: Iterable[Shown]) -> dict[str, Any]:
    return {
        "number": plain(cell.number),
        "units": cell.units,
        "documents": cell.documents,
        "unknown": cell.unknown,
        "per_inhabitants": None if cell.per is None else round(float(cell.per), 4),
        "by_persons": cell.persons,
        "corrected": cell.corrected,
        "confirmed": cell.confirmed,
        "disputed": cell.disputed,
        "evidence": [_evidence(one) for one in proofs],
    }


def _evidence(one: Shown) -> dict[str, Any]:
    fact, span = one.proof.fact, one.proof.fact and one.proof.fact.span
    return {
        "unit": one.proof.unit,
        "document": one.proof.document,
        "fact": fact and fact_id(fact),
        "field": fact and fact.field,
        "value": fact and fact.value,
        "status": fact and str(fact.status),
        "disputed": one.proof.is_disputed,
        "converted": _converted(one.proof),
        "page": one.evidence and one.evidence.page.number,
        "quote": one.evidence and one.evidence.quote,
        "words": span and [span.first, span.last],
        "reading": span and span.reading,
    }


def _converted(proof: Proof) -> dict[str, Any] | None:
    """The amount that a fact comes to in another currency, and by which rate."""
    if proof.rate is None:
        return None
    rate = proof.rate
    return {
        "amount": str(proof.amount),
        "currency": rate.to,
        "rate": str(rate.rate),
        "date": rate.period,
        "source": rate.source,
    }


def plain(number: Decimal | None) -> int | float | None:
    """A number for JSON and sheets: whole where it is."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def key_in_address(key: Sequence[str | None]) -> list[str]:
    """The key of a row as an address has it: an unknown value has a name."""
    return [UNKNOWN if value is None else value for value in key]
