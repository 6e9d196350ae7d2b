"""PDF through PyMuPDF: the words of text layers, and OCR for pages that have none worth the name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pymupdf
from PIL import Image

from archive.errors import DamagedDocument, EncryptedDocument
from archive.model import Box, TextSource
from archive.words import Break, Word, Words
from indexer.formats.scan import affordable_width, read_scan
from indexer.formats.source import PageFailed, ReadContext, ReadPage
from indexer.formats.tokens import tokens

MEDIA_TYPE = "application/pdf"

_FLAGS = pymupdf.TEXT_PRESERVE_WHITESPACE
"""What is left out matters. Without TEXT_USE_CID_FOR_UNKNOWN_UNICODE a glyph of unknown meaning is U+FFFD instead of an
invented letter; without TEXT_PRESERVE_LIGATURES "fi" is two letters; without TEXT_MEDIABOX_CLIP rotated pages keep all
their words."""

_ERRORS = (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError)

_BLANK_BELOW = 20
_SPARSE_BELOW = 400
_MANY_PATHS = 150
"""The rules of :func:`_needs_ocr`, found on 704 pages of real files. A page with fewer than 20 characters is a scan
if pictures cover 5 % of it, or text drawn as outlines if it has more than 150 paths; one with fewer than 400 is a
scan under a digital footer or signature line if pictures cover half of it; one with 5 % unmapped glyphs has a useless
text layer."""

_UNMAPPED = "\ufffd"

# MuPDF reports what it repairs and passes over on stderr. What matters of it is in the page notes.
pymupdf.TOOLS.mupdf_display_errors(False)
pymupdf.TOOLS.mupdf_display_warnings(False)


class PdfSource:
    """An opened PDF; an :class:`indexer.formats.source.Source`."""

    agent: Mapping[str, str] = {"reader": f"PyMuPDF {pymupdf.VersionBind} (MuPDF {pymupdf.mupdf_version})"}

    def __init__(self, path: Path, filename: str) -> None:
        """Open a PDF.

        :raises EncryptedDocument: it needs a password.
        :raises DamagedDocument: it cannot be opened, has no pages, or was repaired and nothing is on its pages.
        """
        try:
            self._document = pymupdf.open(path, filetype="pdf")
            if self._document.needs_pass:
                raise EncryptedDocument(
                    f"{filename} is a PDF that needs a password.", "Save a copy without the password and add that."
                )
            self.page_count = len(self._document)
            empty = not any(_has_content(page) for page in self._document) if self._document.is_repaired else False
        except _ERRORS as error:
            raise _damaged(filename, f"cannot be opened as a PDF: {error}") from error
        if not self.page_count:
            raise _damaged(filename, "is a PDF without pages")
        if empty:
            raise _damaged(filename, "is a broken PDF (perhaps cut off), and nothing on its pages could be saved")

    def read(self, number: int, context: ReadContext) -> ReadPage:
        """See :meth:`indexer.formats.source.Source.read`."""
        try:
            pymupdf.TOOLS.reset_mupdf_warnings()
            page = self._document[number - 1]
            read = self._read(page, context)
        except _ERRORS as error:
            raise PageFailed(f"MuPDF failed: {error}") from error
        if number == 1 and self._document.is_repaired:
            warning = "The file is damaged and was repaired when it was opened; pages or words may be missing."
            return replace(read, note=f"{warning} {read.note}" if read.note else warning)
        return read

    def _read(self, page: Any, context: ReadContext) -> ReadPage:
        width, height = page.rect.width, page.rect.height
        layer = Words.of(_words(page))
        as_text = ReadPage(width, height, TextSource.TEXT, layer)
        if context.ocr_mode == "never" and layer:
            return as_text
        if context.ocr_mode != "always":
            if not layer and not _has_content(page):
                _refuse_broken_blank()
                return replace(as_text, note="The page is blank.")
            if not _needs_ocr(page, layer):
                return as_text
        scanned = read_scan(width, height, partial(_draw_grey, page), context)
        # A drawing or a photograph with a caption: the text layer knows more than OCR saw.
        return as_text if len(layer) > len(scanned.words) and not _has_unmapped_glyphs(layer) else scanned

    def draw(self, number: int, width: int, max_pixels: int) -> Image.Image:
        """See :meth:`indexer.formats.source.Source.draw`."""
        try:
            page = self._document[number - 1]
            shown = page.rect
            pixels = affordable_width(shown.width, shown.height, width, max_pixels)
            scale = pixels / shown.width
            return _image(page.get_pixmap(matrix=pymupdf.Matrix(scale, scale), colorspace=pymupdf.csRGB, alpha=False))
        except (*_ERRORS, IndexError, ZeroDivisionError) as error:
            raise PageFailed(f"MuPDF cannot draw it: {error}") from error

    def close(self) -> None:
        """Close the file."""
        self._document.close()


def _damaged(filename: str, what: str) -> DamagedDocument:
    return DamagedDocument(
        f"{filename} {what}.", "Get the file again, or print it to a new PDF in a viewer that opens it."
    )


def _refuse_broken_blank() -> None:
    """A page on which MuPDF found nothing is blank only if it met no errors on the way."""
    errors = pymupdf.TOOLS.mupdf_warnings().splitlines()
    if errors:
        raise PageFailed(f"MuPDF found nothing on it but errors ({errors[0]})")


def _words(page: Any) -> Iterator[Word]:
    """The words of a page's text layer in the order of the page's content, with boxes on the page as it is shown.

    PyMuPDF gives boxes of the unrotated page. A line of MuPDF ends at any wide gap; ours is what stands on one
    baseline, so that a label and its value, or an entry of a table of contents and its page number, are on one line.
    """
    turn, shown = page.rotation_matrix, page.rect
    last: tuple[int, int, Box] | None = None
    for x0, y0, x1, y1, text, block, line, _ in page.get_text("words", flags=_FLAGS):
        texts = tokens(text)
        box = _box(pymupdf.Rect(x0, y0, x1, y1) * turn, shown.width, shown.height)
        if not texts or box is None:
            continue
        before = Break.SPACE
        if last is None or last[0] != block:
            before = Break.BLOCK
        elif last[1] != line and not _continues(last[2], box):
            before = Break.LINE
        for part in texts:
            yield Word(part, box, before=before)
            before = Break.SPACE
        last = block, line, box


def _box(rect: Any, width: float, height: float) -> Box | None:
    """Points to fractions, clipped to the page. None if no part of the word is on the page as it is shown."""
    x0, y0, x1, y1 = rect.x0 / width, rect.y0 / height, rect.x1 / width, rect.y1 / height
    if x1 < 0 or y1 < 0 or x0 > 1 or y0 > 1:
        return None
    return Box(max(x0, 0.0), max(y0, 0.0), min(x1, 1.0), min(y1, 1.0))


def _continues(left: Box, right: Box) -> bool:
    """Whether a word stands to the right of another on the same baseline: half of the lower one's height is shared."""
    shared = min(left.y1, right.y1) - max(left.y0, right.y0)
    return right.x0 >= left.x1 and shared * 2 > min(left.y1 - left.y0, right.y1 - right.y0)


def _needs_ocr(page: Any, layer: Words) -> bool:
    characters = sum(map(len, layer.texts))
    if characters >= _SPARSE_BELOW:
        return _has_unmapped_glyphs(layer)
    if not characters:
        return True
    covered = _covered_by_pictures(page)
    if characters < _BLANK_BELOW:
        return covered > 0.05 or len(page.get_cdrawings()) > _MANY_PATHS or _has_unmapped_glyphs(layer)
    return (covered > 0.5 and not _is_hidden(page)) or _has_unmapped_glyphs(layer)


def _has_unmapped_glyphs(layer: Words) -> bool:
    text = "".join(layer.texts)
    return text.count(_UNMAPPED) > 0.05 * len(text)


def _covered_by_pictures(page: Any) -> float:
    """The share of the page under pictures. Their sum counts: some scanners cut a page into a hundred strips."""
    area = page.rect.width * page.rect.height
    return sum(pymupdf.Rect(picture["bbox"]).get_area() for picture in page.get_image_info()) / area if area else 0.0


def _is_hidden(page: Any) -> bool:
    """Whether most text is invisible (render mode 3): the layer that an earlier OCR laid under a scan."""
    hidden = visible = 0
    for span in page.get_texttrace():
        if span["type"] == 3 or span["opacity"] == 0:
            hidden += len(span["chars"])
        else:
            visible += len(span["chars"])
    return hidden > visible


def _has_content(page: Any) -> bool:
    """Whether anything is on a page at all: text, a picture or a path."""
    return any(kind != "ignore-text" for kind, _ in page.get_bboxlog()) or bool(page.get_text("words", flags=_FLAGS))


def _draw_grey(page: Any, dpi: int) -> Image.Image:
    return _image(page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY, alpha=False))


def _image(pixmap: Any) -> Image.Image:
    mode = "L" if pixmap.n == 1 else "RGB"
    return Image.frombytes(mode, (pixmap.width, pixmap.height), pixmap.samples)
