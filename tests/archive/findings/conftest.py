"""The archive of the specimens, for findings to be counted in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.config import Settings


@pytest.fixture(scope="session")
def story(specimen_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """A copy of the specimens' archive, to be read."""
    home = tmp_path_factory.mktemp("story") / "home"
    shutil.copytree(specimen_home, home)
    with Archive.open(home, Settings()) as opened:
        yield opened
