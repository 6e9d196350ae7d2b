"""What a person says of the procedure that a document belongs to: sent from its page, and taken back there."""

from __future__ import annotations

import re

from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from archive.errors import UsageError
from archive.procedures.rulings import rule
from webapp.forms import make_searchable, person, remembering
from webapp.languages.translation import gettext
from webapp.room import current_room
from webapp.state import positive_number

blueprint = Blueprint("procedure", __name__)

_ID = re.compile("[0-9a-f]{8,64}")


@blueprint.post("/documents/<document_id>/procedure")
def rule_on(document_id: str) -> ResponseReturnValue:
    """Record that ``paper``, an id or the address of a document, belongs to the procedure of this document, or does
    not. Of this document itself, it is said with regard to ``other``."""
    by, catalog = person(), current_room().archive.catalog
    here = catalog.documents.find(document_id).id
    named, belongs = _ID.search(request.form.get("paper", "").strip().lower()), request.form.get("belongs")
    if named is None or belongs not in ("yes", "no"):
        raise UsageError(
            gettext("The form does not name a document."),
            gettext("Paste its address, or the first 8 digits of its id or more."),
        )
    paper = catalog.documents.find(named[0]).id
    change = rule(
        catalog, paper, request.form.get("other", "") if paper == here else here, by, belongs=belongs == "yes"
    )
    return _back(here, by, is_news=change.event is not None)


@blueprint.post("/documents/<document_id>/procedure/withdraw")
def withdraw(document_id: str) -> ResponseReturnValue:
    """Take back what was said in ``event`` of the document ``on``."""
    by, catalog = person(), current_room().archive.catalog
    here = catalog.documents.find(document_id).id
    on = catalog.documents.find(request.form.get("on", "")).id
    catalog.decisions.undo(on, positive_number("event", request.form.get("event", "")), by)
    return _back(here, by, is_news=True)


def _back(document: str, by: str, *, is_news: bool) -> ResponseReturnValue:
    if is_news:
        make_searchable(current_room().archive)
    target = url_for("document.show", document_id=document, _anchor="chains")
    return remembering(make_response(redirect(target, code=303)), by)
