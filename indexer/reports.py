"""What a run of adding is told, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from indexer.formats.source import OcrMode


@dataclass(frozen=True, slots=True)
class AddOptions:
    """How to add: documents read at once, when to use OCR, the collection, whether to read again what failed before,
    passwords to try on encrypted files, which are kept nowhere, and whether to follow links out of a folder."""

    jobs: int
    ocr: OcrMode
    collection: str
    retry_failed: bool
    passwords: tuple[str, ...] = field(default=(), repr=False)
    follow_links: bool = False

    @property
    def retries(self) -> bool:
        """Whether what failed before is read again. A password may be what it lacked."""
        return self.retry_failed or bool(self.passwords)


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file; one that is queued waits for a worker. ``id`` and ``pages`` are those of the document,
    where there is one. The ``path`` of what lies in a container is the container's, ``!/``, and its place there."""

    path: str
    status: Literal["added", "duplicate", "failed", "queued"]
    id: str | None
    pages: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Summary:
    """A run in numbers; ``pages`` and ``words`` are those of the documents added, ``queued`` counts files that wait for
    a worker."""

    added: int
    duplicates: int
    failed: int
    pages: int
    words: int
    seconds: float
    queued: int = 0
