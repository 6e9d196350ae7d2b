"""Packages of XML (OOXML, OpenDocument): ZIP files that have limits before anything is unpacked."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from archive.errors import DamagedDocument, TooLarge

MAX_UNPACKED = 512 << 20
"""Bytes that all parts of a package may have together, as its directory declares them. zipfile yields no more of a
part than was declared. The largest real one here has 0.3 MB; one with 500 photographs has less than this too, since
photographs do not pack."""

PACKAGE_ERRORS = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, OSError, EOFError, NotImplementedError)
"""What zipfile raises on packages that are cut off, changed or packed by a method it does not know."""


def check_package(path: Path, filename: str) -> None:
    """Refuse a package that would unpack to more than :data:`MAX_UNPACKED`.

    :raises TooLarge: it would.
    :raises DamagedDocument: it has no directory that makes sense.
    """
    try:
        with zipfile.ZipFile(path) as package:
            unpacked = sum(info.file_size for info in package.infolist())
    except PACKAGE_ERRORS as error:
        raise DamagedDocument(
            "%(filename)s cannot be opened as a package of XML: %(error)s.",
            "Open it in its program, save it, add that.",
            filename=filename,
            error=error,
        ) from error
    if unpacked > MAX_UNPACKED:
        raise TooLarge(
            "%(filename)s would unpack to %(size)s MB; the limit is %(most)s MB.",
            "It may be a trap. If it is not, print it to PDF and add that.",
            filename=filename,
            size=unpacked >> 20,
            most=MAX_UNPACKED >> 20,
        )
