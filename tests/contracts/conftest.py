"""Every search engine, and every catalog, in turn."""

from __future__ import annotations

import os
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.search.engine import SearchEngine
from archive.store.catalog import Catalog
from tests.engine_samples import ENGINES, MakeEngine, in_folder, on_server
from tests.servers.fixtures import OPENSEARCH_VARIABLE
from tests.store_samples import STORES


@pytest.fixture(scope="session")
def indexes_of_tests() -> Iterator[list[str]]:
    """The addresses of the indexes that tests of this process made on a server. They go away when the tests end."""
    made: list[str] = []
    yield made
    for url in made:
        with urllib.request.urlopen(
            urllib.request.Request(f"{url}-*?expand_wildcards=all", method="DELETE"), timeout=60
        ):
            pass


@pytest.fixture(params=ENGINES)
def make_engine(request: pytest.FixtureRequest, tmp_path: Path) -> MakeEngine:
    """Gives empty engines of one sort by their names.

    An index on a server takes a second to make, so tests that ask for one of the same name get the same one, emptied.
    """
    if request.param == "whoosh":
        return in_folder(tmp_path)
    server = os.environ.get(OPENSEARCH_VARIABLE)
    if not server:
        pytest.skip(f"{OPENSEARCH_VARIABLE} names no server; run the tests by: python -m tests.servers pytest")
    indexes: list[str] = request.getfixturevalue("indexes_of_tests")
    if not indexes:
        indexes.append(f"{server}/test-{uuid.uuid4().hex[:12]}")
    return on_server(indexes[0])


@pytest.fixture
def engine(make_engine: MakeEngine) -> Iterator[SearchEngine]:
    made = make_engine("index")
    yield made
    made.close()


@pytest.fixture(params=STORES)
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    """An empty catalog of each sort, closed when the test is over."""
    opened = STORES[request.param](tmp_path)
    yield opened
    opened.close()
