"""Three reading rooms of one archive behind a proxy: two share a home, the third has one of its own. What is begun at
one goes on at another, and what one of them changes no other tells as it was."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff

import pytest

from archive.access.records import Role
from archive.accounts import Accounts
from archive.archive import Archive
from tests.conftest import SPECIMENS, run_dosije
from tests.postgres_samples import drop_catalog, own_schema, server
from tests.room_processes import Answer, Proxy, Reader, rooms
from tests.servers.fixtures import OPENSEARCH_VARIABLE, ask_server, named_server, unique
from tests.waiting import PATIENCE, wait_for

pytestmark = pytest.mark.usefixtures("warm_readers")

PASSWORD = "pravo-dugacka lozinka 17"
USERS = {"Ana": Role.ADMIN, "Ivo": Role.EDITOR, "Eva": Role.READER}
PAPERS = ("becej-2020-ugovor.pdf", "becej-2020-odluka-o-dodeli.pdf")
ALL = (0, 1, 2)
ALONE = 2
"""The room with a home of its own."""


@dataclass(frozen=True, slots=True)
class Several:
    """The rooms' proxy, and who reads."""

    proxy: Proxy

    def reader(self, name: str, room: int | None = None, address: str = "192.0.2.1") -> Reader:
        """Somebody who has logged in, at whichever room."""
        made = Reader(self.proxy.port, address)
        assert made.log_in(name, PASSWORD, room).headers["Location"] == "/"
        return made


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Several]:
    folder, schema, search = tmp_path_factory.mktemp("rooms"), f"{own_schema()}_rooms", unique("test-")
    shared, own = folder / "shared", folder / "own"
    search_url = f"{named_server(OPENSEARCH_VARIABLE)}/{search}"
    for home in (shared, own):
        home.mkdir()
        addresses = {"catalog_url": f"{server()}?schema={schema}", "search_url": search_url, "offline": "always"}
        (home / "settings.toml").write_text("".join(f'{name} = "{it}"\n' for name, it in addresses.items()))
    (shared / "originals").mkdir()
    (own / "originals").symlink_to(shared / "originals")
    added = run_dosije(shared, "add", *(SPECIMENS / name for name in PAPERS), "--ocr", "never")
    assert added.returncode == 0, added.stderr
    with Archive.open(shared) as archive:
        for name, role in USERS.items():
            Accounts(archive.catalog).add(name, role, PASSWORD, "test")
    try:
        with rooms([shared, shared, own]) as proxy:
            yield Several(proxy)
    finally:
        drop_catalog(schema)
        ask_server("DELETE", f"{search_url}*?expand_wildcards=all")


def record(answer: Answer) -> dict[str, object]:
    found: dict[str, object] = json.loads(answer.body)
    return found


def differences(one: object, other: object) -> list[str]:
    """The lines in which two answers differ."""
    first, second = (told if isinstance(told, str) else json.dumps(told, indent=1) for told in (one, other))
    return list(unified_diff(first.splitlines(), second.splitlines(), lineterm="", n=0))


def documents(reader: Reader, query: str, room: int) -> list[str]:
    told = json.loads(reader.ask(f"/api/v1/search?q={query}", room=room).body)
    return [hit["id"] for hit in told["hits"]]


def test_who_logs_in_at_one_is_known_at_all_until_any_ends_it(several: Several) -> None:
    reader = several.reader("Eva", 0)
    for room in (1, 2):
        assert reader.ask("/", room=room).status == 200
    held = Reader(several.proxy.port, cookies=dict(reader.cookies))
    assert reader.ask("/logout", {}, room=ALONE).headers["Location"] == "/login"
    assert [held.ask("/", room=room).status for room in ALL] == [303] * 3


def test_who_is_removed_at_one_is_nobody_at_the_others(several: Several) -> None:
    ana = several.reader("Ana", 0)
    ana.ask("/users", {"name": "Mira", "role": "editor", "password": PASSWORD}, room=1)
    mira = several.reader("Mira", ALONE)
    ana.ask("/users/role", {"name": "Mira", "role": "reader"}, room=0)
    assert mira.ask("/add/uploads", {"collection": "main"}, room=ALONE).status == 403
    ana.ask("/users/remove", {"name": "Mira"}, room=1)
    assert [mira.ask("/", room=room).status for room in ALL] == [303] * 3


def test_forms_of_one_are_taken_by_another_and_those_of_other_sites_by_none(several: Several) -> None:
    ivo = several.reader("Ivo", 0)
    assert ivo.ask("/stories", {"title": "Kamere"}, room=1).status == 303
    foreign = Reader(several.proxy.port, cookies=ivo.cookies, origin="https://drugde.example")
    assert [foreign.ask("/stories", {"title": "Kamere"}, room=room).status for room in ALL] == [403] * 3


def test_log_ins_that_fail_are_counted_together(several: Several) -> None:
    stranger = Reader(several.proxy.port, "192.0.2.77")
    answers = [stranger.log_in("Ivo", "pogrešna lozinka") for _ in range(7)]
    assert [answer.status for answer in answers] == [401] * 5 + [429] * 2
    assert {answer.room for answer in answers} == {0, 1, 2}


def test_a_story_is_edited_at_all_of_them_and_its_changes_undone_elsewhere(several: Several) -> None:
    ivo = several.reader("Ivo", 0)
    story = ivo.ask("/stories", {"title": "Redom"}, room=0).headers["Location"].partition("?")[0]
    for number in range(6):
        assert ivo.ask(story, {"do": "heading", "text": f"Naslov {number}"}, room=number % 3).status == 303
    for room in ALL:
        assert re.findall("Naslov [0-9]", ivo.ask(f"{story}/story.md", room=room).text) == [
            f"Naslov {number}" for number in range(6)
        ]
    page = ivo.ask(story, room=1).text
    event = re.findall(r'name="event" value="([^"]+)"', page)
    assert ivo.ask(story, {"do": "undo", "event": event[0]}, room=ALONE).status == 303
    assert {ivo.ask(f"{story}/story.md", room=room).text.count("Naslov") for room in ALL} == {5}


def test_what_is_uploaded_at_any_is_added_and_told_by_all(several: Several) -> None:
    ivo = several.reader("Ivo", 0)
    jobs = []
    for room, other in ((0, 1), (ALONE, ALONE)):
        text = f"Ugovor o kamerama iz sobe{room}.".encode()
        upload = record(ivo.ask("/add/uploads", {"collection": "main", "by": "Ivo"}, room=room))["upload"]
        file = f"/add/uploads/{upload}/1?name=soba.txt&offset="
        assert record(ivo.ask(f"{file}0", text[:9], room=room)) == {"size": 9}
        assert record(ivo.ask(f"{file}9", text[9:], room=other)) == {"size": len(text)}
        end = {"collection": "main", "by": "Ivo", "sizes": f"1:{len(text)}"}
        jobs.append(str(record(ivo.ask(f"/add/uploads/{upload}/end", end, room=room))["job"]))
    for room, job in zip((0, ALONE), jobs, strict=True):
        wait_for(lambda room: len(documents(ivo, f"sobe{room}", (room + 1) % 3)) == 1, room)
        (added,) = documents(ivo, f"sobe{room}", room)
        wait_for(
            lambda job, added: all(f"/documents/{added}" in ivo.ask(job, room=each).text for each in ALL), job, added
        )


def test_a_packet_ordered_at_one_is_fetched_at_another_of_its_home(several: Several) -> None:
    ivo = several.reader("Ivo", 0)
    (contract, *_) = documents(ivo, "kamera", 0)
    shown = ivo.ask("/packets", {"document": contract}, room=0).headers["Location"]
    wait_for(lambda: ivo.ask(f"{shown}/packet.zip", room=1).body[:2] == b"PK")
    assert ivo.ask(f"{shown}/packet.zip", room=0).status == 200


def test_what_one_changes_no_other_tells_as_it_was(several: Several) -> None:
    ivo = several.reader("Ivo", 0)
    (paper, *_) = documents(ivo, "kamera", 0)

    def told(room: int) -> tuple[dict[str, list[dict[str, str]]], object, str, str]:
        facets = json.loads(ivo.ask("/api/v1/search?q=kamera", room=room).body)["facets"]
        facts = record(ivo.ask(f"/api/v1/documents/{paper}/facts", room=room))
        # Above it stands how many doubts there are, where somebody has counted them.
        vendors, findings = (ivo.ask(page, room=room).text.partition("<main")[2] for page in ("/vendors", "/findings"))
        assert vendors
        assert findings
        return facets, facts, vendors, findings

    def wait_until_told_by_all(of: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            first, *others = (told(room) for room in ALL)
            unlike = [line for other in others for one in zip(first, other, strict=True) for line in differences(*one)]
            if not unlike and of in {one["value"] for one in first[0]["year"]}:
                return
            assert time.monotonic() < deadline, (unlike, first[0]["year"])

    for room, year in ((0, "2013"), (ALONE, "2014")):
        sent = {"field": "year", "value": year, "action": "correct", "by": "Ivo"}
        assert ivo.ask(f"/documents/{paper}/correct", sent, room=room).status == 303
        wait_until_told_by_all(year)


def test_a_device_that_keeps_stories_knows_its_reader_at_every_room(several: Several) -> None:
    ivo = several.reader("Ivo", 0)
    keys = {ivo.ask("/", room=room).headers["Dosije-Reader"] for room in ALL}
    assert len(keys) == 1
    assert "off" not in keys
    assert len({ivo.ask("/service-worker.js", room=room).body for room in ALL}) == 1
