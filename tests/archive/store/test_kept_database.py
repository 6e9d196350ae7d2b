"""A database of the cache: those who use it leave each other's locks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from archive.store.sql.kept_database import FAILURES, KeptDatabase

TABLES = "CREATE TABLE told (number INTEGER);"

WRITER = """
import sys, pysqlite3
connection = pysqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
try:
    connection.execute("BEGIN EXCLUSIVE")
except pysqlite3.OperationalError as error:
    print(error)
"""


def another_process_writes(path: Path) -> str:
    """What keeps another process from writing now, if anything does."""
    command = [sys.executable, "-c", WRITER, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_who_waits_to_write_leaves_the_lock_of_the_one_who_writes(tmp_path: Path) -> None:
    path = tmp_path / "told.sqlite"
    with KeptDatabase(path, TABLES).writing() as connection:
        connection.execute("INSERT INTO told VALUES (1)")
        with pytest.raises(FAILURES, match="locked"), KeptDatabase(path, TABLES, wait=0).writing():
            pass
        assert another_process_writes(path) == "database is locked"
    assert another_process_writes(path) == ""
