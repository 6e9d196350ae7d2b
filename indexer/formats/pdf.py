"""PDF through PyMuPDF: the words of the text layer, and OCR for pages without a usable one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import pymupdf
from PIL import Image

from archive.errors import DamagedDocument, Message, sentences
from archive.model import TextSource
from archive.model.signatures import DocumentSignature
from indexer.formats.image import affordable_width, read_scan
from indexer.formats.pdf_layer import TextLayer
from indexer.formats.source import PageFailed, ReadContext, ReadPage, needs_password
from indexer.layers.decision import Choice, choose, decide
from indexer.layers.plausibility import judge
from indexer.layers.repair import RepairedWords

_CODE = re.compile(r"^code=\d+: ")

_REPAIRED = Message("The file is damaged and was repaired when it was opened; pages or words may be missing.")

_CUT_SHORT = re.compile("treating as end of file|page may not be correct")
"""Warnings of MuPDF when it skips the rest of a stream or page. None occurs in 2,158 pages of real files."""

_ERRORS = (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError, IndexError, TypeError)
"""Errors that PyMuPDF raises on malformed files; the last two on missing pages and on names that are not UTF-8."""

# MuPDF reports repairs and skipped data on stderr; the page notes have what matters.
pymupdf.TOOLS.mupdf_display_errors(False)
pymupdf.TOOLS.mupdf_display_warnings(False)

_BYTE_RANGE = b"/ByteRange"
"""A key that every signature dictionary has, never compressed (ISO 32000-2, 12.8.1)."""

_REMEDY = "Get the file again, or print it to a new PDF in a viewer that opens it."


class PdfSource:
    """A PDF file; an :class:`indexer.formats.source.OpenedOriginal`."""

    agent: Mapping[str, str] = {"reader": f"PyMuPDF {pymupdf.VersionBind} (MuPDF {pymupdf.mupdf_version})"}

    def __init__(self, path: Path, filename: str, passwords: Sequence[str] = ()) -> None:
        """Open a PDF. ``passwords`` are tried in order if it is encrypted.

        :raises EncryptedDocument: it needs a password, and none of these fits.
        :raises DamagedDocument: it cannot be opened, has no pages, or was repaired and its pages are empty.
        """
        self._path, self._passwords = path, passwords
        try:
            self._document = pymupdf.open(path, filetype="pdf")
            if self._document.needs_pass and not any(map(self._document.authenticate, passwords)):
                raise needs_password(filename, passwords, is_pdf=True)
            self.page_count = len(self._document)
            empty = (
                not any(TextLayer(page).has_content for page in self._document) if self._document.is_repaired else False
            )
        except _ERRORS as error:
            raise DamagedDocument(
                "%(filename)s cannot be opened as a PDF: %(our_error)s.",
                _REMEDY,
                filename=filename,
                our_error=_why(error),
            ) from error
        if not self.page_count:
            raise DamagedDocument("%(filename)s is a PDF without pages.", _REMEDY, filename=filename)
        if empty:
            raise DamagedDocument(
                "%(filename)s is a broken PDF (perhaps cut off), and nothing on its pages could be saved.",
                _REMEDY,
                filename=filename,
            )

    def read(self, number: int, context: ReadContext) -> ReadPage:
        """See :meth:`indexer.formats.source.OpenedOriginal.read`."""
        try:
            pymupdf.TOOLS.reset_mupdf_warnings()
            page = self._document[number - 1]
            read = self._read(page, context)
            damage = _damage()
        except _ERRORS as error:
            raise PageFailed(Message("MuPDF failed: %(error)s", error=_why(error))) from error
        repaired = _REPAIRED if number == 1 and self._document.is_repaired else None
        return replace(read, note=sentences(repaired, damage, read.note) or None)

    def _read(self, page: Any, context: ReadContext) -> ReadPage:
        layer = TextLayer(page)
        as_text = partial(ReadPage, page.rect.width, page.rect.height, TextSource.TEXT, layer.reading)
        if context.ocr_mode == "always":
            doubt = Choice(True, "OCR was asked for.")
        elif not layer.has_content:
            _refuse_broken_blank()
            return as_text(note=Message("The page is blank."))
        else:
            choice = decide(layer)
            if not choice.ocr:
                return as_text(reason=_with_repair(choice.reason, layer.mended))
            doubt = replace(choice, ocr=False, reason=_with_repair(choice.reason, layer.mended))
            if layer.words and not context.ocr.is_on:
                return as_text(reason=doubt.reason, note=Message("OCR was switched off."))
        scanned = read_scan(page.rect.width, page.rect.height, partial(_draw_grey, page), context)
        return self._better(layer, as_text, scanned, doubt)

    @staticmethod
    def _better(layer: TextLayer, as_text: Callable[..., ReadPage], scanned: ReadPage, doubt: Choice) -> ReadPage:
        """Return the better of two readings of a page; requested OCR (``doubt.ocr``) wins unless it is empty."""
        if not layer.words:
            return replace(scanned, reason=sentences(doubt.reason, scanned.reason))
        if not scanned.words:
            return as_text(reason=doubt.reason, note=scanned.note)
        if doubt.ocr:
            return replace(scanned, reason=sentences(doubt.reason, scanned.reason))
        choice = choose(layer.layer, judge(scanned.words.texts), doubt.reason, doubt.advantage)
        if choice.ocr:
            return replace(scanned, reason=sentences(choice.reason, scanned.reason))
        return as_text(reason=choice.reason)

    def draw(self, number: int, width: int, max_pixels: int) -> Image.Image:
        """See :meth:`indexer.formats.source.OpenedOriginal.draw`."""
        try:
            page = self._document[number - 1]
            shown = page.rect
            pixels = affordable_width(shown.width, shown.height, width, max_pixels)
            scale = pixels / shown.width
            return _image(page.get_pixmap(matrix=pymupdf.Matrix(scale, scale), colorspace=pymupdf.csRGB, alpha=False))
        except (*_ERRORS, ZeroDivisionError) as error:
            raise PageFailed(Message("MuPDF cannot draw it: %(error)s", error=_why(error))) from error

    def signatures(self, trusted: Sequence[bytes]) -> Sequence[DocumentSignature]:
        """See :meth:`indexer.formats.source.SignedOriginal.signatures`."""
        with self._path.open("rb") as file:
            with mmap(file.fileno(), 0, access=ACCESS_READ) as data:
                if data.find(_BYTE_RANGE) < 0:
                    return ()
            from indexer.formats.signed.verifying import signatures_of_pdf  # noqa: PLC0415 - it loads pyHanko

            return signatures_of_pdf(file, self._passwords, trusted)

    def close(self) -> None:
        """Close the file."""
        self._document.close()


def _why(error: Exception) -> str:
    """Return MuPDF's reason without its error number; for a file that is not a PDF, a general one."""
    return Message("its bytes make no sense") if isinstance(error, pymupdf.FileDataError) else _CODE.sub("", str(error))


def _refuse_broken_blank() -> None:
    """Raise an error if MuPDF reported errors for a page on which it found nothing; else the page is blank.

    :raises PageFailed: it reported errors.
    """
    errors = pymupdf.TOOLS.mupdf_warnings().splitlines()
    if errors:
        raise PageFailed(Message("MuPDF found nothing on it but errors (%(error)s)", error=errors[0]))


def _damage() -> str | None:
    """Return a warning if MuPDF skipped a part of the page, else None."""
    if _CUT_SHORT.search(pymupdf.TOOLS.mupdf_warnings()):
        return Message("The page is damaged, and MuPDF skipped a part of it; words may be missing or wrong.")
    return None


def _with_repair(reason: str, mended: RepairedWords | None) -> str:
    if mended is None:
        return reason
    repaired = Message(
        "The text layer was repaired: %(count)s words were written in %(code_page)s.",
        count=mended.healed,
        code_page=mended.code_page,
    )
    return sentences(repaired, reason)


def _draw_grey(page: Any, dpi: int) -> Image.Image:
    return _image(page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY, alpha=False))


def _image(pixmap: Any) -> Image.Image:
    mode = "L" if pixmap.n == 1 else "RGB"
    return Image.frombytes(mode, (pixmap.width, pixmap.height), pixmap.samples)
