"""Reading one document: what a reading process is sent, and the parts that it sends back.

What it does is loaded there and nowhere else (:mod:`indexer.ingest.work`). What the parts are worth is for the parent
to judge (:mod:`indexer.ingest.readers`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import ClassVar

from archive.config import Settings
from archive.model import Clause, Fact, Reading
from archive.model.words import Words
from indexer.facts.watchlist import Watchlist
from indexer.formats.signed.trusted import trusted_certificates
from indexer.formats.source import OcrMode
from indexer.ingest.unpacking import Unpacked, UnpackLimits
from indexer.ocr.engine import find_tessdata
from indexer.sandbox.process import Handler, Work


@dataclass(frozen=True, slots=True)
class Extraction:
    """What rules read in a document."""

    facts: tuple[Fact, ...] = ()
    clauses: tuple[Clause, ...] = ()

    def in_reading(self, number: int) -> Extraction:
        """Return the same for a reading of this number, which was not known when it was read."""
        return Extraction(
            tuple(replace(fact, span=fact.span and replace(fact.span, reading=number)) for fact in self.facts),
            tuple(replace(clause, span=replace(clause.span, reading=number)) for clause in self.clauses),
        )


@dataclass(frozen=True, slots=True)
class ReadJob:
    """A document to read: its SHA-256, where its bytes are kept, the name it came under, and the room there is for
    what it contains (None: that is not wanted). One that ``is_alone`` is the only one that waits as far as is known."""

    document: str
    original: Path
    filename: str
    room: UnpackLimits | None = None
    is_alone: bool = False


@dataclass(frozen=True, slots=True)
class PageRead:
    """The words of the next page. ``of`` is the number of pages of the document."""

    words: Words
    of: int


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """What there is to say of a document when all of its pages have been read."""

    media_type: str
    reading: Reading
    extraction: Extraction


ReadPart = PageRead | DocumentRead | Unpacked


@dataclass(frozen=True, slots=True)
class Reader(Handler[ReadJob, ReadPart]):
    """How documents are read.

    OCR results and the layouts of office files are kept in the folder ``cache``, and not at all if it is None. Without
    a ``watchlist``, the shipped one is taken.
    """

    parts: ClassVar[tuple[type, ...]] = (PageRead, DocumentRead, Unpacked)

    ocr_mode: OcrMode
    ocr_languages: str
    tessdata: Path | None
    ocr_dpi: int
    max_pages: int
    max_page_pixels: int
    max_page_words: int
    max_words: int
    cache: Path | None = None
    passwords: tuple[str, ...] = field(default=(), repr=False)
    watchlist: Watchlist = field(default_factory=Watchlist.shipped, repr=False)
    trusted: tuple[bytes, ...] = field(default=(), repr=False)

    @classmethod
    def of(
        cls,
        settings: Settings,
        ocr_mode: OcrMode,
        cache: Path | None = None,
        passwords: Sequence[str] = (),
        watchlist: Watchlist | None = None,
    ) -> Reader:
        """The reader that the settings describe.

        :raises archive.errors.UsageError: OCR is wanted and its language data are not there.
        """
        languages = settings.text("ocr_languages")
        return cls(
            ocr_mode,
            languages,
            None if ocr_mode == "never" else find_tessdata(languages, settings.text("tessdata")),
            ocr_dpi=settings.number("ocr_dpi"),
            max_pages=settings.number("max_pages"),
            max_page_pixels=settings.number("max_page_pixels"),
            max_page_words=settings.number("max_page_words"),
            max_words=settings.number("max_words"),
            cache=cache,
            passwords=tuple(passwords),
            watchlist=watchlist or Watchlist.shipped(),
            trusted=trusted_certificates(settings.text("trusted_certificates")),
        )

    def load(self) -> Work[ReadJob, ReadPart]:
        """Return the work."""
        from indexer.ingest.work import read  # noqa: PLC0415 - the parent reads nothing

        return partial(read, reader=self)

    def prepare(self, job: ReadJob) -> None:
        """Load what reads this kind of document, and all that rules need unless it is the only one: its fork then loads
        what it happens to need."""
        from indexer.ingest.work import prepare  # noqa: PLC0415 - as above

        prepare(self, job)
