"""Evidence packets in the browser: offered, ordered, made in the background, sealed, and nobody else's."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.annotations import AnnotationTarget, target_of
from archive.archive import Archive
from archive.config import Settings
from archive.packet.orders import MOST_KEPT, OrderOutcome
from indexer.packets import make_all
from tests.rights_samples import SECRET, Rights, build
from tests.webapp_html import html_of, text_of
from tests.webapp_samples import NoPicture
from webapp import create_app
from webapp.files.public.writing import write_public_page

pytestmark = pytest.mark.usefixtures("warm_readers")

CONTRACT, REQUEST = "becej-2020-ugovor.pdf", "becej-2022-foi-zahtev.txt"


@pytest.fixture(scope="module")
def read(specimen_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the specimens that tests copy."""
    home = tmp_path_factory.mktemp("packets") / "home"
    shutil.copytree(specimen_home, home)
    return home


@pytest.fixture
def archive(read: Path, tmp_path: Path) -> Iterator[Archive]:
    shutil.copytree(read, tmp_path / "home")
    with Archive.open(tmp_path / "home", Settings()) as opened:
        yield opened


@pytest.fixture
def client(archive: Archive) -> FlaskClient:
    return create_app(archive, NoPicture()).test_client()


def id_of(archive: Archive, filename: str) -> str:
    return next(one.id for one in archive.catalog.documents.newest_first() if one.filename == filename)


def order(client: FlaskClient, **fields: str) -> str:
    """Order a packet; returns where it is shown."""
    answer = client.post("/packets", data=fields)
    assert answer.status_code == 303, answer.text
    return answer.location


def unpacked(answer: TestResponse, folder: Path) -> Path:
    """The one folder of a downloaded packet."""
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
        file.extractall(folder)
    answer.close()
    (bag,) = folder.iterdir()
    return bag


def sealed(bag: Path) -> str:
    """Check a packet with nothing but ``sha256sum``; returns its seal."""
    for manifest in ("tagmanifest-sha256.txt", "manifest-sha256.txt"):
        subprocess.run(["sha256sum", "--check", "--quiet", manifest], cwd=bag, check=True)
    run = subprocess.run(["sha256sum", "tagmanifest-sha256.txt"], cwd=bag, check=True, capture_output=True, text=True)
    return run.stdout.split()[0]


def test_a_packet_of_a_clause_from_the_offer_to_the_seal(client: FlaskClient, archive: Archive, tmp_path: Path) -> None:
    contract = id_of(archive, CONTRACT)
    html = html_of(client, f"/documents/{contract}/clauses/art_5")
    (offer,) = re.findall(r'href="(/packets/new\?cite=[^"]+)"', html)
    offered = html_of(client, offer.replace("&amp;", "&"))
    assert "It will hold 1 citation." in text_of(offered)
    (cite,) = re.findall(r'name="cite" value="([^"]+)"', offered)
    shown = order(client, cite=cite, title="Član <5>")
    waiting = html_of(client, shown)
    assert "waiting" in text_of(waiting)
    assert client.get(f"{shown}/packet.zip").status_code == 404, "there is none yet"
    assert make_all(archive, write_public_page) == 1
    html = html_of(client, shown)
    assert "Verified" in text_of(html)
    assert "Član &lt;5&gt;" in html
    (seal,) = re.findall(r"<pre[^>]*>([0-9a-f]{64})</pre>", html)
    bag = unpacked(client.get(f"{shown}/packet.zip"), tmp_path / "out")
    assert sealed(bag) == seal
    page = (bag / "data" / "index.html").read_text("utf-8")
    assert "sha256sum tagmanifest-sha256.txt" in page
    assert list((bag / "data" / "pages").iterdir()), "the clause is shown on its page"
    assert list((bag / "data" / "originals").iterdir())
    assert not (bag / "data" / "notes").exists()


def test_a_search_packs_the_paragraphs_that_were_found_and_says_its_bound(
    client: FlaskClient, archive: Archive, tmp_path: Path
) -> None:
    client.application.config["PACKET_DOCUMENTS"] = 3
    found = client.get("/api/v1/search?q=kamere").get_json()
    assert found["total"] > 3
    html = html_of(client, "/?q=kamere")
    assert "/packets/new?q=kamere" in html
    assert f"It will hold the first 3 of {found['total']} results" in text_of(html_of(client, "/packets/new?q=kamere"))
    shown = order(client, q="kamere")
    make_all(archive, write_public_page)
    assert f"3 of {found['total']}" in text_of(html_of(client, shown))
    bag = unpacked(client.get(f"{shown}/packet.zip"), tmp_path / "out")
    table = json.loads((bag / "data" / "packet.json").read_text("utf-8"))
    assert [one["id"] for one in table["documents"]] == [hit["id"] for hit in found["hits"][:3]]
    for number, hit in enumerate(found["hits"][:3], start=1):
        first, last = table["citations"][number - 1]["words"]
        begin, end = hit["pages"][0]["words"][0]
        assert first <= begin <= end <= last
        assert last - first < 250


def test_a_document_packs_its_pages(client: FlaskClient, archive: Archive) -> None:
    contract = id_of(archive, CONTRACT)
    pages = archive.catalog.documents.find(contract).page_count
    assert pages > 1
    assert f"/packets/new?document={contract}" in html_of(client, f"/documents/{contract}")
    assert f"It will hold the {pages} pages that have words." in text_of(
        html_of(client, f"/packets/new?document={contract}")
    )
    client.application.config["PACKET_PAGES"] = 1
    assert f"It will hold the first 1 of {pages} pages" in text_of(html_of(client, f"/packets/new?document={contract}"))


def test_notes_go_in_by_choice_and_masked(client: FlaskClient, archive: Archive, tmp_path: Path) -> None:
    document = archive.catalog.documents.find(id_of(archive, CONTRACT))
    target = target_of(archive.catalog, document, AnnotationTarget(words="0-5"))
    archive.catalog.annotations.add(target, "Zove se 0101990710008, <proveri>", "Ana")
    cited = f"{document.id}@1"
    without, taken = order(client, cite=cited), order(client, cite=cited, notes="1")
    assert make_all(archive, write_public_page) == 2
    assert not list(unpacked(client.get(f"{without}/packet.zip"), tmp_path / "a").glob("data/notes/*"))
    bag = unpacked(client.get(f"{taken}/packet.zip"), tmp_path / "b")
    (note,) = (bag / "data" / "notes").iterdir()
    told = json.loads(note.read_text("utf-8"))
    assert told["by"] == "Ana"
    assert "<proveri>" in told["note"]
    page = (bag / "data" / "index.html").read_text("utf-8")
    assert "&lt;proveri&gt;" in page
    assert "0101990710008" not in page + note.read_text("utf-8")
    sealed(bag)


def test_originals_are_left_out_by_choice(client: FlaskClient, archive: Archive, tmp_path: Path) -> None:
    shown = order(client, cite=f"{id_of(archive, REQUEST)}@1", without_originals="1")
    make_all(archive, write_public_page)
    bag = unpacked(client.get(f"{shown}/packet.zip"), tmp_path / "out")
    assert not list((bag / "data" / "originals").glob("*"))
    assert "left out" in text_of(html_of(client, shown))


def test_originals_go_in_where_the_settings_mask_nothing(client: FlaskClient, archive: Archive, tmp_path: Path) -> None:
    archive.settings = Settings({"mask_personal_numbers": 0})
    shown = order(client, cite=f"{id_of(archive, REQUEST)}@1")
    make_all(archive, write_public_page)
    bag = unpacked(client.get(f"{shown}/packet.zip"), tmp_path / "out")
    assert json.loads((bag / "data" / "packet.json").read_text("utf-8"))["masked"] is False
    assert list((bag / "data" / "originals").iterdir())


def test_a_killed_maker_leaves_no_half_and_the_next_one_makes_it(client: FlaskClient, archive: Archive) -> None:
    shown = order(client, cite=f"{id_of(archive, REQUEST)}@1")
    id_ = shown.rpartition("/")[2]
    waiting = archive.packet_orders.next()
    assert waiting is not None
    archive.packet_orders.begin(waiting)
    # Killed after the packet took its name and before anybody knew its seal.
    archive.packet_orders.packet(id_).write_bytes(b"PK")
    assert client.get(f"{shown}/packet.zip").status_code == 404
    assert make_all(archive, write_public_page) == 1
    assert zipfile.is_zipfile(archive.packet_orders.packet(id_))
    assert {one.name for one in (archive.packet_orders.root / id_).iterdir()} == {
        "order.json",
        "progress.json",
        "packet.zip",
        "outcome.json",
    }


def test_an_order_that_kills_its_maker_each_time_fails_and_says_so(client: FlaskClient, archive: Archive) -> None:
    shown = order(client, cite=f"{id_of(archive, REQUEST)}@1")
    waiting = archive.packet_orders.next()
    assert waiting is not None
    for _ in range(3):
        archive.packet_orders.begin(waiting)
    make_all(archive, write_public_page)
    assert "killed 3 times" in text_of(html_of(client, shown))
    assert client.get(f"{shown}/packet.zip").status_code == 404


def test_a_packet_whose_document_is_damaged_fails_and_says_so(client: FlaskClient, archive: Archive) -> None:
    request = id_of(archive, REQUEST)
    shown = order(client, cite=f"{request}@1")
    path = archive.originals.local(request)
    path.chmod(0o644)
    path.write_bytes(b"other")
    make_all(archive, write_public_page)
    assert "No packet was made." in text_of(html_of(client, shown))


def test_packets_are_gone_when_their_time_is_over(client: FlaskClient, archive: Archive) -> None:
    shown = order(client, cite=f"{id_of(archive, REQUEST)}@1")
    make_all(archive, write_public_page)
    fresh = archive.packet_orders.all()[0]
    old = replace(fresh, id="0" * 32, made_at=datetime.now(UTC) - timedelta(days=8))
    archive.packet_orders.place(old)
    archive.packet_orders.finish(old, OrderOutcome(seal="0" * 64))
    assert client.get(f"/packets/{old.id}").status_code == 404, "though nobody has swept yet"
    assert client.get(f"/packets/{old.id}/packet.zip").status_code == 404
    assert archive.packet_orders.sweep(timedelta(days=7)) == 1
    assert [one.id for one in archive.packet_orders.all()] == [fresh.id]
    assert client.post(f"{shown}/remove").status_code == 303
    assert client.get(shown).status_code == 404
    assert not list(archive.packet_orders.root.iterdir())


def test_what_makes_no_sense_is_refused(client: FlaskClient, archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(f"{id_of(archive, REQUEST)}@1\n", encoding="utf-8")
    assert client.get(f"/packets/new?cite={tmp_path}/list.txt").status_code == 400, "files are not looked at"
    assert client.get("/packets/new?cite=ab").status_code == 400
    assert client.get(f"/packets/new?document={'0' * 64}").status_code == 404
    assert client.post("/packets", data={"q": "nigdenemaovoga"}).status_code == 400
    assert client.get("/packets/..%2f..%2fcatalog.sqlite").status_code == 404
    assert client.get("/packets/zzz").status_code == 404
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/packets", data={"q": "kamere"}, headers=foreign).status_code == 403


def test_nobody_keeps_more_than_the_disk_should_bear(client: FlaskClient, archive: Archive) -> None:
    cite = f"{id_of(archive, REQUEST)}@1"
    for _ in range(MOST_KEPT):
        order(client, cite=cite)
    answer = client.post("/packets", data={"cite": cite})
    assert answer.status_code == 400
    assert f"You have {MOST_KEPT} packets already." in text_of(answer.text)


@pytest.fixture
def rights(tmp_path: Path) -> Iterator[Rights]:
    made = build(tmp_path, with_secret=True)
    yield made
    made.archive.close()


def test_a_packet_is_for_who_asked_and_holds_what_they_may_read(rights: Rights, tmp_path: Path) -> None:
    """Nor does it tell of other paths, events and notes than they see."""
    app, archive = create_app(rights.archive, NoPicture()), rights.archive

    def ask(who: str, method: str, path: str, **more: Any) -> TestResponse:
        return app.test_client().open(
            path, method=method, headers={"Authorization": f"Bearer {rights.tokens[who]}"}, **more
        )

    assert app.test_client().post("/packets", data={"document": rights.letter}).status_code == 303
    assert app.test_client().post("/packets", data={"document": rights.letter}).location.startswith("/login")
    assert archive.packet_orders.all() == []
    (copy, paper) = rights.hidden
    assert ask("reader", "POST", "/packets", data={"document": paper}).status_code == 404
    assert ask("reader", "POST", "/packets", data={"cite": f"{paper}:0-3"}).status_code == 404
    shown = ask("reader", "POST", "/packets", data={"q": "kamera", "notes": "1"}).location
    secret = ask("member", "POST", "/packets", data={"document": paper, "notes": "1"}).location
    assert make_all(archive, write_public_page) == 2
    # A token never administers, not even an admin's.
    for who, code in (("reader", 200), ("admin", 404), ("editor", 404), ("member", 404)):
        assert ask(who, "GET", shown).status_code == code
        with ask(who, "GET", f"{shown}/packet.zip") as answer:
            assert answer.status_code == code
        assert (shown in ask(who, "GET", "/packets").text) == (code == 200)
    assert ask("editor", "POST", f"{shown}/remove").status_code == 404
    bag = unpacked(ask("reader", "GET", f"{shown}/packet.zip"), tmp_path / "of reader")
    sealed(bag)
    told = "".join(file.read_text("utf-8", "replace") for file in sorted(bag.rglob("*")) if file.is_file())
    assert "zmaj" not in told.lower()
    assert not any(id_ in told for id_ in (copy, paper))
    bag = unpacked(ask("member", "GET", f"{secret}/packet.zip"), tmp_path / "of member")
    assert "zmajobeleška" in (bag / "data" / "index.html").read_text("utf-8")
    archive.catalog.collections.share(SECRET, is_private=True, members=[], by="test")
    assert ask("member", "GET", f"{secret}/packet.zip").status_code == 404, "they may no longer read it"
