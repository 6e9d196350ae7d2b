"""``/users``: admins manage who may log in, and which collections are private."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.access.roles import role_called
from archive.errors import DosijeError, UsageError
from archive.jobs import checked_collection
from webapp.access import callers
from webapp.deciding import make_searchable
from webapp.languages.sentences import said_error
from webapp.presenters.access import present_sharing, present_users

blueprint = Blueprint("users", __name__, url_prefix="/users")


@blueprint.get("")
def show_all() -> str:
    """Everybody who may log in."""
    return _users()


@blueprint.post("")
def add() -> ResponseReturnValue:
    """Make a user ``name`` with ``role`` and ``password``; without one they cannot log in yet."""
    form = request.form
    role, password = form.get("role", ""), form.get("password") or None
    return _done(lambda by: callers.accounts().add(form.get("name", ""), role_called(role), password, by))


@blueprint.post("/role")
def set_role() -> ResponseReturnValue:
    """Give the user ``name`` another ``role``."""
    name, role = request.form.get("name", ""), request.form.get("role", "")
    return _done(lambda by: callers.whole_archive().catalog.users.set_role(name, role_called(role), by))


@blueprint.post("/password")
def set_password() -> ResponseReturnValue:
    """Give the user ``name`` another ``password``. Their sessions end."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    return _done(lambda by: callers.accounts().set_password(name, password, by))


@blueprint.post("/remove")
def remove() -> ResponseReturnValue:
    """Take the rights of the user ``name`` away."""
    name = request.form.get("name", "")
    return _done(lambda by: callers.whole_archive().catalog.users.remove(name, by))


@blueprint.get("/collections")
def collections() -> str:
    """Which collections are private, and who sees them."""
    return _collections()


@blueprint.post("/collections")
def share() -> ResponseReturnValue:
    """Make the collection ``name`` private to ``members``, parted by commas, or public."""
    form, archive = request.form, callers.whole_archive()
    members = [name.strip() for name in form.get("members", "").split(",") if name.strip()]
    try:
        name = checked_collection(form.get("name", ""))
        archive.catalog.collections.share(name, "private" in form, members, _by())
    except UsageError as error:
        return _collections(error), error.http_status
    make_searchable(archive)
    return redirect(url_for("users.collections"), code=303)


def _done(act: Callable[[str], object]) -> ResponseReturnValue:
    try:
        act(_by())
    except UsageError as error:
        return _users(error), error.http_status
    return redirect(url_for("users.show_all"), code=303)


def _by() -> str:
    """Who manages users: an admin, or whoever uses the archive at its own computer."""
    user = callers.caller().user
    return user.name if user else "owner"


def _users(problem: DosijeError | None = None) -> str:
    catalog = callers.whole_archive().catalog
    page = present_users(catalog.users.all(), catalog.tokens.all(), said_error(problem) if problem else None)
    return render_template("users.html", page=page)


def _collections(problem: DosijeError | None = None) -> str:
    catalog = callers.whole_archive().catalog
    names = [one.name for one in catalog.collections.all()]
    page = present_sharing(catalog.collections.sharings(), names, said_error(problem) if problem else None)
    return render_template("sharing.html", page=page)
