"""Authentication of requests, by a session cookie or a token.

A session is a secret in a cookie and a row in the catalog, so it can be ended on the server: on logging out, with a new
password, and on expiry.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, current_app, g, request

from archive.access.passwords import PASSWORD_HASHES
from archive.access.records import OWNER, Person, User
from archive.access.rules import is_encrypted, needs_log_in
from archive.access.secrets import new_secret
from archive.accounts import KNOWN_FOR, Accounts
from archive.archive import Archive
from archive.errors import NotAdmitted

_KEY = "dosije.whole"


def install(app: Flask, archive: Archive) -> None:
    """Store the unrestricted archive in the application, for administration and authentication."""
    app.extensions[_KEY] = archive
    app.config["PASSWORD_HASHES"] = PASSWORD_HASHES
    app.config["PROXIES"] = archive.settings.number("proxies")
    app.jinja_env.globals["known_caller"] = known_caller


def whole_archive() -> Archive:
    """Return the archive without restrictions, for access decisions only; never show its content."""
    archive = current_app.extensions[_KEY]
    assert isinstance(archive, Archive)
    return archive


def accounts() -> Accounts:
    """Return the accounts of users."""
    return Accounts(whole_archive().catalog, hashes=current_app.config["PASSWORD_HASHES"])


def caller() -> Person:
    """Return the person who sent the current request.

    :raises NotAdmitted: the token is invalid.
    """
    if "caller" not in g:
        g.caller = _found() if needs_log_in(whole_archive().settings) else OWNER
    person: Person = g.caller
    return person


def known_caller() -> Person | None:
    """Return the person already determined for the current request, None if :func:`caller` was not called or failed."""
    person: Person | None = g.get("caller")
    return person


def known_user() -> User | None:
    """Return the user already determined for the current request, None without one."""
    person = known_caller()
    return person.user if person else None


def _found() -> Person:
    if "Authorization" in request.headers:
        person = accounts().person_of_token(_token())
        if person is None:
            raise NotAdmitted("The token is unknown, has expired or was revoked.", "Ask an admin for another.")
        return person
    secret = request.cookies.get(cookie_name())
    found = accounts().person_of_session(secret) if secret else None
    return found or accounts().nobody()


def _token() -> str:
    """Return the secret in ``Authorization``:

    a bearer token, or the password of HTTP basic authentication, as feed readers send it.
    """
    told = request.authorization
    if told is None:
        return ""
    if told.type == "basic":
        return told.password or ""
    return told.token or "" if told.type == "bearer" else ""


def cookie_name() -> str:
    """Return the name of the session cookie; browsers accept ``__Host-`` only over HTTPS and from the same host."""
    return "__Host-session" if is_encrypted(whole_archive().settings) else "session"


def remember(response: Response, secret: str, lasting: timedelta) -> Response:
    """Set the session cookie on a response, and return it."""
    response.set_cookie(
        cookie_name(),
        secret,
        max_age=int(lasting.total_seconds()),
        path="/",
        secure=is_encrypted(whole_archive().settings),
        httponly=True,
        samesite="Lax",
    )
    return response


def remember_browser(response: Response, secret: str) -> Response:
    """Set the cookie that identifies a browser used to log in before, and return the response."""
    response.set_cookie(
        _browser_cookie(),
        secret,
        max_age=int(KNOWN_FOR.total_seconds()),
        path="/",
        secure=is_encrypted(whole_archive().settings),
        httponly=True,
        samesite="Lax",
    )
    return response


def browser_secret() -> str | None:
    """Return the secret that identifies the browser, None without one."""
    secret = request.cookies.get(_browser_cookie(), "")
    return secret if len(secret) == len(new_secret()) else None


def _browser_cookie() -> str:
    return "__Host-browser" if is_encrypted(whole_archive().settings) else "browser"


def forget(response: Response) -> Response:
    """Delete the session cookie and all data that the browser stores for this site, and return the response."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    secure = is_encrypted(whole_archive().settings)
    response.delete_cookie(cookie_name(), path="/", secure=secure, httponly=True, samesite="Lax")
    return response


def session_secret() -> str | None:
    """Return the session secret from the cookie, None without one."""
    return request.cookies.get(cookie_name())
