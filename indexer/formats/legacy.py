"""The binary DOC of Word 6 to 2003 without a layout, through the program antiword, where it is installed.

Of the two programs for this, antiword found every word that LibreOffice found on the six real files we have; catdoc
lost ten on one of them and took binary data for text on five.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from archive.errors import DamagedDocument, Message, UnsupportedFormat
from indexer.formats.flowing import FlowingSource, pages_of

DOC = "application/msword"
PPT = "application/vnd.ms-powerpoint"

_TIMEOUT = 60
"""Seconds. A file of 400 pages takes less than one."""

_ROW = re.compile(r"^\|.*\|$", re.MULTILINE)


class DocSource(FlowingSource):
    """A Word document of the old kind; an :class:`indexer.formats.source.Source`."""

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
