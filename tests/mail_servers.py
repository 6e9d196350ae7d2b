"""A real IMAP server (pymap) and a real SMTP server (aiosmtpd) on localhost, with certificates of their own CA."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from imapclient import IMAPClient

from tests.servers.processes import free_port
from tests.waiting import PATIENCE, wait_for

USER, PASSWORD = "ana", "tajna lozinka"

_SERVER = "from pymap.main import main; main()"


@dataclass(frozen=True, slots=True)
class Authority:
    """Files of a certificate authority and of a certificate for localhost."""

    root: Path
    certificate: Path
    key: Path

    @classmethod
    def made_in(cls, folder: Path) -> Authority:
        """Create the files."""
        authority, files = trustme.CA(), cls(folder / "root.pem", folder / "server.pem", folder / "key.pem")
        issued = authority.issue_cert("localhost")
        authority.cert_pem.write_to_path(files.root)
        issued.private_key_pem.write_to_path(files.key)
        files.certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        return files

    def serving(self) -> ssl.SSLContext:
        """Return the TLS context of a server."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key)
        return context


@dataclass(slots=True)
class ImapServer:
    """An IMAP server with the mailbox of :data:`USER` in memory; it supports STARTTLS."""

    port: int
    authority: Authority
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        """Start it, and wait until it listens."""
        of_tls = ["--cert", str(self.authority.certificate), "--key", str(self.authority.key)]
        served = ["--host", "127.0.0.1", "--port", str(self.port), *of_tls, "--no-service", "admin"]
        boxes = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
        self.process = subprocess.Popen([sys.executable, "-c", _SERVER, *served, *boxes], stderr=subprocess.DEVNULL)
        wait_for(self.is_listening, never="the IMAP server does not listen")

    def is_listening(self) -> bool:
        """Whether it can be reached."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def stop(self) -> None:
        """Stop it."""
        if self.process:
            self.process.kill()
            self.process.wait()

    @contextmanager
    def opened(self) -> Iterator[IMAPClient]:
        """Its mailbox, as a mail program has it."""
        with IMAPClient("127.0.0.1", self.port, ssl=False, timeout=PATIENCE) as client:
            client.login(USER, PASSWORD)
            yield client

    def deliver(self, *messages: bytes) -> None:
        """Append messages to the inbox."""
        with self.opened() as client:
            for message in messages:
                client.append("INBOX", message)

    def empty(self) -> None:
        """Delete all messages of the inbox."""
        with self.opened() as client:
            client.select_folder("INBOX")
            client.delete_messages(client.search("ALL"))
            client.expunge()


@contextmanager
def tls_front(port: int, authority: Authority) -> Iterator[int]:
    """Yield the port of a TLS proxy for a server that listens on another port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                accepted, _ = listening.accept()
                threading.Thread(target=_relay, args=(accepted, port, authority), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.close()


def _relay(accepted: socket.socket, port: int, authority: Authority) -> None:
    with (
        accepted,
        suppress(OSError),
        authority.serving().wrap_socket(accepted, server_side=True) as outside,
        socket.create_connection(("127.0.0.1", port)) as inside,
    ):
        back = threading.Thread(target=_copy, args=(inside, outside), daemon=True)
        back.start()
        _copy(outside, inside)
        back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while some := source.recv(65_536):
            target.sendall(some)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class Letters:
    """An aiosmtpd handler that collects mails. With ``refused``, it rejects that address."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.refused = ""

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - as aiosmtpd calls it
        if address == self.refused:
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - as above
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.taken.append(mail)
        return "250 OK"


@contextmanager
def smtp_server(authority: Authority, letters: Letters, port: int = 0) -> Iterator[int]:
    """Run an SMTP server that only accepts :data:`USER` over STARTTLS, and yield its port."""

    def admits(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=given == LoginPassword(USER.encode(), PASSWORD.encode()), handled=False)

    controller = Controller(
        letters,
        hostname="127.0.0.1",
        port=port or free_port(),
        tls_context=authority.serving(),
        require_starttls=True,
        auth_required=True,
        authenticator=admits,
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
