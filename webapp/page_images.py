"""Images of pages, drawn once and kept on disk."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

from werkzeug.exceptions import NotImplemented as NotServed

from archive.model import Box, Document
from archive.model.rendering import (
    CuttingRenderer,
    ImagePiece,
    MarkingRenderer,
    PageRenderer,
    StructurePart,
    StructureRenderer,
)
from archive.model.words import Words
from archive.store.originals.files import OriginalStore
from archive.system.files import replacing
from webapp.languages.translation import marked

THUMBNAIL_WIDTH = 240
PAGE_WIDTH = 1200
LARGE_WIDTH = 2000
HUGE_WIDTH = 3000
WIDTHS = (THUMBNAIL_WIDTH, PAGE_WIDTH, LARGE_WIDTH, HUGE_WIDTH)
"""Pixels. A small fixed set, so that nobody can fill the disk by asking for every width there is."""

_log = logging.getLogger(__name__)


class PageImages:
    """Images in ``root``, which anyone may empty. Threads and processes may share it."""

    def __init__(self, root: Path, originals: OriginalStore, renderer: PageRenderer) -> None:
        self._root = root
        self._originals = originals
        self._renderer = renderer
        self._drawing = Lock()

    def image(self, document: Document, page: int, width: int) -> bytes:
        """Page ``page`` of ``document`` as an image, ``width`` pixels wide. :func:`image_type` tells its kind.

        :raises archive.errors.OriginalDamaged: the original is missing.
        :raises archive.errors.InputError: the page cannot be drawn.
        """
        path = self._path(document, page, width)
        with suppress(OSError):  # It is not there, or the cache is unwell; either way it can be drawn.
            return path.read_bytes()
        original = self._originals.local(document.id)
        image = self._renderer.render(original, document.media_type, page, width)
        _keep(path, image)
        return image

    def small(self, document: Document, page: int) -> bytes | None:
        """Return the smallest image of a page if it is kept, or if no other one is being drawn for this process: a page
        of results asks for twenty at once, and whoever waits behind them would wait for seconds. Errors as above."""
        with suppress(OSError):
            return self._path(document, page, THUMBNAIL_WIDTH).read_bytes()
        if not self._drawing.acquire(blocking=False):
            return None
        try:
            return self.image(document, page, THUMBNAIL_WIDTH)
        finally:
            self._drawing.release()

    def _path(self, document: Document, page: int, width: int) -> Path:
        return self._root / document.id[:2] / document.id / f"{page}-{width}.image"

    @property
    def has_pieces(self) -> bool:
        """Whether the renderer cuts pieces out of pages."""
        return isinstance(self._renderer, CuttingRenderer)

    def piece(self, document: Document, page: int, piece: ImagePiece) -> bytes:
        """Return a piece of page ``page``, cut out of the smallest kept image that has enough pixels. Pieces are not
        kept: there is no end of them.

        :raises NotServed: the renderer cuts no pieces.
        :raises archive.errors.OriginalDamaged: the original is missing.
        :raises archive.errors.InputError: the page cannot be drawn.
        """
        if not isinstance(self._renderer, CuttingRenderer):
            raise NotServed(marked("This server shows whole pages only."))
        # Shares of a page do not add up to the last digit; a pixel too few in theory asks for no larger image.
        needed = round(piece.width / (piece.box.x1 - piece.box.x0))
        width = next((width for width in WIDTHS if width >= needed), WIDTHS[-1])
        return self._renderer.cut(self.image(document, page, width), piece)

    def masked(self, document: Document, page: int, width: int, masks: Sequence[Box]) -> bytes:
        """Page ``page`` with black in place of what is at ``masks``. It is not kept: masks change.

        :raises NotServed: the renderer paints nothing black.
        :raises archive.errors.OriginalDamaged: the original is missing.
        :raises archive.errors.InputError: the page cannot be drawn.
        """
        if not isinstance(self._renderer, MarkingRenderer):
            raise NotServed(marked("This server masks no pages."))
        original = self._originals.local(document.id)
        return self._renderer.render_marked(original, document.media_type, page, width, (), masks)

    def structure(self, words: Words) -> Sequence[StructurePart]:
        """Return what the page with these words is made of; nothing if the renderer cannot tell."""
        return self._renderer.structure(words) if isinstance(self._renderer, StructureRenderer) else ()


def image_type(image: bytes) -> str:
    """Return the media type of a page image."""
    return "image/webp" if image[8:12] == b"WEBP" else "image/png"


def _keep(path: Path, image: bytes) -> None:
    """Write a cached file whole or not at all. That it cannot be kept must not stop anybody from seeing it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path, mode=0o600) as file:
            file.write(image)
    except OSError as error:
        _log.warning("The image %s could not be kept: %s", path, error)
