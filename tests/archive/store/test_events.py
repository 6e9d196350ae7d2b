"""The event log shows every change made behind our back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pysqlite3
import pytest

from archive.errors import CatalogError
from archive.store.catalog import Catalog
from tests.store_samples import add_samples


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A catalog of three documents, so six events."""
    path = tmp_path / "catalog.sqlite"
    catalog = Catalog.open(path)
    add_samples(catalog, range(3))
    assert catalog.verify_events() == 6
    catalog.close()
    return path


@pytest.fixture
def catalog(path: Path) -> Iterator[Catalog]:
    opened = Catalog.open(path)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("tampering", "event"),
    [
        ("UPDATE events SET detail = replace(detail, 'ugovor', 'govor') WHERE seq = 3", 3),
        ("UPDATE events SET at = '2020-01-01 00:00:00.000000' WHERE seq = 1", 1),
        ("UPDATE events SET name = 'deletion' WHERE seq = 6", 6),
        ("UPDATE events SET document = NULL WHERE seq = 2", 2),
        ("UPDATE events SET hash = previous WHERE seq = 4", 4),
        ("DELETE FROM events WHERE seq = 1", 1),
        ("DELETE FROM events WHERE seq = 4", 4),
        ("INSERT INTO events SELECT 7, at, name, document, detail, previous, hash FROM events WHERE seq = 6", 7),
    ],
)
def test_tampering_breaks_the_chain_where_it_was_done(path: Path, catalog: Catalog, tampering: str, event: int) -> None:
    with pysqlite3.connect(str(path)) as connection:
        assert connection.execute(tampering).rowcount == 1
    connection.close()
    with pytest.raises(CatalogError, match=f"broken at event {event}:"):
        catalog.verify_events()


def test_an_event_tells_what_was_done(path: Path, catalog: Catalog) -> None:
    with pysqlite3.connect(str(path)) as connection:
        rows = connection.execute("SELECT name, detail FROM events WHERE seq <= 2 ORDER BY seq").fetchall()
    connection.close()
    assert rows[0] == ("capture", '{"path": "/scans/ugovor 0.pdf", "size": 10}')
    assert rows[1] == ("ingestion", '{"clauses": 0, "facts": 3, "pages": 3, "reading": 1, "words": 34}')
    assert catalog.verify_events() == 6
