"""E-mails saved by Outlook (MS-OXMSG, MSG files), through python-oxmsg."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

from oxmsg import Message as OutlookItem
from oxmsg.attachment import Attachment
from oxmsg.domain.constants import PID_HTML, PID_INTERNET_CODEPAGE, PID_RTF_COMPRESSED

from archive.errors import DamagedDocument, Message, UnsupportedFormat
from indexer.formats.html import lines_of_html
from indexer.formats.mail.messages import SHOWN_HEADERS, AttachmentSource, MailParts, decoded, readable
from indexer.formats.mail.tnef import text_of_packed_rtf

_ERRORS = (OSError, ValueError, LookupError, ArithmeticError, AssertionError, AttributeError, TypeError, struct.error)
"""Errors that python-oxmsg raises on malformed files, found with truncated and altered files; it documents none."""


class OutlookSource(AttachmentSource):
    """An Outlook e-mail."""

    agent: Mapping[str, str] = {"reader": f"python-oxmsg {version('python-oxmsg')}"}

    def __init__(self, path: Path, filename: str) -> None:
        """Read an e-mail.

        :raises DamagedDocument: python-oxmsg cannot parse it.
        """
        try:
            message = OutlookItem.load(str(path))
            headers = _headers(message)
            parts = _read_body(message)
            for number, attachment in enumerate(message.attachments, start=1):
                name = attachment.file_name or f"attachment {number}"
                parts.attachments.append((name, _content(attachment, name, filename)))
        except _ERRORS as error:
            raise DamagedDocument(
                "%(filename)s is an Outlook e-mail that cannot be read: %(error)s.",
                "Save it again from Outlook, as EML.",
                filename=filename,
                error=error,
            ) from error
        if not (any(map(str.strip, parts.lines)) or parts.notes):
            parts.notes.append(Message("Its text is empty, or stored in a way that is not read here."))
        super().__init__(headers, parts)


def _headers(message: OutlookItem) -> list[tuple[str, str]]:
    """Return the transport headers, or what Outlook stored in their place."""
    travelled = {name.lower(): value for name, value in message.message_headers.items()}
    to = "; ".join(f"{person.name} <{person.email_address}>" for person in message.recipients)
    sent = message.sent_date.isoformat(sep=" ") if message.sent_date else ""
    own = {"From": message.sender or "", "To": to, "Date": sent, "Subject": message.subject}
    return [(name, readable(travelled.get(name.lower()) or own.get(name, ""))) for name in SHOWN_HEADERS]


def _read_body(message: OutlookItem) -> MailParts:
    """Return the plain text, the HTML or, if there is neither, the compressed RTF.

    The code page of HTML is detected if the message names none, where the library would assume Western.
    """
    if message.body and message.body.strip():
        return MailParts(lines=message.body.splitlines())
    markup = message.properties.binary_prop_value(PID_HTML)
    if not markup and message.html_body:
        return MailParts(lines=lines_of_html(message.html_body))
    if not markup:
        packed = message.properties.binary_prop_value(PID_RTF_COMPRESSED)
        return text_of_packed_rtf(packed) if packed else MailParts()
    names_code_page = message.properties.int_prop_value(PID_INTERNET_CODEPAGE) is not None
    text, note = decoded(markup, message.properties.body_encoding if names_code_page else None)
    return MailParts(lines=lines_of_html(text), notes=[note] if note else [])


def _content(attachment: Attachment, name: str, filename: str) -> Callable[[], bytes]:
    def content() -> bytes:
        try:
            data = attachment.file_bytes
        except _ERRORS as error:
            raise DamagedDocument(
                "%(source)s cannot be read: %(error)s.", _SAVE, source=f"{name} in {filename}", error=error
            ) from error
        if data is None:
            raise UnsupportedFormat(
                "%(name)s is an Outlook item inside an Outlook item.", _SAVE, name=f"{name} in {filename}"
            )
        return data

    return content


_SAVE = "Open it in Outlook, save the attachment and add that."
