"""What ``dosije status`` says about an archive."""

from __future__ import annotations

from typing import Any

from archive.home import Archive


def status_record(archive: Archive) -> dict[str, Any]:
    """Counts, index state and failures as one JSON value."""
    counts = archive.catalog.counts()
    generation = archive.engine.generation
    return {
        "home": str(archive.home),
        "documents": counts.documents,
        "pages": counts.pages,
        "words": counts.words,
        "bytes": counts.bytes,
        "pages_by_source": dict(counts.pages_by_source),
        "unread_pages": counts.unread_pages,
        "index_generation": generation,
        "index_documents": len(archive.engine.revisions()),
        "index_due": sum(1 for _ in archive.catalog.due(generation)),
        "failures": [
            {
                "path": failure.path,
                "sha256": failure.sha256,
                "reason": failure.reason,
                "remedy": failure.remedy,
                "failed_at": failure.failed_at.isoformat(),
                "attempts": failure.attempts,
            }
            for failure in archive.catalog.failures()
        ],
    }
