"""Mailboxes: many e-mails in one file, one after the other (mbox, RFC 4155). The page lists them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice, pairwise
from pathlib import Path

from archive.errors import Message
from indexer.formats.container import Content, UniqueNames
from indexer.formats.flowing import FlowingSource
from indexer.formats.mail import header, parse_mail

MEDIA_TYPE = "application/mbox"

_FIRST_LINE = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]+\n(?=[!-9;-~]+[ \t]*:)")
"""What begins an e-mail: after an empty line, a line that no header can be, and then a header."""

_HEAD = 1 << 16
"""Bytes of an e-mail in which its subject is looked for."""

_SUBJECT_SHOWN = 80
"""Characters of a subject that become part of a name."""


def is_mailbox(path: Path) -> bool:
    """Whether a file that begins like an e-mail holds more than one."""
    data = path.read_bytes()
    return data.startswith(b"From ") and len(list(islice(_FIRST_LINE.finditer(data), 2))) == 2


class MailboxSource(FlowingSource):
    """A mailbox; an :class:`indexer.formats.container.Container`."""

    agent: Mapping[str, str] = {"reader": "mbox"}
    is_listing = True

    def __init__(self, path: Path, filename: str) -> None:
        """Find where the e-mails of a mailbox begin."""
        self._data = path.read_bytes()
        ends = [found.span() for found in _FIRST_LINE.finditer(self._data)]
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
        """See :meth:`indexer.formats.container.Container.contents`."""
        for name, start, end in self._mails:
            yield Content(name, partial(self._chunks, start, end), end - start)

    def _chunks(self, start: int, end: int) -> Iterator[bytes]:
        yield self._data[start:end]
