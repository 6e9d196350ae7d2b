"""``/account``: what somebody who has logged in manages for themselves: their password and their tokens."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from archive.access.records import User
from archive.access.roles import scope_called
from archive.errors import DosijeError, TooManyAttempts, UsageError
from webapp.access import callers
from webapp.languages.sentences import said_error
from webapp.languages.translation import gettext
from webapp.presenters.access import present_account
from webapp.search_state import positive_number

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
def show() -> str:
    """The forms."""
    return _page()


@blueprint.post("/password")
def change_password() -> ResponseReturnValue:
    """Change the password to ``new``, for whoever knows the ``old`` one. All sessions end, so one logs in again."""
    user, accounts = _user(), callers.accounts()
    try:
        address, browser = request.remote_addr or "", callers.browser_secret()
        accounts.check_password(user.name, request.form.get("old", ""), address, browser)
        accounts.set_password(user.name, request.form.get("new", ""), user.name)
    except UsageError as error:
        # 401 would have a browser ask for the password of HTTP.
        return _page(problem=error), 429 if isinstance(error, TooManyAttempts) else 400
    return callers.forget(make_response(redirect(url_for("login.show"), code=303)))


@blueprint.post("/tokens")
def add_token() -> ResponseReturnValue:
    """Make a token of ``scope`` that lasts ``days``, and show its secret, this once."""
    user = _user()
    try:
        scope, days = scope_called(request.form.get("scope", "")), positive_number("days", request.form.get("days", ""))
        _, secret = callers.accounts().add_token(user.name, request.form.get("label", ""), scope, days, user.name)
    except UsageError as error:
        return _page(problem=error), 400
    return _page(secret=secret)


@blueprint.post("/tokens/<token_id>/revoke")
def revoke_token(token_id: str) -> ResponseReturnValue:
    """Make a token of one's own worthless."""
    user = _user()
    callers.whole_archive().catalog.tokens.revoke(token_id, user.name, of_user=user.name)
    return redirect(url_for("account.show"), code=303)


def _user() -> User:
    user = callers.caller().user
    if user is None:
        raise NotFound(gettext("Nobody needs to log in here, so nobody has an account."))
    return user


def _page(secret: str | None = None, problem: DosijeError | None = None) -> str:
    user = _user()
    tokens = callers.whole_archive().catalog.tokens.all(user.name)
    page = present_account(user, tokens, secret, said_error(problem) if problem else None)
    return render_template("account.html", page=page)
