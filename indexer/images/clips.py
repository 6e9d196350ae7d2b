"""Clips: pages with marks bound to a PDF, with a caption below each.

A clip is made of page images and words, so it cannot contain hidden parts of an original: other pages, attachments,
layers, the text below a masked number.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymupdf

from archive.config import Settings
from archive.errors import DamagedDocument
from archive.model import Box
from archive.model.rendering import ClipPage
from archive.system.confinement import Confinement, ProcessLimits
from indexer.images.pages import DrawJob, SandboxedRenderer, refusing_all_but
from indexer.sandbox.process import Handler, Work
from indexer.sandbox.workers import Worker, do

_BAND = 30.0
"""Height in points added below each page for its caption, so that nothing of the page is covered."""

_EDGE = 18.0
_STAMP_SIZE, _CAPTION_SIZE = 11.0, 7.0
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = len(_SIGNATURE) + 8
"""The offset of the width in a PNG, after length and name of the first chunk."""

_INVISIBLE = 3
"""The PDF text rendering mode for invisible text."""


@dataclass(frozen=True, slots=True)
class ClipJob:
    """Pages to bind to a clip."""

    pages: tuple[ClipPage, ...]
    title: str


@dataclass(frozen=True, slots=True)
class Binder(Handler[ClipJob, bytes]):
    """The handler that binds pages."""

    def load(self) -> Work[ClipJob, bytes]:
        """Return the function that binds pages."""
        return _bind


class ClipRenderer(SandboxedRenderer):
    """An :class:`archive.model.rendering.MarkingRenderer` that works in child processes."""

    def __init__(self, settings: Settings, cache: Path | None = None) -> None:
        """Take the same arguments as :class:`indexer.images.pages.SandboxedRenderer`."""
        super().__init__(settings, cache)
        # It opens only images rendered by us, anywhere on the disk: resource limits, but no sandbox.
        self._binder: Worker[ClipJob, bytes] = Worker(
            Binder(), _pdf, settings.number("read_timeout"), Confinement(ProcessLimits.of(settings))
        )

    def render_marked(
        self, original: Path, media_type: str, page: int, width: int, marks: Sequence[Box], masks: Sequence[Box]
    ) -> bytes:
        """See :meth:`archive.model.rendering.MarkingRenderer.render_marked`."""
        return self.draw(DrawJob(original, media_type, page, width, tuple(marks), tuple(masks)))

    def clip(self, pages: Sequence[ClipPage], title: str) -> bytes:
        """See :meth:`archive.model.rendering.MarkingRenderer.clip`."""
        (made,) = do(self._binder, ClipJob(tuple(pages), title))
        return made

    def close(self) -> None:
        """Terminate all child processes."""
        super().close()
        self._binder.close()


def _pdf(_: ClipJob) -> Callable[[bytes], bytes]:
    return refusing_all_but(b"%PDF-")


def _bind(job: ClipJob) -> Iterator[bytes]:
    document = pymupdf.open()
    regular, bold = pymupdf.Font("helv"), pymupdf.Font("hebo")
    for page in job.pages:
        try:
            _add(document, page, regular, bold)
        except (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError) as error:
            raise DamagedDocument(
                "Page %(page)s cannot be put into the clip: %(error)s.", page=page.stamp, error=error
            ) from error
    document.set_metadata({"title": job.title, "creator": "Dosije"})
    labels = ({"startpage": at, "prefix": page.stamp, "style": ""} for at, page in enumerate(job.pages))
    document.set_page_labels(list(labels))
    document.subset_fonts()
    yield document.tobytes(garbage=3, deflate=True)
    document.close()


def _add(document: Any, page: ClipPage, regular: Any, bold: Any) -> None:
    sheet = document.new_page(width=page.width, height=page.height + _BAND)
    sheet.insert_image(pymupdf.Rect(0, 0, page.width, page.height), xref=_image(document, page.image.read_bytes()))
    sheet.draw_line((0, page.height), (page.width, page.height), width=0.5)
    words, printed = pymupdf.TextWriter(sheet.rect), pymupdf.TextWriter(sheet.rect)
    for text, box in page.words:
        if width := regular.text_length(text, 1):
            start = pymupdf.Point(box.x0 * page.width, box.y1 * page.height)
            words.append(start, text, regular, max(1.0, (box.x1 - box.x0) * page.width / width))
    base = page.height + _BAND * 0.62
    stamp = page.width - _EDGE - bold.text_length(page.stamp, _STAMP_SIZE)
    printed.append((stamp, base), page.stamp, bold, _STAMP_SIZE)
    room = max(1.0, stamp - 2 * _EDGE)
    size = min(_CAPTION_SIZE, room / regular.text_length(page.caption, 1))
    printed.append((_EDGE, base), page.caption, regular, size)
    if page.words:
        words.write_text(sheet, render_mode=_INVISIBLE)
    printed.write_text(sheet)


def _image(document: Any, png: bytes) -> int:
    """Add a PNG to a PDF without decompressing it, and return its object number.

    PDF accepts the pixel format of PNG (ISO 32000-1, 7.4.4.4, predictor 15): a clip of 146 pages takes 0.2 GB of memory
    this way, 1.9 GB otherwise. Our images have 8 bits per channel, no alpha and no interlacing.
    """
    width, height, _, colour = struct.unpack_from(">IIBB", png, _HEADER)
    channels, space = (1, "DeviceGray") if colour == 0 else (3, "DeviceRGB")
    number: int = document.get_new_xref()
    parameters = f"<</Predictor 15/Colors {channels}/BitsPerComponent 8/Columns {width}>>"
    document.update_object(
        number,
        f"<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/{space}/BitsPerComponent 8>>",
    )
    document.update_stream(number, b"".join(_data(png)), new=False, compress=False)
    document.xref_set_key(number, "Filter", "/FlateDecode")
    document.xref_set_key(number, "DecodeParms", parameters)
    return number


def _data(png: bytes) -> Iterator[bytes]:
    """Yield the compressed pixel data of a PNG."""
    at = len(_SIGNATURE)
    while at < len(png):
        length, kind = struct.unpack_from(">I4s", png, at)
        if kind == b"IDAT":
            yield png[at + 8 : at + 8 + length]
        at += length + 12
