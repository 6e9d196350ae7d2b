"""An archive from before there were saved searches: what its index holds is no news to the first one."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import insert

from archive.store.catalog import Catalog
from archive.store.sql.migrations import STEPS, migrate, records
from archive.store.sql.sqlite import open_sqlite
from archive.store.sql.tables import alert_checks, index_records, metadata
from tests.store_samples import sample

GENERATION = "gen-000001"


def test_what_was_indexed_before_is_checked_and_what_is_due_is_not(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    catalog = Catalog.open(path)
    indexed, due = (sample(number).add_to(catalog) for number in range(2))
    catalog.indexing.mark(GENERATION, {indexed: 1})
    catalog.close()
    database = open_sqlite(path)
    (step,) = [step for step in STEPS if step.name == "saved searches"]
    with database.writing() as connection:
        for name in ("alert_checks", "saved_search_hits", "saved_searches"):
            metadata.tables[name].drop(connection)
        connection.execute(records.delete().where(records.c.number == step.number))
    migrate(database)
    with database.reading() as connection:
        assert connection.execute(alert_checks.select()).all() == [(indexed, 1)]
    with database.writing() as connection:
        connection.execute(insert(index_records).values(generation=GENERATION, document=due, revision=1))
    database.close()
    catalog = Catalog.open(path)
    assert catalog.alerts.unchecked(GENERATION) == {due: 1}
    catalog.close()
