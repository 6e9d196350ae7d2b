"""``/documents/ID/marks``: what a reader who has logged in marks on a document, for nobody else to see."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from archive.store.stories.story import Marks
from webapp.access.callers import caller
from webapp.languages.translation import gettext
from webapp.links import own_page
from webapp.room import current_room, requested_document

blueprint = Blueprint("marks", __name__)


@blueprint.post("/documents/<document_id>/marks", endpoint="put")
def put(document_id: str) -> ResponseReturnValue:
    """Put ``starred``, ``read`` and the ``tags``, parted by commas, in the place of the reader's marks of before."""
    user, form = caller().user, request.form
    if user is None:
        raise Forbidden(gettext("Marks are kept for readers who have logged in."))
    tags = tuple(tag for tag in form.get("tags", "").split(",") if tag.strip())
    marks = Marks("starred" in form, "read" in form, tags)
    current_room().archive.catalog.marks.put(user.name, requested_document(document_id).id, marks)
    return redirect(own_page(form.get("back", "")), code=303)
