"""``/healthz``: whether the room answers, and what of it does not; ``/healthz/ready``: whether all of it does;
``/metrics``: numbers for Prometheus.

A service manager asks the first and starts a room anew that does not answer; that would bring no search server back.
A load balancer asks the second and sends readers elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST

from archive.access.records import Right
from archive.archive import Archive
from archive.errors import DosijeError
from archive.search.request import SearchRequest
from webapp.access.callers import caller
from webapp.operations.logs import tell_error
from webapp.operations.metrics import told
from webapp.room import current_room

blueprint = Blueprint("health", __name__)

OK, FAILED, NOT_ASKED = "ok", "failed", "not asked"

_SMALL = SearchRequest("dosije", limit=1)
"""A question about few documents: those that are found are counted by facet, and without a word that would be all."""


@blueprint.get("/healthz")
def show() -> Response:
    """Ask the catalog and the index for something small. A catalog that fails is an error like any other; without
    an index documents are still read, so that is told and is none. How much there is, is for those who may read it."""
    archive = current_room().archive
    documents = archive.catalog.documents.count()
    try:
        # An index that opens may still not answer, so it is asked a question.
        found = archive.search.search(SearchRequest(limit=1) if _may_read() else _SMALL)
    except DosijeError as error:
        tell_error(error)
        return jsonify(status="degraded", missing=["search"], **({"documents": documents} if _may_read() else {}))
    if not _may_read():
        return jsonify(status="ok")
    return jsonify(
        status="ok",
        documents=documents,
        indexed=found.total,
        index_generation=archive.engine.generation,
        not_searched=found.not_searched,
    )


@blueprint.get("/healthz/ready")
def ready() -> tuple[Response, int]:
    """Answer 503 as long as a part does not answer that readers need; which one, without the reason, which names
    places."""
    checks = _checks(current_room().archive)
    is_ready = all(check == OK for check in checks.values())
    return jsonify(status="ready" if is_ready else "not ready", checks=checks), 200 if is_ready else 503


def _checks(archive: Archive) -> Mapping[str, str]:
    try:
        archive.catalog.refuse_if_closed()
        archive.catalog.documents.count()
    except DosijeError as error:
        tell_error(error)
        return {"catalog": FAILED, "search": NOT_ASKED}
    try:
        archive.search.search(_SMALL)
    except DosijeError as error:
        tell_error(error)
        return {"catalog": OK, "search": FAILED}
    return {"catalog": OK, "search": OK}


def _may_read() -> bool:
    return caller().may(Right.READ)


metrics = Blueprint("metrics", __name__)


@metrics.get("/metrics", endpoint="show")
def show_metrics() -> Response:
    """Show counts of requests and of what the archive holds."""
    return Response(told(current_room().archive), content_type=CONTENT_TYPE_LATEST)
