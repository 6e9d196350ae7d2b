"""The archive of the specimens, for findings to be counted in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.config import Settings
from archive.store.catalog import Catalog


@pytest.fixture(scope="session")
def story(specimen_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """A copy of the specimens' archive, to be read."""
    home = tmp_path_factory.mktemp("story") / "home"
    shutil.copytree(specimen_home, home)
    with Archive.open(home, Settings()) as opened:
        yield opened


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """An empty catalog, closed when the test is over."""
    opened = Catalog.open(tmp_path / "catalog.sqlite")
    yield opened
    opened.close()
