"""``/findings/report``: all findings on one page, their check marks, and the same as files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from archive.errors import UsageError
from archive.findings.definition import Definition
from archive.findings.files import load, readable
from archive.findings.joined import joined
from archive.findings.proofs import first_proofs
from archive.findings.records import RowOf, placed_in_rows, shown
from archive.findings.table import Cell, Table
from archive.findings.ticks import digest_of, record_ticks, take_back, ticks
from archive.search.masking import Masking
from webapp.access.callers import caller
from webapp.access.guard import may_send
from webapp.files.word.report import write_report
from webapp.forms import known_person, person, remembering
from webapp.languages.translation import gettext, plural, said_error
from webapp.pages.findings.report import (
    MOST_PROOFS,
    ReportContext,
    ReportTable,
    ReportTicks,
    numbers_of,
    present_report,
    tick_address,
    too_many_facts,
)
from webapp.room import asked_mask, base_url, current_room, masked_page
from webapp.state import FindingState, positive_number
from webapp.views.findings.findings import asked_joining, counted, refuse_story

blueprint = Blueprint("report", __name__)

MAX_FORM_BYTES = 2 << 20
"""Maximum size of the form; each check mark has the number's address and digest."""


@blueprint.get("/findings/report")
def show() -> ResponseReturnValue:
    """Show the findings that have data, or only those named by ``finding``; ``as_of`` is a day or event."""
    told = request.args.get("ticked")
    done = None
    if told:
        count = positive_number("ticked", told)
        done = plural("%(count)s number was checked off.", "%(count)s numbers were checked off.", count)
    return render_template("report.html", page=_page(done=done))


@blueprint.post("/findings/report")
def tick() -> ResponseReturnValue:
    """Record check marks for each ``number`` as it was shown; with ``back``, remove the check mark of that one."""
    request.max_content_length = request.max_form_memory_size = MAX_FORM_BYTES
    catalog = current_room().archive.catalog
    try:
        by = person()
        back = request.form.get("back")
        if back:
            take_back(catalog, back, by)
            count = 0
        else:
            # A table is computed once for all of its numbers.
            count_once = cache(counted)
            numbers = [_current_number(name, count_once) for name in dict.fromkeys(request.form.getlist("number"))]
            if not numbers:
                raise UsageError(gettext("No number is chosen."), gettext("Choose the numbers that you have checked."))
            record_ticks(catalog, numbers, by)
            count = len(numbers)
    except UsageError as error:
        return render_template("report.html", page=_page(problem=said_error(error))), error.http_status
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "ticked"]
    asked += [("ticked", str(count))] if count else []
    target = f"{url_for('report.show')}?{urlencode(asked)}"
    return remembering(make_response(redirect(target, code=303)), by)


def _current_number(name: str, count: Callable[[FindingState], Table]) -> tuple[str, Cell]:
    """Return the address of a submitted number and its current cell; ``count`` returns its table.

    :raises UsageError: it has changed, or does not exist.
    """
    address, _, digest = name.partition("#")
    parts = urlsplit(address)
    arguments = MultiDict(parse_qsl(parts.query, keep_blank_values=True))
    finding = parts.path.removeprefix("/findings/").removesuffix("/cell")
    state = FindingState.from_arguments(finding, arguments)
    joining = asked_joining(arguments)
    cell = joined(count(state), joining)
    if cell and (bound := too_many_facts(cell)):
        raise UsageError(bound, gettext("Check off numbers of fewer facts, such as those of its rows."))
    if cell is None or tick_address(state, joining) != address or digest_of(cell) != digest:
        raise UsageError(
            gettext("A number changed since the report was shown: %(number)s.", number=address[:200]),
            gettext("Look at it again before you check it off."),
        )
    return address, cell


def _page(done: str | None = None, problem: str | None = None) -> ReportContext:
    asked, named = FindingState.from_arguments("report", request.args), request.args.getlist("finding")
    return _report(asked, named, done, problem, are_taken=may_send("report.tick"))


def _report(
    asked: FindingState,
    named: Sequence[str],
    done: str | None = None,
    problem: str | None = None,
    *,
    are_taken: bool = False,
) -> ReportContext:
    archive = current_room().archive
    refuse_story(asked)
    every, _ = readable(archive.home)
    if unknown := set(named) - {one.name for one in every}:
        load(archive.home, min(unknown))
    return present_report(
        asked,
        every,
        list(_tables(every, asked, named)),
        ReportTicks(ticks(archive.catalog), not caller().hidden, are_taken=are_taken),
        known_person(),
        done=done,
        problem=problem,
    )


def _tables(every: list[Definition], asked: FindingState, named: Sequence[str]) -> Iterator[ReportTable]:
    catalog = current_room().archive.catalog
    for definition in sorted(every, key=lambda one: one.order):
        if named and definition.name not in named:
            continue
        state = FindingState(definition.name, as_of=asked.as_of)
        table = counted(state)
        numbers = tuple(numbers_of(table))
        if not numbers and not named:
            continue
        kept = first_proofs([cell.proofs for _, cell in numbers], MOST_PROOFS)
        listed = shown(catalog, chain.from_iterable(kept))
        event = table.as_of.event if asked.as_of else None
        of_rows = [
            (RowOf(definition, joining.key, joining.count, event), islice(listed, len(of_number)))
            for (joining, _), of_number in zip(numbers, kept, strict=True)
        ]
        proofs = {
            state.number_url(joining): [one.in_words for one in of_number]
            for (joining, _), of_number in zip(numbers, placed_in_rows(catalog, of_rows), strict=True)
        }
        yield ReportTable(table, state, numbers, proofs)


files = Blueprint("report_files", __name__)


_KINDS = {
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@files.get("/findings/report.<any(html, docx):form>")
def take(form: str) -> Response:
    """Send the report as a file: HTML with its pictures, or a Word document."""
    asked = FindingState.from_arguments("report", request.args)
    data = report_file(form, asked.as_of, request.args.getlist("finding"))
    return Response(data, mimetype=_KINDS[form], headers={"Content-Disposition": f"attachment; filename=report.{form}"})


def report_file(form: str, as_of: str = "", named: Sequence[str] = (), mask: Masking | None = None) -> bytes:
    """Return the report as ``html`` or ``docx``.

    It has all findings with data, or those ``named``; ``mask`` replaces the mask of the request.
    """
    hiding = asked_mask() if mask is None else mask
    page = masked_page(_report(FindingState("report", as_of=as_of), named), hiding)
    base = base_url()
    if form == "html":
        style = (Path(current_app.static_folder or "") / "app.css").read_text("utf-8")
        return render_template("report_file.html", page=page, base=base).replace("/* app.css */", style, 1).encode()
    file = BytesIO()
    write_report(page, base, file)
    return file.getvalue()
