"""Office files, read as a layout rendered to PDF by LibreOffice, or as flowing text.

A layout has boxes and page images, so it is preferred, but only if it is complete: it must contain every word of the
flowing text. The reason of each page says which was used, and why.

LibreOffice runs in a process of its own with a fresh profile: macros are disabled, links are not followed and, where
user namespaces are available, it has no network and ends with its parent. It has a time limit of two minutes.

A layout is cached by the SHA-256 of its original, because the boxes of a reading refer to it: rendered again by another
version of LibreOffice or with other fonts, the page would not match them.
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
"""Time limit in seconds, below the default of the setting ``read_timeout``; a page takes 3 s, mostly for the start."""

_KILLED_WITH_US = ("setpriv", "--pdeathsig", "KILL")
_SHUT_IN = (
    *_KILLED_WITH_US,
    *("unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"),
)
"""Commands of util-linux. Namespaces are not permitted everywhere; the first command is used in any case."""

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
"""LibreOffice settings: macros disabled, even signed ones, nothing fetched, links never updated."""


class LayoutFailed(Exception):
    """LibreOffice could not render a document; the message says why."""


class LaidOutSource:
    """A rendered layout; an :class:`indexer.formats.source.OpenedOriginal`."""

    def __init__(self, layout: Path, filename: str, folder: ScratchFolder | None = None) -> None:
        """Open a layout; ``folder`` is removed when it is closed."""
        self._path = layout
        self._folder = folder
        self._pages = PdfSource(layout, filename)
        with pymupdf.open(layout, filetype="pdf") as document:
            self._producer = document.metadata["producer"]
        self.page_count = self._pages.page_count
        self.agent: Mapping[str, str] = {**self._pages.agent, "layout": self._producer}

    def text(self) -> str:
        """Return the text of all its pages."""
        with pymupdf.open(self._path, filetype="pdf") as document:
            return "\n".join(page.get_text("text") for page in document)

    def keep(self, place: Path) -> None:
        """Move the layout atomically to ``place``, which is on the same file system."""
        place.parent.mkdir(parents=True, exist_ok=True)
        sync(self._path)
        rename(self._path, place)
        self._path = place

    def read(self, number: int, context: ReadContext) -> ReadPage:
        """Read a page; its words come from the document, so OCR is used at most for pictures."""
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
        """Close the layout, and remove its folder if it has one."""
        self._pages.close()
        if self._folder is not None:
            self._folder.remove()


def soffice() -> str | None:
    """Return the path of LibreOffice, None if it is not installed."""
    return shutil.which("soffice")


def place_of(original: Path, layouts: Path) -> Path:
    """Return the path of the cached layout of a document in the folder ``layouts``."""
    with original.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return layouts / digest[:2] / f"{digest}.pdf"


def lay_out(original: Path, suffix: str, filename: str, workplace: Path, seconds: float = TIMEOUT) -> LaidOutSource:
    """Render a document with LibreOffice, which must be installed; ``suffix`` tells it the format.

    It works in a folder of its own in ``workplace``, with a time limit in seconds.

    :raises LayoutFailed: LibreOffice fails or exceeds the time limit.
    """
    # Not used as a context manager: it is needed until the source is closed.
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
        raise LayoutFailed(said or "it wrote no output and no message")
    return layout


def _run(command: list[str], folder: Path, seconds: float) -> str:
    """Run LibreOffice, and return the last line of its output."""
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
    """Return the strongest isolation commands that this system permits."""
    for commands in (_SHUT_IN, _KILLED_WITH_US):
        try:
            subprocess.run([*commands, "true"], check=True, capture_output=True, timeout=10)  # noqa: S603 - constants
        except (OSError, subprocess.SubprocessError):
            continue
        return commands
    return ()


_MIN_DIGITS = 4
"""Shorter numbers may differ: page numbers depend on the layout."""

_PARTS = re.compile(r"[\s/]+")
"""Separators of words: "27/29" in a page footer are two numbers."""


@dataclass(frozen=True, slots=True)
class OfficeReader:
    """A reader of one kind of office file.

    ``suffix`` is the file name suffix of the kind for LibreOffice, ``flowing`` the reader of flowing text.
    ``is_optional`` says that ``flowing`` handles only some versions of the format or none. ``seconds`` is the time
    limit of LibreOffice.
    """

    suffix: str
    flowing: Callable[[Path, str], FlowingSource]
    is_optional: bool = False
    seconds: float = TIMEOUT

    def __call__(self, path: Path, filename: str, layouts: Path | None = None) -> OpenedOriginal:
        """Open a file; layouts are cached in the folder ``layouts``, if it is not None.

        :raises archive.errors.InputError: it can be read neither as a layout nor as flowing text.
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
                    flowing, Message("LibreOffice could not convert it (%(our_error)s)", our_error=error)
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
    """Return the words of ``text`` that occur less often in ``layout_text``, in their order.

    Only letters and digits are compared, since a layout breaks and hyphenates lines; short numbers are ignored.
    """
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
