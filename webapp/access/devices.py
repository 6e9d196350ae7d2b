"""What may stay on a reader's device: whether stories may be kept there to read them offline, for whom, and how long.

Every answer says whose it is, in :data:`HEADER`: ``off`` where nothing may be kept, ``nobody`` where nobody has logged
in, else a key of the reader and when their session ends (seconds since 1970; 0: never). The worker in the browser keeps
only answers to the reader whose device it is, and at the first answer to anybody else takes all away
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
    """Say with each answer whose it is, and let templates ask whether stories may be kept."""
    app.jinja_env.globals |= {"keeps_offline": keeps_offline, "reader_key": reader_key}
    app.after_request(_say_whose)


def keeps_offline() -> bool:
    """Return whether readers may keep stories on their devices."""
    return may_keep_offline(whole_archive().settings)


def refuse_if_off() -> None:
    """Let nobody past where nothing may be kept."""
    if not keeps_offline():
        raise NotFound(gettext("Stories are not kept on devices here. An admin can allow it in the settings."))


def reader_key() -> str:
    """Return the key of who asks: the same for one reader of one archive, another for anybody else. It tells no
    name."""
    person = known_caller()
    if person is None or not person.may(Right.READ):
        return NOBODY
    return _key(whole_archive().catalog.location, name_key(person.user.name) if person.user else "")


@lru_cache(maxsize=1 << 10)
def _key(catalog: str, name: str) -> str:
    """Return the digest of a reader and of where the catalog is, which all rooms of an archive have in common."""
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
