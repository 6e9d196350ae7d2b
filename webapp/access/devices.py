"""Storage of stories on a reader's device for offline use: whether it is allowed, for whom, and how long.

Every response names its reader in :data:`HEADER`: ``off`` if nothing may be stored, ``nobody`` without a login, else a
key of the reader and when the session ends (seconds since 1970; 0: never). The service worker stores only responses to
the reader of the device, and deletes everything at the first response to anybody else
(``webapp/static/service-worker.js``).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from archive.access.records import Right, name_key
from archive.access.rules import may_keep_offline
from webapp.access.callers import known_caller, whole_archive
from webapp.languages.translation import gettext

HEADER = "Dosije-Reader"

OFF, NOBODY = "off", "nobody"

_KEY_DIGITS = 16


def install(app: Flask) -> None:
    """Register the response header and the template functions."""
    app.jinja_env.globals |= {"keeps_offline": keeps_offline, "reader_key": reader_key}
    app.after_request(_say_whose)


def keeps_offline() -> bool:
    """Return whether readers may store stories on their devices."""
    return may_keep_offline(whole_archive().settings)


def refuse_if_off() -> None:
    """Raise :class:`NotFound` if storage is not allowed."""
    if not keeps_offline():
        raise NotFound(gettext("Stories are not kept on devices here. An admin can allow it in the settings."))


def reader_key() -> str:
    """Return an opaque key of the reader, unique per reader and archive; ``nobody`` without a login."""
    person = known_caller()
    if person is None or not person.may(Right.READ):
        return NOBODY
    return _key(whole_archive().catalog.location, name_key(person.user.name) if person.user else "")


@lru_cache(maxsize=1 << 10)
def _key(catalog: str, name: str) -> str:
    """Return the hash of a reader and the location of the catalog, which all processes of an archive share."""
    told = f"{catalog}\n{name}"
    return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()[:_KEY_DIGITS]


def _say_whose(response: Response) -> Response:
    person = known_caller()
    if request.endpoint == "static":
        return response
    if not keeps_offline():
        response.headers[HEADER] = OFF
    elif person is not None:
        until = int(person.until.timestamp()) if person.until else 0
        response.headers[HEADER] = f"{reader_key()} {until}"
    return response
