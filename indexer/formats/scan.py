"""Reading a page from its image, whichever format the image came from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import sqrt

from PIL import Image

from archive.errors import Message
from archive.model import TextSource
from archive.words import Words
from indexer.formats.source import ReadContext, ReadPage
from indexer.ocr.engine import OcrFailed

POINTS_PER_INCH = 72

MAX_SIDE = 32_000
"""Pixels along one side of an image: Tesseract counts in 16-bit numbers with a sign."""

NOTHING = Words.of(())


def read_scan(width: float, height: float, draw: Callable[[int], Image.Image], context: ReadContext) -> ReadPage:
    """Read a page of ``width`` x ``height`` points by OCR. ``draw`` makes its grey image at a number of dots per inch.

    A page that can be drawn but not read has no words and says why.

    :raises PageFailed: ``draw`` cannot draw the page.
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
        result = context.ocr.read(draw(dpi), dpi)
    except OcrFailed as error:
        return unread(note=error.message)
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
    """The resolution to draw a page of ``width`` x ``height`` points at: ``wanted``, or less to keep the limits."""
    inches = max(width, 1) / POINTS_PER_INCH, max(height, 1) / POINTS_PER_INCH
    return min(wanted, int(sqrt(max_pixels / (inches[0] * inches[1]))), int(MAX_SIDE / max(inches)))


def affordable_width(width: float, height: float, wanted: int, max_pixels: int) -> int:
    """The width in pixels to draw a page at: ``wanted``, or less where the whole image would exceed ``max_pixels``."""
    # One pixel less, because the height that goes with it is rounded up.
    affordable = int(min(sqrt(max_pixels * width / height), MAX_SIDE * min(1, width / height))) - 1
    return max(1, min(wanted, affordable))
