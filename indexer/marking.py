"""Marks on page images: cited words highlighted, words that must not be seen blacked out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from archive.model import Box

_YELLOW = (255, 236, 120)
_RED = (190, 30, 30)

_MARGIN = 0.12
"""Of a word's height: what a mark reaches beyond it, above and below; half of it left and right."""

_MASK_MARGIN = 0.25
"""The same of what is blacked out; boxes of OCR are tight, and not a stroke may show."""

Edges = tuple[float, float, float, float]


def marked(image: Image.Image, marks: Sequence[Box], masks: Sequence[Box]) -> Image.Image:
    """The image in colour, with the words at ``marks`` on yellow in a red line, and ``masks`` in black.

    Words that follow each other on a line are marked as one, also where the line of a scan climbs. Yellow darkens
    nothing, so that what is printed there stays as it is; the line shows in print without colour, too.
    """
    page = image.convert("RGB")
    region = Image.new("L", page.size)
    on_region = ImageDraw.Draw(region)
    words = [_pixels(box, page, _MARGIN) for box in marks]
    for edges in words:
        on_region.rectangle(edges, fill=255)
    for gap in _gaps(words):
        on_region.polygon(gap, fill=255)
    page = ImageChops.multiply(page, Image.composite(_plain(page, _YELLOW), _plain(page, (255, 255, 255)), region))
    line = ImageChops.subtract(region.filter(ImageFilter.MaxFilter(2 * max(1, page.width // 800) + 1)), region)
    page.paste(_RED, mask=line)
    on_page = ImageDraw.Draw(page)
    for box in masks:
        on_page.rectangle(_pixels(box, page, _MASK_MARGIN), fill=(0, 0, 0))
    return page


def _gaps(words: Sequence[Edges]) -> Iterator[tuple[tuple[float, float], ...]]:
    """What lies between words that follow each other on a line: four corners each."""
    for (_, top, right, bottom), (next_left, next_top, _, next_bottom) in pairwise(words):
        shared = min(bottom, next_bottom) - max(top, next_top)
        if next_left > right and shared > 0.5 * min(bottom - top, next_bottom - next_top):
            yield (right, top), (next_left, next_top), (next_left, next_bottom), (right, bottom)


def _plain(page: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    return Image.new("RGB", page.size, colour)


def _pixels(box: Box, image: Image.Image, margin: float) -> Edges:
    around = margin * (box.y1 - box.y0) * image.height
    return (
        box.x0 * image.width - around / 2,
        box.y0 * image.height - around,
        box.x1 * image.width + around / 2,
        box.y1 * image.height + around,
    )
