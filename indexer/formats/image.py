"""Pages that are images, and OCR of any page image.

Pillow reads PNG, JPEG, TIFF (all pages), GIF, WebP, JPEG 2000 and HEIC.
"""

from __future__ import annotations

import struct
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from math import sqrt
from pathlib import Path

import PIL
from PIL import Image, ImageOps, UnidentifiedImageError

from archive.errors import DamagedDocument, Message, sentences
from archive.model import TextSource
from indexer.formats.source import NOTHING, PageFailed, ReadContext, ReadPage
from indexer.ocr.engine import OcrFailed
from indexer.stages import Stage, stage

POINTS_PER_INCH = 72

MAX_SIDE = 32_000
"""Maximum side of an image in pixels: Tesseract uses signed 16-bit coordinates."""


def read_scan(width: float, height: float, draw: Callable[[int], Image.Image], context: ReadContext) -> ReadPage:
    """Read a page of ``width`` x ``height`` points by OCR.

    ``draw`` renders the page in greyscale at a given resolution in dpi. If OCR fails, the page has no words and a note
    that says why.

    :raises PageFailed: ``draw`` cannot render the page.
    """
    unread = partial(ReadPage, width, height, TextSource.NONE, NOTHING)
    if not context.ocr.is_on:
        return unread(note=Message("The page has no text layer, and OCR was switched off."))
    dpi = affordable_dpi(width, height, context.ocr_dpi, context.max_page_pixels)
    if dpi < 1:
        return unread(
            note=Message(
                "The page is too large to be drawn for OCR: %(width)s x %(height)s points.",
                width=f"{width:.0f}",
                height=f"{height:.0f}",
            )
        )
    try:
        image = draw(dpi)
        with stage(Stage.OCR):
            result = context.ocr.read(image, dpi)
    except OcrFailed as error:
        return unread(note=f"{error}.")
    notes: list[str] = []
    if dpi < context.ocr_dpi:
        notes.append(Message("Drawn for OCR at %(dpi)s dots per inch, because the page is very large.", dpi=dpi))
    if not result.words:
        notes.append(Message("OCR found no words."))
    if result.note:
        notes.append(result.note)
    return ReadPage(
        width,
        height,
        TextSource.OCR,
        result.words,
        confidence=result.confidence,
        script=result.script,
        reason=result.reason,
        note=" ".join(notes) or None,
    )


def affordable_dpi(width: float, height: float, wanted: int, max_pixels: int) -> int:
    """Return the resolution at which a page is rendered: ``wanted``, or less to stay within the limits."""
    inches = max(width, 1) / POINTS_PER_INCH, max(height, 1) / POINTS_PER_INCH
    return min(wanted, int(sqrt(max_pixels / (inches[0] * inches[1]))), int(MAX_SIDE / max(inches)))


def affordable_width(width: float, height: float, wanted: int, max_pixels: int) -> int:
    """Return the width in pixels at which a page is rendered: ``wanted``, or less to stay within ``max_pixels``."""
    # One pixel less, because the height is rounded up.
    affordable = int(min(sqrt(max_pixels * width / height), MAX_SIDE * min(1, width / height))) - 1
    return max(1, min(wanted, affordable))


A4_INCHES = 11.69
"""The long side of A4. An image without a resolution (such as a photograph of a page) is assumed to show A4."""

MAX_INCHES = 24
"""Maximum plausible side (A2): cameras write 72 dpi into every file, which would make pages 1.5 m long."""

MIN_DPI = 50

_DECODED_PER_DRAWN = 4
"""Factor by which images may exceed ``max_page_pixels``, since they are scaled down before use.

A3 at 600 dpi fits; a decompression bomb does not.
"""

MOST_FRAMES = 20
"""Maximum number of frames of an animation that are pages; some banners have hundreds of similar ones."""

_ANIMATED = frozenset({"GIF", "WEBP", "HEIF"})

_ERRORS = (OSError, SyntaxError, ValueError, EOFError, RuntimeError, struct.error, MemoryError)
"""Errors that Pillow raises on malformed files, depending on the format."""

# Our own limit is a setting, and is applied before an image is decoded.
Image.MAX_IMAGE_PIXELS = None


class ImageSource:
    """An image file; an :class:`indexer.formats.source.OpenedOriginal`."""

    agent: Mapping[str, str] = {"reader": f"Pillow {PIL.__version__}"}
    kinds: tuple[str, ...] = ("PNG", "JPEG", "TIFF", "GIF", "WEBP", "JPEG2000")
    """Formats that Pillow may try."""

    def __init__(self, path: Path, filename: str) -> None:
        """Open an image file.

        :raises DamagedDocument: Pillow cannot open it.
        """
        try:
            with warnings.catch_warnings():
                # A TIFF with malformed tags is still readable.
                warnings.simplefilter("ignore")
                self._image = Image.open(path, formats=self.kinds)
                frames: int = getattr(self._image, "n_frames", 1)
        except (UnidentifiedImageError, *_ERRORS) as error:
            raise DamagedDocument(
                "%(filename)s cannot be opened as a picture: %(error)s.",
                "Get or scan it again.",
                filename=filename,
                error=error,
            ) from error
        is_cut = self._image.format in _ANIMATED and frames > MOST_FRAMES
        self.page_count = MOST_FRAMES if is_cut else frames
        self._note = (
            Message("An animation of %(count)s pictures; the first %(most)s are pages.", count=frames, most=MOST_FRAMES)
            if is_cut
            else None
        )

    def read(self, number: int, context: ReadContext) -> ReadPage:
        """See :meth:`indexer.formats.source.OpenedOriginal.read`."""
        image = self._page(number, context.max_page_pixels)
        width, height = _points(image)
        page = read_scan(width, height, partial(_scaled_grey, image, width, height), context)
        if number > 1 or self._note is None:
            return page
        return replace(page, note=sentences(self._note, page.note))

    def draw(self, number: int, width: int, max_pixels: int) -> Image.Image:
        """See :meth:`indexer.formats.source.OpenedOriginal.draw`."""
        image = self._page(number, max_pixels)
        width_points, height_points = _points(image)
        shown = affordable_width(width_points, height_points, width, max_pixels)
        size = shown, max(1, round(shown * height_points / width_points))
        return _flattened(image, "RGB").resize(size, Image.Resampling.LANCZOS)

    def _page(self, number: int, max_pixels: int) -> Image.Image:
        """Return the decoded image of a page, rotated by its EXIF orientation."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                # Seeking in GIF and WebP decodes all frames before.
                self._refuse_huge(max_pixels)
                self._image.seek(number - 1)
                self._refuse_huge(max_pixels)
                self._image.load()
                return ImageOps.exif_transpose(self._image)
        except _ERRORS as error:
            raise PageFailed(Message("the picture is damaged: %(error)s", error=error)) from error

    def _refuse_huge(self, max_pixels: int) -> None:
        if self._image.width * self._image.height > _DECODED_PER_DRAWN * max_pixels:
            size = f"{self._image.width} x {self._image.height}"
            raise PageFailed(
                Message("the picture is too large for the setting max_page_pixels (%(size)s pixels)", size=size)
            )

    def close(self) -> None:
        """Close the file."""
        self._image.close()


class HeicSource(ImageSource):
    """A HEIC or HEIF photograph; an :class:`indexer.formats.source.OpenedOriginal`."""

    kinds = ("HEIF",)

    def __init__(self, path: Path, filename: str) -> None:
        """Open a photograph.

        :raises DamagedDocument: pi-heif, the Pillow plugin for the format, cannot open it.
        """
        import pi_heif  # noqa: PLC0415 - hardly any archive has such photographs

        pi_heif.register_heif_opener()
        self.agent = {"reader": f"pi-heif {pi_heif.__version__}, libheif {pi_heif.libheif_version()}"}
        super().__init__(path, filename)


def _points(image: Image.Image) -> tuple[float, float]:
    """Return width and height in points by the resolution in the file (a fax has 204 x 98 dpi), else as of A4."""
    across, down = (float(dots) for dots in image.info.get("dpi", (0, 0)))
    if min(across, down) >= MIN_DPI and max(image.width / across, image.height / down) <= MAX_INCHES:
        return image.width / across * POINTS_PER_INCH, image.height / down * POINTS_PER_INCH
    points = A4_INCHES * POINTS_PER_INCH / max(image.size)
    return image.width * points, image.height * points


def _scaled_grey(image: Image.Image, width: float, height: float, dpi: int) -> Image.Image:
    """Return the image of a page of ``width`` x ``height`` points in greyscale, scaled to ``dpi`` both ways."""
    size = max(1, round(width / POINTS_PER_INCH * dpi)), max(1, round(height / POINTS_PER_INCH * dpi))
    grey = _flattened(image, "L")
    return grey if size == grey.size else grey.resize(size, Image.Resampling.LANCZOS)


def _flattened(image: Image.Image, mode: str) -> Image.Image:
    """Return the image on a white background, in ``mode``; 16-bit greys are scaled, where Pillow would clip them."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L").convert(mode)
    if image.has_transparency_data:
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, image.convert("RGBA")).convert(mode)
    return image.convert(mode)
