"""The codec and the table of contents (TOC): how Whoosh reads these segments, and which segments an index has.

Table of contents, lock, segments and schema are Whoosh's. Terms, postings and columns are arrays
(:mod:`archive.search.whoosh_engine.layout`).

The table is a pickle, and unpickling an untrusted file can run code. So only segment classes are loaded
(:meth:`archive.search.whoosh_engine.storage.MappedFile.read_pickle`), and segments are built again from validated
fields, because their names become file names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from whoosh.codec import base
from whoosh.codec.whoosh3 import W3PerDocReader, W3Segment
from whoosh.index import TOC

from archive.search.whoosh_engine.layout import COLUMNS, FILES, Sections, SectionsWriter
from archive.search.whoosh_engine.postings import SegmentTerms
from archive.search.whoosh_engine.schema import INDEX_NAME, SCHEMA
from archive.search.whoosh_engine.standard_whoosh_reader import ArrayTermsReader
from archive.search.whoosh_engine.storage import damaged, open_mapped


class ArrayCodec(base.Codec):  # type: ignore[misc]  # Whoosh has no types
    """Reads array segments. They are written by ``segment_writer`` and ``merging``."""

    length_stats = False

    def per_document_reader(self, storage: Any, segment: Any) -> ArrayPerDocumentReader:
        """Return the columns of a segment."""
        return ArrayPerDocumentReader(storage, segment)

    def terms_reader(self, storage: Any, segment: Any) -> ArrayTermsReader:
        """Return the terms of a segment, for Whoosh's own queries."""
        return ArrayTermsReader(SegmentTerms.open(storage, segment))

    def new_segment(self, _: Any, index_name: str) -> ArraySegment:
        """Return an empty segment."""
        return ArraySegment(self, index_name)


class SegmentTotals(NamedTuple):
    """Of all documents of a segment the largest serial number and their words, one more for each document. Of those
    that were not deleted the sum of their revisions, their words and their pieces. And the sizes of its files."""

    serial: int
    words: int
    revisions: int
    live_words: int
    live_pieces: int
    sizes: tuple[int, ...]

    @property
    def is_wasteful(self) -> bool:
        """Whether half of the words are of deleted documents."""
        return 2 * self.live_words <= self.words

    @classmethod
    def told(cls, value: Any) -> SegmentTotals | None:
        """Return what a table of contents tells; None where that is nothing that this program counts.

        :raises ValueError: it makes no sense.
        """
        if type(value) is not tuple or len(value) != len(cls._fields):
            return None
        totals = cls(*value)
        if type(totals.sizes) is not tuple or len(totals.sizes) != len(FILES):
            return None
        if not all(type(number) is int and 0 <= number < 1 << 63 for number in (*totals[:-1], *totals.sizes)):
            raise ValueError("a count of a segment is not a number")
        return totals


class ArraySegment(W3Segment):  # type: ignore[misc]  # Whoosh has no types
    """A segment of ours. ``pieces`` is the number of its pieces, ``totals`` what is counted of it, if it is."""

    pieces = 0
    totals: SegmentTotals | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Return what a table of contents tells of it: plain values, and itself."""
        return vars(self) | {"totals": self.totals and tuple(self.totals)}

    def should_assemble(self) -> bool:
        """Return false: segments are not assembled in one file, because arrays are read in place."""
        return False


class ColumnsWriter:
    """Writes the columns of a segment into one file, one after another."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._file = segment.create_file(storage, COLUMNS)
        self._places: dict[str, tuple[int, int]] = {}

    def write(self, name: str, column: Any, fill: Any, count: int) -> None:
        """Write a column for ``count`` documents. ``fill`` is called with its writer."""
        first = self._file.tell()
        self._file.write(bytes(-first % 8))
        first = self._file.tell()
        writer = column.writer(self._file)
        fill(writer)
        writer.finish(count)
        self._places[name] = (first, self._file.tell() - first)

    def close(self) -> None:
        """Write the directory of the columns."""
        SectionsWriter(self._file).close(columns=self._places)
        self._file.close()


class ArrayPerDocumentReader(W3PerDocReader):  # type: ignore[misc]  # Whoosh has no types
    """The columns of a segment. It has no stored fields and no field lengths."""

    def __init__(self, storage: Any, segment: Any) -> None:
        super().__init__(storage, segment)
        self._file = open_mapped(storage, segment.make_filename(COLUMNS))
        directory = Sections(self._file.content, self._file.name).directory
        self._places: Mapping[str, tuple[int, int]] = directory["columns"]

    def supports_columns(self) -> bool:
        """Return true: segments have columns."""
        return True

    def has_column(self, name: str) -> bool:
        """Return whether the segment has this column."""
        return name in self._places

    def list_columns(self) -> Iterator[str]:
        """Return the names of the columns."""
        return iter(self._places)

    def column_reader(self, name: str, column: Any) -> Any:
        """Return the reader of a column."""
        first, length = self._places[name]
        return column.reader(self._file, first, length, self._doccount)

    def stored_fields(self, _: int) -> dict[str, object]:
        """Return nothing: hits are read from columns."""
        return {}

    def close(self) -> None:
        """Release the file."""
        self._file.close()


_SEGMENT_ID = re.compile("[0-9a-z]{1,64}")


def read_contents(storage: Any) -> TOC:
    """Return the newest table of contents in a folder.

    :raises whoosh.index.EmptyIndexError: there is none.
    :raises FileNotFoundError: a commit has just replaced it.
    :raises IndexDamaged: its checksum differs, or its content is invalid.
    """
    toc = TOC.read(storage, INDEX_NAME, schema=SCHEMA)
    toc.segments = _checked(toc.segments, TOC._filename(INDEX_NAME, toc.generation))
    return toc


def _checked(told: Any, name: str) -> list[ArraySegment]:
    if type(told) is not list:
        raise damaged(name)
    return [_segment(each, name) for each in told]


def _segment(told: Any, name: str) -> ArraySegment:
    if type(told) is not ArraySegment:
        raise damaged(name)
    fields = vars(told)
    count, deleted, pieces = fields.get("_doccount"), fields.get("_deleted"), fields.get("pieces", 0)
    id_ = fields.get("segid")
    gone: Any = () if deleted is None else deleted if type(deleted) is set else (None,)
    numbers: tuple[Any, ...] = (count, pieces, *gone)
    if not (
        fields.get("indexname") == INDEX_NAME
        and type(id_) is str
        and _SEGMENT_ID.fullmatch(id_)
        and set(map(type, numbers)) == {int}
        and min(numbers) >= 0
        and max(gone, default=-1) < numbers[0]
    ):
        raise damaged(name)
    segment = ArraySegment(ArrayCodec(), INDEX_NAME, count, id_, deleted)
    segment.pieces = pieces
    try:
        segment.totals = SegmentTotals.told(fields.get("totals"))
    except ValueError as error:
        raise damaged(name) from error
    return segment
