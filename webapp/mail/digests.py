"""Mail digests of saved searches: when one is due, its content, and how it is sent.

For the order in which this is recorded see :mod:`archive.store.exchange.digests`. A mail has what its reader may see
when it is made, masked like files.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from flask import Flask, g, render_template, url_for

from archive.access.records import OWNER, Person
from archive.access.rules import needs_log_in
from archive.accounts import Accounts
from archive.archive import Archive, open_mail_lock
from archive.citing.locators import base_url
from archive.errors import MailFailed, MailRefused, UnknownUser
from archive.masking.texts import TextMask, text_mask
from archive.model.rendering import NoPages
from archive.search.saved_searches import AlertRunner, masked_alert
from archive.store.exchange.digests import Digest, Period
from webapp.application import application
from webapp.languages.negotiation import DEFAULT, LANGUAGES
from webapp.languages.translation import gettext, plural
from webapp.mail.smtp import MailServer, Send
from webapp.pages.saved import MailedSearch, mailed_search

MOST_SHOWN = 20
"""Maximum number of documents of one search in a mail; the others are counted and linked."""


def last_due(period: Period, now: datetime, hour: int) -> datetime:
    """Return the last time at which a digest was due, in local time: daily at an hour, or on Monday."""
    here = now.astimezone()
    due = here.replace(hour=hour, minute=0, second=0, microsecond=0)
    if due > here:
        due -= timedelta(days=1)
    return due - timedelta(days=due.weekday()) if period is Period.WEEK else due


def is_due(digest: Digest, now: datetime, hour: int) -> bool:
    """Return whether a mail is to be sent, or sent again because sending was interrupted. Once the clock was set back,
    nobody knows when the last one was sent, and news are sent at once."""
    is_set_back = digest.sent_until > now
    return digest.sending_until is not None or is_set_back or digest.sent_until < last_due(digest.period, now, hour)


@dataclass(frozen=True, slots=True)
class DigestOutcome:
    """The outcome of a due digest.

    ``documents`` is the number of documents in the mail, 0 if there was nothing new and no mail; ``trouble`` is the
    reason why it was not sent, or None.
    """

    reader: str
    address: str
    documents: int
    trouble: str | None = None


def send_due(archive: Archive, now: datetime, report: Callable[[DigestOutcome], None]) -> None:
    """Send due digests, and report each once the server accepted it; wait for other processes that send.

    :raises MailFailed: the server cannot be reached; the remaining digests are sent the next time.
    :raises archive.errors.UsageError: the settings name no server.
    """
    server, hour = MailServer.of(archive.settings), archive.settings.number("mail_hour")
    with open_mail_lock(archive.home, archive.settings).awaited():
        due = [digest for digest in archive.catalog.digests.all() if is_due(digest, now, hour)]
        if not due:
            return
        AlertRunner(archive.catalog, archive.search).check_due(archive.engine.generation)
        maker = _Maker(archive, server.sender)
        left = deque(due)
        try:
            with server.opened() as send:
                while left:
                    report(_sent(archive, left[0], now, maker.mail, send))
                    left.popleft()
        except MailFailed as error:
            for digest in left:
                archive.catalog.digests.not_sent(digest.id, str(error))
            raise


Make = Callable[[Digest, tuple[datetime, datetime]], tuple[EmailMessage, int] | None]


def _sent(archive: Archive, digest: Digest, now: datetime, make: Make, send: Send) -> DigestOutcome:
    catalog = archive.catalog
    span = catalog.digests.begin(digest.id, now)
    if span is None:
        return DigestOutcome(digest.reader, digest.address, 0)
    made = make(digest, span)
    if made is not None:
        try:
            send(made[0])
        except MailRefused as error:
            catalog.digests.not_sent(digest.id, str(error))
            return DigestOutcome(digest.reader, digest.address, made[1], str(error))
    catalog.digests.sent(digest.id, span[1])
    return DigestOutcome(digest.reader, digest.address, made[1] if made else 0)


class _Maker:
    """The builder of the mails of an archive."""

    def __init__(self, archive: Archive, sender: str) -> None:
        self._archive, self._sender = archive, sender
        self._app: Flask = application(archive, NoPages())
        self._base = base_url(archive.settings)

    def mail(self, digest: Digest, span: tuple[datetime, datetime]) -> tuple[EmailMessage, int] | None:
        """Return the mail of a time span and its number of documents.

        None if there is nothing new, or if its reader may no longer read; the digest is then removed.
        """
        reader = self._reader(digest)
        if reader is None:
            self._archive.catalog.digests.remove(digest.id)
            return None
        mask = text_mask(self._archive, "")
        with self._app.test_request_context(base_url=self._base):
            g.caller, g.language = reader, LANGUAGES.get(digest.language, LANGUAGES[DEFAULT])
            found: set[str] = set()
            searches = tuple(self._news(digest, reader, span, mask, found))
            if not searches:
                return None
            count = len(found)
            mail = self._written(digest, span[1], searches, count)
        if mask:
            list(mask.record("a mail of saved searches"))
        return mail, count

    def _reader(self, digest: Digest) -> Person | None:
        if not digest.reader:
            return None if needs_log_in(self._archive.settings) else OWNER
        try:
            return Accounts(self._archive.catalog).person_named(digest.reader)
        except UnknownUser:
            return None

    def _news(
        self, digest: Digest, reader: Person, span: tuple[datetime, datetime], mask: TextMask | None, found: set[str]
    ) -> Iterator[MailedSearch]:
        """Yield the new documents of each search; all of them are added to ``found``, since searches may overlap."""
        view = self._archive.hiding(reader.hidden)
        runner = AlertRunner(view.catalog, view.search)
        for saved in view.catalog.searches.all():
            if saved.id in digest.searches and (alerts := runner.found(saved, span=span)):
                found.update(alert.description.id for alert in alerts)
                shown = [masked_alert(alert, mask) if mask else alert for alert in alerts[:MOST_SHOWN]]
                yield mailed_search(saved, shown, len(alerts))

    def _written(self, digest: Digest, until: datetime, searches: tuple[MailedSearch, ...], count: int) -> EmailMessage:
        stop = f"{self._base}{url_for('digests.show', secret=digest.secret)}"
        told = plural("%(count)s new document", "%(count)s new documents", count)
        asked_for = gettext("You asked for this mail at %(address)s.", address=self._base)
        stopped = gettext("Stop it: %(address)s", address=stop)
        values = {"searches": searches, "told": told, "base": self._base, "asked_for": asked_for, "stop": stop}
        mail = EmailMessage()
        mail["From"], mail["To"] = self._sender, digest.address
        mail["Subject"] = f"Dosije: {told}"
        mail["Date"] = format_datetime(until.astimezone())
        # A stable id, so that a mail that arrives twice is shown once.
        host = self._sender.rpartition("@")[2]
        mail["Message-ID"] = f"<{digest.id}.{until:%Y%m%d%H%M%S%f}@{host}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["List-Unsubscribe"] = f"<{stop}>"
        if urlsplit(stop).scheme == "https":
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail.set_content(render_template("digest.txt", **values, stopped=stopped))
        mail.add_alternative(render_template("digest_mail.html", **values), subtype="html")
        return mail
