"""What the tests of coming in share: an archive with a user of each role, in a room that is reached from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from archive.access.records import Role
from archive.accounts import Accounts
from archive.archive import Archive
from archive.config import Settings
from tests.access_samples import GOOD, hash_quickly
from tests.webapp.access.coming_in import AWAY
from tests.webapp_samples import Filler, NoPicture
from webapp import create_app


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    """An archive with a document and a user of each role; the password of all is the same."""
    hash_quickly(monkeypatch)
    with Archive.open(tmp_path / "home", Settings(AWAY)) as opened:
        with opened.writing():
            Filler(opened, tmp_path).text("pismo.txt", ["Pismo o kamerama"], "sr-Latn")
            opened.indexing.index_due()
        for role in Role:
            Accounts(opened.catalog).add(role.value, role, GOOD, "test")
        yield opened


@pytest.fixture
def app(archive: Archive) -> Flask:
    return create_app(archive, NoPicture())
