"""RTF 1.9.1 through striprtf, and the error for files that need an external program."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from striprtf.striprtf import rtf_to_text

from archive.errors import DamagedDocument, UnsupportedFormat
from indexer.formats.flowing import FlowingSource, pages_of

_EIGHT_BIT = re.compile(rb"[\x80-\xff]")
_MARGINS = re.compile(
    r"\\(?:header|footer)[flr]?(?![a-z])|(?:\\\*\s*)?\\footnote(?![a-z])|\\(?:shptxt|dptxbxtext)(?![a-z])"
)
_SHAPES = re.compile(r"\\\*\s*\\(?:shpinst|do)(?![a-z])|\\(?:shp|shpgrp)(?![a-z])")
_CELLS = re.compile(r"\\(?:nest)?cell(?![a-z])")
_ROWS = re.compile(r"\\nestrow(?![a-z])")
_PAGES = re.compile(r"\\(?:page|sect|sbkpage)(?![a-z])")
_DELETED = re.compile(r"\\deleted(?![a-z0])")
_DELETED_TEXT = re.compile(rf"(\{{[^{{}}]*){_DELETED.pattern}[^{{}}]*(?=\}})")

_PAGE_MARK = "\ue00c"
"""A private-use character that stands for a page break, which striprtf does not report."""


class RtfSource(FlowingSource):
    """An RTF document; an :class:`indexer.formats.source.OpenedOriginal`."""

    agent: Mapping[str, str] = {"reader": f"striprtf {version('striprtf')}"}

    def __init__(self, path: Path, filename: str) -> None:
        """Read a document.

        :raises DamagedDocument: striprtf cannot parse it.
        """
        data = path.read_bytes()
        try:
            text = text_of_rtf(data)
        except (ValueError, LookupError, UnicodeError, TypeError) as error:
            raise DamagedDocument(
                "%(filename)s cannot be read as RTF: %(error)s.",
                "Open it in a word processor, save it, and add that.",
                filename=filename,
                error=error,
            ) from error
        super().__init__(pages_of(text))
        if _DELETED.search(data.decode("latin-1")):
            self.layout_obstacle = "it has tracked changes, and a layout shows what they delete"


def text_of_rtf(data: bytes) -> str:
    """Return the text of an RTF document; a form feed ends a page.

    :raises ValueError: striprtf cannot parse it; also LookupError and TypeError.
    """
    if b"\\bin" not in data:
        # Escape 8-bit characters, so that they are decoded in the encoding of their font.
        data = _EIGHT_BIT.sub(lambda found: b"\\'%02x" % found[0][0], data)
    prepared = _prepared(data.decode("latin-1"))
    text: str = rtf_to_text(prepared, errors="replace")  # type: ignore[no-untyped-call] # has no annotations
    return text.replace(_PAGE_MARK, "\f")


def _prepared(rtf: str) -> str:
    """Return the markup rewritten so that striprtf keeps headers, footers, footnotes and text boxes.

    Deleted text is removed, and cells are separated by tabs instead of bars.
    """
    rtf = _DELETED_TEXT.sub(r"\1", rtf)
    rtf = _SHAPES.sub("", rtf)
    rtf = _MARGINS.sub(r"\\par ", rtf)
    rtf = _CELLS.sub(r"\\tab", rtf)
    rtf = _ROWS.sub(r"\\par", rtf)
    return _PAGES.sub(lambda found: f"\\u{ord(_PAGE_MARK) - 65536}?" if found[0] == "\\page" else "\\par", rtf)


def needs_program(filename: str, kind: str, packages: str) -> UnsupportedFormat:
    """Return the error for a file that only an external program can read."""
    return UnsupportedFormat(
        "%(filename)s is %(our_kind)s, which cannot be read without another program.",
        "Install the Debian package %(packages)s and add it with --retry-failed, or save it as PDF or DOCX.",
        filename=filename,
        our_kind=kind,
        packages=packages,
    )
