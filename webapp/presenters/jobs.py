"""Jobs and their files, and the collections that they go to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archive.config import Settings
from archive.model.jobs import Collection, FileState, Job, JobFile, JobState
from archive.model.tasks import FailedTask, QueueState
from archive.system.paths import without_folders
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
from webapp.languages.sentences import said
from webapp.languages.translation import gettext, marked, number, plural
from webapp.links import document_url, job_url, search_url
from webapp.presenters.queue import present_queue
from webapp.presenters.wording import day, documents, moment, pages, size
from webapp.search_state import SearchState

FILES_SHOWN = 500
"""Files of a job listed that did not fail; those that failed are all listed."""

_STATE = SearchState()
_STANDS = {
    FileState.WAITING: marked("waiting"),
    FileState.ADDED: marked("added"),
    FileState.DUPLICATE: marked("already there"),
    FileState.FAILED: marked("failed"),
}
_JOB_STANDS = {
    JobState.QUEUED: marked("waiting"),
    JobState.RUNNING: marked("being read"),
    JobState.DONE: marked("ended"),
}


def present_add(
    settings: Settings, collections: Iterable[Collection], by: str, collection: str, problem: str | None = None
) -> AddContext:
    """The form that takes files."""
    most, files = settings.number("max_upload_bytes"), settings.number("max_upload_files")
    return AddContext(
        state=_STATE,
        is_open=most > 0,
        limits=gettext("At most %(files)s at once, together up to %(size)s.", files=_files(files), size=size(most)),
        collection=collection,
        collections=tuple(one.name for one in collections),
        by=by,
        problem=problem,
    )


def present_jobs(jobs: Sequence[Job], queue: QueueState | None, failed: Sequence[FailedTask]) -> JobsContext:
    """The last jobs, and the queue of files that workers read, with those of its files that ``failed`` last.

    :param queue: None for those who are not to see it.
    """
    is_live = any(job.state is not JobState.DONE for job in jobs) or (queue is not None and not queue.is_empty)
    shown = present_queue(queue, failed) if queue is not None and queue.counts else None
    return JobsContext(_STATE, tuple(map(_row, jobs)), shown, is_live)


def _row(job: Job) -> JobRow:
    failed = job.counts.get(FileState.FAILED)
    return JobRow(
        job=Link(_title(job), job_url(job.id)),
        about=_about(job),
        stands=_progress(job),
        trouble=gettext("%(count)s failed", count=number(failed)) if failed else None,
    )


def present_job(job: Job, files: Sequence[JobFile], kept: int) -> JobContext:
    """The page of a job, of whose failed files ``kept`` can be tried again."""
    failed = [file for file in files if file.state is FileState.FAILED]
    others = [file for file in files if file.state is not FileState.FAILED]
    hidden = len(others) - FILES_SHOWN
    return JobContext(
        state=_STATE,
        id=job.id,
        title=_title(job),
        about=_about(job),
        note=said(job.note) if job.note else None,
        done=_done(job),
        total=job.files,
        stands=_progress(job),
        failed=tuple(map(_file, failed)),
        others=tuple(map(_file, others[:FILES_SHOWN])),
        hidden=plural("And %(count)s more file.", "And %(count)s more files.", hidden) if hidden > 0 else None,
        retries=_retries(kept) if kept and job.state is JobState.DONE else None,
        is_live=job.state is not JobState.DONE,
    )


def present_collections(collections: Sequence[Collection]) -> CollectionsContext:
    """All collections, each with the search for its documents."""
    rows = (
        CollectionRow(
            Link(one.name, search_url(_STATE.with_filter("collection", one.name))),
            (documents(one.documents), pages(one.pages), gettext("last one on %(day)s", day=day(one.newest))),
        )
        for one in collections
    )
    count = plural("%(count)s collection", "%(count)s collections", len(collections))
    return CollectionsContext(_STATE, count, tuple(rows))


def _about(job: Job) -> tuple[str, ...]:
    return gettext("sent by %(name)s", name=job.by), moment(job.created_at)


def _title(job: Job) -> str:
    return gettext("%(files)s for %(collection)s", files=_files(job.files), collection=job.collection)


def _files(count: int) -> str:
    return plural("%(count)s file", "%(count)s files", count)


def _retries(count: int) -> str:
    return plural("Try %(count)s file again", "Try %(count)s files again", count)


def _done(job: Job) -> int:
    return job.files - job.counts.get(FileState.WAITING, 0)


def _progress(job: Job) -> str:
    of_files = plural(
        "%(done)s of %(count)s file done", "%(done)s of %(count)s files done", job.files, done=number(_done(job))
    )
    told = [gettext(_JOB_STANDS[job.state]), of_files]
    if job.pages_read:
        told.append(plural("%(count)s page read", "%(count)s pages read", job.pages_read))
    return ", ".join(told)


def _file(file: JobFile) -> JobFileRow:
    stands = gettext(_STANDS[file.state])
    if file.pages is not None:
        stands += f", {pages(file.pages)}"
    elif file.size:
        stands += f", {size(file.size)}"
    link = Link(file.name, document_url(file.document, _STATE)) if file.document else None
    return JobFileRow(file.name, stands, link, said(without_folders(file.reason)) if file.reason else None)
