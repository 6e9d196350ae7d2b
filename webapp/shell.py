"""The header of every page: navigation, the tools menu with the number of doubts, and the colour scheme."""

from __future__ import annotations

from flask import Flask, current_app, g, request, url_for

from archive.facts.review import counted_doubts
from webapp.access.callers import known_caller
from webapp.access.guard import may_open
from webapp.forms import current_story
from webapp.languages.translation import gettext, marked, number
from webapp.links import choice_url, fixed_url
from webapp.pages.parts import Link
from webapp.room import current_room

LIGHT = "light"
"""The cookie with the reader's colour scheme."""

LIGHTS = {"auto": marked("Same as this device"), "light": marked("Light"), "dark": marked("Dark")}

_ROOMS = {
    "search.show": (marked("Search"), ("facets", "certificate", "document", "page", "clause", "beside", "cite")),
    "findings.show_all": (marked("Findings"), ("report",)),
    "vendors.show_all": (marked("Vendors"), ("vendor_rulings",)),
    "places.show_all": (marked("Places"), ()),
    "stories.show_all": (marked("Stories"), ()),
}
"""Navigation links: the label and the further blueprints of each section, by view."""

_TOOLS = {
    "review.show": marked("Review"),
    "saved.show_all": marked("Saved searches"),
    "lists.show": marked("List search"),
    "verify.show": marked("Verify a quotation"),
    "desk.show": marked("Clause desk"),
    "topics.show_all": marked("Topics across contracts"),
    "compare.templates": marked("Templates"),
    "packets.show_all": marked("Packets"),
    "report.show": marked("Report of the findings"),
    "rates.show": marked("Exchange rates"),
    "collections.show_all": marked("Collections"),
    "add.show": marked("Add documents"),
}
"""Entries of the tools menu, by view."""


def install(app: Flask) -> None:
    """Register the functions of the page header with the templates of ``app``."""
    app.jinja_env.globals |= {
        "rooms": rooms,
        "tools": tools,
        "doubts": doubts,
        "lights": lights,
        "light": light,
        "choice_url": choice_url,
    }


def rooms() -> list[Link]:
    """Return the navigation links, with the current section marked."""
    there = current_app.view_functions
    links = [
        Link(gettext(name), fixed_url(view), current=request.blueprint in (view.partition(".")[0], *others))
        for view, (name, others) in _ROOMS.items()
        if view in there
    ]
    if story := current_story():
        url, count = url_for("stories.show", story_id=story.id), number(story.count)
        links[-1] = Link(gettext("Story"), url, links[-1].current, count)
    return links


def tools() -> list[Link]:
    """Return the entries of the tools menu that the reader may open; that of the review with the number of doubts."""
    return [
        Link(gettext(name), fixed_url(view), request.endpoint == view, doubts() if view == "review.show" else None)
        for view, name in _TOOLS.items()
        if may_open(view)
    ]


def doubts() -> str | None:
    """Return the number of open doubts as last counted; None if it is 0 or the reader may not review."""
    if "doubts" not in g:
        may_review = known_caller() is not None and may_open("review.show")
        g.doubts = counted_doubts(current_room().archive.catalog) if may_review else None
    return number(g.doubts) if g.doubts else None


def light() -> str:
    """Return the reader's colour scheme, ``auto`` by default."""
    chosen = request.cookies.get(LIGHT, "")
    return chosen if chosen in LIGHTS else "auto"


def lights() -> list[Link]:
    """Return the links that choose a colour scheme and redirect back."""
    return [Link(gettext(name), choice_url("/light", one), one == light()) for one, name in LIGHTS.items()]
