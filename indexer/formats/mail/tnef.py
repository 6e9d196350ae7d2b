"""TNEF packets in which Outlook sends e-mails (MS-OXTNEF): winmail.dat, through tnefparse."""

from __future__ import annotations

import logging
import struct
from collections.abc import Mapping
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import compressed_rtf
from tnefparse import TNEF
from tnefparse.properties import (
    MAPI_CLIENT_SUBMIT_TIME,
    MAPI_DISPLAY_CC,
    MAPI_DISPLAY_TO,
    MAPI_SENDER_EMAIL_ADDRESS,
    MAPI_SENDER_NAME,
    MAPI_SUBJECT,
)

from archive.errors import DamagedDocument, Message, TooLarge
from indexer.formats.html import lines_of_html
from indexer.formats.legacy import text_of_rtf
from indexer.formats.mail.messages import AttachmentSource, MailParts, decoded

_ERRORS = (struct.error, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, OSError, RecursionError)
"""Errors that tnefparse raises or lets through on malformed files; it documents none."""

_MOST_BYTES = 256 << 20
_MOST_RTF = 200_000
"""Maximum size of compressed RTF in bytes; beyond, the library takes minutes."""

# It logs what it skips to stderr.
logging.getLogger("tnefparse").setLevel(logging.CRITICAL)


class TnefSource(AttachmentSource):
    """A TNEF packet; an :class:`indexer.formats.source.Container`."""

    agent: Mapping[str, str] = {"reader": f"tnefparse {version('tnefparse')}"}

    def __init__(self, path: Path, filename: str) -> None:
        """Read a packet.

        :raises DamagedDocument: tnefparse cannot parse it, or it is empty.
        :raises TooLarge: it exceeds the limit of bytes.
        """
        if path.stat().st_size > _MOST_BYTES:
            raise TooLarge(
                "%(filename)s is an Outlook attachment (TNEF) of more than %(most)s MB.",
                "Save its attachments from the mail program and add them.",
                filename=filename,
                most=_MOST_BYTES >> 20,
            )
        try:
            packet = TNEF(path.read_bytes(), do_checksum=False)
            headers = _headers(packet)
            parts = _body(packet)
            for number, attachment in enumerate(packet.attachments, start=1):
                name = _text(attachment.long_filename()) or f"attachment {number}"
                parts.attachments.append((name, partial(bytes, attachment.data)))
        except _ERRORS as error:
            raise DamagedDocument(
                "%(filename)s is an Outlook attachment (TNEF) that cannot be read: %(error)s.",
                "Have the e-mail sent again as plain text or HTML.",
                filename=filename,
                error=error,
            ) from error
        if not (parts.lines or parts.attachments or any(value for _, value in headers)):
            raise DamagedDocument(
                "%(filename)s is an Outlook attachment (TNEF) in which nothing was found.",
                "Have the e-mail sent again as plain text or HTML.",
                filename=filename,
            )
        super().__init__(headers, parts)


def _headers(packet: TNEF) -> list[tuple[str, str]]:
    values = {one.name: _text(one.data) for one in packet.mapiprops if not isinstance(one.data, list)}
    sender = " ".join(filter(None, (values.get(MAPI_SENDER_NAME), values.get(MAPI_SENDER_EMAIL_ADDRESS))))
    named = {
        "From": sender,
        "To": values.get(MAPI_DISPLAY_TO),
        "Cc": values.get(MAPI_DISPLAY_CC),
        "Date": values.get(MAPI_CLIENT_SUBMIT_TIME),
        "Subject": values.get(MAPI_SUBJECT),
    }
    return [(name, " ".join((value or "").split())) for name, value in named.items()]


def _body(packet: TNEF) -> MailParts:
    """Return the plain text, the HTML or, if there is neither, the compressed RTF."""
    if text := _text(packet.body):
        return MailParts(lines=text.splitlines())
    if packet.htmlbody:
        return MailParts(lines=lines_of_html(_text(packet.htmlbody)))
    return text_of_packed_rtf(packet._rtfbody + b"\0") if packet._rtfbody else MailParts()


def text_of_packed_rtf(packed: bytes) -> MailParts:
    """Return the text of compressed RTF (MS-OXRTFCP), or a note that says why it cannot be read."""
    if len(packed) > _MOST_RTF:
        return MailParts(notes=[Message("Its body is compressed RTF above the limit.")])
    try:
        return MailParts(lines=text_of_rtf(compressed_rtf.decompress(packed)).splitlines())
    except Exception:  # noqa: BLE001 - the library raises nothing more particular
        return MailParts(notes=[Message("Its body is compressed RTF that is damaged.")])


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        value = decoded(value, None)[0]
    return str(value or "").replace("\0", "").replace("\ufeff", "").strip()
