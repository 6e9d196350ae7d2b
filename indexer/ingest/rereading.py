"""Reading documents again: from the originals that are kept, with other settings or a better engine.

A new reading is made beside the ones before it. It becomes the newest in one transaction with the facts that rules
find in it; if it cannot be made, nothing changes.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from archive.archive import Archive
from archive.config import Settings
from archive.errors import DosijeError, InputError, OriginalDamaged
from archive.model import Document
from archive.model.quality import Quality
from archive.model.words import Words
from archive.store.fact_rows import NOTHING_CARRIED, Carried
from archive.system.failpoints import passing
from indexer.facts.watchlist import Watchlist
from indexer.formats.source import OcrMode
from indexer.ingest.outcomes import storing
from indexer.ingest.parts import DocumentRead, PageRead, ReadJob, ReadPart
from indexer.ingest.progress import Progress
from indexer.ingest.readers import reading_pool
from indexer.ingest.reading import Reader
from indexer.sandbox.workers import Ended


@dataclass(frozen=True, slots=True)
class RereadOptions:
    """How to read again: documents at once, when to use OCR, OCR languages other than those of the settings, and
    passwords to try on encrypted files."""

    jobs: int
    ocr: OcrMode
    languages: str | None = None
    passwords: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class RereadReport:
    """What became of one document. ``reading`` is the number of its newest reading, ``quality`` what is known now.

    ``carried`` counts persons' facts and annotations whose words were found again in the new reading; ``left`` are
    those, by field and value or as an annotation with its note, whose words were not: they go on pointing into the
    reading they were made in.
    """

    id: str
    filename: str
    status: Literal["reread", "failed"]
    reading: int
    pages: int
    quality: Quality | None
    reason: str | None
    carried: int = 0
    left: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RereadSummary:
    """A run in numbers; ``pages`` are those of the new readings."""

    reread: int
    failed: int
    pages: int
    seconds: float


def of_quality(archive: Archive, qualities: Sequence[str]) -> Iterator[str]:
    """Yield the ids of all documents of these qualities."""
    ids = [document.id for document in archive.catalog.documents.newest_first()]
    for id_, description in archive.catalog.documents.descriptions(ids).items():
        if description.quality in qualities:
            yield id_


def reread(
    archive: Archive,
    prefixes: Sequence[str],
    options: RereadOptions,
    report: Callable[[RereadReport], None],
    progress: Progress,
) -> RereadSummary:
    """Make a new reading of each of these documents, named by their ids or prefixes of them.

    ``report`` is called once for each document. One that cannot be read keeps the readings it has, and the others go
    on.

    :raises archive.errors.UnknownDocument: an id names no single document; nothing was read then.
    :raises archive.errors.UsageError: OCR is wanted and its language data are not there, or the archive's own watchlist
        cannot be read.
    :raises archive.errors.ArchiveBusy: another process is writing.
    """
    settings = _with_languages(archive.settings, options.languages)
    reader = Reader.of(settings, options.ocr, archive.cache, options.passwords, Watchlist.of(archive.home))
    with archive.writing():
        documents = {document.id: document for document in map(archive.catalog.documents.find, prefixes)}
        progress.found(len(documents))
        run = _Run(archive, documents, report, progress)
        with reading_pool(reader, options.jobs, settings, archive.home) as pool:
            for message in pool.run(run.jobs()):
                if isinstance(message, Ended):
                    run.end(message.job, message.error)
                else:
                    run.take(message.job, message.part)
        archive.indexing.index_due()
        return run.summary()


def _with_languages(settings: Settings, languages: str | None) -> Settings:
    if languages is None:
        return settings
    return Settings({setting.name: value for setting, value in settings.items()} | {"ocr_languages": languages})


class _Run:
    """One call of :func:`reread`."""

    def __init__(
        self,
        archive: Archive,
        documents: dict[str, Document],
        report: Callable[[RereadReport], None],
        progress: Progress,
    ) -> None:
        self._archive, self._documents = archive, documents
        self._report, self._progress = report, progress
        self._words: dict[str, list[Words]] = {}
        self._read: dict[str, DocumentRead] = {}
        self._counts: Counter[str] = Counter()
        self._began = time.monotonic()

    def jobs(self) -> Iterator[ReadJob]:
        """Yield what is to be read, each original checked against its SHA-256 first."""
        for document in self._documents.values():
            try:
                original = self._archive.originals.local(document.id, verifies=True)
            except OriginalDamaged as error:
                self._fail(document, error)
                continue
            self._words[document.id] = []
            yield ReadJob(document.id, original, document.filename)

    def take(self, job: ReadJob, part: ReadPart) -> None:
        """Keep a part of what a reading process found. What a container holds was taken out when it was added."""
        if isinstance(part, PageRead):
            words = self._words[job.document]
            words.append(part.words)
            self._progress.page(len(words), part.of)
        elif isinstance(part, DocumentRead):
            self._read[job.document] = part

    def end(self, job: ReadJob, error: DosijeError | None) -> None:
        """Make what was read the newest reading, or say why there is none."""
        document = self._documents[job.document]
        words, read = self._words.pop(document.id), self._read.pop(document.id, None)
        if read is None:
            self._fail(document, error or DosijeError("Reading ended without a result."))
            return
        number = document.reading + 1
        reading = replace(read.reading, number=number)
        found = read.extraction.in_reading(number)
        try:
            with storing(document.filename):
                carried = self._archive.catalog.readings.add(reading, words, found.facts, found.clauses)
        except InputError as unfit:
            self._fail(document, unfit)
            return
        passing("reading-stored")
        self._counts["pages"] += len(reading.pages)
        self._tell(document, "reread", None, carried)
        if self._counts["reread"] % self._archive.settings.number("commit_documents") == 0:
            self._archive.indexing.index_due(midway=True)

    def _fail(self, document: Document, error: DosijeError) -> None:
        self._tell(document, "failed", str(error))

    def _tell(
        self,
        document: Document,
        status: Literal["reread", "failed"],
        reason: str | None,
        carried: Carried = NOTHING_CARRIED,
    ) -> None:
        self._counts[status] += 1
        now = self._archive.catalog.documents.find(document.id)
        quality = self._archive.catalog.documents.descriptions([document.id])[document.id].quality
        left = [(fact.field, fact.value) for fact in carried.left]
        left += [("annotation", annotation.note) for annotation in carried.notes_left]
        self._report(
            RereadReport(
                document.id,
                document.filename,
                status,
                now.reading,
                now.page_count,
                quality,
                reason,
                carried.count,
                tuple(left),
            )
        )
        self._progress.document()

    def summary(self) -> RereadSummary:
        """Return the run in numbers."""
        count = self._counts
        return RereadSummary(count["reread"], count["failed"], count["pages"], round(time.monotonic() - self._began, 3))


def read_again(archive: Archive, document: str) -> str | None:
    """Make a new reading of a document; returns why that failed, or None.

    :raises archive.errors.DosijeError: as :func:`indexer.ingest.rereading.reread` does.
    """
    reports: list[RereadReport] = []
    reread(archive, [document], RereadOptions(jobs=1, ocr="auto"), reports.append, Progress())
    return reports[0].reason
