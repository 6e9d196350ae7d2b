"""``/chosen``: actions on selected results: compare, cite, export, tag, correct.

The selection is posted, because it is too long for a URL. Only tags, and corrections confirmed on the next page, change
data.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from archive.citing.copying import copied, public_address
from archive.citing.styles import CitationStyle
from archive.errors import UsageError
from archive.facts.corrections import NEEDED, Corrections, decide_lines, read_lines
from archive.facts.values import known_field
from archive.model.description import Description
from archive.search.masking import masked_results
from archive.search.results import Hit, SearchResults
from archive.search.spreadsheets import csv_lines
from archive.store.stories.story import Marks
from webapp.access.callers import caller
from webapp.choosing import chosen_hits, chosen_items, citations_of
from webapp.delivery import csv_file
from webapp.forms import known_person, person
from webapp.languages.translation import gettext, said_error
from webapp.links import beside_url, compare_url, own_page
from webapp.pages.citation import usual_style
from webapp.pages.hits.chosen import present_cited, present_correcting
from webapp.pages.review.corrections import present_outcomes
from webapp.room import asked_mask, base_url, current_room
from webapp.state import SearchState
from webapp.views.search import document_address

blueprint = Blueprint("chosen", __name__, url_prefix="/chosen")


@blueprint.post("/compare")
def compare() -> ResponseReturnValue:
    """Redirect to the comparison of the two selected documents or clauses."""
    hits = chosen_hits()
    clauses = [f"{hit.id}/{hit.clause.eid}" for hit in hits if hit.clause]
    if len(hits) != 2 or len(clauses) == 1:
        raise UsageError(gettext("Two documents are compared, or two clauses."), gettext("Choose just two."))
    if clauses:
        return redirect(compare_url(clauses[0], clauses[1]), code=303)
    return redirect(beside_url(hits[0].id, hits[1].id, SearchState()), code=303)


@blueprint.post("/cite", endpoint="cite")
def cite_chosen() -> str:
    """Show the citations of all selected results as one text to copy. ``style`` is one of :class:`CitationStyle`."""
    hits, catalog = chosen_hits(), current_room().archive.catalog
    cited = list(citations_of(hits))
    asked = request.form.get("style", "")
    style = CitationStyle(asked) if asked in list(CitationStyle) else None
    address = public_address(current_room().archive.settings, base_url())
    copies = [(copied(catalog, one, address), style or usual_style(one)) for one in cited]
    without = {hit.id: hit.description for hit in hits if hit.id not in {one.document.id for one in cited}}
    page = present_cited(copies, style, tuple(without.values()), chosen_items())
    return render_template("chosen_cited.html", page=page)


@blueprint.post("/export.csv", endpoint="export")
def export() -> Response:
    """Send a table of all selected results with their first excerpts. ``mask`` is that of other exports."""
    hits = chosen_hits()
    results = SearchResults("", len(hits), 0, (), tuple(hits))
    return csv_file(csv_lines(masked_results((results,), asked_mask()), document_address()), "chosen.csv")


@blueprint.post("/tag")
def tag() -> ResponseReturnValue:
    """Add a personal ``tag`` to all selected documents."""
    user, marks = caller().user, current_room().archive.catalog.marks
    if user is None:
        raise Forbidden(gettext("Marks are kept for readers who have logged in."))
    name = request.form.get("tag", "")
    documents = _documents(chosen_hits())
    known = marks.of(user.name, list(documents))
    for id_ in documents:
        before = known.get(id_, Marks())
        marks.put(user.name, id_, replace(before, tags=(*before.tags, name)))
    return redirect(own_page(request.form.get("back", "")), code=303)


@blueprint.post("/correct")
def correct() -> ResponseReturnValue:
    """Show the form for a ``field`` and ``value`` to set in all selected documents; with both, preview the changes."""
    documents, form = _documents(chosen_hits()), request.form
    if not form.get("field") or not form.get("value", "").strip():
        page = present_correcting(tuple(documents.values()), chosen_items(), known_person())
        return render_template("chosen_correct.html", page=page)
    field, value, by, room = known_field(form["field"]), form["value"].strip(), form.get("by", ""), current_room()
    table = io.StringIO()
    csv.writer(table).writerows([(*NEEDED, "value"), *((id_, field, value) for id_ in documents)])
    try:
        by = person()
        lines = read_lines(table.getvalue().encode(), "")
        outcomes = decide_lines(
            room.archive.catalog, Corrections(room.archive.catalog, room.places), lines, by, try_only=True
        )
    except UsageError as error:
        page = present_correcting(tuple(documents.values()), chosen_items(), by, said_error(error))
        return render_template("chosen_correct.html", page=page), error.http_status
    shown = present_outcomes(by, table.getvalue(), outcomes, applied=False, later=False)
    return render_template("review_table.html", page=shown)


def _documents(hits: Sequence[Hit]) -> dict[str, Description]:
    """Return the selected documents and those of selected clauses, without duplicates."""
    return {hit.id: hit.description for hit in hits}
