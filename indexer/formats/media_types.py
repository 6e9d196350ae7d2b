"""The media types of the formats that can be read."""

from __future__ import annotations

PDF = "application/pdf"

PNG, JPEG, TIFF = "image/png", "image/jpeg", "image/tiff"
GIF, WEBP, JPEG_2000, HEIC = "image/gif", "image/webp", "image/jp2", "image/heic"

PLAIN, CSV, HTML, RTF = "text/plain", "text/csv", "text/html", "application/rtf"

_OOXML, _OASIS = "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument."

DOCX, XLSX = f"{_OOXML}wordprocessingml.document", f"{_OOXML}spreadsheetml.sheet"
PPTX = f"{_OOXML}presentationml.presentation"
ODT, ODS, ODP = f"{_OASIS}text", f"{_OASIS}spreadsheet", f"{_OASIS}presentation"
DOC, XLS, PPT = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"

EPUB = "application/epub+zip"
XML = "application/xml"

CMS = "application/pkcs7-mime"

ZIP, TAR, SEVEN_ZIP, RAR = "application/zip", "application/x-tar", "application/x-7z-compressed", "application/vnd.rar"
GZIP, BZIP2, XZ, ZSTD = "application/gzip", "application/x-bzip2", "application/x-xz", "application/zstd"

MESSAGE, MAILBOX, OUTLOOK = "message/rfc822", "application/mbox", "application/vnd.ms-outlook"
OUTLOOK_STORE = "application/vnd.ms-outlook-pst"
TNEF = "application/ms-tnef"
