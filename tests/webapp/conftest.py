"""Fixtures with the web application on a small real archive, a test client, and Chromium with a real server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response

from archive.archive import Archive
from archive.config import Settings
from tests.drawn_once import DrawnOnce
from tests.webapp_own_room import OwnRoom, own_room
from tests.webapp_samples import RESULTS_PER_PAGE, OpenPage, Sample, fill
from tests.webapp_served import served
from tests.webapp_windows import Windows
from webapp import create_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """Yield the archive of this folder's tests, which must not be written to."""
    folder = tmp_path_factory.mktemp("room")
    with Archive.open(folder / "home", Settings({"results_per_page": RESULTS_PER_PAGE})) as archive:
        yield fill(archive, folder)


@pytest.fixture(autouse=True)
def sendable_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse headers that the server cannot send (PEP 3333: Latin-1, one line), which a test client passes over."""
    made = Response.get_wsgi_headers

    def checked(response: Response, environ: WSGIEnvironment) -> Headers:
        headers = made(response, environ)
        for name, value in headers:
            value.encode("latin-1")
            assert value.isprintable(), (name, value)
        return headers

    monkeypatch.setattr(Response, "get_wsgi_headers", checked)


@pytest.fixture(scope="session")
def drawn_once() -> Iterator[DrawnOnce]:
    """Yield the renderer shared by all applications."""
    made = DrawnOnce()
    yield made
    made.end()


@pytest.fixture(scope="session")
def app(sample: Sample, drawn_once: DrawnOnce) -> Flask:
    return create_app(sample.archive, drawn_once)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def room(tmp_path: Path) -> Iterator[OwnRoom]:
    """Yield an empty archive of this test alone, which may be written to, with the application over it."""
    made = own_room(tmp_path)
    with made.archive:
        yield made


@pytest.fixture(scope="session")
def address(app: Flask) -> Iterator[str]:
    """Yield the URL of the production server."""
    with served(app) as answers_at:
        yield answers_at


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Iterator[Windows]:
    """Yield browser windows, which tests use one after another."""
    kept = Windows(browser)
    yield kept
    kept.close()


@pytest.fixture
def open_page(windows: Windows, address: str) -> Iterator[OpenPage]:
    """Return a function that opens a path in a window, by default without scripts.

    Console errors of the browser fail the test.
    """
    complaints: list[str] = []
    with ExitStack() as opened:

        def open_(path: str, width: int = 1280, *, script: bool = False) -> Page:
            lent = windows.window(address, width, complaints=complaints, java_script_enabled=script)
            page = opened.enter_context(lent)
            page.goto(address + path)
            return page

        yield open_
    assert complaints == []
