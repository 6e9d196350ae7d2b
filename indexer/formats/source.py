"""What the readers share: an opened original, a read page, the context in which pages are read, and containers.

E-mails and archives hold files, each of which becomes a document of its own. The names of those come from strangers:
they are shown and stored as text and never used as file paths.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from archive.errors import EncryptedDocument, TooLarge
from archive.model import TextSource
from archive.model.signatures import DocumentSignature
from archive.model.words import Words
from indexer.ocr.engine import OcrEngine

if TYPE_CHECKING:
    from PIL import Image

OcrMode = Literal["auto", "always", "never"]


class PageFailed(Exception):
    """One page could not be read. It is recorded with this reason, and its document goes on."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ReadContext:
    """How documents are read: the engine, when to use it, the limits (settings of the same names), the passwords to
    try on encrypted files, and the folder that keeps the layouts of office files (None: they are not kept)."""

    ocr: OcrEngine
    ocr_mode: OcrMode
    ocr_dpi: int
    max_pages: int
    max_page_pixels: int
    passwords: Sequence[str] = field(default=(), repr=False)
    layouts: Path | None = None


NOTHING = Words.of(())


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page as it was read; the fields mean what they mean in :class:`archive.model.Page`."""

    width: float
    height: float
    source: TextSource
    words: Words
    confidence: float | None = None
    script: str | None = None
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document whose pages are read one at a time, as they are asked for, so that a long one needs little memory.

    Iterating over ``pages`` raises :class:`archive.errors.DamagedDocument` at the end if not one page could be read.
    ``source`` is where they come from; it knows whether it contains other files.
    """

    media_type: str
    page_count: int
    agent: Mapping[str, str]
    pages: Iterator[ReadPage]
    source: OpenedOriginal


def needs_password(name: str, passwords: Sequence[str], *, is_pdf: bool = False) -> EncryptedDocument:
    """Return the error of an encrypted file that none of ``passwords`` opens. They are counted and never named."""
    if is_pdf:
        message = (
            "%(filename)s is a PDF that needs a password, and none of the %(count)s given fits."
            if passwords
            else "%(filename)s is a PDF that needs a password, and none was given."
        )
    else:
        message = (
            "%(name)s needs a password, and none of the %(count)s given fits."
            if passwords
            else "%(name)s needs a password, and none was given."
        )
    return EncryptedDocument(
        message,
        "Add a copy without a password, or use: dosije add FILE --password-file PASSWORDS (one on each line)",
        filename=name,
        name=name,
        count=len(passwords),
    )


class OpenedOriginal(Protocol):
    """An opened original. Pages are numbered from 1."""

    @property
    def page_count(self) -> int:
        """Its pages."""

    @property
    def agent(self) -> Mapping[str, str]:
        """The library that reads it, with its version."""

    def read(self, number: int, context: ReadContext) -> ReadPage:
        """Read a page.

        :raises PageFailed: this page cannot be read.
        """

    def draw(self, number: int, width: int, max_pixels: int) -> Image.Image:
        """Return a page as its reader sees it, ``width`` pixels wide, or narrower where it would exceed ``max_pixels``.

        :raises PageFailed: this page cannot be drawn, or is a flowing page.
        """

    def close(self) -> None:
        """Let go of the file."""


MOST_PASSED = 8 << 30
"""Bytes that are decompressed only to see the names behind them, or to come to a file, in a file that somebody named
and all that lies in it. A gigabyte takes seconds."""


class PassedBytes:
    """Counts them in one document after another."""

    def __init__(self) -> None:
        self.begin(MOST_PASSED)

    def begin(self, most: int) -> None:
        """Begin a document of which so many may be passed."""
        self._most, self.count = most, 0

    def add(self, filename: str, size: int) -> None:
        """Count some more.

        :raises TooLarge: there are too many.
        """
        self.count += size
        if self.count > MOST_PASSED:
            raise TooLarge(
                "%(filename)s unpacks to more than %(most)s MB; it may be a trap.",
                "If it is none, unpack it yourself and add what it holds.",
                filename=filename,
                most=MOST_PASSED >> 20,
            )
        if self.count > self._most:
            raise TooLarge(
                "%(filename)s was not looked through: with other archives in the same file it unpacks to more than "
                "%(most)s MB.",
                "Unpack the archive with another program and add what it holds.",
                filename=filename,
                most=MOST_PASSED >> 20,
            )


PASSED = PassedBytes()
"""Those of the document that this process reads."""

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters could command a terminal, direction marks could turn "exe.fdp" around; neither is shown."""

LONGEST_PATH = 400
"""Characters of a path inside a container. A ZIP takes ten thousands, PostgreSQL's indexes some two thousand bytes."""

_ENDING = 12
"""Characters at the end of a longer one that stay: they say what the file is."""


@dataclass(frozen=True, slots=True)
class Content:
    """A file inside a container.

    ``path`` is its printable name there, unlike any other in the container. ``chunks`` gives its bytes piece by piece,
    or raises :class:`archive.errors.InputError` if they cannot or must not be had. ``size`` is what the container says
    it is, ``packed`` the bytes it takes up there; either is None where nothing is said or nothing is packed.
    """

    path: str
    chunks: Callable[[], Iterator[bytes]]
    size: int | None = None
    packed: int | None = None


@runtime_checkable
class Container(OpenedOriginal, Protocol):
    """A source that holds files besides its pages."""

    def contents(self) -> Iterator[Content]:
        """Return the files it holds, also after it was closed."""


@runtime_checkable
class SignedOriginal(OpenedOriginal, Protocol):
    """A source that may have digital signatures."""

    def signatures(self, trusted: Sequence[bytes]) -> Sequence[DocumentSignature]:
        """Return its signatures as far as they can be verified with the ``trusted`` certificates (DER). This never
        fails."""


def printable(name: str) -> str:
    """Return a name that can be shown and stored."""
    return _UNPRINTABLE.sub("\ufffd", name).strip()


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_PATH else f"{name[: LONGEST_PATH - _ENDING - 1]}…{name[-_ENDING:]}"


class UniqueNames:
    """Gives every file of a container a path of its own: of several called alike, the later ones get a number."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}

    def of(self, name: str) -> str:
        """Return ``name`` made printable, of moderate length, and numbered if it was given out before."""
        wanted = unique = _cut(printable(name)) or "unnamed"
        # From the last one on: an archive may call a million files alike.
        number = self._numbers.get(wanted, 1)
        while unique in self._taken:
            number += 1
            stem, dot, suffix = wanted.rpartition(".")
            unique = f"{stem} ({number}).{suffix}" if dot and "/" not in suffix else f"{wanted} ({number})"
        self._taken.add(unique)
        self._numbers[wanted] = number
        return unique
