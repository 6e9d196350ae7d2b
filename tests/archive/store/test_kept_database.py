"""A database of the cache: those who use it leave each other's locks."""

from __future__ import annotations

import ast
import os
import re
from contextlib import closing
from pathlib import Path
from time import time

import pytest

from archive.store.catalog import Catalog
from archive.store.sql.kept_database import FAILURES, KeptDatabase
from archive.system import kept_files
from archive.system.kept_files import forget_unused
from tests.warm_processes import run_script

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
    return run_script(WRITER, path).stdout.strip()


def test_who_waits_to_write_leaves_the_lock_of_the_one_who_writes(tmp_path: Path) -> None:
    path = tmp_path / "told.sqlite"
    with KeptDatabase(path, TABLES).writing() as connection:
        connection.execute("INSERT INTO told VALUES (1)")
        with pytest.raises(FAILURES, match="locked"), KeptDatabase(path, TABLES, wait=0).writing():
            pass
        assert another_process_writes(path) == "database is locked"
    assert another_process_writes(path) == ""


def test_files_that_nobody_used_for_a_week_are_removed_and_who_reads_one_goes_on(tmp_path: Path) -> None:
    folder, long_ago = tmp_path, time() - 8 * 86_400
    forget_unused.cache_clear()
    names = ("units-1.sqlite", "units-2.sqlite", "units-2.lock", "units-2.sqlite-journal", "doubts-1.sqlite", "units-3")
    for name in names:
        (folder / name).touch()
    older = KeptDatabase(folder / "units-9.sqlite", "CREATE TABLE told (text TEXT)")
    with older.writing() as connection:
        connection.execute("INSERT INTO told VALUES ('as it was')")
    for file in folder.iterdir():
        os.utime(file, (long_ago, long_ago))
    os.utime(folder / "units-1.sqlite", (time(), long_ago))
    catalog = Catalog.open(tmp_path / "catalog.sqlite")
    with closing(catalog), older.reading() as connection:
        # As on a disk that does not note who reads; else it would stay.
        os.utime(folder / "units-9.sqlite", (long_ago, long_ago))
        catalog.folder = folder
        mine = catalog.kept_file("units-*.sqlite", "another version")
        assert mine is not None
        left = {file.name for file in folder.iterdir() if file.name.startswith(("units", "doubts"))}
        assert left == {"units-1.sqlite", "doubts-1.sqlite", "units-3"}
        assert connection.execute("SELECT text FROM told").fetchall() == [("as it was",)]
    with older.writing() as connection:
        assert connection.execute("SELECT text FROM told").fetchall() == [], "it is made anew"
    mine.touch()
    os.utime(mine, (long_ago, long_ago))
    forget_unused.cache_clear()
    assert catalog.kept_file("units-*.sqlite", "another version") == mine
    assert mine.is_file(), "who asks for it uses it"


def test_every_pattern_of_rules_matches_a_file() -> None:
    """What is kept in the cache would not be made anew after a change of a file that is named as it was once called."""
    archive = Path(kept_files.__file__).parent.parent
    patterns = [
        (path.name, node.value)
        for path in archive.rglob("*.py")
        if "source_version(" in (text := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"[\w*][\w*/]*\.(?:py|toml)", node.value)
    ]
    assert len(patterns) > 15
    assert [one for one in patterns if not any(archive.glob(one[1]))] == []
