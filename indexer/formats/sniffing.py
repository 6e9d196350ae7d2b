"""Detect the media type of a file by its content; the name counts only where the content is ambiguous."""

from __future__ import annotations

import re
import tarfile
import zipfile
from itertools import islice
from pathlib import Path, PurePath

from olefile import OleFileIO

from archive.errors import DamagedDocument, EncryptedDocument, Message, UnsupportedFormat
from indexer.formats import media_types, word97_file
from indexer.formats.encoding import END_OF_FILE, decode
from indexer.formats.packages import PACKAGE_ERRORS
from indexer.formats.packed import compressed

_HEAD = 4096
"""Number of bytes read. A PDF header may follow up to 1,024 other bytes (PDF 1.7, appendix H, note 13)."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", media_types.PNG),
    (b"\xff\xd8\xff", media_types.JPEG),
    (b"II*\0", media_types.TIFF),
    (b"MM\0*", media_types.TIFF),
    (b"II+\0", media_types.TIFF),
    (b"MM\0+", media_types.TIFF),
    (b"GIF87a", media_types.GIF),
    (b"GIF89a", media_types.GIF),
    (b"\0\0\0\x0cjP  \r\n\x87\n", media_types.JPEG_2000),
    (b"\xff\x4f\xff\x51", media_types.JPEG_2000),
    (b"\x78\x9f\x3e\x22", media_types.TNEF),
    (b"!BDN", media_types.OUTLOOK_STORE),
    (rb"{\rtf", media_types.RTF),
    (b"Rar!\x1a\x07", media_types.RAR),
    (b"7z\xbc\xaf\x27\x1c", media_types.SEVEN_ZIP),
)

_EMPTY_ZIP = b"PK\x05\x06"
"""Where an archive has no file, its directory's end comes first."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOVING = Message("a sound or video file")
_MOVING_MARKS = (b"RIFF", b"ID3\x02", b"ID3\x03", b"ID3\x04", b"OggS\0", b"fLaC\0", b"\x1aE\xdf\xa3")
_OTHER_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"BM", Message("a BMP picture")),
    *((mark, _MOVING) for mark in _MOVING_MARKS),
    (b"%!PS", "PostScript"),
)
_ZIP_PARTS = (
    ("word/document.xml", media_types.DOCX),
    ("xl/workbook.xml", media_types.XLSX),
    ("xl/workbook.bin", media_types.XLSX),
    ("ppt/presentation.xml", media_types.PPTX),
    ("META-INF/container.xml", media_types.EPUB),
)
_OPEN_DOCUMENTS = {
    b"text": media_types.ODT,
    b"presentation": media_types.ODP,
    b"spreadsheet": media_types.ODS,
}
_OPEN_DOCUMENT = re.compile(rb"application/vnd\.oasis\.opendocument\.(text|presentation|spreadsheet)(?:-template)?\b")
_OLE_STREAMS = (
    ("__properties_version1.0", media_types.OUTLOOK),
    (word97_file.STREAM, media_types.DOC),
    ("Workbook", media_types.XLS),
    ("Book", media_types.XLS),
    ("PowerPoint Document", media_types.PPT),
)
_PACKAGE_SUFFIXES = {
    ".epub": media_types.EPUB,
    ".docx": media_types.DOCX,
    ".xlsx": media_types.XLSX,
    ".pptx": media_types.PPTX,
    ".odt": media_types.ODT,
    ".ods": media_types.ODS,
    ".odp": media_types.ODP,
}
_WEB_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[\s?]|<!DOCTYPE\s|<(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*\s(?:[^<>]*\s)?xmlns\b)"
    rb"|\xff\xfe<\0\?\0x\0m\0l\0|\xfe\xff\0<\0\?\0x\0m\0l"
)
"""An XML declaration, in UTF-16 too, or a namespace on the root element."""

_HEADER = re.compile(rb"([!-9;-~]+)[ \t]*:")
_TELLING = frozenset({b"received", b"mime-version", b"message-id", b"delivered-to", b"return-path", b"envelope-to"})
_COMMON = frozenset({b"from", b"to", b"date", b"subject"})

FIRST_LINE_OF_MAIL = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]+\n(?=[!-9;-~]+[ \t]*:)")
"""The beginning of an e-mail in a mailbox: a "From " line after an empty line, followed by a header."""

_SEPARATED_SUFFIXES = frozenset({".csv", ".tsv"})


def media_type_of(path: Path, filename: str) -> str:
    """Return the media type of a file that one of the readers can read.

    :raises UnsupportedFormat: none can; the message names the format if it is known.
    :raises EncryptedDocument: it is an Office file that needs a password.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    suffix = PurePath(filename).suffix.lower()
    media_type = _marked_type(head, path, filename)
    if media_type is not None:
        return media_type
    if is_mail(head) or (suffix == ".eml" and _is_text(head)):
        return media_types.MAILBOX if is_mailbox(path) else media_types.MESSAGE
    if _is_text(head):
        # Only the name tells a table from prose with the same number of commas in each line.
        return media_types.CSV if suffix in _SEPARATED_SUFFIXES else media_types.PLAIN
    raise _unsupported(
        filename,
        Message("of an unknown kind, whatever %(suffix)s means", suffix=suffix)
        if suffix
        else Message("of an unknown kind"),
    )


def _marked_type(head: bytes, path: Path, filename: str) -> str | None:
    """Return the media type of a file that begins with the mark of its format, or None if there is no mark."""
    if head.startswith((b"PK\x03\x04", _EMPTY_ZIP)):
        # All archives come before PDF: one may lie unpacked at their beginning.
        return _zip_type(path, filename)
    if head.startswith(_OLE):
        return _ole_type(path, filename)
    if marked := _tar_type(head, path) or _magic_type(head):
        return marked
    if b"%PDF-" in head[:1024]:
        return media_types.PDF
    if markup := _markup_type(head):
        return markup
    for magic, name in _OTHER_MAGIC:
        if head.startswith(magic):
            raise _unsupported(filename, name)
    if head.startswith(b"\0") and head[4:8] == b"ftyp":
        raise _unsupported(filename, Message("an AVIF picture") if head[8:12] in {b"avif", b"avis"} else _MOVING)
    return None


_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc", b"hevx"})
"""Brands in the first box of a photograph (ISO/IEC 23008-12), which tell it from a video."""


def _magic_type(head: bytes) -> str | None:
    """Return the media type of a file with a magic number at a fixed offset, None without one."""
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return media_types.WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return media_types.HEIC
    if _CMS.match(head):
        return media_types.CMS
    return next((media_type for mark, media_type in _MAGIC if head.startswith(mark)), None)


_CMS = re.compile(
    rb"\x30(?:\x80|[\x00-\x7f]|\x81.|\x82..|\x83...|\x84....)\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07[\x02\x03]"
    rb"|\s*-----BEGIN (?:PKCS7|CMS)-----",
    re.DOTALL,
)
"""An ASN.1 sequence (X.690) that begins with the OID of signed or enveloped data (RFC 5652), or PEM."""


def _markup_type(head: bytes) -> str | None:
    """Return the media type of HTML or XML, None for others; HTML is tested first, since XHTML is both."""
    if _WEB_PAGE.match(head):
        return media_types.HTML
    return media_types.XML if _XML.match(head) else None


_TAR_MARK, _TAR_MARK_AT = b"ustar", 257
"""POSIX.1-1988 and later. Older archives have no magic number; the checksum of their first header tells."""


def _tar_type(head: bytes, path: Path) -> str | None:
    """Return the media type of a TAR archive, compressed or not, or of another compressed file."""
    compression = compressed.compression_of(head)
    if compression is None:
        return media_types.TAR if _is_tar(head) else None
    try:
        with compressed.decompressed(path) as stream:
            return media_types.TAR if _is_tar(stream.read(tarfile.BLOCKSIZE)) else compression
    except compressed.ERRORS:
        # The reader will raise the error.
        return compression


def _is_tar(head: bytes) -> bool:
    block = head[: tarfile.BLOCKSIZE]
    if len(block) < tarfile.BLOCKSIZE or not block.strip(b"\0"):
        return False
    if block.startswith(_TAR_MARK, _TAR_MARK_AT):
        return True
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def is_mail(head: bytes) -> bool:
    """Return whether a file with this beginning is an e-mail: it has headers first, some typical of e-mail."""
    lines = head.splitlines()
    names: set[bytes] = set()
    for number, line in enumerate(lines):
        if not line:
            break
        found = _HEADER.match(line)
        if found:
            names.add(found[1].lower())
        elif (
            not (line.startswith((b" ", b"\t")) and names) and not _is_separator(number, line) and line is not lines[-1]
        ):
            return False
    return bool(names & _TELLING) or len(names & _COMMON) >= 3


def _is_separator(number: int, line: bytes) -> bool:
    """Return whether a line is the "From " line of a mailbox, which many programs also put before a single e-mail."""
    return number == 0 and line.startswith(b"From ")


def is_mailbox(path: Path) -> bool:
    """Return whether a file that begins like an e-mail has more than one."""
    data = path.read_bytes()
    return data.startswith(b"From ") and len(list(islice(FIRST_LINE_OF_MAIL.finditer(data), 2))) == 2


def _is_text(head: bytes) -> bool:
    """Return whether the beginning of a file is text; its encoding may still be unknown, which its reader reports."""
    if b"\0" in head:
        return decode(head[: len(head) // 4 * 4]) is not None
    head = head.rstrip(END_OF_FILE)
    # Price lists are mostly digits and punctuation.
    texty = len(re.findall(rb"[\sA-Za-z0-9\x80-\xff.,;:/()%+-]", head))
    return not re.search(rb"[\x01-\x08\x0e-\x1a\x7f]", head) and texty > 0.5 * len(head)


def _zip_type(path: Path, filename: str) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
            declared = package.read("META-INF/manifest.xml") if "content.xml" in names else b""
    except (*PACKAGE_ERRORS, RuntimeError):
        # A truncated package has lost its directory, which is at its end; the reader for its suffix will report it.
        return _PACKAGE_SUFFIXES.get(PurePath(filename).suffix.lower(), media_types.ZIP)
    found = _OPEN_DOCUMENT.search(declared)
    if found:
        return _OPEN_DOCUMENTS[found[1]]
    return next((media_type for part, media_type in _ZIP_PARTS if part in names), media_types.ZIP)


def _ole_type(path: Path, filename: str) -> str:
    """Return the media type of an OLE file by the names of its streams.

    :raises EncryptedDocument: it needs a password.
    :raises DamagedDocument: it is malformed.
    """
    try:
        with OleFileIO(str(path)) as ole:
            if ole.exists("EncryptedPackage") or _is_encrypted_word(ole):
                raise EncryptedDocument(
                    "%(filename)s needs a password.",
                    "Save a copy without the password and add that.",
                    filename=filename,
                )
            for stream, media_type in _OLE_STREAMS:
                if ole.exists(stream):
                    return media_type
    except word97_file.ERRORS as error:
        raise DamagedDocument(
            "%(filename)s is an old Office file that cannot be opened: %(error)s.",
            "Get the file again.",
            filename=filename,
            error=error,
        ) from error
    raise _unsupported(filename, Message("an OLE container of an unknown kind"))


def _is_encrypted_word(ole: OleFileIO) -> bool:
    """Return the bit fEncrypted of the file information block ([MS-DOC] 2.5.2), False without such a block."""
    if not ole.exists(word97_file.STREAM):
        return False
    with ole.openstream(word97_file.STREAM) as stream:
        block = stream.read(12)
    return len(block) == 12 and bool(block[11] & 0x01)


def _unsupported(filename: str, kind: str) -> UnsupportedFormat:
    return UnsupportedFormat(
        "%(filename)s is %(our_kind)s, which no reader here reads.",
        "Save it as PDF, DOCX or plain text and add that.",
        filename=filename,
        our_kind=kind,
    )
