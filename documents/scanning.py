"""From a typeset page to what a copier in a town hall makes of it.

The order is the order of the real world: the page is printed (drawn by MuPDF), signed and stamped, laid on the glass a
little askew, lit unevenly, blurred by the lens, speckled by dust, and saved by a device that is mean with bytes. Every
effect is drawn from a random generator seeded with the file's name and page, so the same versions of Pillow and MuPDF
give the same bytes.
"""

from __future__ import annotations

import io
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pymupdf
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from documents.ink import PEN_INK, STAMP_INK, lay_ink, registry_stamp, round_stamp, signature
from documents.source import Source

MARGIN_OF_SHADOW = 0.012
"""Width of the dark edge a book or a lid leaves, as a share of the page's width."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """How a document was scanned, and what was put on it by hand before.

    A pen signs on every printed line of underscores; the round stamp, if there is a text for it, is put beside the
    last one. ``received`` are the lines of the registry's stamp, ``received_at`` its ``(page, x, y)``: the page
    numbered from 1, the centre as shares of the page.
    """

    dpi: int = 200
    colour: bool = False
    bilevel: bool = False
    skew: float = 0.6
    noise: int = 16
    blur: float = 0.7
    quality: int = 40
    stamp_text: str = ""
    received: Sequence[str] = ()
    received_at: Sequence[float] = (1, 0.78, 0.1)

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Scanner:
        """Make one from the ``[scan]`` table of a source.

        :raises TypeError: the table has a key no scanner has.
        """
        return cls(**table)


def _printed(page: pymupdf.Page, dpi: int) -> Image.Image:
    pixels = page.get_pixmap(dpi=dpi, colorspace=pymupdf.csRGB)
    return Image.frombytes("RGB", (pixels.width, pixels.height), pixels.samples)


def _signature_lines(page: pymupdf.Page) -> list[pymupdf.Rect]:
    """The boxes of the printed lines people sign on."""
    return [pymupdf.Rect(word[:4]) for word in page.get_text("words") if set(word[4]) == {"_"} and len(word[4]) >= 10]


def _signed(page: pymupdf.Page, scanner: Scanner, rng: random.Random) -> Image.Image:
    """A page printed, received, signed and stamped."""
    sheet = _printed(page, scanner.dpi)
    if scanner.received and scanner.received_at[0] == page.number + 1:
        lay_ink(sheet, registry_stamp(scanner.received, int(sheet.width * 0.3)), scanner.received_at[1:], STAMP_INK)
    lines = _signature_lines(page)
    for line in lines:
        middle = ((line.x0 + line.x1) / 2 / page.rect.width, (line.y1 - rng.uniform(6, 14)) / page.rect.height)
        lay_ink(sheet, signature(int(sheet.width * rng.uniform(0.17, 0.22)), rng), middle, PEN_INK)
    if lines and scanner.stamp_text:
        beside = ((lines[-1].x0 - 22) / page.rect.width, (lines[-1].y1 + 14) / page.rect.height)
        lay_ink(sheet, round_stamp(scanner.stamp_text, int(sheet.width * 0.082), rng), beside, STAMP_INK)
    return sheet


def _light(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """Uneven light and the dark edge of the lid, as a grey factor."""
    small = Image.linear_gradient("L").resize((64, 64)).rotate(rng.choice((0, 90, 180, 270)))
    light = small.point(lambda value: 236 + value * 16 // 255).resize(size, Image.Resampling.BICUBIC)
    edge = Image.new("L", size, 255)
    width = int(size[0] * MARGIN_OF_SHADOW * rng.uniform(0.5, 1.4))
    ImageDraw.Draw(edge).rectangle((0, 0, width, size[1]), fill=rng.randint(110, 165))
    return ImageChops.multiply(light, edge.filter(ImageFilter.GaussianBlur(width / 2)))


def _speckled(sheet: Image.Image, noise: int, rng: random.Random) -> Image.Image:
    """Sensor noise, then dust: a few dozen dark specks."""
    grain = Image.frombytes("L", sheet.size, rng.randbytes(sheet.width * sheet.height))
    grain = grain.filter(ImageFilter.GaussianBlur(0.5)).point(lambda value: 128 + (value - 128) * noise // 128)
    bands = [ImageChops.add(band, grain, offset=-128) for band in sheet.split()]
    dusty = Image.merge(sheet.mode, bands)
    draw = ImageDraw.Draw(dusty)
    for _ in range(rng.randint(25, 70)):
        x, y, r = rng.uniform(0, sheet.width), rng.uniform(0, sheet.height), rng.uniform(0.4, 1.6)
        grey = rng.randint(30, 120)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=grey if sheet.mode == "L" else (grey, grey, grey))
    return dusty


def scan(document: pymupdf.Document, source: Source) -> list[Image.Image]:
    """Every page of a typeset document as a scanner's image: RGB, grey, or black and white."""
    scanner = Scanner.from_table(source.scan or {})
    images = []
    for number, page in enumerate(document, start=1):
        signing = random.Random(f"{source.paper} {number}")  # one paper has one signature, however often it is scanned
        sheet = _signed(page, scanner, signing)
        rng = random.Random(f"{source.file} {number}")
        if not scanner.colour:
            sheet = sheet.convert("L")
        angle = scanner.skew * rng.uniform(0.6, 1.0) * rng.choice((-1, 1))
        sheet = sheet.rotate(angle, Image.Resampling.BICUBIC, fillcolor="white")
        sheet = sheet.filter(ImageFilter.GaussianBlur(scanner.blur))
        light = _light(sheet.size, rng)
        sheet = ImageChops.multiply(sheet, light.convert(sheet.mode))
        sheet = _speckled(sheet, scanner.noise, rng)
        images.append(sheet.point(lambda value: 255 if value > 150 else 0, "1") if scanner.bilevel else sheet)
    return images


def jpeg(image: Image.Image, source: Source) -> bytes:
    """One page as a JPEG of the scanner's quality."""
    scanner = Scanner.from_table(source.scan or {})
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=scanner.quality, dpi=(scanner.dpi, scanner.dpi))
    return buffer.getvalue()


def image_pdf(images: Sequence[Image.Image], source: Source) -> pymupdf.Document:
    """A PDF of nothing but page images, as a scanner that mails PDFs makes it."""
    dpi = Scanner.from_table(source.scan or {}).dpi
    document = pymupdf.open()
    for image in images:
        page = document.new_page(width=image.width * 72 / dpi, height=image.height * 72 / dpi)
        page.insert_image(page.rect, stream=jpeg(image, source))
    return document


def image_file(images: Sequence[Image.Image], source: Source) -> bytes:
    """The pages as one file of the format the source's file name asks for: JPEG, PNG (16 greys) or TIFF (Group 4)."""
    dpi = Scanner.from_table(source.scan or {}).dpi
    buffer = io.BytesIO()
    match source.suffix:
        case ".jpg":
            return jpeg(images[0], source)
        case ".png":
            images[0].quantize(16).save(buffer, "PNG", optimize=True, dpi=(dpi, dpi))
        case ".tif":
            images[0].save(
                buffer, "TIFF", compression="group4", dpi=(dpi, dpi), save_all=True, append_images=list(images[1:])
            )
        case other:
            raise ValueError(f"{source.file}: no scanner writes {other}")
    return buffer.getvalue()
