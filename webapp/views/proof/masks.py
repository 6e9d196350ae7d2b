"""``/masks``: the editor of masks in selected documents; and pages with masks applied.

Changes are recorded in the event log in one short transaction each.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.annotations import AnnotationTarget, target_of
from archive.errors import UsageError
from archive.masking.classes import MaskClass, class_named
from archive.masking.decisions import DocumentMasks, add_mask, approve, masks_of, remove_mask, require_approval
from archive.masking.masks import Mask, MaskedPage, MaskRules, mask_on
from archive.masking.texts import page_rules
from archive.model import Document
from webapp.delivery import picture
from webapp.forms import person, remembering, sent_box
from webapp.languages.translation import gettext
from webapp.page_images import PAGE_WIDTH, image_type
from webapp.pages.masks import MaskedView, asked_classes, page_key, present_masked, present_masks
from webapp.room import current_room, requested_document
from webapp.state import positive_number

blueprint = Blueprint("masks", __name__)

PAGES_SHOWN = 5
"""Pages with images per part of the list."""


@blueprint.get("/masks")
def show() -> str:
    """Show the masks of each ``document``, of all its pages or of each ``page`` given.

    The list begins at position ``first``. ``mask`` names classes; all are used without it.
    """
    first = positive_number("first", request.args.get("first") or "1")
    masks = [_masks(current_room().archive.catalog.documents.find(id_)) for id_ in _asked_documents()]
    every = [(one, number) for one in masks for number in _numbers(one)]
    shown = every[first - 1 : first - 1 + PAGES_SHOWN]
    parts = [_part(at) if at != first else None for at in range(1, len(every) + 1, PAGES_SHOWN)]
    descriptions = current_room().archive.catalog.documents.descriptions([one.document.id for one in masks])
    return render_template("masks.html", page=present_masks(masks, shown, descriptions, parts, _rules().classes))


def _asked_documents() -> list[str]:
    named = list(dict.fromkeys(request.args.getlist("document")))
    if not named:
        raise UsageError(gettext("No paper is named."), gettext("Come here from a page of a document."))
    return named


def _rules() -> MaskRules:
    return page_rules(current_room().archive, asked_classes() or "all")


def _masks(document: Document) -> DocumentMasks:
    return masks_of(current_room().archive.catalog, document, _rules())


def _numbers(masks: DocumentMasks) -> list[int]:
    named = [positive_number("page", text) for text in request.args.getlist("page")]
    every = range(1, len(masks.reading.pages) + 1)
    return [number for number in every if not named or number in named]


def _part(first: int) -> str:
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "first"]
    return f"{url_for('masks.show')}?{urlencode([*asked, ('first', str(first))])}"


def _back(name: str, anchor: str = "") -> Response:
    """Redirect to the page of the form, whose query string is in the URL of the form."""
    target = f"{url_for('masks.show')}?{request.query_string.decode('ascii', 'replace')}{anchor}"
    response = redirect(target, code=303)
    assert isinstance(response, Response)
    return remembering(response, name)


@blueprint.post("/documents/<document_id>/masks")
def add(document_id: str) -> ResponseReturnValue:
    """Add a mask of ``class`` for the text ``quote`` on ``page``, for ``words``, or for a box in per cent."""
    catalog = current_room().archive.catalog
    document = catalog.documents.find(document_id)
    words, quote = request.form.get("words", "").strip() or None, request.form.get("quote", "").strip() or None
    number = positive_number("page", request.form.get("page", ""))
    box = None if words or quote else sent_box()
    if not (words or quote or box):
        raise UsageError(gettext("The mask is on nothing."), gettext("Paste the words, or say where its box is."))
    by, kind = person(), class_named(request.form.get("class", str(MaskClass.OTHER)))
    target = target_of(catalog, document, AnnotationTarget(words, quote, None if words else number, box))
    add_mask(catalog, document, target.reading, mask_on(target, kind), by)
    return _back(by, f"#{page_key(document.id, number)}")


@blueprint.post("/documents/<document_id>/masks/remove")
def remove(document_id: str) -> ResponseReturnValue:
    """Remove the mask ``name`` of ``page``; with ``restore``, put it back."""
    catalog = current_room().archive.catalog
    document = catalog.documents.find(document_id)
    masks, number = _masks(document), positive_number("page", request.form.get("page", ""))
    back, by = bool(request.form.get("restore")), person()
    shown = masks.page(number)
    mask = _named(shown.removed if back else shown.masks, request.form.get("name", ""))
    (add_mask if back else remove_mask)(catalog, document, masks.reading.number, mask, by)
    return _back(by, f"#{page_key(document.id, number)}")


def _named(masks: tuple[Mask, ...], name: str) -> Mask:
    for mask in masks:
        if mask.name == name:
            return mask
    raise UsageError(gettext("The masks changed since the page was opened."), gettext("Look at them again."))


@blueprint.post("/masks/approve")
def approve_shown() -> ResponseReturnValue:
    """Approve the masks of each ``page`` (``document:number:digest``, where the digest is that of the masks shown)."""
    by = person()
    catalog = current_room().archive.catalog
    by_document: dict[str, list[tuple[int, str]]] = {}
    for text in request.form.getlist("page"):
        document_id, number, digest = (*text.split(":"), "", "")[:3]
        by_document.setdefault(document_id, []).append((positive_number("page", number), digest))
    if not by_document:
        raise UsageError(gettext("No page is named."), gettext("Look at them again."))
    approved = [(_masks(catalog.documents.find(id_)), pages) for id_, pages in by_document.items()]
    for masks, pages in approved:
        if any(masks.page(number).digest != digest for number, digest in pages):
            raise UsageError(gettext("The masks changed since the page was opened."), gettext("Look at them again."))
    for masks, pages in approved:
        approve(catalog, masks, [number for number, _ in pages], by)
    return _back(by)


masked = Blueprint("masked", __name__)


@masked.get("/documents/<document_id>/pages/<page_number:number>/masked", endpoint="show")
def show_masked(document_id: str, number: int) -> str:
    """Show the page with the classes in ``mask`` and in the settings masked.

    Masks other than personal numbers need approval.
    """
    document = requested_document(document_id)
    shown = _masked_view(document, number)
    return render_template("masked.html", page=present_masked(document, _title(document), shown))


@masked.get("/documents/<document_id>/pages/<page_number:number>/masked/image", endpoint="image")
def masked_image(document_id: str, number: int) -> Response:
    """Send the image of a page with masks applied."""
    document = requested_document(document_id)
    shown = _masked_view(document, number)
    image = current_room().images.masked(document, number, PAGE_WIDTH, shown.page.boxes)
    return picture(image, image_type(image))


def _title(document: Document) -> str:
    return current_room().archive.catalog.documents.descriptions([document.id])[document.id].title


def _masked_view(document: Document, number: int) -> MaskedView:
    archive = current_room().archive
    rules = page_rules(archive, asked_classes())
    masks = masks_of(archive.catalog, document, rules)
    page: MaskedPage = masks.page(number)
    if rules.has_chosen:
        require_approval([(masks, [number])])
    return MaskedView(page, rules, masks.names, masks.approval(number), asked_classes())
