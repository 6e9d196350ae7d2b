"""``GET /findings/<name>.csv`` and its like: a finding as a file. Each number in it has its address."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

from flask import Blueprint, Response, jsonify, request, send_file, stream_with_context
from flask.typing import ResponseReturnValue

from archive.errors import UsageError
from archive.findings.definition import Unit
from archive.findings.records import finding_record
from archive.findings.state import state
from archive.findings.table import UNITS, Table
from archive.ocds.release import releases
from archive.ocds.values import Links
from archive.packet.personal import masked_value, masks
from archive.procedures.chains import chains
from webapp.finding_state import FindingState
from webapp.finding_tables import addresses, csv_lines, write_workbook
from webapp.languages.translation import gettext
from webapp.links import document_url, evidence_url, page_path
from webapp.room import base_url, current_room
from webapp.search_state import SearchState
from webapp.views.findings import counted

blueprint = Blueprint("finding_files", __name__)

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BYTE_ORDER_MARK = "\ufeff"
"""Without it, Excel takes the letters for those of an old code page."""


@blueprint.get("/findings/<name>.<any(csv, xlsx, json, ocds):form>")
def export(name: str, form: str) -> ResponseReturnValue:
    """A finding as a file; ``ocds`` are the releases of its procurements, one JSON value a line."""
    asked = FindingState.from_arguments(name, request.args)
    table, base, catalog = counted(asked), base_url(), current_room().archive.catalog
    at = addresses(table, base, str(table.as_of.event) if asked.as_of else "")
    is_masked = masks(current_room().archive.settings)
    headers = {"Content-Disposition": f"attachment; filename={name}.{form}{'.jsonl' if form == 'ocds' else ''}"}
    if form == "csv":
        lines = "".join(csv_lines(table, at, is_masked=is_masked))
        return Response(_BYTE_ORDER_MARK + lines, mimetype="text/csv", headers=headers)
    if form == "ocds":
        if table.definition.counts is not Unit.PROCEDURES:
            raise UsageError(gettext("OCDS tells of procurements, and this finding does not count them."))
        released = stream_with_context(_releases(table, base, is_past=bool(asked.as_of), is_masked=is_masked))
        return Response(released, mimetype="application/x-ndjson", headers=headers)
    if form == "json":
        record = finding_record(table, catalog, at)
        response = jsonify(masked_value(record) if is_masked else record)
        response.headers.update(headers)
        return response
    file = io.BytesIO()
    write_workbook(table, catalog, at, lambda *place: base + page_path(*place), file, is_masked=is_masked)
    file.seek(0)
    return send_file(file, mimetype=_XLSX, as_attachment=True, download_name=f"{name}.xlsx")


def _releases(table: Table, base: str, *, is_past: bool, is_masked: bool) -> Iterator[str]:
    archive, asked = current_room().archive, SearchState()
    place = table.place_of(UNITS)
    assert place is not None, "every table counts its units"
    counted = {proof.unit for proof in table.total.cells[place].proofs}
    known = state(archive.catalog, table.as_of.event if is_past else None)
    chosen = [chain for chain in chains(list(known.papers.values()), known.copies) if chain.id in counted]
    links = Links(
        page=lambda span, number: base + evidence_url(span, number, asked),
        document=lambda document: base + document_url(document, asked),
    )
    for release in releases(archive.catalog, archive.settings.text("ocid_prefix"), links, chosen):
        told = masked_value(release) if is_masked else release
        yield f"{json.dumps(told, ensure_ascii=False)}\n"
