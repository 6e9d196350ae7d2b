"""What a run reports, and how far it has come: a bar on stderr for a person at a terminal, nothing for a program."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Literal

from archive.system.terminal import on_one_line
from indexer.formats.source import OcrMode


@dataclass(frozen=True, slots=True)
class AddOptions:
    """How to add: documents read at once, when to use OCR, the collection, whether to read again what failed before,
    passwords to try on encrypted files, which are kept nowhere, whether to follow links out of a folder, whether
    files are only kept and queued for workers, and whether before all that waits; whether somebody looks on who wants
    to search the first ones soon."""

    jobs: int
    ocr: OcrMode
    collection: str
    retry_failed: bool
    passwords: tuple[str, ...] = field(default=(), repr=False)
    follow_links: bool = False
    queue: bool = False
    urgent: bool = False
    is_watched: bool = False

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

    def __add__(self, other: Summary) -> Summary:
        """Return both runs together."""
        names = Summary.__dataclass_fields__
        return Summary(**{name: round(getattr(self, name) + getattr(other, name), 3) for name in names})


NOTHING = Summary(0, 0, 0, 0, 0, 0.0)


class Progress:
    """Who wants to know how far a run has come. This one shows nothing; notes go to stderr."""

    def found(self, documents: int) -> None:
        """Note how many documents are to be looked at."""

    def page(self, number: int, of: int) -> None:
        """Page ``number`` of a document of ``of`` pages was read."""

    def document(self) -> None:
        """Note that a document was dealt with, well or not."""

    def note(self, text: str) -> None:
        """Note something a person should know that belongs to no single document."""
        sys.stderr.write(f"{on_one_line(text)}\n")


@dataclass(slots=True)
class Estimate:
    """How many pages there will be, judged by the documents that were opened so far.

    A document's pages are counted when its first one has been read. Those still to be opened are taken to have as many
    pages as the mean of the others; those that were known or failed unopened only become fewer.
    """

    documents: int = 0
    done: int = 0
    opened: int = 0
    being_read: int = 0
    pages_read: int = 0
    pages_opened: int = 0

    def page(self, number: int, of: int) -> None:
        """See :class:`Progress`."""
        self.pages_read += 1
        if number == 1:
            self.opened += 1
            self.being_read += 1
            self.pages_opened += of
        if number == of:
            self.being_read -= 1

    @property
    def pages(self) -> int:
        """Pages in all, as far as one can tell."""
        unopened = max(self.documents - self.done - self.being_read, 0)
        return self.pages_opened + round(unopened * self.pages_opened / max(self.opened, 1))
