"""What all readers share: opened originals, pages, the context of reading, and containers.

E-mails and archives contain files, each of which becomes a document of its own. Their names are untrusted: they are
shown and stored as text, and never used as file paths.
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
    """A page cannot be read. The reason is recorded, and the other pages are read."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ReadContext:
    """How documents are read.

    The OCR engine and when to use it, limits (settings of the same names), passwords for encrypted files, and the
    folder in which layouts of office files are cached (None: no cache).
    """

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
    """A page as it was read; the fields are those of :class:`archive.model.Page`."""

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
    """A document whose pages are read lazily, so that a long one needs little memory.

    Iterating over ``pages`` raises :class:`archive.errors.DamagedDocument` at the end if not one page could be read.
    ``source`` is the opened original, which may be a container.
    """

    media_type: str
    page_count: int
    agent: Mapping[str, str]
    pages: Iterator[ReadPage]
    source: OpenedOriginal


def needs_password(name: str, passwords: Sequence[str], *, is_pdf: bool = False) -> EncryptedDocument:
    """Return the error for an encrypted file that none of ``passwords`` opens; they are counted, never shown."""
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
        """The number of pages."""

    @property
    def agent(self) -> Mapping[str, str]:
        """The library that reads it, with its version."""

    def read(self, number: int, context: ReadContext) -> ReadPage:
        """Read a page.

        :raises PageFailed: this page cannot be read.
        """

    def draw(self, number: int, width: int, max_pixels: int) -> Image.Image:
        """Return the image of a page, ``width`` pixels wide, or narrower to stay within ``max_pixels``.

        :raises PageFailed: this page cannot be rendered, or is a flowing page.
        """

    def close(self) -> None:
        """Close the file."""


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
                "If it is not, unpack it yourself and add what it holds.",
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
"""Control characters, which a terminal could execute, and bidirectional marks, which could turn "exe.fdp" around."""

LONGEST_PATH = 400
"""Maximum length of a path inside a container in characters; indexes of PostgreSQL take some 2,000 bytes."""

_ENDING = 12
"""Number of characters at the end of a longer path that are kept, because of its suffix."""


@dataclass(frozen=True, slots=True)
class Content:
    """A file inside a container.

    ``path`` is its printable name, unique in the container. ``chunks`` yields its bytes, or raises
    :class:`archive.errors.InputError` if it cannot or must not be extracted. ``size`` is the size that the container
    declares, ``packed`` its compressed size; either may be None.
    """

    path: str
    chunks: Callable[[], Iterator[bytes]]
    size: int | None = None
    packed: int | None = None


@runtime_checkable
class Container(OpenedOriginal, Protocol):
    """A source that contains files besides its pages."""

    def contents(self) -> Iterator[Content]:
        """Return the files in it, also after it was closed."""


@runtime_checkable
class SignedOriginal(OpenedOriginal, Protocol):
    """A source that may have digital signatures."""

    def signatures(self, trusted: Sequence[bytes]) -> Sequence[DocumentSignature]:
        """Return its signatures, verified with the ``trusted`` certificates (DER); no error is raised."""


def printable(name: str) -> str:
    """Return a name with unprintable characters replaced."""
    return _UNPRINTABLE.sub("\ufffd", name).strip()


def _cut(name: str) -> str:
    return name if len(name) <= LONGEST_PATH else f"{name[: LONGEST_PATH - _ENDING - 1]}…{name[-_ENDING:]}"


class UniqueNames:
    """Unique paths for the files of a container: repeated names get a number."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}

    def of(self, name: str) -> str:
        """Return ``name`` made printable, shortened, and numbered if it was used before."""
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
