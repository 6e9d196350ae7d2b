"""Forms of the reading room: who sends them, what they contain, and how search is updated.

A decision is one short transaction of the catalog without the writer lock, so it is stored even while documents are
being added. Only the index, which counts facets, has to wait for that; the reader is told so.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Collection, Mapping
from urllib.parse import quote, unquote

from flask import Response, current_app, request

from archive.access.records import Right
from archive.archive import Archive
from archive.errors import DosijeError, UsageError
from archive.facts.corrections import Correction, checked_name
from archive.facts.values import Municipalities, is_same
from archive.model.decisions import DecisionAction
from archive.model.fields import is_list
from archive.store.stories.story import Marks, StoryHead, StoryReader
from webapp.access.callers import caller, known_caller
from webapp.languages.translation import gettext
from webapp.room import current_room
from webapp.state import positive_number

NAME_COOKIE = "by"
"""The cookie with the name that a person last signed with, as a default for forms. It grants no rights."""

STORY_COOKIE = "story"
"""The cookie with the story that a reader adds to. It grants no rights."""

_STORY = re.compile("[0-9a-f]{32}")

COOKIE_SECONDS = 365 * 24 * 60 * 60

_PAUSE = 0.1
_SETTLING = threading.Lock()


def person() -> str:
    """Return who sends the current form: the user who logged in, or else the name in it.

    :raises UsageError: the name is missing or invalid.
    """
    user = caller().user
    return user.name if user else checked_name(request.form.get("by", ""))


_EDGES = ("left", "top", "right", "bottom")


def sent_box() -> str | None:
    """Return the box in the current form as fractions of the page, None if all of its fields are empty.

    :raises UsageError: some are empty or invalid.
    """
    edges = [request.form.get(edge, "").strip().replace(",", ".") for edge in _EDGES]
    if not any(edges):
        return None
    try:
        return ",".join(str(float(edge) / 100) for edge in edges)
    except ValueError as error:
        message = gettext("A box has four edges, each in per cent of the page.")
        raise UsageError(message, gettext("Fill in all of them.")) from error


def known_person() -> str:
    """Return the user who logged in, or the last name signed with in this browser; empty without either."""
    user = caller().user
    if user:
        return user.name
    name = unquote(request.cookies.get(NAME_COOKIE, ""))
    return name if name.isprintable() else ""


def story_reader() -> StoryReader:
    """Return the reader of stories; without a login, by the name last signed with."""
    return StoryReader(known_person(), sees_all=caller().user is None)


def writer() -> StoryReader:
    """Return who sends the current form.

    :raises UsageError: the name is unknown.
    """
    name = known_person() or checked_name(request.form.get("by", ""))
    return StoryReader(name, sees_all=caller().user is None)


def current_story() -> StoryHead | None:
    """Return the story that the reader adds to, as shown on every page; None if there is none."""
    key, person_ = request.cookies.get(STORY_COOKIE, ""), known_caller()
    if not _STORY.fullmatch(key) or person_ is None or not person_.may(Right.READ):
        return None
    try:
        return current_room().archive.catalog.stories.head(key, story_reader())
    except DosijeError:
        # The page reports the failure, or is shown without the story.
        return None


def own_marks(documents: Collection[str]) -> Mapping[str, Marks]:
    """Return the reader's marks on these documents; {} without a login."""
    user = caller().user
    return current_room().archive.catalog.marks.of(user.name, documents) if user and documents else {}


def remembering(response: Response, name: str) -> Response:
    """Set the cookie with the name for the next form, unless logged in, and return the response."""
    if caller().user:
        return response
    response.set_cookie(NAME_COOKIE, quote(name), max_age=COOKIE_SECONDS, httponly=True, samesite="Strict")
    return response


def make_searchable(archive: Archive) -> bool:
    """Update the index after a decision; return False if documents are being added, in which case their run does it."""
    deadline = time.monotonic() + current_app.config["INDEX_WAIT"]
    # One thread at a time: to the others it would look like a process that adds documents.
    with _SETTLING:
        while not archive.settle():
            if archive.index_trouble or time.monotonic() >= deadline:
                return False
            time.sleep(_PAUSE)
    return True


def correction(document_id: str, field: str, places: Municipalities) -> Correction:
    """Return the correction of a field in the current form.

    The button ``action`` says that the value in question (``old``) is right (``confirm``), does not belong to the field
    (``remove``), that the field has no value (``none``), or that ``value`` is right (``correct``). The words that prove
    a value are in ``quote``, with ``page``. The ``words`` shown prove the value read from them; they prove another one
    only if the person says so (``prove``), because a value must not have contradicting evidence.

    :raises UsageError: the form is invalid.
    """
    sent = {name: request.form.get(name, "").strip() or None for name in ("action", "value", "old", "quote", "page")}
    action, old, by = sent["action"], sent["old"], person()
    match action:
        case "confirm":
            return Correction(document_id, field, DecisionAction.CONFIRM, by, old=old)
        case "remove" if old is not None:
            return Correction(document_id, field, DecisionAction.REMOVE, by, old=old)
        case "none":
            return Correction(document_id, field, DecisionAction.CORRECT, by)
        case "correct" if sent["value"] is not None:
            value = sent["value"]
            proves = "prove" in request.form or (old is not None and is_same(field, value, old, places))
            return _right_value(document_id, field, by, value, old, proves=proves)
    raise UsageError(
        gettext("The form does not say what is right."), gettext("Write a value, or choose one of the buttons.")
    )


def _right_value(document_id: str, field: str, by: str, value: str, old: str | None, *, proves: bool) -> Correction:
    action = DecisionAction.CORRECT
    if is_list(field):
        action = DecisionAction.ADD if old is None else DecisionAction.REPLACE
    quoted, page = request.form.get("quote", "").strip() or None, request.form.get("page", "").strip()
    return Correction(
        document=document_id,
        field=field,
        action=action,
        by=by,
        value=value,
        old=old if action is DecisionAction.REPLACE else None,
        quote=quoted,
        page=positive_number("page", page) if quoted and page else None,
        words=request.form.get("words") or None if proves and not quoted else None,
    )
