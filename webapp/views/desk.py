"""``/desk``: the clause desk: contracts beside each other, a column a topic."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template, request

from archive.comparing.desk import MOST_TOPICS, clause_desk
from archive.comparing.topic_contracts import topic_named
from archive.errors import UsageError
from archive.search.request import Unit
from webapp.languages.translation import gettext, number
from webapp.pages.comparing.desk import present_desk
from webapp.room import checked, current_room
from webapp.state import SearchState, positive_number

blueprint = Blueprint("desk", __name__)


@blueprint.get("/desk")
def show() -> str:
    """Show the clauses on each ``topic`` in the contracts of a search; without a topic, those that its words find. The
    others are compared with the ``pinned`` contract; they begin at the ``first`` one."""
    arguments = request.args.copy()
    topics = tuple(dict.fromkeys(map(topic_named, filter(None, arguments.poplist("topic")))))
    if len(topics) > MOST_TOPICS:
        raise UsageError(gettext("At most %(most)s topics can be compared.", most=number(MOST_TOPICS)))
    state = checked(SearchState.from_arguments(arguments))
    unit = Unit.CLAUSES if state.text and not topics else Unit.DOCUMENTS
    state = replace(state, unit=unit, results_page=1)
    first = positive_number("first", request.args.get("first") or "1")
    pinned = request.args.get("pinned", "").strip() or None
    archive = current_room().archive
    service, _ = archive.searching(unit)
    desk = clause_desk(archive.catalog, service, state.request(1), topics, pinned, first - 1)
    shown = state.with_unit(Unit.DOCUMENTS)
    return render_template("desk.html", page=present_desk(desk, shown, topics, pinned, first))
