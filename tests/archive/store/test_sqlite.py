"""SQLite is set up safely, whoever opens it first, and says in plain words what is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pysqlite3
import pytest
from sqlalchemy import text

from archive.errors import ArchiveBusy, CatalogError, DiskFull, UnsafeSQLite
from archive.store.catalog import Catalog
from archive.store.sql import sqlite
from archive.store.sql.database import Database
from archive.store.sql.sqlite import check_version, open_sqlite
from tests.golden.home import unpack
from tests.store_samples import add_samples, sample
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[3]

OPEN_AT_ONCE = """
import sys
from pathlib import Path
from archive.store.catalog import Catalog
print("ready", flush=True)
sys.stdin.readline()
catalog = Catalog.open(Path(sys.argv[1]))
catalog.properties.set(sys.argv[2], "here")
catalog.close()
"""

ADD_THIRTY = """
import sys
from pathlib import Path
from archive.store.catalog import Catalog
from tests.store_samples import add_samples
add_samples(Catalog.open(Path(sys.argv[1])), range(30))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.sqlite"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = open_sqlite(path, busy_seconds=0.1)
    yield opened
    opened.close()


@pytest.mark.parametrize("version", [(3, 46, 1), (3, 51, 2)])
def test_a_library_with_the_wal_bug_is_refused(version: tuple[int, ...]) -> None:
    with pytest.raises(UnsafeSQLite, match=r"3\.51\.3 is the first"):
        check_version(version)


@pytest.mark.parametrize("version", [(3, 51, 3), (3, 52, 0), (4, 0, 0)])
def test_a_fixed_library_is_accepted(version: tuple[int, ...]) -> None:
    check_version(version)


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("trusted_schema", 0), ("busy_timeout", 100)],
)
def test_every_connection_is_set_up(database: Database, pragma: str, value: object) -> None:
    with database.reading() as first, database.reading() as second:
        for connection in (first, second):
            assert connection.scalar(text(f"PRAGMA {pragma}")) == value


def test_a_reading_transaction_sees_one_state(database: Database) -> None:
    query = text("SELECT count(*) FROM meta")
    with database.reading() as reader:
        assert reader.scalar(query) == 0
        with database.writing() as writer:
            writer.execute(text("INSERT INTO meta VALUES ('a', 'b')"))
        assert reader.scalar(query) == 0
    with database.reading() as reader:
        assert reader.scalar(query) == 1


def test_a_second_writer_waits_and_then_says_that_the_archive_is_busy(database: Database) -> None:
    with database.writing(), pytest.raises(ArchiveBusy, match="has been writing"), database.writing():
        pytest.fail("two writers at once")


def test_foreign_keys_hold(database: Database) -> None:
    with pytest.raises(CatalogError, match="FOREIGN KEY"), database.writing() as connection:
        connection.execute(text("INSERT INTO index_records VALUES ('g', 'nobody', 1)"))


def test_a_file_that_is_no_database_is_named(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7 this is not a database" * 100)
    with pytest.raises(CatalogError, match=r"catalog\.sqlite failed: file is not a database"):
        Catalog.open(path)
    assert path.read_bytes().startswith(b"%PDF"), "and it is left alone"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="unable to open its folder"):
        Catalog.open(tmp_path / "nowhere" / "catalog.sqlite")


def test_damaged_words_are_named_by_document_and_page(path: Path) -> None:
    catalog = Catalog.open(path)
    [id_] = add_samples(catalog, [1])
    with pysqlite3.connect(str(path)) as connection:
        connection.execute("UPDATE page_words SET packed = zeroblob(40) WHERE page = 2")
    connection.close()
    assert catalog.readings.words(id_, 1) == sample(1).words[0]
    with pytest.raises(CatalogError, match=f"Document {id_}, page 2"):
        catalog.readings.words(id_, 2)
    catalog.close()


def test_processes_that_open_a_new_catalog_at_once_all_succeed(path: Path) -> None:
    """Six at a time, started together by hand after they have imported everything."""
    command = [sys.executable, "-c", OPEN_AT_ONCE, str(path)]
    openers = [
        subprocess.Popen(
            [*command, str(number)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for number in range(6)
    ]
    for opener in openers:
        assert opener.stdout is not None
        assert opener.stdout.readline() == b"ready\n"
    for opener in openers:
        assert opener.stdin is not None
        opener.stdin.write(b"\n")
        opener.stdin.flush()
    for opener in openers:
        _, errors = opener.communicate(timeout=PATIENCE)
        assert opener.returncode == 0, errors.decode()
    catalog = Catalog.open(path)
    assert [catalog.properties.get(str(number)) for number in range(6)] == ["here"] * 6
    catalog.close()


def test_threads_read_while_another_process_writes(path: Path) -> None:
    """Every reader sees whole documents only, and none is ever locked out."""
    catalog = Catalog.open(path)

    def read() -> int:
        seen = 0
        while seen < 30 and writer.poll() in (None, 0):
            seen = 0
            for document in catalog.documents.newest_first():
                words = list(catalog.readings.all_words(document.id))
                assert [len(page) for page in words] == [
                    page.word_count for page in catalog.readings.get(document.id).pages
                ]
                seen += 1
        return seen

    writer = subprocess.Popen([sys.executable, "-c", ADD_THIRTY, str(path)], cwd=ROOT)
    with ThreadPoolExecutor(8) as pool:
        readers = [pool.submit(read) for _ in range(8)]
        assert [reader.result(timeout=PATIENCE) for reader in readers] == [30] * 8
    assert writer.wait(timeout=PATIENCE) == 0
    catalog.close()


def test_room_that_comes_while_a_catalog_is_upgraded_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = unpack("archive-b1d8737", tmp_path / "home") / "catalog.sqlite"
    looks = iter([False, False])  # where it is first read, and before the upgrade; then there is room
    with monkeypatch.context() as full:
        full.setattr(sqlite, "_is_switched_to_wal", lambda *_: False)
        full.setattr(sqlite, "has_room", lambda _path: next(looks, True))
        with pytest.raises(DiskFull):
            open_sqlite(path)
    open_sqlite(path).close()


def test_a_copy_waits_for_its_name_until_it_can_be_given(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_sqlite(path).close()
    copy = path.with_name("catalog.upgrading.sqlite")
    copy.touch()
    with monkeypatch.context() as read_only:
        read_only.setattr(sqlite, "is_read_only", lambda _path: True)
        open_sqlite(path).close()
    assert copy.exists()
    open_sqlite(path).close()
    assert not copy.exists()


def test_a_folder_without_the_right_to_write_is_told_as_such(path: Path) -> None:
    open_sqlite(path).close()
    path.chmod(0o444)
    path.parent.chmod(0o555)
    without_rights = ("setpriv", "--inh-caps=-all", "--bounding-set=-all") if os.geteuid() == 0 else ()
    command = [*without_rights, sys.executable, "-c", OPEN_AT_ONCE, str(path), "told"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, input="\n", check=False)
    path.parent.chmod(0o755)
    assert "ReadOnly" in ended.stderr
    assert "not even to read: SQLite keeps locks in its folder" in ended.stderr
