"""``/findings``: tables, the facts behind their numbers, their changes, and their export as files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from flask import Blueprint, Response, current_app, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from archive.errors import DosijeError, FindingsBehind, UsageError
from archive.findings.changes import compare_runs
from archive.findings.counting import run
from archive.findings.definition import CountedUnit, Definition
from archive.findings.files import as_asked, load, readable
from archive.findings.joined import Joining, joined
from archive.findings.kept.as_of import past_units_of, state_of, subjects_now
from archive.findings.kept.past import event_at
from archive.findings.kept.units import Procedure
from archive.findings.kept_sentences import sentences_of_all
from archive.findings.records import RowOf, Shown, finding_record, placed, shown
from archive.findings.sentences import told
from archive.findings.table import UNITS, Cell, Table
from archive.ocds.export import Procured, procured_now, releases
from archive.ocds.values import Links
from archive.search.masking import Masking, masked_record, masked_value
from archive.search.request import UNKNOWN
from archive.serialization import json_pieces
from archive.store.stories.story import Story
from webapp.delivery import csv_file, streamed_answer, text_answer, workbook_file
from webapp.finding_tables import cell_address, csv_lines, number_address, refuse_too_much, write_workbook
from webapp.forms import story_reader
from webapp.languages.translation import gettext, said, said_error
from webapp.links import document_url, evidence_url, page_path
from webapp.pages.findings.cell import CLIPS_SHOWN, PROOFS_SHOWN, Pages, present_cell, proof_crop, proving
from webapp.pages.findings.changes import present_changes
from webapp.pages.findings.finding import present_finding
from webapp.pages.findings.overview import CountedFinding, present_findings
from webapp.pages.findings.pictures import choose_picture
from webapp.pages.findings.wording import story_scope
from webapp.room import asked_mask, base_url, current_room, masked_page
from webapp.state import FindingState, SearchState, positive_number

blueprint = Blueprint("findings", __name__)


@blueprint.get("/findings")
def show_all() -> str:
    """Show all findings with their sentences, and the errors of files that cannot be read."""
    archive = current_room().archive
    found, wrong = readable(archive.home)
    story = asked_story(request.args.get("story", ""))
    if story is not None:
        return _of_story(story, found, wrong)
    said_of_all = sentences_of_all(found, archive.catalog, archive.search, archive.engine)
    behind = [told for told in said_of_all if isinstance(told, FindingsBehind)]
    if behind and len(behind) == len(found):
        raise behind[0]
    counted = [
        CountedFinding(definition, (), said_error(told))
        if isinstance(told, DosijeError)
        else CountedFinding(definition, told)
        for definition, told in zip(found, said_of_all, strict=True)
    ]
    return render_template("findings.html", page=present_findings(counted, wrong))


def _of_story(story: Story, found: Iterable[Definition], wrong: Mapping[str, str]) -> str:
    """Return the page of findings for the documents of a story."""
    archive, counted = current_room().archive, []
    for definition in found:
        try:
            table = run(definition, archive.catalog, archive.search, archive.engine, among=story.documents)
            counted.append(CountedFinding(definition, told(table)))
        except DosijeError as error:
            counted.append(CountedFinding(definition, (), said_error(error)))
    page = present_findings(counted, wrong, story.id)
    return render_template("findings.html", page=replace(page, story=story_scope(story, url_for("findings.show_all"))))


@blueprint.get("/findings/<name>")
def show(name: str) -> str:
    """Show a finding with its pictures.

    Its parameters are those of :class:`webapp.state.FindingState`.
    """
    state = FindingState.from_arguments(name, request.args)
    table = counted(state)
    if state.sort and state.sort not in table.definition.group and table.place_of(state.sort) is None:
        title = said(table.definition.title)
        raise UsageError(gettext("%(title)s has no column %(column)s.", title=title, column=repr(state.sort)))
    catalog = current_room().archive.catalog
    coverage = None if state.as_of or state.story else catalog.coverage.survey(table.as_of.generation)
    size = current_app.config["FINDING_ROWS"]
    page = present_finding(table, state, coverage, size, base_url())
    if story := asked_story(state.story):
        page = replace(page, story=story_scope(story, state.of_whole_archive().url))
    return render_template("finding.html", page=page)


@blueprint.get("/findings/<name>/cell")
def cell(name: str) -> str:
    """Show the facts behind the number of a ``row`` (default: the total) and a ``column``, or of several.

    See :class:`archive.findings.joined.Joining`.
    """
    asked, table, joining, number = _requested_number(name)
    first = positive_number("first", request.args.get("first") or "1")
    listed = proving(table, joining, number)
    proofs = _proofs_from(listed, _row_of(table, asked, joining), first, PROOFS_SHOWN)
    pages, subjects = _pages(proofs[:CLIPS_SHOWN]), _subjects(table, asked, proofs)
    page = present_cell(table, asked, joining, number, listed, proofs, first, pages, subjects)
    return render_template("finding_cell.html", page=page)


@blueprint.get("/findings/<name>/clip")
def clip(name: str) -> str:
    """Show the clip of the first evidence of a number."""
    asked, table, joining, number = _requested_number(name)
    listed = [one.in_words for one in _proofs_from(number, _row_of(table, asked, joining), 1, CLIPS_SHOWN)]
    listed = [one for one in listed if one.evidence is not None][:1]
    pages = _pages(listed)
    return render_template("_clip.html", crop=proof_crop(listed[0], pages) if listed else None, proofs=number)


def _requested_number(name: str) -> tuple[FindingState, Table, Joining, Cell]:
    state = FindingState.from_arguments(name, request.args)
    table = counted(state)
    joining = asked_joining(request.args)
    number = joined(table, joining)
    if number is None:
        title = said(table.definition.title)
        raise NotFound(gettext("%(title)s has no such row or column.", title=title))
    return state, table, joining, number


def asked_joining(arguments: MultiDict[str, str]) -> Joining:
    """Return the joining in a URL (:meth:`webapp.state.FindingState.number_url`)."""
    key = tuple(None if value == UNKNOWN else value for value in arguments.getlist("row"))
    columns, without = (tuple(arguments.getlist(name)) for name in ("column", "not"))
    return Joining(key, columns, without, arguments.get("count", ""))


def _row_of(table: Table, asked: FindingState, joining: Joining) -> RowOf:
    return RowOf(table.definition, joining.key, joining.count, table.as_of.event if asked.as_of else None)


def _proofs_from(number: Cell, row: RowOf, first: int, most: int) -> list[Shown]:
    """Return ``most`` proofs of a number, from number ``first`` on."""
    catalog = current_room().archive.catalog
    return placed(catalog, shown(catalog, number.proofs[first - 1 : first - 1 + most]), row)


def _subjects(table: Table, asked: FindingState, proofs: Iterable[Shown]) -> dict[str, str]:
    """Return the subjects of the units of these proofs, by unit."""
    named = {one.proof.unit for one in proofs}
    catalog, counts = current_room().archive.catalog, table.definition.counts
    if story := asked_story(asked.story):
        units = state_of(catalog, story.documents, table.as_of.event if asked.as_of else None).units(counts)
        return {one.id: one.subject.value for one in units if one.subject and one.id in named}
    if not asked.as_of:
        return subjects_now(catalog, counts, named)
    return past_units_of(catalog, table.as_of.event).subjects(counts, named)


def _pages(proofs: Iterable[Shown]) -> Pages:
    """Return the words of the pages with the evidence of proofs."""
    told = (one.in_words for one in proofs)
    spans = ((one.proof.fact.span, one.evidence.page.number) for one in told if one.proof.fact and one.evidence)
    wanted = {(span.document, span.reading, number) for span, number in spans if span is not None}
    return current_room().archive.catalog.readings.words_of_pages(wanted)


@blueprint.get("/findings/<name>/changes")
def changes(name: str) -> str:
    """Show the changes of a finding from ``against`` to ``as_of``, or to now, with their reasons."""
    state = FindingState.from_arguments(name, request.args)
    archive = current_room().archive
    refuse_story(state)
    if not state.against:
        raise UsageError(gettext("Nothing is named to compare with."), gettext("Name a day or an event."))
    moments = [event_at(archive.catalog, text) for text in (state.against, state.as_of) if text]
    newest = archive.catalog.events.newest()
    parts = archive.catalog, archive.search, archive.engine
    comparison = compare_runs(_definition(state), *parts, moments[0], moments[1] if state.as_of else newest)
    return render_template("finding_changes.html", page=present_changes(comparison, state, archive.catalog))


def counted(state: FindingState) -> Table:
    """Return the table for a state.

    :raises archive.errors.UnknownFinding: there is no such finding.
    :raises UsageError: its file is invalid, or its day or event is unknown.
    """
    archive = current_room().archive
    event = event_at(archive.catalog, state.as_of) if state.as_of else None
    story = asked_story(state.story)
    among = None if story is None else story.documents
    return run(_definition(state), archive.catalog, archive.search, archive.engine, event, among)


def asked_story(key: str) -> Story | None:
    """Return the story with this key; None if the key is empty.

    :raises archive.errors.UnknownStory: there is none that the caller may see.
    """
    return current_room().archive.catalog.stories.get(key, story_reader()) if key else None


def refuse_story(state: FindingState) -> None:
    """Check that the state is not restricted to a story.

    :raises UsageError: it is; the page supports only the whole archive.
    """
    if state.story:
        raise UsageError(
            gettext("This cannot be asked of the papers of a story alone."),
            gettext("Take the story out of the address."),
        )


def _definition(state: FindingState) -> Definition:
    home = current_room().archive.home
    return as_asked(load(home, state.name), home, state.vat, state.convert)


pictures = Blueprint("finding_pictures", __name__)


@pictures.get("/findings/<name>.svg")
def take(name: str) -> Response:
    """Send the picture of a finding as an SVG file, with its title, its description and the event of its data."""
    state = FindingState.from_arguments(name, request.args)
    table = counted(state)
    choice = choose_picture(table, table.rows, state)
    if choice is None:
        raise NotFound(gettext("There is nothing to draw."))
    drawn = render_template("finding.svg", picture=masked_page(choice.picture, asked_mask()), event=table.as_of.event)
    headers = {"Content-Disposition": f"attachment; filename={name}.svg"}
    return Response(drawn, mimetype="image/svg+xml", headers=headers)


files = Blueprint("finding_files", __name__)


@files.get("/findings/<name>.<any(csv, xlsx, json, ocds):form>")
def export(name: str, form: str) -> ResponseReturnValue:
    """Send a finding as a file; ``ocds`` are the releases of its procurements as JSON Lines."""
    asked = FindingState.from_arguments(name, request.args)
    table, base, catalog = counted(asked), base_url(), current_room().archive.catalog
    moment = str(table.as_of.event) if asked.as_of else ""
    at = cell_address(table, base, moment, asked.story)
    mask = asked_mask()
    if form == "csv":
        return csv_file(csv_lines(table, at, mask), f"{name}.csv")
    if form == "ocds":
        if not table.definition.counts.has_procurements:
            raise UsageError(gettext("OCDS describes procurements, and this finding does not count them."))
        released = _releases(table, base, mask, _procured(asked, table))
        return streamed_answer(stream_with_context(released), "application/x-ndjson", f"{name}.ocds.jsonl")
    refuse_too_much(table)
    if form == "json":
        number_at = number_address(table, base, moment, asked.story)
        record = finding_record(table, catalog, at, number_at, partial(masked_value, mask=mask))
        return text_answer(json_pieces(record), "application/json", f"{name}.json")
    write = partial(write_workbook, table, catalog, at, lambda *place: base + page_path(*place), mask=mask)
    return workbook_file(write, f"{name}.xlsx")


def _procured(asked: FindingState, table: Table) -> Procured:
    """Return the procurements of the state of which a table tells."""
    catalog, event, story = current_room().archive.catalog, table.as_of.event, asked_story(asked.story)
    if story is not None:
        known = state_of(catalog, story.documents, event if asked.as_of else None)
        return Procured(map(Procedure.of, known.units(CountedUnit.PROCEDURES)), lambda _: known.papers)
    if not asked.as_of:
        return procured_now(catalog)
    past = past_units_of(catalog, event)
    return Procured(past.procedures(), past.papers)


def _releases(table: Table, base: str, mask: Masking | None, of: Procured) -> Iterator[str]:
    archive, asked = current_room().archive, SearchState()
    place = table.place_of(UNITS)
    assert place is not None, "every table counts its units"
    counted = table.total.cells[place].proofs.unit_ids()
    links = Links(
        page=lambda span, number: base + evidence_url(span, number, asked),
        document=lambda document: base + document_url(document, asked),
    )
    for release in releases(archive.catalog, archive.settings.text("ocid_prefix"), links, of, counted):
        yield f"{json.dumps(masked_record(release, mask), ensure_ascii=False)}\n"
