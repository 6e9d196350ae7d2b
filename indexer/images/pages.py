"""Page images: drawn in child processes, where a broken document can do no harm; marked, masked and cut."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from queue import LifoQueue

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from archive.config import Settings
from archive.errors import DamagedDocument
from archive.model import Box
from archive.model.rendering import ImagePiece, StructurePart
from archive.model.words import Words
from archive.store.originals.files import ORIGINALS_FOLDER
from archive.system.confinement import Confinement, ProcessLimits
from indexer.formats import LAYOUTS, open_source
from indexer.formats.source import PageFailed
from indexer.layout import structure_parts
from indexer.sandbox.process import Handler, Work
from indexer.sandbox.workers import Worker, do

_YELLOW = (255, 236, 120)
_RED = (190, 30, 30)

_MARGIN = 0.12
"""Of a word's height: what a mark reaches beyond it, above and below; half of it left and right."""

_MASK_MARGIN = 0.25
"""The same of what is blacked out; boxes of OCR are tight, and not a stroke may show."""

Edges = tuple[float, float, float, float]


def marked(image: Image.Image, marks: Sequence[Box], masks: Sequence[Box]) -> Image.Image:
    """Return the image in colour, with the words at ``marks`` on yellow in a red line, and ``masks`` in black.

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
    """Yield what lies between words that follow each other on a line: four corners each."""
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


_JPEG_QUALITY = 85


def cut(image: bytes, piece: ImagePiece) -> bytes:
    """Return a piece of an image of ours, see :meth:`archive.model.rendering.CuttingRenderer.cut`."""
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


_PROCESSES = 2
"""Pages drawn at the same time. One takes some 0.1 s, and its image is kept, so more would only take memory."""

_PNG_COMPRESSION = 3
"""Of 9. On four scanned and digital pages 1,600 pixels wide, half the time of the default 6 and up to a fifth fewer
bytes."""

_LONGEST_WEBP = 16383
"""Pixels that a side of a WebP may have."""

_WEBP_QUALITY, _WEBP_METHOD = 20, 1
"""How hard the encoder tries (of 100, of 6). On 30 pages of the corpus, 1,200 pixels wide, of which 27 became a WebP,
images take 154 kB instead of 227 as PNGs, and 67 ms of processor time instead of 30."""

_STRIPS, _STRIP_HEIGHT = 4, 64
_NOISY = 0.165
"""Bytes of a PNG for each pixel of a few strips of an image, above which it is the noise of a scan. Print takes 0.01 to
0.16 and scans of grey paper 0.15 to 0.6; of these, at 3,000 pixels, a WebP takes 1.8 s instead of 0.45 and saves but a
quarter. To look at strips takes 2 ms, a PNG of the whole page 15 to 37."""


@dataclass(frozen=True, slots=True)
class DrawJob:
    """A page to draw, ``width`` pixels wide, with or without marks (:class:`archive.model.rendering.MarkingRenderer`).

    ``small`` asks for a WebP instead of a PNG where there can be one.
    """

    original: Path
    media_type: str
    page: int
    width: int
    marks: tuple[Box, ...] = ()
    masks: tuple[Box, ...] = ()
    small: bool = False


@dataclass(frozen=True, slots=True)
class Drawer(Handler[DrawJob, bytes]):
    """How pages are drawn."""

    max_page_pixels: int
    layouts: Path | None = None

    def load(self) -> Work[DrawJob, bytes]:
        """Return the work."""
        return self._draw

    def _draw(self, job: DrawJob) -> Iterator[bytes]:
        name = job.original.name
        source = open_source(job.media_type, job.original, name, layouts=self.layouts)
        if not 1 <= job.page <= source.page_count:
            raise DamagedDocument(
                "%(filename)s has %(count)s pages; there is no page %(number)s.",
                filename=name,
                count=source.page_count,
                number=job.page,
            )
        try:
            image = source.draw(job.page, job.width, self.max_page_pixels)
        except PageFailed as error:
            raise DamagedDocument(
                "Page %(page)s of %(name)s cannot be drawn: %(error)s.", page=job.page, name=name, error=error
            ) from error
        finally:
            source.close()
        if job.marks or job.masks:
            image = marked(image, job.marks, job.masks)
        yield _small(image) if job.small else _png(image)


def _image_of(job: DrawJob) -> Callable[[bytes], bytes]:
    """Return what checks an answer: an image of this kind, and nothing a browser would take for a page."""
    return refusing_all_but(b"\x89PNG\r\n\x1a\n", *([b"RIFF"] if job.small else []))


def refusing_all_but(*beginnings: bytes) -> Callable[[bytes], bytes]:
    """Make a check that gives on a file that begins like this, and raises :class:`ValueError` at any other and at a
    second one."""
    seen: list[int] = []

    def check(part: bytes) -> bytes:
        seen.append(len(part))
        if len(seen) > 1 or not part.startswith(beginnings):
            raise ValueError("not one file of the kind that was asked for")
        return part

    return check


class SandboxedRenderer:
    """An :class:`archive.model.rendering.PageRenderer` whose documents are opened by child processes. Threads may share
    it."""

    def __init__(self, settings: Settings, cache: Path | None = None) -> None:
        """Processes are started when the first page is asked for. The timeout is the setting ``read_timeout``.

        Office files are drawn from their layouts, which reading left in ``cache``, the archive's folder. Without it,
        originals may be anywhere, so that processes have limits but no sandbox.
        """
        drawer = Drawer(settings.number("max_page_pixels"), None if cache is None else cache / LAYOUTS)
        self._confinement = _confinement(settings, cache)
        self._workers = [
            Worker(drawer, _image_of, settings.number("read_timeout"), self._confinement) for _ in range(_PROCESSES)
        ]
        # The one that drew last is taken first, so that a quiet archive keeps one warm process and starts no second.
        self._free: LifoQueue[Worker[DrawJob, bytes]] = LifoQueue()
        for worker in self._workers:
            self._free.put(worker)

    def render(self, original: Path, media_type: str, page: int, width: int) -> bytes:
        """See :meth:`archive.model.rendering.PageRenderer.render`."""
        return self.draw(DrawJob(original, media_type, page, width, small=True))

    def draw(self, job: DrawJob) -> bytes:
        """Return the page of a job as an image."""
        worker = self._free.get()
        try:
            (image,) = do(worker, job)
        finally:
            self._free.put(worker)
        return image

    def cut(self, image: bytes, piece: ImagePiece) -> bytes:
        """See :meth:`archive.model.rendering.CuttingRenderer.cut`. The image is ours: no process is needed."""
        return cut(image, piece)

    def structure(self, words: Words) -> list[StructurePart]:
        """See :meth:`archive.model.rendering.StructureRenderer.structure`. Words are no file: no process is needed."""
        return structure_parts(words)

    def close(self) -> None:
        """End the drawing processes."""
        for worker in self._workers:
            worker.close()


def _confinement(settings: Settings, cache: Path | None) -> Confinement:
    if cache is None:
        return Confinement(ProcessLimits.of(settings))
    return Confinement.of(settings, (cache.parent / ORIGINALS_FOLDER, cache), home=cache.parent)


def _png(image: Image.Image) -> bytes:
    """Return a PNG, in grey if there is no colour in the image."""
    red, green, blue = image.split()
    grey = not (ImageChops.difference(red, green).getbbox() or ImageChops.difference(green, blue).getbbox())
    buffer = io.BytesIO()
    (red if grey else image).save(buffer, "PNG", compress_level=_PNG_COMPRESSION)
    return buffer.getvalue()


def _small(image: Image.Image) -> bytes:
    """Return a WebP without loss, because what is shown is evidence and no pixel of it may change; or a PNG where there
    can be no WebP, or where it would take too long."""
    if max(image.size) > _LONGEST_WEBP or _is_noisy(image):
        return _png(image)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", lossless=True, quality=_WEBP_QUALITY, method=_WEBP_METHOD)
    return buffer.getvalue()


def _is_noisy(image: Image.Image) -> bool:
    height = min(_STRIP_HEIGHT, image.height)
    strips = Image.new("L", (image.width, height * _STRIPS))
    for number in range(_STRIPS):
        top = round((image.height - height) * (number + 0.5) / _STRIPS)
        strips.paste(image.crop((0, top, image.width, top + height)).convert("L"), (0, height * number))
    buffer = io.BytesIO()
    strips.save(buffer, "PNG", compress_level=1)
    return len(buffer.getvalue()) > _NOISY * strips.width * strips.height
