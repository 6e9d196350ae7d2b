"""The schema and the columns. Each archive document is two Whoosh documents: its text and its facts.

Columns are Whoosh columns: a type has a writer, a reader, and a default for documents without a value. In addition, a
writer can copy documents of another segment in bulk (``extend``), and a reader exposes its arrays.

The text is immutable; if facts change, only they are written again. The two share a serial number. Fields of the text
are ``word`` and its aliases ``form``, ``stem`` and ``bare_stem``; the other fields and the facets belong to the facts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, compress
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from whoosh import analysis, columns, fields, formats

from archive.search.matching.matches import member
from archive.search.request import CLAUSE_FACETS
from archive.search.whoosh_engine.layout import Array, CheckedArray, Sections, SectionsWriter
from archive.search.whoosh_engine.storage import MappedFile
from archive.text.analyzer import ANALYSIS_VERSION
from archive.text.vocabulary import IndexField

_COPIED = 1 << 22
"""Bytes that are copied at once from one segment to another."""


class _Reader(columns.ColumnReader):  # type: ignore[misc]  # Whoosh has no types
    def __init__(self, file: MappedFile, first: int, length: int, count: int) -> None:
        super().__init__(file, first, length, count)
        self.sections = Sections(file.content[first : first + length], file.name)


class NumberColumn(columns.Column):  # type: ignore[misc]  # Whoosh has no types
    """One number of a fixed type per document, 0 by default; with the sum and the maximum if ``is_summed``."""

    def __init__(self, dtype: str, *, is_summed: bool = False) -> None:
        self.dtype = dtype
        self._is_summed = is_summed
        self._default = 0

    def writer(self, file: Any) -> _NumberWriter:
        """Return a writer that appends to an open file."""
        return _NumberWriter(file, self.dtype, is_summed=self._is_summed)

    class Reader(_Reader):
        """``array`` holds the numbers of all documents; ``one`` reads a single one."""

        def __init__(self, file: Any, first: int, length: int, count: int) -> None:
            super().__init__(file, first, length, count)
            self._values = self.sections.lazy("values")

        @cached_property
        def array(self) -> Array:
            """The number of every document."""
            return self._values.all()

        @cached_property
        def sums(self) -> tuple[int, int]:
            """The sum and the maximum. Older segments do not store them."""
            if "sums" in self.sections.directory["arrays"]:
                total, most = self.sections.array("sums").tolist()
                return total, most
            return int(self.array.sum(dtype=np.int64)), int(self.array.max(initial=0))

        def sum_of(self, documents: NDArray[np.int64]) -> int:
            """Return the sum of the numbers of these documents."""
            return int(self._values.pick(documents).sum(dtype=np.int64))

        def one(self, document: int) -> int:
            """Return the number of a document."""
            return int(self._values.take(document, document + 1)[0])

        def __getitem__(self, document: int) -> int:
            return int(self.array[document])


class _NumberWriter:
    def __init__(self, file: Any, dtype: str, *, is_summed: bool) -> None:
        self._out = SectionsWriter(file)
        self._out.begin("values", dtype)
        self._dtype, self._is_summed = dtype, is_summed
        self._values: list[int] = []

    def add(self, document: int, value: int) -> None:
        """Add the value of a document; earlier documents without one get the default."""
        self._values.extend([0] * (document - len(self._values)))
        self._values.append(value)

    def extend(self, reader: Any, documents: NDArray[np.int64]) -> None:
        """Copy the values of these documents from another column."""
        self._values.extend(reader.array[documents].tolist())

    def finish(self, count: int) -> None:
        """Write the column for ``count`` documents."""
        self.add(count, 0)
        values = np.array(self._values[:count], self._dtype)
        self._out.write(values)
        if self._is_summed:
            self._out.add("sums", np.array([values.sum(dtype=np.int64), values.max(initial=0)], np.int64))
        self._out.close()


class ValuesColumn(columns.Column):  # type: ignore[misc]  # Whoosh has no types
    """One of a few byte strings per document, the empty one by default."""

    _default = b""

    def writer(self, file: Any) -> _ValuesWriter:
        """Return a writer that appends to an open file."""
        return _ValuesWriter(file)

    class Reader(_Reader):
        """``ordinals`` has the index of each document's value."""

        def __init__(self, file: Any, first: int, length: int, count: int) -> None:
            super().__init__(file, first, length, count)
            self.ordinals: Array = self.sections.array("ordinals")

        @property
        def values(self) -> list[bytes]:
            """Read the distinct byte strings; whoever needs them keeps them."""
            text = self.sections.array("values").tobytes()
            ends = self.sections.array("ends").tolist()
            return [text[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]

        def __getitem__(self, document: int) -> bytes:
            return self.values[int(self.ordinals[document])]


class _ValuesWriter:
    def __init__(self, file: Any) -> None:
        self._out = SectionsWriter(file)
        self._numbers: dict[bytes, int] = {}
        self._ordinals: list[int] = []

    def add(self, document: int, value: bytes) -> None:
        """Add the value of a document; earlier documents without one get the default."""
        if document > len(self._ordinals):
            self._ordinals.extend([self._number(b"")] * (document - len(self._ordinals)))
        self._ordinals.append(self._number(value))

    def extend(self, reader: Any, documents: NDArray[np.int64]) -> None:
        """Copy the values of these documents from another column."""
        ordinals, values = reader.ordinals[documents], reader.values
        numbers = np.zeros(len(values), np.int64)
        for ordinal in np.unique(ordinals).tolist():
            numbers[ordinal] = self._number(values[ordinal])
        self._ordinals.extend(numbers[ordinals].tolist())

    def _number(self, value: bytes) -> int:
        return self._numbers.setdefault(value, len(self._numbers))

    def finish(self, count: int) -> None:
        """Write the column for ``count`` documents."""
        if count > len(self._ordinals):
            self.add(count - 1, b"")
        values = list(self._numbers)
        self._out.add("values", np.frombuffer(b"".join(values), np.uint8))
        self._out.add("ends", np.cumsum([len(value) for value in values], dtype=np.uint32))
        self._out.add("ordinals", np.array(self._ordinals, np.min_scalar_type(max(len(values) - 1, 0))))
        self._out.close()


class BlobColumn(columns.Column):  # type: ignore[misc]  # Whoosh has no types
    """Bytes of any length per document, empty by default."""

    _default = b""

    def writer(self, file: Any) -> _BlobWriter:
        """Return a writer that appends to an open file."""
        return _BlobWriter(file)

    class Reader(_Reader):
        """Document ``d`` has the bytes of ``data`` from ``offsets[d]`` to before ``offsets[d + 1]``."""

        def __init__(self, file: Any, first: int, length: int, count: int) -> None:
            super().__init__(file, first, length, count)
            self._offsets = self.sections.lazy("offsets")
            self._bytes = self.sections.lazy("data")

        @cached_property
        def offsets(self) -> NDArray[np.uint64]:
            """The offset of the bytes of every document, and the end of the last."""
            return self._offsets.all()

        @property
        def data(self) -> NDArray[np.uint8]:
            """The bytes of all documents, in place."""
            return self._bytes.all()

        def __getitem__(self, document: int) -> memoryview:
            start, stop = self._offsets.take(document, document + 2).tolist()
            return self._bytes.take(start, stop).data

        def parts(self, documents: NDArray[np.int64]) -> Iterator[Array]:
            """Yield the bytes of these ascending documents one after another, in chunks of limited size."""
            if not len(documents):
                return
            breaks = np.flatnonzero(np.diff(documents) != 1) + 1
            firsts = documents[np.concatenate([[0], breaks])]
            lasts = documents[np.concatenate([breaks - 1, [len(documents) - 1]])]
            for start, stop in zip(self.offsets[firsts].tolist(), self.offsets[lasts + 1].tolist(), strict=True):
                for at in range(start, stop, _COPIED):
                    yield self._bytes.take(at, min(at + _COPIED, stop))


class _BlobWriter:
    def __init__(self, file: Any) -> None:
        self._out = SectionsWriter(file)
        self._out.begin("data", np.uint8)
        self._lengths: list[int] = []

    def add(self, document: int, value: bytes) -> None:
        """Add the value of a document; earlier documents without one get the default."""
        self._lengths.extend([0] * (document - len(self._lengths)))
        self._lengths.append(len(value))
        self._out.write(value)

    def extend(self, reader: Any, documents: NDArray[np.int64]) -> None:
        """Copy the values of these documents from another column."""
        lengths = np.diff(reader.offsets.astype(np.int64))[documents]
        self._lengths.extend(lengths.tolist())
        for part in reader.parts(documents):
            self._out.write(part)

    def finish(self, count: int) -> None:
        """Write the column for ``count`` documents."""
        self._lengths.extend([0] * (count - len(self._lengths)))
        self._out.add("offsets", np.concatenate([[0], np.cumsum(self._lengths, dtype=np.uint64)]).astype(np.uint64))
        self._add_more()
        self._out.close()

    def _add_more(self) -> None:
        """Write the additional data of the column."""


AFTER_ID, AFTER_PARTS = b"\x01", b"0"
"""Suffixes of an id for range ends: before every longer id with this prefix, and after all those that continue with a
slash."""


_FEW_RANGES = 8
"""Most ranges of ids that are searched one by one: numpy takes nine times as long for one, and as long for ten."""


def prints(ids: Iterable[bytes]) -> NDArray[np.uint32]:
    """Return a print of each id: of what is before its first slash, so that all entries of a document have the same."""
    return np.fromiter((crc32(id_.partition(b"/")[0]) for id_ in ids), np.uint32)


class IdColumn(BlobColumn):
    """The id of each document, the documents of the segment in the order of their ids, and all prints of these."""

    def writer(self, file: Any) -> _IdWriter:
        """Return a writer that appends to an open file."""
        return _IdWriter(file)

    class Reader(BlobColumn.Reader):
        """Documents are found by binary search of their ids."""

        def __init__(self, file: Any, first: int, length: int, count: int) -> None:
            super().__init__(file, first, length, count)
            self._count = count
            self._is_ordered = "order" in self.sections.directory["arrays"]

        @cached_property
        def _width(self) -> int:
            """The common length of ids; 0 if they differ."""
            lengths = np.diff(self.offsets)
            return int(lengths[0]) if len(lengths) and (lengths == lengths[0]).all() else 0

        @cached_property
        def _order(self) -> CheckedArray:
            """The documents sorted by id. Older segments do not store it."""
            if self._is_ordered:
                return self.sections.lazy("order")
            return CheckedArray.of(_order(self.ids(np.arange(self._count))))

        @cached_property
        def _prints(self) -> NDArray[np.uint32] | None:
            """The prints of all ids, ascending, each once. Older segments do not have them."""
            return self.sections.array("prints") if "prints" in self.sections.directory["arrays"] else None

        def of_each(self, ids: Sequence[bytes], their_prints: NDArray[np.uint32], after: bytes) -> Iterator[int]:
            """Yield the documents whose ids are one of these, or come before it with ``after`` behind it. Only those
            are searched for of which the prints say that they may be here."""
            if self._prints is not None:
                ids = list(compress(ids, member(their_prints, self._prints).tolist()))
            return chain.from_iterable(self.between_each([(id_, id_ + after) for id_ in ids]) if ids else ())

        @cached_property
        def ranks(self) -> NDArray[np.uint32]:
            """The rank of every document by id."""
            ranks = np.empty(self._count, np.uint32)
            ranks[self._order.all()] = np.arange(self._count, dtype=np.uint32)
            return ranks

        def between_each(self, ranges: Sequence[tuple[bytes, bytes]]) -> list[list[int]]:
            """Return the documents with ids in each of these exclusive ranges."""
            firsts = [first for first, _ in ranges]
            if len(firsts) <= _FEW_RANGES:
                places = [bisect_left(range(self._count), first, key=self._id_at) for first in firsts]
            else:
                places = self._places(np.array(firsts, np.bytes_))
            return [self._from(place, end) for place, (_, end) in zip(places, ranges, strict=True)]

        def _places(self, wanted: NDArray[np.bytes_]) -> list[int]:
            """Return the rank of each of these ids, searched for simultaneously."""
            low, high = np.zeros(len(wanted), np.int64), np.full(len(wanted), self._count, np.int64)
            while (is_open := low < high).any():
                middle = (low + high) // 2
                is_less = np.zeros(len(wanted), bool)
                is_less[is_open] = self._ids_at(middle[is_open]) < wanted[is_open]
                low = np.where(is_open & is_less, middle + 1, low)
                high = np.where(is_open & ~is_less, middle, high)
            places: list[int] = low.tolist()
            return places

        def _from(self, place: int, end: bytes) -> list[int]:
            found: list[int] = []
            while place < self._count and self._id_at(place) < end:
                found.append(self._document_at(place))
                place += 1
            return found

        def _document_at(self, place: int) -> int:
            return int(self._order.take(place, place + 1)[0])

        def _id_at(self, place: int) -> bytes:
            return bytes(self[self._document_at(place)])

        def _ids_at(self, places: NDArray[np.int64]) -> NDArray[np.bytes_]:
            """Return the ids of the documents at these places in the order of ids."""
            return self._some_ids(self._order.pick(places).astype(np.int64))

        def _some_ids(self, documents: NDArray[np.int64]) -> NDArray[np.bytes_]:
            """Return the ids of these documents, at least one, and check no others."""
            starts, stops = (self._offsets.pick(documents + step).astype(np.int64) for step in (0, 1))
            lengths = stops - starts
            width = int(lengths[0])
            if (lengths != width).any():
                return np.array([bytes(self[document]) for document in documents.tolist()], np.bytes_)
            return self._bytes.together(starts, stops).view(f"S{width}")

        def ids(self, documents: NDArray[np.int64]) -> NDArray[np.bytes_]:
            """Return the ids of these documents."""
            if 0 < len(documents) < self._count // 8:
                return self._some_ids(documents)
            if self._width:
                rows: NDArray[np.bytes_] = self.data.reshape(-1, self._width)[documents].view(f"S{self._width}")
                return rows.reshape(-1)
            found = [self[document].tobytes() for document in documents.tolist()]
            return np.array(found, np.bytes_) if found else np.empty(0, "S1")


class _IdWriter(_BlobWriter):
    def __init__(self, file: Any) -> None:
        super().__init__(file)
        self._ids: list[bytes] = []

    def add(self, document: int, value: bytes) -> None:
        """Add the id of a document; every document has one."""
        super().add(document, value)
        self._ids.append(value)

    def extend(self, reader: Any, documents: NDArray[np.int64]) -> None:
        """Copy the ids of these documents from another column."""
        super().extend(reader, documents)
        self._ids.extend(reader.ids(documents).tolist())

    def _add_more(self) -> None:
        self._out.add("order", _order(np.array(self._ids, np.bytes_)))
        self._out.add("prints", np.unique(prints(self._ids)))


def _order(ids: NDArray[np.bytes_]) -> NDArray[np.uint32]:
    return np.argsort(ids, kind="stable").astype(np.uint32)


INDEX_NAME = "MAIN"
INDEX_VERSION = f"10.{ANALYSIS_VERSION}"
"""Version of layout and terms. An index of another version must be rebuilt."""

OLDER_VERSIONS = (f"7.{ANALYSIS_VERSION}", f"9.{ANALYSIS_VERSION}")
"""Older versions that are readable, and rebuilt when something is added: they have vendors by name."""

SEPARATOR = "\x1f"
"""Separator of the values of a facet."""

COLUMNS: dict[str, Any] = {
    "serial": NumberColumn("<u8", is_summed=True),
    "id": IdColumn(),
    # columns of the text
    "reading": NumberColumn("<u4"),
    "word_count": NumberColumn("<u4"),
    "joined": BlobColumn(),
    "page_starts": BlobColumn(),
    "words": BlobColumn(),
    "amounts": BlobColumn(),
    # columns of the facts
    "revision": NumberColumn("<u4", is_summed=True),
    "date": NumberColumn("<i4"),
    "title": BlobColumn(),
    "shown": BlobColumn(),
    **{facet: ValuesColumn() for facet in CLAUSE_FACETS},
}
"""The columns, in their order in a segment. ``reading`` is 0 in facts and ``revision`` 0 in texts."""


class TermsField(fields.FieldType):  # type: ignore[misc]  # Whoosh has no types
    """A field whose terms come from our own analyzer.

    Whoosh's own query parser can be used on it, and takes a lower-cased word as the term.
    """

    def __init__(self, column: Any | None) -> None:
        """:param column: the column of the same name, if there is one."""
        words = analysis.SpaceSeparatedTokenizer() | analysis.LowercaseFilter()
        super().__init__(format=formats.Positions(), analyzer=words)
        self.column_type = column


SCHEMA = fields.Schema(
    **{name: fields.COLUMN(column) for name, column in COLUMNS.items() if name not in set(IndexField)},
    **{field.value: TermsField(COLUMNS.get(field)) for field in IndexField},
)
