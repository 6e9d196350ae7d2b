"""A parsed query: its meaning, the words it was typed in, the fields it names, and notes about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from archive.search.query import Fuzzy, Pattern, Query
from archive.text.vocabulary import Term


class QueryField(StrEnum):
    """Something known about documents that ``name:value`` asks for."""

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
    "zbirka": QueryField.COLLECTION,
    "praceno": QueryField.WATCH,
}

FIELD_NAMES = {field.value: field for field in QueryField} | _SERBIAN
"""Folded name to field. The numbers of a firm (PIB and matični broj) are one field."""


class QueryNoteKind(StrEnum):
    """The subject of a note, so that a page can link to help."""

    IGNORED = "ignored"
    """Part of the query has no meaning and was left out."""
    AS_TEXT = "as_text"
    """Something that looks like an operator, a field or a wildcard was searched for as a word."""
    PLAIN_WORDS = "plain_words"
    """The whole query could not be understood and was searched for word by word."""
    READ_AS = "read_as"
    """Part of the query was taken in a sense that the reader should know of."""
    LOOK_ALIKES = "look_alikes"
    """Words that OCR may have made of the typed ones were searched for, too."""


@dataclass(frozen=True, slots=True)
class QueryNote:
    """A sentence about how the query was understood."""

    kind: QueryNoteKind
    text: str


class WordKind(StrEnum):
    """How a word is matched."""

    PLAIN = "plain"
    """In any form."""
    EXACT = "exact"
    """As typed, script, case and diacritics aside: quoted, or in an exact search."""
    PHRASE = "phrase"
    """Several words in quotation marks."""
    NUMBER = "number"
    """Groups of digits that make one number."""
    WILDCARD = "wildcard"
    FUZZY = "fuzzy"


@dataclass(frozen=True, slots=True)
class TypedWord:
    """A word or phrase of the query that is looked for on pages.

    ``text`` has no punctuation around it. Any of ``leaves`` will do; a phrase has none. ``look_alike`` asks for words
    that OCR may have made of it. Words behind NOT are ``excluded``.
    """

    text: str
    kind: WordKind
    leaves: tuple[Term | Pattern | Fuzzy, ...]
    look_alike: Term | None = None
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A value that a field was asked for. ``typed`` includes quotation marks and the field's name."""

    field: QueryField
    text: str
    typed: str


@dataclass(frozen=True, slots=True)
class Factor:
    """One of the parts that a document must have all of, or, behind NOT, must not have. ``text`` is it as typed."""

    text: str
    query: Query


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """``query`` is None when nothing was asked for. ``words`` are those looked for on pages, ``values`` what fields
    were asked for, but for ``unknown``, ``factors`` the different parts of the whole; all in typed order."""

    query: Query | None
    remarks: tuple[QueryNote, ...] = ()
    words: tuple[TypedWord, ...] = ()
    values: tuple[FieldValue, ...] = ()
    factors: tuple[Factor, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """The remarks as sentences."""
        return tuple(remark.text for remark in self.remarks)
