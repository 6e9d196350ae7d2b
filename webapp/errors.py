"""Errors as pages, or as JSON for programs: what failed, what to try, and the way back. Nothing else makes them."""

from __future__ import annotations

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from archive.errors import DosijeError
from webapp.contexts.common import ErrorContext
from webapp.search_state import SearchState

_FOR_PROGRAMS = ("/api/", "/iiif/", "/healthz", "/certificate.json")

_TITLES = {
    400: "That request makes no sense",
    403: "That was refused",
    404: "Not found",
    405: "That cannot be done here",
    413: "That request is too long",
    422: "This cannot be shown",
    500: "Something went wrong here",
    501: "This cannot be done here",
    503: "Busy at the moment",
}


def install(app: Flask) -> None:
    """Answer every error of ours, of HTTP, and of nobody's making."""
    app.register_error_handler(DosijeError, _ours)
    app.register_error_handler(HTTPException, _of_http)


def _ours(error: DosijeError) -> ResponseReturnValue:
    if error.http_status >= 500:
        current_app.logger.error("%s: %s", type(error).__name__, error)
    return _answer(error.http_status, error.message, error.remedy)


def _of_http(error: HTTPException) -> ResponseReturnValue:
    # An unexpected exception comes here too, as a 500 that Flask has already logged with its traceback.
    status = error.code or 500
    message = "The log of the server says more." if status == 500 else error.description or error.name
    body, _ = _answer(status, message, None)
    # What else the error says, such as the methods that are allowed (RFC 9110, section 15.5.6).
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    return body, status, headers


def _answer(status: int, message: str, remedy: str | None) -> tuple[Response | str, int]:
    if request.path.startswith(_FOR_PROGRAMS):
        return jsonify(error={"status": status, "message": message, "remedy": remedy}), status
    page = ErrorContext(status, _TITLES.get(status, "This did not work"), message, remedy, SearchState())
    return render_template("error.html", page=page), status
