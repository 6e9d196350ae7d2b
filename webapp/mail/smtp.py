"""The SMTP server of the settings."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from archive.access.records import checked_address
from archive.access.rules import LOOPBACK, choice
from archive.config import Settings, password
from archive.errors import MailFailed, MailRefused, UsageError

SECURITY = ("starttls", "tls", "none")
TIMEOUT = 60
Send = Callable[[EmailMessage], None]


@dataclass(frozen=True, slots=True)
class MailServer:
    """An SMTP server with credentials; ``sender`` is the sender address. Certificates are verified."""

    host: str
    port: int
    security: str
    user: str
    password: str
    sender: str

    @classmethod
    def of(cls, settings: Settings) -> MailServer:
        """Return the server of the settings.

        :raises UsageError: they name none, or lack something.
        """
        host, user = settings.text("smtp_host"), settings.text("smtp_user")
        if not host:
            raise UsageError("No server for mail is set.", "Set smtp_host and mail_from: docs/operations.md says how.")
        security = choice(settings, "smtp_security", SECURITY)
        if security == "none" and host not in LOOPBACK:
            raise UsageError("Mail goes over TLS only.", "Set smtp_security to starttls or tls.")
        secret = password(settings, "smtp") if user else ""
        return cls(
            host, settings.number("smtp_port"), security, user, secret, checked_address(settings.text("mail_from"))
        )

    @contextmanager
    def opened(self) -> Iterator[Send]:
        """Log in, and yield a function that sends a mail and returns once the server accepted it.

        :raises MailFailed: the server cannot be reached or rejects the login; raised by the function: it rejects a
        mail.
        """
        context = ssl.create_default_context()
        try:
            if self.security == "tls":
                server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
            else:
                server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        except (OSError, smtplib.SMTPException) as error:
            raise self._failed(error) from error
        try:
            try:
                if self.security == "starttls":
                    server.starttls(context=context)
                if self.user:
                    server.login(self.user, self.password)
            except (OSError, smtplib.SMTPException) as error:
                raise self._failed(error) from error
            yield lambda mail: self._send(server, mail)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()

    def _send(self, server: smtplib.SMTP, mail: EmailMessage) -> None:
        try:
            server.send_message(mail)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
            told = f"{self.host} refuses the mail to {mail['To']}: {_reply_text(error)}."
            raise MailRefused(told, "Check the address, and mail_from.") from error
        except (OSError, smtplib.SMTPException) as error:
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> MailFailed:
        if isinstance(error, ssl.SSLCertVerificationError):
            remedy = "Check smtp_host; name the file of your own authority in SSL_CERT_FILE."
            return MailFailed(f"The certificate of {self.host} is not trusted: {error.verify_message}.", remedy)
        if isinstance(error, smtplib.SMTPAuthenticationError):
            told = f"{self.host} refused the log-in of {self.user}: {_reply_text(error)}."
            return MailFailed(told, "Check smtp_user and the password.")
        return MailFailed(
            f"{self.host}:{self.port} sends no mail: {_reply_text(error)}.", "Check smtp_host and smtp_port."
        )


def _reply_text(error: Exception) -> str:
    """Return the reply of a server on one line."""
    answer: Any = getattr(error, "smtp_error", None) or str(error)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        _, answer = next(iter(error.recipients.values()))
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return " ".join(text.split()).rstrip(".")[:300]
