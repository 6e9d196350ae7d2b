"""The room as an app, and what a device is told of a story that it keeps: without a browser."""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.access.records import Role
from archive.access.rules import may_keep_offline
from archive.accounts import Accounts
from archive.archive import Archive
from archive.config import Settings
from archive.errors import UsageError
from archive.store.stories.story import StoryReader
from archive.stories.references import free_text, named
from tests.access_samples import GOOD, QUICK
from tests.webapp_samples import Filler, NoPicture
from webapp import create_app
from webapp.access.devices import HEADER, NOBODY, OFF
from webapp.commands.serve import refuse_without_users
from webapp.languages.negotiation import LANGUAGES

ANA = StoryReader("Ana", sees_all=True)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Two letters, and two readers who may log in."""
    with Archive.open(tmp_path / "home", Settings()) as made:
        with made.writing():
            filler = Filler(made, tmp_path)
            filler.pdf("ugovor.pdf", [["Ugovor o kamerama"], ["Ugovorna kazna"]], "sr-Latn")
            filler.text("pismo.txt", ["Pismo o kamerama"], "sr-Latn")
            made.indexing.index_due()
        for name in ("Ana", "Iva"):
            Accounts(made.catalog, hashes=QUICK).add(name, Role.READER, GOOD, "test")
        yield made


@pytest.fixture
def app(archive: Archive) -> Flask:
    made = create_app(archive, NoPicture())
    made.config["PASSWORD_HASHES"] = QUICK
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def story(archive: Archive) -> str:
    """The id of a story with words, a page, a document and a text."""
    by_name = {document.filename: document.id for document in archive.catalog.documents.newest_first()}
    contract, letter = by_name["ugovor.pdf"], by_name["pismo.txt"]
    items = [named(archive, f"{contract}:0-2"), named(archive, f"{contract}@2"), named(archive, letter), free_text("X")]
    stories = archive.catalog.stories
    return stories.add(stories.create("Kamere", ANA).id, [*items, named(archive, "/?q=kamere")], ANA).id


def keys(client: FlaskClient, path: str = "/stories") -> list[str]:
    """What an answer says of whose it is."""
    return client.get(path).headers[HEADER].split(" ")


@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_manifest_is_in_the_language_of_the_reader(client: FlaskClient, app: Flask, tag: str) -> None:
    answer = client.get("/manifest.webmanifest", headers={"Accept-Language": tag})
    assert answer.mimetype == "application/manifest+json"
    manifest = answer.get_json()
    assert manifest["lang"] == tag
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/", "/", "standalone")
    for icon in manifest["icons"]:
        picture = client.get(icon["src"], buffered=True)
        assert picture.status_code == 200
        assert picture.mimetype == icon["type"]
        if icon["type"] == "image/png":
            width, height = struct.unpack(">II", picture.data[16:24])
            assert icon["sizes"] == f"{width}x{height}"
    assert "maskable" in {icon["purpose"] for icon in manifest["icons"]}


def test_every_page_leads_to_it_and_may_load_it(client: FlaskClient) -> None:
    answer = client.get("/")
    assert '<link rel="manifest" href="/manifest.webmanifest" crossorigin="use-credentials">' in answer.text
    assert "manifest-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_worker_is_asked_for_anew_each_time_and_by_anybody(archive: Archive, client: FlaskClient) -> None:
    archive.settings = Settings({"login": "always", "offline": "always"})
    answer = client.get("/service-worker.js", buffered=True)
    assert answer.status_code == 200
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert client.get("/manifest.webmanifest").status_code == 200


@pytest.mark.parametrize(
    ("settings", "kept"),
    [
        ({}, True),
        ({"offline": "never"}, False),
        ({"login": "always"}, False),
        ({"base_url": "https://archive.example"}, False),
        ({"login": "always", "offline": "always"}, True),
    ],
)
def test_who_logs_in_keeps_stories_only_where_an_admin_says_so(settings: dict[str, str], kept: bool) -> None:
    assert may_keep_offline(Settings(settings)) is kept


def test_a_setting_that_says_nothing_is_told_at_the_start(archive: Archive) -> None:
    archive.settings = Settings({"offline": "perhaps"})
    with pytest.raises(UsageError, match="The setting offline is auto, always or never, not 'perhaps'"):
        refuse_without_users(archive)


def test_where_it_is_off_nothing_is_there_and_every_answer_says_so(
    archive: Archive, client: FlaskClient, story: str
) -> None:
    archive.settings = Settings({"offline": "never"})
    for path in ("/service-worker.js", "/offline", f"/stories/{story}/offline"):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert answer.headers[HEADER] == OFF
    page = client.get(f"/stories/{story}")
    assert page.headers[HEADER] == OFF
    assert "offline.js" not in page.text
    assert 'data-do="keep"' not in page.text


def test_every_answer_says_whose_it_is(archive: Archive, app: Flask, tmp_path: Path) -> None:
    archive.settings = Settings({"login": "always", "offline": "always", "session_hours": 5})
    ana, iva = (app.test_client() for _ in range(2))
    assert keys(ana, "/login") == [NOBODY, "0"]
    for client, name in ((ana, "Ana"), (iva, "Iva")):
        client.post("/login", data={"name": name, "password": GOOD})
    (of_ana, until), (of_iva, _) = keys(ana), keys(iva)
    assert len({of_ana, of_iva, NOBODY}) == 3
    assert keys(ana, "/nothing/here")[0] == of_ana
    again = app.test_client()
    again.post("/login", data={"name": "ana", "password": GOOD})
    assert keys(again)[0] == of_ana
    assert 4 < (int(until) - time.time()) / 3600 <= 5
    with Archive.open(tmp_path / "other", Settings()) as other:
        assert keys(create_app(other, NoPicture()).test_client())[0] not in {of_ana, of_iva}


def test_whoever_leaves_has_the_browser_forget(archive: Archive, app: Flask) -> None:
    archive.settings = Settings({"login": "always"})
    client = app.test_client()
    client.post("/login", data={"name": "Ana", "password": GOOD})
    assert client.post("/logout").headers["Clear-Site-Data"] == '"cache", "storage"'
    client.post("/login", data={"name": "Ana", "password": GOOD})
    changed = client.post("/account/password", data={"old": GOOD, "new": f"{GOOD} i duza"})
    assert changed.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_a_device_is_told_of_the_pages_that_a_story_quotes(client: FlaskClient, story: str) -> None:
    told = client.get(f"/stories/{story}/offline").get_json()
    pages = told["pages"]
    assert pages[0] == f"/stories/{story}"
    assert len(pages) == len(set(pages))
    assert not [page for page in pages if "#" in page]
    kinds = [page.split("?")[0].split("/")[1] for page in pages[1:]]
    assert set(kinds) == {"cite", "documents"}, "searches are no quotations"
    assert sum("/pages/1?" in page for page in pages) == 1
    assert sum(page.endswith("/pages/2") for page in pages) == 1
    assert told["when"] in told["note"]
    for page in pages:
        assert client.get(page).status_code == 200, page


def test_the_version_is_another_when_the_story_shows_something_else(
    archive: Archive, client: FlaskClient, story: str
) -> None:
    def version(**headers: str) -> str:
        told: str = client.get(f"/stories/{story}/offline", headers=headers).get_json()["version"]
        assert f'data-version="{told}"' in client.get(f"/stories/{story}").text
        return told

    stories = archive.catalog.stories
    seen = [version()]
    assert version(**{"Accept-Language": "sr-Cyrl"}) == seen[0]
    stories.add(story, [free_text("Kraj.")], ANA)
    seen.append(version())
    item = stories.get(story, ANA).items[-1]
    stories.edit(story, item.id, "Drugi kraj.", ANA)
    seen.append(version())
    stories.move(story, item.id, None, ANA)
    seen.append(version())
    stories.retitle(story, "Kamere u Brezovcu", ANA)
    seen.append(version())
    assert len(set(seen)) == len(seen)
    stories.undo(story, ANA)
    assert version() == seen[-2]


def test_a_story_that_is_not_there_is_not_kept(archive: Archive, client: FlaskClient, story: str) -> None:
    assert client.get(f"/stories/{'0' * 32}/offline").status_code == 404
    archive.catalog.stories.remove(story, ANA)
    assert client.get(f"/stories/{story}/offline").status_code == 410
    assert 'data-do="keep"' not in client.get(f"/stories/{story}").text
