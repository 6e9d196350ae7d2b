"""One run of adding: what is still to be read, and what is being read."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from archive.errors import DosijeError, InputError, OriginalDamaged, TooLarge
from archive.home import Archive
from archive.model import Document
from archive.store.originals.files import TakenIn
from archive.store.sql.locks import Claims
from archive.words import Words
from indexer.inputs import Input, Named, is_shortened
from indexer.outcomes import Outcomes
from indexer.progress import Progress
from indexer.reading import DocumentRead, PageRead, ReadJob
from indexer.reports import AddOptions
from indexer.resuming import Resuming
from indexer.storing import storing
from indexer.unpacking import Unpacked
from indexer.walk import walk


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
    """One call of :func:`indexer.pipeline.add`, or the work of one worker. ``folder`` is an empty one, for what is
    taken out of containers.

    Bytes are claimed from before they are compared with what is known until they are a document, or have failed. So
    no two runs read the same, and none takes an original away that another one reads.
    """

    def __init__(self, archive: Archive, claims: Claims, options: AddOptions, outcomes: Outcomes, folder: Path) -> None:
        self._archive, self._catalog, self._originals = archive, archive.catalog, archive.originals
        self._claims, self._options, self._outcomes, self._folder = claims, options, outcomes, folder
        self._resuming = Resuming(archive.catalog)
        # What lies in containers is read before the next file, so that little of it waits on the disk.
        self._files: deque[Input] = deque()
        self._members: deque[Input] = deque()
        self._claimed_by_others: list[tuple[str, Input]] = []
        self._in_progress: dict[str, _InProgress] = {}
        self._unpackings = 0

    def expand(self, paths: Sequence[Path], progress: Progress) -> None:
        """Find the files, and report what cannot be walked. Without ``paths``, they are those that failed before."""
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
        """The files that failed, as far as they can be found again."""
        files = [one.path for one in self._catalog.failures.all() if one.container is None]
        for path in filter(is_shortened, files):
            progress.note(f"The place of {path} was too long to be kept whole. Name it to add it again.")
        return [Path(path) for path in files if not is_shortened(path)]

    def _named(self) -> Named:
        return Named.of(self._archive.settings, self._options.collection, retries=self._options.retries)

    def line_up(self, given: Input) -> None:
        """Have an input be read."""
        self._outcomes.line_up(given)
        self._files.append(given)

    def resume(self, container: str, named: Named) -> bool:
        """Have the members of a known container be looked at again, unless another run does; returns whether they
        are."""
        if not self._claims.take(container):
            return False
        named.held.append(container)
        given = self._resuming.container(container, named)
        self._outcomes.line_up(given)
        self._members.append(given)
        return True

    @property
    def is_busy(self) -> bool:
        """Whether something is being read, or waits for that. Reading a container may add to it."""
        return bool(self._members or self._files or self._claimed_by_others or self._in_progress)

    def jobs(self) -> Iterator[ReadJob]:
        """What can be read now, each taken in when a reading process is free for it."""
        waiting, self._claimed_by_others = self._claimed_by_others, []
        for document, given in waiting:
            if self._claims.take(document):
                self._claims.let_go(document)
                self._members.appendleft(given)
            else:
                self._claimed_by_others.append((document, given))
        while self._members or self._files:
            given = (self._members or self._files).popleft()
            try:
                taken = self._taken_in(given)
            except (InputError, OriginalDamaged) as error:
                self._outcomes.fail(given, None, error)
                self._settle(given)
                continue
            if taken.id in self._in_progress:
                self._in_progress[taken.id].inputs.append(given)
            elif not self._claims.take(taken.id):
                self._claimed_by_others.append((taken.id, given))
            elif self._is_done_with(given, taken):
                self._claims.let_go(taken.id)
            else:
                yield self._begun(given, taken)

    def _taken_in(self, given: Input) -> TakenIn:
        if given.kept is None:
            return self._originals.take_in(given.path)
        size = self._originals.local(given.kept, verifies=True).stat().st_size
        return TakenIn(given.kept, size, is_new=False)

    def _is_done_with(self, given: Input, taken: TakenIn) -> bool:
        """Whether there is nothing to read in bytes that we have claimed: they are known, or failed before."""
        if given.resumed:
            return False
        if self._catalog.documents.has(taken.id):
            self._outcomes.duplicate(given, taken.id)
        elif not self._outcomes.failed_before(given, taken.id, retries=self._options.retries):
            if given.kept is None and not self._originals.has(taken.id):
                # Whoever read the same bytes before us has failed and removed them since we took them in.
                self._originals.take_in(given.path)
            return False
        self._settle(given)
        return True

    def _begun(self, given: Input, taken: TakenIn) -> ReadJob:
        self._in_progress[taken.id] = _InProgress([given], taken.size)
        self._unpackings += 1
        room = given.room(self._folder / str(self._unpackings), self._archive.settings)
        return ReadJob(taken.id, self._originals.local(taken.id), given.filename, room)

    def _settle(self, given: Input) -> None:
        if given.container:
            given.path.unlink()
        self._outcomes.settle(given)

    def hand_over(self, job: ReadJob) -> None:
        """Queue what could be read, for a worker."""
        given = self._in_progress.pop(job.document).inputs[0]
        self._catalog.tasks.add(job.document, given.source, given.filename, given.named.collection)
        self._outcomes.queued(given)
        self._settle(given)
        self._claims.let_go(job.document)

    def take(self, job: ReadJob, part: PageRead | DocumentRead | Unpacked, progress: Progress) -> None:
        """Keep a part of what a reading process found."""
        document = self._in_progress[job.document]
        if isinstance(part, PageRead):
            # The same few thousand words make up a document; each is kept in memory once.
            texts = tuple(map(sys.intern, part.words.texts))
            document.words.append(replace(part.words, texts=texts))
            progress.page(len(document.words), part.of)
        elif isinstance(part, Unpacked):
            document.unpacked.append(part)
        else:
            document.read = part

    def end(self, job: ReadJob, error: DosijeError | None) -> None:
        """Make what was read a document, or record why it is none; then see to what it holds, and to the other inputs
        with the same bytes."""
        document = self._in_progress.pop(job.document)
        if document.read is None:
            self._end_unread(job, document, error or DosijeError("Reading ended without a result."))
        else:
            self._end_read(job, document, document.read)
        for given in document.inputs:
            self._settle(given)
        self._claims.let_go(job.document)
        if self._outcomes.added_count % self._archive.settings.number("commit_documents") == 0:
            self._archive.index(self._claims, midway=True)

    def _end_unread(self, job: ReadJob, document: _InProgress, error: DosijeError) -> None:
        first = document.inputs[0]
        if first.resumed:
            self._see_to_members(job.document, first, [], error)
            for given in document.inputs[1:]:
                self._outcomes.duplicate(given, job.document)
            return
        self._outcomes.discard(first, job.document)
        for given in document.inputs:
            self._outcomes.fail(given, job.document, error)

    def _end_read(self, job: ReadJob, document: _InProgress, read: DocumentRead) -> None:
        first, *others = document.inputs
        if not first.resumed:
            try:
                record = self._stored(job, document, read)
            except InputError as error:
                self._end_unread(job, document, error)
                return
            self._outcomes.added(first, record.id, record.page_count, record.word_count)
        for given in others:
            self._outcomes.duplicate(given, job.document)
        missing = TooLarge("It was not unpacked again.", "See that the limits are not below the earlier.")
        self._see_to_members(job.document, first, document.unpacked, missing)

    def _stored(self, job: ReadJob, document: _InProgress, read: DocumentRead) -> Document:
        """The new document.

        :raises InputError: it cannot be stored; nothing of it was.
        """
        reading, given = read.reading, document.inputs[0]
        record = Document(
            id=job.document,
            filename=job.filename,
            media_type=read.media_type,
            size=document.size,
            collection=given.named.collection,
            added_at=datetime.now(UTC),
            reading=reading.number,
            revision=1,
            page_count=len(reading.pages),
            word_count=reading.word_count,
        )
        contents = [one.path for one in document.unpacked]
        found = read.extraction
        with storing(job.filename):
            self._catalog.documents.add(
                record, reading, document.words, found.facts, given.source, contents, found.clauses
            )
        return record

    def _see_to_members(self, container: str, holder: Input, unpacked: list[Unpacked], missing: DosijeError) -> None:
        """Line up what a container holds, to be read next. A resumed one's members may have become documents before,
        or failed; those that are due and did not come out this time fail as ``missing``."""
        holder.named.charge(unpacked)
        known = {member.path: member for member in self._catalog.members.of(container)}
        waiting = []
        for one in unpacked:
            member = known.pop(one.path, None)
            given = holder.holding(container, one.path, one.file or Path())
            if member is not None and not (member.is_due or (member.reason and holder.named.retries)):
                if one.file:
                    one.file.unlink()
            elif one.error:
                self._outcomes.expect(1)
                self._outcomes.fail(given, None, one.error)
            else:
                waiting.append(given)
                self._outcomes.line_up(given)
        if waiting and self._claims.take(container):
            holder.named.held.append(container)
        self._outcomes.expect(len(waiting))
        self._members.extendleft(reversed(waiting))
        for member in known.values():
            if member.is_due:
                self._outcomes.expect(1)
                self._outcomes.fail(holder.holding(container, member.path, Path()), None, missing)
