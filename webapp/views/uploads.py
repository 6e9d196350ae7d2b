"""``/add/uploads``: resumable uploads by the script of ``/add``.

A broken connection costs one part. Responses are JSON and have the number of bytes received, at which the script
continues.
"""

from __future__ import annotations

import re

from flask import Blueprint, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from archive.errors import DiskFull, DosijeError, UnknownJob, UsageError
from webapp.forms import person, remembering
from webapp.languages.translation import gettext, said_error
from webapp.links import job_url
from webapp.room import current_room
from webapp.views.jobs import known_collection

blueprint = Blueprint("uploads", __name__, url_prefix="/add/uploads")

PART_BYTES = 4 << 20
"""Maximum size of a part, below the limits of proxies (nginx: see docs/deployment.md)."""

_SIZES = re.compile(r"[0-9]{1,9}:[0-9]{1,12}(?: [0-9]{1,9}:[0-9]{1,12})*")
_MOST_FORM_BYTES = 512 * 1024
"""Maximum size of the form that ends an upload, which has the size of every file."""


@blueprint.post("")
def begin() -> ResponseReturnValue:
    """Begin an upload. Errors of the form are reported before any file is sent."""
    try:
        _most()
        person()
        known_collection(request.form.get("collection", ""))
        return jsonify(upload=current_room().archive.uploads.begin())
    except DosijeError as error:
        return _refused(error)


@blueprint.post("/<job_id>/<int:ordinal>")
def append(job_id: str, ordinal: int) -> ResponseReturnValue:
    """Append a part of file ``ordinal`` at ``offset``; the response has the number of bytes received."""
    request.max_content_length = PART_BYTES
    name, offset = request.args.get("name", ""), request.args.get("offset", type=int)
    if offset is None or not 1 <= ordinal <= current_room().archive.settings.number("max_upload_files"):
        raise NotFound
    try:
        uploads = current_room().archive.uploads
        return jsonify(size=uploads.append(job_id, ordinal, name, offset, request.get_data(cache=False), _most()))
    except DosijeError as error:
        return _refused(error)


@blueprint.post("/<job_id>/end")
def end(job_id: str) -> ResponseReturnValue:
    """Queue the files of an upload, of ``sizes``, as the form of ``/add`` does.

    It is idempotent.
    """
    request.max_content_length = request.max_form_memory_size = _MOST_FORM_BYTES
    archive = current_room().archive
    try:
        name = person()
        collection = known_collection(request.form.get("collection", ""))
        files = archive.uploads.finish(job_id, _sizes(request.form.get("sizes", "")))
        try:
            archive.catalog.jobs.get(job_id)
        except UnknownJob:
            archive.catalog.jobs.add(job_id, collection, name, files)
    except DosijeError as error:
        return _refused(error)
    return remembering(make_response(jsonify(job=job_url(job_id))), name)


def _most() -> int:
    """Return the maximum size of an upload in bytes.

    :raises UsageError: uploading is switched off.
    """
    most = current_room().archive.settings.number("max_upload_bytes")
    if not most:
        told = gettext("Uploading is switched off here. Documents are added with: %(command)s", command="dosije add")
        raise UsageError(told)
    return most


def _sizes(told: str) -> dict[int, int]:
    """Return the sizes of files by their numbers: ``1:4711 2:230``."""
    if not _SIZES.fullmatch(told):
        raise UsageError(gettext("No file was sent."), gettext("Choose one or more."))
    return {int(number): int(size) for number, _, size in (one.partition(":") for one in told.split())}


def _refused(error: DosijeError) -> ResponseReturnValue:
    """Return the error as JSON for the script to show; errors of the server are raised again."""
    if not isinstance(error, UsageError | DiskFull):
        raise error
    return jsonify(problem=said_error(error)), error.http_status
