"""An index that is gone, damaged or behind is never taken for an archive in which nothing is found."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive.archive import Archive
from archive.search.index_state import Building
from tests.conftest import run_dosije
from tests.servers.processes import free_port
from tests.waiting import wait_for
from tests.webapp.test_stopping import answer, serving
from tests.webapp_own_room import own_room
from tests.webapp_samples import Filler, NoPicture
from webapp import create_app

pytestmark = pytest.mark.usefixtures("warm_readers")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("room")
    room = own_room(folder)
    room.come_in("dopis.txt", "Opština Brezovac nabavlja kamere za trg.")
    room.come_in("zapisnik.txt", "Zapisnik o otvaranju ponuda za kamere.")
    room.archive.close()
    return folder / "home"


@pytest.fixture
def home(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "home"))


@pytest.fixture
def archive(home: Path) -> Iterator[Archive]:
    with Archive.open(home) as opened:
        yield opened


@pytest.fixture
def client(archive: Archive) -> FlaskClient:
    return create_app(archive, NoPicture()).test_client()


def lose(home: Path) -> None:
    shutil.rmtree(home / "index")


def lose_pointer(home: Path) -> None:
    (home / "index" / "current").unlink()


def lose_generation(home: Path) -> None:
    for generation in home.glob("index/gen-*"):
        shutil.rmtree(generation)


def lose_segment_file(home: Path) -> None:
    for file in home.glob("index/gen-*/*.terms"):
        file.unlink()


def cut_off(home: Path) -> None:
    for file in home.glob("index/gen-*/*.positions"):
        with file.open("rb+") as opened:
            opened.truncate(file.stat().st_size // 2)


def empty_pointer(home: Path) -> None:
    (home / "index" / "current").write_text("")


GONE = (lose, lose_pointer)
DAMAGES = (*GONE, lose_generation, lose_segment_file, cut_off, empty_pointer)
Damage = Callable[[Path], None]

ASKED = ("/?q=kamere", "/?q=nigde", "/api/v1/search?q=kamere", "/api/v1/facets?q=kamere", "/facets/year?q=kamere",
         "/export.csv?q=kamere", "/certificate?q=nigde", "/certificate.json?q=nigde",
         "/api/v1/complete?q=ka")  # fmt: skip


@pytest.mark.parametrize(
    ("damage", "is_open"), [*((damage, True) for damage in DAMAGES), (lose, False), (lose_segment_file, False)]
)
def test_no_page_finds_nothing_in_it(home: Path, damage: Damage, is_open: bool) -> None:
    with Archive.open(home) as archive:
        client = create_app(archive, NoPicture()).test_client()
        if is_open:
            assert client.get("/api/v1/search?q=kamere").get_json()["total"] == 2
        damage(home)
        told = {path: client.get(path) for path in ASKED}
        assert {path: one.status_code for path, one in told.items()} == dict.fromkeys(ASKED, 503)
        assert client.post("/lists", data={"lines": "kamere"}).status_code == 503
        assert ("Retry-After" in told["/?q=kamere"].headers) == (damage in GONE)
        assert "reindex" in told["/?q=kamere"].text
        health = client.get("/healthz")
        assert (health.status_code, health.get_json()["status"]) == (200, "degraded")
        assert client.get("/healthz/ready").get_json()["checks"] == {"catalog": "ok", "search": "failed"}
        assert "dosije_index_up 0" in client.get("/metrics").text
        assert client.get("/findings").status_code == 200

        archive.keep_index()
        assert client.get("/api/v1/search?q=kamere").get_json()["total"] == 2
        assert client.get("/healthz/ready").status_code == 200


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_command_builds_it_and_says_so_or_says_how(home: Path, damage: Damage) -> None:
    damage(home)
    status = json.loads(run_dosije(home, "status", "--json").stdout)
    assert (status["index_documents"], status["index_generation"]) == (None, None)
    assert status["index_problem"]
    assert run_dosije(home, "check").returncode == 5
    run = run_dosije(home, "search", "kamere")
    if damage in GONE:
        assert "The search index is gone. It is being rebuilt from 2 documents." in run.stderr
        assert run.stdout.startswith("2 documents")
    else:
        assert run.returncode == 5
        assert "dosije reindex" in run.stderr
        assert run_dosije(home, "check", "--repair").returncode == 0
    assert run_dosije(home, "search", "kamere").stdout.startswith("2 documents")


def test_how_far_it_is_built_is_told(home: Path, client: FlaskClient) -> None:
    lose(home)
    building = Building(home / "indexing.lock")
    with building.at_work(2) as tell:
        tell(1, 2)
        told = client.get("/?q=kamere")
        assert told.status_code == 503
        assert "The search index is being built: 1 of 2 documents are done." in told.text
        assert told.headers["Retry-After"] == "2"
    assert building.progress() is None, "what ended is no progress"


def test_documents_can_be_read_without_it(home: Path, archive: Archive, client: FlaskClient) -> None:
    (first, *_) = archive.catalog.documents.newest_first()
    lose(home)
    assert client.get(f"/documents/{first.id}").status_code == 200
    assert client.get(f"/documents/{first.id}/pages/1").status_code == 200


def test_add_goes_on_without_it(home: Path, tmp_path: Path) -> None:
    (tmp_path / "novi.txt").write_text("Nove kamere na pijaci.")
    lose_segment_file(home)
    run = run_dosije(home, "add", tmp_path / "novi.txt", "--json")
    assert json.loads(run.stdout.splitlines()[-1])["summary"]["added"] == 1
    assert json.loads(run.stdout.splitlines()[-1])["summary"]["not_indexed"] == 1
    assert run.returncode == 5
    assert "What was read is kept; documents that wait to be indexed: 1." in run.stderr
    assert run_dosije(home, "reindex").returncode == 0
    assert run_dosije(home, "search", "pijaci").stdout.startswith("1 document")


def test_every_answer_counts_what_is_not_searched(home: Path, archive: Archive, client: FlaskClient) -> None:
    note = "Documents added or changed that are not searched yet: 1."
    for path in ("/?q=kamere", "/lists", "/saved", "/facets/year", "/findings"):
        assert note not in client.get(path).text, path
    client.post("/saved", data={"name": "trg", "q": "kamere"})
    saved = archive.catalog.searches.get("trg").id
    with archive.writing():
        new = Filler(archive, home.parent).text("rat.txt", ["Kamere koje niko ne nalazi."], "sr-Latn")
        pages = ("/?q=kamere", "/?q=niko", "/lists", "/saved", f"/saved/{saved}", "/facets/year", "/findings",
                 f"/documents/{new}", f"/saved/{saved}/feed.atom")  # fmt: skip
        for path in pages:
            assert client.get(path).text.count(note) == 1, path
        for path in ("/api/v1/search?q=kamere", "/api/v1/facets?q=kamere", f"/api/v1/saved/{saved}",
                     "/export.json?q=kamere", "/healthz"):  # fmt: skip
            assert client.get(path).get_json()["not_searched"] == 1, path
        assert note in client.get("/api/v1/search?q=niko").get_json()["notes"]
        assert note in client.post("/api/v1/lists", json={"lines": ["niko"]}).get_json()["results"][0]["notes"]
        assert client.get("/export.csv?q=kamere").text.count(note) == 2, "one for each row"
        assert client.get("/export.csv?q=niko").text.count(note) == 1
        certificate = client.get("/certificate.json?q=niko").get_json()
        assert certificate["not_searched"]["documents"][0]["id"] == new
        assert "1 document not in the index yet" in certificate["statement"]
        assert "dosije_index_due 1.0" in client.get("/metrics").text
        quoted = home.parent / "navod.txt"
        quoted.write_text("„Kamere koje niko ne nalazi.“")
        for command in (("search", "niko"), ("certificate", "niko"), ("alerts",), ("verify", quoted)):
            run = run_dosije(home, *command)
            told = run.stdout + run.stderr
            assert note in told or "1 document not in the index yet" in told, command
        assert json.loads(run_dosije(home, "alerts", "--json").stdout)[0]["not_searched"] == 1
        archive.indexing.index_due()
    assert note not in client.get("/?q=niko").text
    assert "1 document" in client.get("/?q=niko").text


def test_a_document_that_is_not_searched_yet_says_so(archive: Archive, client: FlaskClient, home: Path) -> None:
    waiting = "“%s” was not looked for: this document was added or changed, and is not searched yet."
    with archive.writing():
        new = Filler(archive, home.parent).text("rat.txt", ["Kamere koje niko ne nalazi."], "sr-Latn")
        told = ask_in(client, new, "kamere")
        assert waiting % "kamere" in told["document"]
        assert waiting % "kamere" in told["page"]
        assert waiting % "kamere" in told["find"]
        assert "kamere” was not found" not in told["find"]
        page = client.get(f"/api/v1/documents/{new}/pages/1?q=kamere").get_json()
        assert (page["matches"], page["not_searched"]) == ([], 1)
        assert client.get(f"/api/v1/documents/{new}/pages/1").get_json()["not_searched"] == 0, "nothing was asked"
        for version in (1, 2):
            answer = client.get(f"/iiif/{new}/search/{version}?q=kamere")
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
            assert answer.get_json()["error"]["message"] == "rat.txt was added or changed and is not searched yet."
            assert client.get(f"/iiif/{new}/search/{version}?q=").status_code == 200
        archive.indexing.index_due()
    assert all(waiting % "kamere" not in text for text in ask_in(client, new, "kamere").values())
    assert "does not match in this document" in ask_in(client, new, "nigde")["page"]
    assert client.get(f"/api/v1/documents/{new}/pages/1?q=kamere").get_json()["not_searched"] == 0
    assert client.get(f"/iiif/{new}/search/2?q=nigde").status_code == 200

    lose(home)
    assert waiting % "kamere" in ask_in(client, new, "kamere")["document"]
    assert client.get(f"/iiif/{new}/search/2?q=kamere").status_code == 503


def ask_in(client: FlaskClient, document: str, word: str) -> dict[str, str]:
    """What the pages of a document say that look for a word in it."""
    at = f"/documents/{document}"
    paths = {"document": f"{at}?q={word}", "page": f"{at}/pages/1?q={word}", "find": f"{at}/pages/1?find={word}"}
    return {name: client.get(path).text for name, path in paths.items()}


def test_an_index_that_was_never_made_is_behind(home: Path, tmp_path: Path) -> None:
    with Archive.open(tmp_path / "new") as archive, archive.writing(reconcile=False):
        Filler(archive, tmp_path).text("prvi.txt", ["Prvi dokument."], "sr-Latn")
        told = create_app(archive, NoPicture()).test_client().get("/api/v1/search?q=prvi").get_json()
    assert (told["total"], told["not_searched"]) == (0, 1)


def test_a_room_settles_by_itself(home: Path) -> None:
    port = free_port()
    lose(home)
    with serving(home, port):
        wait_for_all(port)
        lose(home)
        assert answer(port, "/?q=kamere") == 503
        wait_for_all(port)


def wait_for_all(port: int) -> None:
    """Until the search page answers; it never says that nothing is found."""

    def is_answered() -> bool:
        status = answer(port, "/?q=kamere")
        assert status in (200, 503)
        return status == 200

    wait_for(is_answered, never="it does not settle")
    assert answer(port, "/healthz/ready") == 200
