"""A catalog on a real PostgreSQL for tests: a schema for each test process, emptied for each test."""

from __future__ import annotations

import atexit
import os
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from archive.store.catalog import Catalog
from archive.store.sql.postgres.database import open_postgres
from archive.store.sql.tables import metadata

VARIABLE = "DOSIJE_TEST_POSTGRES"


def server() -> str:
    """Return the URL of the server's database; skip the test if there is none."""
    address = os.environ.get(VARIABLE)
    if not address:
        pytest.skip(f"{VARIABLE} names no PostgreSQL; python -m tests.servers starts one")
    return address


def run_sql(*statements: str) -> None:
    """Run statements on the server, each in a transaction of its own."""
    engine = create_engine(server().replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def drop_catalog(schema: str) -> None:
    """Drop the schemas of a catalog."""
    run_sql(f"DROP SCHEMA IF EXISTS {schema} CASCADE", f"DROP SCHEMA IF EXISTS {schema}_seen CASCADE")


def empty_catalog(folder: Path) -> Catalog:
    """Return an empty catalog, after deleting the rows of the last test."""
    catalog = Catalog.on_postgres(own_address())
    with catalog._database.writing() as connection:
        deletes = [f'DELETE FROM "{table.name}"' for table in reversed(metadata.sorted_tables)]
        connection.exec_driver_sql("; ".join(deletes))
    return catalog


@cache
def own_address() -> str:
    """Return the URL of this process's catalog, which is dropped at exit."""
    address = f"{server()}?schema={own_schema()}"
    open_postgres(address).close()
    atexit.register(drop_catalog, own_schema())
    return address


def own_schema() -> str:
    """Return the schema of this process's catalog."""
    return f"dosije_test_{os.getpid()}"
