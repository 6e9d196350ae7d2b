"""Reading facts again: today's rules over the words that are stored. No original is opened, and nothing is OCR'd.

The same run shows what would change and, if asked to, changes it: one transaction for each document, so a run that was
killed is taken up by the next one, which finds what was done unchanged. What a person decided stays.
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
from indexer.facts.watchlist import Watchlist
from indexer.formats import LISTINGS
from indexer.ingest.outcomes import storing
from indexer.ingest.parts import Extraction
from indexer.ingest.progress import Progress
from indexer.ingest.work import apply_rules
from indexer.sandbox.process import Handler, Work
from indexer.sandbox.workers import AnswerPart, Pool

WORDS_FOR_A_PROCESS = 500_000
"""Words that make up for starting a process, which takes as long as the rules take for so many (about 2 s)."""


@dataclass(frozen=True, slots=True)
class ExtractJob:
    """A document whose newest reading the rules are to look at."""

    document: str
    filename: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Extracted:
    """What the rules found in a reading of this number."""

    reading: int
    extraction: Extraction


@dataclass(frozen=True, slots=True)
class ExtractReport:
    """What becomes of one document. ``differences`` are those of the facts that count: what persons decided stays.

    ``clauses`` says how many there were and how many there are, where they differ in anything.
    """

    id: str
    filename: str
    status: Literal["changed", "unchanged", "failed"]
    differences: tuple[FactDifference, ...]
    reason: str | None
    clauses: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ExtractSummary:
    """A run in numbers; ``fields`` counts the differences of each field by what they are."""

    documents: int
    changed: int
    clauses_changed: int
    failed: int
    applied: bool
    seconds: float
    fields: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Rules(Handler[ExtractJob, Extracted]):
    """The rules over a catalog, which each process opens."""

    parts: ClassVar[tuple[type, ...]] = (Extracted,)

    reopen: Callable[[], Catalog]
    watchlist: Watchlist

    def load(self) -> Work[ExtractJob, Extracted]:
        """Open the catalog and return the work."""
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
    """Run the rules over the newest readings of these documents, or of all if none is named.

    ``report`` is called once for each document, in no order.

    :param jobs: the most processes; each must have ``words_for_a_process`` to read.

    :raises archive.errors.UnknownDocument: an id names no single document; nothing was done then.
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
    """Yield what the rules find in each document, by as many processes as pay for themselves."""
    # The longest first, so that no process is left alone with one of them at the end.
    by_length = sorted(documents, key=lambda document: -document.word_count)
    wanted = (ExtractJob(document.id, document.filename, document.media_type) for document in by_length)
    longest = max((document.word_count for document in documents), default=0)
    # A process that does the rest while another has the longest document pays only if the rest is as much again.
    share = max(words_for_a_process, longest)
    processes = min(jobs, sum(document.word_count for document in documents) // share)
    if processes < 2:
        yield from ((job, _tried(archive.catalog, job, watchlist)) for job in wanted)
        return
    rules = Rules(archive.catalog.opener(), watchlist)
    # These processes open no document, so they are believed.
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
        # As in a child process, where a rule that fails costs one document.
        raise ReadingStopped(
            "The rules failed on %(filename)s (%(error)s).",
            filename=job.filename,
            error=f"{type(error).__name__}: {error}",
        ) from error


@dataclass(slots=True)
class _Run:
    """One call of :func:`extract_again`."""

    archive: Archive
    report: Callable[[ExtractReport], None]
    progress: Progress
    applies: bool
    began: float = field(default_factory=time.monotonic)
    counts: Counter[str] = field(default_factory=Counter)
    fields: dict[str, Counter[str]] = field(default_factory=dict)

    def take(self, document: Document, outcome: Extracted | DosijeError) -> None:
        """See what is different in a document, store it if that is asked for, and report it."""
        if isinstance(outcome, Extracted):
            try:
                with storing(document.filename):
                    clauses = self._other_clauses(document, outcome)
                    differences = self._differences(document, outcome)
            except InputError as error:
                outcome = error
        if isinstance(outcome, DosijeError):
            self._tell(ExtractReport(document.id, document.filename, "failed", (), str(outcome)))
        else:
            for one in differences:
                self.fields.setdefault(one.field, Counter())[one.difference] += 1
            status: Literal["changed", "unchanged"] = "changed" if differences or clauses else "unchanged"
            self.counts["clauses"] += clauses is not None
            self._tell(ExtractReport(document.id, document.filename, status, differences, None, clauses))
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

    def _tell(self, report: ExtractReport) -> None:
        self.counts[report.status] += 1
        self.report(report)

    def summary(self) -> ExtractSummary:
        """Return the run in numbers."""
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
