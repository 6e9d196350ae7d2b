"""Documents, readings, pages, spans and facts.

All are frozen dataclasses that validate their values. Words are in :mod:`archive.model.words`, because those of a page
are stored in columns and not as objects.

Two rules hold everywhere:

* a **page** is a document page and is numbered from 1;
* a **word** is numbered from 0 through the whole document, and that number is also its position in the search index.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime
from enum import StrEnum

SHA256 = re.compile(r"[0-9a-f]{64}")

KINDS = (
    "tender_notice",
    "tender_documents",
    "tender_amendment",
    "award_decision",
    "cancellation",
    "contract",
    "contract_annex",
    "procurement_plan",
    "procurement_report",
    "foi_request",
    "foi_reply",
    "foi_decision",
    "foi_appeal",
    "minutes",
    "regulation",
    "judgment",
    "report",
    "form",
    "correspondence",
    "other",
)
"""The document kinds of the design, section 3. A document of unknown kind has none."""


class TextSource(StrEnum):
    """The source of the words of a page."""

    TEXT = "text"
    OCR = "ocr"
    NONE = "none"


class FactStatus(StrEnum):
    """The status of a fact: extracted by a rule, or confirmed or corrected by a person."""

    EXTRACTED = "extracted"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, as fractions of the page's width and height (0..1), origin at the top left."""

    x0: float
    y0: float
    x1: float
    y1: float

    def __post_init__(self) -> None:
        if not (0 <= self.x0 <= self.x1 <= 1 and 0 <= self.y0 <= self.y1 <= 1):
            raise ValueError(f"a box must lie on its page: {self.x0}, {self.y0}, {self.x1}, {self.y1}")

    @classmethod
    def around(cls, boxes: Sequence[Box]) -> Box:
        """Return the smallest box that contains these boxes."""
        return cls(
            min(box.x0 for box in boxes),
            min(box.y0 for box in boxes),
            max(box.x1 for box in boxes),
            max(box.y1 for box in boxes),
        )


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words of one reading, the only coordinate system. Both ends are inclusive."""

    document: str
    reading: int
    first: int
    last: int

    def __post_init__(self) -> None:
        if not 0 <= self.first <= self.last:
            raise ValueError(f"a span runs forward from word 0: {self.first}..{self.last}")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a reading, without its words.

    ``width`` and ``height`` are in points (1/72 inch) as the page is shown, rotation applied; both are 0 for a flowing
    page, which has no image (plain text, DOCX). ``confidence`` is the mean word confidence of OCR (0..100), else None.
    ``script`` is the ISO 15924 code of most of its letters (Cyrl, Latn). ``reason`` is a sentence on the choice of the
    source of its words, ``note`` one on problems when it was read.
    """

    number: int
    first_word: int
    word_count: int
    width: float
    height: float
    source: TextSource
    confidence: float | None = None
    language: str | None = None
    script: str | None = None
    reason: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError(f"pages are numbered from 1, not {self.number}")
        if self.first_word < 0 or self.word_count < 0:
            raise ValueError(f"page {self.number} has an impossible word range")

    @property
    def is_flowing(self) -> bool:
        """Whether the page has no fixed layout, and so no image and no boxes."""
        return self.width == 0 or self.height == 0


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of one pass over a document's bytes. Immutable; reading again makes the next number.

    ``agent`` identifies the software: versions of program and libraries, and relevant settings.
    """

    document: str
    number: int
    created_at: datetime
    agent: Mapping[str, str]
    language: str | None
    pages: tuple[Page, ...]

    def __post_init__(self) -> None:
        expected = 0
        for ordinal, page in enumerate(self.pages, start=1):
            if page.number != ordinal or page.first_word != expected:
                raise ValueError(f"page {page.number} does not follow the page before it")
            expected += page.word_count

    @property
    def word_count(self) -> int:
        """The number of words of the whole reading."""
        return sum(page.word_count for page in self.pages)

    def page_of_word(self, word: int) -> Page:
        """Return the page of word number ``word``.

        :raises IndexError: the reading has no such word.
        """
        low, high = 0, len(self.pages)
        while low < high:
            middle = (low + high) // 2
            page = self.pages[middle]
            if word < page.first_word:
                high = middle
            elif word >= page.first_word + page.word_count:
                low = middle + 1
            else:
                return page
        raise IndexError(f"reading {self.number} has no word {word}")


@dataclass(frozen=True, slots=True)
class Document:
    """One record of the archive: an original, identified by the SHA-256 of its bytes.

    ``revision`` is incremented by every change that must be reindexed; the catalog compares it with the indexed one.
    ``reading`` is the number of the newest reading.
    """

    id: str
    filename: str
    media_type: str
    size: int
    collection: str
    added_at: datetime
    reading: int
    revision: int
    page_count: int
    word_count: int

    def __post_init__(self) -> None:
        if not SHA256.fullmatch(self.id):
            raise ValueError(f"a document id is 64 hexadecimal digits: {self.id!r}")


PROPOSED = "proposed"
"""The detail of a fact that counts only once a person confirms it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A value read from a document, with the words that prove it.

    ``span`` is None only for a value without evidence (a person's correction). ``method`` names the rule.
    ``confidence`` is 0..1. ``details`` are attributes of the value, such as ``pib`` and ``mb`` of a vendor.
    """

    field: str
    value: str
    span: Span | None
    method: str
    confidence: float
    status: FactStatus = FactStatus.EXTRACTED
    details: Mapping[str, str] = dataclass_field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.value:
            raise ValueError(f"a fact of field {self.field!r} needs a value; leave the fact out instead")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"a confidence lies between 0 and 1, not {self.confidence}")
        if self.span is None and self.status is FactStatus.EXTRACTED:
            raise ValueError(f"an extracted {self.field!r} needs the span it was read from")

    @property
    def is_proposed(self) -> bool:
        """Whether it is too uncertain to count before a person confirms it."""
        return PROPOSED in self.details and self.status is FactStatus.EXTRACTED


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor as a document names it. ``pib`` is the tax number, ``mb`` the registration number, if printed."""

    name: str
    pib: str | None = None
    mb: str | None = None
