"""Pieces of page images, for viewers that show a page in tiles."""

from __future__ import annotations

import io

from PIL import Image

from archive.model.rendering import Piece

_JPEG_QUALITY = 85


def cut(image: bytes, piece: Piece) -> bytes:
    """A piece of an image of ours, see :meth:`archive.model.rendering.CuttingRenderer.cut`."""
    with Image.open(io.BytesIO(image), formats=["WEBP", "PNG"]) as page:
        box = piece.box
        edges = (box.x0 * page.width, box.y0 * page.height, box.x1 * page.width, box.y1 * page.height)
        # Reducing first is what makes a small picture of a large page quick; the gap keeps letters from fraying.
        part = page.resize((piece.width, piece.height), Image.Resampling.BICUBIC, box=edges, reducing_gap=2.0)
    buffer = io.BytesIO()
    if piece.form == "jpg":
        part.save(buffer, "JPEG", quality=_JPEG_QUALITY)
    else:
        part.save(buffer, "PNG")
    return buffer.getvalue()
