"""Comparison of clauses and contracts.

``/compare``: two clauses side by side; ``/compare/topic``: the clauses on one topic in a vendor's contracts;
``/templates``: contracts made from one template.
"""

from __future__ import annotations

from flask import Blueprint, render_template, request

from archive.comparing.clauses import ClauseText, addressed, clause_text, compare_clauses
from archive.comparing.desk import counterparts
from archive.comparing.templates import find_templates
from archive.comparing.topics import CONTRACTS, compare_topic, contracts_of
from archive.model.words import Words
from archive.search.request import SearchRequest, Unit
from archive.store.catalog import Catalog
from archive.vendors.entities import Entity
from webapp.pages.comparing.comparison import (
    CROPS,
    present_comparison,
    present_question,
    present_templates,
    present_topic,
    topic_links,
)
from webapp.pages.comparing.desk import ClausePicker, present_picker
from webapp.room import current_room
from webapp.state import positive_number

blueprint = Blueprint("compare", __name__)


@blueprint.get("/compare")
def show() -> str:
    """Show the clauses ``a`` and ``b``, each as ``ID/EID`` or as the URL of its page; without ``b``, a form."""
    catalog = current_room().archive.catalog
    named = [request.args.get(name, "").strip() for name in ("a", "b")]
    texts = [clause_text(catalog, *addressed(text)) for text in named if text]
    topics = topic_links(texts[0], _vendors(catalog, texts[0])) if texts else ()
    if len(texts) < 2:
        picker = _picker(texts[0]) if texts else None
        asked = present_question(named[0], named[1], topics, *texts)
        return render_template("compare.html", page=asked, picker=picker)
    one, other = texts
    words = _words(catalog, one), _words(catalog, other)
    page = present_comparison(one, other, compare_clauses(one, other), words, topics)
    return render_template("compare.html", page=page)


@blueprint.get("/compare/topic")
def topic() -> str:
    """Show the clauses on ``topic`` in the contracts of ``vendor``, which is a name, number or id."""
    catalog = current_room().archive.catalog
    vendor = catalog.vendors.find(request.args.get("vendor", ""))
    found = compare_topic(catalog, vendor, request.args.get("topic", ""))
    return render_template("topic.html", page=present_topic(found, catalog.documents.descriptions(found.without)))


@blueprint.get("/templates")
def templates() -> str:
    """Show the templates of all documents, or of the contracts of ``vendor``."""
    catalog = current_room().archive.catalog
    asked = request.args.get("vendor", "").strip()
    vendor = catalog.vendors.find(asked) if asked else None
    found = find_templates(catalog, contracts_of(catalog, vendor) if vendor else None)
    return render_template("templates.html", page=present_templates(found, vendor))


def _picker(clause: ClauseText) -> ClausePicker | None:
    """Return the clauses to compare one with; None where it has no topic and there is no query."""
    query, first = request.args.get("q", "").strip(), positive_number("first", request.args.get("first") or "1")
    if not query and clause.clause.topic is None:
        return None
    unit = Unit.CLAUSES if query else Unit.DOCUMENTS
    archive = current_room().archive
    service, _ = archive.searching(unit)
    asked = SearchRequest(query, unit=unit)
    desk, others = counterparts(archive.catalog, service, asked, clause, first - 1)
    return present_picker(clause, desk, others, query, first)


def _vendors(catalog: Catalog, text: ClauseText) -> list[Entity]:
    """Return the vendors of the contract that has the clause."""
    id_ = text.description.id
    if text.description.kind not in CONTRACTS:
        return []
    vendors = [catalog.vendors.find(vendor) for vendor in sorted(set(catalog.vendors.of(id_).values()))]
    return [vendor for vendor in vendors if any(one.won and one.document == id_ for one in vendor.mentions)]


def _words(catalog: Catalog, text: ClauseText) -> dict[int, Words]:
    """Return the words of the first pages of a clause, by page number."""
    first, last = text.pages
    numbers = range(first, min(last, first + CROPS - 1) + 1)
    shown = catalog.readings.words_on(text.reading, numbers)
    return {number: words for number, words in shown.items() if words.texts}
