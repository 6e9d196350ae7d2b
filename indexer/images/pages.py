"""Page images: rendered in child processes, isolated from malicious documents; with marks and masks, and cropped."""

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
from indexer.formats import LAYOUTS, load, media_types, open_source
from indexer.formats.source import PageFailed
from indexer.layout import structure_parts
from indexer.sandbox.process import Handler, Work
from indexer.sandbox.workers import Worker, do

_YELLOW = (255, 236, 120)
_RED = (190, 30, 30)

_MARGIN = 0.12
"""Margin of a mark above and below a word, as a share of the word height; half of it left and right."""

_MASK_MARGIN = 0.25
"""The same for a mask; OCR boxes are tight, and no stroke may remain visible."""

Edges = tuple[float, float, float, float]


def marked(image: Image.Image, marks: Sequence[Box], masks: Sequence[Box]) -> Image.Image:
    """Return the image in colour, with ``marks`` highlighted in yellow with a red outline, and ``masks`` in black.

    Adjacent words of a line are highlighted together, also on a skewed scan. Yellow keeps the print readable; the
    outline is visible in greyscale, too.
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
    """Yield the polygons between adjacent words of a line, four corners each."""
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
    """Return a cropped part of a rendered image, see :meth:`archive.model.rendering.CuttingRenderer.cut`."""
    with Image.open(io.BytesIO(image), formats=["WEBP", "PNG"]) as page:
        box = piece.box
        edges = (box.x0 * page.width, box.y0 * page.height, box.x1 * page.width, box.y1 * page.height)
        # Reducing first makes small thumbnails fast; the gap preserves the quality of letters.
        part = page.resize((piece.width, piece.height), Image.Resampling.BICUBIC, box=edges, reducing_gap=2.0)
    buffer = io.BytesIO()
    if piece.form == "jpg":
        part.save(buffer, "JPEG", quality=_JPEG_QUALITY)
    else:
        part.save(buffer, "PNG")
    return buffer.getvalue()


_PROCESSES = 2
"""Number of pages rendered in parallel. One takes 0.1 s and its image is cached, so more would waste memory."""

_PNG_COMPRESSION = 3
"""Compression level (0 to 9). On four pages 1,600 pixels wide it takes half the time of the default 6.

Files are up to a fifth smaller.
"""

_LONGEST_WEBP = 16383
"""Maximum side of a WebP in pixels."""

_WEBP_QUALITY, _WEBP_METHOD = 20, 1
"""Effort of the encoder (of 100, of 6).

On 30 pages of the corpus, 1,200 pixels wide, of which 27 became a WebP, images take 154 kB instead of 227 as PNG, and
67 ms of CPU time instead of 30.
"""

_STRIPS, _STRIP_HEIGHT = 4, 64
_NOISY = 0.165
"""Bytes of PNG per pixel in sampled strips of an image, above which it is a noisy scan.

Print takes 0.01 to 0.16 and scans of grey paper 0.15 to 0.6; for the latter, at 3,000 pixels, a lossless WebP takes
1.8 s instead of 0.45 and saves only a quarter. Sampling takes 2 ms, a PNG of the whole page 15 to 37.
"""

_LOSSY_QUALITY, _LOSSY_METHOD = 80, 1
"""Quality of a lossy WebP (of 100), and effort of its encoder (of 6)."""


@dataclass(frozen=True, slots=True)
class DrawJob:
    """A page to render, ``width`` pixels wide, with marks and masks (:class:`archive.model.rendering.MarkingRenderer`).

    ``small`` asks for a WebP instead of a PNG where possible, ``lossy`` for one of noisy scans, too.
    """

    original: Path
    media_type: str
    page: int
    width: int
    marks: tuple[Box, ...] = ()
    masks: tuple[Box, ...] = ()
    small: bool = False
    lossy: bool = False


@dataclass(frozen=True, slots=True)
class Drawer(Handler[DrawJob, bytes]):
    """The handler that renders pages."""

    max_page_pixels: int
    layouts: Path | None = None

    def load(self) -> Work[DrawJob, bytes]:
        """Import what most pages need, and return the function that renders one."""
        Image.init()
        load(media_types.PDF)
        return self._draw

    def prepare(self, job: DrawJob) -> None:
        """Import what this document needs: a fork would do so for every page, in half a second."""
        load(job.media_type)

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
        yield _small(image, lossy=job.lossy) if job.small else _png(image)


def _image_of(job: DrawJob) -> Callable[[bytes], bytes]:
    """Return a check of the result: one image of the requested type, which no browser takes for HTML."""
    return refusing_all_but(b"\x89PNG\r\n\x1a\n", *([b"RIFF"] if job.small else []))


def refusing_all_but(*beginnings: bytes) -> Callable[[bytes], bytes]:
    """Return a check that passes on one file with one of these beginnings, and raises :class:`ValueError` otherwise."""
    seen: list[int] = []

    def check(part: bytes) -> bytes:
        seen.append(len(part))
        if len(seen) > 1 or not part.startswith(beginnings):
            raise ValueError("not a single file of the requested type")
        return part

    return check


class SandboxedRenderer:
    """An :class:`archive.model.rendering.PageRenderer` that opens documents in child processes; it is thread-safe."""

    def __init__(self, settings: Settings, cache: Path | None = None) -> None:
        """Child processes are started on the first request, with the timeout ``read_timeout``.

        Office files are rendered from their layouts in ``cache``, the cache folder of the archive. Without it originals
        may be anywhere, so that child processes have resource limits but no sandbox.
        """
        drawer = Drawer(settings.number("max_page_pixels"), None if cache is None else cache / LAYOUTS)
        self._confinement = _confinement(settings, cache)
        self._workers = [
            Worker(drawer, _image_of, settings.number("read_timeout"), self._confinement) for _ in range(_PROCESSES)
        ]
        # Last in, first out: under low load one warm process is reused and no second is started.
        self._free: LifoQueue[Worker[DrawJob, bytes]] = LifoQueue()
        for worker in self._workers:
            self._free.put(worker)

    def warm_up(self) -> None:
        """Start a child process, so that the first page does not wait for it."""
        worker = self._free.get()
        try:
            worker.wake()
        finally:
            self._free.put(worker)

    def render(self, original: Path, media_type: str, page: int, width: int) -> bytes:
        """See :meth:`archive.model.rendering.PageRenderer.render`."""
        return self.draw(DrawJob(original, media_type, page, width, small=True))

    def render_lossy(self, original: Path, media_type: str, page: int, width: int) -> bytes:
        """See :meth:`archive.model.rendering.LossyRenderer.render_lossy`."""
        return self.draw(DrawJob(original, media_type, page, width, small=True, lossy=True))

    def draw(self, job: DrawJob) -> bytes:
        """Return the image of a page.

        :raises archive.errors.DosijeError: it cannot be rendered.
        """
        worker = self._free.get()
        try:
            (image,) = do(worker, job)
        finally:
            self._free.put(worker)
        return image

    def cut(self, image: bytes, piece: ImagePiece) -> bytes:
        """See :meth:`archive.model.rendering.CuttingRenderer.cut`. The image is trusted: no child process is needed."""
        return cut(image, piece)

    def structure(self, words: Words) -> list[StructurePart]:
        """See :meth:`archive.model.rendering.StructureRenderer.structure`. No child process is needed."""
        return structure_parts(words)

    def close(self) -> None:
        """Terminate the child processes."""
        for worker in self._workers:
            worker.close()


def _confinement(settings: Settings, cache: Path | None) -> Confinement:
    if cache is None:
        return Confinement(ProcessLimits.of(settings))
    return Confinement.of(settings, (cache.parent / ORIGINALS_FOLDER, cache), home=cache.parent)


def _png(image: Image.Image) -> bytes:
    """Return a PNG, in greyscale if the image has no colour."""
    red, green, blue = image.split()
    grey = not (ImageChops.difference(red, green).getbbox() or ImageChops.difference(green, blue).getbbox())
    buffer = io.BytesIO()
    (red if grey else image).save(buffer, "PNG", compress_level=_PNG_COMPRESSION)
    return buffer.getvalue()


def _small(image: Image.Image, *, lossy: bool) -> bytes:
    """Return a lossless WebP, or a PNG where WebP is impossible or too slow.

    It is lossless because the image is evidence. With ``lossy``, a noisy scan is a WebP that is not.
    """
    if max(image.size) > _LONGEST_WEBP:
        return _png(image)
    is_noisy = _is_noisy(image)
    if is_noisy and not lossy:
        return _png(image)
    buffer = io.BytesIO()
    if is_noisy:
        image.save(buffer, "WEBP", quality=_LOSSY_QUALITY, method=_LOSSY_METHOD)
    else:
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
