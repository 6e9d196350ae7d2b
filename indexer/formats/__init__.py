"""The table of readable formats, and the functions that open and read a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any

from archive.errors import DamagedDocument, Message, TooLarge
from archive.model import TextSource
from indexer.formats import media_types
from indexer.formats.source import NOTHING, OpenedOriginal, PageFailed, ReadContext, ReadDocument, ReadPage

LAYOUTS = "layouts"
"""The folder of rendered layouts of office files in the cache of an archive."""


@dataclass(frozen=True, slots=True)
class Format:
    """How files of one media type are read; the module and its library are imported on first use.

    ``source`` is a class of the module, or a function that returns one; both are called with the path of an original
    and the name to use in messages. ``suffixes`` are the usual file name suffixes. Formats with ``pages_by_office`` are
    rendered by LibreOffice, with the first suffix as format; ``is_optional`` says that ``source`` handles only some
    versions of the format or none. ``takes_passwords`` says that it tries passwords, ``is_listing`` that its pages only
    list the contents of a container.
    """

    module: str
    source: str
    suffixes: tuple[str, ...]
    pages_by_office: bool = False
    is_optional: bool = False
    takes_passwords: bool = False
    is_listing: bool = False

    def load(self) -> Any:
        """Import the module, and return the class of its sources."""
        return getattr(import_module(f"{__name__}.{self.module}"), self.source)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        media_types.PDF: Format("pdf", "PdfSource", (".pdf",), takes_passwords=True),
        media_types.PNG: Format("image", "ImageSource", (".png",)),
        media_types.JPEG: Format("image", "ImageSource", (".jpg", ".jpeg")),
        media_types.TIFF: Format("image", "ImageSource", (".tif", ".tiff")),
        media_types.GIF: Format("image", "ImageSource", (".gif",)),
        media_types.WEBP: Format("image", "ImageSource", (".webp",)),
        media_types.JPEG_2000: Format("image", "ImageSource", (".jp2", ".j2k", ".jpf", ".jpx")),
        media_types.HEIC: Format("image", "HeicSource", (".heic", ".heif")),
        media_types.PLAIN: Format("text", "PlainTextSource", (".txt",)),
        media_types.CSV: Format("text", "SeparatedSource", (".csv", ".tsv")),
        media_types.HTML: Format("html", "HtmlSource", (".html", ".htm")),
        media_types.XML: Format("ubl", "open_xml", (".xml",)),
        media_types.EPUB: Format("epub", "EpubSource", (".epub",)),
        media_types.DOCX: Format("word", "DocxSource", (".docx",), pages_by_office=True),
        media_types.DOC: Format("word97", "DocSource", (".doc",), pages_by_office=True, is_optional=True),
        media_types.RTF: Format("legacy", "RtfSource", (".rtf",), pages_by_office=True),
        media_types.ODT: Format("opendocument", "OpenDocumentSource", (".odt",), pages_by_office=True),
        media_types.PPTX: Format("slides", "PptxSource", (".pptx",), pages_by_office=True),
        media_types.PPT: Format("powerpoint97", "PptSource", (".ppt",), pages_by_office=True, is_optional=True),
        media_types.ODP: Format("opendocument", "OpenDocumentSource", (".odp",), pages_by_office=True),
        media_types.XLSX: Format("spreadsheet", "SpreadsheetSource", (".xlsx", ".xlsb")),
        media_types.ODS: Format("spreadsheet", "SpreadsheetSource", (".ods",)),
        media_types.XLS: Format("spreadsheet", "SpreadsheetSource", (".xls",)),
        media_types.ZIP: Format("packed.zip", "ZipSource", (".zip",), takes_passwords=True, is_listing=True),
        media_types.TAR: Format("packed.tar", "TarSource", (".tar", ".tgz", ".tbz2", ".txz"), is_listing=True),
        media_types.SEVEN_ZIP: Format(
            "packed.seven_zip", "SevenZipSource", (".7z",), takes_passwords=True, is_listing=True
        ),
        media_types.RAR: Format("packed.rar", "RarSource", (".rar",), is_listing=True),
        media_types.GZIP: Format("packed.compressed", "CompressedSource", (".gz",), is_listing=True),
        media_types.BZIP2: Format("packed.compressed", "CompressedSource", (".bz2",), is_listing=True),
        media_types.XZ: Format("packed.compressed", "CompressedSource", (".xz",), is_listing=True),
        media_types.ZSTD: Format("packed.compressed", "CompressedSource", (".zst",), is_listing=True),
        media_types.CMS: Format("signed.cms", "CmsSource", (".p7m", ".p7s"), is_listing=True),
        media_types.MESSAGE: Format("mail.messages", "MailSource", (".eml",)),
        media_types.MAILBOX: Format("mail.messages", "MailboxSource", (".mbox",), is_listing=True),
        media_types.OUTLOOK: Format("mail.outlook", "OutlookSource", (".msg",)),
        media_types.OUTLOOK_STORE: Format(
            "mail.outlook_store", "OutlookStoreSource", (".pst", ".ost"), is_listing=True
        ),
        media_types.TNEF: Format("mail.tnef", "TnefSource", (".dat", ".tnef")),
    }
)
"""The readable formats by media type."""

LISTINGS = frozenset(media_type for media_type, format_ in FORMATS.items() if format_.is_listing)
"""Media types of containers whose pages only list their contents. No facts are extracted from file names."""


def load_for(filename: str) -> None:
    """Import the modules that a file of this name most likely needs, before it is opened."""
    suffix = PurePath(filename).suffix.lower()
    for media_type, format_ in FORMATS.items():
        if suffix in format_.suffixes:
            load(media_type)


def load(media_type: str) -> None:
    """Import the modules that read files of a media type."""
    format_ = FORMATS[media_type]
    format_.load()
    if format_.pages_by_office:
        import_module(f"{__name__}.office")


def open_source(
    media_type: str, path: Path, filename: str, passwords: Sequence[str] = (), layouts: Path | None = None
) -> OpenedOriginal:
    """Open a file of a known media type; rendered layouts of office files are cached in the folder ``layouts``.

    :raises archive.errors.InputError: it cannot be opened.
    """
    format_ = FORMATS[media_type]
    source = format_.load()
    if format_.pages_by_office:
        from indexer.formats.office import OfficeReader  # noqa: PLC0415 - see Format

        return OfficeReader(format_.suffixes[0], source, format_.is_optional)(path, filename, layouts)
    opened: OpenedOriginal = (
        source(path, filename, passwords=passwords) if format_.takes_passwords else source(path, filename)
    )
    return opened


def read_document(path: Path, filename: str, context: ReadContext) -> ReadDocument:
    """Open a file by its content, not its name; its pages are read lazily.

    :raises archive.errors.UnsupportedFormat: no reader knows the format, or the program that reads it is not installed.
    :raises archive.errors.EncryptedDocument: it needs a password.
    :raises archive.errors.DamagedDocument: its content is malformed.
    :raises archive.errors.TooLarge: it has more pages than the limit.
    """
    # Imported here, since users of the table alone do not need it.
    from indexer.formats.sniffing import media_type_of  # noqa: PLC0415

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
            "Get the file again, or raise the setting that is named.",
            filename=filename,
            our_error=failures[0],
        )
