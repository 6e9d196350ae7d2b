"""What the readers share: an opened original, a read page, and the context in which pages are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from PIL import Image

from archive.errors import EncryptedDocument
from archive.model import TextSource
from archive.words import Words
from indexer.ocr.engine import OcrEngine

OcrMode = Literal["auto", "always", "never"]


class PageFailed(Exception):
    """One page could not be read. It is recorded with this reason, and its document goes on."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ReadContext:
    """How documents are read: the engine, when to use it, the limits (settings of the same names), the passwords to
    try on encrypted files, and the folder that keeps the layouts of office files (None: they are not kept)."""

    ocr: OcrEngine
    ocr_mode: OcrMode
    ocr_dpi: int
    max_pages: int
    max_page_pixels: int
    passwords: Sequence[str] = field(default=(), repr=False)
    layouts: Path | None = None


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page as it was read; the fields mean what they mean in :class:`archive.model.Page`."""

    width: float
    height: float
    source: TextSource
    words: Words
    confidence: float | None = None
    script: str | None = None
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document whose pages are read one at a time, as they are asked for, so that a long one needs little memory.

    Iterating over ``pages`` raises :class:`archive.errors.DamagedDocument` at the end if not one page could be read.
    ``source`` is where they come from; it knows whether it contains other files.
    """

    media_type: str
    page_count: int
    agent: Mapping[str, str]
    pages: Iterator[ReadPage]
    source: Source


def needs_password(name: str, passwords: Sequence[str], *, is_pdf: bool = False) -> EncryptedDocument:
    """The error of an encrypted file that none of ``passwords`` opens. They are counted and never named."""
    if is_pdf:
        message = (
            "%(filename)s is a PDF that needs a password, and none of the %(count)s given fits."
            if passwords
            else "%(filename)s is a PDF that needs a password, and none was given."
        )
    else:
        message = (
            "%(name)s needs a password, and none of the %(count)s given fits."
            if passwords
            else "%(name)s needs a password, and none was given."
        )
    return EncryptedDocument(
        message,
        "Add a copy without a password, or use: dosije add FILE --password-file PASSWORDS (one on each line)",
        filename=name,
        name=name,
        count=len(passwords),
    )


class Source(Protocol):
    """An opened original. Pages are numbered from 1."""

    @property
    def page_count(self) -> int:
        """Its pages."""

    @property
    def agent(self) -> Mapping[str, str]:
        """The library that reads it, with its version."""

    def read(self, number: int, context: ReadContext) -> ReadPage:
        """Read a page.

        :raises PageFailed: this page cannot be read.
        """

    def draw(self, number: int, width: int, max_pixels: int) -> Image.Image:
        """A page as its reader sees it, ``width`` pixels wide, or narrower where it would exceed ``max_pixels``.

        :raises PageFailed: this page cannot be drawn, or is a flowing page.
        """

    def close(self) -> None:
        """Let go of the file."""
