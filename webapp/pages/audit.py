"""The page of the audit log, for admins: who viewed, changed and exported what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from archive.model.description import Description
from webapp.access.audit import AuditLine, AuditPart
from webapp.languages.translation import gettext
from webapp.links import audit_url, recorded_url
from webapp.pages.parts import Context, Link
from webapp.pages.wording import moment

LINES = 100
"""Number of lines per page."""

PLACE_DIGITS = 15
"""Maximum number of digits of an offset in the file, which may become large."""

_DOCUMENT = re.compile(r"/(?:api/v1/)?documents/([0-9a-f]{64})(?![0-9a-f])")


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A request: when, by whom, and of what.

    ``title`` is that of the document concerned, in ``language``. ``url`` is None if the page cannot be opened again, as
    after sending a form.
    """

    when: str
    user: Link | None
    from_address: str
    action: str
    path: str
    url: str | None
    title: str
    language: str | None
    status: str


@dataclass(frozen=True, slots=True)
class AuditContext(Context):
    """A part of the audit. ``kept`` says what is recorded at all."""

    rows: tuple[AuditRow, ...]
    kept: str
    user: str
    part: str
    older: str | None


def named_document(path: str) -> str | None:
    """Return the id of the document in a path, None without one."""
    found = _DOCUMENT.match(path)
    return found[1] if found else None


def present_audit(
    part: AuditPart, described: Mapping[str, Description], kept: str, user: str, wanted: str
) -> AuditContext:
    """Return the context of lines of the audit, with the titles of their documents."""
    return AuditContext(
        rows=tuple(_row(line, described) for line in part.lines),
        kept=_recording(kept),
        user=user,
        part=wanted,
        older=audit_url(user, wanted, part.before) if part.before else None,
    )


def _recording(kept: str) -> str:
    if kept == "off":
        return gettext("Nothing is recorded now: the setting audit is off. What was recorded before is below.")
    if kept == "all":
        return gettext("Addresses are recorded, and what was searched for.")
    return gettext("Addresses are recorded, but not what was searched for.")


def _row(line: AuditLine, described: Mapping[str, Description]) -> AuditRow:
    if line.at is None:
        return AuditRow(
            gettext("not known"), None, "", gettext("This line cannot be read:"), line.path, None, "", None, ""
        )
    about = described.get(named_document(line.path) or "")
    query = f"?{line.query}" if line.query else ""
    opens_again = line.method == "GET" and not line.path.startswith("/api/")
    return AuditRow(
        when=moment(line.at),
        user=Link(line.user, audit_url(line.user)) if line.user else None,
        from_address=line.address,
        action=gettext("opened") if line.method in {"GET", "HEAD"} else gettext("sent"),
        path=line.path + unquote(query),
        url=recorded_url(line.path, line.query) if opens_again else None,
        title=about.title if about else "",
        language=about.language if about else None,
        status=gettext("refused (%(status)s)", status=line.status) if line.status >= 400 else "",
    )
