"""Jobs of a reading process and the parts of its answers, validated by the parent (:mod:`indexer.ingest.readers`)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from archive.config import program_version
from archive.model import Clause, Fact, Reading
from archive.model.words import Words
from indexer.facts.mentions.watchlist import Watchlist
from indexer.formats.source import OcrMode
from indexer.ingest.unpacking import Unpacked, UnpackLimits


@dataclass(frozen=True, slots=True)
class Extraction:
    """The facts and clauses that rules extracted from a document."""

    facts: tuple[Fact, ...] = ()
    clauses: tuple[Clause, ...] = ()

    def in_reading(self, number: int) -> Extraction:
        """Return the same with another reading number, which is assigned on storing."""
        return Extraction(
            tuple(replace(fact, span=fact.span and replace(fact.span, reading=number)) for fact in self.facts),
            tuple(replace(clause, span=replace(clause.span, reading=number)) for clause in self.clauses),
        )


@dataclass(frozen=True, slots=True)
class ReadJob:
    """A document to read: its SHA-256, the path of its original, and its file name.

    ``room`` has the limits for unpacking its members (None: do not unpack). ``is_alone`` says that it is the first job
    and no other is known to follow.
    """

    document: str
    original: Path
    filename: str
    room: UnpackLimits | None = None
    is_alone: bool = False


@dataclass(frozen=True, slots=True)
class PageRead:
    """The words of the next page; ``of`` is the number of pages of the document."""

    words: Words
    of: int


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """The result for a document after all of its pages."""

    media_type: str
    reading: Reading
    extraction: Extraction


@dataclass(frozen=True, slots=True)
class Passed:
    """How many bytes were decompressed only to see the names of what a container holds."""

    bytes: int


ReadPart = PageRead | DocumentRead | Unpacked | Passed


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How documents are read.

    OCR results and layouts of office files are cached in the folder ``cache`` (None: no cache). ``watchlist`` defaults
    to the shipped one.
    """

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


# Looked up on import, before the process is confined: the metadata of an editable installation are in the checkout,
# where a process confined by Landlock may not open them.
OWN_VERSION = program_version() or "not installed"
