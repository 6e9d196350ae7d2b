"""``/login``, ``/account``, ``/users``:

sessions, accounts and user management; ``/language/<tag>``, ``/light/<chosen>``: preferences.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from archive.access.records import User, checked_collection, role_called, scope_called
from archive.access.rules import AUDIT, choice
from archive.access.secrets import new_secret
from archive.errors import DosijeError, NotAdmitted, TooManyAttempts, UsageError
from webapp.access import audit, callers
from webapp.forms import COOKIE_SECONDS, make_searchable
from webapp.languages.negotiation import LANGUAGES
from webapp.languages.speaking import COOKIE
from webapp.languages.translation import gettext, said_error
from webapp.links import own_page
from webapp.pages.accounts import LogInContext, present_account, present_sharing, present_users
from webapp.pages.audit import LINES, PLACE_DIGITS, named_document, present_audit
from webapp.shell import LIGHT
from webapp.state import positive_number

login = Blueprint("login", __name__)


@login.get("/login", endpoint="show")
def show_login() -> ResponseReturnValue:
    """Show the login form; redirect a user who is logged in to ``next``."""
    if callers.caller().rights:
        return redirect(own_page(request.args.get("next", "")), code=303)
    return _login_page("", request.args.get("next", ""), was_sent="sent" in request.args)


@login.post("/login")
def enter() -> ResponseReturnValue:
    """Log in with ``name`` and ``password``, and replace the previous session of the browser."""
    name, wanted = request.form.get("name", ""), request.form.get("next", "")
    accounts, browser = callers.accounts(), callers.browser_secret() or new_secret()
    password = request.form.get("password", "")
    try:
        user = accounts.check_password(name, password, request.remote_addr or "", browser)
    except (NotAdmitted, TooManyAttempts) as error:
        return _login_page(name, wanted, said_error(error)), error.http_status
    before = callers.session_secret()
    if before:
        accounts.end_session(before)
    lasting = timedelta(hours=callers.whole_archive().settings.number("session_hours"))
    secret = accounts.begin_session(user, lasting)
    answer = callers.remember(make_response(redirect(own_page(wanted), code=303)), secret, lasting)
    return callers.remember_browser(answer, browser)


@login.post("/logout")
def leave() -> ResponseReturnValue:
    """End the session, also for other browsers with the same cookie."""
    secret = callers.session_secret()
    if secret:
        callers.accounts().end_session(secret)
    return callers.forget(make_response(redirect(url_for("login.show"), code=303)))


def _login_page(name: str, wanted: str, problem: str | None = None, *, was_sent: bool = False) -> str:
    page = LogInContext(name[:100], own_page(wanted) if wanted else "", problem, was_sent)
    return render_template("login.html", page=page)


account = Blueprint("account", __name__, url_prefix="/account")


@account.post("/password")
def change_password() -> ResponseReturnValue:
    """Change the password from ``old`` to ``new`` and end all sessions of the user."""
    user, accounts = _user(), callers.accounts()
    try:
        address, browser = request.remote_addr or "", callers.browser_secret()
        accounts.check_password(user.name, request.form.get("old", ""), address, browser)
        accounts.set_password(user.name, request.form.get("new", ""), user.name)
    except UsageError as error:
        # On 401, a browser would ask for HTTP authentication.
        return _account_page(problem=error), 429 if isinstance(error, TooManyAttempts) else 400
    return callers.forget(make_response(redirect(url_for("login.show"), code=303)))


@account.post("/tokens")
def add_token() -> ResponseReturnValue:
    """Create a token of ``scope`` that expires after ``days``, and show its secret once."""
    user = _user()
    try:
        scope, days = scope_called(request.form.get("scope", "")), positive_number("days", request.form.get("days", ""))
        _, secret = callers.accounts().add_token(user.name, request.form.get("label", ""), scope, days, user.name)
    except UsageError as error:
        return _account_page(problem=error), 400
    return _account_page(secret=secret)


@account.post("/tokens/<token_id>/revoke")
def revoke_token(token_id: str) -> ResponseReturnValue:
    """Revoke one of the user's own tokens."""
    user = _user()
    callers.whole_archive().catalog.tokens.revoke(token_id, user.name, of_user=user.name)
    return redirect(url_for("account.show"), code=303)


def _user() -> User:
    user = callers.caller().user
    if user is None:
        raise NotFound(gettext("Nobody needs to log in here, so nobody has an account."))
    return user


@account.get("", endpoint="show")
def _account_page(secret: str | None = None, problem: DosijeError | None = None) -> str:
    """Show the forms."""
    user = _user()
    tokens = callers.whole_archive().catalog.tokens.all(user.name)
    page = present_account(user, tokens, secret, said_error(problem) if problem else None)
    return render_template("account.html", page=page)


users = Blueprint("users", __name__, url_prefix="/users")


@users.post("", endpoint="add")
def add_user() -> ResponseReturnValue:
    """Create a user ``name`` with ``role`` and ``password``; without a password they cannot log in yet."""
    form = request.form
    role, password = form.get("role", ""), form.get("password") or None
    return _apply(lambda by: callers.accounts().add(form.get("name", ""), role_called(role), password, by))


@users.post("/role")
def set_role() -> ResponseReturnValue:
    """Set the ``role`` of the user ``name``."""
    name, role = request.form.get("name", ""), request.form.get("role", "")
    return _apply(lambda by: callers.whole_archive().catalog.users.set_role(name, role_called(role), by))


@users.post("/password")
def set_password() -> ResponseReturnValue:
    """Set the ``password`` of the user ``name`` and end their sessions."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    return _apply(lambda by: callers.accounts().set_password(name, password, by))


@users.post("/remove", endpoint="remove")
def remove_user() -> ResponseReturnValue:
    """Revoke all rights of the user ``name``; their decisions stay."""
    name = request.form.get("name", "")
    return _apply(lambda by: callers.whole_archive().catalog.users.remove(name, by))


@users.post("/collections")
def share() -> ResponseReturnValue:
    """Make the collection ``name`` private to ``members``, separated by commas, or public."""
    form, archive = request.form, callers.whole_archive()
    members = [name.strip() for name in form.get("members", "").split(",") if name.strip()]
    try:
        name = checked_collection(form.get("name", ""))
        archive.catalog.collections.share(name, "private" in form, members, _by())
    except UsageError as error:
        return _collections(error), error.http_status
    make_searchable(archive)
    return redirect(url_for("users.collections"), code=303)


def _apply(act: Callable[[str], object]) -> ResponseReturnValue:
    try:
        act(_by())
    except UsageError as error:
        return _users(error), error.http_status
    return redirect(url_for("users.show_all"), code=303)


def _by() -> str:
    """Return the name of the admin, or ``owner`` on the archive's own computer."""
    user = callers.caller().user
    return user.name if user else "owner"


@users.get("", endpoint="show_all")
def _users(problem: DosijeError | None = None) -> str:
    """Show the users."""
    catalog = callers.whole_archive().catalog
    page = present_users(catalog.users.all(), catalog.tokens.all(), said_error(problem) if problem else None)
    return render_template("users.html", page=page)


@users.get("/collections", endpoint="collections")
def _collections(problem: DosijeError | None = None) -> str:
    """Show the private collections and their members."""
    catalog = callers.whole_archive().catalog
    names = [one.name for one in catalog.collections.all()]
    page = present_sharing(catalog.collections.sharings(), names, said_error(problem) if problem else None)
    return render_template("sharing.html", page=page)


@users.get("/audit", endpoint="audit")
def _audit() -> str:
    """Show the access log, newest first, filtered by ``user`` or by ``part`` of a URL.

    ``before`` is the byte offset in the log to continue at.
    """
    archive, asked = callers.whole_archive(), request.args
    user, part = asked.get("user", "").strip(), asked.get("part", "").strip()
    before = positive_number("before", asked["before"], PLACE_DIGITS) if "before" in asked else None
    kept = choice(archive.settings, "audit", AUDIT)
    lines = audit.read(archive.home, LINES, before, user, part)
    ids = {id_ for line in lines.lines if (id_ := named_document(line.path))}
    described = archive.catalog.documents.descriptions(ids)
    return render_template("audit.html", page=present_audit(lines, described, kept, user, part))


language = Blueprint("language", __name__)


@language.get("/language/<tag>", endpoint="choose")
def choose_language(tag: str) -> Response:
    """Store the language in a cookie, because it belongs to the reader and not to a page."""
    if tag not in LANGUAGES:
        abort(404)
    answer = redirect(own_page(request.args.get("back", "")), 303)
    answer.set_cookie(COOKIE, tag, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax")
    assert isinstance(answer, Response)
    return answer


light_of_pages = Blueprint("light", __name__)


@light_of_pages.get("/light/<any(auto, light, dark):chosen>", endpoint="choose")
def choose_light(chosen: str) -> Response:
    """Store the colour scheme in a cookie, as the language is."""
    answer = redirect(own_page(request.args.get("back", "")), 303)
    answer.set_cookie(LIGHT, chosen, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax")
    assert isinstance(answer, Response)
    return answer
