"""``GET /documents/<id>/pages/<n>.hocr`` and ``.alto.xml``: the words of a page with their boxes, for programs."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, current_app
from werkzeug.exceptions import NotFound

from webapp.languages.translation import gettext, marked
from webapp.presenters.ocr_formats import as_alto, as_hocr
from webapp.room import current_room, requested_document, requested_reading
from webapp.views.iiif import allow_viewers
from webapp.views.page import numbered_page

blueprint = Blueprint("ocr_formats", __name__, url_prefix="/documents/<document_id>/pages")
blueprint.after_request(allow_viewers)

HOCR = "text/vnd.hocr+html"
ALTO = "application/xml"


@blueprint.get("/<page_number:number>.hocr")
def hocr(document_id: str, number: int) -> Response:
    """The page as hOCR; ``reading`` names an earlier reading."""
    return _written(document_id, number, as_hocr, HOCR)


@blueprint.get("/<page_number:number>.alto.xml")
def alto(document_id: str, number: int) -> Response:
    """The page as ALTO 4; ``reading`` names an earlier reading."""
    return _written(document_id, number, as_alto, ALTO)


def _written(document_id: str, number: int, write: Callable[..., bytes], media_type: str) -> Response:
    catalog = current_room().archive.catalog
    document = requested_document(document_id)
    reading = requested_reading(document)
    page = numbered_page(document, reading, number)
    if page.is_flowing:
        flowing = marked("Page %(number)s of %(filename)s is flowing text: its words have no boxes.")
        raise NotFound(gettext(flowing, number=number, filename=document.filename))
    described = catalog.documents.descriptions([document.id])[document.id]
    words = catalog.readings.words(document.id, number, reading.number)
    program = current_app.jinja_env.globals["product"]
    written = write(described, page, words, page.language or reading.language, program)
    response = Response(written, mimetype=media_type)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
