"""What kind of file is this? Its bytes decide; the name is asked only where bytes cannot tell."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path, PurePath

from archive.errors import EncryptedDocument, UnsupportedFormat
from indexer.formats import office, pdf, text
from indexer.formats.encoding import decode

PNG, JPEG, TIFF = "image/png", "image/jpeg", "image/tiff"

_HEAD = 4096
"""Bytes looked at. A PDF's header may follow up to 1,024 bytes of something else (PDF 1.7, appendix H, note 13)."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"II+\0", TIFF),
    (b"MM\0+", TIFF),
)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_OTHER_MAGIC: tuple[tuple[bytes, str], ...] = (
    (_OLE, "an old Microsoft Office file (DOC, XLS, PPT)"),
    (rb"{\rtf", "RTF"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"RIFF", "a WebP picture or a sound or video file"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%!PS", "PostScript"),
    (b"<?xml", "XML"),
)
_ZIP_PARTS = (
    ("word/document.xml", office.MEDIA_TYPE, ""),
    ("xl/workbook.xml", "", "an Excel workbook (XLSX)"),
    ("ppt/presentation.xml", "", "a PowerPoint presentation (PPTX)"),
    ("META-INF/manifest.xml", "", "an OpenDocument file (ODT, ODS, ODP)"),
    ("META-INF/container.xml", "", "an EPUB book"),
)
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_MAIL = re.compile(
    rb"(?:From |(?:[A-Za-z][A-Za-z-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)*(?:Received|MIME-Version|Message-ID):)", re.IGNORECASE
)


def media_type_of(path: Path, filename: str) -> str:
    """The media type of a file that one of our readers reads.

    :raises UnsupportedFormat: none does; the message names the format where we know it.
    :raises EncryptedDocument: it is an Office file that needs a password.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if b"%PDF-" in head[:1024]:
        return pdf.MEDIA_TYPE
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if head.startswith(b"PK\x03\x04"):
        return _zip_type(path, filename)
    if head.startswith(_OLE) and _ENCRYPTED_PACKAGE in path.read_bytes():
        raise EncryptedDocument(f"{filename} needs a password.", "Save a copy without the password and add that.")
    for magic, name in _OTHER_MAGIC:
        if head.startswith(magic):
            raise _unsupported(filename, name)
    if _HTML.match(head):
        raise _unsupported(filename, "HTML")
    if _MAIL.match(head) or PurePath(filename).suffix.lower() == ".eml":
        raise _unsupported(filename, "an e-mail")
    if _is_text(head):
        return text.MEDIA_TYPE
    suffix = PurePath(filename).suffix
    raise _unsupported(
        filename, f"of an unknown kind, whatever {suffix} stands for" if suffix else "of an unknown kind"
    )


def _is_text(head: bytes) -> bool:
    """Whether the beginning of a file is text. It may be of an encoding that we fail to tell, which its reader will
    say."""
    if b"\0" in head:
        return decode(head[: len(head) // 4 * 4]) is not None
    texty = len(re.findall(rb"[\sA-Za-z\x80-\xff]", head))
    return not re.search(rb"[\x01-\x08\x0e-\x1a\x7f]", head) and texty > 0.5 * len(head)


def _zip_type(path: Path, filename: str) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        # A cut-off package has lost its directory, which is at its end. The reader that its name asks for will say so.
        names = {"word/document.xml"} if PurePath(filename).suffix.lower() == ".docx" else set()
    for part, media_type, name in _ZIP_PARTS:
        if part in names:
            if media_type:
                return media_type
            raise _unsupported(filename, name)
    raise _unsupported(filename, "a ZIP archive")


def _unsupported(filename: str, kind: str) -> UnsupportedFormat:
    return UnsupportedFormat(
        f"{filename} is {kind}, which no reader here reads.", "Save it as PDF, DOCX or plain text and add that."
    )
