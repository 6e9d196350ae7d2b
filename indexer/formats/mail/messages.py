"""E-mails (RFC 5322, MIME): EML files, and mailboxes (mbox, RFC 4155).

The page of an e-mail has its main headers and its body; attachments are its contents. Malformed e-mails are read as far
as possible, as mail programs do. The page of a mailbox lists its e-mails.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import MessageError
from email.header import Header, decode_header
from email.message import Message as Mail
from email.policy import compat32
from functools import partial
from itertools import pairwise
from pathlib import Path

from archive.errors import DamagedDocument, Message
from indexer.formats.encoding import decode
from indexer.formats.flowing import FlowingSource
from indexer.formats.html import lines_of_html
from indexer.formats.sniffing import FIRST_LINE_OF_MAIL
from indexer.formats.source import Content, UniqueNames, printable

_FILE = re.compile(r"^begin [0-7]{3,4} (?P<name>[^\n]+)\n(?P<lines>(?:[ -`]*\n)*?)end[ \t]*(?:\n|\Z)", re.MULTILINE)


def take_out_uuencoded(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return a text without its uuencoded files, and the files with their names; malformed ones stay in the text."""
    files = []

    def take_out(found: re.Match[str]) -> str:
        try:
            content = b"".join(_decoded(line) for line in found["lines"].splitlines() if line)
        except binascii.Error:
            return found[0]
        files.append((found["name"].strip(), content))
        return ""

    return _FILE.sub(take_out, text.replace("\r\n", "\n")), files


def _decoded(line: str) -> bytes:
    data = line.encode("ascii")
    try:
        return binascii.a2b_uu(data)
    except binascii.Error:
        # Some programs pad lines with garbage. The first character encodes the number of bytes of the line.
        return binascii.a2b_uu(data[: 1 + (((data[0] - 32) & 63) * 8 + 5) // 6])


SHOWN_HEADERS = ("From", "To", "Cc", "Date", "Subject")

_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
"""Signatures are kept in the original and have no text for readers."""

_POLICY = compat32.clone(max_line_length=None, mangle_from_=False)
"""The one policy of the standard library that never fails on a malformed header, set to preserve lines."""

_ENCODING = "Content-Transfer-Encoding"
_FOLD = re.compile(r"\r?\n[ \t]+")


@dataclass(slots=True)
class MailParts:
    """A parsed e-mail: lines of its body, attachments, notes on errors, and other remarks."""

    lines: list[str] = field(default_factory=list)
    attachments: list[tuple[str, Callable[[], bytes]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


class AttachmentSource(FlowingSource):
    """The base class of sources that are one e-mail: a :class:`indexer.formats.source.Container`."""

    def __init__(self, headers: Sequence[tuple[str, str]], parts: MailParts) -> None:
        unique = UniqueNames()
        self._attachments = [(unique.of(name), content) for name, content in parts.attachments]
        head = [f"{name}: {value}" for name, value in headers if value.strip()]
        names = [name for name, _ in self._attachments]
        if names:
            head.append(f"Attachments: {'; '.join(names)}")
        super().__init__([[*head, "", *parts.lines]], _sentences(parts.notes), _sentences(parts.remarks))

    def contents(self) -> Iterator[Content]:
        """See :meth:`indexer.formats.source.Container.contents`."""
        for name, content in self._attachments:
            yield Content(name, partial(_single_chunk, content))


def _single_chunk(content: Callable[[], bytes]) -> Iterator[bytes]:
    yield content()


def _sentences(sentences: Sequence[str]) -> str | None:
    """Return the distinct sentences joined, None if there are none."""
    return " ".join(dict.fromkeys(sentences)) or None


class MailSource(AttachmentSource):
    """An e-mail."""

    agent: Mapping[str, str] = {"reader": "Python email"}

    def __init__(self, path: Path, filename: str) -> None:
        """Read an e-mail.

        :raises DamagedDocument: it has no headers, or its parts are nested too deeply.
        """
        remedy = "Save the e-mail again from the mail program."
        try:
            message = parse_mail(path.read_bytes())
            parts = parts_of(message)
        except RecursionError as error:
            raise DamagedDocument(
                "%(filename)s is an e-mail whose parts are nested without end.", remedy, filename=filename
            ) from error
        if not message.keys():
            raise DamagedDocument("%(filename)s has no e-mail headers.", remedy, filename=filename)
        super().__init__([(name, header(message, name)) for name in SHOWN_HEADERS], parts)


def parse_mail(data: bytes) -> Mail:
    """Parse an e-mail; this never fails."""
    return message_from_bytes(data, policy=_POLICY)


def header(message: Mail, name: str) -> str:
    """Return a decoded header, "" if there is none; several of the same name are joined."""
    return "; ".join(readable(value) for value in message.get_all(name, []))


def readable(value: str | Header) -> str:
    """Decode encoded words (RFC 2047); those in an unknown encoding are left as they are."""
    try:
        # Unfold first, since the decoder would drop the space between folded lines.
        pieces = decode_header(_FOLD.sub(" ", value) if isinstance(value, str) else value)
        return " ".join("".join(_text_of(piece, charset) for piece, charset in pieces).split())
    except (MessageError, ValueError):
        return " ".join(printable(str(value)).split())


def _text_of(piece: str | bytes, charset: str | None) -> str:
    # Non-ASCII bytes, which are not allowed in a header, come as surrogates.
    data = piece.encode("ascii", "surrogateescape") if isinstance(piece, str) else piece
    return decoded(data, charset)[0]


def decoded(data: bytes, charset: str | None) -> tuple[str, str | None]:
    """Return text decoded as declared or, if that fails, in a detected encoding, with a note."""
    try:
        return data.decode(charset or "ascii"), None
    except (LookupError, ValueError):
        pass
    judged = decode(data)
    if judged is None:
        return data.decode("utf-8", "replace"), Message("Its encoding is unknown; letters are missing.")
    if judged.is_certain:
        return judged.text, None
    return judged.text, Message(
        "Read as %(encoding)s, judged by its letters; what it declares is wrong.", encoding=judged.encoding
    )


def parts_of(message: Mail) -> MailParts:
    """Return the parts of an e-mail."""
    parts = MailParts()
    _add_part(message, parts)
    return parts


def _add_part(part: Mail, parts: MailParts) -> None:
    content_type = part.get_content_type()
    if content_type in _SIGNATURES:
        parts.remarks.append(Message("It has a digital signature, which is kept in the original."))
    elif content_type == "message/rfc822" and part.is_multipart():
        (inner, *_) = _inner(part)
        name = _filename(part) or f"{header(inner, 'Subject') or 'attached message'}.eml"
        parts.attachments.append((name.replace("/", "_"), lambda: inner.as_bytes(policy=_POLICY)))
    elif part.is_multipart():
        if content_type == "multipart/alternative":
            _add_alternatives(part, parts)
        else:
            for inner in _inner(part):
                _add_part(inner, parts)
    elif _is_body(part):
        _read_body(part, parts)
    else:
        name = _filename(part) or f"{content_type.replace('/', ' ')} part"
        parts.attachments.append((name, lambda: _content(part)))


def _add_alternatives(part: Mail, parts: MailParts) -> None:
    """Add the first alternative (multipart/alternative) that has text; pictures of all are attachments."""
    apart = []
    for inner in _inner(part):
        of_inner = MailParts()
        _add_part(inner, of_inner)
        apart.append(of_inner)
        parts.attachments += of_inner.attachments
    read = next((one for one in apart if any(line.strip() for line in one.lines)), None)
    if read:
        parts.lines += read.lines
        parts.notes += read.notes


def _inner(part: Mail) -> list[Mail]:
    """Return the parts of a multipart, [] for any other part."""
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Mail)] if isinstance(payload, list) else []


def _content(part: Mail) -> bytes:
    """Return the bytes of a part; if they are not in the declared transfer encoding, as they are."""
    content = part.get_payload(decode=True)
    if str(part.get(_ENCODING, "")).strip().lower() == "base64":
        # Base64 is ASCII; in other data the decoder would drop every non-ASCII byte.
        del part[_ENCODING]
        stands = part.get_payload(decode=True)
        part[_ENCODING] = "base64"
        content = stands if isinstance(stands, bytes) and not stands.isascii() else content
    return content if isinstance(content, bytes) else b""


def _is_body(part: Mail) -> bool:
    return (
        (part.get_content_type() in {"text/plain", "text/html"} or part.get_content_maintype() == "multipart")
        and part.get_content_disposition() != "attachment"
        and _filename(part) is None
    )


def _filename(part: Mail) -> str | None:
    name = part.get_filename()
    return readable(name) if name else None


def _read_body(part: Mail, parts: MailParts) -> None:
    text, note = decoded(_content(part), part.get_content_charset())
    if note:
        parts.notes.append(note)
    if part.get_content_subtype() == "html":
        lines = lines_of_html(text)
    else:
        text, files = take_out_uuencoded(text)
        parts.attachments += [(name, partial(bytes, content)) for name, content in files]
        lines = text.splitlines()
    parts.lines += ["", *lines] if parts.lines else lines


_HEAD = 1 << 16
"""Number of bytes of an e-mail in which its subject is searched."""

_SUBJECT_SHOWN = 80
"""Maximum number of characters of a subject in a name."""


class MailboxSource(FlowingSource):
    """A mailbox; an :class:`indexer.formats.source.Container`."""

    agent: Mapping[str, str] = {"reader": "mbox"}

    def __init__(self, path: Path, filename: str) -> None:
        """Find the beginning of each e-mail of a mailbox."""
        self._data = path.read_bytes()
        ends = [found.span() for found in FIRST_LINE_OF_MAIL.finditer(self._data)]
        borders = [*ends, (len(self._data), len(self._data))]
        unique = UniqueNames()
        self._mails: list[tuple[str, int, int]] = []
        for (_, start), (end, _) in pairwise(borders):
            head = parse_mail(self._data[start : min(end, start + _HEAD)])
            subject = (header(head, "Subject") or "no subject").replace("/", "_")
            self._mails.append((unique.of(f"{len(self._mails) + 1:04} {subject[:_SUBJECT_SHOWN]}.eml"), start, end))
        reason = Message(
            "The page lists the %(count)s e-mails in this mailbox; each is a document of its own.",
            count=len(self._mails),
        )
        super().__init__([[name for name, _, _ in self._mails]], reason=reason)

    def contents(self) -> Iterator[Content]:
        """See :meth:`indexer.formats.source.Container.contents`."""
        for name, start, end in self._mails:
            yield Content(name, partial(self._chunks, start, end), end - start)

    def _chunks(self, start: int, end: int) -> Iterator[bytes]:
        yield self._data[start:end]
