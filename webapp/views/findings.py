"""``GET /findings``: counted tables, what makes each of their numbers, and both as files."""

from __future__ import annotations

import io
from itertools import islice

from flask import Blueprint, Response, jsonify, render_template, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from archive.errors import UsageError
from archive.findings.counting import run
from archive.findings.files import load, readable
from archive.findings.records import finding_record, shown
from archive.findings.table import Table
from archive.search.request import UNKNOWN
from webapp.finding_tables import addresses, csv_lines, write_workbook
from webapp.links import page_path
from webapp.presenters.findings import PROOFS_SHOWN, present_cell, present_finding, present_findings
from webapp.room import base_url, current_room
from webapp.search_state import positive_number

blueprint = Blueprint("findings", __name__)

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BYTE_ORDER_MARK = "\ufeff"
"""Without it, Excel takes the letters for those of an old code page."""


@blueprint.get("/findings")
def show_all() -> str:
    """Every finding, with what is wrong with the files of those that cannot be read."""
    found, wrong = readable(current_room().archive.home)
    return render_template("findings.html", page=present_findings(found, wrong))


@blueprint.get("/findings/<name>")
def show(name: str) -> str:
    """A finding, its rows by the column ``sort``."""
    table = _counted(name)
    sort = request.args.get("sort")
    if sort is not None and table.place_of(sort) is None:
        raise UsageError(f"{table.definition.title} has no column {sort!r}.")
    return render_template("finding.html", page=present_finding(table, sort))


@blueprint.get("/findings/<name>/cell")
def cell(name: str) -> str:
    """The facts that make the number of a ``row`` and a ``column``; of the total, if no row is named."""
    table = _counted(name)
    key = [None if value == UNKNOWN else value for value in request.args.getlist("row")]
    row, place = table.row(key), table.place_of(request.args.get("column", ""))
    if row is None or place is None:
        raise NotFound(f"{table.definition.title} has no such row or column.")
    first = positive_number("first", request.args.get("first") or "1")
    number = row.cells[place]
    proofs = list(shown(current_room().archive.catalog, islice(number.proofs, first - 1, first - 1 + PROOFS_SHOWN)))
    return render_template(
        "finding_cell.html", page=present_cell(table, row, table.columns[place], number, proofs, first)
    )


@blueprint.get("/findings/<name>.<any(csv, xlsx, json):form>")
def export(name: str, form: str) -> ResponseReturnValue:
    """A finding as a file."""
    table, base, catalog = _counted(name), base_url(), current_room().archive.catalog
    headers = {"Content-Disposition": f"attachment; filename={table.definition.name}.{form}"}
    if form == "csv":
        return Response(_BYTE_ORDER_MARK + "".join(csv_lines(table, base)), mimetype="text/csv", headers=headers)
    if form == "json":
        response = jsonify(finding_record(table, catalog, addresses(table, base)))
        response.headers.update(headers)
        return response
    file = io.BytesIO()
    write_workbook(table, catalog, base, lambda *at: base + page_path(*at), file)
    file.seek(0)
    return send_file(file, mimetype=_XLSX, as_attachment=True, download_name=f"{table.definition.name}.xlsx")


def _counted(name: str) -> Table:
    archive = current_room().archive
    return run(load(archive.home, name), archive.catalog, archive.search, archive.engine)
