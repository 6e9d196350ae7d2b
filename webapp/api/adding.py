"""``/api/v1/jobs`` and ``/api/v1/collections``: what was uploaded and what became of it, and where documents are."""

from __future__ import annotations

from typing import Any

from archive.model.queue import Collection, FileState, Job, JobFile, JobState
from webapp.api.endpoint import Asked, Endpoint
from webapp.api.parameters import counted
from webapp.api.schema import ID, MOMENT, TEXT, TRUTH, WHOLE, choice, extended, listed, maybe, record
from webapp.room import current_room

JOBS, MOST_JOBS = 50, 500
"""Jobs given to a program that does not say how many it wants, and the most that one answer has."""

COLLECTION = record("A collection.", name=TEXT, documents=WHOLE, pages=WHOLE, newest=MOMENT)
JOB = record(
    "An upload. attempts counts how often reading it was begun; note says why it waits.",
    id=TEXT,
    collection=TEXT,
    by=TEXT,
    created_at=MOMENT,
    started_at=maybe(MOMENT),
    finished_at=maybe(MOMENT),
    state=choice(JobState),
    attempts=WHOLE,
    pages_read=WHOLE,
    note=maybe(TEXT),
    files=record("Files by what became of them.", **{str(state): WHOLE for state in FileState}),
)
FILE = record(
    "A file, or something inside of a container. size is in bytes, 0 inside of a container.",
    name=TEXT,
    inside=TRUTH,
    size=WHOLE,
    state=choice(FileState),
    id=maybe(ID),
    pages=maybe(WHOLE),
    reason=maybe(TEXT),
)


def collections(_: Asked) -> dict[str, Any]:
    """Every collection with its counts."""
    return {"collections": [_collection(one) for one in current_room().archive.catalog.collections.all()]}


def jobs(asked: Asked) -> dict[str, Any]:
    """The last uploads, the newest first."""
    return {"jobs": [_job(job) for job in current_room().archive.catalog.jobs.newest(asked.number("limit"))]}


def job(_: Asked, job_id: str) -> dict[str, Any]:
    """An upload with its files."""
    catalog = current_room().archive.catalog
    return _job(catalog.jobs.get(job_id)) | {"listed": [_file(file) for file in catalog.jobs.files(job_id)]}


def _collection(one: Collection) -> dict[str, Any]:
    return {
        "name": one.name,
        "documents": one.documents,
        "pages": one.pages,
        "newest": one.newest.isoformat(),
    }


def _job(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "collection": job.collection,
        "by": job.by,
        "created_at": job.created_at.isoformat(),
        "started_at": job.started_at.isoformat() if job.started_at else None,
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
        "state": str(job.state),
        "attempts": job.attempts,
        "pages_read": job.pages_read,
        "note": job.note,
        "files": {str(state): job.counts.get(state, 0) for state in FileState},
    }


def _file(file: JobFile) -> dict[str, Any]:
    return {
        "name": file.name,
        "inside": file.is_inside,
        "size": file.size,
        "state": str(file.state),
        "id": file.document,
        "pages": file.pages,
        "reason": file.reason,
    }


ENDPOINTS = (
    Endpoint("collections", "/collections", "Collections", collections, record(collections=listed(COLLECTION))),
    Endpoint(
        "jobs",
        "/jobs",
        "Uploads",
        jobs,
        record(jobs=listed(JOB)),
        (counted("limit", "How many uploads.", most=MOST_JOBS, default=JOBS),),
    ),
    Endpoint("job", "/jobs/<job_id>", "An upload", job, extended(JOB, listed=listed(FILE)), (), (404,)),
)
