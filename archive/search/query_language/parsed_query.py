"""A parsed query: its tree, typed words, field values, and notes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from archive.search.query import Fuzzy, Pattern, Query
from archive.text.vocabulary import Term


class QueryField(StrEnum):
    """Fields of facts about documents, for ``name:value``."""

    TITLE = "title"
    VENDOR = "vendor"
    PIB = "pib"
    REFERENCE = "reference"
    KIND = "kind"
    YEAR = "year"
    DATE = "date"
    AMOUNT = "amount"
    LANGUAGE = "language"
    QUALITY = "quality"
    MUNICIPALITY = "municipality"
    COLLECTION = "collection"
    WATCH = "watch"


_SERBIAN = {
    "naslov": QueryField.TITLE,
    "dobavljac": QueryField.VENDOR,
    "mb": QueryField.PIB,
    "broj": QueryField.REFERENCE,
    "vrsta": QueryField.KIND,
    "godina": QueryField.YEAR,
    "datum": QueryField.DATE,
    "iznos": QueryField.AMOUNT,
    "jezik": QueryField.LANGUAGE,
    "kvalitet": QueryField.QUALITY,
    "opstina": QueryField.MUNICIPALITY,
    "opcina": QueryField.MUNICIPALITY,
    "grad": QueryField.MUNICIPALITY,
    "zbirka": QueryField.COLLECTION,
    "praceno": QueryField.WATCH,
}

FIELD_NAMES = {field.value: field for field in QueryField} | _SERBIAN
"""Fields by folded name. The numbers of a firm (PIB and matični broj) are one field."""


class QueryNoteKind(StrEnum):
    """The subject of a note, from which a page links to help."""

    IGNORED = "ignored"
    """Part of the query is meaningless and was ignored."""
    AS_TEXT = "as_text"
    """An apparent operator, field or wildcard was searched for as a word."""
    PLAIN_WORDS = "plain_words"
    """The whole query could not be parsed and was searched for word by word."""
    READ_AS = "read_as"
    """Part of the query was interpreted in a way that the reader should know."""
    LOOK_ALIKES = "look_alikes"
    """Words that OCR may have misread from the typed ones were searched for, too."""


@dataclass(frozen=True, slots=True)
class QueryNote:
    """A note on how the query was interpreted."""

    kind: QueryNoteKind
    text: str


class WordKind(StrEnum):
    """How a word is matched."""

    PLAIN = "plain"
    """In any form."""
    EXACT = "exact"
    """As typed, ignoring script, case and diacritics: quoted, or in an exact search."""
    PHRASE = "phrase"
    """Several words in quotation marks."""
    NUMBER = "number"
    """Groups of digits that are one number."""
    WILDCARD = "wildcard"
    FUZZY = "fuzzy"


@dataclass(frozen=True, slots=True)
class TypedWord:
    """A word or phrase of the query that is searched for on pages.

    ``text`` is without surrounding punctuation. ``leaves`` are alternatives; a phrase has none. ``look_alike`` is the
    query for OCR misreadings of it. Words after NOT are ``excluded``.
    """

    text: str
    kind: WordKind
    leaves: tuple[Term | Pattern | Fuzzy, ...]
    look_alike: Term | None = None
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A value of a field in the query. ``typed`` includes quotation marks and the field's name."""

    field: QueryField
    text: str
    typed: str


@dataclass(frozen=True, slots=True)
class Factor:
    """A part of the query that a document must match or, after NOT, must not. ``text`` is the part as typed."""

    text: str
    query: Query


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """``query`` is None for an empty query. ``words`` are searched for on pages, ``values`` are field values except
    ``unknown``, ``factors`` are the distinct top-level parts; all in typed order."""

    query: Query | None
    remarks: tuple[QueryNote, ...] = ()
    words: tuple[TypedWord, ...] = ()
    values: tuple[FieldValue, ...] = ()
    factors: tuple[Factor, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """The remarks as sentences."""
        return tuple(remark.text for remark in self.remarks)
