"""Digests of saved searches: when one is due, what stands in it, and how it is sent.

In which order what is recorded: :mod:`archive.store.exchange.digests`. A mail holds what its reader may see at the
moment when it is made, without what the archive masks in files.
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
"""Documents of one search that a mail shows; the rest are counted, and behind a link."""


def last_due(period: Period, now: datetime, hour: int) -> datetime:
    """Return the last moment at which a digest was due, by the clock of this machine: each day from an hour on, or on
    Monday."""
    here = now.astimezone()
    due = here.replace(hour=hour, minute=0, second=0, microsecond=0)
    if due > here:
        due -= timedelta(days=1)
    return due - timedelta(days=due.weekday()) if period is Period.WEEK else due


def is_due(digest: Digest, now: datetime, hour: int) -> bool:
    """Return whether a mail of it is to be sent, or one that was begun is to be sent again."""
    return digest.sending_until is not None or digest.sent_until < last_due(digest.period, now, hour)


@dataclass(frozen=True, slots=True)
class DigestOutcome:
    """What became of a digest that was due: how many ``documents`` it told of, 0 where there was nothing to tell and no
    mail; or the ``trouble`` why it was not sent."""

    reader: str
    address: str
    documents: int
    trouble: str | None = None


def send_due(archive: Archive, now: datetime, report: Callable[[DigestOutcome], None]) -> None:
    """Send what is due, and report each as soon as its server took it. Another process that is at it is waited for.

    :raises MailFailed: the server cannot be reached. What was not sent is sent the next time.
    :raises archive.errors.UsageError: the settings tell of no server.
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
    """Makes the mails of an archive."""

    def __init__(self, archive: Archive, sender: str) -> None:
        self._archive, self._sender = archive, sender
        self._app: Flask = application(archive, NoPages())
        self._base = base_url(archive.settings)

    def mail(self, digest: Digest, span: tuple[datetime, datetime]) -> tuple[EmailMessage, int] | None:
        """Return the mail of a span, and how many documents it tells of; None if there is nothing to tell, or its
        reader may not read any more."""
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
        """Yield what is new of each search; the documents are put into ``found``, as several searches may find one."""
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
        # The same mail has the same id, so that one which comes twice is shown once.
        host = self._sender.rpartition("@")[2]
        mail["Message-ID"] = f"<{digest.id}.{until:%Y%m%d%H%M%S%f}@{host}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["List-Unsubscribe"] = f"<{stop}>"
        if urlsplit(stop).scheme == "https":
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail.set_content(render_template("digest.txt", **values, stopped=stopped))
        mail.add_alternative(render_template("digest_mail.html", **values), subtype="html")
        return mail
