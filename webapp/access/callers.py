"""Who asks: by the cookie of a session, or by a token.

A session is a secret in a cookie and a row in the catalog, so it ends where it is ended: on logging out, with a new
password, and when its time is over.
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
    """Keep the archive whole, for those who manage it and for letting people in; views see what their reader sees."""
    app.extensions[_KEY] = archive
    app.config["PASSWORD_HASHES"] = PASSWORD_HASHES
    app.config["PROXIES"] = archive.settings.number("proxies")
    app.jinja_env.globals["known_caller"] = known_caller


def whole_archive() -> Archive:
    """Return the archive with all that is in it. For deciding who may see what, and never to be shown."""
    archive = current_app.extensions[_KEY]
    assert isinstance(archive, Archive)
    return archive


def accounts() -> Accounts:
    """Return the users of this room."""
    return Accounts(whole_archive().catalog, hashes=current_app.config["PASSWORD_HASHES"])


def caller() -> Person:
    """Return who sends the request at hand.

    :raises NotAdmitted: they show a token that is worth nothing.
    """
    if "caller" not in g:
        g.caller = _found() if needs_log_in(whole_archive().settings) else OWNER
    person: Person = g.caller
    return person


def known_caller() -> Person | None:
    """Return who was found to send the request at hand; None if nobody has looked. For what is said around every
    answer, also that to a token which is worth nothing."""
    person: Person | None = g.get("caller")
    return person


def known_user() -> User | None:
    """Return the user that was found to send the request at hand, if one was."""
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
    """Return what is in ``Authorization``: a bearer, or a password of HTTP, as which feed readers can send one."""
    told = request.authorization
    if told is None:
        return ""
    if told.type == "basic":
        return told.password or ""
    return told.token or "" if told.type == "bearer" else ""


def cookie_name() -> str:
    """Return the name of the cookie. With ``__Host-``, browsers take it over HTTPS and from this very host only."""
    return "__Host-session" if is_encrypted(whole_archive().settings) else "session"


def remember(response: Response, secret: str, lasting: timedelta) -> Response:
    """Return the answer, with the session in its cookie."""
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
    """Return the answer, with the secret by which a browser is known that was used to log in."""
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
    """Return the secret by which the browser is known; None for one that has none of ours."""
    secret = request.cookies.get(_browser_cookie(), "")
    return secret if len(secret) == len(new_secret()) else None


def _browser_cookie() -> str:
    return "__Host-browser" if is_encrypted(whole_archive().settings) else "browser"


def forget(response: Response) -> Response:
    """Return the answer, without the session, and all taken away that the browser keeps of the room: what it was
    answered, and what scripts keep there."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    secure = is_encrypted(whole_archive().settings)
    response.delete_cookie(cookie_name(), path="/", secure=secure, httponly=True, samesite="Lax")
    return response


def session_secret() -> str | None:
    """Return the secret of the session that the browser has."""
    return request.cookies.get(cookie_name())
