"""``/api/v1/jobs`` and ``/api/v1/collections``: what was uploaded and what became of it, and where documents are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from archive.model.queue import FileState, JobState
from archive.serialization import Id, JsonAnswer, PropertyNames, SchemaKeywords, Timestamp, attr, serialize
from webapp.api.endpoint import Asked, Endpoints, counted
from webapp.api.schema import listed, of, record
from webapp.room import current_room

JOBS, MOST_JOBS = 50, 500
"""Default and maximum number of jobs in a response."""


class _CollectionAnswer(JsonAnswer):
    """A collection."""

    name: str
    documents: int
    pages: int
    newest: Timestamp


class _JobAnswer(JsonAnswer):
    """An upload. attempts counts how often reading it was begun; note says why it waits."""

    id: str
    collection: str
    by: str
    created_at: Timestamp
    started_at: Timestamp | None
    finished_at: Timestamp | None
    state: JobState
    attempts: int
    pages_read: int
    note: str | None
    files: Annotated[
        Mapping[str, int],
        PropertyNames(tuple(map(str, FileState)), required=True),
        SchemaKeywords(description="Files by what became of them."),
    ] = attr(lambda job: {state: job.counts.get(state, 0) for state in FileState})


class _FileAnswer(JsonAnswer):
    """A file, or something inside of a container. size is in bytes, 0 inside of a container."""

    name: str
    inside: bool = attr("is_inside")
    size: int
    state: FileState
    id: Id | None = attr("document")
    pages: int | None
    reason: str | None


class _JobWithFiles(_JobAnswer):
    listed: tuple[_FileAnswer, ...]


ENDPOINTS = Endpoints()


@ENDPOINTS.answered("/collections", "Collections", record(collections=listed(of(_CollectionAnswer))))
def collections(_: Asked) -> dict[str, Any]:
    """Return every collection with its counts."""
    return {
        "collections": [serialize(_CollectionAnswer, one) for one in current_room().archive.catalog.collections.all()]
    }


@ENDPOINTS.answered(
    "/jobs",
    "Uploads",
    record(jobs=listed(of(_JobAnswer))),
    (counted("limit", "How many uploads.", most=MOST_JOBS, default=JOBS),),
)
def jobs(asked: Asked) -> dict[str, Any]:
    """Return the last uploads, the newest first."""
    return {
        "jobs": [
            serialize(_JobAnswer, job) for job in current_room().archive.catalog.jobs.newest(asked.number("limit"))
        ]
    }


@ENDPOINTS.answered("/jobs/<job_id>", "An upload", of(_JobWithFiles), (), (404,))
def job(_: Asked, job_id: str) -> dict[str, Any]:
    """Return an upload with its files."""
    catalog = current_room().archive.catalog
    return serialize(_JobWithFiles, catalog.jobs.get(job_id), listed=catalog.jobs.files(job_id))
