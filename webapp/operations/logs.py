"""The log on stderr: plain text, or one JSON object per line with the setting ``log`` at "json".

JSON has a line for each request, with its URL pattern, and one for each error, with its type and place. Queries, names
of documents and their words are not logged unless the setting ``log_queries`` allows it, because logs are copied to
more disks than the archive.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from archive.archive import Archive
from archive.config import Settings
from archive.errors import DosijeError, UsageError
from archive.system.terminal import cleaned, on_one_line

FORMS = ("plain", "json")

_log = logging.getLogger("dosije.requests")


class Sentences(logging.Formatter):
    """A formatter for plain text. A message is always one line, with the id of its request."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name logging gives it
        """Return the line without the traceback."""
        record.message = on_one_line(record.message)
        if number := request_id():
            record.message += f" [{number}]"
        return super().formatMessage(record)


class JsonLines(logging.Formatter):
    """A formatter for JSON. Messages may have private text, so only their template is logged without ``tells_all``."""

    def __init__(self, *, tells_all: bool) -> None:
        super().__init__()
        self._tells_all = tells_all

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without a line break."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": getattr(record, "event", record.name),
            **getattr(record, "told", {}),
        }
        if not hasattr(record, "told"):
            line["message"] = str(record.msg)
            if number := request_id():
                line["request"] = number
        if self._tells_all and record.levelno >= logging.WARNING:
            line["says"] = record.getMessage()
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = [f"{at.filename}:{at.lineno}" for at in traceback.extract_tb(record.exc_info[2])]
            if self._tells_all:
                line["because"] = str(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def begin(settings: Settings) -> None:
    """Configure logging of this process by the settings.

    :raises UsageError: the setting ``log`` has an unknown value.
    """
    form = settings.text("log")
    if form not in FORMS:
        raise UsageError(f"The setting log is {' or '.join(FORMS)}, not {form!r}.")
    handler = logging.StreamHandler(cleaned(sys.stderr))
    if form == "json":
        handler.setFormatter(JsonLines(tells_all=bool(settings.number("log_queries"))))
        _log.setLevel(logging.INFO)
    else:
        handler.setFormatter(Sentences())
        _log.setLevel(logging.WARNING)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def install(app: Flask, archive: Archive) -> None:
    """Log every request of ``app``, and give each an id, which its response carries."""

    @app.before_request
    def begin_request() -> None:
        g.request_id, g.began = uuid.uuid4().hex[:16], time.perf_counter()

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.request_id
        told = {
            "request": g.request_id,
            "method": request.method if request.method in _METHODS else "other",
            "path": request.url_rule.rule if request.url_rule else None,
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.began) * 1000, 1),
        }
        if archive.settings.number("log_queries"):
            told["asked"] = request.full_path.rstrip("?")
        _log.info("request", extra={"event": "request", "told": told})
        return response


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Methods that are logged; any other is text of the client."""


def request_id() -> str:
    """Return the id of the current request, which its response carries and its page shows; empty outside of one."""
    return str(g.get("request_id", "")) if has_request_context() else ""


def tell_refusal(status: int) -> None:
    """Log a refused request in plain text, with its URL pattern only, so that a reported request id can be found.

    As JSON, every request has its line already.
    """
    if not _log.isEnabledFor(logging.INFO):
        _log.warning("Answered %s at %s", status, request.url_rule.rule if request.url_rule else "no address of ours")


def tell_error(error: DosijeError) -> None:
    """Log an error that readers cannot solve; its message may name documents.

    A transient one is logged as JSON only, and not as an error.
    """
    kind, message = type(error).__name__, str(error)
    if _log.isEnabledFor(logging.INFO):
        told = {
            "event": "waiting" if error.is_transient else "error",
            "told": {"request": g.get("request_id"), "error": kind},
        }
        _log.log(logging.INFO if error.is_transient else logging.ERROR, "%s", message, extra=told)
    elif not error.is_transient:
        _log.error("%s: %s", kind, message)
