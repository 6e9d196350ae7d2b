"""What the Whoosh index holds for each archive document: two Whoosh documents, its text and its facts.

They are Whoosh columns: a type has a writer, a reader, and a default for documents without a value. Beyond that a
writer takes over documents of another segment at once (``extend``), and a reader shows its arrays.

The text never changes; facts do, and then only they are written anew. The two share a serial number. Fields of the text
are ``word`` and its aliases ``form``, ``stem`` and ``bare_stem``; the other fields and the facets belong to the facts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import analysis, columns, fields, formats

from archive.search.request import CLAUSE_FACETS
from archive.search.whoosh_engine.layout import Array, Sections, SectionsWriter
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
    """One number of a fixed type for each document, 0 by default."""

    def __init__(self, dtype: str) -> None:
        self.dtype = dtype
        self._default = 0

    def writer(self, file: Any) -> _NumberWriter:
        """A writer to the end of an open file."""
        return _NumberWriter(file, self.dtype)

    class Reader(_Reader):
        """``array`` holds the number of every document."""

        def __init__(self, file: Any, first: int, length: int, count: int) -> None:
            super().__init__(file, first, length, count)
            self.array: Array = self.sections.array("values")

        def __getitem__(self, document: int) -> int:
            return int(self.array[document])


class _NumberWriter:
    def __init__(self, file: Any, dtype: str) -> None:
        self._out = SectionsWriter(file)
        self._out.begin("values", dtype)
        self._dtype = dtype
        self._values: list[int] = []

    def add(self, document: int, value: int) -> None:
        """The value of a document; those before it that got none have the default."""
        self._values.extend([0] * (document - len(self._values)))
        self._values.append(value)

    def extend(self, reader: Any, documents: NDArray[np.int64]) -> None:
        """The values of these documents of another column."""
        self._values.extend(reader.array[documents].tolist())

    def finish(self, count: int) -> None:
        """Write the column for so many documents."""
        self.add(count, 0)
        self._out.write(np.array(self._values[:count], self._dtype))
        self._out.close()


class ValuesColumn(columns.Column):  # type: ignore[misc]  # Whoosh has no types
    """One of a few byte strings for each document, the empty one by default."""

    _default = b""

    def writer(self, file: Any) -> _ValuesWriter:
        """A writer to the end of an open file."""
        return _ValuesWriter(file)

    class Reader(_Reader):
        """``values`` are the different byte strings, and ``ordinals`` holds for every document which it has."""

        def __init__(self, file: Any, first: int, length: int, count: int) -> None:
            super().__init__(file, first, length, count)
            self.ordinals: Array = self.sections.array("ordinals")
            text = self.sections.array("values").tobytes()
            ends = self.sections.array("ends").tolist()
            self.values = [text[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]

        def __getitem__(self, document: int) -> bytes:
            return self.values[int(self.ordinals[document])]


class _ValuesWriter:
    def __init__(self, file: Any) -> None:
        self._out = SectionsWriter(file)
        self._numbers: dict[bytes, int] = {}
        self._ordinals: list[int] = []

    def add(self, document: int, value: bytes) -> None:
        """The value of a document; those before it that got none have the default."""
        if document > len(self._ordinals):
            self._ordinals.extend([self._number(b"")] * (document - len(self._ordinals)))
        self._ordinals.append(self._number(value))

    def extend(self, reader: Any, documents: NDArray[np.int64]) -> None:
        """The values of these documents of another column."""
        ordinals = reader.ordinals[documents]
        numbers = np.zeros(len(reader.values), np.int64)
        for ordinal in np.unique(ordinals).tolist():
            numbers[ordinal] = self._number(reader.values[ordinal])
        self._ordinals.extend(numbers[ordinals].tolist())

    def _number(self, value: bytes) -> int:
        return self._numbers.setdefault(value, len(self._numbers))

    def finish(self, count: int) -> None:
        """Write the column for so many documents."""
        if count > len(self._ordinals):
            self.add(count - 1, b"")
        values = list(self._numbers)
        self._out.add("values", np.frombuffer(b"".join(values), np.uint8))
        self._out.add("ends", np.cumsum([len(value) for value in values], dtype=np.uint32))
        self._out.add("ordinals", np.array(self._ordinals, np.min_scalar_type(max(len(values) - 1, 0))))
        self._out.close()


class BlobColumn(columns.Column):  # type: ignore[misc]  # Whoosh has no types
    """Bytes of any length and number for each document, none by default."""

    _default = b""

    def writer(self, file: Any) -> _BlobWriter:
        """A writer to the end of an open file."""
        return _BlobWriter(file)

    class Reader(_Reader):
        """Document ``d`` has the bytes of ``data`` from ``offsets[d]`` to before ``offsets[d + 1]``."""

        def __init__(self, file: Any, first: int, length: int, count: int) -> None:
            super().__init__(file, first, length, count)
            self.offsets: NDArray[np.uint64] = self.sections.array("offsets")
            self._bytes = self.sections.lazy("data")

        @property
        def data(self) -> NDArray[np.uint8]:
            """The bytes of all documents, in place."""
            return self._bytes.all()

        def __getitem__(self, document: int) -> memoryview:
            start, stop = self.offsets[document : document + 2].tolist()
            return self._bytes.take(start, stop).data

        def parts(self, documents: NDArray[np.int64]) -> Iterator[Array]:
            """The bytes of these ascending documents one after another, in pieces of moderate size."""
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
        """The value of a document; those before it that got none have the default."""
        self._lengths.extend([0] * (document - len(self._lengths)))
        self._lengths.append(len(value))
        self._out.write(value)

    def extend(self, reader: Any, documents: NDArray[np.int64]) -> None:
        """The values of these documents of another column."""
        lengths = np.diff(reader.offsets.astype(np.int64))[documents]
        self._lengths.extend(lengths.tolist())
        for part in reader.parts(documents):
            self._out.write(part)

    def finish(self, count: int) -> None:
        """Write the column for so many documents."""
        self._lengths.extend([0] * (count - len(self._lengths)))
        self._out.add("offsets", np.concatenate([[0], np.cumsum(self._lengths, dtype=np.uint64)]).astype(np.uint64))
        self._add_more()
        self._out.close()

    def _add_more(self) -> None:
        """Write what the column has besides."""


class IdColumn(BlobColumn):
    """The id of each document, and its place among all of the segment by that."""

    def writer(self, file: Any) -> _IdWriter:
        """A writer to the end of an open file."""
        return _IdWriter(file)

    class Reader(BlobColumn.Reader):
        """``ranks`` holds the place of every document."""

        def __init__(self, file: Any, first: int, length: int, count: int) -> None:
            super().__init__(file, first, length, count)
            lengths = np.diff(self.offsets)
            self._width = int(lengths[0]) if len(lengths) and (lengths == lengths[0]).all() else 0
            has_ranks = "ranks" in self.sections.directory["arrays"]
            self.ranks = self.sections.array("ranks") if has_ranks else _ranks(self.ids(np.arange(count)))

        def ids(self, documents: NDArray[np.int64]) -> NDArray[np.bytes_]:
            """The ids of these documents."""
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
        """The id of a document; every document has one."""
        super().add(document, value)
        self._ids.append(value)

    def extend(self, reader: Any, documents: NDArray[np.int64]) -> None:
        """The ids of these documents of another column."""
        super().extend(reader, documents)
        self._ids.extend(reader.ids(documents).tolist())

    def _add_more(self) -> None:
        self._out.add("ranks", _ranks(np.array(self._ids, np.bytes_)))


def _ranks(ids: NDArray[np.bytes_]) -> NDArray[np.uint32]:
    ranks = np.empty(len(ids), np.uint32)
    ranks[np.argsort(ids, kind="stable")] = np.arange(len(ids), dtype=np.uint32)
    return ranks


INDEX_NAME = "MAIN"
INDEX_VERSION = f"9.{ANALYSIS_VERSION}"
"""An index of another version is not read but rebuilt: its layout or its terms differ from ours."""

OLDER_VERSIONS = (f"7.{ANALYSIS_VERSION}",)
"""What is read all the same: it has no ranks and no stretch of words that is not compressed. The first commit to such
an index makes it one of ours, which the programs of before do not read."""

SEPARATOR = "\x1f"
"""Between the values of a facet of which a document has several."""

COLUMNS: dict[str, Any] = {
    "serial": NumberColumn("<u8"),
    "id": IdColumn(),
    # of the text
    "reading": NumberColumn("<u4"),
    "word_count": NumberColumn("<u4"),
    "joined": BlobColumn(),
    "page_starts": BlobColumn(),
    "words": BlobColumn(),
    "amounts": BlobColumn(),
    # of the facts
    "revision": NumberColumn("<u4"),
    "date": NumberColumn("<i4"),
    "title": BlobColumn(),
    "shown": BlobColumn(),
    **{facet: ValuesColumn() for facet in CLAUSE_FACETS},
}
"""The columns, in the order in which a segment has them. ``reading`` is 0 in facts and ``revision`` 0 in texts."""


class TermsField(fields.FieldType):  # type: ignore[misc]  # Whoosh has no types
    """A field whose terms are made before they come here: analysis is ours.

    Whoosh's own query parser can be asked for it all the same, and takes a word for the term it is in small letters.
    """

    def __init__(self, column: Any | None) -> None:
        """:param column: of the same name, where there is one."""
        words = analysis.SpaceSeparatedTokenizer() | analysis.LowercaseFilter()
        super().__init__(format=formats.Positions(), analyzer=words)
        self.column_type = column


SCHEMA = fields.Schema(
    **{name: fields.COLUMN(column) for name, column in COLUMNS.items() if name not in set(IndexField)},
    **{field.value: TermsField(COLUMNS.get(field)) for field in IndexField},
)
