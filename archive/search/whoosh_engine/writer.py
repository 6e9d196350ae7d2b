"""Commits: adding and removing documents, durable on return."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from whoosh.index import TOC, clean_files

from archive.errors import ArchiveBusy
from archive.search.engine import IndexEntry
from archive.search.whoosh_engine.codec import ArraySegment, read_contents
from archive.search.whoosh_engine.counting import counted, without
from archive.search.whoosh_engine.layout import SEGMENT_LIMITS, EntryLocation, SegmentLimits
from archive.search.whoosh_engine.merging import merge_tiers
from archive.search.whoosh_engine.schema import INDEX_NAME, SCHEMA
from archive.search.whoosh_engine.segment_writer import SegmentWriter
from archive.search.whoosh_engine.storage import DurableStorage
from archive.system.failpoints import passing


class KnownDocuments(Protocol):
    """The newest state of an index, as needed by a commit."""

    @property
    def next_serial(self) -> int:
        """A serial number above all others."""

    def known(self, id_: str) -> EntryLocation | None:
        """Return the location of a document; None if it is unknown."""


def commit(
    path: Path,
    add: Iterable[IndexEntry],
    remove: Iterable[str],
    newest: Callable[[], KnownDocuments],
    limits: SegmentLimits = SEGMENT_LIMITS,
) -> None:
    """Add documents, replacing those with a known id, and remove others, atomically.

    :param newest: returns the newest state of the index; called under the writer lock.
    :raises ArchiveBusy: another process is writing to this index.
    :raises ValueError: an id is repeated in ``add``, or an unknown document has no text.
    """
    with writing(path, limits) as changes:
        documents = newest()
        for id_ in set(remove):
            if known := documents.known(id_):
                changes.delete(known.text)
                changes.delete(known.facts)
        changes.add(add, documents)
        changes.publish()


@contextmanager
def writing(path: Path, limits: SegmentLimits = SEGMENT_LIMITS) -> Iterator[Changes]:
    """Hold the writer lock of an index; unpublished changes are discarded at the end.

    Other processes may write segments meanwhile (:func:`build_segments`).

    :raises ArchiveBusy: another process is writing to this index.
    """
    storage = DurableStorage(path)
    lock = storage.lock(f"{INDEX_NAME}_WRITELOCK")
    if not lock.acquire():
        raise ArchiveBusy("Another process is writing to the index at %(path)s.", "Wait until it has ended.", path=path)
    try:
        for leftover in path.glob("*.toc.*"):
            leftover.unlink()
        toc = _swept(storage)
        try:
            yield Changes(storage, toc, limits)
        except BaseException:
            _swept(storage)
            raise
    finally:
        lock.release()


def _swept(storage: DurableStorage) -> TOC:
    """Return the newest table of contents, after deleting files that it does not name."""
    toc = read_contents(storage)
    clean_files(storage, INDEX_NAME, toc.generation, toc.segments)
    return toc


class Changes:
    """An unpublished commit."""

    def __init__(self, storage: DurableStorage, toc: TOC, limits: SegmentLimits) -> None:
        self._storage = storage
        self._limits = limits
        self._generation: int = toc.generation + 1
        self._segments: dict[str, ArraySegment] = {segment.segment_id(): segment for segment in toc.segments}
        self._gone: dict[str, list[int]] = {}

    def delete(self, place: tuple[str, int]) -> None:
        """Take out one Whoosh document."""
        name, number = place
        segment = self._segments[name]
        if not segment.is_deleted(number):
            segment.delete_document(number)
            self._gone.setdefault(name, []).append(number)

    def add(self, entries: Iterable[IndexEntry], documents: KnownDocuments) -> None:
        """Add or replace documents; errors as in :func:`commit`."""
        for segment in _write(self._storage, self._placed(entries, documents), self._limits):
            self.take(segment)

    def _placed(self, entries: Iterable[IndexEntry], documents: KnownDocuments) -> Iterator[tuple[IndexEntry, int]]:
        next_serial = documents.next_serial
        for entry in _each_once(entries):
            known = documents.known(entry.id)
            if known is None:
                if entry.text is None:
                    raise ValueError(f"document {entry.id} has no text, and the index does not hold it")
                yield entry, next_serial
                next_serial += 1
            elif entry.text is None:
                self.delete(known.facts)
                yield entry, known.serial
            else:
                self.delete(known.text)
                self.delete(known.facts)
                yield entry, known.serial

    def take(self, segment: ArraySegment) -> None:
        """Add a segment that was written into this folder."""
        self._segments[segment.segment_id()] = segment

    def publish(
        self, merging: Callable[[Any, Iterable[ArraySegment], SegmentLimits], list[ArraySegment]] = merge_tiers
    ) -> None:
        """Publish the commit, durably, and delete the files of the previous one.

        :param merging: the merge policy.
        """
        self._count(self._segments.values())
        segments = merging(self._storage, list(self._segments.values()), self._limits)
        self._count(segments)
        passing("segments-written")
        TOC(SCHEMA, segments, self._generation).write(self._storage, INDEX_NAME)
        passing("index-published")
        clean_files(self._storage, INDEX_NAME, self._generation, segments)

    def _count(self, segments: Iterable[ArraySegment]) -> None:
        """Count the segments that are new, or were written by a program that did not, and bring up to date those of
        which something was deleted. The others need not be opened."""
        for segment in segments:
            gone = self._gone.pop(segment.segment_id(), ())
            if segment.totals is None:
                segment.totals = counted(self._storage, segment)
            elif gone:
                segment.totals = without(segment.totals, self._storage, segment, gone)


def build_segments(
    path: Path, entries: Iterable[IndexEntry], first_serial: int, limits: SegmentLimits = SEGMENT_LIMITS
) -> list[ArraySegment]:
    """Write new documents as unpublished segments, for another process.

    :param first_serial: the first of consecutive serial numbers, which must be unused.
    :raises ValueError: an id is repeated, or an entry has no text.
    """
    storage = DurableStorage(path)
    segments = list(_write(storage, zip(_each_once(entries), count(first_serial), strict=False), limits))
    storage.sync_files()
    return segments


def _each_once(entries: Iterable[IndexEntry]) -> Iterator[IndexEntry]:
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            raise ValueError(f"document {entry.id} is twice in one batch")
        seen.add(entry.id)
        yield entry


def _write(
    storage: DurableStorage, entries: Iterable[tuple[IndexEntry, int]], limits: SegmentLimits
) -> Iterator[ArraySegment]:
    writer = SegmentWriter(storage, limits)
    for entry, serial in entries:
        if not writer.has_room(entry):
            yield writer.write()
            writer = SegmentWriter(storage, limits)
        if entry.text is not None:
            writer.add_text(entry.id, serial, entry.text)
        writer.add_facts(entry, serial)
    if writer.documents:
        yield writer.write()
