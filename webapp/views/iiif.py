"""Documents for other programs: IIIF manifests, images and search under ``/iiif/<id>``, and pages as hOCR and ALTO.

Viewers on other sites may read them only if the setting ``viewer_origins`` lists their origin: an archive is private by
default, and a page of another site can reach a server on the reader's own computer.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from archive.errors import Message, NotSearched
from archive.model import Document, Page
from archive.search.request import SearchRequest
from webapp.delivery import linked_data, picture
from webapp.iiif import images
from webapp.iiif.addresses import Addresses
from webapp.iiif.manifest import CONTEXT, manifest
from webapp.iiif.ocr_formats import as_alto, as_hocr
from webapp.iiif.search import SEARCH_2_CONTEXT, Part, as_list, as_page, find
from webapp.languages.translation import gettext, marked
from webapp.room import base_url, current_room, requested_document, requested_reading
from webapp.state import positive_number
from webapp.views.page import numbered_page

blueprint = Blueprint("iiif", __name__, url_prefix="/iiif/<document_id>")

IGNORED = ("motivation", "date", "user")
"""Parameters of Content Search that are ignored, because all results are words of the document itself."""


@blueprint.after_request
def allow_viewers(response: Response) -> Response:
    """Allow the origins in the settings to read the response (https://fetch.spec.whatwg.org/#http-cors-protocol)."""
    allowed = current_room().archive.settings.text("viewer_origins").split()
    origin = request.headers.get("Origin", "")
    if "*" in allowed:
        response.headers["Access-Control-Allow-Origin"] = "*"
    elif origin in allowed:
        response.headers["Access-Control-Allow-Origin"] = origin
    if allowed:
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.vary.add("Origin")
    return response


@blueprint.get("/manifest.json")
def show(document_id: str) -> Response:
    """Send the manifest of the newest reading."""
    catalog = current_room().archive.catalog
    document = requested_document(document_id)
    reading = catalog.readings.get(document.id)
    if all(page.is_flowing for page in reading.pages):
        raise NotFound(f"{document.filename} is flowing text: it has no page images for a viewer to show.")
    described = catalog.documents.descriptions([document.id])[document.id]
    return _linked_data(manifest(document, described, reading, _addresses(document)), CONTEXT)


@blueprint.get("/pages/<page_number:number>")
def image(document_id: str, number: int) -> ResponseReturnValue:
    """Redirect from the image service to its information."""
    return redirect(url_for("iiif.information", document_id=document_id, number=number), code=303)


@blueprint.get("/pages/<page_number:number>/info.json")
def information(document_id: str, number: int) -> Response:
    """Send the information of a page image."""
    document = requested_document(document_id)
    told = images.information(_page(document, number), _addresses(document).image(number))
    return _linked_data(told, images.CONTEXT)


@blueprint.get("/pages/<page_number:number>/<region>/<size>/<rotation>/<quality>.<form>")
def piece(document_id: str, number: int, region: str, size: str, rotation: str, quality: str, form: str) -> Response:
    """Send a region of a page image."""
    document = requested_document(document_id)
    asked = images.asked_piece(_page(document, number), region, size, rotation, quality, form)
    return picture(current_room().images.piece(document, number, asked), images.MEDIA_TYPES[form])


@blueprint.get("/search/<int:version>")
def search(document_id: str, version: int) -> Response:
    """Send the matches of ``q`` in Content Search 1 or 2; ``page`` is the page of results."""
    if version not in (1, 2):
        raise NotFound("There are the versions 1 and 2 of Content Search.")
    archive = current_room().archive
    document = requested_document(document_id)
    reading = archive.catalog.readings.get(document.id)
    query = SearchRequest(request.args.get("q", "").strip())
    number = positive_number("page", request.args.get("page") or "1")
    at = _addresses(document)
    found = archive.search.matches_in(reading, query.text)
    if query.text and not found and archive.search.is_waiting(document.id):
        # The standard has no field for this, and an empty list would look like a result.
        raise NotSearched(
            Message("%(name)s was added or changed and is not searched yet.", name=document.filename),
            "Try again in a moment. Documents can be read meanwhile.",
        )
    matches = {page: spans for page, spans in found.items() if not reading.pages[page - 1].is_flowing}
    size = current_app.config["IIIF_MATCHES"]
    part = Part(
        find(archive.catalog, reading, matches, number, at, size),
        sum(map(len, matches.values())),
        number,
        at.search(version),
        urlencode({"q": query.text}),
        tuple(name for name in IGNORED if name in request.args),
        size,
    )
    if number > part.count:
        raise NotFound(f"{part.total:,} matches are {part.count:,} pages of {size}; there is no page {number}.")
    return _linked_data(as_page(part, at), SEARCH_2_CONTEXT) if version == 2 else jsonify(as_list(part, at))


def _addresses(document: Document) -> Addresses:
    return Addresses(base_url(), document.id)


def _page(document: Document, number: int) -> Page:
    page = numbered_page(document, current_room().archive.catalog.readings.get(document.id), number)
    if page.is_flowing:
        raise NotFound(f"Page {number} of {document.filename} has no image.")
    return page


def _linked_data(value: dict[str, object], context: str) -> Response:
    return linked_data(value, f'application/ld+json;profile="{context}"')


ocr_formats = Blueprint("ocr_formats", __name__, url_prefix="/documents/<document_id>/pages")
ocr_formats.after_request(allow_viewers)

HOCR = "text/vnd.hocr+html"
ALTO = "application/xml"


@ocr_formats.get("/<page_number:number>.hocr")
def hocr(document_id: str, number: int) -> Response:
    """Send the page as hOCR; ``reading`` names an earlier reading."""
    return _written(document_id, number, as_hocr, HOCR)


@ocr_formats.get("/<page_number:number>.alto.xml")
def alto(document_id: str, number: int) -> Response:
    """Send the page as ALTO 4; ``reading`` names an earlier reading."""
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
