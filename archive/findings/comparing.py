"""A finding as of two events: both are counted, and what happened between them is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from archive.description import Description
from archive.errors import Message
from archive.findings.changes import ChangedCell, Comparison, compare
from archive.findings.counting import run
from archive.findings.definition import Definition
from archive.findings.happenings import Happening, happenings
from archive.findings.records import as_of_record, plain
from archive.search.engine import SearchEngine
from archive.search.service import SearchService
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


def comparison_record(comparison: Comparison, catalog: Catalog) -> dict[str, Any]:
    """What changed, for programs."""
    before, after = comparison.before, comparison.after
    named = catalog.describe({id_ for cell in comparison.cells for id_ in cell.documents})
    return {
        "name": after.definition.name,
        "title": after.definition.title,
        "group": list(after.definition.group),
        "before": as_of_record(before) | {"notes": list(before.notes)},
        "after": as_of_record(after) | {"notes": list(after.notes)},
        "cells": [_cell(cell, after.definition, named) for cell in comparison.cells],
    }


def _cell(cell: ChangedCell, definition: Definition, named: Mapping[str, Description]) -> dict[str, Any]:
    return {
        "key": dict(zip(definition.group, cell.key, strict=False)),
        "column": cell.column,
        "label": cell.label,
        "before": plain(cell.before.number) if cell.before else None,
        "after": plain(cell.after.number) if cell.after else None,
        "documents": [{"id": id_, "filename": named[id_].filename} for id_ in cell.documents],
        "reasons": [_reason(one) for one in cell.reasons],
    }


def _reason(one: Happening) -> dict[str, Any]:
    return {
        "event": one.event,
        "at": one.at,
        "what": str(one.what),
        "document": one.document,
        "by": one.by,
        "field": one.field,
        "before": list(one.before),
        "after": list(one.after),
    }


def _reason_line(one: Happening, named: Mapping[str, Description]) -> str:
    return str(one) if one.document is None else f"{one.document[:12]} {named[one.document].filename}: {one}"
