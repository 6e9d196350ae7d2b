"""The files that were queued for workers: how many wait, who is at which, and which are no documents."""

from __future__ import annotations

from collections.abc import Sequence

from archive.model.tasks import FailedTask, InWork, QueueState, TaskState
from archive.system.paths import without_folders
from webapp.contexts.jobs import QueuedFile, QueueShown
from webapp.languages.sentences import said
from webapp.languages.translation import gettext, number, plural
from webapp.presenters.wording import moment, pages


def present_queue(queue: QueueState, failed: Sequence[FailedTask]) -> QueueShown:
    """How far the queue is, with those of its files that ``failed`` last."""
    hidden = queue.counts.get(TaskState.FAILED, 0) - len(failed)
    return QueueShown(
        counts=_counts(queue),
        in_work=tuple(map(_in_work, queue.in_work)),
        failed=tuple(QueuedFile(one.path, moment(one.at), said(without_folders(one.reason))) for one in failed),
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
    return QueuedFile(one.path, ", ".join(told))
