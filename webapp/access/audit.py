"""Who saw and exported what, in ``HOME/audit.jsonl``, if the settings say so; by default nothing is kept.

``documents`` keeps the addresses without what was asked in them, ``all`` the questions too. Questions reveal what a
newsroom is after, so that one is for those who know whom they keep them from.
"""

from __future__ import annotations

import errno
import json
import os
from datetime import UTC, datetime
from pathlib import Path

from flask import Response, current_app, make_response, request

from archive.access.rules import AUDIT, choice
from archive.errors import AuditFailed
from webapp.access import callers
from webapp.languages.translation import marked

AUDIT_FILE = "audit.jsonl"

WITHHELD = marked("This answer is withheld: who sees it must be recorded, and the audit cannot be written.")
WHAT_TO_TRY = marked(
    "Make room on the disk, or set audit to off. What you sent is kept; look before you send it again."
)


def record(response: Response) -> Response:
    """Keep that this answer was given, one line for each; each is written at once and whole. What cannot be kept is not
    shown."""
    archive = callers.whole_archive()
    kept = choice(archive.settings, "audit", AUDIT)
    if kept == "off" or request.endpoint in {"static", "health.show", "health.ready"}:
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
        _keep(archive.home, line)
    except OSError as error:
        current_app.logger.error("The audit cannot be written: %s", error.strerror or error)
        return make_response(current_app.handle_user_exception(AuditFailed(WITHHELD, WHAT_TO_TRY)))
    return response


def _keep(home: Path, line: dict[str, str | int | None]) -> None:
    text = json.dumps({name: value for name, value in line.items() if value is not None}, ensure_ascii=False)
    file = os.open(home / AUDIT_FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        told = f"{text}\n".encode("utf-8", "replace")
        if os.write(file, told) < len(told):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    finally:
        os.close(file)
