"""``/``: search and browsing; its facets, its certificate, and the export of its results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import chain
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from archive.archive import Archive
from archive.errors import DosijeError, UsageError, sentences
from archive.facts.review import counted_doubts, queue
from archive.findings.definition import Definition
from archive.findings.files import readable
from archive.findings.kept.as_of import aside, is_current, keep_units
from archive.findings.kept_sentences import kept_findings
from archive.profiles.place import place_profile
from archive.profiles.questions import findings_asked_for, place_asked_for, words_unused
from archive.profiles.replies import told_in_replies
from archive.search.certificate import Certificate, certify
from archive.search.filters import engine_request
from archive.search.help import search_help
from archive.search.masking import masked_results
from archive.search.query_language.parsed_query import TypedWord
from archive.search.request import MOST_YEARS, STORY, UNKNOWN, SearchRequest, all_years, excluding
from archive.search.results import SearchResults
from archive.search.spreadsheets import as_json, csv_lines, write_workbook
from archive.store.kept.units import KeptUnitsLost
from webapp.access.guard import may_open
from webapp.delivery import csv_file, workbook_file
from webapp.errors import PastTheEnd
from webapp.forms import own_marks, story_reader
from webapp.languages.translation import gettext
from webapp.links import search_url
from webapp.pages.certificate import READERS, present_certificate
from webapp.pages.facets import known_years, present_facet, with_part
from webapp.pages.front_page import FrontContext, Shelf, present_front
from webapp.pages.hits.cards import PAGE_LINES
from webapp.pages.jobs import present_reading
from webapp.pages.profiles.answer import Answer, present_answer
from webapp.pages.profiles.place import QUANTITIES
from webapp.pages.search import present_search
from webapp.pages.wording import unit_label
from webapp.room import (
    asked_mask,
    base_url,
    check,
    checked,
    close_passages,
    current_room,
    notes_on_fields,
    story_resolved,
)
from webapp.state import SearchState, positive_number

blueprint = Blueprint("search", __name__)


@blueprint.get("/")
def show() -> Response:
    """Show the search form with its results."""
    archive = current_room().archive
    asked = story_resolved(SearchState.from_arguments(request.args))
    size = archive.settings.number("results_per_page")
    service, engine = archive.searching(asked.unit)
    results = service.search(asked.request(size, excerpts=PAGE_LINES), may_be_partial=True, filled_up=True)
    checked = check(asked, results.filters)
    # Filters accept any spelling and any name of a vendor; links use the value of the facet.
    state = replace(asked, filters=results.filters)
    if not (results.hits or results.partly) and state.results_page > 1:
        last = replace(state, results_page=max(1, -(-(results.total + (results.total_partly or 0)) // size)))
        message = gettext("There are fewer than %(number)s pages of results.", number=state.results_page)
        raise PastTheEnd(message, gettext("To the last page of results"), search_url(last))
    jobs = archive.catalog.jobs.newest(JOBS_LOOKED_AT) if may_open("jobs.show_all") and not state.parameters() else ()
    reading = present_reading(jobs)
    is_empty = results.total == 0 and (bool(reading) or archive.catalog.documents.count() == 0)
    help_ = search_help(service, engine, state.request(size=1), results, READERS)
    on_fields = notes_on_fields(state.request(size), parsed=results.parsed)
    close, failures = close_passages(state.request(size), results)
    answer, uncounted = _answer(state, results) if state.results_page == 1 else (None, ())
    told = dict.fromkeys((*map(str, checked.errors), *results.notes, *checked.notes, *on_fields, *failures, *uncounted))
    results = replace(results, notes=tuple(told))
    near = close.hits if close else ()
    marks = own_marks({one.id for one in (*results.hits, *results.partly)} | {one.id for one in near})
    page = present_search(
        state, results, size, help_, close, marks=marks, most=current_app.config["CHOSEN"], is_empty_archive=is_empty
    )
    page = replace(page, answer=answer)
    if not state.parameters():
        front = None if is_empty else _front(results, request.args.get("question", ""))
        page = replace(page, front=front, reading=reading)
    if checked.errors or STORY in state.filters:
        # Without a search there is nothing to certify or to save; a story is not the archive.
        page = replace(page, certificate=None)
    response = make_response(render_template("search.html", page=page), 400 if checked.errors else 200)
    # The script that inserts results into the page shows their URL in the address bar.
    response.headers["HX-Push-Url"] = search_url(state)
    return response


def _answer(state: SearchState, results: SearchResults) -> tuple[Answer | None, tuple[str, ...]]:
    """Return what the findings say that the query asks for, of the municipality that it or its filter names, and the
    messages of a failure, which does not affect the results of the search itself.

    None also while what they are counted from is computed in the background: a search waits for no count.
    """
    archive, words = current_room().archive, results.parsed.words
    asked = findings_asked_for(words, readable(archive.home)[0]) if words else []
    if not asked:
        return None, ()
    try:
        return _answer_of(archive, asked, _place_asked_for(archive, state, words), words), ()
    except DosijeError as error:
        return None, (sentences(error.message, error.remedy),)


def _place_asked_for(archive: Archive, state: SearchState, words: Sequence[TypedWord]) -> str | None:
    chosen = state.filters.get("municipality", ())
    every = engine_request(archive.catalog, SearchRequest(limit=1), None, may_be_partial=True)
    known = sorted(archive.engine.search(every).facets["municipality"].keys() - {UNKNOWN})
    return place_asked_for(words, known) or (chosen[0] if len(chosen) == 1 and chosen[0] in known else None)


def _answer_of(
    archive: Archive, asked: Sequence[Definition], place: str | None, words: Sequence[TypedWord]
) -> Answer | None:
    if place is None:
        return None
    if not is_current(archive.catalog) and archive.catalog.documents.count() > COUNTED_AT_ONCE:
        with suppress(KeptUnitsLost):
            aside(archive.catalog, "units", partial(keep_units, archive.catalog))
        return None
    profile = place_profile(archive.home, archive.catalog, place, only=asked)
    things = [word for one in asked if one.name == QUANTITIES for word in one.asked]
    reply = told_in_replies(archive.catalog, archive.search, place, "cameras", things) if things else None
    return present_answer(profile, reply, words_unused(words, place, asked))


JOBS_LOOKED_AT = 20
"""Newest uploads in which the front page looks for unfinished ones."""

NEW, COUNTED_AT_ONCE = 6, 1_000
"""New documents on the front page; maximum documents of an archive whose doubts are updated for it.

In a larger archive, an update may take seconds, so the front page shows the last count.
"""


def _front(results: SearchResults, question: str) -> FrontContext | None:
    """Return the front page above the list of all documents; None if the reader can see no document.

    Findings are not computed for it, but read from the cache.
    """
    if not results.total:
        return None
    archive = current_room().archive
    catalog = archive.catalog
    definitions, _ = readable(archive.home)
    newest = catalog.documents.newest(NEW)
    if results.total <= COUNTED_AT_ONCE and may_open("review.show"):
        queue(catalog)
    shelf = Shelf(
        total=results.total,
        facets=results.facets,
        kept=list(zip(definitions, kept_findings(definitions, catalog, archive.engine), strict=True)),
        newest=newest,
        described=catalog.documents.descriptions(one.id for one in newest),
        counts=catalog.coverage.counts(),
        saved=catalog.searches.all(),
        stories=catalog.stories.all(story_reader()),
        doubts=counted_doubts(catalog) if may_open("review.show") else None,
    )
    return present_front(shelf, question)


facets = Blueprint("facets", __name__)


@facets.get("/facets/<name>", endpoint="show")
def show_facet(name: str) -> str:
    """Show the facet values that contain ``find``, in either script, without diacritics, from number ``first`` on."""
    archive = current_room().archive
    asked = SearchState.from_arguments(request.args)
    if name not in asked.unit.facets:
        unit = unit_label(asked.unit).lower()
        raise NotFound(
            gettext("There is no filter %(name)s in a search for %(unit)s.", name=repr(name[:40]), unit=unit)
        )
    find = request.args.get("find", "")[:200]
    first = positive_number("first", request.args.get("first") or "1")
    state = replace(checked(asked), results_page=1)
    service, _ = archive.searching(state.unit)
    counts = service.search(state.request(size=1), may_be_partial=True).facets.counts[name]
    found = with_part(name, counts, find)
    size = current_app.config["FACET_VALUES"]
    if first > max(1, len(found)):
        message = gettext("There are fewer than %(number)s values.", number=first)
        pairs = [pair for pair in request.args.items(multi=True) if pair[0] != "first"]
        last = f"{request.path}?{urlencode([*pairs, ('first', _last_part(len(found), size))])}"
        raise PastTheEnd(message, gettext("To the last values"), last)
    return render_template("facet.html", page=present_facet(state, name, find, found, counts, first, size))


@facets.get("/years", endpoint="years")
def choose_years() -> ResponseReturnValue:
    """Redirect to the results of the years ``from``–``to``.

    If one is empty, it is the first or the last year of the results.
    """
    state = replace(checked(SearchState.from_arguments(request.args)), results_page=1)
    state = state.with_values("year", ()).with_values(excluding("year"), ())
    asked = [request.args.get(name, "").strip() for name in ("from", "to")]
    if not any(asked):
        return redirect(search_url(state))
    service, _ = current_room().archive.searching(state.unit)
    known = known_years(service.search(state.request(size=1), may_be_partial=True).facets.counts["year"])
    ends = (known[0], known[-1]) if known else ("", "")
    first, last = sorted(map(_year, (typed or end for typed, end in zip(asked, ends, strict=True))))
    years = all_years([f"{first}-{last}"])
    if years == (f"{first}-{last}",):
        raise UsageError(gettext("At most %(most)s years are chosen at once.", most=MOST_YEARS))
    return redirect(search_url(state.with_values("year", years)))


def _year(text: str) -> str:
    if not (text.isascii() and text.isdecimal() and len(text) == 4):
        raise UsageError(gettext("%(value)s is not a year.", value=repr(text[:20])), gettext("Write a year like 2021."))
    return text


def _last_part(count: int, size: int) -> int:
    """Return the number of the first item of the last part of a list."""
    return (max(count, 1) - 1) // size * size + 1


certificate = Blueprint("certificate", __name__)


@certificate.get("/certificate", endpoint="show")
def show_certificate() -> str:
    """Show the certificate as a page."""
    state = SearchState.from_arguments(request.args)
    return render_template("certificate.html", page=present_certificate(_certify(state), state))


@certificate.get("/certificate.json", endpoint="as_json")
def certificate_json() -> Response:
    """Send a new certificate, which is not the one that a page showed before."""
    return jsonify(_certify(SearchState.from_arguments(request.args)).as_json())


def _certify(state: SearchState) -> Certificate:
    archive = current_room().archive
    checked = check(state)
    checked.raise_any()
    asked = state.request(archive.settings.number("results_per_page"))
    notes = (*checked.notes, *notes_on_fields(asked))
    return certify(archive.catalog, archive.engine, archive.search, asked, notes)


export = Blueprint("export", __name__)


@export.get("/export.csv", endpoint="csv")
def export_csv() -> Response:
    """Send the results as CSV, as they are found."""
    pieces = _found(excerpts=1)
    first = next(pieces)
    lines = stream_with_context(csv_lines(chain((first,), pieces), document_address()))
    return csv_file(lines, "search.csv", is_streamed=first.total > len(first.hits))


@export.get("/export.xlsx", endpoint="xlsx")
def export_xlsx() -> Response:
    """Send the results as a workbook."""
    return workbook_file(partial(write_workbook, _found(excerpts=1), document_address()), "search.xlsx")


@export.get("/export.json", endpoint="json")
def export_json() -> Response:
    """Send the results as JSON, with as many snippets per document as the search page shows."""
    asked = story_resolved(SearchState.from_arguments(request.args)).request(size=1)
    service, _ = current_room().archive.searching(asked.unit)
    pieces = list(_found(PAGE_LINES))
    response = jsonify(as_json(pieces, asked, service.total_partly(asked, pieces[0])))
    response.headers["Content-Disposition"] = "attachment; filename=search.json"
    return response


def _found(excerpts: int) -> Iterator[SearchResults]:
    state = checked(SearchState.from_arguments(request.args))
    archive = current_room().archive
    service, _ = archive.searching(state.unit)
    return masked_results(service.in_pieces(state.request(size=1, excerpts=excerpts)), asked_mask())


def document_address() -> Callable[[str], str]:
    """Return a function that returns the absolute URL of a document."""
    base = base_url()
    return lambda document_id: base + url_for("document.show", document_id=document_id)
