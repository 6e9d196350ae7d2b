"""``/api/v1/documents/<id>/annotations`` and ``/api/v1/annotations/<id>``: persons' notes as W3C Web Annotations."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from archive.annotations import MEDIA_TYPE as LINKED_DATA
from archive.annotations import annotation_collection, web_annotation
from webapp.api.endpoint import Asked, Endpoint
from webapp.api.schema import ANY_RECORD, MOMENT, TEXT, WHOLE, choice, listed
from webapp.room import base_url, current_room

NOTE = {
    "type": "object",
    "description": "A W3C Web Annotation.",
    "properties": {"id": TEXT, "type": choice(("Annotation",)), "created": MOMENT, "body": ANY_RECORD},
    "required": ["id", "type", "created", "body", "target"],
}
NOTES = {
    "type": "object",
    "description": "A W3C AnnotationCollection; its first page holds all notes.",
    "properties": {
        "id": TEXT,
        "type": choice(("AnnotationCollection",)),
        "total": WHOLE,
        "first": {"type": "object", "properties": {"items": listed(NOTE)}, "required": ["items"]},
    },
    "required": ["@context", "id", "type", "total", "first"],
}


def notes(asked: Asked, document_id: str) -> Response:
    """The notes on a document as a W3C AnnotationCollection."""
    catalog = current_room().archive.catalog
    found = catalog.documents.find(document_id)
    return _linked_data(annotation_collection(catalog, found, catalog.annotations.all(found.id), base_url()))


def note(asked: Asked, annotation_id: str) -> Response:
    """One note as a W3C Web Annotation, even if it was removed since: then the status is 410."""
    catalog = current_room().archive.catalog
    found = catalog.annotations.get(annotation_id)
    response = _linked_data(web_annotation(catalog, found, base_url()))
    response.status_code = 410 if found.removed_at else 200
    return response


def _linked_data(value: dict[str, Any]) -> Response:
    response = jsonify(value)
    response.content_type = LINKED_DATA
    return response


ENDPOINTS = (
    Endpoint(
        "document_annotations",
        "/documents/<document_id>/annotations",
        "The notes on a document",
        notes,
        NOTES,
        (),
        (404,),
        LINKED_DATA,
    ),
    Endpoint("annotation", "/annotations/<annotation_id>", "A note", note, NOTE, (), (404, 410), LINKED_DATA),
)
