"""Page images, drawn where a broken document can do no harm: in child processes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import LifoQueue
from typing import ClassVar

from PIL import Image, ImageChops

from archive.config import Settings
from archive.confinement import Confinement, Limits
from archive.errors import DamagedDocument
from archive.model import Box
from archive.rendering import Piece
from archive.store.originals import ORIGINALS_FOLDER
from indexer.cutting import cut
from indexer.formats import open_source
from indexer.formats.layout import LAYOUTS
from indexer.formats.source import PageFailed
from indexer.marking import marked
from indexer.workers import Worker, do

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
    """A page to draw, ``width`` pixels wide, with marks or without; see :class:`archive.rendering.MarkingRenderer`.

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
class Drawer:
    """How pages are drawn; called in each drawing process, it gives the work to be done there."""

    parts: ClassVar[tuple[type, ...]] = (bytes,)

    max_page_pixels: int
    layouts: Path | None = None

    def prepare(self, job: DrawJob) -> None:
        """There is nothing to load."""

    def check(self, job: DrawJob) -> Callable[[bytes], bytes]:
        """What looks at an answer, in the parent: an image of this kind, and nothing a browser would take for a
        page."""
        return refusing_all_but(b"\x89PNG\r\n\x1a\n", *([b"RIFF"] if job.small else []))

    def __call__(self) -> Callable[[DrawJob], Iterator[bytes]]:
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


def refusing_all_but(*beginnings: bytes) -> Callable[[bytes], bytes]:
    """Gives on a file that begins like this, and raises :class:`ValueError` at any other and at a second one."""
    seen: list[int] = []

    def check(part: bytes) -> bytes:
        seen.append(len(part))
        if len(seen) > 1 or not part.startswith(beginnings):
            raise ValueError("not one file of the kind that was asked for")
        return part

    return check


class SandboxedRenderer:
    """An :class:`archive.rendering.PageRenderer` whose documents are opened by child processes. Threads may share
    it."""

    def __init__(self, settings: Settings, cache: Path | None = None) -> None:
        """Processes are started when the first page is asked for. The timeout is the setting ``read_timeout``.

        Office files are drawn from their layouts, which reading left in ``cache``, the archive's folder. Without it,
        originals may be anywhere, so that processes have limits but no sandbox.
        """
        drawer = Drawer(settings.number("max_page_pixels"), None if cache is None else cache / LAYOUTS)
        self._confinement = _confinement(settings, cache)
        self._workers = [Worker(drawer, settings.number("read_timeout"), self._confinement) for _ in range(_PROCESSES)]
        # The one that drew last is taken first, so that a quiet archive keeps one warm process and starts no second.
        self._free: LifoQueue[Worker[DrawJob, bytes]] = LifoQueue()
        for worker in self._workers:
            self._free.put(worker)

    def render(self, original: Path, media_type: str, page: int, width: int) -> bytes:
        """See :meth:`archive.rendering.PageRenderer.render`."""
        return self.draw(DrawJob(original, media_type, page, width, small=True))

    def draw(self, job: DrawJob) -> bytes:
        """The page of a job as an image."""
        worker = self._free.get()
        try:
            (image,) = do(worker, job)
        finally:
            self._free.put(worker)
        return image

    def cut(self, image: bytes, piece: Piece) -> bytes:
        """See :meth:`archive.rendering.CuttingRenderer.cut`. Such an image is our own, so no process is needed."""
        return cut(image, piece)

    def close(self) -> None:
        """End the drawing processes."""
        for worker in self._workers:
            worker.close()


def _confinement(settings: Settings, cache: Path | None) -> Confinement:
    if cache is None:
        return Confinement(Limits.of(settings))
    return Confinement.of(settings, (cache.parent / ORIGINALS_FOLDER, cache), home=cache.parent)


def _png(image: Image.Image) -> bytes:
    """A PNG, in grey if there is no colour in the image."""
    red, green, blue = image.split()
    grey = not (ImageChops.difference(red, green).getbbox() or ImageChops.difference(green, blue).getbbox())
    buffer = io.BytesIO()
    (red if grey else image).save(buffer, "PNG", compress_level=_PNG_COMPRESSION)
    return buffer.getvalue()


def _small(image: Image.Image) -> bytes:
    """A WebP without loss, because what is shown is evidence and no pixel of it may change; or a PNG where there can be
    no WebP, or where it would take too long."""
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
