"""``/jobs``: what was uploaded, how far it is, what failed and why, and the ways to try again or to forget it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from archive.access.roles import Right
from archive.home import Archive
from archive.jobs import FileState, JobFile
from webapp.access.callers import caller
from webapp.links import job_url
from webapp.presenters.jobs import present_job, present_jobs
from webapp.room import current_room

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")

JOBS_SHOWN = FAILED_SHOWN = 50


@blueprint.get("")
def show_all() -> str:
    """The last jobs; for those who add documents, also the files that wait for workers, with who is at which."""
    catalog = current_room().archive.catalog
    adds = caller().may(Right.EDIT)
    queue, failed = (catalog.tasks.state(), catalog.tasks.failed(FAILED_SHOWN)) if adds else (None, [])
    return render_template("jobs.html", page=present_jobs(catalog.jobs.newest(JOBS_SHOWN), queue, failed))


@blueprint.get("/<job_id>")
def show(job_id: str) -> str:
    """A job and its files."""
    archive = current_room().archive
    job = archive.catalog.jobs.get(job_id)
    files = archive.catalog.jobs.files(job.id)
    return render_template("job.html", page=present_job(job, files, len(_kept(archive, job.id, files))))


@blueprint.post("/<job_id>/retry")
def retry(job_id: str) -> ResponseReturnValue:
    """Queue those of its files that failed and are still kept."""
    archive = current_room().archive
    files = archive.catalog.jobs.files(archive.catalog.jobs.get(job_id).id)
    archive.catalog.jobs.retry(job_id, _kept(archive, job_id, files))
    return redirect(job_url(job_id), code=303)


@blueprint.post("/<job_id>/remove")
def remove(job_id: str) -> ResponseReturnValue:
    """Forget a job that has ended, with what failed of it. Its documents stay."""
    archive = current_room().archive
    files = archive.catalog.jobs.files(job_id)
    archive.catalog.jobs.remove(job_id)
    for file in files:
        if file.state is FileState.FAILED:
            archive.catalog.failures.clear(str(archive.inbox.folder(job_id) / file.path))
    archive.inbox.discard_job(job_id)
    return redirect(url_for("jobs.show_all"), code=303)


def _kept(archive: Archive, job_id: str, files: list[JobFile]) -> list[str]:
    """The paths of those that failed and whose bytes are still there."""
    folder = archive.inbox.folder(job_id)
    failed = (file.path for file in files if file.state is FileState.FAILED and not file.is_inside)
    return [path for path in failed if (folder / path).is_file()]
