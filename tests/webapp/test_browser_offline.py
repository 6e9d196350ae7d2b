"""Stories kept on a device: read without a network, and gone when somebody else comes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from archive.access.records import Role
from archive.accounts import Accounts
from archive.archive import Archive
from archive.config import Settings
from archive.store.stories.story import StoryReader
from archive.stories.references import free_text, heading, named
from tests.access_samples import GOOD, QUICK
from tests.drawn_once import DrawnOnce
from tests.made_once import copied
from tests.webapp_accessibility import check
from tests.webapp_samples import Filler, eventually
from tests.webapp_served import served
from tests.webapp_windows import Windows
from webapp import create_app

KEPT = """async () => {
    const found = {};
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        found[name] = (await cache.keys()).map((one) => new URL(one.url)).map((url) => url.pathname + url.search);
    }
    return found;
}"""
"""All addresses that are kept, by the name of their cache."""

HELD = """async (word) => {
    for (const name of await caches.keys()) {
        for (const answer of await (await caches.open(name)).matchAll()) {
            if ((await answer.text()).includes(word)) return true;
        }
    }
    return false;
}"""
"""Whether anything that is kept has a word in it."""

WORKERS = "async () => (await navigator.serviceWorker.getRegistrations()).length"

REMEMBERED = "() => localStorage.length + sessionStorage.length"
"""How much other scripts keep: where the reader was last, and how far down."""

PICTURES = """() => Array.from(document.querySelectorAll("main image"), (one) => one.getAttribute("href"))
    .map((href) => new Promise((done) => {
        const image = new Image();
        image.onload = () => done(image.naturalWidth > 0);
        image.onerror = () => done(false);
        image.src = href;
    }))"""

CONTRACT = [
    ["Ugovor o nabavci kamera", "Opština Brezovac, 9. mart 2021.", "Firma daje jedanaest kamera."],
    ["Član 2. Ugovorna kazna", "Kazna iznosi pola procenta za svaki dan."],
]
SECRET = [["Tajni dopis", "Zmajevac nabavlja dvadeset dronova."]]


@dataclass(frozen=True, slots=True)
class Room:
    """Where a room answers, its archive, and a story of Ana's with words of a public and of a private document."""

    address: str
    archive: Archive
    story: str
    contract: str
    secret: str

    @property
    def page(self) -> str:
        """The address of the story."""
        return f"{self.address}/stories/{self.story}"

    def set(self, **values: Any) -> None:
        """Change settings, as who runs the room would and begin it anew."""
        self.archive.settings = self.archive.settings.changed(**values)


def _fill(folder: Path) -> dict[str, str]:
    """An archive with Ana and Iva, a contract, a private paper that Ana sees, and her story of both; gives the ids."""
    with Archive.open(folder / "home") as archive:
        with archive.writing():
            filler = Filler(archive, folder)
            contract = filler.pdf("ugovor.pdf", CONTRACT, "sr-Latn")
            secret = filler.pdf("dopis.pdf", SECRET, "sr-Latn", collection="tajna")
            archive.indexing.index_due()
        accounts = Accounts(archive.catalog, hashes=QUICK)
        for name in ("Ana", "Iva"):
            accounts.add(name, Role.READER, GOOD, "test")
        archive.catalog.collections.share("tajna", is_private=True, members=["Ana"], by="test")
        stories, ana = archive.catalog.stories, StoryReader("Ana", sees_all=False)
        items = [heading("Ko prodaje"), free_text("Uvod."), named(archive, f"{contract}:9-12"),
                 named(archive, f"{contract}@2"), named(archive, f"{secret}:2-5")]  # fmt: skip
        story = stories.add(stories.create("Kamere", ana).id, items, ana).id
    return {"story": story, "contract": contract, "secret": secret}


@contextmanager
def room_with(folder: Path, drawn_once: DrawnOnce, **settings: Any) -> Iterator[Room]:
    """A room with these settings."""
    ids = copied(folder, _fill)
    with Archive.open(folder / "home", Settings(settings)) as archive:
        app = create_app(archive, drawn_once)
        app.config["PASSWORD_HASHES"] = QUICK
        with served(app, threads=8) as address:
            yield Room(address, archive, **ids)


@pytest.fixture
def room(tmp_path: Path, drawn_once: DrawnOnce) -> Iterator[Room]:
    """A room in which nobody needs to log in."""
    with room_with(tmp_path, drawn_once) as made:
        yield made


@pytest.fixture
def guarded(tmp_path: Path, drawn_once: DrawnOnce) -> Iterator[Room]:
    """A room in which everybody must log in, and may keep stories."""
    with room_with(tmp_path, drawn_once, login="always", offline="always") as made:
        yield made


@pytest.fixture
def window(windows: Windows, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A browser of nobody's yet, with one page."""
    room = request.getfixturevalue("guarded" if "guarded" in request.fixturenames else "room")
    with windows.window(room.address, locale="en") as page:
        yield page.context


def log_in(window: BrowserContext, room: Room, name: str) -> Page:
    """A page of somebody who has logged in, whoever was there before."""
    (page,) = window.pages
    window.clear_cookies()
    page.goto(f"{room.address}/login")
    page.fill("#name", name)
    page.fill("#password", GOOD)
    page.click("button.main")
    expect(page).not_to_have_url(re.compile("/login"))
    return page


def keep(page: Page, room: Room) -> None:
    """Keep the story."""
    page.goto(room.page)
    page.click("[data-do=keep]")
    page.wait_for_selector("[data-told]:text-is('The story is kept on this device.')")


def wait_until_gone(page: Page, word: str) -> None:
    """Wait until nothing that is kept has a word in it."""
    eventually(page, lambda: not page.evaluate(HELD, word))


def copies(page: Page) -> list[str]:
    """The names of the caches that hold copies of stories."""
    return [name for name in page.evaluate(KEPT) if name.startswith("dosije-story:")]


def test_a_kept_story_is_read_without_a_network(room: Room, window: BrowserContext) -> None:
    (page,) = window.pages
    page.goto(room.page)
    links = page.locator(".story a, .sources > li > a").evaluate_all("all => all.map(one => one.href)")
    keep(page, room)
    expect(page.locator("[data-about]").first).to_have_text(
        re.compile(r"^\s*Kept on .*B\.\s*$", re.DOTALL), use_inner_text=True
    )
    check(page)
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    window.set_offline(True)
    page.reload()
    expect(page.locator("main .note").first).to_contain_text(
        "This is a copy on your device, kept on", use_inner_text=True
    )
    expect(page.locator(".story h2").first).to_have_text("Ko prodaje")
    expect(page.locator(".story").first).to_contain_text("jedanaest kamera", use_inner_text=True)
    assert page.locator("form").count() == 0
    assert page.locator(".story image").count() == 2
    check(page)
    for link in dict.fromkeys(links):
        page.goto(link)
        expect(page.locator("main .note").first).to_contain_text("This is a copy on your device", use_inner_text=True)
        for loaded in page.evaluate(f"Promise.all(({PICTURES})())"):
            assert loaded, link
    page.goto(next(link for link in links if "/pages/1" in link))
    check(page)
    page.set_viewport_size({"width": 390, "height": 800})
    expect(page.locator("#text").first).to_contain_text("Firma daje jedanaest kamera.", use_inner_text=True)
    assert failed == []


def test_another_page_says_what_is_kept(room: Room, window: BrowserContext) -> None:
    (page,) = window.pages
    keep(page, room)
    window.set_offline(True)
    for path in ("/", "/findings", f"/stories/{'0' * 32}", "/?q=kamera", "/api/v1/stories"):
        page.goto(room.address + path)
        page.wait_for_selector("#copies li")
        expect(page.locator("main").first).to_contain_text("You are offline.", use_inner_text=True)
        expect(page.locator("#copies h2").first).to_have_text("Kamere")
    check(page)
    page.click("#copies h2 a")
    page.wait_for_selector(".story")
    expect(page.locator("h1").first).to_have_text("Kamere")
    page.go_back()
    page.click("[data-do=remove]")
    page.wait_for_selector("[data-told]:text-is('Nothing of the story is on this device any more.')")
    assert page.evaluate(KEPT) == {}
    assert page.evaluate(WORKERS) == 0


def test_only_what_was_asked_for_is_kept(room: Room, window: BrowserContext) -> None:
    window.add_cookies([{"name": "by", "value": "Ana", "url": room.address}])
    (page,) = window.pages
    page.goto(room.page)
    assert page.evaluate(KEPT) == {}
    assert page.evaluate(WORKERS) == 0
    keep(page, room)
    before = page.evaluate(KEPT)
    for path in ("/", "/?q=kamera", f"/documents/{room.contract}/pages/1", "/nothing/here", "/api/v1/search?q=kamera"):
        page.goto(room.address + path)
    page.goto(room.page)
    page.fill("#new-text", "Kraj")
    page.click("button[value=text]")
    assert page.evaluate(KEPT) == before
    (story,) = copies(page)
    kinds = {path.split("/")[1] for path in before[story]}
    assert kinds == {"stories", "documents", "cite", "offline"}
    assert {path.split("/")[1].partition("?")[0] for path in before["dosije-shell"]} == {"offline", "static"}


def test_with_a_network_a_page_is_as_it_is_now(room: Room, window: BrowserContext) -> None:
    (page,) = window.pages
    keep(page, room)
    ana = StoryReader("Ana", sees_all=True)
    room.archive.catalog.stories.add(room.story, [free_text("Novi kraj.")], ana)
    page.goto(room.page)
    expect(page.locator(".story").first).to_contain_text("Novi kraj.", use_inner_text=True)
    expect(page.locator("text=Changed since it was kept. >> visible=true")).to_have_count(1)
    page.goto(f"{room.address}/offline")
    page.wait_for_selector("text=Changed since it was kept.")
    check(page)
    page.click("[data-do=renew]")
    page.wait_for_selector("[data-told]:text-is('The story is kept on this device.')")
    expect(page.locator("text=Changed since it was kept. >> visible=true")).to_have_count(0)
    assert len(copies(page)) == 1
    window.set_offline(True)
    page.goto(room.page)
    expect(page.locator(".story").first).to_contain_text("Novi kraj.", use_inner_text=True)


def test_what_a_story_no_longer_has_goes_by_itself(room: Room, window: BrowserContext) -> None:
    (page,) = window.pages
    keep(page, room)
    assert page.evaluate(HELD, "dronova")
    story = room.archive.catalog.stories.get(room.story, StoryReader("Ana", sees_all=True))
    room.archive.catalog.stories.take_out(story.id, [story.items[-1].id], StoryReader("Ana", sees_all=True))
    page.goto(room.page)
    wait_until_gone(page, "dronova")
    assert page.evaluate(HELD, "jedanaest")


def test_a_connection_that_breaks_leaves_the_copy_before(room: Room, window: BrowserContext) -> None:
    (page,) = window.pages
    page.goto(room.page)
    window.set_offline(True)
    page.click("[data-do=keep]")
    page.wait_for_selector("[data-told]:has-text('Not kept')")
    assert page.evaluate(KEPT) == {}
    window.set_offline(False)
    keep(page, room)
    before = copies(page)
    window.set_offline(True)
    page.click("[data-do=renew]")
    page.wait_for_selector("[data-told]:has-text('Not kept')")
    assert copies(page) == before


def test_log_out_leaves_nothing(guarded: Room, window: BrowserContext) -> None:
    page = log_in(window, guarded, "Ana")
    keep(page, guarded)
    assert page.evaluate(HELD, "dronova")
    expect(page.locator("[data-about]").first).to_contain_text("You can read it until", use_inner_text=True)
    page.goto(f"{guarded.address}/documents/{guarded.secret}/pages/1")
    assert page.evaluate(REMEMBERED) > 0
    page.click("#looks summary")
    page.click("form.account button")
    expect(page).to_have_url(re.compile(r"/login(\?|$)"))
    page.wait_for_load_state()
    assert page.evaluate(REMEMBERED) == 0
    assert page.evaluate(KEPT) == {}
    assert page.evaluate(WORKERS) == 0


def test_a_session_that_is_over_leaves_nothing(guarded: Room, window: BrowserContext) -> None:
    page = log_in(window, guarded, "Ana")
    keep(page, guarded)
    page.goto(f"{guarded.address}/documents/{guarded.secret}/pages/1")
    guarded.archive.catalog.users.set_password("Ana", "other", "test")
    page.goto(guarded.page)
    expect(page).to_have_url(re.compile(r"/login(\?|$)"))
    assert page.evaluate(KEPT) == {}
    assert page.evaluate(WORKERS) == 0
    assert page.evaluate("Object.keys(localStorage)") == []


def test_another_reader_sees_nothing_of_it(guarded: Room, window: BrowserContext) -> None:
    page = log_in(window, guarded, "Ana")
    keep(page, guarded)
    page = log_in(window, guarded, "Iva")
    assert page.evaluate(KEPT) == {}
    page.goto(f"{guarded.address}/offline")
    page.wait_for_selector("#no-copies")
    assert page.locator("#copies li").count() == 0


def test_the_copy_lasts_as_long_as_the_session(guarded: Room, window: BrowserContext) -> None:
    page = log_in(window, guarded, "Ana")
    keep(page, guarded)
    window.set_offline(True)
    page.goto(guarded.page)
    expect(page.locator("h1").first).to_have_text("Kamere")
    record = """async (until) => {
        const cache = await caches.open((await caches.keys()).find((name) => name.startsWith("dosije-story:")));
        const record = await (await cache.match("/offline/record")).json();
        await cache.put("/offline/record", new Response(JSON.stringify({ ...record, until })));
    }"""
    page.evaluate(record, 1_000_000_000)
    page.goto(guarded.page)
    page.wait_for_selector("#no-copies")
    assert copies(page) == []


def test_nothing_is_kept_of_what_a_reader_may_not_see(guarded: Room, window: BrowserContext) -> None:
    ana = StoryReader("Ana", sees_all=False)
    guarded.archive.catalog.stories.share(guarded.story, ["Iva"], ana)
    page = log_in(window, guarded, "Iva")
    keep(page, guarded)
    assert not page.evaluate(HELD, "dronova")
    assert guarded.secret not in str(page.evaluate(KEPT))
    guarded.archive.catalog.stories.share(guarded.story, [], ana)
    page.goto(f"{guarded.address}/offline")
    page.wait_for_selector("#no-copies")
    assert page.evaluate(KEPT) == {}


def test_a_right_that_was_taken_takes_the_copy(guarded: Room, window: BrowserContext) -> None:
    page = log_in(window, guarded, "Ana")
    keep(page, guarded)
    guarded.archive.catalog.collections.share("tajna", is_private=True, members=[], by="test")
    page.goto(guarded.page)
    wait_until_gone(page, "dronova")
    assert page.evaluate(HELD, "jedanaest")
    assert guarded.secret not in str(page.evaluate(KEPT))


def test_it_is_switched_off(room: Room, window: BrowserContext) -> None:
    (page,) = window.pages
    keep(page, room)
    room.set(offline="never")
    page.goto(room.address)
    assert page.evaluate(KEPT) == {}
    assert page.evaluate(WORKERS) == 0
    page.goto(room.page)
    assert page.locator("[data-do=keep]").count() == 0
    # What the browser has from before does not stand in the way when it is switched on again.
    room.set(offline="auto")
    keep(page, room)


def test_who_logs_in_keeps_nothing_unless_an_admin_says_so(guarded: Room, window: BrowserContext) -> None:
    guarded.set(offline="auto")
    page = log_in(window, guarded, "Ana")
    page.goto(guarded.page)
    assert page.locator("[data-do=keep]").count() == 0
    answer = page.goto(f"{guarded.page}/offline")
    assert answer is not None
    assert answer.status == 404


def test_where_there_is_no_worker_nothing_is_offered(room: Room, windows: Windows) -> None:
    without = "delete Navigator.prototype.serviceWorker"
    for script in (False, True):
        with windows.window(room.address, begins_with=without, java_script_enabled=script) as page:
            page.goto(room.page)
            expect(page.locator("[data-do=keep]")).to_be_hidden()
            page.goto(f"{room.address}/offline")
            expect(page.locator("#no-copies")).to_be_visible()
