"""Comparison of a finding as of two events: the numbers that changed, and the logged changes that explain them.

A changed number is made of units whose facts differ between the runs. Changes of their documents between the runs are
given as reasons, if they concern a field that the finding counts or that determines the grouping.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from archive.errors import Message
from archive.findings.counting import run
from archive.findings.definition import Definition
from archive.findings.derived import fields_of
from archive.findings.precedence import Proof
from archive.findings.records import StateAnswer, plain
from archive.findings.table import UNITS, Cell, Table, TableRow
from archive.findings.tabulation import row_order
from archive.model.description import Description
from archive.search.engine import SearchEngine
from archive.search.service import SearchService
from archive.serialization import serialize
from archive.store.catalog import Catalog
from archive.store.events import Entry, EventName


class ChangeKind(StrEnum):
    """Kinds of logged changes."""

    ADDED = "added"
    READ_AGAIN = "read again"
    RULES_AGAIN = "read by other rules"
    DECIDED = "decided by a person"
    UNDONE = "decision taken back"
    VENDORS = "vendors merged or split"


@dataclass(frozen=True, slots=True)
class LoggedChange:
    """A logged change; ``document`` is None for one of vendors.

    ``by`` is the person, ``field`` the field of a decision, with its values ``before`` and ``after``.
    """

    event: int
    at: str
    what: ChangeKind
    document: str | None
    by: str | None = None
    field: str | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = f"{self.what} by {self.by}" if self.what is ChangeKind.VENDORS else str(self.what)
        if self.field is not None:
            change = f"{', '.join(self.before) or 'nothing'} → {', '.join(self.after) or 'nothing'}"
            told = f"{told.removesuffix(' by a person')} by {self.by}: {self.field} {change}"
        return f"{told} (event {self.event}, {self.at[:10]})"


def logged_changes(entries: Iterable[Entry]) -> list[LoggedChange]:
    """Return those of these events that can change a finding; annotations and checks cannot."""
    found = []
    for entry in entries:
        detail: Mapping[str, Any] = json.loads(entry.detail)
        what = _change_kind(entry.name, detail)
        if what is not None:
            before, after = (tuple(one["value"] for one in detail.get(name, ())) for name in ("before", "after"))
            by, field = detail.get("by"), detail.get("field")
            found.append(LoggedChange(entry.number, entry.at, what, entry.document, by, field, before, after))
    return found


def _change_kind(name: str, detail: Mapping[str, Any]) -> ChangeKind | None:
    if name == EventName.INGESTION:
        return ChangeKind.ADDED
    if name == EventName.METADATA_EXTRACTION and "facts" in detail:
        return ChangeKind.RULES_AGAIN if "facts_before" in detail else ChangeKind.READ_AGAIN
    if name == EventName.METADATA_MODIFICATION and "field" in detail:
        return ChangeKind.UNDONE if "undoes" in detail else ChangeKind.DECIDED
    if name == EventName.METADATA_MODIFICATION and "annotation" not in detail and "by" in detail:
        # A ruling that two vendors are distinct changes neither of them.
        return None if detail.get("action") == "apart vendors" else ChangeKind.VENDORS
    return None


PLACING_FIELDS = frozenset(
    {
        "kind",
        "year",
        "date",
        "deadline",
        "municipality",
        "buyer",
        "vendor",
        "bidder",
        "bids",
        "reference",
        "related",
        "procedure",
    }
)
"""Fields that determine the procedure of a document, what the procedure lacks, and whose it is."""

Key = tuple[str | None, ...]
_Identity = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A number that differs between two runs, or is made of other facts; None if the row is missing.

    ``reasons`` are changes of ``documents``, those of the differing units; without any, the grouping or a copy has
    changed.
    """

    key: Key
    column: str
    label: str
    before: Cell | None
    after: Cell | None
    documents: tuple[str, ...]
    reasons: tuple[LoggedChange, ...]


@dataclass(frozen=True, slots=True)
class TableComparison:
    """The differences between two runs; the key of a cell of the total is empty."""

    before: Table
    after: Table
    cells: tuple[ChangedCell, ...]


def compare(before: Table, after: Table, happened: Sequence[LoggedChange]) -> TableComparison:
    """Compare two tables.

    :param happened: all logged changes between the two runs.
    """
    labels = {column.id: column.label for table in (before, after) for column in table.columns}
    keys = [row.key for row in (*after.rows, after.total)]
    keys += [row.key for row in before.rows if row.key not in set(keys)]
    papers = _papers(before), _papers(after)
    by_document: dict[str | None, list[LoggedChange]] = {}
    for one in happened:
        if _matters(one, after):
            by_document.setdefault(one.document, []).append(one)
    cells = []
    for key in sorted(keys, key=lambda key: (not key, row_order(key))):
        rows = before.row(key), after.row(key)
        for column, label in labels.items():
            was, now = _cell(before, rows[0], column), _cell(after, rows[1], column)
            if _is_same(was, now):
                continue
            units = _other(was, now) or _other(_cell(before, rows[0], UNITS), _cell(after, rows[1], UNITS))
            documents = tuple(sorted({id_ for of_table in papers for unit in units for id_ in of_table.get(unit, ())}))
            reasons = [one for id_ in documents for one in by_document.get(id_, ())]
            if "vendor" in after.definition.group or not reasons:
                reasons += by_document.get(None, ())
            ordered = tuple(sorted(reasons, key=lambda one: one.event))
            cells.append(ChangedCell(key, column, label, was, now, documents, ordered))
    return TableComparison(before, after, tuple(cells))


def _matters(one: LoggedChange, table: Table) -> bool:
    counted = fields_of(table.definition.facts.field)
    if one.what not in (ChangeKind.DECIDED, ChangeKind.UNDONE) or not counted:
        return True
    return one.field in counted or one.field in PLACING_FIELDS or one.field in table.definition.group


def _papers(table: Table) -> Mapping[str, set[str]]:
    """Return the documents of every unit."""
    cell = _cell(table, table.total, UNITS)
    found: dict[str, set[str]] = {}
    for proof in cell.proofs if cell else ():
        found.setdefault(proof.unit, set()).add(proof.document)
    return found


def _cell(table: Table, row: TableRow | None, column: str) -> Cell | None:
    place = table.place_of(column)
    return None if row is None or place is None else row.cells[place]


def _is_same(was: Cell | None, now: Cell | None) -> bool:
    if was is None or now is None:
        # A column or row that appeared or disappeared without content is no change.
        return not any(cell and (cell.number or cell.proofs) for cell in (was, now))
    return was.number == now.number and not _other(was, now)


def _other(was: Cell | None, now: Cell | None) -> set[str]:
    """Return the units for which a cell has different facts in the two runs."""
    old, new = _identities(was.proofs if was else ()), _identities(now.proofs if now else ())
    return {identity[0] for identity in old ^ new}


def _identities(proofs: Iterable[Proof]) -> set[_Identity]:
    return {
        (proof.unit, proof.document, proof.fact.field if proof.fact else "", proof.fact.value if proof.fact else "")
        for proof in proofs
    }


NO_REASON = Message("nothing happened to its documents: others changed what belongs together, or which is a copy")
"""The reason of a number that changed though none of its documents did."""


def compare_runs(
    definition: Definition, catalog: Catalog, search: SearchService, engine: SearchEngine, first: int, second: int
) -> TableComparison:
    """Compare a finding as of two events, given in any order.

    :raises archive.errors.UsageError: there is no such event, or the search of the finding has too many hits.
    """
    earlier, later = sorted((first, second))
    before = run(definition, catalog, search, engine, earlier)
    after = run(definition, catalog, search, engine, later)
    return compare(before, after, logged_changes(catalog.events.between(earlier, later)))


def comparison_lines(comparison: TableComparison, catalog: Catalog) -> Iterator[str]:
    """Yield the differences as text."""
    before, after = comparison.before, comparison.after
    yield f"{after.definition.title}: from event {before.as_of.event} to event {after.as_of.event}"
    yield ""
    named = catalog.documents.descriptions({id_ for cell in comparison.cells for id_ in cell.documents})
    for cell in comparison.cells:
        row = " / ".join(value or "Unknown" for value in cell.key) or "All"
        was, now = (plain(one.number) if one else None for one in (cell.before, cell.after))
        yield f"{row}: {cell.label} {'–' if was is None else was} → {'–' if now is None else now}"
        yield from (f"    {_reason_line(reason, named)}" for reason in cell.reasons)
        if not cell.reasons:
            yield f"    {NO_REASON}"
            yield from (f"    {id_[:12]} {named[id_].filename}" for id_ in cell.documents)
    if not comparison.cells:
        yield "Nothing changed."
    yield from dict.fromkeys((*before.notes, *after.notes))


def comparison_record(comparison: TableComparison, catalog: Catalog) -> dict[str, Any]:
    """Return the differences as JSON."""
    before, after = comparison.before, comparison.after
    named = catalog.documents.descriptions({id_ for cell in comparison.cells for id_ in cell.documents})
    return {
        "name": after.definition.name,
        "title": after.definition.title,
        "group": list(after.definition.group),
        "before": serialize(StateAnswer, before.as_of) | {"notes": list(before.notes)},
        "after": serialize(StateAnswer, after.as_of) | {"notes": list(after.notes)},
        "cells": [_cell_record(cell, after.definition, named) for cell in comparison.cells],
    }


def _cell_record(cell: ChangedCell, definition: Definition, named: Mapping[str, Description]) -> dict[str, Any]:
    return {
        "key": dict(zip(definition.group, cell.key, strict=False)),
        "column": cell.column,
        "label": cell.label,
        "before": plain(cell.before.number) if cell.before else None,
        "after": plain(cell.after.number) if cell.after else None,
        "documents": [{"id": id_, "filename": named[id_].filename} for id_ in cell.documents],
        "reasons": [serialize(LoggedChange, one) for one in cell.reasons],
    }


def _reason_line(one: LoggedChange, named: Mapping[str, Description]) -> str:
    return str(one) if one.document is None else f"{one.document[:12]} {named[one.document].filename}: {one}"
