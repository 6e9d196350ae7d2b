"""PNG, JPEG and TIFF (every page of it) through Pillow. A picture is a page, and its words come from OCR."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import PIL
from PIL import Image, ImageOps, UnidentifiedImageError

from archive.errors import DamagedDocument, Message
from indexer.formats.scan import POINTS_PER_INCH, affordable_width, read_scan
from indexer.formats.source import PageFailed, ReadContext, ReadPage

A4_INCHES = 11.69
"""The long side of A4. A picture that does not say its resolution (a photograph of a page) is taken to show one."""

MAX_INCHES = 24
"""The longest plausible side (A2). Cameras write 72 dots per inch into everything, which makes a page two paces
long."""

MIN_DPI = 50

_DECODED_PER_DRAWN = 4
"""Pictures may have this many times the pixels of the setting ``max_page_pixels``, since they are scaled down before
use: A3 at 600 dots per inch fits; a decompression bomb does not."""

_ERRORS = (OSError, SyntaxError, ValueError, EOFError)
"""What Pillow raises on broken files, depending on the format."""

# Pillow's own limit on pixels is a constant; ours is a setting, and is applied before a picture is decoded.
Image.MAX_IMAGE_PIXELS = None


class ImageSource:
    """An opened picture file; an :class:`indexer.formats.source.Source`."""

    agent: Mapping[str, str] = {"reader": f"Pillow {PIL.__version__}"}

    def __init__(self, path: Path, filename: str) -> None:
        """Open a picture file.

        :raises DamagedDocument: Pillow cannot open it.
        """
        try:
            with warnings.catch_warnings():
                # Broken tags of a TIFF do not make its picture unreadable.
                warnings.simplefilter("ignore")
                self._image = Image.open(path)
                self.page_count: int = getattr(self._image, "n_frames", 1)
        except (UnidentifiedImageError, *_ERRORS) as error:
            raise DamagedDocument(
                "%(filename)s cannot be opened as a picture: %(error)s.",
                "Get or scan it again.",
                filename=filename,
                error=error,
            ) from error

    def read(self, number: int, context: ReadContext) -> ReadPage:
        """See :meth:`indexer.formats.source.Source.read`."""
        image = self._page(number, context.max_page_pixels)
        width, height = _points(image)
        return read_scan(width, height, partial(_scaled_grey, image, width, height), context)

    def draw(self, number: int, width: int, max_pixels: int) -> Image.Image:
        """See :meth:`indexer.formats.source.Source.draw`."""
        image = self._page(number, max_pixels)
        width_points, height_points = _points(image)
        shown = affordable_width(width_points, height_points, width, max_pixels)
        size = shown, max(1, round(shown * height_points / width_points))
        return _flattened(image, "RGB").resize(size, Image.Resampling.LANCZOS)

    def _page(self, number: int, max_pixels: int) -> Image.Image:
        """The decoded picture of a page, turned the way its EXIF data say it is to be looked at."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._image.seek(number - 1)
                if self._image.width * self._image.height > _DECODED_PER_DRAWN * max_pixels:
                    raise PageFailed(
                        Message(
                            "the picture is too large (%(size)s pixels)",
                            size=f"{self._image.width} x {self._image.height}",
                        )
                    )
                self._image.load()
                return ImageOps.exif_transpose(self._image)
        except _ERRORS as error:
            raise PageFailed(Message("the picture is damaged: %(error)s", error=error)) from error

    def close(self) -> None:
        """Close the file."""
        self._image.close()


def _points(image: Image.Image) -> tuple[float, float]:
    """Width and height in points, as the file says (a fax has 204 x 98 dots per inch) or as an A4 page would have."""
    across, down = (float(dots) for dots in image.info.get("dpi", (0, 0)))
    if min(across, down) >= MIN_DPI and max(image.width / across, image.height / down) <= MAX_INCHES:
        return image.width / across * POINTS_PER_INCH, image.height / down * POINTS_PER_INCH
    points = A4_INCHES * POINTS_PER_INCH / max(image.size)
    return image.width * points, image.height * points


def _scaled_grey(image: Image.Image, width: float, height: float, dpi: int) -> Image.Image:
    """The picture of a page of ``width`` x ``height`` points in grey, scaled to ``dpi``, up or down, so that it is
    true."""
    size = max(1, round(width / POINTS_PER_INCH * dpi)), max(1, round(height / POINTS_PER_INCH * dpi))
    grey = _flattened(image, "L")
    return grey if size == grey.size else grey.resize(size, Image.Resampling.LANCZOS)


def _flattened(image: Image.Image, mode: str) -> Image.Image:
    """The picture on white paper, in ``mode``. Sixteen-bit greys are brought down to eight, which Pillow would clip."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L").convert(mode)
    if image.has_transparency_data:
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, image.convert("RGBA")).convert(mode)
    return image.convert(mode)
