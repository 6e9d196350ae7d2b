"""A database of the cache: those who use it leave each other's locks."""

from __future__ import annotations

import ast
import os
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from time import sleep, time

import pytest

from archive.store.catalog import Catalog
from archive.store.sql.kept_database import FAILURES, KeptDatabase
from archive.system import kept_files
from archive.system.kept_files import forget_unused, remove_database
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


def open_files(path: Path) -> int:
    """How often this process has a file open, also one that was there before it."""
    handles = (str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.is_symlink())
    return sum(handle.removesuffix(" (deleted)") == str(path.resolve()) for handle in handles)


def numbers(database: KeptDatabase) -> list[tuple[int]]:
    with database.reading() as connection:
        return list(connection.execute("SELECT number FROM told"))


def test_reads_one_after_another_share_a_connection_that_locks_nobody_out(tmp_path: Path) -> None:
    path = tmp_path / "told.sqlite"
    database = KeptDatabase(path, TABLES)
    for number in range(3):
        with database.writing() as connection:
            connection.execute("INSERT INTO told VALUES (?)", (number,))
        assert len(numbers(database)) == number + 1, "what others wrote since is seen"
        assert open_files(path) == 1
        assert another_process_writes(path) == ""
    with database.reading() as one, database.reading() as other:
        assert one is not other
        assert open_files(path) == 2
    with pytest.raises(ZeroDivisionError), database.reading():
        raise ZeroDivisionError
    assert another_process_writes(path) == ""
    with ThreadPoolExecutor(8) as threads:
        assert set(map(len, threads.map(numbers, [database] * 200))) == {3}
    assert 1 <= open_files(path) <= 4
    del database, one, other
    assert open_files(path) == 0


def test_a_file_that_was_replaced_or_removed_is_let_go_when_it_is_read_next(tmp_path: Path) -> None:
    path, other = tmp_path / "told.sqlite", tmp_path / "other.sqlite"
    for number, file in enumerate((path, other)):
        with KeptDatabase(file, TABLES).writing() as connection:
            connection.execute("INSERT INTO told VALUES (?)", (number,))
    database = KeptDatabase(path, TABLES)
    assert numbers(database) == [(0,)]
    other.replace(path)
    assert numbers(database) == [(1,)]
    assert open_files(path) == 1
    path.unlink()
    with pytest.raises(FAILURES):
        numbers(database)
    assert open_files(path) == 0


def test_a_process_that_was_forked_opens_the_file_itself(tmp_path: Path) -> None:
    path = tmp_path / "told.sqlite"
    database = KeptDatabase(path, TABLES)
    with database.writing() as connection:
        connection.execute("INSERT INTO told VALUES (1)")
    assert numbers(database) == [(1,)]
    child = os.fork()
    if not child:
        # Exit at once, as what the test began is not this process's to end.
        os._exit(0 if numbers(database) == [(1,)] and open_files(path) == 2 else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert open_files(path) == 1


def test_who_waited_for_a_lock_that_was_removed_takes_the_one_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "told.sqlite"
    one, other, third = (KeptDatabase(path, TABLES) for _ in range(3))
    has_it, may_end = Event(), Event()

    def make() -> None:
        with other.alone():
            has_it.set()
            may_end.wait()

    waiting = Thread(target=make)
    try:
        with one.alone():
            waiting.start()
            lock = path.with_suffix(".lock").resolve()
            while [handle.resolve() for handle in Path("/proc/self/fd").iterdir()].count(lock) < 2:
                sleep(0.01)
            remove_database(path)
        has_it.wait()
        with pytest.raises(FAILURES), third.alone(is_waiting=False):
            pass
    finally:
        may_end.set()
        waiting.join()
    with third.alone(is_waiting=False):
        pass


def test_files_that_nobody_used_for_a_week_are_removed_and_who_reads_one_goes_on(tmp_path: Path) -> None:
    folder, long_ago = tmp_path, time() - 8 * 86_400
    forget_unused.cache_clear()
    names = ("units-1.sqlite", "units-2.sqlite", "units-2.lock", "units-2.sqlite-journal", "doubts-1.sqlite", "units-3")
    for name in (*names, ".5f3a.part"):
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
        left = {file.name for file in folder.iterdir() if file.name.startswith(("units", "doubts", "."))}
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


def test_a_file_is_known_to_be_the_same_only_if_its_last_change_is_past(tmp_path: Path) -> None:
    database = KeptDatabase(tmp_path / "kept.sqlite", "CREATE TABLE numbers (number INTEGER)")
    assert database.stamp() is None, "it is not there"
    with database.writing() as connection:
        connection.execute("INSERT INTO numbers VALUES (1)")
    os.utime(tmp_path / "kept.sqlite", (0, 1_000_000))
    stamp = database.stamp()
    assert stamp is not None
    assert database.stamp() == stamp
    os.utime(tmp_path / "kept.sqlite", (0, 1_000_001))
    assert database.stamp() not in (None, stamp)
    os.utime(tmp_path / "kept.sqlite", (0, 1 << 40))
    assert database.stamp() is None, "who changes it now may give it the same time"


def test_a_copy_keeps_nobody_waiting_and_the_journal_of_a_killed_process_out(tmp_path: Path) -> None:
    older = KeptDatabase(tmp_path / "older.sqlite", "CREATE TABLE numbers (number INTEGER)")
    target = KeptDatabase(tmp_path / "target.sqlite", "CREATE TABLE numbers (number INTEGER)", wait=0)
    for number, database in enumerate((older, target)):
        with database.writing() as connection:
            connection.execute("INSERT INTO numbers VALUES (?)", (number,))
    journal = tmp_path / "target.sqlite-journal"
    with target.reading() as connection:
        assert connection.execute("SELECT number FROM numbers").fetchall() == [(1,)]
        journal.write_bytes(b"of a killed process")
        target.copy(older)
        assert connection.execute("SELECT number FROM numbers").fetchall() == [(1,)], "as it was when it was opened"
    assert not journal.exists()
    with target.reading() as connection:
        assert connection.execute("SELECT number FROM numbers").fetchall() == [(0,)]
