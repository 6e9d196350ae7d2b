"""What the steps of reading a page share: a word as a model saw it, and a model that looks at an image."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from archive.model.words import Break
from indexer.ocr.pages import Rectangle


@dataclass(frozen=True, slots=True)
class SeenWord:
    """A word without white space, where a model saw it on the image it was shown, and how sure it was (0..100)."""

    text: str
    rectangle: Rectangle
    confidence: int
    before: Break = Break.SPACE

    @property
    def letters(self) -> int:
        """How many of its characters are letters."""
        return sum(map(str.isalpha, self.text))


class Recognizer(Protocol):
    """One set of language models, at work on one image at a time."""

    def show(self, image: Image.Image, dpi: int, variables: Mapping[str, str]) -> None:
        """Take an image (mode ``L``) to look at from now on, with settings of the engine that hold for it."""

    def page(self) -> list[SeenWord]:
        """Lay the image out and read all of it, in reading order."""

    def line(self, rectangle: Rectangle) -> list[SeenWord]:
        """Read a part of the image that holds one line or less."""


def sureness(words: Iterable[SeenWord]) -> float:
    """The mean confidence of words, each weighted by its letters; 0 without letters."""
    letters = total = 0
    for word in words:
        letters += word.letters
        total += word.letters * word.confidence
    return total / letters if letters else 0.0
