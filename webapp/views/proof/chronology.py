"""``/chronology``: the dates in the documents of a search, of a procedure, or of a selection, with who did what."""

from __future__ import annotations

import io
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, render_template, request, send_file
from werkzeug.datastructures import MultiDict

from archive.chronology.entries import (
    MOST_DOCUMENTS,
    Chronology,
    chronology,
    chronology_csv,
    papers_of_procedure,
    write_chronology,
)
from archive.store.catalog import Catalog
from webapp.delivery import csv_file, workbook_file
from webapp.files.word.chronology import write_chronology_document
from webapp.languages.translation import gettext
from webapp.pages.chronology import present_chronology
from webapp.pages.wording import documents, shown_title
from webapp.room import asked_mask, base_url, checked, current_room, requested_document
from webapp.state import SearchState

blueprint = Blueprint("chronology", __name__)

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class _Selection:
    """The documents of a chronology, of ``found`` in total, and the parameters that select them."""

    title: str
    ids: tuple[str, ...]
    found: int
    pairs: tuple[tuple[str, str], ...]


@blueprint.get("/chronology", endpoint="show")
def show() -> str:
    """Show the chronology.

    ``document`` selects documents, ``procedure`` those of a document's procedure; otherwise they are those of a search.
    """
    asked = _selection(request.args)
    known = current_room().archive.catalog.documents.descriptions(asked.ids)
    page = present_chronology(_chronology_of(asked), known, asked.title, asked.pairs)
    return render_template("chronology.html", page=page)


@blueprint.get("/chronology.csv", endpoint="csv")
def as_csv() -> Response:
    """Send the chronology as CSV."""
    return csv_file(chronology_csv(_exported(), base_url()), "chronology.csv")


@blueprint.get("/chronology.xlsx", endpoint="xlsx")
def as_workbook() -> Response:
    """Send the chronology as a workbook."""
    told, base = _exported(), base_url()
    return workbook_file(lambda file: write_chronology(told, base, file), "chronology.xlsx")


@blueprint.get("/chronology.docx", endpoint="docx")
def as_document() -> Response:
    """Send the chronology as a Word document."""
    file = io.BytesIO()
    write_chronology_document(_exported(), gettext("Chronology"), base_url(), file)
    file.seek(0)
    return send_file(file, mimetype=_DOCX, as_attachment=True, download_name="chronology.docx")


def _exported() -> Chronology:
    return _chronology_of(_selection(request.args)).masked(asked_mask())


def _chronology_of(asked: _Selection) -> Chronology:
    most = current_app.config["CHRONOLOGY_PAGES"]
    return chronology(current_room().archive.catalog, asked.ids, asked.found, most)


def _selection(arguments: MultiDict[str, str]) -> _Selection:
    catalog = current_room().archive.catalog
    if named := arguments.getlist("document"):
        ids = tuple(dict.fromkeys(catalog.documents.find(id_).id for id_ in named[: MOST_DOCUMENTS + 1]))
        title = _title_of(catalog, ids[0]) if len(ids) == 1 else documents(len(ids))
        return _Selection(title, ids, len(named), tuple(("document", id_) for id_ in ids))
    if of := arguments.get("procedure"):
        document = requested_document(of)
        ids = tuple(papers_of_procedure(catalog, document.id))
        title = gettext("Procedure of %(title)s", title=_title_of(catalog, document.id))
        return _Selection(title, ids, len(ids), (("procedure", document.id),))
    state = checked(SearchState.from_arguments(arguments)).with_results_page(1)
    service, _ = current_room().archive.searching(state.unit)
    results = service.search(state.request(MOST_DOCUMENTS))
    ids = tuple(dict.fromkeys(hit.id for hit in results.hits))
    title = state.text or gettext("Documents")
    # Several clauses may belong to one document, so only a search for documents has the number of documents.
    found = results.total if results.total > len(results.hits) else len(ids)
    return _Selection(title, ids, found, state.pairs())


def _title_of(catalog: Catalog, id_: str) -> str:
    return shown_title(catalog.documents.descriptions([id_])[id_]).text
