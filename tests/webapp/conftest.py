"""An application over a small real archive, a client, and Chromium in front of a waitress of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, sync_playwright

from archive.archive import Archive
from archive.config import Settings
from indexer.images.clips import ClipRenderer
from tests.webapp_samples import RESULTS_PER_PAGE, OpenPage, Sample, fill
from webapp import create_app
from webapp.server import make_server

CHROMIUM = Path("/usr/bin/chromium")


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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("needs Debian's chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[OpenPage]:
    """Open a path in a window of its own, without script. Whatever the browser complains about fails the test."""
    complaints: list[str] = []
    contexts = []

    def open_(path: str, width: int = 1280, *, script: bool = False) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(address + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []
