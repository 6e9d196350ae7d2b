"""The codec: what Whoosh asks for the readers of a segment, and which segments are ours.

Whoosh keeps what it is good at: the table of contents, the lock, the segments, the schema. Terms, postings and columns
are arrays (:mod:`archive.search.whoosh_engine.layout`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from whoosh.codec import base
from whoosh.codec.whoosh3 import W3PerDocReader, W3Segment

from archive.search.whoosh_engine.layout import COLUMNS
from archive.search.whoosh_engine.postings import SegmentTerms
from archive.search.whoosh_engine.sections import Sections, SectionsWriter
from archive.search.whoosh_engine.stock import ArrayTermsReader
from archive.search.whoosh_engine.storage import open_mapped


class ArrayCodec(base.Codec):  # type: ignore[misc]  # Whoosh has no types
    """Reads segments of ours. They are written by :mod:`archive.search.whoosh_engine.segments` and ``merging``."""

    length_stats = False

    def per_document_reader(self, storage: Any, segment: Any) -> ArrayPerDocumentReader:
        """The columns of a segment."""
        return ArrayPerDocumentReader(storage, segment)

    def terms_reader(self, storage: Any, segment: Any) -> ArrayTermsReader:
        """The terms of a segment, for Whoosh's own queries."""
        return ArrayTermsReader(SegmentTerms.open(storage, segment))

    def new_segment(self, _: Any, index_name: str) -> ArraySegment:
        """A segment without documents."""
        return ArraySegment(self, index_name)


class ArraySegment(W3Segment):  # type: ignore[misc]  # Whoosh has no types
    """A segment of ours. ``pieces`` is the number of its pieces."""

    pieces = 0

    def should_assemble(self) -> bool:
        """Never in one file: arrays are read in place."""
        return False


class ColumnsWriter:
    """Writes the columns of a segment into one file, one after another."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._file = segment.create_file(storage, COLUMNS)
        self._places: dict[str, tuple[int, int]] = {}

    def write(self, name: str, column: Any, fill: Any, count: int) -> None:
        """Write a column for so many documents. ``fill`` is called with its writer."""
        first = self._file.tell()
        self._file.write(bytes(-first % 8))
        first = self._file.tell()
        writer = column.writer(self._file)
        fill(writer)
        writer.finish(count)
        self._places[name] = (first, self._file.tell() - first)

    def close(self) -> None:
        """Write where the columns are."""
        SectionsWriter(self._file).close(columns=self._places)
        self._file.close()


class ArrayPerDocumentReader(W3PerDocReader):  # type: ignore[misc]  # Whoosh has no types
    """The columns of a segment. It has no stored fields and keeps no lengths by field."""

    def __init__(self, storage: Any, segment: Any) -> None:
        super().__init__(storage, segment)
        self._file = open_mapped(storage, segment.make_filename(COLUMNS))
        directory = Sections(self._file.content, self._file.name).directory
        self._places: Mapping[str, tuple[int, int]] = directory["columns"]

    def supports_columns(self) -> bool:
        """Whether there are columns: always."""
        return True

    def has_column(self, name: str) -> bool:
        """Whether the segment has this column."""
        return name in self._places

    def list_columns(self) -> Iterator[str]:
        """The names of the columns."""
        return iter(self._places)

    def column_reader(self, name: str, column: Any) -> Any:
        """The reader of a column."""
        first, length = self._places[name]
        return column.reader(self._file, first, length, self._doccount)

    def stored_fields(self, _: int) -> dict[str, object]:
        """Nothing: what a hit shows is in columns."""
        return {}

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
