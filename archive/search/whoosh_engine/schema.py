"""What the Whoosh index holds for each document: two fields of terms with positions, and one column with the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from whoosh import fields, formats

from archive.search.engine import IndexEntry
from archive.search.query import Field
from archive.search.request import FACETS, UNKNOWN
from archive.text.analyzer import ANALYSIS_VERSION
from archive.text.folding import fold

RECORD = "record"
INDEX_VERSION = f"1.{ANALYSIS_VERSION}"
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
    **{Field.STEM.value: PositionsField(), Field.FORM.value: PositionsField(), RECORD: fields.COLUMN()}
)


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of an indexed document besides its terms.

    ``title`` is folded, for sorting across scripts. ``facets`` holds the values of each facet in the order of
    :data:`FACETS`; a document without a value carries :data:`UNKNOWN`.
    """

    id: str
    revision: int
    word_count: int
    date: str | None
    title: str
    facets: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, entry: IndexEntry) -> Record:
        """The record of an entry."""
        values = tuple(tuple(dict.fromkeys(entry.facets.get(facet, ()))) or (UNKNOWN,) for facet in FACETS)
        return cls(entry.id, entry.revision, entry.word_count, entry.date, fold(entry.title), values)

    def to_bytes(self) -> bytes:
        """The column value."""
        parts = [self.id, self.revision, self.word_count, self.date, self.title, self.facets]
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, value: bytes) -> Record:
        """The record that :meth:`to_bytes` wrote."""
        id_, revision, word_count, date, title, facets = json.loads(value)
        return cls(id_, revision, word_count, date, title, tuple(tuple(values) for values in facets))
