"""What the Whoosh index holds for each document: two fields of terms with positions, and two columns.

The record is kept in memory for every document; the words of joined words are read where a question needs them.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from whoosh import fields, formats

from archive.search.engine import IndexEntry
from archive.search.query import Field
from archive.search.request import FACETS, UNKNOWN
from archive.text.analyzer import ANALYSIS_VERSION
from archive.text.folding import fold

RECORD = "record"
JOINED = "joined"
INDEX_VERSION = f"2.{ANALYSIS_VERSION}"
"""An index of another version is not read but rebuilt: its layout or its terms differ from ours."""


class PositionsField(fields.FieldType):  # type: ignore[misc]  # Whoosh has no types
    """A field whose value is a ready map of terms to positions: analysis is ours and happened before.

    Lengths are not kept per field, because the record has the document's true number of words.
    """

    def __init__(self) -> None:
        super().__init__(format=formats.Positions(), analyzer=None)

    def index(self, value: Mapping[str, tuple[int, ...]], **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """What Whoosh stores for each term: its bytes, frequency, weight and encoded positions."""
        for term, positions in value.items():
            yield term.encode(), len(positions), float(len(positions)), self.format.encode(positions)


SCHEMA = fields.Schema(
    **{Field.STEM.value: PositionsField(), Field.FORM.value: PositionsField()},
    **{RECORD: fields.COLUMN(), JOINED: fields.COLUMN()},
)


def pack_joined(joined: Iterable[tuple[int, int]]) -> bytes:
    """The column value of joined words: first and last word of each in turn, as little-endian 32-bit numbers."""
    return _little_endian(array("I", chain.from_iterable(joined))).tobytes()


def unpack_joined(value: bytes) -> array[int]:
    """What :func:`pack_joined` packed, flat."""
    return _little_endian(array("I", value))


def _little_endian(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of an indexed document besides its terms.

    ``title`` is folded, for sorting across scripts. ``facets`` holds the values of each facet in the order of
    :data:`FACETS`; a document without a value carries :data:`UNKNOWN`.
    """

    id: str
    revision: int
    reading: int
    word_count: int
    date: str | None
    title: str
    facets: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, entry: IndexEntry) -> Record:
        """The record of an entry."""
        values = tuple(tuple(dict.fromkeys(entry.facets.get(facet, ()))) or (UNKNOWN,) for facet in FACETS)
        return cls(entry.id, entry.revision, entry.reading, entry.word_count, entry.date, fold(entry.title), values)

    def to_bytes(self) -> bytes:
        """The column value."""
        parts = [self.id, self.revision, self.reading, self.word_count, self.date, self.title, self.facets]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, value: bytes) -> Record:
        """The record that :meth:`to_bytes` wrote."""
        id_, revision, reading, word_count, date, title, facets = json.loads(value)
        return cls(id_, revision, reading, word_count, date, title, tuple(tuple(values) for values in facets))
