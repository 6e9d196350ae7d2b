"""``GET /healthz``: whether the reading room can answer, for whatever watches over it."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from archive.access.roles import Right
from archive.search.request import SearchRequest
from webapp.access.callers import caller
from webapp.room import current_room

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def show() -> Response:
    """The catalog and the index are asked for something small; what fails is an error like any other. How much there
    is, is for those who may read it."""
    archive = current_room().archive
    documents = archive.catalog.document_count()
    # An index that opens may still not answer, so it is asked a question.
    indexed = archive.search.search(SearchRequest(limit=1)).total
    if not caller().may(Right.READ):
        return jsonify(status="ok")
    return jsonify(status="ok", documents=documents, indexed=indexed, index_generation=archive.engine.generation)
