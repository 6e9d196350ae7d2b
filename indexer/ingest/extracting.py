"""Extract again: run the current rules over stored words, without opening originals and without OCR.

A run reports the differences and, on request, applies them, with one transaction per document: an interrupted run can
be repeated and finds finished documents unchanged. Decisions of people are kept.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from archive.archive import Archive
from archive.errors import DosijeError, InputError, ReadingStopped
from archive.model import Document
from archive.model.decisions import FactDifference, FactDifferenceKind, compare, settled
from archive.store.catalog import Catalog
from indexer.facts.mentions.watchlist import Watchlist
from indexer.formats import LISTINGS
from indexer.ingest.outcomes import storing
from indexer.ingest.parts import Extraction
from indexer.ingest.progress import Progress
from indexer.ingest.work import apply_rules
from indexer.sandbox.process import Handler, Work
from indexer.sandbox.workers import AnswerPart, Pool

WORDS_FOR_A_PROCESS = 500_000
"""Number of words for which the rules take as long as starting a process (about 2 s)."""


@dataclass(frozen=True, slots=True)
class ExtractJob:
    """A document whose newest reading is to be processed."""

    document: str
    filename: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Extracted:
    """The facts and clauses extracted from a reading."""

    reading: int
    extraction: Extraction


@dataclass(frozen=True, slots=True)
class ExtractReport:
    """The result for one document.

    ``differences`` are those of effective facts, in which decisions of people are kept. ``clauses`` are the numbers of
    clauses before and after, None if they are equal.
    """

    id: str
    filename: str
    status: Literal["changed", "unchanged", "failed"]
    differences: tuple[FactDifference, ...]
    reason: str | None
    clauses: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ExtractSummary:
    """Totals of a run; ``fields`` counts the differences of each field by kind."""

    documents: int
    changed: int
    clauses_changed: int
    failed: int
    applied: bool
    seconds: float
    fields: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Rules(Handler[ExtractJob, Extracted]):
    """The rules as a handler; each child process opens the catalog itself."""

    parts: ClassVar[tuple[type, ...]] = (Extracted,)

    reopen: Callable[[], Catalog]
    watchlist: Watchlist

    def load(self) -> Work[ExtractJob, Extracted]:
        """Open the catalog, and return the function that extracts."""
        catalog = self.reopen()

        def work(job: ExtractJob) -> Iterator[Extracted]:
            yield _extracted(catalog, job, self.watchlist)

        return work


def extract_again(
    archive: Archive,
    prefixes: Sequence[str],
    report: Callable[[ExtractReport], None],
    progress: Progress,
    *,
    jobs: int,
    apply: bool,
    words_for_a_process: int = WORDS_FOR_A_PROCESS,
) -> ExtractSummary:
    """Run the rules over the newest readings of the given documents, or of all if none is given.

    ``report`` is called once per document, in any order.

    :param jobs: maximum number of child processes; each is started only for ``words_for_a_process`` or more.
    :raises archive.errors.UnknownDocument: an id matches no single document; nothing was done.
    :raises archive.errors.UsageError: the archive's own watchlist cannot be read.
    :raises archive.errors.ArchiveBusy: another process is writing, and the changes are to be applied.
    """
    watchlist = Watchlist.of(archive.home)
    with archive.writing() if apply else nullcontext():
        named = {document.id: document for document in map(archive.catalog.documents.find, prefixes)}
        documents = list(named.values() if prefixes else archive.catalog.documents.newest_first())
        progress.found(len(documents))
        run = _Run(archive, report, progress, apply)
        by_id = {document.id: document for document in documents}
        for job, outcome in _extractions(archive, documents, watchlist, jobs, words_for_a_process):
            run.take(by_id[job.document], outcome)
        if apply:
            archive.indexing.index_due()
        return run.summary()


def _extractions(
    archive: Archive, documents: Sequence[Document], watchlist: Watchlist, jobs: int, words_for_a_process: int
) -> Iterator[tuple[ExtractJob, Extracted | DosijeError]]:
    """Yield the result for each document, from as many child processes as are worth starting."""
    # Longest first, so that no process works alone on one at the end.
    by_length = sorted(documents, key=lambda document: -document.word_count)
    wanted = (ExtractJob(document.id, document.filename, document.media_type) for document in by_length)
    longest = max((document.word_count for document in documents), default=0)
    # A second process is worth starting only if the rest is as long as the longest document.
    share = max(words_for_a_process, longest)
    processes = min(jobs, sum(document.word_count for document in documents) // share)
    if processes < 2:
        yield from ((job, _tried(archive.catalog, job, watchlist)) for job in wanted)
        return
    rules = Rules(archive.catalog.opener(), watchlist)
    # These processes open no original, so their results are trusted.
    with Pool(rules, lambda _: lambda part: part, processes, archive.settings.number("read_timeout")) as pool:
        for message in pool.run(wanted):
            if isinstance(message, AnswerPart):
                yield message.job, message.part
            elif message.error is not None:
                yield message.job, message.error


def _tried(catalog: Catalog, job: ExtractJob, watchlist: Watchlist) -> Extracted | DosijeError:
    try:
        return _extracted(catalog, job, watchlist)
    except DosijeError as error:
        return error


def _extracted(catalog: Catalog, job: ExtractJob, watchlist: Watchlist) -> Extracted:
    reading = catalog.readings.get(job.document)
    if job.media_type in LISTINGS:
        return Extracted(reading.number, Extraction())
    words = list(catalog.readings.all_words(job.document, reading.number))
    try:
        return Extracted(reading.number, apply_rules(job.document, reading, words, watchlist))
    except Exception as error:
        # As in a child process, a failing rule affects only this document.
        raise ReadingStopped(
            "The rules failed on %(filename)s (%(error)s).",
            filename=job.filename,
            error=f"{type(error).__name__}: {error}",
        ) from error


@dataclass(slots=True)
class _Run:
    """The state of one call of :func:`extract_again`."""

    archive: Archive
    report: Callable[[ExtractReport], None]
    progress: Progress
    applies: bool
    began: float = field(default_factory=time.monotonic)
    counts: Counter[str] = field(default_factory=Counter)
    fields: dict[str, Counter[str]] = field(default_factory=dict)

    def take(self, document: Document, outcome: Extracted | DosijeError) -> None:
        """Compare the result with what is stored, store it if asked to, and report it."""
        if isinstance(outcome, Extracted):
            try:
                with storing(document.filename):
                    clauses = self._other_clauses(document, outcome)
                    differences = self._differences(document, outcome)
            except InputError as error:
                outcome = error
        if isinstance(outcome, DosijeError):
            self._report_one(ExtractReport(document.id, document.filename, "failed", (), str(outcome)))
        else:
            for one in differences:
                self.fields.setdefault(one.field, Counter())[one.difference] += 1
            status: Literal["changed", "unchanged"] = "changed" if differences or clauses else "unchanged"
            self.counts["clauses"] += clauses is not None
            self._report_one(ExtractReport(document.id, document.filename, status, differences, None, clauses))
        for number in range(1, document.page_count + 1):
            self.progress.page(number, document.page_count)
        self.progress.document()

    def _other_clauses(self, document: Document, extracted: Extracted) -> tuple[int, int] | None:
        before = self.archive.catalog.clauses.of(document.id, extracted.reading)
        after = extracted.extraction.clauses
        return None if before == after else (len(before), len(after))

    def _differences(self, document: Document, extracted: Extracted) -> tuple[FactDifference, ...]:
        catalog = self.archive.catalog
        before = catalog.facts.of(document.id)
        decided = [recorded.decision for recorded in catalog.decisions.in_force([document.id]).get(document.id, ())]
        if self.applies and catalog.facts.replace_extracted(
            document.id, extracted.reading, extracted.extraction.facts, extracted.extraction.clauses
        ):
            self.counts["stored"] += 1
            if self.counts["stored"] % self.archive.settings.number("commit_documents") == 0:
                self.archive.indexing.index_due(midway=True)
        return tuple(compare(before, settled(extracted.extraction.facts, decided)))

    def _report_one(self, report: ExtractReport) -> None:
        self.counts[report.status] += 1
        self.report(report)

    def summary(self) -> ExtractSummary:
        """Return the totals of the run."""
        kinds = [str(kind) for kind in FactDifferenceKind]
        return ExtractSummary(
            documents=self.counts["changed"] + self.counts["unchanged"] + self.counts["failed"],
            changed=self.counts["changed"],
            clauses_changed=self.counts["clauses"],
            failed=self.counts["failed"],
            applied=self.applies,
            seconds=round(time.monotonic() - self.began, 3),
            fields={name: {kind: count[kind] for kind in kinds} for name, count in sorted(self.fields.items())},
        )
