"""``GET /api/v1/...``: the JSON that the command line prints, for other programs.

A program that asks for something we do not know is told so; a page would pass over it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from flask import Blueprint, Response, jsonify, request

from archive.annotating.records import MEDIA_TYPE as LINKED_DATA
from archive.annotating.records import annotation_collection, web_annotation
from archive.clause_record import clause_records
from archive.errors import UsageError
from archive.facts.evidence import fact_records
from archive.procedures.records import chain_records
from archive.record import document_record
from archive.search.completion import MOST, complete
from archive.search.help import answer_as_json
from archive.search.request import SearchRequest
from archive.vendors.records import mention_records, vendor_list_record, vendor_record
from webapp.room import base_url, current_room
from webapp.search_state import SearchState, positive_number

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

COMPLETIONS = 10
"""Completions given to a program that does not say how many it wants."""

VENDORS, MOST_VENDORS = 100, 1000
"""Vendors given to a program that does not say how many it wants, and the most that one answer has."""

_NUMBER = re.compile(r"[0-9]{1,7}")


@blueprint.get("/search")
def search() -> Response:
    """Search. Parameters: ``q``, ``unit`` (documents or clauses), the facets (repeated), ``sort``, ``exact``,
    ``look_alikes``, ``limit``, ``offset``."""
    archive = current_room().archive
    state = SearchState.from_arguments(request.args)
    _refuse_unknown({"q", "unit", *state.unit.facets, "sort", "exact", "look_alikes", "limit", "offset"})
    asked = SearchRequest(
        state.text,
        state.filters,
        state.sort,
        limit=_number("limit", archive.settings.number("results_per_page")),
        offset=_number("offset", 0),
        exact=state.exact,
        look_alikes=state.look_alikes,
        unit=state.unit,
    )
    service, engine = archive.searching(state.unit)
    return jsonify(answer_as_json(service, engine, asked, service.search(asked)))


@blueprint.get("/complete")
def completions() -> Response:
    """What the last word of ``q`` may become, at most ``limit`` of it."""
    _refuse_unknown({"q", "limit"})
    asked = SearchRequest(request.args.get("q", ""), limit=min(_number("limit", COMPLETIONS), MOST))
    found = complete(current_room().archive.engine, asked.text, asked.limit)
    return jsonify(query=asked.text, completions=[completion.as_json() for completion in found])


@blueprint.get("/documents/<document_id>")
def document(document_id: str) -> Response:
    """One document with the text of its pages, or of the page that ``page`` names, in the reading it names."""
    _refuse_unknown({"page", "reading"})
    page, reading = (
        positive_number(name, request.args[name]) if name in request.args else None for name in ("page", "reading")
    )
    return jsonify(document_record(current_room().archive.catalog, document_id, page, reading))


@blueprint.get("/documents/<document_id>/facts")
def facts(document_id: str) -> Response:
    """The facts of a document with their evidence."""
    _refuse_unknown(())
    return jsonify(fact_records(current_room().archive.catalog, document_id))


@blueprint.get("/documents/<document_id>/chain")
def chain(document_id: str) -> Response:
    """The procedures that a document belongs to, their papers in order, and what is missing of them."""
    _refuse_unknown(())
    return jsonify(chain_records(current_room().archive.catalog, document_id))


@blueprint.get("/documents/<document_id>/clauses")
def clauses(document_id: str) -> Response:
    """The clause tree of a document, in the reading that ``reading`` names or the newest."""
    _refuse_unknown({"reading"})
    reading = positive_number("reading", request.args["reading"]) if "reading" in request.args else None
    return jsonify(clause_records(current_room().archive.catalog, document_id, reading))


@blueprint.get("/documents/<document_id>/annotations")
def document_annotations(document_id: str) -> Response:
    """The notes on a document as a W3C AnnotationCollection."""
    _refuse_unknown(())
    catalog = current_room().archive.catalog
    document = catalog.find(document_id)
    found = annotation_collection(catalog, document, catalog.annotations(document.id), base_url())
    return _linked_data(found)


@blueprint.get("/annotations/<annotation_id>")
def annotation(annotation_id: str) -> Response:
    """One note as a W3C Web Annotation, even if it was removed since: then the status says so."""
    _refuse_unknown(())
    catalog = current_room().archive.catalog
    found = catalog.annotation(annotation_id)
    response = _linked_data(web_annotation(catalog, found, base_url()))
    response.status_code = 410 if found.removed_at else 200
    return response


@blueprint.get("/vendors")
def vendors() -> Response:
    """The vendors with ``q`` in a name or number; ``limit`` of them, after the first ``offset``."""
    _refuse_unknown({"q", "limit", "offset"})
    limit, offset = min(_number("limit", VENDORS), MOST_VENDORS), _number("offset", 0)
    total, listed = current_room().archive.catalog.vendor_list(request.args.get("q", ""), limit, offset)
    return jsonify(vendor_list_record(total, listed))


@blueprint.get("/vendors/<vendor_id>")
def vendor(vendor_id: str) -> Response:
    """A vendor by its id, a number or a name, with the documents that name it."""
    _refuse_unknown(())
    found = current_room().archive.catalog.vendor(vendor_id)
    return jsonify(vendor_record(found) | {"documents": mention_records(found)})


def _linked_data(value: dict[str, Any]) -> Response:
    response = jsonify(value)
    response.content_type = LINKED_DATA
    return response


def _refuse_unknown(known: Collection[str]) -> None:
    for name in request.args:
        if name not in known:
            raise UsageError(
                f"There is no parameter {name!r}.", f"Parameters are: {', '.join(sorted(known)) or 'none'}."
            )


def _number(name: str, default: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not _NUMBER.fullmatch(text):
        raise UsageError(f"{name} must be a whole number, not {text[:40]!r}.")
    return int(text)
