"""One run of adding: what is still to be read, what is being read, and what became of each file."""

from __future__ import annotations

import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from archive.errors import DosijeError, InputError, TooLarge
from archive.home import Archive
from archive.model import Document
from archive.store.catalog import Failure
from archive.words import Words
from indexer.inputs import INSIDE, Budget, Input
from indexer.progress import Progress
from indexer.reading import DocumentRead, PageRead, ReadJob
from indexer.reports import AddOptions, FileReport, Summary
from indexer.unpacking import Unpacked
from indexer.walk import walk

HIDDEN_NAMED = 3
"""Hidden files named in the note about them; of the rest only the number is told."""


@dataclass(slots=True)
class _InProgress:
    """A document that is being read, or a known container that is being unpacked again: the inputs with its bytes,
    and what was found so far. Other inputs with the same bytes wait for it."""

    inputs: list[Input]
    size: int
    words: list[Words] = field(default_factory=list)
    unpacked: list[Unpacked] = field(default_factory=list)
    read: DocumentRead | None = None


class Run:
    """One call of :func:`indexer.pipeline.add`. ``folder`` is an empty one, for what is taken out of containers."""

    def __init__(
        self,
        archive: Archive,
        options: AddOptions,
        report: Callable[[FileReport], None],
        progress: Progress,
        folder: Path,
    ) -> None:
        self._archive, self._catalog, self._originals = archive, archive.catalog, archive.originals
        self._options, self._report, self._progress, self._folder = options, report, progress, folder
        # What lies in containers is read before the next file, so that little of it waits on the disk.
        self._files: deque[Input] = deque()
        self._members: deque[Input] = deque()
        self._in_progress: dict[str, _InProgress] = {}
        self._found = self._unpackings = 0
        self._counts: Counter[str] = Counter()
        self._began = time.monotonic()

    def expand(self, paths: Sequence[Path]) -> None:
        """Find the files, and report what cannot be walked. Without ``paths``, they are those that failed before."""
        failures = self._catalog.failures()
        found = walk(paths or [Path(failure.path) for failure in failures if failure.container is None])
        self._files += [Input.file(path, Budget.of(self._archive.settings)) for path in found.files]
        unfinished = set(self._catalog.unfinished_containers())
        if self._options.retries:
            around = tuple(Input.file(path, Budget(0, 0)).source for path in paths)
            unfinished |= {
                failure.container for failure in failures if failure.container and _lies_in(failure.path, around)
            }
        self._members += [self._resumed(container) for container in sorted(unfinished)]
        self._add_to_total(len(found.files) + len(found.refused))
        if found.hidden:
            names = ", ".join(path.name for path in found.hidden[:HIDDEN_NAMED])
            more = f" and {len(found.hidden) - HIDDEN_NAMED} more" if len(found.hidden) > HIDDEN_NAMED else ""
            self._progress.note(f"Passed over, because they are hidden: {names}{more}. Name them to add them.")
        for path, error in found.refused:
            self._fail(Input.file(path, Budget(0, 0)), None, error)

    def _resumed(self, container: str) -> Input:
        """A known container whose members are to be looked at again, as deep in others as it was."""
        depth, seen, around = 0, {container}, self._catalog.containers(container)
        while around and around[0].container not in seen:
            depth += 1
            seen.add(around[0].container)
            around = self._catalog.containers(around[0].container)
        given = Input.file(self._originals.path(container), Budget.of(self._archive.settings))
        source = self._catalog.sources(container)[0].path
        filename = self._catalog.find(container).filename
        return replace(given, shown=source, source=source, filename=filename, depth=depth, resumed=True)

    @property
    def is_due(self) -> bool:
        """Whether something waits to be read. Reading a container may add to it."""
        return bool(self._members or self._files)

    def jobs(self) -> Iterator[ReadJob]:
        """What is to be read, each taken in when a reading process is free for it."""
        while self.is_due:
            given = (self._members or self._files).popleft()
            try:
                taken = self._originals.take_in(given.path)
            except InputError as error:
                self._fail(given, None, error)
                continue
            finally:
                if given.container:
                    given.path.unlink()
            if taken.id in self._in_progress:
                self._in_progress[taken.id].inputs.append(given)
            elif self._catalog.known(taken.id) and not given.resumed:
                self._duplicate(given, taken.id)
            elif not self._failed_before(given, taken.id):
                self._in_progress[taken.id] = _InProgress([given], taken.size)
                self._unpackings += 1
                room = given.room(self._folder / str(self._unpackings), self._archive.settings)
                yield ReadJob(taken.id, self._originals.path(taken.id), given.filename, room)

    def _failed_before(self, given: Input, document: str) -> bool:
        """Whether these bytes failed under this path before, and nobody asks to try again. If so, that is reported."""
        failure = self._catalog.failure(given.source)
        if failure is None or failure.sha256 != document or self._options.retries:
            return False
        self._originals.discard(document)
        reason = f"{DosijeError(failure.reason, failure.remedy)} It failed before; --retry-failed tries it again."
        self._tell(FileReport(given.shown, "failed", None, None, reason))
        return True

    def take(self, job: ReadJob, part: PageRead | DocumentRead | Unpacked) -> None:
        """Keep a part of what a reading process found."""
        document = self._in_progress[job.document]
        if isinstance(part, PageRead):
            # The same few thousand words make up a document; each is kept in memory once.
            texts = tuple(map(sys.intern, part.words.texts))
            document.words.append(replace(part.words, texts=texts))
            self._progress.page(len(document.words), part.of)
        elif isinstance(part, Unpacked):
            document.unpacked.append(part)
        else:
            document.read = part

    def end(self, job: ReadJob, error: DosijeError | None) -> None:
        """Make what was read a document, or record why it is none; then see to what it holds, and to the other inputs
        with the same bytes."""
        document = self._in_progress.pop(job.document)
        first, *others = document.inputs
        missing: DosijeError = TooLarge("It was not unpacked again.", "See that the limits are not below the earlier.")
        if document.read is None:
            missing = error or DosijeError("Reading ended without a result.")
            if not first.resumed:
                self._originals.discard(job.document)
                for given in document.inputs:
                    self._fail(given, job.document, missing)
                return
            document.unpacked.clear()
        elif not first.resumed:
            self._keep(job, document, document.read)
        for given in others:
            self._duplicate(given, job.document)
        self._see_to_members(job.document, first, document.unpacked, missing)
        if self._counts["added"] % self._archive.settings.number("commit_documents") == 0:
            self._archive.indexing.index_due(midway=True)

    def _keep(self, job: ReadJob, document: _InProgress, read: DocumentRead) -> None:
        reading, given = read.reading, document.inputs[0]
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
        contents = [one.path for one in document.unpacked]
        found = read.extraction
        self._catalog.add_document(record, reading, document.words, found.facts, given.source, contents, found.clauses)
        self._place(given, record.id)
        self._counts.update(pages=record.page_count, words=record.word_count)
        self._tell(FileReport(given.shown, "added", record.id, record.page_count, None))

    def _see_to_members(self, container: str, holder: Input, unpacked: list[Unpacked], missing: DosijeError) -> None:
        """Line up what a container holds, to be read next. A resumed one's members may have become documents before,
        or failed; those that are due and did not come out this time fail as ``missing``."""
        holder.budget.charge(unpacked)
        known = {member.path: member for member in self._catalog.members(container)}
        waiting = []
        for one in unpacked:
            member = known.pop(one.path, None)
            given = holder.holding(container, one.path, one.file or Path())
            if member is not None and not (member.is_due or (member.reason and self._options.retries)):
                if one.file:
                    one.file.unlink()
            elif one.error:
                self._add_to_total(1)
                self._fail(given, None, one.error)
            else:
                waiting.append(given)
        self._add_to_total(len(waiting))
        self._members.extendleft(reversed(waiting))
        for member in known.values():
            if member.is_due:
                self._add_to_total(1)
                self._fail(holder.holding(container, member.path, Path()), None, missing)

    def _place(self, given: Input, document: str) -> None:
        """Record where in a container a document lies."""
        if given.container and given.member:
            self._catalog.add_member(given.container, document, given.member)

    def _duplicate(self, given: Input, document: str) -> None:
        self._catalog.add_source(document, given.source)
        self._place(given, document)
        self._catalog.clear_failure(given.source)
        pages = self._catalog.find(document).page_count
        self._tell(FileReport(given.shown, "duplicate", document, pages, None))

    def _fail(self, given: Input, document: str | None, error: DosijeError) -> None:
        now = datetime.now(UTC)
        failure = Failure(
            given.source, document, error.message, error.remedy, now, container=given.container, member=given.member
        )
        self._catalog.record_failure(failure)
        self._tell(FileReport(given.shown, "failed", None, None, str(error)))

    def _tell(self, report: FileReport) -> None:
        self._counts[report.status] += 1
        self._report(report)
        self._progress.document()

    def _add_to_total(self, count: int) -> None:
        self._found += count
        self._progress.found(self._found)

    def summary(self) -> Summary:
        """The run in numbers."""
        count = self._counts
        seconds = time.monotonic() - self._began
        return Summary(
            count["added"], count["duplicate"], count["failed"], count["pages"], count["words"], round(seconds, 3)
        )


def _lies_in(path: str, places: Sequence[str]) -> bool:
    """Whether a failure lies in one of these files or folders; in any, if none is named."""
    return not places or any(path.startswith((f"{place}/", f"{place}{INSIDE}")) for place in places)
