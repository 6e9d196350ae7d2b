"""Every search engine in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.search.engine import SearchEngine
from tests.engine_samples import ENGINES


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchEngine]:
    made: SearchEngine = request.param(tmp_path / "index")
    yield made
    made.close()
