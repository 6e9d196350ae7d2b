"""Page images, drawn where a broken document can do no harm: in child processes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import LifoQueue

from PIL import Image, ImageChops

from archive.config import Settings
from archive.errors import DamagedDocument
from archive.model import Box
from indexer.formats import open_source
from indexer.formats.layout import LAYOUTS
from indexer.formats.source import PageFailed
from indexer.marking import marked
from indexer.workers import Worker

_PROCESSES = 2
"""Pages drawn at the same time. One takes some 0.1 s, and its image is kept, so more would only take memory."""

_PNG_COMPRESSION = 3
"""Of 9. On four scanned and digital pages 1,600 pixels wide, half the time of the default 6 and up to a fifth fewer
bytes."""


@dataclass(frozen=True, slots=True)
class DrawJob:
    """A page to draw, ``width`` pixels wide, with marks or without; see :class:`archive.rendering.MarkingRenderer`."""

    original: Path
    media_type: str
    page: int
    width: int
    marks: tuple[Box, ...] = ()
    masks: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawer:
    """How pages are drawn; called in each drawing process, it gives the work to be done there."""

    max_page_pixels: int
    layouts: Path | None = None

    def __call__(self) -> Callable[[DrawJob], Iterator[bytes]]:
        """Return the work."""
        return self._draw

    def _draw(self, job: DrawJob) -> Iterator[bytes]:
        name = job.original.name
        source = open_source(job.media_type, job.original, name, layouts=self.layouts)
        if not 1 <= job.page <= source.page_count:
            raise DamagedDocument(f"{name} has {source.page_count} pages; there is no page {job.page}.")
        try:
            image = source.draw(job.page, job.width, self.max_page_pixels)
        except PageFailed as error:
            raise DamagedDocument(f"Page {job.page} of {name} cannot be drawn: {error}.") from error
        finally:
            source.close()
        yield _png(marked(image, job.marks, job.masks) if job.marks or job.masks else image)


class SandboxedRenderer:
    """An :class:`archive.rendering.PageRenderer` whose documents are opened by child processes. Threads may share
    it."""

    def __init__(self, settings: Settings, cache: Path | None = None) -> None:
        """Processes are started when the first page is asked for. The timeout is the setting ``read_timeout``.

        Office files are drawn from their layouts, which reading left in ``cache``, the archive's folder.
        """
        drawer = Drawer(settings.number("max_page_pixels"), None if cache is None else cache / LAYOUTS)
        self._workers = [Worker(drawer, settings.number("read_timeout")) for _ in range(_PROCESSES)]
        # The one that drew last is taken first, so that a quiet archive keeps one warm process and starts no second.
        self._free: LifoQueue[Worker[DrawJob, bytes]] = LifoQueue()
        for worker in self._workers:
            self._free.put(worker)

    def render(self, original: Path, media_type: str, page: int, width: int) -> bytes:
        """See :meth:`archive.rendering.PageRenderer.render`."""
        return self.draw(DrawJob(original, media_type, page, width))

    def draw(self, job: DrawJob) -> bytes:
        """The page of a job as a PNG."""
        worker = self._free.get()
        try:
            (image,) = worker.do(job)
        finally:
            self._free.put(worker)
        return image

    def close(self) -> None:
        """End the drawing processes."""
        for worker in self._workers:
            worker.close()


def _png(image: Image.Image) -> bytes:
    """A PNG, in grey if there is no colour in the image."""
    red, green, blue = image.split()
    grey = not (ImageChops.difference(red, green).getbbox() or ImageChops.difference(green, blue).getbbox())
    buffer = io.BytesIO()
    (red if grey else image).save(buffer, "PNG", compress_level=_PNG_COMPRESSION)
    return buffer.getvalue()
