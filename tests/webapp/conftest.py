"""An application over a small real archive, a client, and Chromium in front of a waitress of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, ConsoleMessage, Page

from archive.archive import Archive
from archive.config import Settings
from indexer.images.clips import ClipRenderer
from tests.webapp_samples import RESULTS_PER_PAGE, OpenPage, Sample, fill
from webapp import create_app
from webapp.server import make_server


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """The archive of this folder's tests. It is never written to."""
    folder = tmp_path_factory.mktemp("room")
    with Archive.open(folder / "home", Settings({"results_per_page": RESULTS_PER_PAGE})) as archive:
        yield fill(archive, folder)


@pytest.fixture(scope="session")
def app(sample: Sample) -> Iterator[Flask]:
    renderer = ClipRenderer(sample.archive.settings)
    yield create_app(sample.archive, renderer)
    renderer.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def address(app: Flask) -> Iterator[str]:
    """Where the production server answers."""
    server = make_server(app, "127.0.0.1", 0, 4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.trigger.pull_trigger(server.close)
    thread.join(timeout=10)
    assert not thread.is_alive()


@pytest.fixture(scope="module")
def windows() -> Iterator[dict[bool, list[Page]]]:
    """Windows without and with script that no test uses: to open a new one takes 0.7 s of the processor."""
    kept: dict[bool, list[Page]] = {False: [], True: []}
    yield kept
    for page in (*kept[False], *kept[True]):
        page.context.close()


@pytest.fixture
def open_page(browser: Browser, address: str, windows: dict[bool, list[Page]]) -> Iterator[OpenPage]:
    """Open a path in a window of its own, without script. Whatever the browser complains about fails the test."""
    complaints: list[str] = []
    opened: list[tuple[bool, Page]] = []

    def complain(message: ConsoleMessage) -> None:
        complaints.append(message.text)

    def open_(path: str, width: int = 1280, *, script: bool = False) -> Page:
        page = windows[script].pop() if windows[script] else browser.new_context(java_script_enabled=script).new_page()
        opened.append((script, page))
        page.set_viewport_size({"width": width, "height": 900})
        page.on("console", complain)
        page.goto(address + path)
        return page

    yield open_
    for script, page in opened:
        page.remove_listener("console", complain)
        if not page.is_closed():
            _forget(page, address)
            windows[script].append(page)
    assert complaints == []


def _forget(page: Page, address: str) -> None:
    """Have a window be as a new one: nothing is kept of the room, and nothing is emulated."""
    page.unroute_all()
    page.emulate_media(media="null", color_scheme="null")
    page.evaluate("sessionStorage.clear()")
    page.goto("about:blank")
    page.context.clear_cookies()
    page.context.clear_permissions()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": "all"})
    devtools.send("Network.clearBrowserCache")
    devtools.detach()
