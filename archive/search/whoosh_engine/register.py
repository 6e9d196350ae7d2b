"""The register of an index for a commit: lookup of documents without reading all of them.

A search reads a :class:`archive.search.whoosh_engine.snapshot.Snapshot`, whose arrays have an element per document. A
commit needs only the documents of one batch: here each is looked up in the sorted ids of every segment, and sums are
those stored per segment, minus deleted documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path

from archive.search.engine import Held
from archive.search.whoosh_engine.codec import ArraySegment, read_contents
from archive.search.whoosh_engine.layout import FILES, EntryLocation, Sections
from archive.search.whoosh_engine.schema import AFTER_PARTS, COLUMNS
from archive.search.whoosh_engine.storage import MappedStorage, open_mapped


class RegisterSegment:
    """The columns of a segment that identify its documents. It is immutable, except for deletions."""

    def __init__(self, storage: MappedStorage, segment: ArraySegment) -> None:
        self.name: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        self.files: dict[str, int] = {}
        """The files of the segment, with their sizes. All are opened, so that a commit notices a damaged one."""
        for name in map(segment.make_filename, FILES):
            file = open_mapped(storage, name)
            Sections(file.content, name)
            self.files[name] = len(file.content)
        columns = segment.codec().per_document_reader(storage, segment)
        self.ids, self.serials, self.readings, self.revisions = (
            columns.column_reader(name, COLUMNS[name]) for name in ("id", "serial", "reading", "revision")
        )


class Register:
    """The documents of one commit."""

    def __init__(self, segments: Iterable[tuple[RegisterSegment, frozenset[int]]] = (), commit: int = 0) -> None:
        """:param segments: the segments, each with its deleted documents."""
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
        segments = (
            (opened.get(one.segment_id()) or RegisterSegment(storage, one), frozenset(one.deleted_docs()))
            for one in contents.segments
        )
        return cls(segments, contents.generation)

    @property
    def segments(self) -> Sequence[RegisterSegment]:
        """The segments of the commit."""
        return [segment for segment, _ in self._segments]

    @cached_property
    def next_serial(self) -> int:
        """A serial number above all others."""
        return 1 + max((segment.serials.sums[1] for segment in self.segments), default=0)

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
        ranges = [(id_.encode(), id_.encode() + AFTER_PARTS) for id_ in new]
        for segment, gone in self._segments:
            for document in chain.from_iterable(segment.ids.between_each(ranges)):
                if document not in gone:
                    entry = bytes(segment.ids[document]).decode()
                    self._places.setdefault(entry, {})[segment.readings.one(document) > 0] = segment, document
        # Stored last, so that after a read error nothing counts as absent.
        self._asked |= set(new)

    def count(self) -> int:
        """Return the number of entries: each is two documents of the index, text and facts."""
        return sum(segment.size - len(gone) for segment, gone in self._segments) // 2

    def fingerprint(self) -> str:
        """Return the number of entries, and the sum of their revisions."""
        revisions = sum(segment.revisions.sums[0] - segment.revisions.sum_of(gone) for segment, gone in self._segments)
        return f"{self.count()}/{revisions}"
