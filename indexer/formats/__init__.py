"""Every format that can be read: one table, and the one way in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from archive.errors import DamagedDocument, Message, TooLarge
from archive.model import TextSource
from indexer.formats import (
    archives,
    html,
    legacy,
    mail,
    opendocument,
    outlook,
    pdf,
    slides,
    spreadsheet,
    text,
    word,
    word97,
)
from indexer.formats.image import NOTHING, ImageSource
from indexer.formats.office import OfficeReader
from indexer.formats.sniffing import JPEG, PNG, TIFF, media_type_of
from indexer.formats.source import OpenedOriginal, PageFailed, ReadContext, ReadDocument, ReadPage

READERS: Mapping[str, Callable[..., OpenedOriginal]] = MappingProxyType(
    {
        pdf.MEDIA_TYPE: pdf.PdfSource,
        PNG: ImageSource,
        JPEG: ImageSource,
        TIFF: ImageSource,
        text.PLAIN: text.PlainTextSource,
        text.CSV: text.SeparatedSource,
        html.MEDIA_TYPE: html.HtmlSource,
        word.MEDIA_TYPE: OfficeReader(".docx", word.DocxSource),
        word97.MEDIA_TYPE: OfficeReader(".doc", word97.DocSource, is_optional=True),
        legacy.RTF: OfficeReader(".rtf", legacy.RtfSource),
        opendocument.TEXT: OfficeReader(".odt", opendocument.OpenDocumentSource),
        slides.MEDIA_TYPE: OfficeReader(".pptx", slides.PptxSource),
        legacy.PPT: OfficeReader(".ppt", legacy.PptSource, is_optional=True),
        opendocument.SLIDES: OfficeReader(".odp", opendocument.OpenDocumentSource),
        spreadsheet.XLSX: spreadsheet.SpreadsheetSource,
        spreadsheet.ODS: spreadsheet.SpreadsheetSource,
        spreadsheet.XLS: spreadsheet.SpreadsheetSource,
        archives.MEDIA_TYPE: archives.ZipSource,
        mail.MESSAGE: mail.MailSource,
        mail.MAILBOX: mail.MailboxSource,
        outlook.MEDIA_TYPE: outlook.OutlookSource,
    }
)
"""The reader of each media type. It takes the path of an original and the name to call it by in messages."""

WITH_PASSWORDS = frozenset({pdf.MEDIA_TYPE, archives.MEDIA_TYPE})
"""The media types whose readers also take ``passwords`` to try."""

LISTINGS = frozenset(type_ for type_, reader in READERS.items() if getattr(reader, "is_listing", False))
"""The media types of containers whose pages only list what they hold. File names state no facts."""


def open_source(
    media_type: str, path: Path, filename: str, passwords: Sequence[str] = (), layouts: Path | None = None
) -> OpenedOriginal:
    """Open a file of a known media type. Layouts of office files are kept in the folder ``layouts``, if there is one.

    :raises archive.errors.InputError: it cannot be opened.
    """
    reader = READERS[media_type]
    if media_type in WITH_PASSWORDS:
        return reader(path, filename, passwords=passwords)
    return reader(path, filename, layouts) if isinstance(reader, OfficeReader) else reader(path, filename)


def read_document(path: Path, filename: str, context: ReadContext) -> ReadDocument:
    """Open a file, whatever its name says it is, and read its pages as they are asked for.

    :raises archive.errors.UnsupportedFormat: no reader knows the format, or the program that reads it is not installed.
    :raises archive.errors.EncryptedDocument: it needs a password.
    :raises archive.errors.DamagedDocument: its bytes make no sense.
    :raises archive.errors.TooLarge: it has more pages than the limit.
    """
    media_type = media_type_of(path, filename)
    source = open_source(media_type, path, filename, context.passwords, context.layouts)
    if source.page_count > context.max_pages:
        raise TooLarge(
            "%(filename)s has %(count)s pages; the limit is %(most)s.",
            "Split it, or raise the setting max_pages.",
            filename=filename,
            count=source.page_count,
            most=context.max_pages,
        )
    return ReadDocument(media_type, source.page_count, source.agent, _pages(source, filename, context), source)


def _pages(source: OpenedOriginal, filename: str, context: ReadContext) -> Iterator[ReadPage]:
    failures = []
    try:
        for number in range(1, source.page_count + 1):
            try:
                yield source.read(number, context)
            except PageFailed as error:
                failures.append(error.reason)
                yield ReadPage(
                    0,
                    0,
                    TextSource.NONE,
                    NOTHING,
                    note=Message("The page could not be read: %(our_error)s.", our_error=error.reason),
                )
    finally:
        source.close()
    if len(failures) == source.page_count:
        raise DamagedDocument(
            "%(filename)s opens, but not one of its pages could be read: %(our_error)s.",
            "Get the file again.",
            filename=filename,
            our_error=failures[0],
        )
