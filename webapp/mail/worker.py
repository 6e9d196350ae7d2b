"""The sender of mail beside the reading room: a process that begins when a digest is due, and ends when it is sent."""

from __future__ import annotations

import signal
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from archive.archive import Archive, open_catalog
from archive.config import Settings
from archive.errors import DosijeError
from archive.system.processes import end_with_parent
from webapp.mail.digests import DigestOutcome, is_due, send_due

PAUSE_SECONDS = 300
"""How often the room looks whether one is due, and tries again what could not be sent."""


def any_due(home: Path) -> bool:
    """Return whether a digest is due. Never where no server for mail is set."""
    settings = Settings.load(home)
    if not settings.text("smtp_host"):
        return False
    hour, now = settings.number("mail_hour"), datetime.now(UTC)
    with closing(open_catalog(home, settings)) as catalog:
        return any(is_due(digest, now, hour) for digest in catalog.digests.all())


def live(home: Path) -> None:
    """Send what is due, in a process of its own."""
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Archive.open(home) as archive:
            send_due(archive, datetime.now(UTC), _report)
    except DosijeError as error:
        sys.exit(f"dosije: {error}")


def _report(outcome: DigestOutcome) -> None:
    if outcome.trouble:
        sys.stderr.write(f"dosije: {outcome.trouble}\n")
