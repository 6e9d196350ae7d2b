"""Office files by one of two roads: real pages, laid out by LibreOffice and printed to PDF, or flowing text.

A layout has boxes and page images, so it is preferred, but only where it loses nothing: every word that the flowing
reading finds must be on it. Which road was taken, and why, is the reason of each page.

LibreOffice runs as a process of its own with a fresh profile: macros are off, links are not followed, and where the
system lets us (user namespaces) there is no network for it and nothing of it outlives us. It has two minutes.

A layout is kept by the SHA-256 of its original, since the boxes of a reading are places on it: drawn anew by another
version of LibreOffice, or with other fonts, the page would show something else there.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pymupdf
from PIL import Image

from archive.errors import DamagedDocument, Message, UnsupportedFormat
from archive.model import TextSource
from archive.system.files import rename, sync
from indexer.formats.flowing import FlowingSource
from indexer.formats.pdf import PdfSource
from indexer.formats.source import OpenedOriginal, ReadContext, ReadPage
from indexer.sandbox.scratch import ScratchFolder

TIMEOUT = 120.0
"""Seconds, less than the default of the setting ``read_timeout``. A page takes 3 s, nearly all of them to start."""

_KILLED_WITH_US = ("setpriv", "--pdeathsig", "KILL")
_SHUT_IN = (
    *_KILLED_WITH_US,
    *("unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"),
)
"""Commands of util-linux. Namespaces are not permitted everywhere; then at least the first is used."""

_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" \
oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" \
oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" \
oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" \
oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
"""Settings of LibreOffice: no macros whoever signed them, nothing fetched, links never brought up to date."""


class LayoutFailed(Exception):
    """LibreOffice could not lay a document out; the message says why."""


class LaidOutSource:
    """The pages of a layout; an :class:`indexer.formats.source.OpenedOriginal`."""

    def __init__(self, layout: Path, filename: str, folder: ScratchFolder | None = None) -> None:
        """Open a layout. ``folder`` is what to remove when it is closed."""
        self._path = layout
        self._folder = folder
        self._pages = PdfSource(layout, filename)
        with pymupdf.open(layout, filetype="pdf") as document:
            self._producer = document.metadata["producer"]
        self.page_count = self._pages.page_count
        self.agent: Mapping[str, str] = {**self._pages.agent, "layout": self._producer}

    def text(self) -> str:
        """Return all that is written on its pages."""
        with pymupdf.open(self._path, filetype="pdf") as document:
            return "\n".join(page.get_text("text") for page in document)

    def keep(self, place: Path) -> None:
        """Keep the layout at ``place``, which is on the same disk, whole or not at all."""
        place.parent.mkdir(parents=True, exist_ok=True)
        sync(self._path)
        rename(self._path, place)
        self._path = place

    def read(self, number: int, context: ReadContext) -> ReadPage:
        """Read a page. The words are the document's own, so OCR, even if it is asked for on every page, reads only
        pictures."""
        if context.ocr_mode == "always":
            context = replace(context, ocr_mode="auto")
        page = self._pages.read(number, context)
        if page.source is not TextSource.TEXT:
            return page
        own = Message("The document's own words, on a page laid out by %(program)s.", program=self._producer)
        return replace(page, reason=f"{own} {page.reason}" if page.reason else own)

    def draw(self, number: int, width: int, max_pixels: int) -> Image.Image:
        """See :meth:`indexer.formats.source.OpenedOriginal.draw`."""
        return self._pages.draw(number, width, max_pixels)

    def close(self) -> None:
        """Close the layout, and remove it unless it is kept."""
        self._pages.close()
        if self._folder is not None:
            self._folder.remove()


def soffice() -> str | None:
    """Return the program of LibreOffice, or None if it is not installed."""
    return shutil.which("soffice")


def place_of(original: Path, layouts: Path) -> Path:
    """Return where in the folder ``layouts`` the layout of a document is kept."""
    with original.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return layouts / digest[:2] / f"{digest}.pdf"


def lay_out(original: Path, suffix: str, filename: str, workplace: Path, seconds: float = TIMEOUT) -> LaidOutSource:
    """Have a document laid out by LibreOffice, which must be installed. ``suffix`` tells it the format.

    It works in a folder of its own in ``workplace``, for so many seconds at most.

    :raises LayoutFailed: LibreOffice takes too long or cannot do it.
    """
    # Not a context manager: the layout in it is needed until its source is closed.
    folder = ScratchFolder(workplace)
    try:
        layout = _printed(original, suffix, folder.path, seconds)
        return LaidOutSource(layout, filename, folder)
    except BaseException:
        folder.remove()
        raise


def _printed(original: Path, suffix: str, folder: Path, seconds: float) -> Path:
    program = soffice()
    assert program is not None
    copy = folder / f"original{suffix}"
    shutil.copyfile(original, copy)
    settings = folder / "profile/user/registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_PROFILE, encoding="utf-8")
    said = _run(
        [
            *_isolation(),
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--convert-to", "pdf"),
            *("--outdir", str(folder), str(copy)),
        ],
        folder,
        seconds,
    )
    layout = copy.with_suffix(".pdf")
    if not layout.is_file():
        raise LayoutFailed(said or "it made nothing and said nothing")
    return layout


def _run(command: list[str], folder: Path, seconds: float) -> str:
    """Run LibreOffice; returns the last line it said."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}
    environment |= {"HOME": str(folder), "TMPDIR": str(folder)}
    with subprocess.Popen(  # noqa: S603 - no shell sees the paths
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        cwd=folder,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            raise LayoutFailed(Message("it took more than %(seconds)s seconds", seconds=seconds)) from error
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""


@cache
def _isolation() -> tuple[str, ...]:
    """Return as much isolation as this system permits."""
    for commands in (_SHUT_IN, _KILLED_WITH_US):
        try:
            subprocess.run([*commands, "true"], check=True, capture_output=True, timeout=10)  # noqa: S603 - constants
        except (OSError, subprocess.SubprocessError):
            continue
        return commands
    return ()


_MIN_DIGITS = 4
"""Numbers shorter than this may differ: page numbers are counted anew by every layout."""

_PARTS = re.compile(r"[\s/]+")
"""What parts words. "27/29" at the foot of a page are two numbers."""


@dataclass(frozen=True, slots=True)
class OfficeReader:
    """Reads one kind of office file.

    ``suffix`` is what LibreOffice knows the kind by, ``flowing`` reads it without. ``is_optional`` says that this
    knows only some versions of the format or none, so that LibreOffice is asked about the others.
    LibreOffice may take so many ``seconds``.
    """

    suffix: str
    flowing: Callable[[Path, str], FlowingSource]
    is_optional: bool = False
    seconds: float = TIMEOUT

    def __call__(self, path: Path, filename: str, layouts: Path | None = None) -> OpenedOriginal:
        """Open a file. Layouts are kept in the folder ``layouts``, and not at all if it is None.

        :raises archive.errors.InputError: it cannot be read on either road.
        """
        place = None if layouts is None else place_of(path, layouts)
        if place is not None and place.is_file():
            return LaidOutSource(place, filename)
        if soffice() is None:
            return _with_reason(self.flowing(path, filename), Message("LibreOffice is not installed"))
        flowing = self._flowing(path, filename)
        if flowing is not None and flowing.layout_obstacle:
            return _with_reason(flowing, flowing.layout_obstacle)
        try:
            laid_out = lay_out(path, self.suffix, filename, layouts or Path(tempfile.gettempdir()), self.seconds)
        except LayoutFailed as error:
            if flowing is not None:
                return _with_reason(
                    flowing, Message("LibreOffice could not lay it out (%(our_error)s)", our_error=error)
                )
            raise DamagedDocument(
                "LibreOffice cannot open %(filename)s: %(our_error)s.",
                "Open it in its program, save it as PDF, and add that.",
                filename=filename,
                our_error=error,
            ) from error
        lost = [] if flowing is None else lost_words(flowing.text(), laid_out.text())
        if flowing is not None and lost:
            laid_out.close()
            return _with_reason(
                flowing,
                Message(
                    "its layout lacks %(count)s of its words (the first is %(word)s)", count=len(lost), word=lost[0]
                ),
            )
        if place is not None:
            laid_out.keep(place)
        return laid_out

    def _flowing(self, path: Path, filename: str) -> FlowingSource | None:
        try:
            return self.flowing(path, filename)
        except UnsupportedFormat:
            if self.is_optional:
                return None
            raise


def _with_reason(source: FlowingSource, why: str) -> FlowingSource:
    source.reason = Message("Read as flowing text, because %(our_why)s.", our_why=why)
    return source


def lost_words(text: str, layout_text: str) -> list[str]:
    """Return the words of ``text`` that are not in ``layout_text`` as often, in their order. Only letters and digits
    count, since a layout breaks and hyphenates lines, and page numbers do not."""
    there = Counter(map(_bare, _PARTS.split(layout_text)))
    unbroken = "".join(map(_bare, layout_text.split()))
    lost = []
    for word, count in Counter(filter(_counts, map(_bare, _PARTS.split(text)))).items():
        if there[word] < count and unbroken.count(word) < count:
            lost.append(word)
    return lost


def _bare(word: str) -> str:
    return "".join(filter(str.isalnum, word)).casefold()


def _counts(word: str) -> bool:
    return not word.isdigit() or len(word) >= _MIN_DIGITS
