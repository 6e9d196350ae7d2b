"""Pages to read: made when they are needed, born digital or as scans."""

from __future__ import annotations

import io
from collections.abc import Callable

import pymupdf
from PIL import Image

from indexer.formats.flowing import FlowingSource
from indexer.formats.source import ReadContext, ReadPage
from indexer.ocr.engine import NullOcr

LETTER = [
    "Town of Brezovac, procurement office",
    "Decision on the award of contract",
    "The contract for eleven cameras is awarded",
    "to the vendor Providni Sistemi from Dunavgrad",
    "for the price of 1250000 dinars without tax.",
]

Read = Callable[..., list[ReadPage]]
"""The fixture ``read``: reads the pages of a file."""


def flowing_pages(source: FlowingSource) -> list[ReadPage]:
    """The pages of a source that needs no context to read them."""
    context = ReadContext(NullOcr(), "never", ocr_dpi=200, max_pages=100, max_page_pixels=40_000_000)
    return [source.read(number, context) for number in range(1, source.page_count + 1)]


def letter_pdf(lines: list[str] | None = None, size: tuple[float, float] = (420, 298)) -> pymupdf.Document:
    """A PDF with one page of text."""
    document = pymupdf.open()
    page = document.new_page(width=size[0], height=size[1])
    for number, line in enumerate(LETTER if lines is None else lines):
        page.insert_text((40, 60 + 30 * number), line, fontsize=12)
    return document


def scan(document: pymupdf.Document, dpi: int = 200, turn: int = 0) -> Image.Image:
    """A picture of the first page in grey, turned counterclockwise by ``turn`` degrees."""
    png = document[0].get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY).tobytes("png")
    image = Image.open(io.BytesIO(png)).rotate(turn, expand=True)
    image.info["dpi"] = (dpi, dpi)
    return image


def scanned_pdf(image: Image.Image, dpi: int = 200) -> pymupdf.Document:
    """A PDF that holds nothing but a picture."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    document = pymupdf.open()
    page = document.new_page(width=image.width * 72 / dpi, height=image.height * 72 / dpi)
    page.insert_image(page.rect, stream=buffer.getvalue())
    return document
