"""``/annotations/<id>``: an annotation, its history, and the forms that create, edit and remove one.

Changes are written to the catalog in one short transaction each, without the archive's writer lock.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.annotations import AnnotationTarget, target_of
from archive.errors import UsageError
from archive.model.annotations import checked_note
from webapp.forms import person, sent_box
from webapp.languages.translation import gettext
from webapp.links import annotation_url
from webapp.pages.annotations import present_annotation
from webapp.room import current_room
from webapp.state import positive_number

blueprint = Blueprint("annotation", __name__)

GONE = 410
"""The status of a removed annotation (RFC 9110)."""


@blueprint.get("/annotations/<annotation_id>")
def show(annotation_id: str) -> ResponseReturnValue:
    """Show an annotation; for a removed one, who removed it."""
    catalog = current_room().archive.catalog
    annotation = catalog.annotations.get(annotation_id)
    if annotation.id != annotation_id:
        return redirect(annotation_url(annotation.id), code=302)
    document = catalog.documents.find(annotation.document)
    described = catalog.documents.descriptions([document.id])[document.id]
    context = present_annotation(annotation, catalog.annotations.changes(annotation), document, described)
    return render_template("annotation.html", page=context), GONE if annotation.removed_at else 200


@blueprint.post("/documents/<document_id>/annotations")
def make(document_id: str) -> ResponseReturnValue:
    """Create an annotation with the text ``note`` by the person ``by``.

    It refers to the words ``words`` (``A-B``) of ``reading``, which must be the newest; or to the text ``quote`` on
    ``page``; or to a box ``left``, ``top``, ``right``, ``bottom`` in per cent of the page.
    """
    catalog = current_room().archive.catalog
    document = catalog.documents.find(document_id)
    form = request.form
    words = form.get("words", "").strip() or None
    if words and form.get("reading") != str(document.reading):
        message = gettext("The document has been read again since you opened this page.")
        raise UsageError(message, gettext("Choose the words on the page again."))
    asked = AnnotationTarget(
        words=words,
        quote=form.get("quote", "").strip() or None,
        page=None if words else positive_number("page", form.get("page", "")),
        box=sent_box(),
    )
    if words is None and asked.quote is None and asked.box is None:
        remedy = gettext("Paste the words that it is on, or say where its box is.")
        raise UsageError(gettext("The note is on nothing."), remedy)
    note, by = checked_note(form.get("note", "")), person()
    made = catalog.annotations.add(target_of(catalog, document, asked), note, by)
    return redirect(annotation_url(made.id), code=303)


@blueprint.post("/annotations/<annotation_id>")
def edit(annotation_id: str) -> ResponseReturnValue:
    """Set the text of an annotation to ``note``, by the person ``by``, who saw ``was``."""
    note, was, by = checked_note(request.form.get("note", "")), request.form.get("was"), person()
    edited = current_room().archive.catalog.annotations.edit(annotation_id, note, by, was and checked_note(was))
    return redirect(annotation_url(edited.id), code=303)


@blueprint.post("/annotations/<annotation_id>/remove")
def remove(annotation_id: str) -> ResponseReturnValue:
    """Remove an annotation, by the person ``by``."""
    by = person()
    removed = current_room().archive.catalog.annotations.remove(annotation_id, by)
    return redirect(annotation_url(removed.id), code=303)
