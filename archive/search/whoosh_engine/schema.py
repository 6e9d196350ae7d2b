"""What the Whoosh index holds for each archive document: two Whoosh documents, its text and its facts.

The text never changes; facts do, and then only they are written anew. The two share a serial number. Fields of the text
are ``word`` and its aliases ``form``, ``stem`` and ``bare_stem``; the other fields and the facets belong to the facts.
"""

from __future__ import annotations

from typing import Any

from whoosh import analysis, fields, formats

from archive.search.query import Field
from archive.search.request import CLAUSE_FACETS
from archive.search.whoosh_engine.columns import BlobColumn, NumberColumn, ValuesColumn
from archive.text.analyzer import ANALYSIS_VERSION

INDEX_NAME = "MAIN"
INDEX_VERSION = f"7.{ANALYSIS_VERSION}"
"""An index of another version is not read but rebuilt: its layout or its terms differ from ours."""

SEPARATOR = "\x1f"
"""Between the values of a facet of which a document has several."""

COLUMNS: dict[str, Any] = {
    "serial": NumberColumn("<u8"),
    "id": BlobColumn(),
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
    **{name: fields.COLUMN(column) for name, column in COLUMNS.items() if name not in set(Field)},
    **{field.value: TermsField(COLUMNS.get(field)) for field in Field},
)
