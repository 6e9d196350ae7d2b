"""EPUB books (EPUB 2 and 3): each chapter is a page, in spine order, parsed as HTML."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from archive.errors import DamagedDocument, EncryptedDocument, InputError, Message, TooLarge
from indexer.formats.flowing import FlowingSource
from indexer.formats.html import decoded_html, lines_of_html
from indexer.formats.opendocument import parse_xml
from indexer.formats.packages import PACKAGE_ERRORS, check_package

_CONTAINER = "META-INF/container.xml"
_RIGHTS = frozenset({"META-INF/rights.xml", "META-INF/license.lcpl", "META-INF/sinf.xml"})
"""Files of DRM schemes that encrypt chapters; META-INF/encryption.xml alone may encrypt only fonts."""

_TEXTS = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
_MOST_CHAPTERS = 10_000

_ERRORS = (*PACKAGE_ERRORS, RuntimeError, SyntaxError, AttributeError, TypeError)


class EpubSource(FlowingSource):
    """An EPUB book; an :class:`indexer.formats.source.OpenedOriginal`."""

    agent: Mapping[str, str] = {"reader": f"EPUB (lxml {etree.__version__})"}
    has_cells = True

    def __init__(self, path: Path, filename: str) -> None:
        """Read a book.

        :raises EncryptedDocument: it is protected by DRM.
        :raises DamagedDocument: its package is malformed, or it has no chapters.
        :raises archive.errors.TooLarge: it unpacks to more than the limit, or has too many chapters.
        """
        check_package(path, filename)
        try:
            with zipfile.ZipFile(path) as package:
                if _RIGHTS & set(package.namelist()):
                    raise EncryptedDocument(
                        "%(filename)s is a book with digital rights management.",
                        "Get it without protection, or print what matters to PDF and add that.",
                        filename=filename,
                    )
                chapters = list(_chapters(package))
                if len(chapters) > _MOST_CHAPTERS:
                    raise TooLarge(
                        "%(filename)s is a book of %(count)s chapters; the limit is %(most)s.",
                        "Print what matters of it to PDF and add that.",
                        filename=filename,
                        count=len(chapters),
                        most=_MOST_CHAPTERS,
                    )
                pages = [lines for name in chapters if (lines := _lines(package, name, filename))]
                missing = sum(name not in package.NameToInfo for name in chapters)
        except _ERRORS as error:
            raise DamagedDocument(
                "%(filename)s cannot be opened as a book (EPUB): %(error)s.",
                "Get the file again.",
                filename=filename,
                error=error,
            ) from error
        if not pages:
            raise DamagedDocument(
                "%(filename)s is a book without text.", "It holds nothing to read.", filename=filename
            )
        note = Message("%(count)s of its chapters are missing in the file.", count=missing) if missing else None
        super().__init__(pages, note)


def _chapters(package: zipfile.ZipFile) -> Iterator[str]:
    """Yield the names of the chapters in the order in which they are to be read."""
    root = next(parse_xml(package.read(_CONTAINER)).iter("{*}rootfile"), None)
    if root is None:
        raise ValueError("it does not say where its list of chapters is")
    place = unquote(root.get("full-path", ""))
    opf = parse_xml(package.read(place))
    names = {
        item.get("id"): posixpath.normpath(posixpath.join(posixpath.dirname(place), unquote(item.get("href", ""))))
        for item in opf.iter("{*}item")
        if item.get("media-type") in _TEXTS
    }
    wanted = dict.fromkeys(names[ref.get("idref")] for ref in opf.iter("{*}itemref") if ref.get("idref") in names)
    yield from wanted


def _lines(package: zipfile.ZipFile, name: str, filename: str) -> list[str]:
    if name not in package.NameToInfo:
        return []
    try:
        text, _ = decoded_html(package.read(name), filename)
    except InputError as error:
        raise ValueError(str(error.message)) from error
    lines = lines_of_html(text, has_cells=True)
    return lines if any(line.strip() for line in lines) else []
