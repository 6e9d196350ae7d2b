"""Changing an index: one commit adds and removes documents and is durable when it returns."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from whoosh.index import FileIndex, LockError
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from archive.errors import ArchiveBusy
from archive.search.engine import IndexEntry
from archive.search.query import Field
from archive.search.whoosh_engine.generations import DurableStorage
from archive.search.whoosh_engine.reader import Snapshot
from archive.search.whoosh_engine.schema import JOINED, RECORD, SCHEMA, Record, pack_joined

MERGE_FACTOR = 10
"""Segments of one order of magnitude that are tolerated. Whoosh's own policy can rewrite the whole index at any commit;
with this one a document is rewritten once for every tenfold growth of the index."""

POSTINGS_MEMORY = 256
"""Megabytes of postings held before Whoosh spills them to disk, which costs 45 % more time."""


def commit(path: Path, add: Iterable[IndexEntry], remove: Iterable[str], newest: Callable[[], Snapshot]) -> None:
    """Add documents, replacing those whose id is known, and remove others. Readers see all of it or nothing.

    :param newest: the newest state of the index; called once no one else can write.
    :raises ArchiveBusy: another process is writing to this index.
    :raises ValueError: an id comes twice in ``add``.
    """
    for leftover in path.glob("*.toc.*"):
        leftover.unlink()
    try:
        writer = SegmentWriter(FileIndex(DurableStorage(path), schema=SCHEMA), limitmb=POSTINGS_MEMORY)
    except LockError as error:
        raise ArchiveBusy(f"Another process is writing to the index at {path}.", "Wait until it has ended.") from error
    try:
        _change(writer, add, remove, newest().number_of)
        writer.commit(mergetype=merge_tiers)
    except BaseException:
        _abandon(writer)
        raise


def _change(writer: Any, add: Iterable[IndexEntry], remove: Iterable[str], number_of: dict[str, int]) -> None:
    for id_ in set(remove):
        if id_ in number_of:
            writer.delete_document(number_of[id_])
    added: set[str] = set()
    for entry in add:
        if entry.id in added:
            raise ValueError(f"document {entry.id} comes twice in one batch")
        added.add(entry.id)
        if entry.id in number_of:
            writer.delete_document(number_of[entry.id])
        terms = {Field.STEM.value: entry.stems, Field.FORM.value: entry.forms}
        columns = {RECORD: Record.of(entry).to_bytes(), JOINED: pack_joined(entry.joined)}
        writer.add_document(**terms, **columns)


def _abandon(writer: Any) -> None:
    """Give up a commit. Whoosh keeps its lock when that fails in turn, so we release it ourselves."""
    try:
        if not writer.is_closed:
            writer.cancel()
    finally:
        if writer.writelock.fd is not None:
            writer.writelock.release()


def merge_tiers(writer: Any, segments: list[Any]) -> list[Any]:
    """A Whoosh merge policy: rewrite segments that are half deleted, and tiers that have grown too many segments.

    Returns the segments to keep; the others are written into the new one.
    """
    tiers: dict[int, list[Any]] = {}
    rewritten: list[Any] = []
    for segment in segments:
        live = segment.doc_count_all() - segment.deleted_count()
        if 2 * live <= segment.doc_count_all():
            rewritten.append(segment)
        else:
            tiers.setdefault(int(math.log(live, MERGE_FACTOR)), []).append(segment)
    kept: list[Any] = []
    for tier in tiers.values():
        (kept if len(tier) < MERGE_FACTOR else rewritten).extend(tier)
    for segment in rewritten:
        if segment.deleted_count() < segment.doc_count_all():
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
    return kept
