"""Jobs and their files, and the collections that they go to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archive.config import Settings
from archive.jobs import Collection, FileState, Job, JobFile, JobState
from webapp.contexts.common import Link
from webapp.contexts.jobs import (
    AddContext,
    CollectionRow,
    CollectionsContext,
    JobContext,
    JobFileRow,
    JobRow,
    JobsContext,
)
from webapp.links import document_url, job_url, search_url
from webapp.presenters.wording import counted, day, moment, size
from webapp.search_state import SearchState

FILES_SHOWN = 500
"""Files of a job listed that did not fail; those that failed are all listed."""

_STATE = SearchState()
_STANDS = {
    FileState.WAITING: "waiting",
    FileState.ADDED: "added",
    FileState.DUPLICATE: "already there",
    FileState.FAILED: "failed",
}
_JOB_STANDS = {JobState.QUEUED: "waiting", JobState.RUNNING: "being read", JobState.DONE: "ended"}


def present_add(
    settings: Settings, collections: Iterable[Collection], by: str, collection: str, problem: str | None = None
) -> AddContext:
    """The form that takes files."""
    most, files = settings.number("max_upload_bytes"), settings.number("max_upload_files")
    return AddContext(
        state=_STATE,
        is_open=most > 0,
        limits=f"At most {counted(files, 'file')} at once, together up to {size(most)}.",
        collection=collection,
        collections=tuple(one.name for one in collections),
        by=by,
        problem=problem,
    )


def present_jobs(jobs: Sequence[Job]) -> JobsContext:
    """The last jobs."""
    is_live = any(job.state is not JobState.DONE for job in jobs)
    return JobsContext(_STATE, tuple(map(_row, jobs)), is_live)


def _row(job: Job) -> JobRow:
    return JobRow(
        job=Link(f"{counted(job.files, 'file')} for {job.collection}", job_url(job.id)),
        about=_about(job),
        stands=_progress(job),
        trouble=f"{job.counts[FileState.FAILED]:,} failed" if FileState.FAILED in job.counts else None,
    )


def present_job(job: Job, files: Sequence[JobFile], kept: int) -> JobContext:
    """The page of a job, of whose failed files ``kept`` can be tried again."""
    failed = [file for file in files if file.state is FileState.FAILED]
    others = [file for file in files if file.state is not FileState.FAILED]
    hidden = len(others) - FILES_SHOWN
    return JobContext(
        state=_STATE,
        id=job.id,
        title=f"{counted(job.files, 'file')} for {job.collection}",
        about=_about(job),
        note=job.note,
        done=_done(job),
        total=job.files,
        stands=_progress(job),
        failed=tuple(map(_file, failed)),
        others=tuple(map(_file, others[:FILES_SHOWN])),
        hidden=f"And {counted(hidden, 'more file')}." if hidden > 0 else None,
        retries=f"Try {counted(kept, 'file')} again" if kept and job.state is JobState.DONE else None,
        is_live=job.state is not JobState.DONE,
    )


def present_collections(collections: Sequence[Collection]) -> CollectionsContext:
    """All collections, each with the search for its documents."""
    rows = (
        CollectionRow(
            Link(one.name, search_url(_STATE.with_filter("collection", one.name))),
            (counted(one.documents, "document"), counted(one.pages, "page"), f"last one on {day(one.newest)}"),
        )
        for one in collections
    )
    return CollectionsContext(_STATE, counted(len(collections), "collection"), tuple(rows))


def _about(job: Job) -> tuple[str, ...]:
    return f"sent by {job.by}", moment(job.created_at)


def _done(job: Job) -> int:
    return job.files - job.counts.get(FileState.WAITING, 0)


def _progress(job: Job) -> str:
    told = [_JOB_STANDS[job.state], f"{_done(job):,} of {counted(job.files, 'file')} done"]
    if job.pages_read:
        told.append(f"{counted(job.pages_read, 'page')} read")
    return ", ".join(told)


def _file(file: JobFile) -> JobFileRow:
    stands = _STANDS[file.state]
    if file.pages is not None:
        stands += f", {counted(file.pages, 'page')}"
    elif file.size:
        stands += f", {size(file.size)}"
    link = Link(file.name, document_url(file.document, _STATE)) if file.document else None
    return JobFileRow(file.name, stands, link, file.reason)
