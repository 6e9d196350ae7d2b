"""The interface of page rendering.

The archive shows and exports page images but never parses an original: the implementation (``indexer.images.pages``)
reads documents in separate processes, and is passed in by the program's entry point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from archive.model.documents import Box
from archive.model.words import Words


class PageRenderer(Protocol):
    """Renders pages of originals."""

    def render(self, original: Path, media_type: str, page: int, width: int) -> bytes:
        """Return an image of page ``page`` (from 1), ``width`` pixels wide, upright: a lossless WebP, or a PNG if the
        image is too large for WebP or would take too long.

        :raises archive.errors.DamagedDocument: the page cannot be rendered.
        :raises archive.errors.ReadingStopped: the rendering process died or took too long.
        """

    def close(self) -> None:
        """Stop the rendering processes."""


class NoPages:
    """A renderer without pages, for output that shows none."""

    def render(self, original: Path, media_type: str, page: int, width: int) -> bytes:
        """Refuse: nobody asks for one."""
        raise NotImplementedError

    def close(self) -> None:
        """Do nothing."""


@runtime_checkable
class LossyRenderer(PageRenderer, Protocol):
    """Renders pages, also for reading only."""

    def render_lossy(self, original: Path, media_type: str, page: int, width: int) -> bytes:
        """Return the image that :meth:`render` returns; or, if that is a noisy scan, a WebP that is not lossless, an
        eighth of the size. Errors are the same."""


ImageFormat = Literal["jpg", "png"]


@dataclass(frozen=True, slots=True)
class ImagePiece:
    """A piece of a page image: the part inside ``box``, scaled to ``width`` by ``height`` pixels."""

    box: Box
    width: int
    height: int
    form: ImageFormat


@runtime_checkable
class CuttingRenderer(PageRenderer, Protocol):
    """Renders pages, and crops rendered images."""

    def cut(self, image: bytes, piece: ImagePiece) -> bytes:
        """Crop an ``image`` that :meth:`render` returned."""


@dataclass(frozen=True, slots=True)
class StructurePart:
    """A structural part of a page, and its box: a ``cell`` or a ``head`` of a table, the ``label`` of a value, or a
    zone outside of body text (``letterhead``, ``title``, ``closing``, ``margin``)."""

    kind: str
    box: Box


@runtime_checkable
class StructureRenderer(PageRenderer, Protocol):
    """Renders pages, and recognizes their structure."""

    def structure(self, words: Words) -> Sequence[StructurePart]:
        """Return the structural parts of the page with these words; empty if they have no boxes."""


@dataclass(frozen=True, slots=True)
class ClipPage:
    """A page of a clip: a PNG file, its size in points, the text under it, and its words with their boxes.

    ``stamp`` is its number, ``caption`` its source.
    """

    image: Path
    width: float
    height: float
    stamp: str
    caption: str
    words: tuple[tuple[str, Box], ...]


@runtime_checkable
class MarkingRenderer(PageRenderer, Protocol):
    """Renders pages with highlights, and makes a PDF of them."""

    def render_marked(
        self, original: Path, media_type: str, page: int, width: int, marks: Sequence[Box], masks: Sequence[Box]
    ) -> bytes:
        """Return a PNG, rendered as by :meth:`render`, with the words at ``marks`` highlighted and the area of
        ``masks`` blackened irreversibly."""

    def clip(self, pages: Sequence[ClipPage], title: str) -> bytes:
        """Return a PDF of these pages with a searchable text layer, and without any other content."""


@runtime_checkable
class ClippingRenderer(MarkingRenderer, CuttingRenderer, Protocol):
    """Renders pages with highlights, and crops rendered images."""
