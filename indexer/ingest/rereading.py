"""Read documents again from their originals, with other settings or a better engine.

A new reading is added beside the earlier ones. It becomes the newest in one transaction with its facts; if that fails,
nothing changes.
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
from indexer.facts.mentions.watchlist import Watchlist
from indexer.formats.source import OcrMode
from indexer.ingest.outcomes import storing
from indexer.ingest.parts import DocumentRead, PageRead, ReadJob, ReadPart
from indexer.ingest.progress import Progress
from indexer.ingest.readers import reading_pool
from indexer.ingest.reading import Reader
from indexer.sandbox.workers import Ended


@dataclass(frozen=True, slots=True)
class RereadOptions:
    """Options of ``reread``.

    ``jobs`` is the number of documents read in parallel, ``languages`` replaces the OCR languages of the settings,
    ``passwords`` are tried on encrypted files.
    """

    jobs: int
    ocr: OcrMode
    languages: str | None = None
    passwords: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class RereadReport:
    """The result for one document.

    ``reading`` is the number of its newest reading, ``quality`` its current quality. ``carried`` counts decisions and
    annotations of people that were anchored in the new reading; ``left`` are those that were not, by field and value or
    as an annotation with its note: they stay anchored in their own reading.
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
    """Totals of a run; ``pages`` counts those of the new readings."""

    reread: int
    failed: int
    pages: int
    seconds: float


def of_quality(archive: Archive, qualities: Sequence[str]) -> Iterator[str]:
    """Yield the ids of all documents of the given qualities."""
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
    """Make a new reading of each given document (ids or prefixes of ids).

    ``report`` is called once per document. If one cannot be read, it keeps its readings and the others are read.

    :raises archive.errors.UnknownDocument: an id matches no single document; nothing was read.
    :raises archive.errors.UsageError: OCR is wanted and its language data are missing, or the archive's own watchlist
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
    """The state of one call of :func:`reread`."""

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
        """Yield the documents to read, after checking each original against its SHA-256."""
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
        """Store the result as the newest reading, or report why there is none."""
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
        self._report_one(document, "reread", None, carried)
        if self._counts["reread"] % self._archive.settings.number("commit_documents") == 0:
            self._archive.indexing.index_due(midway=True)

    def _fail(self, document: Document, error: DosijeError) -> None:
        self._report_one(document, "failed", str(error))

    def _report_one(
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
        """Return the totals of the run."""
        count = self._counts
        return RereadSummary(count["reread"], count["failed"], count["pages"], round(time.monotonic() - self._began, 3))


def read_again(archive: Archive, document: str) -> str | None:
    """Make a new reading of a document; return the reason if that fails, else None.

    :raises archive.errors.DosijeError: as :func:`indexer.ingest.rereading.reread` does.
    """
    reports: list[RereadReport] = []
    reread(archive, [document], RereadOptions(jobs=1, ocr="auto"), reports.append, Progress())
    return reports[0].reason
