"""What the words of documents and of queries are looked up by: terms, each of one field."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """What terms can be looked for in.

    The first five are of the words on the pages. Only ``WORD`` is stored by an engine with positions; a term of the
    other four stands for all the words that have it as an alias (:mod:`archive.text.vocabulary`). The rest are of
    what is known about the document, and match no word on a page.
    """

    WORD = "word"
    """The word as written, in lower-case Latin with its diacritics."""
    FORM = "form"
    """The exact form: script, case and diacritics folded."""
    STEM = "stem"
    """The stem of the word as written."""
    BARE_STEM = "bare_stem"
    """The stem of the exact form, for queries typed without diacritics."""
    LOOK_ALIKE = "look_alike"
    """The skeleton that words share which OCR takes for one another (:mod:`archive.text.look_alikes`)."""
    TITLE = "title"
    TITLE_STEM = "title_stem"
    VENDOR = "vendor"
    VENDOR_STEM = "vendor_stem"
    REFERENCE = "reference"
    IDENTIFIER = "identifier"
    """PIB and matični broj of the vendors, digits only."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of one field. ``weight`` multiplies its score."""

    field: Field
    text: str
    weight: float = 1.0
