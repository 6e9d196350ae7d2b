"""A mailbox as an input, against a real IMAP server: what is added, what is left alone, and what a kill can do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.config import Settings
from archive.errors import MailboxFailed, UsageError
from indexer.ingest.progress import AddOptions, FileReport
from indexer.intake.mailbox import MailAccount, MailboxWatch
from tests.conftest import ROOT
from tests.indexer.killing import run_and_kill
from tests.mail_servers import PASSWORD, USER, Authority, ImapServer, tls_front
from tests.servers.processes import free_port
from tests.waiting import PATIENCE

pytestmark = pytest.mark.usefixtures("warm_readers")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made_in(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def running(authority: Authority) -> Iterator[ImapServer]:
    made = ImapServer(free_port(), authority)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def server(running: ImapServer) -> Iterator[ImapServer]:
    """A server with an empty mailbox."""
    yield running
    if not running.is_listening():
        running.start()
    running.empty()


@pytest.fixture
def home(tmp_path: Path, server: ImapServer, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an archive whose settings name the mailbox."""
    (tmp_path / "lozinka").write_text(f"{PASSWORD}\nsecond line\n", encoding="utf-8")
    made = tmp_path / "home"
    made.mkdir()
    (made / "settings.toml").write_text(
        f'imap_host = "localhost"\nimap_port = {server.port}\nimap_security = "starttls"\nimap_user = "{USER}"\n'
        f'imap_password_file = "{tmp_path / "lozinka"}"\nimap_max_bytes = 100000\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))
    return made


def letter(number: int, attachment: bytes | None = None, subtype: str = "pdf") -> bytes:
    """A message, with an attachment if there is one."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "opstina@primer.rs", "ana@primer.rs", f"Odgovor na zahtev {number}"
    mail["Message-ID"] = f"<{number}@primer.rs>"
    mail.set_content(f"U prilogu je ugovor broj {number} o kamerama.")
    if attachment is not None:
        mail.add_attachment(attachment, maintype="application", subtype=subtype, filename=f"ugovor {number}.{subtype}")
    return mail.as_bytes().replace(b"\n", b"\r\n")


def look(home: Path, *, retry_failed: bool = False, **settings: str | int) -> list[FileReport]:
    """Look at the mailbox once."""
    reports: list[FileReport] = []
    adding = AddOptions(jobs=1, ocr="never", collection="Pošta", retry_failed=retry_failed)
    with Archive.open(home, Settings.load(home).changed(**settings)) as archive:
        MailboxWatch(archive, MailAccount.of(archive.settings), adding, reports.append, print).once()
    return reports


def statuses(reports: list[FileReport]) -> list[str]:
    return [one.status for one in reports]


def test_messages_are_added_as_they_are_and_left_as_they_were(home: Path, server: ImapServer) -> None:
    letters = [letter(1), letter(2, b"Ugovor o nabavci kamera", "txt"), letter(3, b"%PDF-1.4 x")]
    server.deliver(*letters)
    found = look(home)
    assert statuses(found) == ["added", "added", "added", "added", "failed"]
    assert [one.path.partition("!/")[2] for one in found] == ["", "", "ugovor 2.txt", "", "ugovor 3.pdf"]
    assert look(home) == [], "they were dealt with"
    with Archive.open(home) as archive:
        kept = {archive.originals.local(one.id).read_bytes() for one in archive.catalog.documents.newest_first()}
        assert kept.issuperset(letters), "byte for byte"
        assert archive.catalog.documents.count() == 4
    assert not list((home / "mail").rglob("*.eml")), "what is a document is kept once"
    with server.opened() as client:
        client.select_folder("INBOX", readonly=True)
        assert [flags for flags in client.get_flags(client.search("ALL")).values() if b"\\Seen" in flags] == []


def test_messages_are_marked_if_that_is_asked(home: Path, server: ImapServer) -> None:
    server.deliver(letter(1))
    assert statuses(look(home, imap_mark_seen=1)) == ["added"]
    with server.opened() as client:
        client.select_folder("INBOX", readonly=True)
        assert len(client.search("SEEN")) == 1


def test_one_that_fails_does_not_stop_the_others(home: Path, server: ImapServer) -> None:
    server.deliver(letter(1, b"x" * 100_000), b"\xff\x00 no mail at all", letter(2))
    found = look(home)
    assert "at most 100,000 are fetched" in (found[0].reason or "")
    assert statuses(found).count("added") >= 1
    assert any("kamerama" in text for text in _texts(home))
    failed = statuses(found).count("failed")
    assert look(home) == []
    assert statuses(look(home, retry_failed=True)).count("failed") == failed, "asked for, they are tried again"
    assert statuses(look(home, retry_failed=True, imap_max_bytes=1_000_000)).count("added") == 2


def _texts(home: Path) -> list[str]:
    with Archive.open(home) as archive:
        documents = list(archive.catalog.documents.newest_first())
        return [archive.originals.local(one.id).read_text("utf-8", "replace") for one in documents]


def test_a_mailbox_that_was_numbered_anew_doubles_nothing(home: Path, server: ImapServer) -> None:
    server.deliver(letter(1))
    assert statuses(look(home)) == ["added"]
    server.stop()
    server.start()
    server.deliver(letter(1), letter(2))
    assert statuses(look(home)) == ["duplicate", "added"]


@pytest.mark.parametrize("trouble", ["certificate", "password", "port", "folder"])
def test_what_is_wrong_with_the_server_is_said(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    settings: dict[str, str | int] = {}
    match trouble:
        case "certificate":
            monkeypatch.delenv("SSL_CERT_FILE")
        case "password":
            monkeypatch.setenv("IMAP_PASSWORD", "wrong")
        case "port":
            settings["imap_port"] = free_port()
        case "folder":
            settings["imap_folder"] = "Nema ga"
    with pytest.raises(MailboxFailed) as raised:
        look(home, retry_failed=False, **settings)
    said = {
        "certificate": "not trusted",
        "password": "refused the log-in of ana",
        "port": "refused",
        "folder": "failed",
    }
    assert said[trouble] in str(raised.value)
    assert PASSWORD not in str(raised.value)


def test_tls_from_the_first_byte(home: Path, server: ImapServer, authority: Authority) -> None:
    server.deliver(letter(1))
    with tls_front(server.port, authority) as port:
        assert statuses(look(home, imap_security="tls", imap_port=port)) == ["added"]
        with pytest.raises(MailboxFailed, match="is not trusted: IP address mismatch"):
            look(home, imap_security="tls", imap_port=port, imap_host="127.0.0.1")


def test_no_password_goes_over_a_network_in_clear(home: Path) -> None:
    with pytest.raises(UsageError, match="over TLS only"):
        look(home, imap_security="none", imap_host="imap.example.rs")
    with pytest.raises(UsageError, match="is tls, starttls or none"):
        look(home, imap_security="ssl")


SCRIPT = """
import sys
from pathlib import Path
from archive.archive import Archive
from indexer.ingest.progress import AddOptions
from indexer.intake.mailbox import MailAccount, MailboxWatch
from tests.indexer.killing import stopping_after

with Archive.open(Path(sys.argv[1])) as archive:
    adding = AddOptions(jobs=1, ocr="never", collection="main", retry_failed=False)
    MailboxWatch(archive, MailAccount.of(archive.settings), adding, stopping_after(int(sys.argv[2])), print).once()
"""


def test_killed_at_any_moment_nothing_is_lost_or_doubled(home: Path, server: ImapServer) -> None:
    letters = [letter(number, f"Prilog {number}".encode(), "txt") for number in range(6)]
    server.deliver(*letters)
    for reports, pause in ((1, 0.0), (4, 0.02), (6, 0.0)):
        assert run_and_kill(SCRIPT, [home, reports + 3], reports, pause) == -signal.SIGKILL
    look(home)
    with Archive.open(home) as archive:
        documents = list(archive.catalog.documents.newest_first())
        kept = sorted(archive.originals.local(one.id).read_bytes() for one in documents)
        assert kept == sorted([*letters, *(f"Prilog {number}".encode() for number in range(6))])
        assert {len(archive.catalog.documents.sources(one.id)) for one in documents} == {1}
    assert look(home) == []


def test_the_command_waits_for_a_server_that_is_away(home: Path, server: ImapServer) -> None:
    server.stop()
    command = [sys.executable, "dosije.py", "--home", str(home), "mailbox"]
    once = subprocess.run([*command, "--once"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (once.returncode, "The mailbox at localhost" in once.stderr) == (3, True), once.stderr
    process = subprocess.Popen(
        [*command, "--every", "1"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        assert process.stdout is not None
        assert "It is tried again." in process.stderr.readline()
        server.start()
        server.deliver(letter(1))
        assert process.stdout.readline().startswith("added ")
        assert process.stderr.readline() == "It works again.\n"
        process.terminate()
        assert process.wait(timeout=PATIENCE) == 0
    finally:
        process.kill()
        process.communicate()


def test_the_password_is_never_printed(home: Path) -> None:
    environment = {**os.environ, "IMAP_PASSWORD": "vrlo tajno"}
    told = subprocess.run(
        [sys.executable, "dosije.py", "--home", str(home), "settings"],
        cwd=ROOT,
        capture_output=True,
        env=environment,
        check=True,
    )
    assert b"imap_password_file" in told.stdout
    assert not any(secret in told.stdout + told.stderr for secret in (PASSWORD.encode(), b"vrlo tajno"))
