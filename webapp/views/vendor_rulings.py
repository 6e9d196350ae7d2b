"""A person's word on who is who: vendors merged, split, told apart and set back, and the pairs that may be one."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from archive.errors import UnknownVendor
from archive.store.vendors import RulingChange
from webapp.deciding import known_person, make_searchable, person, remembering
from webapp.languages.translation import gettext
from webapp.presenters.vendors import present_candidates
from webapp.room import current_room
from webapp.search_state import positive_number

blueprint = Blueprint("vendor_rulings", __name__)


@blueprint.get("/vendors/candidates")
def show_candidates() -> str:
    """The pairs of vendors that may be one; ``done`` names the event of what was said of them just now."""
    catalog = current_room().archive.catalog
    asked = request.args.get("done")
    number = positive_number("done", asked) if asked else None
    done = next((recorded for recorded in catalog.vendors.rulings() if recorded.event == number), None)
    if asked and done is None:
        raise NotFound(gettext("There is no such decision."))
    page = present_candidates(catalog.vendors.merge_candidates(), done, known_person(), later="later" in request.args)
    return render_template("candidates.html", page=page)


@blueprint.post("/vendors/merge")
def merge() -> ResponseReturnValue:
    """Say that the vendors ``one`` and ``other`` are one; each is named by a name, a number or an id."""
    by = person()
    names = request.form.get("one", "").strip(), request.form.get("other", "").strip()
    return _after(current_room().archive.catalog.vendors.merge(*names, by), by)


@blueprint.post("/vendors/apart")
def apart() -> ResponseReturnValue:
    """Say that the vendors ``one`` and ``other`` are two."""
    by = person()
    names = request.form.get("one", "").strip(), request.form.get("other", "").strip()
    return _after(current_room().archive.catalog.vendors.separate(*names, by), by)


@blueprint.post("/vendors/<vendor_id>/split")
def split(vendor_id: str) -> ResponseReturnValue:
    """Say that ``name``, as it is printed, is none of a vendor's."""
    by = person()
    return _after(current_room().archive.catalog.vendors.split(vendor_id, request.form.get("name", ""), by), by)


@blueprint.post("/vendors/undo")
def undo() -> ResponseReturnValue:
    """Take back what was said in ``event``; the reader is led back to ``vendor`` or to the pairs."""
    by, event = person(), positive_number("event", request.form.get("event", ""))
    change = current_room().archive.catalog.vendors.undo(event, by)
    return _after(change, by, queue="vendor" not in request.form)


def _after(change: RulingChange, by: str, *, queue: bool = False) -> ResponseReturnValue:
    """On to the vendor that they are now, or back to the pairs."""
    is_known = change.event is None or make_searchable(current_room().archive)
    if queue or "queue" in request.form:
        done, later = None if queue else change.event, None if is_known else "1"
        target = url_for("vendor_rulings.show_candidates", done=done, later=later)
    elif change.after:
        target = url_for("vendors.show", vendor_id=change.after[0].id, _anchor="names")
    else:
        raise UnknownVendor(gettext("No document names it any more."), gettext("See the list of vendors."))
    return remembering(make_response(redirect(target, code=303)), by)
