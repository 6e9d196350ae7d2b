"""Files sent part by part: what a broken connection, a killed server or a hostile sender can do to them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive.archive import Archive
from archive.config import Settings
from archive.model.queue import FileState, JobState
from indexer.queue import UploadQueue
from tests.webapp_html import html_of, text_of
from tests.webapp_samples import NoPicture
from webapp import create_app

pytestmark = pytest.mark.usefixtures("warm_readers")

SIGNED = {"collection": "main", "by": "Ana"}
LETTER = b"Pismo o kamerama" * 10


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "home", Settings({"max_upload_bytes": 2_000, "max_upload_files": 3})) as opened:
        yield opened


@pytest.fixture
def client(archive: Archive) -> FlaskClient:
    return create_app(archive, NoPicture()).test_client()


def begun(client: FlaskClient) -> str:
    return f"/add/uploads/{client.post('/add/uploads', data=SIGNED).get_json()['upload']}"


def part(client: FlaskClient, upload: str, offset: int, content: bytes, ordinal: int = 1, name: str = "p.txt") -> int:
    answer = client.post(f"{upload}/{ordinal}", query_string={"name": name, "offset": offset}, data=content)
    assert answer.status_code == 200, answer.text
    size = answer.get_json()["size"]
    assert isinstance(size, int)
    return size


def test_a_file_in_parts_of_which_some_come_twice_and_too_soon(client: FlaskClient, archive: Archive) -> None:
    upload = begun(client)
    assert part(client, upload, 0, LETTER[:50]) == 50
    assert part(client, upload, 0, LETTER[:50]) == 50, "the answer was lost, so the part comes again"
    assert part(client, upload, 90, LETTER[90:]) == 50, "what lies between has not come"
    assert part(client, upload, 50, LETTER[50:]) == len(LETTER)
    assert client.post(f"{upload}/end", data=SIGNED | {"sizes": f"1:{len(LETTER) + 1}"}).status_code == 400
    assert archive.catalog.jobs.newest(5) == [], "nothing is queued that is not whole"
    told = {client.post(f"{upload}/end", data=SIGNED | {"sizes": f"1:{len(LETTER)}"}).get_json()["job"] for _ in "12"}
    (job,) = archive.catalog.jobs.newest(5)
    assert told == {f"/jobs/{job.id}"}, "the second answer is that of the first"
    assert (archive.uploads.folder(job.id) / "1" / "p.txt").read_bytes() == LETTER
    UploadQueue(archive).work()
    assert archive.catalog.jobs.get(job.id).counts == {FileState.ADDED: 1}


def test_a_room_that_died_between_the_files_and_their_job(client: FlaskClient, archive: Archive) -> None:
    upload = begun(client)
    part(client, upload, 0, LETTER)
    archive.uploads.finish(upload.rpartition("/")[2], {1: len(LETTER)})
    assert client.post(f"{upload}/end", data=SIGNED | {"sizes": f"1:{len(LETTER)}"}).status_code == 200
    assert [job.state for job in archive.catalog.jobs.newest(5)] == [JobState.QUEUED]


def test_what_its_sender_gave_up_does_not_come_along(client: FlaskClient, archive: Archive) -> None:
    upload = begun(client)
    part(client, upload, 0, LETTER)
    part(client, upload, 0, b"half of", ordinal=2, name="changed.txt")
    client.post(f"{upload}/end", data=SIGNED | {"sizes": f"1:{len(LETTER)}"})
    (job,) = archive.catalog.jobs.newest(5)
    assert [file.name for file in archive.catalog.jobs.files(job.id)] == ["p.txt"]
    assert not (archive.uploads.folder(job.id) / "2").exists()


def test_no_more_than_goes_at_once(client: FlaskClient, archive: Archive) -> None:
    upload = begun(client)
    assert part(client, upload, 0, b"x" * 1_900) == 1_900
    answer = client.post(f"{upload}/2", query_string={"name": "b", "offset": 0}, data=b"x" * 101)
    assert (answer.status_code, "more than may be sent" in answer.get_json()["problem"]) == (400, True)
    assert client.post(f"{upload}/4", query_string={"name": "b", "offset": 0}, data=b"x").status_code == 404
    assert part(client, upload, 0, b"x" * 100, ordinal=3) == 100, "what fits still goes"
    assert client.post(f"{upload}/1", query_string={"name": "b", "offset": 0}, data=b"x" * (5 << 20)).status_code == 413


@pytest.mark.parametrize("job", ["0" * 32, "nonsense", "..", "%2e%2e%2fx"])
def test_an_upload_that_nobody_began(client: FlaskClient, archive: Archive, job: str) -> None:
    for target in (f"/add/uploads/{job}/1?name=a&offset=0", f"/add/uploads/{job}/end"):
        assert client.post(target, data=SIGNED | {"sizes": "1:1"}).status_code == 404
    assert not (archive.home / "inbox").exists() or not list((archive.home / "inbox").iterdir())


def test_hostile_names_stay_inside_the_upload(client: FlaskClient, archive: Archive) -> None:
    upload = begun(client)
    for ordinal, name in enumerate(("../../x", "..\\..\\.bashrc", "/etc/passwd"), 1):
        part(client, upload, 0, b"abc", ordinal, name)
    client.post(f"{upload}/end", data=SIGNED | {"sizes": "1:3 2:3 3:3"})
    (job,) = archive.catalog.jobs.newest(5)
    assert [file.name for file in archive.catalog.jobs.files(job.id)] == ["x", "bashrc", "etc/passwd"]
    found = {path for path in archive.home.rglob("*") if path.is_file() and path.read_bytes() == b"abc"}
    assert found == {archive.uploads.folder(job.id) / name for name in ("1/x", "2/bashrc", "3/etc/passwd")}


def test_what_is_wrong_with_the_form_is_said_before_anything_is_sent(client: FlaskClient, archive: Archive) -> None:
    for wrong in ({"by": " "}, {"collection": ""}):
        answer = client.post("/add/uploads", data=SIGNED | wrong)
        assert (answer.status_code, bool(answer.get_json()["problem"])) == (400, True)
    assert not (archive.home / "inbox").exists()


def test_results_tell_doubts_and_what_was_there_already(client: FlaskClient, archive: Archive) -> None:
    contract = "UGOVOR O JAVNOJ NABAVCI\nNaručilac: Grad Primerovac\nza nabavku kamera\n".encode()
    for _ in "12":
        upload = begun(client)
        part(client, upload, 0, contract)
        job = client.post(f"{upload}/end", data=SIGNED | {"sizes": f"1:{len(contract)}"}).get_json()["job"]
        UploadQueue(archive).work()
        shown = text_of(html_of(client, job))
        if _ == "1":
            assert "To check (1)" in shown
            assert "in doubt: Vendor" in shown
        else:
            assert "Already there (1)" in shown
            assert "in doubt" not in shown, "nothing new came of it"


def test_a_failed_file_is_named_once_as_it_is_called_and_why_in_the_language_of_the_page(
    client: FlaskClient, archive: Archive
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("prilozi/prazan.txt", "")
    upload = begun(client)
    for ordinal, (name, data) in enumerate(
        {"2023/слика.pdf": b"%PDF-1.4 x", "zbirka.zip": packed.getvalue()}.items(), 1
    ):
        part(client, upload, 0, data, ordinal, name)
    sizes = f"1:10 2:{len(packed.getvalue())}"
    job = client.post(f"{upload}/end", data=SIGNED | {"sizes": sizes}).get_json()["job"]
    UploadQueue(archive).work()
    html = client.get(job, headers={"Accept-Language": "sr-Latn"}).text
    assert "<code>2023/слика.pdf</code>" in html
    assert "<code>zbirka.zip!/prilozi/prazan.txt</code>" in html
    reasons = re.findall(r'<span class="trouble">(.*?)</span>', html)
    assert [reason.partition(" ")[0] for reason in reasons] == ["Ne", "Fajl"], reasons
