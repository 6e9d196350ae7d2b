"""``/lists``: list search. The submitted list is not stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain

from flask import Blueprint, Response, render_template, request, stream_template
from flask.typing import ResponseReturnValue

from archive.errors import UsageError
from archive.search.lists import MAX_LINES, LineResult, ListOptions, SearchList, read_list, search_list
from archive.search.masking import masked_lines
from archive.search.spreadsheets import csv_rows, write_xlsx
from webapp.delivery import csv_file, workbook_file
from webapp.languages.translation import gettext, said_error
from webapp.pages.certificate import READERS
from webapp.pages.lists import ListForm, present_form, present_rows
from webapp.room import asked_mask, checked, current_room, notes_on_fields
from webapp.state import SearchState

blueprint = Blueprint("lists", __name__)

MAX_LIST_BYTES = 4 << 20
"""Maximum size of a list: 10,000 lines of 200 Cyrillic letters. Longer lists need the command line."""

_CHUNK = 8192
"""Minimum characters of a chunk, some ten lines of a list."""


@blueprint.get("/lists")
def show() -> str:
    """Show the form. The filters, ``exact`` and ``look_alikes`` of the URL apply to every line."""
    page = present_form(SearchState.from_arguments(request.args), ListForm(), MAX_LINES)
    return render_template("lists.html", page=page)


@blueprint.post("/lists")
def search() -> ResponseReturnValue:
    """Send the results as a page, or as the file format in ``format``.

    The list is in ``lines`` or in the uploaded ``file``, which may be a table with a ``column``.
    """
    # A long list may take as much memory as its own length; other forms have a far lower limit.
    request.max_content_length = request.max_form_memory_size = MAX_LIST_BYTES
    state = SearchState.from_arguments(request.form)
    form = ListForm(
        text=request.form.get("lines", ""),
        column=request.form.get("column", "").strip(),
        has_header="header" in request.form,
        is_phrase="phrase" in request.form,
    )
    try:
        asked = _submitted_list(form)
        filters = checked(state).filters
    except UsageError as error:
        page = present_form(state, form, MAX_LINES, said_error(error))
        return render_template("lists.html", page=page), error.http_status
    options = ListOptions(form.is_phrase, state.exact, state.look_alikes, filters=filters)
    room = current_room()
    notes_on = partial(notes_on_fields, room=room)
    results = _started(search_list(room.archive.search, asked.lines, options, notes_on))
    match request.form.get("format", ""):
        case "":
            return _page(state, form, asked, results)
        case "csv":
            lines = csv_rows(masked_lines(results, asked_mask()))
            return csv_file(_in_chunks(lines), "list.csv", is_streamed=True)
        case "xlsx":
            masked = masked_lines(results, asked_mask())
            return workbook_file(partial(write_xlsx, masked), "list.xlsx")
        case other:
            raise UsageError(
                gettext("There is no format %(name)s.", name=repr(other[:20])),
                gettext("Formats are: %(names)s.", names="csv, xlsx"),
            )


def _started(results: Iterator[LineResult]) -> Iterator[LineResult]:
    """Return the same iterator after the first search.

    A failing index thus raises before the response has begun.
    """
    return chain([next(results)], results)


def _submitted_list(form: ListForm) -> SearchList:
    uploaded = request.files.get("file")
    if uploaded and uploaded.filename:
        return read_list(uploaded.read(), uploaded.filename, form.column, header=form.has_header)
    return read_list(form.text.encode(), column=form.column, header=form.has_header)


def _page(state: SearchState, form: ListForm, asked: SearchList, results: Iterable[LineResult]) -> Response:
    # The searches of a table or a file are put into the form, one per line, so that the results can be exported, too.
    # Text typed into the form is kept with its blank lines, which count in line numbers.
    typed = form.text if not form.column and not request.files.get("file") else None
    text = "\n".join(line.text for line in asked.lines) if typed is None else typed
    context = present_form(state, ListForm(text, is_phrase=form.is_phrase), MAX_LINES)
    page = replace(context, summary=asked.summary(READERS), rows=present_rows(state, results))
    return Response(_in_chunks(stream_template("lists.html", page=page)), mimetype="text/html")


def _in_chunks(pieces: Iterable[str]) -> Iterator[str]:
    """Yield strings joined into chunks: a template yields few characters at a time."""
    chunk: list[str] = []
    size = 0
    for piece in pieces:
        chunk.append(piece)
        size += len(piece)
        if size >= _CHUNK:
            yield "".join(chunk)
            chunk, size = [], 0
    yield "".join(chunk)
