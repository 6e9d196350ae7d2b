"""``GET /vendors``: the firms behind the names that documents print, and what says so."""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from archive.facts.evidence import EvidenceReader, spans_of
from archive.fields import VENDOR_FIELDS
from archive.store.catalog import Catalog
from archive.vendors.entities import Entity
from archive.vendors.names import words
from archive.vendors.rulings import RecordedRuling
from webapp.deciding import known_person
from webapp.languages.translation import plural
from webapp.links import vendor_url
from webapp.presenters.vendors import DOCUMENTS_SHOWN, VENDORS_SHOWN, Said, present_vendor, present_vendors
from webapp.room import current_room
from webapp.search_state import SearchState, positive_number

blueprint = Blueprint("vendors", __name__)


@blueprint.get("/vendors")
def show_all() -> str:
    """The vendors with ``q`` in a name or number, the ones in most documents first, from number ``first`` on."""
    query = request.args.get("q", "")
    first = positive_number("first", request.args.get("first") or "1")
    total, listed = current_room().archive.catalog.vendors.search(query, VENDORS_SHOWN, first - 1)
    if first > max(1, total):
        raise NotFound(
            plural(
                "There is %(count)s vendor; there is no number %(number)s.",
                "There are %(count)s vendors; there is no number %(number)s.",
                total,
                number=first,
            )
        )
    return render_template("vendors.html", page=present_vendors(SearchState(), query, total, listed, first))


@blueprint.get("/vendors/<vendor_id>")
def show(vendor_id: str) -> ResponseReturnValue:
    """A vendor: its names as printed, its numbers, its documents from number ``first`` on. A number or a name, or an
    id of before somebody merged it, is answered with a redirect to what it has now."""
    catalog = current_room().archive.catalog
    vendor = catalog.vendors.find(vendor_id)
    if vendor.id != vendor_id:
        return redirect(vendor_url(vendor.id), code=302)
    first = positive_number("first", request.args.get("first") or "1")
    count = len({mention.document for mention in vendor.mentions})
    if first > count:
        raise NotFound(
            plural(
                "%(vendor)s is named in %(count)s document; there is no number %(number)s.",
                "%(vendor)s is named in %(count)s documents; there is no number %(number)s.",
                count,
                vendor=vendor.name,
                number=first,
            )
        )
    described = catalog.documents.descriptions(catalog.vendors.documents_naming(vendor.id, DOCUMENTS_SHOWN, first - 1))
    shown = list(described.values())
    said = _said(catalog, vendor, [one.id for one in shown])
    page = present_vendor(SearchState(), vendor, _about(catalog, vendor), shown, said, first, known_person())
    return render_template("vendor.html", page=page)


def _said(catalog: Catalog, vendor: Entity, ids: Collection[str]) -> dict[str, list[Said]]:
    """What documents say of a vendor, with the evidence."""
    printed = {(mention.document, mention.name) for mention in vendor.mentions}
    facts = catalog.facts.by_document(ids)
    naming = {
        id_: [fact for fact in facts.get(id_, ()) if fact.field in VENDOR_FIELDS and (id_, fact.value) in printed]
        for id_ in ids
    }
    reader = EvidenceReader(catalog)
    reader.read(spans_of(chain.from_iterable(naming.values())))
    return {
        id_: [(fact, None if fact.span is None else reader.of(fact.span)) for fact in of_document]
        for id_, of_document in naming.items()
    }


def _about(catalog: Catalog, vendor: Entity) -> list[RecordedRuling]:
    """What persons said of a vendor."""
    printed = {words(name) for name in vendor.names}
    return [
        recorded
        for recorded in catalog.vendors.rulings()
        if not printed.isdisjoint((words(recorded.ruling.one.name), words(recorded.ruling.other.name)))
    ]
