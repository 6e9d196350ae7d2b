"""``GET /export.csv``, ``.xlsx`` and ``.json``: all that a search finds, as a file. The parameters are the search's."""

from __future__ import annotations

import io
from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request, send_file, url_for

from archive.packet.personal import masked_results, masks
from archive.search.gathering import gather
from webapp.presenters.search import PAGE_LINES
from webapp.result_tables import Pieces, as_json, csv_lines, write_workbook
from webapp.room import base_url, checked, current_room
from webapp.search_state import SearchState

blueprint = Blueprint("export", __name__)

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BYTE_ORDER_MARK = "\ufeff"
"""Without it, Excel takes the letters for those of an old code page."""


@blueprint.get("/export.csv")
def csv() -> Response:
    """As a table of text."""
    lines = csv_lines(_found(excerpts=1), _address())
    headers = {"Content-Disposition": "attachment; filename=search.csv"}
    return Response(_BYTE_ORDER_MARK + "".join(lines), mimetype="text/csv", headers=headers)


@blueprint.get("/export.xlsx")
def xlsx() -> Response:
    """As a workbook."""
    file = io.BytesIO()
    write_workbook(_found(excerpts=1), _address(), file)
    file.seek(0)
    return send_file(file, mimetype=_XLSX, as_attachment=True, download_name="search.xlsx")


@blueprint.get("/export.json")
def json() -> Response:
    """As JSON, with snippets of as many pages as the search page shows."""
    asked = SearchState.from_arguments(request.args).request(size=1)
    response = jsonify(as_json(_found(PAGE_LINES), asked))
    response.headers["Content-Disposition"] = "attachment; filename=search.json"
    return response


def _found(excerpts: int) -> Pieces:
    state = checked(SearchState.from_arguments(request.args))
    archive = current_room().archive
    service, _ = archive.searching(state.unit)
    pieces = gather(service, state.request(size=1, excerpts=excerpts))
    return masked_results(pieces) if masks(archive.settings) else pieces


def _address() -> Callable[[str], str]:
    base = base_url()
    return lambda document_id: base + url_for("document.show", document_id=document_id)
