"""``/vendors``: vendors, their profiles, and decisions on which names are the same vendor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from archive.errors import ArchiveBusy, UnknownVendor
from archive.facts.evidence import EvidenceReader, spans_of
from archive.findings.records import Shown, shown
from archive.model.fields import VENDOR_FIELDS
from archive.profiles.vendor import BidStory, vendor_profile
from archive.store.catalog import Catalog
from archive.store.documents import Known
from archive.store.vendors.rulings import RulingChange
from archive.vendors.entities import ListedVendor
from archive.vendors.names import words
from archive.vendors.rulings import RecordedRuling
from webapp.forms import known_person, make_searchable, person, remembering
from webapp.languages.translation import gettext, plural, said_error
from webapp.links import vendor_url
from webapp.pages.profiles.figures import procedures_text
from webapp.pages.profiles.procedures import ProcedureFilter, present_procedures
from webapp.pages.profiles.vendor import present_box
from webapp.pages.vendors import (
    CANDIDATES_SHOWN,
    DOCUMENTS_SHOWN,
    VENDORS_SHOWN,
    Said,
    present_candidates,
    present_vendor,
    present_vendors,
)
from webapp.room import current_room
from webapp.state import SearchState, positive_number

blueprint = Blueprint("vendors", __name__)


@blueprint.get("/vendors")
def show_all() -> str:
    """Show the vendors with ``q`` in a name or number, by number of documents, from number ``first`` on."""
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
    """Show a vendor with its printed names, its numbers, and its documents from number ``first`` on.

    A number, a name, or the id of a merged vendor redirects to the current id.
    """
    catalog = current_room().archive.catalog
    vendor = catalog.vendors.listed(vendor_id)
    if vendor.id != vendor_id:
        return redirect(vendor_url(vendor.id), code=302)
    first = positive_number("first", request.args.get("first") or "1")
    if first > vendor.documents:
        raise NotFound(
            plural(
                "%(vendor)s is named in %(count)s document; there is no number %(number)s.",
                "%(vendor)s is named in %(count)s documents; there is no number %(number)s.",
                vendor.documents,
                vendor=vendor.name,
                number=first,
            )
        )
    naming = catalog.vendors.documents_naming(vendor.id, DOCUMENTS_SHOWN, first - 1, count=vendor.documents)
    known = catalog.documents.known(naming)
    described = [one.description for one in known.values()]
    said = _facts_by_document(catalog, vendor, known)
    vat = request.args.get("vat", "")
    box, waits = None, None
    try:
        box = present_box(vendor_profile(current_room().archive.home, catalog, vendor, vat), vat)
    except ArchiveBusy as error:
        waits = said_error(error)
    page = present_vendor(SearchState(), vendor, _about(catalog, vendor), described, said, first, known_person(), box)
    return render_template("vendor.html", page=replace(page, waits=waits))


@blueprint.get("/vendors/<vendor_id>/procedures")
def procedures(vendor_id: str) -> ResponseReturnValue:
    """Show the procedures behind a number of a vendor's profile (:class:`ProcedureFilter`), from ``first`` on."""
    archive, asked = current_room().archive, ProcedureFilter.from_arguments(request.args)
    profile = vendor_profile(archive.home, archive.catalog, archive.catalog.vendors.listed(vendor_id))
    chosen = asked.chosen(profile)
    first = positive_number("first", request.args.get("first") or "1")
    if first > max(1, len(chosen)):
        count = procedures_text(len(chosen))
        raise NotFound(gettext("There are %(count)s; there is no number %(first)s.", count=count, first=first))
    page = present_procedures(profile, asked, chosen, first, _words_of)
    return render_template("vendor_procedures.html", page=page)


def _words_of(stories: Iterable[BidStory]) -> dict[str, list[Shown]]:
    """Return the facts of procedures with their evidence, by unit."""
    found: dict[str, list[Shown]] = {}
    for one in shown(current_room().archive.catalog, [proof for story in stories for proof in story.proofs]):
        found.setdefault(one.proof.unit, []).append(one)
    return found


def _facts_by_document(catalog: Catalog, vendor: ListedVendor, known: Mapping[str, Known]) -> dict[str, list[Said]]:
    """Return the facts about a vendor with their evidence, by document."""
    naming = {
        id_: [fact for fact in one.facts if fact.field in VENDOR_FIELDS and one.vendors.get(fact.value) == vendor.id]
        for id_, one in known.items()
    }
    reader = EvidenceReader(catalog)
    reader.read(spans_of(chain.from_iterable(naming.values())))
    return {
        id_: [(fact, None if fact.span is None else reader.of(fact.span)) for fact in of_document]
        for id_, of_document in naming.items()
    }


def _about(catalog: Catalog, vendor: ListedVendor) -> list[RecordedRuling]:
    """Return the decisions of persons on a vendor."""
    printed = {words(name) for name in vendor.names}
    return [
        recorded
        for recorded in catalog.vendors.rulings()
        if not printed.isdisjoint((words(recorded.ruling.one.name), words(recorded.ruling.other.name)))
    ]


rulings = Blueprint("vendor_rulings", __name__)


@rulings.get("/vendors/candidates")
def show_candidates() -> str:
    """Show the candidate pairs of vendors that may be the same; ``done`` is the event of the last decision."""
    catalog = current_room().archive.catalog
    asked = request.args.get("done")
    number = positive_number("done", asked) if asked else None
    done = next((recorded for recorded in catalog.vendors.rulings() if recorded.event == number), None)
    if asked and done is None:
        raise NotFound(gettext("There is no such decision."))
    total, pairs = catalog.vendors.merge_candidates(CANDIDATES_SHOWN)
    page = present_candidates(total, pairs, done, known_person(), later="later" in request.args)
    return render_template("candidates.html", page=page)


@rulings.post("/vendors/merge")
def merge() -> ResponseReturnValue:
    """Record that the vendors ``one`` and ``other`` are the same; each is a name, a number or an id."""
    by = person()
    names = request.form.get("one", "").strip(), request.form.get("other", "").strip()
    return _after(current_room().archive.catalog.vendors.merge(*names, by), by)


@rulings.post("/vendors/apart")
def apart() -> ResponseReturnValue:
    """Record that the vendors ``one`` and ``other`` are different."""
    by = person()
    names = request.form.get("one", "").strip(), request.form.get("other", "").strip()
    return _after(current_room().archive.catalog.vendors.separate(*names, by), by)


@rulings.post("/vendors/<vendor_id>/split")
def split(vendor_id: str) -> ResponseReturnValue:
    """Record that ``name``, as printed, does not belong to the vendor."""
    by = person()
    return _after(current_room().archive.catalog.vendors.split(vendor_id, request.form.get("name", ""), by), by)


@rulings.post("/vendors/undo")
def undo() -> ResponseReturnValue:
    """Undo the decision of ``event``, and redirect to ``vendor`` or to the candidate pairs."""
    by, event = person(), positive_number("event", request.form.get("event", ""))
    change = current_room().archive.catalog.vendors.undo(event, by)
    return _after(change, by, queue="vendor" not in request.form)


def _after(change: RulingChange, by: str, *, queue: bool = False) -> ResponseReturnValue:
    """Redirect to the resulting vendor, or to the candidate pairs."""
    is_known = change.event is None or make_searchable(current_room().archive)
    if queue or "queue" in request.form:
        done, later = None if queue else change.event, None if is_known else "1"
        target = url_for("vendor_rulings.show_candidates", done=done, later=later)
    elif change.after:
        target = url_for("vendors.show", vendor_id=change.after[0].id, _anchor="names")
    else:
        raise UnknownVendor(gettext("No document names it any more."), gettext("See the list of vendors."))
    return remembering(make_response(redirect(target, code=303)), by)
