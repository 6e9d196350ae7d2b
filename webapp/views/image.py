"""``GET /documents/<id>/pages/<n>/image``: a page as a picture."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from archive.errors import UsageError
from webapp.languages.translation import gettext
from webapp.page_images import PAGE_WIDTH, WIDTHS, image_type
from webapp.room import current_room, requested_document, requested_reading
from webapp.views.page import numbered_page

blueprint = Blueprint("image", __name__)

MAX_AGE = 24 * 60 * 60
"""Seconds a browser may show an image without asking. The original never changes, but how we draw it may."""


@blueprint.get("/documents/<document_id>/pages/<page_number:number>/image")
def show(document_id: str, number: int) -> Response:
    """The page as a picture. ``width`` is one of :data:`webapp.page_images.WIDTHS`."""
    room = current_room()
    document = requested_document(document_id)
    page = numbered_page(document, requested_reading(document), number)
    wanted = request.args.get("width", str(PAGE_WIDTH))
    width = next((width for width in WIDTHS if str(width) == wanted), None)
    if width is None:
        message = gettext("There is no width '%(width)s'.", width=wanted[:20])
        raise UsageError(message, gettext("Widths are: %(widths)s.", widths=", ".join(map(str, WIDTHS))))
    if page.is_flowing:
        raise NotFound(
            gettext("Page %(number)s of %(filename)s has no image.", number=number, filename=document.filename)
        )
    image = room.images.image(document, number, width)
    response = Response(image, mimetype=image_type(image))
    response.cache_control.private = True
    response.cache_control.max_age = MAX_AGE
    response.set_etag(hashlib.sha256(image).hexdigest()[:32])
    response.make_conditional(request)
    return response
