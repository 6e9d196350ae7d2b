"""Real pages for office files: LibreOffice lays them out, and what it prints to PDF is read and drawn.

It runs as a process of its own with a fresh profile: macros are off, links are not followed, and where the system
lets us (user namespaces) there is no network for it and nothing of it outlives us. It has two minutes.

A layout is kept by the SHA-256 of its original, since the boxes of a reading are places on it: drawn anew by another
version of LibreOffice, or with other fonts, the page would show something else there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pymupdf
from PIL import Image

from archive.durable import rename, sync
from archive.errors import Message
from archive.model import TextSource
from indexer.formats.pdf import PdfSource
from indexer.formats.scratch import ScratchFolder
from indexer.formats.source import ReadContext, ReadPage

LAYOUTS = "layouts"
"""The folder of layouts in an archive's cache."""

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
    """The pages of a layout; an :class:`indexer.formats.source.Source`."""

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
        """All that is written on its pages."""
        with pymupdf.open(self._path, filetype="pdf") as document:
            return "\n".join(page.get_text("text") for page in document)

    def keep(self, place: Path) -> None:
        """Keep the layout at ``place``, which is on the same disk, whole or not at all."""
        place.parent.mkdir(parents=True, exist_ok=True)
        sync(self._path)
        rename(self._path, place)
        self._path = place

    def read(self, number: int, context: ReadContext) -> ReadPage:
        """See :meth:`indexer.formats.source.Source.read`. The words are the document's own, so OCR, even if it is
        asked for on every page, reads only pictures."""
        if context.ocr_mode == "always":
            context = replace(context, ocr_mode="auto")
        page = self._pages.read(number, context)
        if page.source is not TextSource.TEXT:
            return page
        own = Message("The document's own words, on a page laid out by %(program)s.", program=self._producer)
        return replace(page, reason=f"{own} {page.reason}" if page.reason else own)

    def draw(self, number: int, width: int, max_pixels: int) -> Image.Image:
        """See :meth:`indexer.formats.source.Source.draw`."""
        return self._pages.draw(number, width, max_pixels)

    def close(self) -> None:
        """Close the layout, and remove it unless it is kept."""
        self._pages.close()
        if self._folder is not None:
            self._folder.remove()


def soffice() -> str | None:
    """The program of LibreOffice, or None if it is not installed."""
    return shutil.which("soffice")


def place_of(original: Path, layouts: Path) -> Path:
    """Where in the folder ``layouts`` the layout of a document is kept."""
    with original.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return layouts / digest[:2] / f"{digest}.pdf"


def lay_out(original: Path, suffix: str, filename: str, workplace: Path) -> LaidOutSource:
    """Have a document laid out by LibreOffice, which must be installed. ``suffix`` tells it the format.

    It works in a folder of its own in ``workplace``.

    :raises LayoutFailed: LibreOffice takes too long or cannot do it.
    """
    # Not a context manager: the layout in it is needed until its source is closed.
    folder = ScratchFolder(workplace)
    try:
        layout = _printed(original, suffix, folder.path)
        return LaidOutSource(layout, filename, folder)
    except BaseException:
        folder.remove()
        raise


def _printed(original: Path, suffix: str, folder: Path) -> Path:
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
    )
    layout = copy.with_suffix(".pdf")
    if not layout.is_file():
        raise LayoutFailed(said or Message("it made nothing and said nothing"))
    return layout


def _run(command: list[str], folder: Path) -> str:
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
            output, _ = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            raise LayoutFailed(Message("it took more than %(seconds)s seconds", seconds=TIMEOUT)) from error
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""


@cache
def _isolation() -> tuple[str, ...]:
    """As much isolation as this system permits."""
    for commands in (_SHUT_IN, _KILLED_WITH_US):
        try:
            subprocess.run([*commands, "true"], check=True, capture_output=True, timeout=10)  # noqa: S603 - constants
        except (OSError, subprocess.SubprocessError):
            continue
        return commands
    return ()
