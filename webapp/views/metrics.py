"""``GET /metrics``: numbers for Prometheus. For admins, or for whoever sits at this computer where nobody logs in."""

from __future__ import annotations

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST

from webapp.operations.metrics import told
from webapp.room import current_room

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def show() -> Response:
    """Counts of requests and of what the archive holds."""
    return Response(told(current_room().archive), content_type=CONTENT_TYPE_LATEST)
