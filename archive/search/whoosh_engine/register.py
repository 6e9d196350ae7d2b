"""The register of an index for a commit: lookup of documents without reading all of them.

A search reads a :class:`archive.search.whoosh_engine.snapshot.Snapshot`, whose arrays are as long as the archive has
documents. Whoever changes the index asks for the documents of one batch: here each is looked up in the order of the ids
of those segments that may hold it. How many there are, and the sums, are told by the table of contents, so that no
segment is opened before a document is looked up. That their files are there and whole is seen by their sizes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from archive.search.engine import Held
from archive.search.whoosh_engine.codec import ArraySegment, SegmentTotals, read_contents
from archive.search.whoosh_engine.layout import FILES, EntryLocation
from archive.search.whoosh_engine.schema import AFTER_PARTS, COLUMNS, prints
from archive.search.whoosh_engine.segment import Segment
from archive.search.whoosh_engine.storage import MappedStorage


class RegisterSegment:
    """The columns of a segment by which its documents are known, opened when one is looked up. It never changes; what
    is deleted of it does."""

    def __init__(self, storage: MappedStorage, segment: ArraySegment, totals: SegmentTotals) -> None:
        self.name: str = segment.segment_id()
        self._storage, self._segment = storage, segment
        self.files: dict[str, int] = dict(zip(map(segment.make_filename, FILES), totals.sizes, strict=True))
        """The files of the segment, with their sizes."""

    @cached_property
    def _columns(self) -> Any:
        return self._segment.codec().per_document_reader(self._storage, self._segment)

    def _column(self, name: str) -> Any:
        return self._columns.column_reader(name, COLUMNS[name])

    @cached_property
    def ids(self) -> Any:
        """The id of each document."""
        return self._column("id")

    @cached_property
    def serials(self) -> Any:
        """The serial number of each document."""
        return self._column("serial")

    @cached_property
    def readings(self) -> Any:
        """The reading of each text, 0 of facts."""
        return self._column("reading")

    @cached_property
    def revisions(self) -> Any:
        """The revision of facts, 0 of texts."""
        return self._column("revision")

    def open(self) -> None:
        """Open it as a search does, and let go of it."""
        Segment(self._storage, self._segment)


class Register:
    """The documents of one commit."""

    def __init__(
        self, segments: Iterable[tuple[RegisterSegment, ArraySegment, SegmentTotals]] = (), commit: int = 0
    ) -> None:
        """:param segments: each with what the table of contents tells of it, and what is counted."""
        self.commit = commit
        self._segments = list(segments)
        self._asked: set[str] = set()
        self._places: dict[str, dict[bool, tuple[RegisterSegment, int]]] = {}
        """Cache of looked-up entries: the location of the text (True) and of the facts (False)."""

    @classmethod
    def open(cls, path: Path, known: Register) -> Register:
        """Open the newest commit of the index in a folder.

        :param known: a register whose open segments are reused.
        :raises OSError: a concurrent commit deleted a file, or the index is damaged; retry.
        """
        storage, opened = MappedStorage(path), {segment.name: segment for segment in known.segments}
        contents = read_contents(storage)
        segments = []
        for one in contents.segments:
            # A program of before did not count; the next commit does.
            totals = one.totals or _counted(storage, one)
            segments.append((opened.get(one.segment_id()) or RegisterSegment(storage, one, totals), one, totals))
        return cls(segments, contents.generation)

    @property
    def segments(self) -> Sequence[RegisterSegment]:
        """The segments of the state."""
        return [segment for segment, _, _ in self._segments]

    @cached_property
    def next_serial(self) -> int:
        """A serial number above all others."""
        return 1 + max((totals.serial for _, _, totals in self._segments), default=0)

    def known(self, id_: str) -> EntryLocation | None:
        """Return the location of an entry; None if it is unknown."""
        self._look_up([id_.partition("/")[0]])
        places = self._places.get(id_)
        if places is None:
            return None
        (of_text, text), (of_facts, facts) = places[True], places[False]
        return EntryLocation(of_text.serials.one(text), (of_text.name, text), (of_facts.name, facts))

    def held(self, documents: Iterable[str]) -> Mapping[str, Held]:
        """Return the entries of documents: those with their ids, and those whose ids are prefixed by them and a
        slash."""
        wanted = set(documents)
        self._look_up(wanted)
        found = {}
        for entry, places in self._places.items():
            if entry in wanted or entry.partition("/")[0] in wanted:
                (of_text, text), (of_facts, facts) = places[True], places[False]
                found[entry] = Held(of_facts.revisions.one(facts), of_text.readings.one(text))
        return found

    def _look_up(self, documents: Iterable[str]) -> None:
        """Look up the entries of documents at once, because a commit needs each of them."""
        new = sorted(set(documents) - self._asked)
        if not new:
            return
        ids = [id_.encode() for id_ in new]
        their_prints = prints(ids)
        for segment, stored, _ in self._segments:
            for document in segment.ids.of_each(ids, their_prints, AFTER_PARTS):
                if not stored.is_deleted(document):
                    entry = bytes(segment.ids[document]).decode()
                    self._places.setdefault(entry, {})[segment.readings.one(document) > 0] = segment, document
        # Stored last, so that after a read error nothing counts as absent.
        self._asked |= set(new)

    def inspect(self, turn: int) -> None:
        """Open one of the segments, in turn, as a search does.

        :raises archive.errors.IndexDamaged: a file is not as it was written.
        """
        if self._segments:
            self._segments[turn % len(self._segments)][0].open()

    def count(self) -> int:
        """Return how many entries there are: each is two documents of an index, its text and its facts."""
        documents: int = sum(stored.doc_count() for _, stored, _ in self._segments)
        return documents // 2

    def fingerprint(self) -> str:
        """Return how many entries there are, and the sum of their revisions."""
        return f"{self.count()}/{sum(totals.revisions for _, _, totals in self._segments)}"


def _counted(storage: MappedStorage, segment: ArraySegment) -> SegmentTotals:
    from archive.search.whoosh_engine.counting import counted  # noqa: PLC0415 - only segments of a program of before

    return counted(storage, segment)
