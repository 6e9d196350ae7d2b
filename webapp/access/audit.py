"""The audit log ``HOME/audit.jsonl``, with a line per response, and how it is read, newest first."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Response, current_app, make_response, request

from archive.access.records import name_key
from archive.access.rules import AUDIT, choice
from archive.errors import AuditFailed
from webapp.access import callers
from webapp.languages.translation import marked

AUDIT_FILE = "audit.jsonl"

_NOTHING_SEEN = frozenset({"static", "health.show", "health.ready", "metrics.show"})
"""Endpoints that show no documents and are requested all the time."""

_BLOCK = 1 << 16
"""Number of bytes read at a time, from the end of the file."""

_MOST_READ = 16 << 20
"""Maximum number of bytes searched for one page, some 100,000 lines, also if a filter matches few of them."""

WITHHELD = marked("This answer is withheld: who sees it must be recorded, and the audit cannot be written.")
WHAT_TO_TRY = marked(
    "Make room on the disk, or set audit to off. What you sent is kept; look before you send it again."
)


def record(response: Response) -> Response:
    """Append a line to the audit log if the settings say so, before the response is sent.

    If it cannot be written, the response is withheld. With ``documents`` the paths are recorded without their queries,
    with ``all`` including them. Queries reveal what a newsroom is investigating, so ``all`` needs a deliberate choice.
    """
    archive = callers.whole_archive()
    kept = choice(archive.settings, "audit", AUDIT)
    if kept == "off" or request.endpoint in _NOTHING_SEEN:
        return response
    user = callers.known_user()
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "user": user.name if user else None,
        "address": request.remote_addr,
        "method": request.method,
        "path": request.path,
        "query": request.query_string.decode("utf-8", "replace") if kept == "all" else None,
        "status": response.status_code,
    }
    try:
        _append(archive.home, line)
    except OSError as error:
        current_app.logger.error("The audit cannot be written: %s", error.strerror or error)
        return make_response(current_app.handle_user_exception(AuditFailed(WITHHELD, WHAT_TO_TRY)))
    return response


def _append(home: Path, line: dict[str, str | int | None]) -> None:
    text = json.dumps({name: value for name, value in line.items() if value is not None}, ensure_ascii=False)
    file = os.open(home / AUDIT_FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        told = f"{text}\n".encode("utf-8", "replace")
        if os.write(file, told) < len(told):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    finally:
        os.close(file)


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A line of the audit: time, user, request and response status.

    ``at`` is None for a malformed line; ``path`` is then its text.
    """

    at: datetime | None
    path: str
    user: str = ""
    address: str = ""
    method: str = ""
    query: str = ""
    status: int = 0


@dataclass(frozen=True, slots=True)
class AuditPart:
    """Some lines, newest first. ``before`` is the offset where older ones end, None if there are none."""

    lines: tuple[AuditLine, ...]
    before: int | None


def read(home: Path, most: int, before: int | None = None, user: str = "", part: str = "") -> AuditPart:
    """Return the newest lines of the audit, which may be written concurrently.

    :param most: maximum number of lines.
    :param before: only lines that end at or before this offset of the file.
    :param user: only requests of this user.
    :param part: only paths that contain this, such as the id of a document.
    :raises OSError: the file cannot be read.
    """
    found: list[AuditLine] = []
    wanted = name_key(user)
    try:
        file = (home / AUDIT_FILE).open("rb")
    except FileNotFoundError:
        return AuditPart((), None)
    with file:
        end = file.seek(0, os.SEEK_END)
        start = at = min(end, end if before is None else before)
        for at, text in _backwards(file.fileno(), start):
            line = _parsed(text)
            if (not user or name_key(line.user) == wanted) and part in line.path:
                found.append(line)
            if len(found) == most or start - at >= _MOST_READ:
                break
    return AuditPart(tuple(found), at or None)


def _backwards(file: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Yield each complete line before ``end``, last first, with its offset."""
    block, begin, upto = b"", end, 0
    while True:
        before = block.rfind(b"\n", 0, max(upto - 1, 0))
        if before < 0 and begin:
            size = min(_BLOCK, begin)
            begin -= size
            block = os.pread(file, size, begin) + block[:upto]
            upto = len(block)
            continue
        if block[upto - 1 : upto] == b"\n":
            yield begin + before + 1, block[before + 1 : upto - 1]
        if before < 0:
            return
        upto = before + 1


def _parsed(text: bytes) -> AuditLine:
    try:
        told = json.loads(text)
        return AuditLine(
            datetime.fromisoformat(told["at"]),
            str(told["path"]),
            str(told.get("user", "")),
            str(told.get("address", "")),
            str(told["method"]),
            str(told.get("query", "")),
            int(told["status"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return AuditLine(None, text.decode("utf-8", "replace"))
