"""Add documents: from given paths to searchable documents.

A run can be interrupted at any time and repeated: the bytes are stored, then read, then one transaction creates the
document, then it is indexed. Only the catalog says that a document exists, so the next run continues what is
unfinished. The same holds for containers: the transaction that creates the document of a container also lists its
members, and members that are neither documents nor failures are read by the next run.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from archive.archive import Archive
from archive.errors import DosijeError, InputError, OriginalDamaged, TooLarge, UsageError
from archive.model import Document
from archive.model.words import Words
from archive.store.originals.files import AddedOriginal
from archive.store.sql.locks import WorkClaims
from indexer.facts.mentions.watchlist import Watchlist
from indexer.ingest.inputs import Input, NamedInput, Resuming, is_shortened
from indexer.ingest.outcomes import Outcomes, storing
from indexer.ingest.parts import DocumentRead, PageRead, Passed, ReadJob, ReadPart
from indexer.ingest.progress import AddOptions, FileReport, Progress, Summary
from indexer.ingest.readers import reading_pool
from indexer.ingest.reading import Reader
from indexer.ingest.unpacking import Unpacked, unpacking_folder
from indexer.ingest.walk import walk
from indexer.sandbox.workers import PAUSE, Ended
from indexer.stages import Stage, stage

FIRST_INDEXED = 4
"""Number of documents after which the index is first updated if somebody waits to search."""


@dataclass(slots=True)
class _Reading:
    """The intermediate result of one original, with its error, and other inputs that have the same bytes."""

    steps: InputSteps
    others: list[Input] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    unpacked: list[Unpacked] = field(default_factory=list)
    passed: int = 0
    document: DocumentRead | None = None
    error: DosijeError | None = None


InputSteps = Generator[ReadJob | None, _Reading, None]
"""The steps of one input, as a coroutine (:meth:`Run._ingest`).

It yields None to be resumed later, or the job to be read, whose result is sent to it.
"""


class Run:
    """One call of :func:`add`, or one round of a worker: pending inputs and those being read.

    Bytes are claimed before they are compared with the catalog, until they are a document or have failed. So no two
    runs read the same bytes, and none removes an original that another is reading.
    """

    def __init__(
        self, archive: Archive, claims: WorkClaims, options: AddOptions, outcomes: Outcomes, folder: Path
    ) -> None:
        """Take the state of a run; ``folder`` is an empty one for unpacked members."""
        self._archive, self._catalog, self._originals = archive, archive.catalog, archive.originals
        self._claims, self._options, self._outcomes, self._folder = claims, options, outcomes, folder
        self._resuming = Resuming(archive.catalog)
        # Members of containers are read before the next file, so that few of them take up disk space.
        self._files: deque[Input] = deque()
        self._members: deque[Input] = deque()
        self._paused: list[InputSteps] = []
        self._reading: dict[str, _Reading] = {}
        self._unpackings = 0

    def expand(self, paths: Sequence[Path], progress: Progress) -> None:
        """Find the files below ``paths``, and report unreadable ones; without ``paths``, retry failed files."""
        found = walk(paths or self._failed_files(progress), follows_links=self._options.follow_links)
        for path in found.files:
            self.line_up(Input.file(path, self._named()))
        for container in self._resuming.unfinished(paths if self._options.retries else None):
            self.resume(container, self._named())
        self._outcomes.expect(len(found.files) + len(found.refused))
        for note in found.notes():
            progress.note(note)
        for refused, error in found.refused:
            self._outcomes.fail(Input.file(refused, self._named()), None, error)

    def _failed_files(self, progress: Progress) -> list[Path]:
        """Return the files that failed, except those whose path is shortened."""
        files = [one.path for one in self._catalog.failures.all() if one.container is None]
        for path in filter(is_shortened, files):
            progress.note(f"The place of {path} was too long to be kept whole. Name it to add it again.")
        return [Path(path) for path in files if not is_shortened(path)]

    def _named(self) -> NamedInput:
        return NamedInput.of(self._archive.settings, self._options.collection, retries=self._options.retries)

    def line_up(self, given: Input) -> None:
        """Add an input to those to be read."""
        self._outcomes.line_up(given)
        self._files.append(given)

    def resume(self, container: str, named: NamedInput) -> None:
        """Add a known container to the inputs, to process its members again, unless another run does."""
        if self._claims.take(container):
            named.held.append(container)
            given = self._resuming.container(container, named)
            self._outcomes.line_up(given)
            self._members.append(given)

    @property
    def is_busy(self) -> bool:
        """Whether inputs are pending or being read; reading a container may add some."""
        return bool(self._members or self._files or self._paused or self._reading)

    def jobs(self) -> Iterator[ReadJob | None]:
        """Yield the jobs that can be started now; each input is processed when a reading process is free.

        None while members of a container are about to be lined up.
        """
        paused, self._paused = self._paused, []
        for steps in paused:
            yield from self._advanced(steps)
        while self._members or self._files:
            if self._has_members_to_come:
                yield None
            else:
                yield from self._advanced(self._ingest((self._members or self._files).popleft()))

    @property
    def _has_members_to_come(self) -> bool:
        """Whether a container was read whose members are not lined up yet; they come before the next file."""
        return any(one.document is not None and one.unpacked for one in self._reading.values())

    def _advanced(self, steps: InputSteps) -> Iterator[ReadJob]:
        """Resume the steps of an input; yield its job if it has one."""
        try:
            job = next(steps)
        except StopIteration:
            return
        if job is None:
            self._paused.append(steps)
        else:
            self._reading[job.document] = _Reading(steps)
            yield job

    def take(self, job: ReadJob, part: ReadPart, progress: Progress) -> None:
        """Keep a part of a result."""
        reading = self._reading[job.document]
        if isinstance(part, PageRead):
            # Words of a document repeat; interning them saves memory.
            texts = tuple(map(sys.intern, part.words.texts))
            reading.words.append(replace(part.words, texts=texts))
            progress.page(len(reading.words), part.of)
        elif isinstance(part, Unpacked):
            reading.unpacked.append(part)
        elif isinstance(part, Passed):
            reading.passed = part.bytes
        else:
            reading.document = part

    def end(self, job: ReadJob, error: DosijeError | None) -> None:
        """Resume the steps of an input after its job has ended."""
        reading = self._reading.pop(job.document)
        if reading.document is None:
            reading.error = error or DosijeError("Reading ended without a result.")
        with suppress(StopIteration):
            reading.steps.send(reading)

    def _ingest(self, given: Input) -> InputSteps:
        """Process one input: from its bytes to a document or a failure, and on to its members."""
        try:
            taken = self._stored(given)
            while taken.id not in self._reading and not self._claims.take(taken.id):
                yield None  # Another run has claimed the same bytes.
            if taken.id in self._reading:
                self._reading[taken.id].others.append(given)
                return
        except (InputError, OriginalDamaged) as refusal:
            self._outcomes.fail(given, None, refusal)
            self._finish(given)
            return
        if self._is_finished(given, taken.id):
            self._finish(given)
            self._claims.release(taken.id)
            return

        self._unpackings += 1
        room = given.room(self._folder / str(self._unpackings), self._archive.settings)
        # Tasks of a queue come one at a time; the second one shows that the first was not the only one.
        is_alone = self._unpackings == 1 and not (self._files or self._members or self._reading or self._paused)
        job = ReadJob(taken.id, self._originals.local(taken.id), given.filename, room, is_alone)
        reading = yield job
        given.named.passed -= reading.passed

        error = reading.error
        if reading.document is not None and not given.resumed:
            try:
                self._store(given, taken, reading.document, reading)
            except InputError as unfit:
                error = unfit
        if error and not given.resumed:
            self._outcomes.discard(given, taken.id)
            for one in (given, *reading.others):
                self._outcomes.fail(one, taken.id, error)
        else:
            for one in reading.others:
                self._outcomes.duplicate(one, taken.id)
            self._line_up_members(taken.id, given, [] if error else reading.unpacked, error or _not_again())
        for one in (given, *reading.others):
            self._finish(one)
        self._claims.release(taken.id)
        if self._is_time_to_index(self._outcomes.added_count):
            with stage(Stage.INDEX):
                self._archive.index(self._claims, midway=True)

    def _is_time_to_index(self, added: int) -> bool:
        """Return whether the index is to be updated now: at each multiple of the setting ``commit_documents``.

        If somebody waits to search, also after the first 4, 8, 16 and so on.
        """
        is_early = self._options.is_watched and added >= FIRST_INDEXED and added.bit_count() == 1
        return is_early or added % self._archive.settings.number("commit_documents") == 0

    def _stored(self, given: Input) -> AddedOriginal:
        with stage(Stage.ORIGINALS):
            if given.kept is None:
                return self._originals.add(given.path)
            size = self._originals.local(given.kept, verifies=True).stat().st_size
        return AddedOriginal(given.kept, size, is_new=False)

    def _is_finished(self, given: Input, document: str) -> bool:
        """Return whether claimed bytes are not to be read here: they are known, failed before, or are queued."""
        if not given.resumed:
            if self._catalog.documents.has(document):
                self._outcomes.duplicate(given, document)
                return True
            if self._outcomes.failed_before(given, document, retries=self._options.retries):
                return True
        if self._options.queue:
            named, urgent = given.named, self._options.urgent
            self._catalog.tasks.add(document, given.source, given.filename, named.collection, urgent=urgent)
            self._outcomes.queued(given)
            return True
        if given.kept is None and not self._originals.has(document):
            # Another run failed to read the same bytes and removed them after we stored them.
            self._originals.add(given.path)
        return False

    def _finish(self, given: Input) -> None:
        if given.container:
            given.path.unlink()
        self._outcomes.finish(given)

    def _store(self, given: Input, taken: AddedOriginal, read: DocumentRead, found: _Reading) -> None:
        """Store the result as a document.

        :raises InputError: it cannot be stored; nothing of it was.
        """
        reading = read.reading
        record = Document(
            id=taken.id,
            filename=given.filename,
            media_type=read.media_type,
            size=taken.size,
            collection=given.named.collection,
            added_at=datetime.now(UTC),
            reading=reading.number,
            revision=1,
            page_count=len(reading.pages),
            word_count=reading.word_count,
        )
        contents = [one.path for one in found.unpacked]
        with storing(given.filename), stage(Stage.CATALOG):
            self._catalog.documents.add(
                record, reading, found.words, read.extraction.facts, given.source, contents, read.extraction.clauses
            )
        self._outcomes.added(given, record.id, record.page_count, record.word_count)

    def _line_up_members(self, container: str, holder: Input, unpacked: list[Unpacked], missing: DosijeError) -> None:
        """Add the members of a container to the inputs.

        Members of a resumed container may be documents already, or may have failed. Those that are due and were not
        unpacked this time fail with the error ``missing``.
        """
        holder.named.charge(unpacked)
        known = {member.path: member for member in self._catalog.members.of(container)}
        waiting: list[Input] = []
        refused: list[tuple[Input, DosijeError]] = []
        for one in unpacked:
            member = known.pop(one.path, None)
            given = holder.holding(container, one.path, one.file or Path())
            if member is not None and not (member.is_due or (member.reason and holder.named.retries)):
                if one.file:
                    one.file.unlink()
            elif one.error:
                refused.append((given, one.error))
            else:
                waiting.append(given)
                self._outcomes.line_up(given)
        if waiting and self._claims.take(container):
            holder.named.held.append(container)
        due = [member for member in known.values() if member.is_due]
        refused += [(holder.holding(container, member.path, Path()), missing) for member in due]
        self._outcomes.expect(len(waiting) + len(refused))
        self._members.extendleft(reversed(waiting))
        self._outcomes.fail_all(refused)


def _not_again() -> TooLarge:
    return TooLarge("It was not unpacked again.", "Check that the limits are not below the earlier.")


def add(
    archive: Archive,
    paths: Sequence[Path],
    options: AddOptions,
    report: Callable[[FileReport], None],
    progress: Progress,
) -> Summary:
    """Add files and folders to the archive; without ``paths``, everything that failed before.

    ``report`` is called once for each file, as soon as its outcome is known. A file that fails is recorded with its
    reason, and the others are read. With the option ``queue``, bytes are only stored and queued to be read by workers
    (:mod:`indexer.queue`), which have their own options.

    :raises archive.errors.UsageError: OCR is wanted and its language data are missing, the archive's own watchlist
        cannot be read, or the catalog has no queue for several workers.
    :raises archive.errors.ArchiveBusy: another process is writing.
    :raises archive.errors.ArchiveError: the archive cannot be written.
    """
    if options.queue and not archive.catalog.tasks.has_queue:
        raise UsageError("A queue for several workers needs a catalog on PostgreSQL.", "Set catalog_url, or just add.")
    reader = None if options.queue else reader_of(archive, options)
    with archive.adding() as claims, unpacking_folder(archive.cache) as folder:
        outcomes = Outcomes(archive, claims, report, progress)
        run = Run(archive, claims, options, outcomes, folder)
        run.expand(paths, progress)
        if reader is None:
            list(run.jobs())  # No jobs: nothing is read here.
            while run.is_busy:
                time.sleep(PAUSE)  # Another run is reading the same bytes.
                list(run.jobs())
        else:
            read(archive, reader, options.jobs, folder, run, _all_jobs(run), progress)
            with stage(Stage.INDEX):
                archive.index(claims)
        return outcomes.summary()


def reader_of(archive: Archive, options: AddOptions) -> Reader:
    """Return the reader for the settings of the archive and ``options``. Errors are those of :func:`add`."""
    return Reader.of(archive.settings, options.ocr, archive.cache, options.passwords, Watchlist.of(archive.home))


def read(
    archive: Archive,
    reader: Reader,
    processes: int,
    folder: Path,
    run: Run,
    jobs: Iterable[ReadJob | None],
    progress: Progress,
) -> None:
    """Run the jobs in a pool of ``processes`` that write to ``folder``, and pass the results to the run."""
    with reading_pool(reader, processes, archive.settings, archive.home, folder) as pool:
        for message in pool.run(jobs):
            if isinstance(message, Ended):
                run.end(message.job, message.error)
            else:
                run.take(message.job, message.part, progress)


def _all_jobs(run: Run) -> Iterator[ReadJob | None]:
    """Yield all jobs of a run; containers may add some while they are read."""
    while run.is_busy:
        yield from run.jobs()
        yield None
