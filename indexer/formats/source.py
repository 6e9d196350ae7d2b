"""What the readers share: an opened original, a read page, and the context in which pages are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from PIL import Image

from archive.model import TextSource
from archive.words import Words
from indexer.ocr.engine import OcrEngine

OcrMode = Literal["auto", "always", "never"]


class PageFailed(Exception):
    """One page could not be read. It is recorded with this reason, and its document goes on."""


@dataclass(frozen=True, slots=True)
class ReadContext:
    """How documents are read: the engine, when to use it, and the limits (settings of the same names)."""

    ocr: OcrEngine
    ocr_mode: OcrMode
    ocr_dpi: int
    max_pages: int
    max_page_pixels: int


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page as it was read; the fields mean what they mean in :class:`archive.model.Page`."""

    width: float
    height: float
    source: TextSource
    words: Words
    confidence: float | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document whose pages are read one at a time, as they are asked for, so that a long one needs little memory.

    Iterating over ``pages`` raises :class:`archive.errors.DamagedDocument` at the end if not one page could be read.
    """

    media_type: str
    page_count: int
    agent: Mapping[str, str]
    pages: Iterator[ReadPage]


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
