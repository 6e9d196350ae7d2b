"""``GET /api/v1/...``: the JSON that the command line prints, for other programs.

A program that asks for something we do not know is told so; a page would pass over it.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from flask import Blueprint, Response, jsonify, request

from archive.errors import UsageError
from archive.facts.evidence import fact_records
from archive.record import document_record
from archive.search.completion import MOST, complete
from archive.search.help import answer_as_json
from archive.search.request import FACETS, SearchRequest
from webapp.room import current_room
from webapp.search_state import SearchState, positive_number

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

COMPLETIONS = 10
"""Completions given to a program that does not say how many it wants."""

_NUMBER = re.compile(r"[0-9]{1,7}")


@blueprint.get("/search")
def search() -> Response:
    """Search. Parameters: ``q``, the facets (repeated), ``sort``, ``exact``, ``look_alikes``, ``limit``, ``offset``."""
    _refuse_unknown({"q", *FACETS, "sort", "exact", "look_alikes", "limit", "offset"})
    archive = current_room().archive
    state = SearchState.from_arguments(request.args)
    asked = SearchRequest(
        state.text,
        state.filters,
        state.sort,
        limit=_number("limit", archive.settings.number("results_per_page")),
        offset=_number("offset", 0),
        exact=state.exact,
        look_alikes=state.look_alikes,
    )
    return jsonify(answer_as_json(archive.search, archive.engine, asked, archive.search.search(asked)))


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
