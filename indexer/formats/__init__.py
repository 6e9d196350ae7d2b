"""Every format that can be read: one table, and the one way in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from archive.errors import DamagedDocument, TooLarge
from archive.model import TextSource
from indexer.formats import office, pdf, text
from indexer.formats.image import ImageSource
from indexer.formats.scan import NOTHING
from indexer.formats.sniffing import JPEG, PNG, TIFF, media_type_of
from indexer.formats.source import PageFailed, ReadContext, ReadDocument, ReadPage, Source

READERS: Mapping[str, Callable[[Path, str], Source]] = MappingProxyType(
    {
        pdf.MEDIA_TYPE: pdf.PdfSource,
        PNG: ImageSource,
        JPEG: ImageSource,
        TIFF: ImageSource,
        text.MEDIA_TYPE: text.PlainTextSource,
        office.MEDIA_TYPE: office.DocxSource,
    }
)
"""The reader of each media type. It takes the path of an original and the name to call it by in messages."""


def read_document(path: Path, filename: str, context: ReadContext) -> ReadDocument:
    """Open a file, whatever its name says it is, and read its pages as they are asked for.

    :raises archive.errors.UnsupportedFormat: no reader knows the format.
    :raises archive.errors.EncryptedDocument: it needs a password.
    :raises archive.errors.DamagedDocument: its bytes make no sense.
    :raises archive.errors.TooLarge: it has more pages than the limit.
    """
    media_type = media_type_of(path, filename)
    source = READERS[media_type](path, filename)
    if source.page_count > context.max_pages:
        raise TooLarge(
            f"{filename} has {source.page_count} pages; the limit is {context.max_pages}.",
            "Split it, or raise the setting max_pages.",
        )
    return ReadDocument(media_type, source.page_count, source.agent, _pages(source, filename, context))


def _pages(source: Source, filename: str, context: ReadContext) -> Iterator[ReadPage]:
    failures = []
    try:
        for number in range(1, source.page_count + 1):
            try:
                yield source.read(number, context)
            except PageFailed as error:
                failures.append(str(error))
                yield ReadPage(0, 0, TextSource.NONE, NOTHING, note=f"The page could not be read: {error}.")
    finally:
        source.close()
    if len(failures) == source.page_count:
        raise DamagedDocument(
            f"{filename} opens, but not one of its pages could be read: {failures[0]}.", "Get the file again."
        )
