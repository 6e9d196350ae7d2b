"""What a commit must know of an index: which documents it holds and where, without a look at all of them.

A search reads a :class:`archive.search.whoosh_engine.snapshot.Snapshot`, whose arrays are as long as the archive has
documents. Whoever changes the index asks for the documents of one batch: here each is looked up in the order of the ids
of every segment, and sums are those that each segment keeps, less what was deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from archive.search.engine import Held
from archive.search.whoosh_engine.codec import ArraySegment, read_contents
from archive.search.whoosh_engine.layout import FILES, EntryLocation, Sections
from archive.search.whoosh_engine.schema import AFTER_ID, AFTER_PARTS, COLUMNS
from archive.search.whoosh_engine.storage import MappedStorage, open_mapped


class RegisterSegment:
    """The columns of a segment by which its documents are known. It never changes; what is deleted of it does."""

    def __init__(self, storage: MappedStorage, segment: ArraySegment) -> None:
        self.name: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        self.files: dict[str, int] = {}
        """The files of the segment, with their sizes. Each is opened: who begins to write notices a damaged one."""
        for name in map(segment.make_filename, FILES):
            file = open_mapped(storage, name)
            Sections(file.content, name)
            self.files[name] = len(file.content)
        columns = segment.codec().per_document_reader(storage, segment)
        self.ids, self.serials, self.readings, self.revisions = (
            columns.column_reader(name, COLUMNS[name]) for name in ("id", "serial", "reading", "revision")
        )


class Register:
    """The documents of one committed state."""

    def __init__(self, segments: Iterable[tuple[RegisterSegment, frozenset[int]]] = (), commit: int = 0) -> None:
        """:param segments: each with its deleted documents."""
        self.commit = commit
        self._segments = list(segments)

    @classmethod
    def open(cls, path: Path, known: Register) -> Register:
        """Open the newest state of the index in a folder.

        :param known: one whose segments are open already.
        :raises OSError: a commit removed a file at the wrong moment, or the index is damaged; try again.
        """
        storage, opened = MappedStorage(path), {segment.name: segment for segment in known.segments}
        contents = read_contents(storage)
        segments = (
            (opened.get(one.segment_id()) or RegisterSegment(storage, one), frozenset(one.deleted_docs()))
            for one in contents.segments
        )
        return cls(segments, contents.generation)

    @property
    def segments(self) -> Sequence[RegisterSegment]:
        """The segments of the state."""
        return [segment for segment, _ in self._segments]

    @cached_property
    def next_serial(self) -> int:
        """A serial number above all others."""
        return 1 + max((segment.serials.sums[1] for segment in self.segments), default=0)

    def known(self, id_: str) -> EntryLocation | None:
        """Where a document is, if it is."""
        places: dict[bool, tuple[RegisterSegment, int]] = {}
        for segment, document in self._between(id_.encode(), id_.encode() + AFTER_ID):
            places[segment.readings.one(document) > 0] = segment, document
        if not places:
            return None
        (of_text, text), (of_facts, facts) = places[True], places[False]
        return EntryLocation(of_text.serials.one(text), (of_text.name, text), (of_facts.name, facts))

    def held(self, documents: Iterable[str]) -> Mapping[str, Held]:
        """The entries of documents: those with their ids, and those whose ids have these and a slash before theirs."""
        readings: dict[str, int] = {}
        revisions: dict[str, int] = {}
        for id_ in set(documents):
            for segment, document in self._between(id_.encode(), id_.encode() + AFTER_PARTS):
                entry = bytes(segment.ids[document]).decode()
                if reading := segment.readings.one(document):
                    readings[entry] = reading
                else:
                    revisions[entry] = segment.revisions.one(document)
        return {entry: Held(revisions[entry], reading) for entry, reading in readings.items()}

    def count(self) -> int:
        """How many entries there are: each is two documents of an index, its text and its facts."""
        return sum(segment.size - len(gone) for segment, gone in self._segments) // 2

    def fingerprint(self) -> str:
        """How many entries there are, and the sum of their revisions."""
        gone = sum(segment.revisions.one(document) for segment, deleted in self._segments for document in deleted)
        return f"{self.count()}/{sum(segment.revisions.sums[0] for segment in self.segments) - gone}"

    def _between(self, first: bytes, end: bytes) -> Iterator[tuple[RegisterSegment, int]]:
        for segment, gone in self._segments:
            for document in segment.ids.between(first, end):
                if document not in gone:
                    yield segment, document
