"""An empty catalog."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.store.catalog import Catalog


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog.open(tmp_path / "catalog.sqlite")
    yield opened
    opened.close()
