"""Access control before any view: the host name, authentication and authorization.

Without a login, a browser is redirected to ``/login``, and a program or a script of a page gets 401. Without
permission, the response is 403 with a reason. Hidden documents are not found at all
(:func:`webapp.room.current_room`).
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from flask import Flask, Response, current_app, make_response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, Forbidden

from archive.access.records import Right
from archive.access.rules import host_name, host_names, is_encrypted, needed
from archive.errors import NotAdmitted
from webapp.access import audit, callers
from webapp.languages.speaking import FOR_PROGRAMS
from webapp.languages.translation import gettext
from webapp.links import came_from

_FEEDS = frozenset({"saved.feed"})
"""Endpoints of feed readers, which send a token as HTTP password."""

HSTS = f"max-age={int(timedelta(days=365).total_seconds())}"


def install(app: Flask) -> None:
    """Register the checks and headers."""
    app.before_request(_refuse_other_names)
    app.before_request(_refuse_strangers)
    app.after_request(_add_headers)
    app.after_request(audit.record)
    app.jinja_env.globals |= {"may_open": may_open, "may_send": may_send}


def may_open(endpoint: str) -> bool:
    """Return whether the caller may open the page of an endpoint; templates omit other links."""
    return _may(needed(endpoint, "GET"))


def may_send(endpoint: str) -> bool:
    """Return whether the caller may send a form to an endpoint."""
    return _may(needed(endpoint, "POST"))


def _may(right: Right | None) -> bool:
    """Return whether the known caller has a right; False if the caller was not determined."""
    person = callers.known_caller()
    return right is None or (person is not None and person.may(right))


def _refuse_other_names() -> None:
    if host_name(request.host) not in host_names(callers.whole_archive().settings):
        raise BadRequest(gettext("This host name is not allowed. An admin can add it to the setting hosts."))


def _refuse_strangers() -> ResponseReturnValue | None:
    right = needed(request.endpoint, request.method)
    if right is None:
        return None
    try:
        person = callers.caller()
    except NotAdmitted as error:
        return _challenge(error)
    if person.may(right):
        return None
    if person.user is not None:
        raise Forbidden(_reason(right))
    if request.path.startswith(FOR_PROGRAMS) or request.endpoint in _FEEDS or _is_by_script():
        return _challenge(NotAdmitted("You have to log in.", "Send a token: Authorization: Bearer TOKEN"))
    if request.method in {"GET", "HEAD"}:
        wanted = {"next": request.full_path.rstrip("?")}
    else:
        # A form is not resubmitted after login; the page of the form is opened.
        wanted = {"next": came_from() or "/", "sent": "1"}
    return redirect(f"/login?{urlencode(wanted)}", code=303)


def _is_by_script() -> bool:
    """Return whether a script or an image of a page asks; it would take the login form for the answer.

    Browsers say so on connections that they trust (Fetch Metadata), htmx on all.
    """
    return request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate" or "HX-Request" in request.headers


def _challenge(error: NotAdmitted) -> Response:
    response = make_response(current_app.handle_user_exception(error))
    response.headers["WWW-Authenticate"] = 'Bearer realm="Dosije"'
    if request.endpoint in _FEEDS:
        response.headers.add("WWW-Authenticate", 'Basic realm="Dosije", charset="UTF-8"')
    return response


def _reason(right: Right) -> str:
    if right in {Right.ADMINISTER, Right.MONITOR}:
        return gettext("Only an admin may do that.")
    if right is Right.EDIT:
        return gettext("Readers may not change anything. An admin can make you an editor.")
    return gettext("You may not do that.")


def _add_headers(response: Response) -> Response:
    settings = callers.whole_archive().settings
    if is_encrypted(settings):
        response.headers["Strict-Transport-Security"] = HSTS
    if request.endpoint != "static" and callers.known_user() is not None:
        response.headers["Cache-Control"] = "private, no-store"
    return response
