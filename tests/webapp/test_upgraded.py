"""A room and commands of an earlier release, while a newer one upgrades the archive and at last closes it to them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive.archive import Archive
from archive.errors import IndexNewer
from archive.search.request import SearchRequest
from archive.store.sql.migrations import STEPS, Change, Step, migrate
from archive.store.sql.sqlite import open_sqlite
from tests.conftest import run_dosije
from tests.webapp_own_room import OwnRoom

pytestmark = pytest.mark.usefixtures("warm_readers")

OURS = STEPS[-1].number
OPENS_FROM = max(step.number for step in STEPS if step.change is not Change.ADDITIVE)
"""The step that programs must know to open what ours made."""
NEWER = [
    *STEPS,
    Step(OURS + 1, "more", lambda _connection: None, Change.ADDITIVE),
    Step(OURS + 2, "less", lambda _connection: None, Change.CLOSING),
]


def upgrade(home: Path, *, closes: bool = False) -> None:
    """What the newer program does."""
    database = open_sqlite(home / "catalog.sqlite")
    migrate(database, NEWER, closes=closes)
    database.close()


@pytest.fixture
def room(room: OwnRoom) -> OwnRoom:
    room.come_in("dopis.txt", "Opština Brezovac nabavlja kamere za trg.")
    return room


@pytest.fixture
def client(room: OwnRoom) -> FlaskClient:
    return room.app.test_client()


def test_a_room_goes_on_until_the_catalog_is_closed_to_it(room: OwnRoom, client: FlaskClient) -> None:
    upgrade(room.archive.home)
    made = client.post("/stories", data={"title": "Kamere", "by": "Ana"})
    assert made.status_code == 303
    assert client.get("/healthz/ready").status_code == 200
    upgrade(room.archive.home, closes=True)
    answer = client.post("/stories", data={"title": "Trg", "by": "Ana"})
    assert answer.status_code == 503
    assert f"this one (step {OURS}) is too old for it" in answer.text
    assert client.get(made.location).status_code == 200, "what is there can still be read"
    told = client.get("/healthz/ready")
    assert (told.status_code, told.get_json()["checks"]["catalog"]) == (503, "failed")
    assert client.get("/healthz").status_code == 200


def test_commands_say_how_far_it_is_and_what_to_do(room: OwnRoom) -> None:
    home = room.archive.home
    told = run_dosije(home, "upgrade")
    assert told.stdout.splitlines() == [
        f"The catalog is at step {OURS} of the schema; this program knows step {OURS}.",
        f"Programs that know step {OPENS_FROM} may open it; older ones are refused.",
    ]
    assert run_dosije(home, "upgrade", "--close").returncode == 0
    upgrade(home)
    state = json.loads(run_dosije(home, "upgrade", "--json").stdout)
    assert state == {"step": OURS + 1, "knows": OURS, "opens_from": OPENS_FROM, "waiting": []}
    refused = run_dosije(home, "upgrade", "--close")
    assert (refused.returncode, "Run this with that version." in refused.stderr) == (2, True)
    upgrade(home, closes=True)
    closed = run_dosije(home, "status")
    assert (closed.returncode, closed.stdout) == (5, "")
    assert f"schema step {OURS + 2}" in closed.stderr
    assert "Install that version or a later one here" in closed.stderr


def test_an_older_program_leaves_the_index_to_the_newer_one(room: OwnRoom) -> None:
    home = room.archive.home
    versions = list(home.glob("index/**/version"))
    assert versions
    for version in versions:
        version.write_text("999.9", encoding="ascii")
    (home.parent / "novo.txt").write_text("Zapisnik o otvaranju ponuda za kamere.", encoding="utf-8")
    added = run_dosije(home, "add", home.parent / "novo.txt")
    assert "made by a newer version of Dosije" in added.stderr
    with Archive.open(home) as archive:
        assert archive.catalog.documents.count() == 2
        assert not archive.keep_index()
        with pytest.raises(IndexNewer):
            archive.search.search(SearchRequest("kamere"))
    assert [version.read_text(encoding="ascii") for version in home.glob("index/**/version")] == ["999.9"] * len(
        versions
    )
