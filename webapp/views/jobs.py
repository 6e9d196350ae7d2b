"""``/add``: the upload form; ``/jobs``: upload jobs; ``/collections``: the collections of documents.

Uploaded files are stored and queued; another process reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import BinaryIO, cast

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from archive.access.records import Right, checked_collection
from archive.archive import Archive
from archive.errors import UsageError
from archive.facts.review import doubts_in
from archive.model.queue import FileState, Job, JobFile, JobState
from webapp.access.callers import caller
from webapp.forms import known_person, person, remembering
from webapp.languages.translation import gettext, number, said_error
from webapp.links import job_url
from webapp.pages.jobs import FILES_SHOWN, Became, present_add, present_collections, present_job, present_jobs
from webapp.room import current_room

add = Blueprint("add", __name__)

_AROUND_FILES = 64 * 1024
"""Maximum bytes of a form without its files; each file adds less than 500 with a long name."""

_MOST_PARTS = 20_000
"""Maximum parts of a form, high enough that too many files are reported with their number."""


@add.get("/add", endpoint="show")
def show_form() -> str:
    """Show the form."""
    return _add_page(known_person(), current_room().archive.settings.text("default_collection"))


@add.post("/add")
def take() -> ResponseReturnValue:
    """Store the uploaded ``files``, queue them for ``collection``, and redirect to the job. ``by`` names the sender."""
    settings = current_room().archive.settings
    most, most_files = settings.number("max_upload_bytes"), settings.number("max_upload_files")
    if not most:
        told = gettext("Uploading is switched off here. Documents are added with: %(command)s", command="dosije add")
        return _add_page("", "", told), 403
    request.max_content_length = most + _AROUND_FILES + 1024 * most_files
    request.max_form_parts = _MOST_PARTS
    try:
        by, collection = request.form.get("by", ""), request.form.get("collection", "")
    except RequestEntityTooLarge:
        told = gettext("That is more than may be sent at once. Nothing was kept.")
        return _add_page(known_person(), "", told), 413
    try:
        name = person()
        job_id = _queue(name, known_collection(collection))
    except UsageError as error:
        return _add_page(by, collection, said_error(error)), error.http_status
    return remembering(make_response(redirect(job_url(job_id), code=303)), name)


def known_collection(name: str) -> str:
    """Return the validated name of a collection.

    Only admins may name a new one, so that nobody can test for private ones.

    :raises archive.errors.DosijeError: the name is invalid, or unknown and the caller is no admin.
    """
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
    job_id, files = archive.uploads.keep((file.filename or "", cast(BinaryIO, file.stream)) for file in sent)
    if all(file.state is FileState.FAILED for file in files):
        archive.uploads.discard_job(job_id)
        raise UsageError(
            gettext("Every file is empty; nothing was kept."), gettext("Copy them again from where they came from.")
        )
    archive.catalog.jobs.add(job_id, collection, by, files)
    return job_id


def _add_page(by: str, collection: str, problem: str | None = None) -> str:
    archive = current_room().archive
    page = present_add(archive.settings, archive.catalog.collections.all(), by, collection, problem)
    return render_template("add.html", page=page)


jobs = Blueprint("jobs", __name__, url_prefix="/jobs")

JOBS_SHOWN = 50


@jobs.get("", endpoint="show_all")
def show_jobs() -> str:
    """Show the newest jobs; for readers who may add documents, also the queue with its workers."""
    catalog = current_room().archive.catalog
    adds = caller().may(Right.EDIT)
    failed_shown = current_app.config["FAILED_TASKS"]
    queue, failed = (catalog.tasks.state(), catalog.tasks.failed(failed_shown)) if adds else (None, [])
    return render_template("jobs.html", page=present_jobs(catalog.jobs.newest(JOBS_SHOWN), queue, failed))


@jobs.get("/<job_id>", endpoint="show")
def show_job(job_id: str) -> str:
    """Show a job and its files."""
    archive = current_room().archive
    job = archive.catalog.jobs.get(job_id)
    files = archive.catalog.jobs.files(job.id)
    page = present_job(
        job, files, len(_retriable(archive, job.id, files)), _results(archive, job, files), datetime.now(UTC)
    )
    return render_template("job.html", page=page)


def _results(archive: Archive, job: Job, files: Sequence[JobFile]) -> Became:
    """Return the documents and doubts of the files.

    Doubts are looked up only after the job is done, because the page reloads until then.
    """
    ids = list(dict.fromkeys(file.document for file in files if file.document))[:FILES_SHOWN]
    described = archive.catalog.documents.descriptions(ids)
    return Became(described, doubts_in(archive.catalog, described) if job.state is JobState.DONE else {})


@jobs.post("/<job_id>/retry")
def retry(job_id: str) -> ResponseReturnValue:
    """Queue the failed files whose data is still stored."""
    archive = current_room().archive
    files = archive.catalog.jobs.files(archive.catalog.jobs.get(job_id).id)
    archive.catalog.jobs.retry(job_id, _retriable(archive, job_id, files))
    return redirect(job_url(job_id), code=303)


@jobs.post("/<job_id>/remove")
def remove(job_id: str) -> ResponseReturnValue:
    """Remove a finished job and its failures. Its documents stay."""
    archive = current_room().archive
    files = archive.catalog.jobs.files(job_id)
    archive.catalog.jobs.remove(job_id)
    for file in files:
        if file.state is FileState.FAILED:
            archive.catalog.failures.clear(str(archive.uploads.folder(job_id) / file.path))
    archive.uploads.discard_job(job_id)
    return redirect(url_for("jobs.show_all"), code=303)


def _retriable(archive: Archive, job_id: str, files: list[JobFile]) -> list[str]:
    """Return the paths of failed files whose data is still stored."""
    folder = archive.uploads.folder(job_id)
    failed = (file.path for file in files if file.state is FileState.FAILED and not file.is_inside)
    return [path for path in failed if (folder / path).is_file()]


collections = Blueprint("collections", __name__)


@collections.get("/collections", endpoint="show_all")
def show_collections() -> str:
    """Show all collections with their counts."""
    return render_template(
        "collections.html", page=present_collections(current_room().archive.catalog.collections.all())
    )
