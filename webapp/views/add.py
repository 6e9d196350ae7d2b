"""``/add``: the form that takes files. They are stored and queued; a process of its own reads them, never this one."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from archive.access.roles import Right
from archive.errors import UsageError
from archive.jobs import FileState, checked_collection
from webapp.access.callers import caller
from webapp.deciding import known_person, person, remembering
from webapp.languages.sentences import said_error
from webapp.languages.translation import gettext, number
from webapp.links import job_url
from webapp.presenters.jobs import present_add
from webapp.room import current_room

blueprint = Blueprint("add", __name__)

_AROUND_FILES = 64 * 1024
"""Bytes of a form beside its files' own, for a file of a long name less than 500."""

_MOST_PARTS = 20_000
"""Fields of a form. That a form has more files than the settings allow is said with their number."""


@blueprint.get("/add")
def show() -> str:
    """The form."""
    return _page(known_person(), current_room().archive.settings.text("default_collection"))


@blueprint.post("/add")
def take() -> ResponseReturnValue:
    """Keep what is sent in ``files``, queue it for ``collection``, and show the job. ``by`` says who sends it."""
    settings = current_room().archive.settings
    most, most_files = settings.number("max_upload_bytes"), settings.number("max_upload_files")
    if not most:
        told = gettext("Uploading is switched off here. Documents are added with: %(command)s", command="dosije add")
        return _page("", "", told), 403
    request.max_content_length = most + _AROUND_FILES + 1024 * most_files
    request.max_form_parts = _MOST_PARTS
    try:
        by, collection = request.form.get("by", ""), request.form.get("collection", "")
    except RequestEntityTooLarge:
        told = gettext("That is more than may be sent at once. Nothing was kept.")
        return _page(known_person(), "", told), 413
    try:
        name = person()
        job_id = _queue(name, _known_collection(collection))
    except UsageError as error:
        return _page(by, collection, said_error(error)), error.http_status
    return remembering(make_response(redirect(job_url(job_id), code=303)), name)


def _known_collection(name: str) -> str:
    """The collection of this name. Only admins make new ones, so that nobody learns of a private one by trying."""
    archive, wanted = current_room().archive, checked_collection(name)
    if not caller().may(Right.ADMINISTER):
        archive.catalog.collections.refuse_unknown(wanted, [archive.settings.text("default_collection")])
    return wanted


def _queue(by: str, collection: str) -> str:
    archive = current_room().archive
    sent = [file for file in request.files.getlist("files") if file.filename]
    if not sent:
        raise UsageError(gettext("No file was sent."), gettext("Choose one or more."))
    most = archive.settings.number("max_upload_files")
    if len(sent) > most:
        told = gettext(
            "There are %(count)s files; at most %(most)s may be sent at once.",
            count=number(len(sent)),
            most=number(most),
        )
        raise UsageError(told, gettext("Send them in parts."))
    job_id, files = archive.inbox.keep((file.filename or "", cast(BinaryIO, file.stream)) for file in sent)
    if all(file.state is FileState.FAILED for file in files):
        archive.inbox.discard_job(job_id)
        raise UsageError(
            gettext("Every file is empty; nothing was kept."), gettext("Copy them again from where they came from.")
        )
    archive.catalog.jobs.add(job_id, collection, by, files)
    return job_id


def _page(by: str, collection: str, problem: str | None = None) -> str:
    archive = current_room().archive
    page = present_add(archive.settings, archive.catalog.collections.all(), by, collection, problem)
    return render_template("add.html", page=page)
