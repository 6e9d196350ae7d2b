"""An archive as several people see it at once: each view is kept, and no more of them than may be open."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from archive.access.records import Role
from archive.archive import MOST_VIEWS, Archive
from archive.search.request import SearchRequest
from tests.rights_samples import SECRET, Rights, build


@pytest.fixture(scope="module")
def rights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rights]:
    made = build(tmp_path_factory.mktemp("seen"), with_secret=True)
    yield made
    made.archive.close()


def counted(archive: Archive) -> tuple[int, int]:
    return archive.catalog.documents.count(), archive.search.search(SearchRequest("kamera")).total


def test_those_who_see_the_same_share_a_view(rights: Rights) -> None:
    archive = rights.archive
    assert archive.hiding(frozenset()) is archive
    assert archive.hiding(frozenset({SECRET})) is archive.hiding(frozenset({SECRET}))
    assert counted(archive) == (4, 4)
    assert counted(archive.hiding(frozenset({SECRET}))) == (2, 2)


def test_views_are_bounded_and_one_that_was_closed_still_answers(rights: Rights) -> None:
    archive = rights.archive
    first = archive.hiding(frozenset({SECRET, "0"}))
    for number in range(MOST_VIEWS + 5):
        assert counted(archive.hiding(frozenset({SECRET, f"none {number}"}))) == (2, 2)
    assert archive.hiding(frozenset({SECRET, "0"})) is not first
    assert counted(first) == (2, 2)


def test_many_threads_see_what_is_theirs(rights: Rights) -> None:
    def ask(number: int) -> bool:
        hidden = frozenset({SECRET, f"x{number % 3}"} if number % 2 else ())
        return counted(rights.archive.hiding(hidden)) == ((2, 2) if number % 2 else (4, 4))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(60)))


def test_a_collection_that_becomes_public_is_seen_at_the_next_question(rights: Rights) -> None:
    catalog = rights.archive.catalog
    reader = catalog.users.get("reader")
    assert (reader.role, catalog.collections.hidden_from(reader)) == (Role.READER, frozenset({SECRET}))
    catalog.collections.share(SECRET, is_private=False, members=[], by="test")
    assert counted(rights.archive.hiding(catalog.collections.hidden_from(reader))) == (4, 4)
    catalog.collections.share(SECRET, is_private=True, members=["member"], by="test")
    assert counted(rights.archive.hiding(catalog.collections.hidden_from(reader))) == (2, 2)
