"""One committed state of an index, opened for reading.

A snapshot never changes. After a commit a new one is opened: Whoosh's way of refreshing a searcher gives wrong results
after updates. Whoosh's matchers share the position in their file, so only one thread may read a snapshot at a time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.reading import TermNotFound

from archive.search.query import Field
from archive.search.request import FACETS
from archive.search.spans import Extents
from archive.search.whoosh_engine.schema import JOINED, RECORD, SCHEMA, Record, unpack_joined


class _Files(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """A folder that can close what was opened in it: Whoosh leaves its files open when opening an index fails."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self._opened: list[Any] = []

    def open_file(self, name: str, **options: Any) -> Any:
        """Open a file, and remember it."""
        file = super().open_file(name, **options)
        self._opened.append(file)
        return file

    def abandon(self) -> None:
        """Close everything."""
        for file in self._opened:
            if not file.is_closed:
                file.close()


class Snapshot:
    """The documents of an index at one moment. Documents are known by their number in the index.

    ``records`` is indexed by document number and also holds documents that were deleted; ``live`` holds the numbers
    of those that were not.
    """

    def __init__(self, index: Any = None, known: Mapping[str, list[Record]] | None = None) -> None:
        """Open the newest state of a Whoosh index, or the empty state.

        :param known: records of segments that another snapshot has read. Segments never change, only which of their
            documents are deleted.
        :raises OSError: a commit removed a file at the wrong moment, or the index is damaged; try again.
        """
        self._index = index
        self._commit = index.latest_generation() if index else 0
        self._reader = index.reader() if index else None
        self._leaves: list[tuple[Any, int]] = []
        self.by_segment: dict[str, list[Record]] = {}
        self.records: list[Record] = []
        self.live: set[int] = set()
        if self._reader and self._reader.doc_count_all():
            self._leaves = list(self._reader.leaf_readers())
        for leaf, base in self._leaves:
            segment = leaf.segment().segment_id()
            records = (known or {}).get(segment) or _read_records(leaf)
            self.by_segment[segment] = records
            self.records += records
            self.live.update(base + number for number in leaf.all_doc_ids())

    @classmethod
    def open(cls, path: Path, known: Mapping[str, list[Record]] | None = None) -> Snapshot:
        """Open the newest state of the index in a folder; errors as in the constructor."""
        files = _Files(path)
        try:
            return cls(FileIndex(files, schema=SCHEMA), known)
        except BaseException:
            files.abandon()
            raise

    def is_newest(self) -> bool:
        """Whether nothing was committed since, and the index is still there."""
        return self._index is not None and bool(self._index.latest_generation() == self._commit)

    def close(self) -> None:
        """Let go of files and memory."""
        if self._reader:
            self._reader.close()

    @cached_property
    def number_of(self) -> dict[str, int]:
        """The number of each document, by its id."""
        return {self.records[number].id: number for number in self.live}

    @cached_property
    def values(self) -> dict[str, list[tuple[str, ...]]]:
        """For each facet the values of every document, by document number."""
        return {facet: [record.facets[place] for record in self.records] for place, facet in enumerate(FACETS)}

    @cached_property
    def _carriers(self) -> dict[tuple[str, str], set[int]]:
        carriers: dict[tuple[str, str], set[int]] = {}
        for facet, values in self.values.items():
            for number in self.live:
                for value in values[number]:
                    carriers.setdefault((facet, value), set()).add(number)
        return carriers

    def carrying(self, facet: str, values: Iterable[str]) -> set[int]:
        """The documents that carry at least one of these values."""
        return set().union(*(self._carriers.get((facet, value), ()) for value in values))

    @cached_property
    def places(self) -> dict[str, dict[int, int]]:
        """The place of every document in each fixed order. Undated documents come last in both orders of time."""
        numbers = sorted(self.live, key=lambda number: self.records[number].id)
        newest = sorted(numbers, key=lambda number: self.records[number].date or "", reverse=True)
        oldest = sorted(numbers, key=lambda number: (not self.records[number].date, self.records[number].date or ""))
        title = sorted(numbers, key=lambda number: self.records[number].title)
        orders = {"newest": newest, "oldest": oldest, "title": title}
        return {name: {number: place for place, number in enumerate(order)} for name, order in orders.items()}

    @cached_property
    def relative_lengths(self) -> list[float]:
        """The length of each document as a multiple of the mean of those that are live."""
        total = sum(self.records[number].word_count for number in self.live)
        mean = total / len(self.live) if total else 1.0
        return [record.word_count / mean for record in self.records]

    def frequencies(self, field: Field, term: str) -> dict[int, float]:
        """How often a term stands in each document that has it."""
        found: dict[int, float] = {}
        for leaf, base in self._leaves:
            matcher = _postings(leaf, field, term)
            while matcher is not None and matcher.is_active():
                found[base + matcher.id()] = matcher.weight()
                matcher.next()
        return found

    def positions(self, field: Field, term: str, documents: Sequence[int]) -> dict[int, list[int]]:
        """Where a term stands in each of these documents (ascending numbers) that has it."""
        found: dict[int, list[int]] = {}
        for leaf, base in self._leaves:
            end = base + leaf.doc_count_all()
            wanted = [number - base for number in documents if base <= number < end]
            matcher = _postings(leaf, field, term) if wanted else None
            for number in wanted:
                if matcher is None or not matcher.is_active():
                    break
                matcher.skip_to(number)
                if matcher.is_active() and matcher.id() == number:
                    found[base + number] = matcher.value_as("positions")
        return found

    def extents(self, number: int) -> Extents:
        """Which words the positions of a document stand for."""
        place = bisect_right(self._leaves, number, key=lambda leaf: leaf[1]) - 1
        joined = unpack_joined(self._joined[place][number - self._leaves[place][1]])
        return Extents(self.records[number].word_count, joined)

    @cached_property
    def _joined(self) -> list[Any]:
        return [leaf.column_reader(JOINED, translate=False) for leaf, _ in self._leaves]

    def expand(self, field: Field, prefix: str) -> list[str]:
        """Every term of a field that begins with ``prefix``, in order."""
        terms: set[bytes] = set()
        for leaf, _ in self._leaves:
            terms.update(leaf.expand_prefix(field.value, prefix))
        return sorted(term.decode() for term in terms)


def _read_records(leaf: Any) -> list[Record]:
    return [Record.from_bytes(value) for value in leaf.column_reader(RECORD, translate=False)]


def _postings(leaf: Any, field: Field, term: str) -> Any:
    try:
        return leaf.postings(field.value, term)
    except TermNotFound:
        return None
