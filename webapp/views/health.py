"""``/healthz``: liveness; ``/healthz/ready``: readiness; ``/metrics``: metrics for Prometheus.

A service manager uses the first to restart a server that does not respond; a restart would not bring a search server
back. A load balancer uses the second to route readers elsewhere.
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
"""A query with few results; without a word, the facets of all documents would be counted."""


@blueprint.get("/healthz")
def show() -> Response:
    """Send the state of the catalog and the index; numbers only for callers who may read.

    A failing catalog is an error like any other; a failing index is reported with status 200, because documents can
    still be read.
    """
    archive = current_room().archive
    documents = archive.catalog.documents.count()
    try:
        # An index that opens may still fail to search, so run a query.
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
    """Send 503 while a required component fails, with its name.

    The reason is left out, because it contains paths.
    """
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
    """Send the metrics of requests and of the archive."""
    return Response(told(current_room().archive), content_type=CONTENT_TYPE_LATEST)
