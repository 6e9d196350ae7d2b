"""``GET /facets/<name>``: all values of a facet in a search, to choose or leave out."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from archive.search.filters import as_meant
from webapp.languages.translation import gettext
from webapp.presenters.facet_page import VALUES_SHOWN, present_facet, with_part
from webapp.presenters.places import unit_label
from webapp.room import checked, current_room
from webapp.search_state import SearchState, positive_number

blueprint = Blueprint("facets", __name__)


@blueprint.get("/facets/<name>")
def show(name: str) -> str:
    """The values with ``find`` in them, in either script and without diacritics, from number ``first`` on."""
    archive = current_room().archive
    asked = SearchState.from_arguments(request.args)
    state = replace(asked, filters=as_meant(archive.catalog, asked.filters), results_page=1)
    if name not in state.unit.facets:
        unit = unit_label(state.unit).lower()
        raise NotFound(
            gettext("There is no filter %(name)s in a search for %(unit)s.", name=repr(name[:40]), unit=unit)
        )
    find = request.args.get("find", "")[:200]
    first = positive_number("first", request.args.get("first") or "1")
    checked(asked)
    service, _ = archive.searching(state.unit)
    found = with_part(name, service.search(state.request(size=1), may_be_partial=True).facets[name], find)
    if first > max(1, len(found)):
        raise NotFound(gettext("The values end before number %(number)s.", number=first))
    shown = found[first - 1 : first - 1 + VALUES_SHOWN]
    return render_template("facet.html", page=present_facet(state, name, find, shown, first, len(found)))
