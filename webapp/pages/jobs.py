"""Contexts of the pages for adding documents: the form, the jobs, the queue and the collections."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.access.records import Collection
from archive.config import Settings
from archive.model import Description
from archive.model.quality import Quality
from archive.model.queue import INSIDE, FailedTask, FileState, InWork, Job, JobFile, JobState, QueueState, TaskState
from archive.system.paths import without_folders
from webapp.languages.translation import gettext, marked, number, plural, said
from webapp.links import document_url, job_url, search_url
from webapp.pages.parts import Context, Link
from webapp.pages.wording import day, documents, field_label, moment, pages, reading_quality, shown_title, size
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class AddContext(Context):
    """The upload form.

    ``limits`` is a sentence on the limits; ``is_open`` is false if uploads are disabled. ``texts`` are those of the
    script, with placeholders in braces.
    """

    is_open: bool
    limits: str
    most_bytes: int
    most_files: int
    texts: Mapping[str, str]
    collection: str
    collections: tuple[str, ...]
    by: str
    problem: str | None


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job: who sent what when, and its progress. ``trouble`` says how many files failed."""

    job: Link
    about: tuple[str, ...]
    stands: str
    trouble: str | None


@dataclass(frozen=True, slots=True)
class QueuedFile:
    """A queued file: its state (``stands``), and the reason (``trouble``) if it failed.

    ``worker`` is the process that reads it, a part of ``stands`` that must not be transliterated.
    """

    path: str
    stands: str
    trouble: str | None = None
    worker: str = ""


@dataclass(frozen=True, slots=True)
class QueueShown:
    """The queue of the workers.

    ``counts`` are the numbers of files by state; ``hidden`` says how many failed ones are not listed.
    """

    counts: tuple[str, ...]
    in_work: tuple[QueuedFile, ...]
    failed: tuple[QueuedFile, ...]
    hidden: str | None


@dataclass(frozen=True, slots=True)
class JobsContext(Context):
    """The latest jobs, and the queue if the reader may see it."""

    rows: tuple[JobRow, ...]
    queue: QueueShown | None
    is_live: bool


@dataclass(frozen=True, slots=True)
class JobFileRow:
    """A file of a job: its document, or the reason (``trouble``) why it failed.

    ``doubt`` says what is doubtful about the document.
    """

    name: str
    stands: str
    document: Link | None
    title: str | None = None
    trouble: str | None = None
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class JobFileGroup:
    """The files of a job with the same outcome, with a headline and advice; ``hidden`` says how many are not listed."""

    id: str
    title: str
    advice: str | None
    rows: tuple[JobFileRow, ...]
    hidden: str | None


@dataclass(frozen=True, slots=True)
class JobContext(Context):
    """The page of a job.

    ``done`` and ``total`` count its files; ``is_live`` says that it is running, ``left`` is the estimated remaining
    time. ``retries`` says how many failed files can be retried.
    """

    id: str
    title: str
    about: tuple[str, ...]
    note: str | None
    done: int
    total: int
    stands: str
    left: str | None
    groups: tuple[JobFileGroup, ...]
    retries: str | None
    is_live: bool


@dataclass(frozen=True, slots=True)
class CollectionsContext(Context):
    """All collections: a link to the documents of each, and details."""

    count: str
    rows: tuple[tuple[Link, tuple[str, ...]], ...]


FILES_SHOWN = 500
"""Maximum number of files listed per outcome; all failed ones are listed."""

_STATE = SearchState()
_STANDS = {
    FileState.WAITING: marked("waiting"),
    FileState.ADDED: marked("added"),
    FileState.DUPLICATE: marked("already there"),
    FileState.FAILED: marked("failed"),
}
_GROUPS: Mapping[str, tuple[str, str | None]] = {
    FileState.FAILED: (marked("Failed"), None),
    "doubted": (marked("To check"), marked("Added. Check whether they were read correctly.")),
    FileState.WAITING: (marked("Waiting"), None),
    FileState.ADDED: (marked("Added"), None),
    FileState.DUPLICATE: (marked("Already there"), None),
}
"""Headlines and advice by outcome."""

_TOO_SOON, _MINUTE = timedelta(seconds=10), timedelta(minutes=1)
_JOB_STANDS = {
    JobState.QUEUED: marked("waiting"),
    JobState.RUNNING: marked("being read"),
    JobState.DONE: marked("ended"),
}


def present_add(
    settings: Settings, collections: Iterable[Collection], by: str, collection: str, problem: str | None = None
) -> AddContext:
    """Return the context of the upload form."""
    most, files = settings.number("max_upload_bytes"), settings.number("max_upload_files")
    return AddContext(
        is_open=most > 0,
        limits=gettext("At most %(files)s at once, together up to %(size)s.", files=_files(files), size=size(most)),
        most_bytes=most,
        most_files=files,
        texts=_texts(),
        collection=collection,
        collections=tuple(one.name for one in collections),
        by=by,
        problem=problem,
    )


def _texts() -> dict[str, str]:
    """Return the texts of the upload script."""
    count, of_size, of_time = "{count}", "{size}", "{time}"
    return {
        "ready": gettext("Ready to be sent: %(count)s (%(size)s)", count=count, size=of_size),
        "parts": gettext("too much for one upload, so it goes in %(count)s parts", count=count),
        "sent": gettext(
            "Sent: %(done)s of %(count)s, %(sent)s of %(size)s", done="{done}", count=count, sent="{sent}", size=of_size
        ),
        "left": gettext("about %(time)s left", time=of_time),
        "refused": gettext("Not to be sent: %(count)s", count=count),
        "hidden": gettext("Skipped, not documents: %(count)s", count=count),
        "empty": gettext("The file is empty. Copy it again from where it came from."),
        "large": gettext("Larger than %(size)s. Have it added on the server: dosije add", size=of_size),
        "unreadable": gettext("It cannot be read any more: it was changed or moved. Choose it again."),
        "here": gettext("sent"),
        "away": gettext("Leave it out"),
        "broken": gettext("No connection. Nothing is lost; trying again in %(time)s.", time=of_time),
        "stopped": gettext(
            "The server did not accept it. If you were logged out, log in again in another tab, then continue here."
        ),
    }


def present_jobs(jobs: Sequence[Job], queue: QueueState | None, failed: Sequence[FailedTask]) -> JobsContext:
    """Return the context of the latest jobs and the queue; ``failed`` are the latest failed tasks.

    :param queue: None if the reader may not see it.
    """
    is_live = any(job.state is not JobState.DONE for job in jobs) or (queue is not None and not queue.is_empty)
    shown = present_queue(queue, failed) if queue is not None and queue.counts else None
    return JobsContext(tuple(map(_row, jobs)), shown, is_live)


def present_reading(jobs: Sequence[Job]) -> tuple[Link, ...]:
    """Return links to the jobs that have not ended: how far each is, with the failures as a note."""
    return tuple(
        Link(_done(job), job_url(job.id), note=_trouble(job)) for job in jobs if job.state is not JobState.DONE
    )


def _row(job: Job) -> JobRow:
    return JobRow(Link(_title(job), job_url(job.id)), _about(job), _progress(job), _trouble(job))


def _trouble(job: Job) -> str | None:
    failed = job.counts.get(FileState.FAILED)
    return gettext("%(count)s failed", count=number(failed)) if failed else None


@dataclass(frozen=True, slots=True)
class Became:
    """The results of the files of a job: the ``described`` documents, and doubtful fields by document."""

    described: Mapping[str, Description]
    doubts: Mapping[str, tuple[str, ...]]


def present_job(job: Job, files: Sequence[JobFile], kept: int, became: Became, now: datetime) -> JobContext:
    """Return the context of the page of a job; ``kept`` of its failed files can be retried."""
    return JobContext(
        id=job.id,
        title=_title(job),
        about=_about(job),
        note=said(job.note) if job.note else None,
        done=_done_count(job),
        total=job.files,
        stands=_progress(job),
        left=_left(job, files, now),
        groups=tuple(_groups(files, became)),
        retries=_retries(kept) if kept and job.state is JobState.DONE else None,
        is_live=job.state is not JobState.DONE,
    )


def _groups(files: Sequence[JobFile], became: Became) -> Iterator[JobFileGroup]:
    rows: dict[str, list[JobFileRow]] = {name: [] for name in _GROUPS}
    for file in files:
        row = _file(file, became)
        rows["doubted" if row.doubt else str(file.state)].append(row)
    for name, (title, advice) in _GROUPS.items():
        # All failed files are listed.
        most = len(files) if name == FileState.FAILED else FILES_SHOWN
        hidden = len(rows[name]) - most
        if rows[name]:
            yield JobFileGroup(
                name,
                f"{gettext(title)} ({number(len(rows[name]))})",
                gettext(advice) if advice else None,
                tuple(rows[name][:most]),
                plural("And %(count)s more file.", "And %(count)s more files.", hidden) if hidden > 0 else None,
            )


def _left(job: Job, files: Sequence[JobFile], now: datetime) -> str | None:
    """Return the remaining time of a job, estimated by bytes; None while it is unknown."""
    if job.state is not JobState.RUNNING or job.started_at is None:
        return None
    whole = sum(file.size for file in files)
    done = sum(file.size for file in files if file.state is not FileState.WAITING)
    elapsed = now - job.started_at
    if not done or done == whole or elapsed < _TOO_SOON:
        return None
    minutes = math.ceil(elapsed / _MINUTE * (whole - done) / done)
    return plural("about %(count)s minute left", "about %(count)s minutes left", minutes)


def present_collections(collections: Sequence[Collection]) -> CollectionsContext:
    """Return the context of all collections, each with a link to its documents."""
    rows = (
        (
            Link(one.name, search_url(_STATE.with_filter("collection", one.name))),
            (documents(one.documents), pages(one.pages), gettext("last one on %(day)s", day=day(one.newest))),
        )
        for one in collections
    )
    count = plural("%(count)s collection", "%(count)s collections", len(collections))
    return CollectionsContext(count, tuple(rows))


def _about(job: Job) -> tuple[str, ...]:
    return gettext("sent by %(name)s", name=job.by), moment(job.created_at)


def _title(job: Job) -> str:
    return gettext("%(files)s for %(collection)s", files=_files(job.files), collection=job.collection)


def _files(count: int) -> str:
    return plural("%(count)s file", "%(count)s files", count)


def _retries(count: int) -> str:
    return plural("Try %(count)s file again", "Try %(count)s files again", count)


def _done_count(job: Job) -> int:
    return job.files - job.counts.get(FileState.WAITING, 0)


def _progress(job: Job) -> str:
    return f"{gettext(_JOB_STANDS[job.state])}, {_done(job)}"


def _done(job: Job) -> str:
    told = plural(
        "%(done)s of %(count)s file done", "%(done)s of %(count)s files done", job.files, done=number(_done_count(job))
    )
    return (
        f"{told}, {plural('%(count)s page read', '%(count)s pages read', job.pages_read)}" if job.pages_read else told
    )


def _file(file: JobFile, became: Became) -> JobFileRow:
    stands = gettext(_STANDS[file.state])
    if file.pages is not None:
        stands += f", {pages(file.pages)}"
    elif file.size:
        stands += f", {size(file.size)}"
    described = became.described.get(file.document or "")
    is_new = file.state is FileState.ADDED
    return JobFileRow(
        file.name,
        stands,
        Link(file.name, document_url(file.document, _STATE)) if file.document else None,
        shown_title(described).text if described else None,
        _reason(file.name, file.reason) if file.reason else None,
        _doubt(described, became.doubts.get(described.id, ())) if described and is_new else None,
    )


def _reason(path: str, reason: str) -> str:
    """Return why a file failed, without its name in front, which stands beside it."""
    told = said(without_folders(reason))
    outer, _, inner = path.rpartition(INSIDE)
    container, name = outer.replace(INSIDE, "/").rpartition("/")[2], inner.rpartition("/")[2]
    for prefix in (f"{inner} in {container}: ", f"{inner}: ", f"{name}: "):
        if told.startswith(prefix):
            return told[len(prefix)].upper() + told[len(prefix) + 1 :]
    return told


def _doubt(described: Description, fields: Sequence[str]) -> str | None:
    told = [gettext("in doubt: %(fields)s", fields=", ".join(map(field_label, fields)))] if fields else []
    if described.quality is not None and described.quality is not Quality.GOOD:
        told.append(reading_quality(described.quality))
    return "; ".join(told) or None


def present_queue(queue: QueueState, failed: Sequence[FailedTask]) -> QueueShown:
    """Return the state of the queue; ``failed`` are the latest failed tasks."""
    hidden = queue.counts.get(TaskState.FAILED, 0) - len(failed)
    return QueueShown(
        counts=_counts(queue),
        in_work=tuple(map(_in_work, queue.in_work)),
        failed=tuple(QueuedFile(one.path, moment(one.at), _reason(one.path, one.reason)) for one in failed),
        hidden=plural("And %(count)s more file.", "And %(count)s more files.", hidden) if hidden > 0 else None,
    )


def _counts(queue: QueueState) -> tuple[str, ...]:
    counts = {state: queue.counts.get(state, 0) for state in TaskState}
    told = {
        TaskState.QUEUED: plural("%(count)s file waits", "%(count)s files wait", counts[TaskState.QUEUED]),
        TaskState.WORKING: plural("%(count)s is being read", "%(count)s are being read", counts[TaskState.WORKING]),
        TaskState.ADDED: gettext("%(count)s added", count=number(counts[TaskState.ADDED])),
        TaskState.DUPLICATE: gettext("%(count)s already there", count=number(counts[TaskState.DUPLICATE])),
        TaskState.FAILED: gettext("%(count)s failed", count=number(counts[TaskState.FAILED])),
    }
    shown = [text for state, text in told.items() if counts[state] or state is TaskState.QUEUED]
    if queue.pages_an_hour is not None:
        shown.append(gettext("%(pages)s an hour", pages=pages(round(queue.pages_an_hour))))
    return tuple(shown)


def _in_work(one: InWork) -> QueuedFile:
    told = [gettext("read by %(worker)s since %(moment)s", worker=one.worker, moment=moment(one.since))]
    if one.pages:
        told.append(plural("%(count)s page read", "%(count)s pages read", one.pages))
    if one.attempts > 1:
        told.append(gettext("attempt %(number)s", number=number(one.attempts)))
    return QueuedFile(one.path, ", ".join(told), worker=one.worker)
