"""Writes small packets of Outlook (winmail.dat, MS-OXTNEF). No library writes them."""

from __future__ import annotations

import struct
from collections.abc import Mapping

import compressed_rtf

_SUBJECT, _SENDER, _TO, _BODY, _RTF, _LONG_NAME = 0x0037, 0x0C1A, 0x0E04, 0x1000, 0x1009, 0x3707
_UNICODE, _BINARY = 0x001F, 0x0102
_CODE_PAGE, _PROPERTIES, _RENDERING, _TITLE, _DATA, _ATTACHMENT = 0x9007, 0x9003, 0x9002, 0x8010, 0x800F, 0x9005


def winmail(
    subject: str, body: str = "", rtf: bytes = b"", attachments: Mapping[str, bytes] | None = None, sender: str = "Ana"
) -> bytes:
    """An e-mail with a text, or one that is RTF only."""
    values = {(_SUBJECT, _UNICODE): _unicode(subject), (_SENDER, _UNICODE): _unicode(sender)}
    values[_TO, _UNICODE] = _unicode("nabavke@primer.rs")
    if body:
        values[_BODY, _UNICODE] = _unicode(body)
    if rtf:
        values[_RTF, _BINARY] = compressed_rtf.compress(rtf)
    parts = [_object(1, _CODE_PAGE, struct.pack("<II", 1250, 0)), _object(1, _PROPERTIES, _properties(values))]
    for name, content in (attachments or {}).items():
        named = _properties({(_LONG_NAME, _UNICODE): _unicode(name)})
        parts += [_object(2, _RENDERING, bytes(14)), _object(2, _TITLE, b"A~1.DOC\0"), _object(2, _DATA, content)]
        parts.append(_object(2, _ATTACHMENT, named))
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(parts)


def _unicode(text: str) -> bytes:
    return f"{text}\0".encode("utf-16-le")


def _properties(values: Mapping[tuple[int, int], bytes]) -> bytes:
    written = struct.pack("<I", len(values))
    for (name, kind), value in values.items():
        written += struct.pack("<HHII", kind, name, 1, len(value)) + value + bytes(-len(value) % 4)
    return written


def _object(level: int, name: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, 6, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
