"""Page images, rendered once and cached on disk."""

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
    LossyRenderer,
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
"""Widths in pixels. They are fixed, so that requests for arbitrary widths cannot fill the disk."""

_EXACT, _LOSSY = "image", "lossy"
"""Endings of cached files."""

_log = logging.getLogger(__name__)


class PageImages:
    """A cache of images in ``root``, which may be emptied at any time. It is safe for threads and processes."""

    def __init__(self, root: Path, originals: OriginalStore, renderer: PageRenderer) -> None:
        self._root = root
        self._originals = originals
        self._renderer = renderer
        self._drawing = Lock()

    def image(self, document: Document, page: int, width: int, *, exact: bool = True) -> bytes:
        """Return page ``page`` of ``document`` as an image, ``width`` pixels wide; :func:`image_type` tells its type.

        If it need not be ``exact``, it is for reading, and that of a noisy scan is an eighth of the size.

        :raises archive.errors.OriginalDamaged: the original is missing.
        :raises archive.errors.InputError: the page cannot be rendered.
        """
        kept = self._kept(document, page, width, exact=exact)
        if kept is not None:
            return kept
        original, renderer = self._originals.local(document.id), self._renderer
        draw = renderer.render if exact or not isinstance(renderer, LossyRenderer) else renderer.render_lossy
        image = draw(original, document.media_type, page, width)
        is_exact = exact or _is_lossless_webp(image)
        _keep(self._path(document, page, width, _EXACT if is_exact else _LOSSY), image)
        return image

    def _kept(self, document: Document, page: int, width: int, *, exact: bool = False) -> bytes | None:
        """Return a cached image; None if it is missing or the cache is unreadable."""
        with suppress(OSError):
            image = self._path(document, page, width, _EXACT).read_bytes()
            if exact or _is_lossless_webp(image):
                return image
        if not exact:
            with suppress(OSError):
                return self._path(document, page, width, _LOSSY).read_bytes()
        return None

    def small(self, document: Document, page: int) -> bytes | None:
        """Return the thumbnail of a page if it is cached, or if no other is being rendered for this process; else None.

        A page of results requests twenty at once, and waiting requests would take seconds. Errors are those of
        :meth:`image`.
        """
        kept = self._kept(document, page, THUMBNAIL_WIDTH)
        if kept is not None:
            return kept
        if not self._drawing.acquire(blocking=False):
            return None
        try:
            return self.image(document, page, THUMBNAIL_WIDTH, exact=False)
        finally:
            self._drawing.release()

    def _path(self, document: Document, page: int, width: int, kind: str) -> Path:
        return self._root / document.id[:2] / document.id / f"{page}-{width}.{kind}"

    @property
    def has_pieces(self) -> bool:
        """Whether the renderer can crop pages."""
        return isinstance(self._renderer, CuttingRenderer)

    def piece(self, document: Document, page: int, piece: ImagePiece) -> bytes:
        """Return a part of page ``page``, cropped from the smallest image with enough pixels, without caching.

        :raises NotServed: the renderer cannot crop.
        :raises archive.errors.OriginalDamaged: the original is missing.
        :raises archive.errors.InputError: the page cannot be rendered.
        """
        if not isinstance(self._renderer, CuttingRenderer):
            raise NotServed(marked("This server shows whole pages only."))
        # Rounded, so that an error of less than a pixel does not require a larger image.
        needed = round(piece.width / (piece.box.x1 - piece.box.x0))
        width = next((width for width in WIDTHS if width >= needed), WIDTHS[-1])
        return self._renderer.cut(self.image(document, page, width), piece)

    def masked(self, document: Document, page: int, width: int, masks: Sequence[Box]) -> bytes:
        """Return page ``page`` with the boxes ``masks`` in black; it is not cached, because masks change.

        :raises NotServed: the renderer cannot mask.
        :raises archive.errors.OriginalDamaged: the original is missing.
        :raises archive.errors.InputError: the page cannot be rendered.
        """
        if not isinstance(self._renderer, MarkingRenderer):
            raise NotServed(marked("This server does not mask pages."))
        original = self._originals.local(document.id)
        return self._renderer.render_marked(original, document.media_type, page, width, (), masks)

    def structure(self, words: Words) -> Sequence[StructurePart]:
        """Return the structure of the page with these words; () if the renderer cannot detect it."""
        return self._renderer.structure(words) if isinstance(self._renderer, StructureRenderer) else ()


def image_type(image: bytes) -> str:
    """Return the media type of a page image."""
    return "image/webp" if image[8:12] == b"WEBP" else "image/png"


def _is_lossless_webp(image: bytes) -> bool:
    """Return whether an image is small without losing anything."""
    return image[8:16] == b"WEBPVP8L"


def _keep(path: Path, image: bytes) -> None:
    """Write a cached file atomically; a failure is logged, not raised."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path, mode=0o600) as file:
            file.write(image)
    except OSError as error:
        _log.warning("The image %s could not be kept: %s", path, error)
