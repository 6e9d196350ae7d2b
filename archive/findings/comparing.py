"""A finding as of two events: both are counted, and what happened between them is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from archive.description import Description
from archive.errors import Message
from archive.findings.changes import Comparison, compare
from archive.findings.counting import run
from archive.findings.definition import Definition
from archive.findings.happenings import Happening, What, happenings
from archive.findings.records import StateAnswer, plain
from archive.search.engine import SearchEngine
from archive.search.service import SearchService
from archive.serialization import Id, JsonAnswer, attr, serialize
from archive.store.catalog import Catalog

NO_REASON = Message("nothing happened to its documents: others changed what belongs together, or which is a copy")
"""What is said of a number that changed without anything having happened to its documents."""


def compare_runs(
    definition: Definition, catalog: Catalog, search: SearchService, engine: SearchEngine, first: int, second: int
) -> Comparison:
    """What changed between two events, whichever is named first.

    :raises archive.errors.UsageError: there is no such event, or a search finds too much.
    """
    earlier, later = sorted((first, second))
    before = run(definition, catalog, search, engine, earlier)
    after = run(definition, catalog, search, engine, later)
    return compare(before, after, happenings(catalog.events_between(earlier, later)))


def comparison_lines(comparison: Comparison, catalog: Catalog) -> Iterator[str]:
    """What changed, to be read."""
    before, after = comparison.before, comparison.after
    yield f"{after.definition.title}: from event {before.as_of.event} to event {after.as_of.event}"
    yield ""
    named = catalog.describe({id_ for cell in comparison.cells for id_ in cell.documents})
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


class _NamedDocument(JsonAnswer):
    id: Id
    filename: str


class _ReasonAnswer(JsonAnswer):
    event: int
    at: str
    what: What
    document: Id | None
    by: str | None
    field: str | None
    before: tuple[str, ...]
    after: tuple[str, ...]


class _ChangedCellAnswer(JsonAnswer):
    key: Mapping[str, str | None]
    column: str
    label: str
    before: float | None = attr(lambda cell: cell.before and plain(cell.before.number))
    after: float | None = attr(lambda cell: cell.after and plain(cell.after.number))
    documents: tuple[_NamedDocument, ...]
    reasons: tuple[_ReasonAnswer, ...]


class _StateWithNotes(StateAnswer):
    notes: tuple[str, ...]


class ChangesAnswer(JsonAnswer):
    name: str = attr("after.definition.name")
    title: str = attr("after.definition.title")
    group: tuple[str, ...] = attr("after.definition.group")
    before: _StateWithNotes
    after: _StateWithNotes
    cells: tuple[_ChangedCellAnswer, ...]


def comparison_record(comparison: Comparison, catalog: Catalog) -> dict[str, Any]:
    """Return what changed."""
    before, after = comparison.before, comparison.after
    named = catalog.describe({id_ for cell in comparison.cells for id_ in cell.documents})
    cells = [
        serialize(
            _ChangedCellAnswer,
            cell,
            key=dict(zip(after.definition.group, cell.key, strict=False)),
            documents=[named[id_] for id_ in cell.documents],
        )
        for cell in comparison.cells
    ]
    states = {
        name: serialize(_StateWithNotes, table.as_of, notes=table.notes)
        for name, table in (("before", before), ("after", after))
    }
    return serialize(ChangesAnswer, comparison, **states, cells=cells)


def _reason_line(one: Happening, named: Mapping[str, Description]) -> str:
    return str(one) if one.document is None else f"{one.document[:12]} {named[one.document].filename}: {one}"
