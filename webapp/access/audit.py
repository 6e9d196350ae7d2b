"""Who saw and exported what, in ``HOME/audit.jsonl``, if the settings say so; by default nothing is kept.

``documents`` keeps the addresses without what was asked in them, ``all`` the questions too. Questions reveal what a
newsroom is after, so that one is for those who know whom they keep them from.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime

from flask import Response, request

from webapp.access import callers
from webapp.access.rules import AUDIT, choice

AUDIT_FILE = "audit.jsonl"


def record(response: Response) -> Response:
    """Keep that this answer was given, one line for each; each is written at once and whole."""
    archive = callers.whole_archive()
    kept = choice(archive.settings, "audit", AUDIT)
    if kept == "off" or request.endpoint in {"static", "health.show"}:
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
    text = json.dumps({name: value for name, value in line.items() if value is not None}, ensure_ascii=False)
    file = os.open(archive.home / AUDIT_FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, f"{text}\n".encode("utf-8", "replace"))
    finally:
        os.close(file)
    return response
