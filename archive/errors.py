"""Every error a person can meet, in one tree.

::

    DosijeError                     what failed; ``remedy`` says what to try
    ├── UsageError                  exit 2   the request makes no sense as asked
    │   ├── UnknownDocument                  no document has this id
    │   ├── UnknownSearch                    no saved search has this name or id
    │   ├── UnknownVendor                    no vendor has this name, number or id
    │   ├── UnknownStory                     no story that one may see has this name or id
    │   ├── UnknownAnnotation                no annotation has this id
    │   ├── UnknownJob                       no job has this id
    │   ├── UnknownDigest                    no mail is sent under this address
    │   ├── UnknownPacket                    no packet has this id, or its time is over
    │   ├── UnknownFinding                   no finding has this name
    │   ├── UnknownUser                      nobody has this name
    │   ├── NotAdmitted                      name and password, or token, are not right
    │   ├── TooManyAttempts                  too many log-ins failed
    │   ├── ChangedMeanwhile                 somebody else changed it while one wrote
    │   ├── UnknownValue                     a filter asks for a value that does not exist
    │   ├── QueryTooBroad                    answering would pass a limit; nothing was computed
    │   └── ArchiveBusy                      another process is writing
    │       └── FindingsBehind               the findings are being updated
    ├── InputError                  exit 3   one input cannot be added; the others can
    │   ├── MissingInput  UnreadableInput  EmptyInput  LinkLoop  ChangedWhileRead
    │   ├── UnsupportedFormat  EncryptedDocument  DamagedDocument  TooLarge
    │   ├── ReadingStopped                   the reading process died or ran out of time
    │   ├── NotStored                        the text read cannot be stored
    │   ├── MailboxFailed                    the server of a mailbox cannot be reached or refuses
    │   └── MailFailed                       the server that sends mail cannot be reached or refuses
    │       └── MailRefused                      it refuses this one mail
    └── ArchiveError                exit 5   the archive itself needs repair
        ├── CatalogError  UnsafeSQLite  CatalogUnavailable  CatalogClosed  DataRefused
        ├── ReadOnly                         its file system or server is read-only
        ├── DiskFull                         there is no room left
        ├── AuditFailed                      an access cannot be recorded and is refused
        ├── OriginalDamaged
        ├── OriginalsUnavailable             the object store that keeps them does not answer
        ├── NotSearched                      a document is not in the index yet
        ├── EngineUnavailable                the search server does not answer, or refuses
        │   └── EngineFull                       its disk is nearly full, so it refuses writes
        ├── IndexDamaged
        │   ├── IndexNewer                   a newer program made it
        │   └── IndexMissing                 the index recorded in the catalog is missing
        │       └── IndexBuilding            it is being built
        └── IndexingStopped                  a process that was building an index died

Exit code 4 belongs to verifying: ``dosije verify`` answered other than verified. The web pages take their HTTP status
from ``http_status``.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Mapping
from typing import ClassVar, Self

_PLACE = re.compile(r"%\((\w+)\)s")


class Message(str):
    """A sentence for people with its template and values: ``Message("There is no page %(page)s.", page=7)``.

    The string itself is the English sentence, so it is stored, sent and compared as any string. A page translates
    ``template`` with gettext and fills in ``values``. A placeholder whose name begins with ``our_`` holds a message of
    the program, which is translated, too. A template without values is not formatted, so it may contain a percent sign.
    """

    template: str
    values: Mapping[str, str]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """Format ``template`` with those ``values`` that it has placeholders for. Pass the template as a literal, so
        that it is extracted into the gettext catalogs."""
        texts = {name: str(value) if type(value) is not Message else value for name, value in values.items()}
        places = {name: texts[name] for name in _PLACE.findall(template)} if texts else {}
        message = super().__new__(cls, template % places if places else template)
        message.template, message.values = template, places
        return message

    def __getnewargs_ex__(self) -> tuple[tuple[str], Mapping[str, str]]:
        return (self.template,), self.values


def marked(text: str) -> str:
    """Mark a literal for extraction into the gettext catalogs and return it; whoever shows it calls :func:`gettext`."""
    return text


def sentences(*several: str | None) -> Message:
    """Join messages to one; None is skipped."""
    texts = {f"our_{number}": sentence for number, sentence in enumerate(filter(None, several))}
    return Message(" ".join(f"%({name})s" for name in texts), **texts)


class DosijeError(Exception):
    """Base class of all errors of the program. ``message`` says what failed and on what; ``remedy`` what to try, if
    known.

    An error with ``is_transient`` ends by itself; it is reported to the caller only.
    """

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500
    retry_after: ClassVar[int | None] = None
    is_transient: ClassVar[bool] = False

    def __init__(self, message: str, remedy: str | None = None, /, **values: object) -> None:
        """``values`` fill the placeholders of both texts: ``UnknownDocument("There is no document %(id)s.",
        id=id_)``."""
        super().__init__(message)
        self.message = Message(message, **values) if values else message
        self.remedy = Message(remedy, **values) if values and remedy else remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}" if self.remedy else self.message

    def __reduce__(self) -> tuple[type[DosijeError], tuple[str, str | None]]:
        # Errors are pickled from reading processes to their parent; the default would pickle the joined string only.
        return type(self), (self.message, self.remedy)


class UsageError(DosijeError):
    """The request is invalid."""

    exit_code = 2
    http_status = 400


class ChangedMeanwhile(UsageError):
    """Somebody else changed it after the requester looked at it."""

    http_status = 409


def check_page(number: int, count: int, filename: str) -> None:
    """Raise UsageError unless a document of ``count`` pages has a page ``number``, counted from 1."""
    if not 1 <= number <= count:
        raise UsageError(
            "%(filename)s has %(count)s pages; there is no page %(number)s.",
            filename=filename,
            count=count,
            number=number,
        )


class UnknownDocument(UsageError):
    """No document has this id, or several have this prefix."""

    http_status = 404


class UnknownSearch(UsageError):
    """No saved search has this name or id."""

    http_status = 404


class UnknownVendor(UsageError):
    """No vendor has this name, number or id."""

    http_status = 404


class UnknownAnnotation(UsageError):
    """No annotation has this id, or several have this prefix."""

    http_status = 404


class UnknownStory(UsageError):
    """No story that the reader may see has this id or title, or several have."""

    http_status = 404


class UnknownJob(UsageError):
    """No job has this id."""

    http_status = 404


class UnknownDigest(UsageError):
    """No mail of saved searches is sent under this address."""

    http_status = 404


class UnknownPacket(UsageError):
    """No packet has this id, or its time is over."""

    http_status = 404


class UnknownFinding(UsageError):
    """No finding has this name."""

    http_status = 404


class UnknownUser(UsageError):
    """No user has this name."""

    http_status = 404


class NotAdmitted(UsageError):
    """The name and password, or the token, are not valid."""

    http_status = 401


class TooManyAttempts(UsageError):
    """Too many log-ins have failed; the next has to wait."""

    http_status = 429


class UnknownValue(UsageError):
    """A filter asks for a value that does not exist."""


class QueryTooBroad(UsageError):
    """Answering the query would pass a limit on words or time. No partial answer is given."""


class ArchiveBusy(UsageError):
    """Another process holds the writer lock."""

    http_status = 503
    is_transient = True


class FindingsBehind(ArchiveBusy):
    """Findings are not up to date with the changed documents yet; they are being brought up to date."""

    retry_after = 5


class InputError(DosijeError):
    """One input could not be added."""

    exit_code = 3
    http_status = 422


class MailboxFailed(InputError):
    """The server of a mailbox cannot be reached, or refuses."""


class MailFailed(InputError):
    """The server that sends mail cannot be reached, or refuses the log-in."""


class MailRefused(MailFailed):
    """The server that sends mail refuses one message."""


class MissingInput(InputError):
    """The path does not exist."""


class UnreadableInput(InputError):
    """The system denies reading the file, or it is not a regular file."""


class EmptyInput(InputError):
    """The file has no bytes."""


class LinkLoop(InputError):
    """A folder link leads back into a folder that is being walked."""


class ChangedWhileRead(InputError):
    """The file's size or time changed while its bytes were copied."""


class UnsupportedFormat(InputError):
    """No reader supports this format."""


class EncryptedDocument(InputError):
    """The document cannot be opened without a password."""


class DamagedDocument(InputError):
    """The document's bytes are not valid in their format."""


class TooLarge(InputError):
    """The input passes a limit of the settings. It is refused, never truncated."""


class ReadingStopped(InputError):
    """The process that read the document died, or made no progress for too long."""


class NotStored(InputError):
    """What was read from the document cannot be stored."""


class ArchiveError(DosijeError):
    """The archive itself is damaged or cannot be used safely."""

    exit_code = 5


class CatalogError(ArchiveError):
    """The catalog cannot be opened or contradicts itself."""


class UnsafeSQLite(CatalogError):
    """The SQLite library has the WAL-reset corruption bug (fixed in 3.51.3)."""


class CatalogUnavailable(CatalogError):
    """The database server of the catalog does not answer, or refuses the log-in."""

    http_status = 503


class CatalogClosed(CatalogError):
    """A newer program has closed the catalog to programs that do not know its schema."""

    http_status = 503


class DataRefused(CatalogError):
    """The database refused a value or a row, not the whole operation: a constraint is violated, or no column can hold
    it."""

    http_status = 422


class ReadOnly(ArchiveError):
    """The archive is on a read-only file system or server."""

    http_status = 503


class DiskFull(ArchiveError):
    """The disk is full."""

    http_status = 507


class AuditFailed(ArchiveError):
    """The audit record of an access cannot be written, so the access is refused."""

    http_status = 503


class OriginalDamaged(ArchiveError):
    """An original is missing or its bytes no longer match its SHA-256."""


class OriginalsUnavailable(ArchiveError):
    """The object store that keeps the originals does not answer, or refuses."""

    http_status = 503


class IndexDamaged(ArchiveError):
    """The search index cannot be read. It can be rebuilt from the catalog."""

    http_status = 503


class IndexNewer(IndexDamaged):
    """A newer program made the index. This one must neither read nor replace it."""

    http_status = 503


class IndexMissing(IndexDamaged):
    """The catalog records an index that does not exist."""

    retry_after = 10


class IndexBuilding(IndexMissing):
    """The search index was missing and is being built."""

    retry_after = 2
    is_transient = True


class NotSearched(ArchiveError):
    """A document was added or changed and is not indexed yet, so a search would miss it."""

    http_status = 503
    retry_after = 10
    is_transient = True


class EngineUnavailable(ArchiveError):
    """The search server does not answer, or refuses. The catalog can still be read."""

    http_status = 503


class EngineFull(EngineUnavailable):
    """The search server refuses writes, because its disk is nearly full. It still answers searches."""


class IndexingStopped(ArchiveError):
    """A process that was building an index died. The previous index is untouched."""


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FORBIDDEN = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


def storage_error(error: OSError) -> ArchiveError:
    """Return the error for an ``OSError`` of writing in the archive."""
    if error.errno in _FULL:
        return disk_full()
    if error.errno in _FORBIDDEN:
        return read_only()
    return ArchiveError(
        "The archive's disk failed: %(reason)s.",
        "Check the disk, then run: dosije check",
        reason=error.strerror or error,
    )


def disk_full() -> DiskFull:
    """Return the error of a full disk."""
    return DiskFull(
        "The disk of the archive is full; this was not done.",
        "Make room and try again; nothing half-written was kept, and what is there can be searched and read.",
    )


def read_only() -> ReadOnly:
    """Return the error of a read-only file system."""
    return ReadOnly(
        "The archive cannot be written where it lies; this was not done.",
        "What is there can be searched and read. To change something, check that Dosije can write to its folder.",
    )
