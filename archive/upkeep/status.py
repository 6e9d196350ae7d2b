"""The status of an archive, as ``dosije status`` prints it."""

from __future__ import annotations

from typing import Any

from archive.archive import Archive
from archive.errors import EngineUnavailable, IndexDamaged
from archive.model.quality import page_quality
from archive.model.queue import QueueState, TaskState
from archive.system.confinement import protection

WORST_PAGES = 10
"""Pages listed because their words can be relied on least."""


def status_record(archive: Archive) -> dict[str, Any]:
    """Counts, index state, the worst pages and failures as one JSON value."""
    counts = archive.catalog.coverage.counts()
    return {
        "home": str(archive.home),
        "protection": protection(archive.settings, archive.home),
        "documents": counts.documents,
        "pages": counts.pages,
        "words": counts.words,
        "bytes": counts.bytes,
        "pages_by_source": dict(counts.pages_by_source),
        "unread_pages": counts.unread_pages,
        **_index_record(archive),
        "queue": _queue_record(archive.catalog.tasks.state()) if archive.catalog.tasks.has_queue else None,
        "worst_pages": [
            {
                "document": poor.document,
                "filename": poor.filename,
                "page": poor.page.number,
                "quality": page_quality(poor.page),
                "source": str(poor.page.source),
                "confidence": poor.page.confidence,
                "reason": poor.page.reason,
                "note": poor.page.note,
            }
            for poor in archive.catalog.coverage.poor_pages(WORST_PAGES)
        ],
        "failures": [
            {
                "path": failure.path,
                "sha256": failure.sha256,
                "reason": failure.reason,
                "remedy": failure.remedy,
                "failed_at": failure.failed_at.isoformat(),
                "attempts": failure.attempts,
            }
            for failure in archive.catalog.failures.all()
        ],
    }


def _index_record(archive: Archive) -> dict[str, Any]:
    """Return the state of the index; where it does not answer or is gone, what it should hold by the catalog."""
    try:
        return {
            "index_generation": archive.engine.generation,
            "index_documents": len(archive.engine.held()),
            "index_due": archive.search.not_searched(),
            "index_problem": None,
            "index_needs_repair": False,
        }
    except (EngineUnavailable, IndexDamaged) as error:
        return {
            "index_generation": None,
            "index_documents": None,
            "index_due": archive.catalog.indexing.count_not_indexed(),
            "index_problem": str(error),
            "index_needs_repair": isinstance(error, IndexDamaged),
        }


def _queue_record(queue: QueueState) -> dict[str, Any]:
    """Return the number of tasks in each state, and the tasks in work."""
    return {
        **{str(state): queue.counts.get(state, 0) for state in TaskState},
        "pages_an_hour": None if queue.pages_an_hour is None else round(queue.pages_an_hour),
        "in_work": [
            {
                "path": one.path,
                "worker": one.worker,
                "since": one.since.isoformat(),
                "attempts": one.attempts,
                "pages": one.pages,
            }
            for one in queue.in_work
        ],
    }
