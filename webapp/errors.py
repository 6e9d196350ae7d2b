"""Errors as pages, or as JSON for programs: what failed, what to try, and a link back."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, NotFound

from archive.access.records import Right
from archive.access.rules import needs_log_in
from archive.errors import (
    ArchiveBusy,
    AuditFailed,
    DiskFull,
    DosijeError,
    IndexMissing,
    NotSearched,
    ReadOnly,
    storage_error,
)
from webapp.access.callers import known_caller, whole_archive
from webapp.languages.speaking import FOR_PROGRAMS
from webapp.languages.translation import gettext, marked, said
from webapp.links import came_from
from webapp.operations.logs import request_id, tell_error, tell_refusal
from webapp.pages.parts import ErrorContext, Link
from webapp.pages.wording import moment

_TITLES = {
    400: marked("The request is not valid"),
    401: marked("Please log in"),
    403: marked("That was refused"),
    404: marked("Not found"),
    405: marked("That cannot be done here"),
    409: marked("It has changed meanwhile"),
    413: marked("That request is too long"),
    422: marked("This cannot be shown"),
    429: marked("Too many attempts"),
    500: marked("Something went wrong here"),
    501: marked("This cannot be done here"),
    503: marked("This cannot be done now"),
    507: marked("The disk is full"),
}
_OTHER = marked("This did not work")

_REMEDIES = {
    400: marked("Go back and look at what you asked for."),
    401: marked("Log in with your name and your password."),
    403: marked("Somebody with more rights can do it, or an admin can give them to you."),
    404: marked(
        "Check that the address is whole, or search for what you want. What you may not see is not there either."
    ),
    405: marked("Go back, and use the buttons of the page."),
    409: marked("Look at how it is now, and decide again."),
    413: marked("Send less at once, in parts."),
    429: marked("Wait some minutes, then try again."),
    500: marked(
        "Try again. If it fails again, give whoever runs the archive the number below: the log says what failed."
    ),
    503: marked("Try again in a minute."),
}
"""Remedies for errors without one of their own."""

_COMMAND = "dosije "
"""The beginning of commands in remedies."""

_NO_PAGE = marked("There is no page at this address.")
_PAST_THE_END = marked("That is past the end")
_FAILED_HERE = marked("The program failed while it answered. You did nothing wrong.")


class PastTheEnd(NotFound):
    """A part after the end of a list was requested; ``last`` is the URL of its last part, ``label`` its name."""

    def __init__(self, message: str, label: str, last: str) -> None:
        super().__init__(message)
        self.label, self.last = label, last


_BUSY = marked("Busy right now")

_OF_NO_PLACE = (ArchiveBusy, AuditFailed, DiskFull, IndexMissing, NotSearched, ReadOnly)
"""Server errors whose messages contain no path or address."""

_FAILED = marked("The archive cannot answer this now.")
_WHO_SEES_WHY = marked("Tell whoever runs this archive: dosije status on the server says why.")


def install(app: Flask) -> None:
    """Register the error handlers."""
    app.register_error_handler(DosijeError, _ours)
    app.register_error_handler(OSError, _of_system)
    app.register_error_handler(HTTPException, _of_http)


def _ours(error: DosijeError) -> ResponseReturnValue:
    title = _BUSY if isinstance(error, ArchiveBusy) else None
    message, remedy = error.message, error.remedy
    if error.http_status >= 500:
        tell_error(error)
        if not isinstance(error, _OF_NO_PLACE) and not _may_know_places():
            message, remedy = gettext(_FAILED), gettext(_WHO_SEES_WHY)
    answer = make_response(_answer(error.http_status, message, remedy, title))
    if error.retry_after is not None:
        answer.retry_after = error.retry_after
    return answer


def _may_know_places() -> bool:
    """Return whether the caller may see the paths and addresses in error messages.

    If the catalog is unavailable, the caller is unknown.
    """
    person = known_caller()
    if person is None:
        return not needs_log_in(whole_archive().settings)
    return person.may(Right.MONITOR)


def _of_system(error: OSError) -> ResponseReturnValue:
    """Return an error of the operating system; a full or read-only disk has a message of its own, others are logged."""
    told = storage_error(error)
    if told.http_status == 500:
        current_app.logger.error("Unexpected", exc_info=error)
    return _ours(told)


def _of_http(error: HTTPException) -> ResponseReturnValue:
    # Unexpected exceptions arrive here, too, as a 500 that Flask has already logged with its traceback.
    status = error.code or 500
    message = gettext(_FAILED_HERE) if status == 500 else error.description or error.name
    if status == 404 and error.description == NotFound.description:
        message = gettext(_NO_PAGE)
    if isinstance(error, PastTheEnd):
        body, _ = _answer(status, message, None, _PAST_THE_END, Link(error.label, error.last))
    else:
        body, _ = _answer(status, message, None)
    # Further headers of the error, such as Allow (RFC 9110, section 15.5.6).
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    return body, status, headers


def _answer(
    status: int, message: str, remedy: str | None, title: str | None = None, last: Link | None = None
) -> tuple[Response | str, int]:
    if request.path.startswith(FOR_PROGRAMS):
        return jsonify(error={"status": status, "message": message, "remedy": remedy}), status
    tell_refusal(status)
    if remedy and status == 404 and _COMMAND in remedy:
        # A list at a terminal. Of a form, what was typed is wrong, and not the address.
        remedy = _REMEDIES[400 if request.method == "POST" else status]
    page = ErrorContext(
        status,
        gettext(title or _TITLES.get(status, _OTHER)),
        said(message),
        said(remedy or ("" if last else _REMEDIES.get(status, ""))),
        last,
        came_from(),
        request_id(),
        moment(datetime.now(UTC)),
    )
    return render_template("error.html", page=page), status
