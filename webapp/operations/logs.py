"""The log on stderr: sentences, or with the setting ``log`` at "json" one JSON object a line.

As JSON there is a line for each request, by the pattern of its address, and one for each error, by its kind and place.
What is searched for, the names of documents and their words are in none of them, unless the setting ``log_queries``
says so: the log of a newsroom lies on more disks than its archive.
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
    """A record as text. Its message is one line, whatever is in it, with the number of the request that it is of."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name logging gives it
        """Return the line, without what the error behind it adds."""
        record.message = on_one_line(record.message)
        if number := request_id():
            record.message += f" [{number}]"
        return super().formatMessage(record)


class JsonLines(logging.Formatter):
    """A record as one line of JSON. The text of a message may hold what is nobody's business, so without
    ``tells_all`` only its pattern is told."""

    def __init__(self, *, tells_all: bool) -> None:
        super().__init__()
        self._tells_all = tells_all

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
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
    """Write the log of this process as the settings say.

    :raises UsageError: the setting ``log`` has a value that we do not know.
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
    """Tell of every request of ``app``, and give each an id that its answer carries."""

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
"""Any other is a text of the client's own."""


def request_id() -> str:
    """Return the number of the request at hand, which its answer carries and its page shows; empty outside of one."""
    return str(g.get("request_id", "")) if has_request_context() else ""


def tell_refusal(status: int) -> None:
    """Tell in sentences that a request was refused, by the pattern of its address alone: who reports the number of the
    page can be answered. As JSON, every request has its line already."""
    if not _log.isEnabledFor(logging.INFO):
        _log.warning("Answered %s at %s", status, request.url_rule.rule if request.url_rule else "no address of ours")


def tell_error(error: DosijeError) -> None:
    """Tell of an error of ours that no reader could help. Its message names documents. A transient one is told as JSON
    alone, and as no error: in sentences, there is the line of the refusal."""
    kind, message = type(error).__name__, str(error)
    if _log.isEnabledFor(logging.INFO):
        told = {
            "event": "waiting" if error.is_transient else "error",
            "told": {"request": g.get("request_id"), "error": kind},
        }
        _log.log(logging.INFO if error.is_transient else logging.ERROR, "%s", message, extra=told)
    elif not error.is_transient:
        _log.error("%s: %s", kind, message)
