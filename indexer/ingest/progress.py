"""Reports and progress of a run: a progress bar on stderr if it is a terminal, nothing otherwise."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Literal

from archive.system.terminal import on_one_line
from indexer.formats.source import OcrMode


@dataclass(frozen=True, slots=True)
class AddOptions:
    """Options of ``add``.

    ``jobs`` is the number of documents read in parallel, ``passwords`` are tried on encrypted files and never stored.
    ``queue`` only stores files for workers, ``urgent`` puts them first. ``is_watched`` says that somebody waits to
    search the first documents.
    """

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
        """Whether failed files are read again, as they also are if passwords are given."""
        return self.retry_failed or bool(self.passwords)


@dataclass(frozen=True, slots=True)
class FileReport:
    """The result for one file; a queued one waits for a worker.

    ``id`` and ``pages`` are those of the document, if there is one. The ``path`` of a member is that of its container,
    ``!/``, and its own.
    """

    path: str
    status: Literal["added", "duplicate", "failed", "queued"]
    id: str | None
    pages: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Summary:
    """Totals of a run; ``pages`` and ``words`` count added documents, ``queued`` files waiting for a worker."""

    added: int
    duplicates: int
    failed: int
    pages: int
    words: int
    seconds: float
    queued: int = 0

    def __add__(self, other: Summary) -> Summary:
        """Return the totals of both runs."""
        names = Summary.__dataclass_fields__
        return Summary(**{name: round(getattr(self, name) + getattr(other, name), 3) for name in names})


NOTHING = Summary(0, 0, 0, 0, 0, 0.0)


class Progress:
    """A listener to the progress of a run. This base class shows nothing; notes go to stderr."""

    def found(self, documents: int) -> None:
        """Set the number of documents to process."""

    def page(self, number: int, of: int) -> None:
        """Handle that page ``number`` of a document of ``of`` pages was read."""

    def document(self) -> None:
        """Handle that a document is done, successfully or not."""

    def note(self, text: str) -> None:
        """Show a message that is not about a single document."""
        sys.stderr.write(f"{on_one_line(text)}\n")


@dataclass(slots=True)
class Estimate:
    """An estimate of the total number of pages, from the documents opened so far.

    The pages of a document are known once its first one was read. Documents not opened yet count with the mean;
    duplicates and failures only reduce their number.
    """

    documents: int = 0
    done: int = 0
    opened: int = 0
    being_read: int = 0
    pages_read: int = 0
    pages_opened: int = 0

    def page(self, number: int, of: int) -> None:
        """See :meth:`Progress.page`."""
        self.pages_read += 1
        if number == 1:
            self.opened += 1
            self.being_read += 1
            self.pages_opened += of
        if number == of:
            self.being_read -= 1

    @property
    def pages(self) -> int:
        """The estimated total number of pages."""
        unopened = max(self.documents - self.done - self.being_read, 0)
        return self.pages_opened + round(unopened * self.pages_opened / max(self.opened, 1))
