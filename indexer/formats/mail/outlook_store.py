"""Outlook mailboxes (PST, OST; [MS-PST]), through libpff: each e-mail is a document of its own, as EML.

The EML (RFC 5322) is built from transport headers, body and attachments. The same e-mail always gives the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from typing import Any

import pypff

from archive.errors import DamagedDocument, InputError, Message
from indexer.formats.flowing import FlowingSource
from indexer.formats.html import decoded_html
from indexer.formats.legacy import text_of_rtf
from indexer.formats.mail.messages import decoded, parse_mail
from indexer.formats.source import Content, UniqueNames, printable

_ERRORS = (OSError, ValueError, TypeError, AttributeError, RuntimeError, MemoryError, LookupError, OverflowError)
"""Errors that libpff raises on malformed files, and the standard library on malformed text."""

_SUBJECT_SHOWN = 80
_MOST_FOLDERS, _MOST_DEPTH = 10_000, 50
_ATTACHMENT_NAMES = (0x3707, 0x3704, 0x3001)
_DISPLAY_TO, _DISPLAY_CC, _SENDER_ADDRESS = 0x0E04, 0x0E03, 0x0C1F
"""Property tags ([MS-OXPROPS])."""

_LINES = re.compile(r"[\r\n]+")
_OURS = ("content-", "mime-version")
"""Prefixes of headers on the MIME structure, which is built anew."""

_REPAIR = "Repair it with Outlook (scanpst), or export its e-mails from Outlook and add them."


class OutlookStoreSource(FlowingSource):
    """An Outlook mailbox; an :class:`indexer.formats.source.Container`."""

    agent: Mapping[str, str] = {"reader": f"libpff {pypff.get_version()}"}

    def __init__(self, path: Path, filename: str) -> None:
        """List the e-mails of a mailbox.

        :raises DamagedDocument: libpff cannot parse it, or it has no e-mails.
        """
        self._path, self._filename = path, filename
        unique = UniqueNames()
        try:
            self._names = [unique.of(name) for name, _ in _mails(path)]
        except _ERRORS as error:
            raise DamagedDocument(
                "%(filename)s is an Outlook mailbox (PST) that cannot be read: %(error)s.",
                _REPAIR,
                filename=filename,
                error=_reason(error),
            ) from error
        if not self._names:
            raise DamagedDocument(
                "%(filename)s is an Outlook mailbox (PST) in which no e-mail was found.", _REPAIR, filename=filename
            )
        reason = Message(
            "The page lists the %(count)s e-mails in this mailbox; each is a document of its own.",
            count=len(self._names),
        )
        super().__init__([self._names], reason=reason)

    def contents(self) -> Iterator[Content]:
        """See :meth:`indexer.formats.source.Container.contents`."""
        for name, (_, message) in zip(self._names, _mails(self._path), strict=True):
            yield Content(name, partial(self._chunks, name, message))

    def _chunks(self, name: str, message: Any) -> Iterator[bytes]:
        try:
            yield _eml(message)
        except _ERRORS as error:
            raise DamagedDocument(
                "%(name)s cannot be unpacked: %(error)s.",
                _REPAIR,
                name=f"{name} in {self._filename}",
                error=_reason(error),
            ) from error


def _mails(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield each e-mail with a name made of folder and subject.

    The walk is not recursive, and limited in depth and number of folders.

    :raises ValueError: a limit is exceeded.
    """
    file = pypff.file()
    file.open(str(path))
    waiting = [("", file.get_root_folder(), 0)]
    seen = count = 0
    while waiting:
        place, folder, depth = waiting.pop()
        seen += 1
        if seen > _MOST_FOLDERS or depth > _MOST_DEPTH:
            raise ValueError("it has too many or too deeply nested folders")
        for number in range(folder.get_number_of_sub_messages()):
            message = folder.get_sub_message(number)
            count += 1
            yield f"{place}{count:05} {_label(message.get_subject() or 'no subject')}.eml", message
        for number in reversed(range(folder.get_number_of_sub_folders())):
            inner = folder.get_sub_folder(number)
            waiting.append((f"{place}{_label(inner.get_name() or 'folder')}/", inner, depth + 1))


def _label(text: str) -> str:
    return printable(text.replace("/", "_"))[:_SUBJECT_SHOWN]


def _eml(message: Any) -> bytes:
    """Return an e-mail as EML."""
    mail = EmailMessage(policy=SMTP)
    for name, value in _headers(message):
        if value and name not in mail:
            mail[name] = _LINES.sub(" ", value).strip()
    _add_text(mail, message)
    for number in range(message.get_number_of_attachments()):
        name, content = _attachment(message.get_attachment(number), number)
        mail.add_attachment(content, "application", "octet-stream", filename=printable(name))
    digest = hashlib.sha256()
    for part in mail.walk():
        payload = part.get_payload(decode=True)
        digest.update(payload if isinstance(payload, bytes) else b"")
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{number}_{digest.hexdigest()[:40]}")
    return mail.as_bytes()


def _headers(message: Any) -> Iterator[tuple[str, str]]:
    """Yield the transport headers, and what Outlook stored where they are missing."""
    travelled = parse_mail((message.get_transport_headers() or "").encode("utf-8", "replace"))
    for name, value in travelled.items():
        if not name.lower().startswith(_OURS):
            yield name, str(value)
    sender = " ".join(filter(None, (message.get_sender_name(), _property(message, _SENDER_ADDRESS))))
    yield from (("From", sender), ("To", _property(message, _DISPLAY_TO)), ("Cc", _property(message, _DISPLAY_CC)))
    sent = message.get_client_submit_time() or message.get_delivery_time()
    yield "Date", format_datetime(sent) if sent else ""
    yield "Subject", message.get_subject() or ""


def _add_text(mail: EmailMessage, message: Any) -> None:
    """Add the plain text and the HTML or, if there is neither, the RTF."""
    plain, html = message.get_plain_text_body(), message.get_html_body()
    text = decoded(plain, "utf-8")[0] if plain else ""
    if not plain and not html and (rtf := message.get_rtf_body()):
        text = text_of_rtf(rtf)
    if text or not html:
        mail.set_content(text)
    if html:
        try:
            markup = decoded_html(html, "")[0]
        except InputError:
            markup = html.decode("latin-1")
        (mail.add_alternative if text else mail.set_content)(markup, subtype="html")


def _attachment(attachment: Any, number: int) -> tuple[str, bytes]:
    """Return name and bytes of an attachment; if it is unreadable, a text that says why."""
    name = next(filter(None, (_property(attachment, tag) for tag in _ATTACHMENT_NAMES)), f"attachment {number + 1}")
    try:
        size = attachment.get_size()
        return name, attachment.read_buffer(size) if size else b""
    except _ERRORS as error:
        return f"{name} (not read).txt", f"This attachment could not be read: {_reason(error)}.\n".encode()


def _property(item: Any, tag: int) -> str:
    for record_set in item.record_sets:
        for entry in record_set.entries:
            if entry.get_entry_type() == tag:
                return str(entry.get_data_as_string() or "")
    return ""


def _reason(error: Exception) -> str:
    """Return the first line of an error of libpff; the others are a stack trace."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
