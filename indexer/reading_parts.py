"""What passes between a reading process and its parent: a document to read, and what was found in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archive.model import Reading
from archive.model.words import Words
from indexer.rules import Extraction
from indexer.unpacking import Room


@dataclass(frozen=True, slots=True)
class ReadJob:
    """A document to read: its SHA-256, where its bytes are kept, the name it came under, and the room there is for
    what it contains (None: that is not wanted)."""

    document: str
    original: Path
    filename: str
    room: Room | None = None


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
