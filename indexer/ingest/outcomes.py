"""Outcomes of inputs: recorded in the catalog, reported and counted.

Documents are untrusted, and none may end the run: every later run would fail at the same document. But a full disk or a
lost server affects every document, and ends the run (:func:`storing`).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Protocol

from archive.archive import Archive
from archive.errors import (
    ArchiveBusy,
    ArchiveError,
    DataRefused,
    DosijeError,
    InputError,
    Message,
    NotStored,
    sentences,
)
from archive.store.members import Failure
from archive.store.sql.locks import WorkClaims
from archive.text.storable import storable
from indexer.ingest.inputs import Input, NamedInput, is_shortened
from indexer.ingest.progress import FileReport, Progress, Summary

_LONGEST = 300
"""Maximum length of a stored error message; a database may quote all the data."""


@contextmanager
def storing(filename: str) -> Iterator[None]:
    """Store the results of one document in this context, and turn its errors into an :class:`InputError`.

    :raises InputError: the document caused the error.
    :raises ArchiveError: the archive cannot be written.
    :raises ArchiveBusy: another process is writing.
    """
    try:
        yield
    except DataRefused as error:
        raise _not_stored(filename, error.message) from error
    except (InputError, ArchiveError, ArchiveBusy, OSError, MemoryError):
        raise
    except DosijeError as error:
        raise _not_stored(filename, str(error)) from error
    except Exception as error:
        raise _not_stored(filename, f"{type(error).__name__}: {error}") from error


def _not_stored(filename: str, reason: str) -> NotStored:
    kept = storable(reason)
    if len(kept) > _LONGEST:
        kept = f"{kept[:_LONGEST]}…"
    return NotStored(
        "What was read of %(filename)s could not be stored: %(error)s.",
        sentences(
            Message("Other documents are not affected."),
            "Save the document again (print it to PDF) and add that; please report the original if it is public.",
        ),
        filename=filename,
        error=kept.rstrip("."),
    )


def _failure(given: Input, document: str | None, error: DosijeError) -> Failure:
    # What the system calls the file may be no text that a database takes.
    reason, remedy = storable(error.message), storable(error.remedy) if error.remedy else None
    now = datetime.now(UTC)
    return Failure(given.source, document, reason, remedy, now, container=given.container, member=given.member)


_FAILURES_AT_ONCE = 500

_SHORTENED = (
    "{} lies too deep, or under too long names, for its place to be kept whole; what is left out of its middle is "
    "marked “shortened”. The file itself is not cut. Nothing more is said of others like it."
)


class Watcher(Protocol):
    """A listener to the progress of each given file."""

    def went_on(self, named: NamedInput) -> None:
        """Handle that one of its members became a document, or failed."""

    def finished(self, named: NamedInput) -> None:
        """Handle that all of it is done, before its claims are released."""


class Outcomes:
    """Record, report and count the outcome of each input of a run."""

    def __init__(
        self,
        archive: Archive,
        claims: WorkClaims,
        report: Callable[[FileReport], None],
        progress: Progress,
        watcher: Watcher | None = None,
    ) -> None:
        self._catalog, self._originals, self._claims = archive.catalog, archive.originals, claims
        self._report, self._progress, self._watcher = report, progress, watcher
        self._found = 0
        self._told_of_shortening = False
        self._counts: Counter[str] = Counter()
        self._began = time.monotonic()

    def expect(self, count: int) -> None:
        """Add to the number of expected inputs."""
        self._found += count
        self._progress.found(self._found)

    def line_up(self, given: Input) -> None:
        """Count a pending input; call it for members before :meth:`finish` of their container."""
        given.named.waiting += 1

    def finish(self, given: Input) -> None:
        """Count an input as done; after the last one of a given file its claims are released."""
        named = given.named
        named.waiting -= 1
        if named.waiting == 0:
            if self._watcher:
                self._watcher.finished(named)
            for container in named.held:
                self._claims.release(container)
            named.held.clear()

    def added(self, given: Input, document: str, pages: int, words: int) -> None:
        """Record that an input became a document."""
        self._place(given, document)
        self._counts.update(pages=pages, words=words)
        given.named.pages += pages
        self._record(given, FileReport(given.shown, "added", document, pages, None))

    def known(self, given: Input, document: str) -> None:
        """Report a document of an earlier attempt, whose worker was killed."""
        pages = self._catalog.documents.find(document).page_count
        given.named.pages = given.named.pages or pages
        self._record(given, FileReport(given.shown, "added", document, pages, None))

    def duplicate(self, given: Input, document: str) -> None:
        """Record that an input is a known document."""
        self._catalog.documents.add_source(document, given.source)
        self._place(given, document)
        self._catalog.failures.clear(given.source)
        pages = self._catalog.documents.find(document).page_count
        self._record(given, FileReport(given.shown, "duplicate", document, pages, None))

    def fail(self, given: Input, document: str | None, error: DosijeError) -> None:
        """Record why it is no document; ``document`` is the SHA-256 of its bytes, if they could be read."""
        self.fail_all([(given, error)], document)

    def fail_all(self, refused: Sequence[tuple[Input, DosijeError]], document: str | None = None) -> None:
        """Record why each of these is no document, some at a time: an archive may hold thousands of empty files."""
        for at in range(0, len(refused), _FAILURES_AT_ONCE):
            some = refused[at : at + _FAILURES_AT_ONCE]
            self._catalog.failures.record(*(_failure(given, document, error) for given, error in some))
            for given, error in some:
                self._record(given, FileReport(given.shown, "failed", None, None, storable(str(error))))

    def failed_before(self, given: Input, document: str, *, retries: bool) -> bool:
        """Return whether the same bytes failed under this path before and are not to be retried; report it if so."""
        failure = self._catalog.failures.get(given.source)
        if failure is None or failure.sha256 != document or retries:
            return False
        self.discard(given, document)
        before = Message("It failed before; --retry-failed tries it again.")
        reason = sentences(str(DosijeError(failure.reason, failure.remedy)), before)
        self._record(given, FileReport(given.shown, "failed", None, None, reason))
        return True

    def queued(self, given: Input) -> None:
        """Report that an input waits for a worker, unless it is resumed."""
        if not given.resumed:
            self._record(given, FileReport(given.shown, "queued", None, None, None))

    def discard(self, given: Input, document: str) -> None:
        """Remove the original of a failed input, unless it is queued for other workers."""
        if not self._catalog.tasks.others_want(document, given.named.task):
            self._originals.discard(document)

    def _place(self, given: Input, document: str) -> None:
        """Record the position of a document in its container."""
        if given.container and given.member:
            self._catalog.members.add(given.container, document, given.member)

    def _record(self, given: Input, report: FileReport) -> None:
        if given.container is None:
            given.named.report = report
        elif self._watcher:
            self._watcher.went_on(given.named)
        if is_shortened(given.source) and not self._told_of_shortening:
            self._told_of_shortening = True
            self._progress.note(_SHORTENED.format(given.source))
        self._counts[report.status] += 1
        self._report(report)
        self._progress.document()

    @property
    def added_count(self) -> int:
        """The number of documents added so far."""
        return self._counts["added"]

    def summary(self) -> Summary:
        """Return the totals of the run."""
        count, seconds = self._counts, time.monotonic() - self._began
        return Summary(
            count["added"],
            count["duplicate"],
            count["failed"],
            count["pages"],
            count["words"],
            round(seconds, 3),
            count["queued"],
        )
