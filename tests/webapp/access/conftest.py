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
from tests.access_samples import GOOD, QUICK
from tests.made_once import copied
from tests.webapp.access.coming_in import AWAY, opened
from tests.webapp_samples import Filler


def _make(folder: Path) -> None:
    with Archive.open(folder / "home", Settings(AWAY)) as made:
        with made.writing():
            Filler(made, folder).text("pismo.txt", ["Pismo o kamerama"], "sr-Latn")
            made.indexing.index_due()
        for role in Role:
            Accounts(made.catalog, hashes=QUICK).add(role.value, role, GOOD, "test")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive with a document and a user of each role; the password of all is the same."""
    copied(tmp_path, _make)
    with Archive.open(tmp_path / "home", Settings(AWAY)) as made:
        yield made


@pytest.fixture
def app(archive: Archive) -> Flask:
    return opened(archive)
