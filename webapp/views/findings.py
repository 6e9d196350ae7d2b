"""``GET /findings``: counted tables, what makes each of their numbers, and what changed between two moments."""

from __future__ import annotations

from itertools import islice

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from archive.errors import UsageError
from archive.findings.comparing import compare_runs
from archive.findings.counting import run
from archive.findings.files import load, readable
from archive.findings.moments import event_at
from archive.findings.records import shown
from archive.findings.table import Table
from archive.search.request import UNKNOWN
from webapp.finding_state import FindingState
from webapp.languages.sentences import said
from webapp.languages.translation import gettext
from webapp.presenters.finding_changes import present_changes
from webapp.presenters.findings import PROOFS_SHOWN, present_cell, present_finding, present_findings
from webapp.room import current_room
from webapp.search_state import positive_number

blueprint = Blueprint("findings", __name__)


@blueprint.get("/findings")
def show_all() -> str:
    """Every finding, with what is wrong with the files of those that cannot be read."""
    found, wrong = readable(current_room().archive.home)
    return render_template("findings.html", page=present_findings(found, wrong))


@blueprint.get("/findings/<name>")
def show(name: str) -> str:
    """A finding (:class:`webapp.finding_state.FindingState`), with pictures of it."""
    state = FindingState.from_arguments(name, request.args)
    table = counted(state)
    if state.sort and table.place_of(state.sort) is None:
        title = said(table.definition.title)
        raise UsageError(gettext("%(title)s has no column %(column)s.", title=title, column=repr(state.sort)))
    catalog = current_room().archive.catalog
    coverage = None if state.as_of else catalog.coverage.survey(table.as_of.generation)
    return render_template("finding.html", page=present_finding(table, state, coverage))


@blueprint.get("/findings/<name>/cell")
def cell(name: str) -> str:
    """The facts that make the number of a ``row`` and a ``column``; of the total, if no row is named."""
    state = FindingState.from_arguments(name, request.args)
    table = counted(state)
    key = [None if value == UNKNOWN else value for value in request.args.getlist("row")]
    row, place = table.row(key), table.place_of(request.args.get("column", ""))
    if row is None or place is None:
        title = said(table.definition.title)
        raise NotFound(gettext("%(title)s has no such row or column.", title=title))
    first = positive_number("first", request.args.get("first") or "1")
    proofs = islice(row.cells[place].proofs, first - 1, first - 1 + PROOFS_SHOWN)
    listed = list(shown(current_room().archive.catalog, proofs))
    return render_template("finding_cell.html", page=present_cell(table, state, row, place, listed, first))


@blueprint.get("/findings/<name>/changes")
def changes(name: str) -> str:
    """What changed of a finding from the moment ``against`` to ``as_of``, or to now, and why."""
    state = FindingState.from_arguments(name, request.args)
    archive = current_room().archive
    if not state.against:
        raise UsageError(gettext("Nothing is named to compare with."), gettext("Name a day or an event."))
    moments = [event_at(archive.catalog, text) for text in (state.against, state.as_of) if text]
    newest = archive.catalog.events.newest()
    parts = archive.catalog, archive.search, archive.engine
    comparison = compare_runs(load(archive.home, name), *parts, moments[0], moments[1] if state.as_of else newest)
    return render_template("finding_changes.html", page=present_changes(comparison, state, archive.catalog))


def counted(state: FindingState) -> Table:
    """The table that a state asks for.

    :raises archive.errors.UnknownFinding: there is no such finding.
    :raises UsageError: its file is wrong, or its moment is none.
    """
    archive = current_room().archive
    event = event_at(archive.catalog, state.as_of) if state.as_of else None
    return run(load(archive.home, state.name), archive.catalog, archive.search, archive.engine, event)
