"""``/api/v1/...``: the JSON that the command line prints, for other programs. Here is the table.

What each endpoint takes and answers is declared beside it (:class:`webapp.api.endpoint.Endpoint`). The views, the
checks on parameters, ``/api/openapi.json`` and the page ``/api`` all come from this table.
"""

from __future__ import annotations

from flask import Blueprint

from webapp.api import citing, documents, facts, jobs, searching, stories
from webapp.api.endpoint import Endpoint

PREFIX = "/api/v1"

TABLE: tuple[Endpoint, ...] = (
    *searching.ENDPOINTS,
    *documents.ENDPOINTS,
    *citing.ENDPOINTS,
    *facts.ENDPOINTS,
    *searching.SAVED,
    *facts.FINDING_ENDPOINTS,
    *jobs.ENDPOINTS,
    *stories.ENDPOINTS,
)

blueprint = Blueprint("api", __name__, url_prefix=PREFIX)

for each in TABLE:
    blueprint.add_url_rule(each.path, each.name, each, methods=[each.method])
