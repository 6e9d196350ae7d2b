"""Mail of saved searches, sent to a real server: what stands in it, who gets what, and what a kill can do."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select, update

from archive.access.records import Role, checked_address
from archive.accounts import Accounts
from archive.archive import Archive
from archive.config import Settings
from archive.errors import MailFailed, UsageError
from archive.search.request import SearchRequest
from archive.search.saved_searches import AlertRunner
from archive.store.exchange.digests import Digest, Period
from archive.store.searches import SavedSearch
from archive.store.sql.tables import digests, saved_search_hits
from indexer.ingest.progress import AddOptions, Progress
from indexer.ingest.run import add
from indexer.kept_process import KeptProcess
from tests.access_samples import GOOD, QUICK
from tests.conftest import run_dosije
from tests.mail_servers import PASSWORD, USER, Authority, Letters, smtp_server
from tests.servers.processes import free_port
from tests.waiting import wait_for
from tests.warm_processes import run_script
from tests.webapp_html import html_of, text_of
from tests.webapp_own_room import OwnRoom
from tests.webapp_samples import Filler, NoPicture
from webapp import create_app
from webapp.mail import worker
from webapp.mail.digests import DigestOutcome, last_due, send_due

pytestmark = pytest.mark.usefixtures("warm_readers")

JMBG = "0101980710018"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made_in(tmp_path_factory.mktemp("authority"))


@dataclass
class Post:
    """A room with a saved search, and the server that its mail goes to."""

    room: OwnRoom
    letters: Letters
    saved: SavedSearch

    @property
    def archive(self) -> Archive:
        return self.room.archive

    def subscribe(self, reader: str = "", address: str = "ana@primer.rs", language: str = "en") -> Digest:
        return self.archive.catalog.digests.keep(reader, address, Period.DAY, language, {self.saved.id})

    def send(self, days: int = 1) -> list[DigestOutcome]:
        """Let so many days pass, and send what is due."""
        outcomes: list[DigestOutcome] = []
        let_days_pass(self.archive, days)
        send_due(self.archive, datetime.now(UTC), outcomes.append)
        return outcomes


def let_days_pass(archive: Archive, days: int) -> None:
    """Have all that was found and sent be so much older."""
    with archive.catalog._database.writing() as connection:
        for column in (digests.c.sent_until, digests.c.sending_until, saved_search_hits.c.found_at):
            for at in connection.scalars(select(column).where(column.is_not(None)).distinct()).all():
                older = update(column.table).where(column == at).values({column.name: at - timedelta(days=days)})
                connection.execute(older)


@pytest.fixture
def post(tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))
    monkeypatch.setenv("SMTP_PASSWORD", PASSWORD)
    letters = Letters()
    with smtp_server(authority, letters) as port:
        server: dict[str, str | int] = {
            "smtp_host": "localhost",
            "smtp_port": port,
            "smtp_user": USER,
            "mail_from": "dosije@primer.rs",
        }
        with Archive.open(tmp_path / "home", Settings({**server, "base_url": "http://localhost:8000"})) as archive:
            room = OwnRoom(archive, create_app(archive, NoPicture()), Filler(archive, tmp_path))
            room.come_in("staro.txt", "Stara kamera na trgu.")
            alerts = AlertRunner(archive.catalog, archive.search)
            saved = alerts.save(archive.engine.generation, "Kamere <b>", SearchRequest("kamera"))
            yield Post(room, letters, saved)


def bodies(mail: EmailMessage) -> tuple[str, str]:
    """The text and the HTML of a mail."""
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert isinstance(plain, EmailMessage)
    assert isinstance(html, EmailMessage)
    return plain.get_content(), html.get_content()


def test_what_is_new_is_sent_once_with_the_words_and_the_way_there(post: Post) -> None:
    post.subscribe()
    assert post.send(days=0) == [], "its day has not come"
    found = post.room.come_in("novo.txt", "Grad je kupio nove kamere <script> od firme.")
    post.room.come_in("drugo.txt", "Ovo nema s tim veze.")
    assert post.send() == [DigestOutcome("", "ana@primer.rs", 1)]
    (mail,) = post.letters.taken
    plain, html = bodies(mail)
    assert (mail["To"], mail["From"]) == ("ana@primer.rs", "dosije@primer.rs")
    assert mail["Subject"] == "Dosije: 1 new document"
    assert f"http://localhost:8000/documents/{found}?q=kamera" in plain
    assert "p. 1: „Grad je kupio nove kamere <script> od firme.“" in plain
    assert "Kamere <b>: 1 new document" in plain
    assert ">kamere</mark> &lt;script&gt; od firme." in html
    assert "Stara kamera" not in plain, "what was there before is no news"
    assert post.send(days=0) == []
    assert post.send() == [DigestOutcome("", "ana@primer.rs", 0)], "nothing is new"
    assert len(post.letters.taken) == 1, "nothing to tell is no mail"


def test_nothing_is_lost_or_sent_twice_once_the_clock_was_set_back(post: Post) -> None:
    post.subscribe()
    post.room.come_in("jedan.txt", "Prva kamera.")
    assert post.send() == [DigestOutcome("", "ana@primer.rs", 1)]
    let_days_pass(post.archive, -400)
    for number, (name, words) in enumerate((("dva.txt", "Druga kamera."), ("tri.txt", "Treća kamera.")), start=2):
        post.room.come_in(name, words)
        assert post.send(days=0) == [DigestOutcome("", "ana@primer.rs", 1)]
        assert [words in bodies(mail)[0] for mail in post.letters.taken] == [False] * (number - 1) + [True]
        assert post.send(days=0) == [DigestOutcome("", "ana@primer.rs", 0)]
    (newest, *_) = post.archive.catalog.searches.hits(post.saved.id)
    post.room.come_in("četiri.txt", "Četvrta kamera.")
    assert post.archive.catalog.searches.mark_read(post.saved.id, newest.found_at) == 3, "and not the one since"


def test_a_document_that_several_searches_found_is_counted_once(post: Post) -> None:
    alerts = AlertRunner(post.archive.catalog, post.archive.search)
    other = alerts.save(post.archive.engine.generation, "Trg", SearchRequest("trg"))
    post.archive.catalog.digests.keep("", "ana@primer.rs", Period.DAY, "en", {post.saved.id, other.id})
    post.room.come_in("novo.txt", "Nova kamera na trgu.")
    assert post.send() == [DigestOutcome("", "ana@primer.rs", 1)]
    assert bodies(post.letters.taken[0])[0].count("Nova kamera na trgu.") == 2, "under each search"


def test_it_speaks_the_language_of_its_reader(post: Post) -> None:
    post.subscribe(language="sr-Cyrl")
    post.room.come_in("novo.txt", "Nova kamera.")
    post.send()
    assert re.search("[а-ш]", post.letters.taken[0]["Subject"])
    assert re.search("[а-ш]", bodies(post.letters.taken[0])[0].rpartition("--")[2])


def test_what_is_masked_stays_masked(post: Post) -> None:
    post.subscribe()
    post.room.come_in("novo.txt", f"Kamera je prodata licu JMBG {JMBG} na trgu.")
    post.send()
    assert "Kamera je prodata licu" in bodies(post.letters.taken[0])[0]
    assert not any(JMBG in body for body in bodies(post.letters.taken[0]))


def test_a_reader_is_sent_what_they_may_see(post: Post, tmp_path: Path) -> None:
    catalog = post.archive.catalog
    accounts = Accounts(catalog, hashes=QUICK)
    for name in ("Ana", "Mira"):
        accounts.add(name, Role.READER, GOOD, "test")
    catalog.collections.share("Tajna", True, ["Ana"], "test")
    post.subscribe("ana")
    post.subscribe("mira", "mira@primer.rs")
    (tmp_path / "tajno.txt").write_text("Tajna kamera.", encoding="utf-8")
    secret = AddOptions(jobs=1, ocr="never", collection="Tajna", retry_failed=False)
    assert add(post.archive, [tmp_path / "tajno.txt"], secret, lambda _: None, Progress()).added == 1
    assert sorted((one.address, one.documents) for one in post.send()) == [("ana@primer.rs", 1), ("mira@primer.rs", 0)]
    assert [mail["To"] for mail in post.letters.taken] == ["ana@primer.rs"]
    catalog.users.remove("Ana", "test")
    post.room.come_in("novo.txt", "Nova kamera.")
    assert [(one.address, one.documents) for one in post.send()] == [("ana@primer.rs", 0), ("mira@primer.rs", 1)]
    assert [digest.reader for digest in catalog.digests.all()] == ["mira"], "who was removed is sent nothing"


def test_a_server_that_is_away_loses_nothing(post: Post, authority: Authority) -> None:
    post.subscribe()
    post.room.come_in("novo.txt", "Nova kamera.")
    away = post.archive.settings.changed(smtp_port=free_port())
    post.archive.settings = away
    with pytest.raises(MailFailed, match="sends no mail"):
        post.send()
    (digest,) = post.archive.catalog.digests.all()
    assert "sends no mail" in (digest.trouble or "")
    post.room.come_in("novije.txt", "Još jedna kamera.")
    with smtp_server(authority, post.letters, away.number("smtp_port")):
        assert [one.documents for one in post.send(days=0)] == [2], "no second day has to pass"
    assert post.archive.catalog.digests.all()[0].trouble is None


def test_one_address_that_is_refused_does_not_stop_the_others(post: Post) -> None:
    for name in ("Ana", "Mira"):
        Accounts(post.archive.catalog, hashes=QUICK).add(name, Role.READER, GOOD, "test")
        post.subscribe(name.lower(), f"{name.lower()}@primer.rs")
    post.letters.refused = "ana@primer.rs"
    post.room.come_in("novo.txt", "Nova kamera.")
    outcomes = post.send()
    assert [(one.reader, bool(one.trouble)) for one in outcomes] == [("ana", True), ("mira", False)]
    assert "No such mailbox" in (outcomes[0].trouble or "")


SCRIPT = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from archive.archive import Archive
from archive.store.exchange.digests import Digests
from webapp.mail import worker
from webapp.mail.digests import send_due

moment, home = sys.argv[1:]
kill = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if moment == "before it is sent":
    import smtplib; smtplib.SMTP.send_message = kill
elif moment == "before it is recorded":
    Digests.sent = kill
with Archive.open(Path(home)) as archive:
    send_due(archive, datetime.now(UTC), print)
"""


def test_the_room_sends_what_is_due(post: Post) -> None:
    post.subscribe()
    post.room.come_in("novo.txt", "Nova kamera.")
    _write_settings(post.archive)
    with closing(KeptProcess(post.archive.home, worker.live, worker.any_due, 0.2)) as sender:
        time.sleep(1)
        assert sender.pid is None, "no process lives before its day has come"
        let_days_pass(post.archive, 1)
        wait_for(lambda: post.archive.catalog.digests.all()[0].sent_until > post.saved.created_at)
    assert [mail["To"] for mail in post.letters.taken] == ["ana@primer.rs"]


@pytest.mark.parametrize(("moment", "mails"), [("before it is sent", 1), ("before it is recorded", 2)])
def test_killed_on_the_way_the_very_same_mail_is_sent_again(post: Post, moment: str, mails: int) -> None:
    post.subscribe()
    post.room.come_in("novo.txt", "Nova kamera.")
    _write_settings(post.archive)
    let_days_pass(post.archive, 1)
    assert run_script(SCRIPT, moment, post.archive.home).returncode == -9
    post.room.come_in("novije.txt", "Još jedna kamera.")
    assert [one.documents for one in post.send(days=0)] == [1], "not what came later"
    assert len(post.letters.taken) == mails
    assert len({(mail["Message-ID"], bodies(mail)) for mail in post.letters.taken}) == 1, "a mail program shows one"
    assert [one.documents for one in post.send()] == [1]


def _write_settings(archive: Archive) -> None:
    lines = (f"{setting.name} = {value!r}".replace("'", '"') for setting, value in archive.settings.items())
    (archive.home / "settings.toml").write_text("\n".join(lines), encoding="utf-8")


def test_it_is_stopped_from_the_mail_without_logging_in(post: Post) -> None:
    post.subscribe()
    post.room.come_in("novo.txt", "Nova kamera.")
    post.send()
    mail = post.letters.taken[0]
    path = mail["List-Unsubscribe"].strip(" <>").removeprefix("http://localhost:8000")
    assert path in bodies(mail)[0]
    settings = post.archive.settings.changed(login="always")
    post.archive.settings = settings
    client = create_app(post.archive, NoPicture()).test_client()
    assert client.get("/saved").status_code == 303, "everybody has to log in"
    assert "ana@primer.rs" in text_of(html_of(client, path))
    assert post.archive.catalog.digests.all(), "looking at the link stops nothing"
    assert client.post(path).status_code == 200
    assert post.archive.catalog.digests.all() == []
    assert client.get(path).status_code == client.post(path).status_code == 404
    assert client.get("/digests/x").status_code == 404


def test_the_form_says_what_is_sent_and_changes_it(post: Post) -> None:
    client = post.room.app.test_client()
    shown = text_of(html_of(client, "/saved"))
    assert "You get no mail" in shown
    form = {"address": "ana@primer.rs", "period": "week", "search": post.saved.id}
    assert client.post("/digests", data=form).status_code == 303
    (digest,) = post.archive.catalog.digests.all()
    assert (digest.address, digest.period) == ("ana@primer.rs", Period.WEEK)
    assert digest.searches == {post.saved.id}
    assert "will be sent to ana@primer.rs, each week" in text_of(html_of(client, "/saved"))
    for wrong in ({"address": "ana"}, {"address": "a@b.rs\nBcc: x@y.rs"}, {"period": "hour"}):
        assert client.post("/digests", data=form | wrong).status_code == 400
    assert client.post("/digests", data=form | {"search": "0" * 32}).status_code == 303
    assert post.archive.catalog.digests.all()[0].searches == frozenset(), "a search that is not there"
    assert client.post("/digests", data=form | {"period": "never"}).status_code == 303
    assert post.archive.catalog.digests.all() == []
    client.post("/digests", data=form)
    client.post(f"/saved/{post.saved.id}/remove")
    assert post.archive.catalog.digests.all()[0].searches == frozenset()
    post.archive.settings = post.archive.settings.changed(smtp_host="")
    assert "By mail" not in html_of(client, "/saved")
    assert client.post("/digests", data=form).status_code == 400


@pytest.mark.parametrize(
    "wrong", ["", "ana", "ana@", "@primer.rs", "ana@primer", "a b@primer.rs", "a@b.rs,c@d.rs",
              "ana@primer.rs\r\nBcc: x", "a" * 250 + "@b.rs", "Ana <ana@primer.rs>"]
)  # fmt: skip
def test_what_is_no_address(wrong: str) -> None:
    with pytest.raises(UsageError):
        checked_address(wrong)


@pytest.mark.parametrize(
    ("settings", "error", "says"),
    [
        ({"smtp_host": ""}, UsageError, "No server for mail"),
        ({"smtp_security": "none", "smtp_host": "mail.primer.rs"}, UsageError, "over TLS only"),
        ({"mail_from": "dosije"}, UsageError, "not a mail address"),
        ({"smtp_user": "mira"}, MailFailed, "refused the log-in of mira"),
        ({"smtp_host": "127.0.0.1"}, MailFailed, "is not trusted"),
    ],
)
def test_what_is_wrong_with_the_settings_is_said(
    post: Post, settings: dict[str, str | int], error: type[Exception], says: str
) -> None:
    post.subscribe()
    post.archive.settings = post.archive.settings.changed(**settings)
    with pytest.raises(error, match=says):
        post.send()


def local(day: int, hour: int, minute: int = 30) -> datetime:
    """A moment of November 2026 by the clock of this machine."""
    return datetime(2026, 11, day, hour, minute).astimezone()


def test_when_a_mail_is_due() -> None:
    # 28 November 2026 is a Saturday.
    assert last_due(Period.DAY, local(28, 9), 7) == local(28, 7, 0)
    assert last_due(Period.DAY, local(28, 6), 7) == local(27, 7, 0)
    assert last_due(Period.WEEK, local(28, 9), 7) == local(23, 7, 0)
    assert last_due(Period.WEEK, local(23, 6), 7) == local(16, 7, 0)


def test_the_command_lists_and_sends(post: Post) -> None:
    post.subscribe()
    post.room.come_in("novo.txt", "Nova kamera.")
    _write_settings(post.archive)
    let_days_pass(post.archive, 1)

    def run(*arguments: str) -> str:
        told = run_dosije(post.archive.home, "digest", *arguments)
        assert told.returncode == 0, told.stderr
        return told.stdout

    assert "every day, 1 search, sent until 20" in run()
    assert run("--send") == "sent       ana@primer.rs: 1 document\n"
    assert run("--send") == "Nothing was due.\n"
    assert "digest_searches" not in run("--json")
    assert len(post.letters.taken) == 1
