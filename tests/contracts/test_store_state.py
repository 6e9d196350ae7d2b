"""One state of the catalog for all that a page is made of, on every store."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import Engine

from archive.errors import CatalogError
from archive.store.catalog import Catalog
from archive.store.sql.database import one_state
from tests.store_samples import add_samples


def elsewhere(catalog: Catalog, number: int) -> None:
    """Have another thread add a document, as another process would."""
    thread = threading.Thread(target=add_samples, args=(catalog, [number]))
    thread.start()
    thread.join()


def test_what_others_write_meanwhile_is_not_seen(catalog: Catalog) -> None:
    view = catalog.hiding(frozenset({"secret"}))
    with one_state():
        assert (catalog.documents.count(), view.documents.count()) == (0, 0)
        elsewhere(catalog, 1)
        assert (catalog.documents.count(), view.documents.count()) == (0, 0)
        assert list(catalog.documents.newest_first()) == []
    assert (catalog.documents.count(), view.documents.count()) == (1, 1)
    view.close()


def test_what_the_thread_writes_itself_is_seen(catalog: Catalog) -> None:
    view = catalog.hiding(frozenset({"secret"}))
    with one_state():
        assert (catalog.documents.count(), view.documents.count()) == (0, 0)
        elsewhere(catalog, 1)
        add_samples(catalog, [2])
        assert (catalog.documents.count(), view.documents.count()) == (2, 2)
    view.close()


def test_it_takes_one_transaction(catalog: Catalog) -> None:
    ids = add_samples(catalog, [1, 2])
    begun: list[Connection] = []

    def count(connection: Connection) -> None:
        begun.append(connection)

    event.listen(Engine, "begin", count)
    try:
        with one_state(), one_state():
            for id_ in ids:
                assert catalog.documents.has(id_)
                assert len(catalog.facts.of(id_)) == 3
    finally:
        event.remove(Engine, "begin", count)
    assert len(begun) == 1


def test_after_an_error_one_can_go_on(catalog: Catalog) -> None:
    add_samples(catalog, [1])
    with one_state():
        assert catalog.documents.count() == 1
        with pytest.raises(CatalogError), catalog._database.reading() as connection:
            connection.execute(text("SELECT nothing FROM nowhere"))
        assert catalog.documents.count() == 1
