"""Coming into a room that is reached from elsewhere."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from archive.archive import Archive
from archive.config import Settings
from tests.access_samples import GOOD, QUICK
from tests.webapp_samples import NoPicture
from webapp import create_app

AWAY = {"host": "0.0.0.0", "hosts": "localhost"}


def with_settings(archive: Archive, **values: Any) -> Flask:
    archive.settings = Settings({**AWAY, **values})
    return opened(archive)


def opened(archive: Archive) -> Flask:
    """A room in which passwords cost little."""
    app = create_app(archive, NoPicture())
    app.config["PASSWORD_HASHES"] = QUICK
    return app


def log_in(app: Flask, name: str = "reader", password: str = GOOD, **form: str) -> FlaskClient:
    client = app.test_client()
    response = client.post("/login", data={"name": name, "password": password, **form})
    assert response.status_code == 303, response.text
    return client
