"""The seam to OCR: what a page reader needs of an engine, whichever it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from PIL import Image

from archive.errors import Message
from archive.words import Words


class OcrFailed(Exception):
    """The engine could not work on this image. The page is recorded as unread; its document goes on.

    ``message`` says why, in a sentence.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class OcrResult:
    """The words an engine saw, their boxes as fractions of the image as it was given; their mean confidence (0..100);
    the ISO 15924 code of the script of most letters; a sentence that says how the image was read, and one that warns
    of the result, if it has to be doubted as a whole."""

    words: Words
    confidence: float | None
    script: str | None
    reason: str
    note: str | None = None


class OcrEngine(Protocol):
    """Reads words from page images."""

    @property
    def is_on(self) -> bool:
        """Whether the engine reads at all. Pages are not even drawn for an engine that does not."""

    @property
    def agent(self) -> Mapping[str, str]:
        """What a reading says of the engine that made it: its version and the settings that mattered."""

    def read(self, image: Image.Image, dpi: int) -> OcrResult:
        """The words of a grey image (mode ``L``) whose resolution is ``dpi``, in reading order.

        :raises OcrFailed: the engine could not work on this image.
        """


class NullOcr:
    """The engine of ``--ocr never``: it reads nothing."""

    is_on = False
    agent: Mapping[str, str] = MappingProxyType({})

    def read(self, image: Image.Image, dpi: int) -> OcrResult:
        """Never returns, since nobody may ask an engine that is off.

        :raises OcrFailed: always.
        """
        raise OcrFailed(Message("OCR is switched off."))
