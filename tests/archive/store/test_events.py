"""The event log shows every change made behind our back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pysqlite3
import pytest

from archive.errors import CatalogError
from archive.store.catalog import Catalog
from archive.store.events import Entry, EventName, events_after, events_of, newest_number
from tests.store_samples import add_samples


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A catalog of three documents, so six events."""
    path = tmp_path / "catalog.sqlite"
    catalog = Catalog.open(path)
    add_samples(catalog, range(3))
    assert catalog.events.verify() == 6
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
        catalog.events.verify()


def test_an_event_tells_what_was_done(path: Path, catalog: Catalog) -> None:
    with pysqlite3.connect(str(path)) as connection:
        rows = connection.execute("SELECT name, detail FROM events WHERE seq <= 2 ORDER BY seq").fetchall()
    connection.close()
    assert rows[0] == ("capture", '{"path": "/scans/ugovor 0.pdf", "size": 10}')
    assert rows[1] == ("ingestion", '{"clauses": 0, "facts": 3, "pages": 3, "reading": 1, "words": 34}')
    assert catalog.events.verify() == 6


def test_events_are_told_in_order_and_no_others(catalog: Catalog) -> None:
    """What is recomputed from the log must miss no event and take none twice: six events, of three documents."""
    both = (EventName.CAPTURE, EventName.INGESTION)
    with catalog._database.reading() as connection:
        every = catalog.events.between(0, 6)
        assert [entry.number for entry in every] == [1, 2, 3, 4, 5, 6]
        assert all(entry.own_hash == entry.hash for entry in every)
        assert [entry.previous for entry in every[1:]] == [entry.hash for entry in every[:-1]]
        assert catalog.events.between(2, 5) == every[2:5]
        assert [event.number for event in events_after(connection, 0, both)] == [1, 2, 3, 4, 5, 6]
        assert [event.number for event in events_after(connection, 1, [EventName.INGESTION])] == [2, 4, 6]
        assert [event.number for event in events_after(connection, 2, [EventName.INGESTION])] == [4, 6]
        assert [event.name for event in events_after(connection, 4, both)] == ["capture", "ingestion"]
        assert newest_number(connection) == newest_number(connection, both) == 6
        assert newest_number(connection, [EventName.CAPTURE]) == 5
        assert newest_number(connection, [EventName.FIXITY_CHECK]) == 0
        first, second = every[0].document, every[2].document
        assert first is not None
        assert second is not None
        assert [event.number for event in events_of(connection, second, EventName.CAPTURE)] == [3]
        assert events_of(connection, second, EventName.FIXITY_CHECK) == ()
        assert [entry.number for entry in catalog.events.entries([first, second])] == [1, 2, 3, 4, 6]
        assert [entry.number for entry in catalog.events.entries([])] == [6]


def test_the_hash_of_an_event_is_that_of_its_json_in_utf_8() -> None:
    """Whoever keeps a hash outside of the archive checks it years later, with a program of his own."""
    start, detail = "0" * 64, '{"path": "/уговори/Član 5.pdf"}'
    event = Entry(1, "2026-05-04T10:30:00.000000", "capture", None, detail, start, "")
    told = f'[1, "2026-05-04T10:30:00.000000", "capture", null, "{{\\"path\\": \\"/уговори/Član 5.pdf\\"}}", "{start}"]'
    assert event.own_hash == hashlib.sha256(told.encode()).hexdigest()
