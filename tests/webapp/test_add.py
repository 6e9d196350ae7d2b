"""Documents added in the browser: stored, queued and told of; the web process reads none of them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.archive import Archive
from archive.config import Settings
from archive.errors import UnreadableInput, UsageError
from archive.model.queue import FileState, JobState
from archive.store.sql.locks import WorkClaims
from indexer.ingest.walk import walk
from indexer.queue import UploadQueue
from tests.webapp_html import html_of, links, text_of
from tests.webapp_samples import NoPicture
from webapp import create_app
from webapp.commands.serve import _opened, hand_over

pytestmark = pytest.mark.usefixtures("warm_readers")

LIMITS: dict[str, str | int] = {"max_upload_bytes": 200_000, "max_upload_files": 25}


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "home", Settings(LIMITS)) as opened:
        yield opened


@pytest.fixture
def client(archive: Archive) -> FlaskClient:
    return create_app(archive, NoPicture()).test_client()


def send(client: FlaskClient, *files: tuple[str, bytes], **fields: str) -> TestResponse:
    data: dict[str, Any] = {"collection": "Bečej 2026", "by": "Ana", **fields}
    data["files"] = [(io.BytesIO(content), name) for name, content in files]
    return client.post("/add", data=data)


def letters(count: int) -> list[tuple[str, bytes]]:
    return [(f"pismo {number}.txt", f"Pismo broj {number} o kamerama".encode()) for number in range(count)]


def test_twenty_files_one_of_them_broken(client: FlaskClient, archive: Archive) -> None:
    answer = send(client, *letters(19), ("slomljen <b>.pdf", b"%PDF-1.4 x"))
    assert answer.status_code == 303
    shown = text_of(html_of(client, answer.location))
    assert "20 files for Bečej 2026 sent by Ana" in shown
    assert "waiting, 0 of 20 files done" in shown
    assert archive.catalog.documents.count() == 0, "nothing was read in the web process"
    assert UploadQueue(archive).work()
    html = html_of(client, answer.location)
    assert "ended, 20 of 20 files done, 19 pages read" in text_of(html)
    assert "slomljen &lt;b&gt;.pdf" in html
    assert "cannot be opened as a PDF" in text_of(html)
    assert client.post(f"{answer.location}/retry").status_code == 303
    assert "waiting, 19 of 20 files done" in text_of(html_of(client, answer.location))
    UploadQueue(archive).work()
    assert "Try 1 file again" in text_of(html_of(client, answer.location))
    assert "1 failed" in text_of(html_of(client, "/jobs"))
    assert client.get("/api/v1/search?q=kamere&collection=Bečej 2026").get_json()["total"] == 19


def test_the_front_page_tells_what_is_being_taken_in(client: FlaskClient, archive: Archive) -> None:
    assert "Being taken in" not in text_of(html_of(client, "/"))
    job = send(client, *letters(2)).location
    first = html_of(client, "/")
    assert "Being taken in: 0 of 2 files done" in text_of(first)
    assert "The first documents are being read" in text_of(first)
    assert "0 documents" not in text_of(first)
    assert "data-live" not in first, "the whole page is shown anew"
    assert job in links(first)
    UploadQueue(archive).work()
    send(client, ("treće.txt", b"Pismo"))
    more = html_of(client, "/")
    assert "Being taken in: 0 of 1 file done" in text_of(more)
    assert "2 documents" in text_of(more)
    assert 'data-live="reading"' in more
    assert "Being taken in" not in text_of(html_of(client, "/?q=kamere"))
    UploadQueue(archive).work()
    assert "Being taken in" not in text_of(html_of(client, "/"))


def test_the_first_uploads_can_be_searched_before_the_last_is_read(
    archive: Archive, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits: list[tuple[int, bool]] = []
    index = archive.index

    def counted(claims: WorkClaims, *, midway: bool = False) -> None:
        commits.append((archive.catalog.documents.count(), midway))
        index(claims, midway=midway)

    monkeypatch.setattr(archive, "index", counted)
    send(client, *letters(9))
    UploadQueue(archive).work()
    assert commits == [(4, True), (8, True), (9, False)]


def test_a_room_is_opened_with_files_to_read(archive: Archive, client: FlaskClient, tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    (papers / "below").mkdir(parents=True)
    for name in ("a.txt", "below/b.txt", ".hidden.txt"):
        (papers / name).write_text(f"Pismo {name}", encoding="utf-8")
    (empty := tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no file to add"):
        hand_over(archive, walk([empty]).files)
    with pytest.raises(UnreadableInput, match=r"gone\.txt cannot be read: No such file"):
        hand_over(archive, [papers / "a.txt", papers / "gone.txt"])
    assert archive.catalog.jobs.newest(1) == []
    assert hand_over(archive, walk([papers, papers / "a.txt"]).files) == 3
    assert "3 files for main" in text_of(html_of(client, "/jobs"))
    UploadQueue(archive).work()
    assert archive.catalog.documents.count() == 2


def test_a_file_that_cannot_be_read_is_named_and_none_is_kept(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Pismo", encoding="utf-8")
    with pytest.raises(UnreadableInput, match=f"{tmp_path} cannot be read: Is a directory"):
        archive.uploads.keep(_opened([tmp_path / "a.txt", tmp_path]))
    assert list((archive.home / "inbox").iterdir()) == []


def test_a_job_that_is_removed_takes_what_failed_with_it(client: FlaskClient, archive: Archive) -> None:
    path = send(client, *letters(1), ("slomljen.pdf", b"%PDF-1.4 x")).location
    assert client.post(f"{path}/remove").status_code == 400, "it has not ended"
    UploadQueue(archive).work()
    assert len(archive.catalog.failures.all()) == 1
    assert client.post(f"{path}/remove").location == "/jobs"
    assert archive.catalog.failures.all() == ()
    assert list((archive.home / "inbox").iterdir()) == []
    assert client.get(path).status_code == 404
    assert archive.catalog.documents.count() == 1
    assert "Nothing has been uploaded yet" in text_of(html_of(client, "/jobs"))


def test_an_empty_file_is_refused_and_the_others_go_on(client: FlaskClient, archive: Archive) -> None:
    path = send(client, *letters(1), ("prazan.pdf", b"")).location
    shown = text_of(html_of(client, path))
    assert "prazan.pdf The file is empty." in shown
    assert "Try " not in shown
    UploadQueue(archive).work()
    assert "Try " not in text_of(html_of(client, path)), "there are no bytes to try again"
    assert client.post(f"{path}/retry").status_code == 400


@pytest.mark.parametrize(
    ("files", "fields", "status", "says"),
    [
        ([], {}, 400, "No file was sent"),
        ([("a.txt", b"")], {}, 400, "Every file is empty"),
        ([("a.txt", b"a")], {"by": " "}, 400, "A person's name"),
        ([("a.txt", b"a")], {"collection": ""}, 400, "The name of a collection"),
        ([("a.txt", b"a")], {"collection": "x" * 101}, 400, "The name of a collection"),
        ([("a.txt", b"a")], {"collection": "a\0b"}, 400, "The name of a collection"),
        ([("a.txt", b"a" * 400_000)], {}, 413, "more than may be sent at once"),
        (letters(26), {}, 400, "at most 25 may be sent"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_cannot_be_taken_is_said_and_nothing_stays(
    client: FlaskClient,
    archive: Archive,
    files: list[tuple[str, bytes]],
    fields: dict[str, str],
    status: int,
    says: str,
) -> None:
    answer = send(client, *files, **fields)
    assert (answer.status_code, says in text_of(answer.text)) == (status, True), answer.text
    assert archive.catalog.jobs.newest(5) == []
    inbox = archive.home / "inbox"
    assert not inbox.exists() or list(inbox.iterdir()) == []


def test_hostile_names_stay_inside_the_inbox(client: FlaskClient, archive: Archive) -> None:
    names = ["../../../etc/cron.d/x", "..\\..\\x", "/etc/passwd", ".bashrc", "x" * 5000, "\u202ex"]
    texts = {f"Neki tekst {number}".encode() for number in range(len(names))}
    job = send(client, *zip(names, sorted(texts), strict=True)).location.rpartition("/")[2]
    kept = [(archive.uploads.folder(job) / file.path).resolve() for file in archive.catalog.jobs.files(job)]
    assert all(path.is_relative_to(archive.home / "inbox") for path in kept)
    assert {path.read_bytes() for path in kept} == texts
    UploadQueue(archive).work()
    assert archive.catalog.jobs.get(job).counts == {FileState.ADDED: len(names)}


def test_uploading_can_be_switched_off(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "home", Settings({"max_upload_bytes": 0})) as archive:
        client = create_app(archive, NoPicture()).test_client()
        assert "switched off" in text_of(html_of(client, "/add"))
        assert '<input id="files"' not in html_of(client, "/add")
        answer = send(client, *letters(1))
        assert (answer.status_code, archive.catalog.jobs.newest(5)) == (403, [])


def test_forms_of_other_sites_change_nothing(client: FlaskClient, archive: Archive) -> None:
    path = send(client, *letters(1)).location
    for target in ("/add", f"{path}/retry", f"{path}/remove"):
        assert client.post(target, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert [job.state for job in archive.catalog.jobs.newest(5)] == [JobState.QUEUED]
    for method in ("retry", "remove"):
        assert client.post(f"/jobs/nonsense/{method}").status_code == 404


def test_the_form_remembers_who_sends_and_offers_the_collections(client: FlaskClient, archive: Archive) -> None:
    assert 'value="main"' in html_of(client, "/add")
    send(client, *letters(1))
    UploadQueue(archive).work()
    html = html_of(client, "/add")
    assert 'name="by" value="Ana"' in html
    assert '<option value="Bečej 2026">' in html


def test_a_collection_leads_to_its_documents(client: FlaskClient, archive: Archive) -> None:
    assert "0 collections" in text_of(html_of(client, "/collections"))
    send(client, *letters(3))
    send(client, ("drugo.txt", b"Drugo"), collection="Čačak & <okolina>")
    while UploadQueue(archive).work():
        pass
    html = html_of(client, "/collections")
    assert "2 collections" in text_of(html)
    assert "Bečej 2026 3 documents 3 pages last one on" in text_of(html)
    (link,) = (link for link in links(html) if "okolina" in link)
    assert "1 document" in text_of(html_of(client, link))
