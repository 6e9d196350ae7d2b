"""Adding documents: from the paths a person names to documents that can be found.

The order makes a run resumable at any moment: the bytes are kept, then read, then one transaction makes them a
document, then the index learns of it. Whatever a killed run left undone is done by the next, because nothing but the
catalog says that a document is there.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from archive.errors import DosijeError, InputError
from archive.home import Archive
from archive.model import Document
from archive.store.catalog import Failure
from archive.words import Words
from indexer.formats.source import OcrMode
from indexer.progress import Progress
from indexer.reading import DocumentRead, PageRead, Reader, ReadJob
from indexer.walk import walk
from indexer.workers import Ended, Pool

HIDDEN_NAMED = 3
"""Hidden files named in the note about them; of the rest only the number is told."""


@dataclass(frozen=True, slots=True)
class AddOptions:
    """How to add: documents read at once, when to use OCR, the collection, whether to read again what failed before."""

    jobs: int
    ocr: OcrMode
    collection: str
    retry_failed: bool


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one path. ``id`` and ``pages`` are those of the document, where there is one."""

    path: str
    status: Literal["added", "duplicate", "failed"]
    id: str | None
    pages: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Summary:
    """A run in numbers; ``pages`` and ``words`` are those of the documents added."""

    added: int
    duplicates: int
    failed: int
    pages: int
    words: int
    seconds: float


def add(
    archive: Archive,
    paths: Sequence[Path],
    options: AddOptions,
    report: Callable[[FileReport], None],
    progress: Progress,
) -> Summary:
    """Take files and folders into the archive; without ``paths``, everything that failed before.

    ``report`` is called once for each file, as soon as it is known what became of it. A file that fails is recorded
    with its reason and never stops the others.

    :raises archive.errors.UsageError: OCR is wanted and its language data are not there.
    :raises archive.errors.ArchiveBusy: another process is writing.
    :raises archive.errors.ArchiveError: the archive cannot be written.
    """
    reader = Reader.of(archive.settings, options.ocr)
    with archive.writing():
        run = _Run(archive, options, report, progress)
        run.expand(paths or [Path(failure.path) for failure in archive.catalog.failures()])
        with Pool(reader, options.jobs, archive.settings.number("read_timeout")) as pool:
            for message in pool.run(run.jobs()):
                if isinstance(message, Ended):
                    run.end(message.job, message.error)
                else:
                    run.take(message.job, message.part)
        archive.indexing.index_due()
        return run.summary()


class _InProgress:
    """A document that is being read: where it came from, and its words so far. Other paths of its bytes wait for it."""

    def __init__(self, path: Path, size: int) -> None:
        self.paths = [path]
        self.size = size
        self.words: list[Words] = []
        self.read: DocumentRead | None = None


class _Run:
    """One call of :func:`add`: its files, what is being read, and its counts."""

    def __init__(
        self, archive: Archive, options: AddOptions, report: Callable[[FileReport], None], progress: Progress
    ) -> None:
        self._archive, self._catalog, self._originals = archive, archive.catalog, archive.originals
        self._options, self._report, self._progress = options, report, progress
        self._files: list[Path] = []
        self._in_progress: dict[str, _InProgress] = {}
        self._counts: Counter[str] = Counter()
        self._began = time.monotonic()

    def expand(self, paths: Sequence[Path]) -> None:
        """Find the files, and report what cannot be walked."""
        found = walk(paths)
        self._files = found.files
        self._progress.found(len(found.files) + len(found.refused))
        if found.hidden:
            names = ", ".join(path.name for path in found.hidden[:HIDDEN_NAMED])
            more = f" and {len(found.hidden) - HIDDEN_NAMED} more" if len(found.hidden) > HIDDEN_NAMED else ""
            self._progress.note(f"Passed over, because they are hidden: {names}{more}. Name them to add them.")
        for path, error in found.refused:
            self._fail(path, None, error)

    def jobs(self) -> Iterator[ReadJob]:
        """What is to be read, each taken in when a reading process is free for it."""
        for path in self._files:
            try:
                taken = self._originals.take_in(path)
            except InputError as error:
                self._fail(path, None, error)
                continue
            if taken.id in self._in_progress:
                self._in_progress[taken.id].paths.append(path)
            elif self._catalog.known(taken.id):
                self._duplicate(path, taken.id)
            elif not self._failed_before(path, taken.id):
                self._in_progress[taken.id] = _InProgress(path, taken.size)
                yield ReadJob(taken.id, self._originals.path(taken.id), _printable(path.name))

    def _failed_before(self, path: Path, document: str) -> bool:
        """Whether these bytes failed under this path before, and nobody asks to try again. If so, that is reported."""
        failure = self._catalog.failure(_source(path))
        if failure is None or failure.sha256 != document or self._options.retry_failed:
            return False
        self._originals.discard(document)
        reason = f"{DosijeError(failure.reason, failure.remedy)} It failed before; --retry-failed tries it again."
        self._tell(FileReport(_printable(path), "failed", None, None, reason))
        return True

    def take(self, job: ReadJob, part: PageRead | DocumentRead) -> None:
        """Keep a part of what a reading process found."""
        document = self._in_progress[job.document]
        if isinstance(part, PageRead):
            # The same few thousand words make up a document; each is kept in memory once.
            texts = tuple(map(sys.intern, part.words.texts))
            document.words.append(replace(part.words, texts=texts))
            self._progress.page()
        else:
            document.read = part

    def end(self, job: ReadJob, error: DosijeError | None) -> None:
        """Make what was read a document, or record why it is none; then see to the other paths of the same bytes."""
        document = self._in_progress.pop(job.document)
        if document.read is None:
            self._originals.discard(job.document)
            for path in document.paths:
                self._fail(path, job.document, error or DosijeError("Reading ended without a result."))
            return
        self._keep(job, document, document.read)
        for path in document.paths[1:]:
            self._duplicate(path, job.document)
        if self._counts["added"] % self._archive.settings.number("commit_documents") == 0:
            self._archive.indexing.index_due()

    def _keep(self, job: ReadJob, document: _InProgress, read: DocumentRead) -> None:
        reading = read.reading
        record = Document(
            id=job.document,
            filename=job.filename,
            media_type=read.media_type,
            size=document.size,
            collection=self._options.collection,
            added_at=datetime.now(UTC),
            reading=reading.number,
            revision=1,
            page_count=len(reading.pages),
            word_count=reading.word_count,
        )
        path = document.paths[0]
        self._catalog.add_document(record, reading, document.words, read.facts, _source(path))
        self._counts.update(pages=record.page_count, words=record.word_count)
        self._tell(FileReport(_printable(path), "added", record.id, record.page_count, None))

    def _duplicate(self, path: Path, document: str) -> None:
        self._catalog.add_source(document, _source(path))
        self._catalog.clear_failure(_source(path))
        pages = self._catalog.find(document).page_count
        self._tell(FileReport(_printable(path), "duplicate", document, pages, None))

    def _fail(self, path: Path, document: str | None, error: DosijeError) -> None:
        now = datetime.now(UTC)
        self._catalog.record_failure(Failure(_source(path), document, error.message, error.remedy, now))
        self._tell(FileReport(_printable(path), "failed", None, None, str(error)))

    def _tell(self, report: FileReport) -> None:
        self._counts[report.status] += 1
        self._report(report)
        self._progress.document()

    def summary(self) -> Summary:
        """The run in numbers."""
        count = self._counts
        seconds = time.monotonic() - self._began
        return Summary(
            count["added"], count["duplicate"], count["failed"], count["pages"], count["words"], round(seconds, 3)
        )


def _source(path: Path) -> str:
    """The path as the catalog remembers it: absolute, so that it means the same from everywhere; links stay links."""
    return _printable(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links, absolute() keeps ".."


def _printable(path: str | Path) -> str:
    """A path as text. Names that are not UTF-8 (from old archives) get escapes; they could not be stored or shown."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
