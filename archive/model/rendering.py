"""The seam through which page images come.

The archive shows and exports page images but never parses an original: an implementation reads documents in a process
of its own (``indexer.images.pages``) and is handed in by whoever assembles the program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from archive.model.documents import Box
from archive.model.words import Words


class PageRenderer(Protocol):
    """Draws pages of originals."""

    def render(self, original: Path, media_type: str, page: int, width: int) -> bytes:
        """Return an image of page ``page`` (from 1), ``width`` pixels wide, upright as the reader sees it: a WebP
        without loss, or a PNG where a WebP cannot be so large or would take too long.

        :raises archive.errors.DamagedDocument: the page cannot be drawn.
        :raises archive.errors.ReadingStopped: the drawing process died or took too long.
        """

    def close(self) -> None:
        """End the drawing processes."""


class NoPages:
    """A renderer without pages, for output that shows none."""

    def render(self, original: Path, media_type: str, page: int, width: int) -> bytes:
        """Refuse: nobody asks for one."""
        raise NotImplementedError

    def close(self) -> None:
        """Do nothing."""


ImageFormat = Literal["jpg", "png"]


@dataclass(frozen=True, slots=True)
class ImagePiece:
    """A piece of a page's image: the part inside ``box``, drawn ``width`` by ``height`` pixels."""

    box: Box
    width: int
    height: int
    form: ImageFormat


@runtime_checkable
class CuttingRenderer(PageRenderer, Protocol):
    """Draws pages, and cuts pieces out of what it has drawn."""

    def cut(self, image: bytes, piece: ImagePiece) -> bytes:
        """Return a piece of ``image``, which :meth:`render` gave."""


@dataclass(frozen=True, slots=True)
class StructurePart:
    """A part of a page, and where it is: a ``cell`` or a ``head`` of a table, the ``label`` of a value, or a zone that
    is no body text (``letterhead``, ``title``, ``closing``, ``margin``)."""

    kind: str
    box: Box


@runtime_checkable
class StructureRenderer(PageRenderer, Protocol):
    """Draws pages, and tells what they are made of."""

    def structure(self, words: Words) -> Sequence[StructurePart]:
        """Return the parts of the page that has these words; none if they have no boxes."""


@dataclass(frozen=True, slots=True)
class ClipPage:
    """A page of a clip: a PNG file, its size in points, what is printed under it, and its words with their boxes.

    ``stamp`` is its number, ``caption`` says where it comes from.
    """

    image: Path
    width: float
    height: float
    stamp: str
    caption: str
    words: tuple[tuple[str, Box], ...]


@runtime_checkable
class MarkingRenderer(PageRenderer, Protocol):
    """Draws pages with marks on them, and binds such pages to a PDF."""

    def render_marked(
        self, original: Path, media_type: str, page: int, width: int, marks: Sequence[Box], masks: Sequence[Box]
    ) -> bytes:
        """Return a PNG, drawn as by :meth:`render`, with the words at ``marks`` highlighted; what is at ``masks`` is
        black and gone."""

    def clip(self, pages: Sequence[ClipPage], title: str) -> bytes:
        """Return a PDF of these pages. Their words can be searched and copied, and nothing but image and words is in
        it."""


@runtime_checkable
class ClippingRenderer(MarkingRenderer, CuttingRenderer, Protocol):
    """Draws pages with marks on them, and cuts pieces out of them."""
