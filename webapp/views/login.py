"""``/login`` and ``/logout``: a session begins and ends."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.access.secrets import new_secret
from archive.errors import NotAdmitted, TooManyAttempts
from webapp.access import callers
from webapp.contexts.access import LogInContext
from webapp.going_back import own_page
from webapp.languages.sentences import said_error
from webapp.search_state import SearchState

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
def show() -> ResponseReturnValue:
    """The form; who has logged in already goes on to ``next``."""
    if callers.caller().rights:
        return redirect(own_page(request.args.get("next", "")), code=303)
    return _page("", request.args.get("next", ""))


@blueprint.post("/login")
def enter() -> ResponseReturnValue:
    """Begin a session for ``name`` and ``password``. One that the browser had before ends."""
    name, wanted = request.form.get("name", ""), request.form.get("next", "")
    accounts, browser = callers.accounts(), callers.browser_secret() or new_secret()
    password = request.form.get("password", "")
    try:
        user = accounts.check_password(name, password, request.remote_addr or "", browser)
    except (NotAdmitted, TooManyAttempts) as error:
        return _page(name, wanted, said_error(error)), error.http_status
    before = callers.session_secret()
    if before:
        accounts.end_session(before)
    lasting = timedelta(hours=callers.whole_archive().settings.number("session_hours"))
    secret = accounts.begin_session(user, lasting)
    answer = callers.remember(make_response(redirect(own_page(wanted), code=303)), secret, lasting)
    return callers.remember_browser(answer, browser)


@blueprint.post("/logout")
def leave() -> ResponseReturnValue:
    """End the session, here and for whoever else has its cookie."""
    secret = callers.session_secret()
    if secret:
        callers.accounts().end_session(secret)
    answer = callers.forget(make_response(redirect(url_for("login.show"), code=303)))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _page(name: str, wanted: str, problem: str | None = None) -> str:
    page = LogInContext(SearchState(), name[:100], own_page(wanted) if wanted else "", problem)
    return render_template("login.html", page=page)
