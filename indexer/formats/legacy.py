"""Old word processors without a layout: RTF 1.9.1 through striprtf, the DOC of Word 6 to 2003 through antiword.

Of the two programs for DOC, antiword found every word that LibreOffice found on the six real files we have; catdoc
lost ten on one of them and took binary data for text on five.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from striprtf.striprtf import rtf_to_text

from archive.errors import DamagedDocument, Message, UnsupportedFormat
from indexer.formats.flowing import FlowingSource, pages_of

RTF = "application/rtf"

_EIGHT_BIT = re.compile(rb"[\x80-\xff]")
_MARGINS = re.compile(r"\\(?:header|footer)[flr]?(?![a-z])|\\(?:footnote|shptxt|dptxbxtext)(?![a-z])")
_SHAPES = re.compile(r"\\\*\s*\\(?:shpinst|do)(?![a-z])|\\(?:shp|shpgrp)(?![a-z])")
_CELLS = re.compile(r"\\(?:nest)?cell(?![a-z])")
_ROWS = re.compile(r"\\nestrow(?![a-z])")
_PAGES = re.compile(r"\\(?:page|sect|sbkpage)(?![a-z])")
_DELETED = re.compile(r"\\deleted(?![a-z0])")

_PAGE_MARK = "\ue00c"
"""A private character that stands for a page break while striprtf works, which has none of its own."""


class RtfSource(FlowingSource):
    """An RTF document; an :class:`indexer.formats.source.OpenedOriginal`."""

    agent: Mapping[str, str] = {"reader": f"striprtf {version('striprtf')}"}

    def __init__(self, path: Path, filename: str) -> None:
        """Read a document.

        :raises DamagedDocument: it makes no sense to the library.
        """
        data = path.read_bytes()
        if b"\\bin" not in data:
            # Letters that should have been escaped, which then are read in the encoding of their font.
            data = _EIGHT_BIT.sub(lambda found: b"\\'%02x" % found[0][0], data)
        try:
            prepared = _prepared(data.decode("latin-1"))
            text: str = rtf_to_text(prepared, errors="replace")  # type: ignore[no-untyped-call] # has no annotations
        except (ValueError, LookupError, UnicodeError, TypeError) as error:
            raise DamagedDocument(
                "%(filename)s cannot be read as RTF: %(error)s.",
                "Open it in a word processor, save it, and add that.",
                filename=filename,
                error=error,
            ) from error
        super().__init__(pages_of(text.replace(_PAGE_MARK, "\f")))
        if _DELETED.search(data.decode("latin-1")):
            self.layout_obstacle = "it has tracked changes, and a layout shows what they delete"


def _prepared(rtf: str) -> str:
    """What striprtf leaves out (headers, footers, footnotes, text boxes) made ordinary text, and the cells of a row
    parted by tabs instead of bars that nobody printed."""
    rtf = _SHAPES.sub("", rtf)
    rtf = _MARGINS.sub(r"\\par ", rtf)
    rtf = _CELLS.sub(r"\\tab", rtf)
    rtf = _ROWS.sub(r"\\par", rtf)
    return _PAGES.sub(lambda found: f"\\u{ord(_PAGE_MARK) - 65536}?" if found[0] == "\\page" else "\\par", rtf)


DOC = "application/msword"
PPT = "application/vnd.ms-powerpoint"

_TIMEOUT = 60
"""Seconds. A file of 400 pages takes less than one."""

_ROW = re.compile(r"^\|.*\|$", re.MULTILINE)


class DocSource(FlowingSource):
    """A Word document of the old kind; an :class:`indexer.formats.source.OpenedOriginal`."""

    agent: Mapping[str, str] = {"reader": "antiword"}

    def __init__(self, path: Path, filename: str) -> None:
        """Read a document.

        :raises UnsupportedFormat: antiword is not installed.
        :raises DamagedDocument: it makes no sense to antiword.
        """
        program = shutil.which("antiword")
        if program is None:
            raise needs_program(filename, Message("an old Word document (DOC)"), "libreoffice-writer-nogui or antiword")
        try:
            # Paragraphs on one line each (-w 0), and text in UTF-8.
            run = subprocess.run(  # noqa: S603 - the program is antiword, and no shell sees the path
                [program, "-m", "UTF-8.txt", "-w", "0", str(path)], capture_output=True, timeout=_TIMEOUT, check=True
            )
        except (subprocess.SubprocessError, OSError) as error:
            raise DamagedDocument(
                _failed(filename, error, path),
                "Open it in a word processor, save it as DOCX or PDF, and add that.",
            ) from error
        text = run.stdout.decode("utf-8", "replace")
        pages = pages_of(_ROW.sub(lambda found: found[0].replace("|", " "), text))
        super().__init__(
            pages, Message("Headers and footers were not read: antiword does not know them, LibreOffice does.")
        )


def _failed(filename: str, error: Exception, path: Path) -> str:
    """Why antiword gave nothing, in its own words if it has any: not the command that was run."""
    if isinstance(error, subprocess.TimeoutExpired):
        return Message(
            "%(filename)s cannot be read as a Word document, because antiword took more than %(seconds)s seconds.",
            filename=filename,
            seconds=_TIMEOUT,
        )
    if isinstance(error, subprocess.CalledProcessError):
        lines = error.stderr.decode("utf-8", "replace").strip().splitlines()
        if not lines:
            return Message(
                "%(filename)s cannot be read as a Word document, because antiword ended with %(status)s.",
                filename=filename,
                status=error.returncode,
            )
        reason = lines[-1].replace(str(path), "it").strip().rstrip(".")
        return Message("%(filename)s cannot be read as a Word document: %(error)s.", filename=filename, error=reason)
    reason = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
    return Message(
        "%(filename)s cannot be read as a Word document, because antiword cannot be run (%(error)s).",
        filename=filename,
        error=reason,
    )


class PptSource(FlowingSource):
    """A PowerPoint presentation of the old kind, which only LibreOffice reads."""

    agent: Mapping[str, str] = {}

    def __init__(self, path: Path, filename: str) -> None:
        """Refuse it.

        :raises UnsupportedFormat: always.
        """
        raise needs_program(filename, Message("an old PowerPoint presentation (PPT)"), "libreoffice-impress-nogui")


def needs_program(filename: str, kind: str, packages: str) -> UnsupportedFormat:
    """The error of a file that a program outside of Python would read."""
    return UnsupportedFormat(
        "%(filename)s is %(our_kind)s, which cannot be read without another program.",
        "Install the Debian package %(packages)s and add it with --retry-failed, or save it as PDF or DOCX.",
        filename=filename,
        our_kind=kind,
        packages=packages,
    )
