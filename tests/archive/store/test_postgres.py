"""The catalog on PostgreSQL: what the contract tests, which run on it as well, do not ask."""

from __future__ import annotations

import sys
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, text

from archive.archive import Archive
from archive.config import Settings
from archive.errors import ArchiveBusy, CatalogError, CatalogUnavailable, DataRefused, ReadOnly, UsageError
from archive.store.catalog import Catalog
from archive.store.events import EventName, append_event
from archive.store.members import Failure
from archive.store.sql.database import BUSY_SECONDS
from archive.store.sql.migrations import STEPS, Change, Step, make_catalog, migrate
from archive.store.sql.postgres import database
from archive.store.sql.postgres.connections import SESSION, DatabaseUrl
from archive.store.sql.postgres.database import PostgresDatabase, has_catalog, open_postgres
from archive.store.sql.postgres.lock import PostgresLock, Purpose
from archive.store.sql.tables import (
    checkpoints,
    digest_searches,
    digests,
    document_totals,
    documents,
    mail_messages,
    page_totals,
    reader_marks,
    signatures,
    story_changes,
    vendor_candidates,
    vendor_firms,
    vendor_links,
    vendor_names,
    vendor_prints,
    watched_files,
)
from tests.postgres_samples import drop_catalog, empty_catalog, own_address, own_schema, run_sql, server
from tests.store_samples import START, add_samples, sample
from tests.waiting import PATIENCE
from tests.warm_processes import WarmScript

WRITE_MANY = """
import sys
from archive.store.catalog import Catalog
from tests.store_samples import add_samples
catalog = Catalog.on_postgres(sys.argv[1])
print("open", flush=True)
sys.stdin.readline()
add_samples(catalog, range(int(sys.argv[2]), int(sys.argv[2]) + 10))
"""

STOP_WITHIN = """
import sys, time
from archive.store.catalog import Catalog
from archive.store.sql.tables import events
from archive.store.sql.postgres.lock import PostgresLock, Purpose
catalog = Catalog.on_postgres(sys.argv[1])
with PostgresLock(sys.argv[1], Purpose.WRITING).held(), catalog._database.writing() as connection:
    connection.execute(events.delete())
    print("deleted", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = empty_catalog(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def new_address() -> Iterator[str]:
    """The address of a catalog that is not there yet."""
    schema = f"dosije_test_{uuid.uuid4().hex[:8]}"
    yield f"{server()}?schema={schema}"
    drop_catalog(schema)


def started(script: str, *arguments: str) -> WarmScript:
    """A process with this script, which has said its first line."""
    process = WarmScript(script, *arguments)
    assert process.stdout.readline()
    return process


def told(catalog: Catalog, question: str) -> list[tuple[Any, ...]]:
    with catalog._database.reading() as connection:
        return [tuple(row) for row in connection.execute(text(question))]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("mysql://host/database", "not the address of a PostgreSQL"),
        ("postgresql://host", "not the address of a PostgreSQL"),
        ("not an address", "not the address of a PostgreSQL"),
        ("postgresql://host/database?schema=a;drop", "names the schema 'a;drop'"),
    ],
)
def test_an_address_that_makes_no_sense_is_refused(address: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        DatabaseUrl.of(address)


def test_errors_do_not_tell_the_password() -> None:
    assert DatabaseUrl.of("postgresql://iva:tajna@host:5432/archive").name == "postgresql://iva@host:5432/archive"
    assert (
        DatabaseUrl.of("postgresql://host/archive?password=tajna&schema=two").name
        == "postgresql://host/archive?schema=two"
    )


def test_the_driver_is_asked_for_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UsageError, match=r"pip install 'dosije\[servers\]'"):
        Catalog.on_postgres("postgresql://host/database")


def test_a_server_that_is_not_there_is_said_to_be_unavailable() -> None:
    with pytest.raises(CatalogUnavailable, match=r"iva@127\.0\.0\.1:1/archive cannot be reached.*refused") as refused:
        Catalog.on_postgres("postgresql://iva:tajna@127.0.0.1:1/archive")
    assert "tajna" not in str(refused.value)
    assert refused.value.http_status == 503


def test_a_database_that_is_not_there_is_named() -> None:
    with pytest.raises(CatalogUnavailable, match='database "nowhere" does not exist'):
        Catalog.on_postgres(server().rpartition("/")[0] + "/nowhere")


def test_text_is_in_byte_order_and_json_is_text_whatever_the_databases_own_ways(catalog: Catalog) -> None:
    columns = told(
        catalog,
        "SELECT data_type, collation_name FROM information_schema.columns WHERE table_schema = current_schema()",
    )
    assert {collation for kind, collation in columns if kind in ("text", "character varying")} == {"C"}
    assert "json" not in {kind for kind, _ in columns}
    for at, name in enumerate(("Žabalj", "ada", "Zrenjanin", "Čoka", "b")):
        catalog.failures.record(Failure(name, None, str(at), None, START))
    assert [failure.path for failure in catalog.failures.all()] == ["Zrenjanin", "ada", "b", "Čoka", "Žabalj"]


def test_processes_that_open_a_new_catalog_at_once_make_it_once(new_address: str) -> None:
    assert not has_catalog(new_address)
    writers = [started(WRITE_MANY, new_address, str(first)) for first in (0, 100)]
    for writer in writers:
        writer.communicate("go\n", timeout=PATIENCE)
    assert has_catalog(new_address)
    made = Catalog.on_postgres(new_address)
    assert made.documents.count() == 20
    assert made.events.verify() == 40
    made.close()


def test_a_catalog_of_an_earlier_release_is_brought_up_to_date(new_address: str) -> None:
    database = PostgresDatabase(new_address)
    database.prepare()
    with database.writing() as connection:
        make_catalog(connection, [step for step in STEPS if step.number <= 18])
        newer = (
            document_totals,
            page_totals,
            vendor_candidates,
            vendor_firms,
            vendor_links,
            vendor_names,
            vendor_prints,
            checkpoints,
            digest_searches,
            digests,
            mail_messages,
            watched_files,
            story_changes,
            reader_marks,
        )
        for table in newer:
            table.drop(connection)
        connection.execute(text("ALTER TABLE documents DROP COLUMN sequence"))
        connection.execute(text("ALTER TABLE vendor_mentions DROP COLUMN print, DROP COLUMN is_public"))
        connection.execute(
            text("DROP INDEX vendor_keys_by_vendor, vendor_mentions_counted, pages_unread, pages_doubtful")
        )
        connection.execute(text("ALTER TABLE tasks DROP COLUMN urgent, DROP COLUMN turn"))
        connection.execute(text("ALTER TABLE migrations DROP COLUMN closes"))
    database.close()
    # Views of then, which hold their tables as they are.
    views = f"{new_address.rpartition('=')[2]}_seen"
    run_sql(f"CREATE SCHEMA {views}", f"CREATE VIEW {views}.documents AS TABLE {views[:-5]}.documents")
    opened = Catalog.on_postgres(new_address)
    assert told(opened, "SELECT max(number) FROM migrations") == [(STEPS[-1].number,)]
    of_catalog = "indpred IS NOT NULL AND relnamespace::regnamespace::text = current_schema()"
    partial = f"SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid WHERE {of_catalog} ORDER BY relname"
    assert told(opened, partial) == [("pages_doubtful",), ("pages_unread",)]
    (id_,) = add_samples(opened, [1])
    assert opened.hiding(frozenset({"secret"})).documents.has(id_)
    assert not opened.hiding(frozenset({"main"})).documents.has(id_)
    opened.close()


def test_a_new_index_is_marked_without_reading_all_marks_for_each_batch(catalog: Catalog) -> None:
    """PostgreSQL has no statistics of rows that the same transaction wrote."""
    add_samples(catalog, [1])
    columns = [f'"{column.name}"' for column in documents.columns]
    copied = ["lpad(number::text, 64, '0')" if name == '"id"' else name for name in columns]
    counted, ours = "seq_tup_read + coalesce(idx_tup_fetch, 0)", "'index_records'::regclass"
    read = f"SELECT {counted} FROM pg_stat_xact_user_tables WHERE relid = {ours}"
    counts: list[int] = []
    with catalog._database.writing() as connection:
        connection.execute(
            text(
                f"INSERT INTO documents ({', '.join(columns)}) "
                f"SELECT {', '.join(copied)} FROM documents, generate_series(1, 5000) AS number"
            )
        )
    ids = [id_ for (id_,) in told(catalog, "SELECT id FROM documents")]
    engine = catalog._database._engine
    event.listen(engine, "commit", lambda connection: counts.append(connection.exec_driver_sql(read).scalar_one()))
    catalog.indexing.mark("gen-1", dict.fromkeys(ids, 1))
    assert catalog.indexing.count_due("gen-1") == 0
    assert counts[0] <= 4 * len(ids)


def test_a_step_takes_as_long_as_it_needs(new_address: str) -> None:
    limits: list[Any] = []

    def look(connection: Connection) -> None:
        limits.append(connection.exec_driver_sql("SHOW statement_timeout").scalar())

    opened = open_postgres(new_address)
    migrate(opened, [*STEPS, Step(STEPS[-1].number + 1, "long", look, Change.ADDITIVE)])
    opened.close()
    assert limits == ["0"]


def test_a_transaction_that_reads_sees_one_state(catalog: Catalog) -> None:
    add_samples(catalog, [1])
    with catalog._database.reading() as connection:
        count = text("SELECT count(*) FROM documents")
        assert connection.scalar(count) == 1
        add_samples(catalog, [2])
        assert connection.scalar(count) == 1
    assert catalog.documents.count() == 2


def test_a_transaction_that_writes_waits_for_another_one_and_sees_what_it_wrote(catalog: Catalog) -> None:
    with catalog._database.writing() as connection:
        other = threading.Thread(target=add_samples, args=(catalog, [2]))
        other.start()
        other.join(0.3)
        assert other.is_alive()
        append_event(connection, EventName.REPLICATION, None, {})
    other.join()
    assert catalog.events.verify() == 3


def test_who_waits_too_long_to_write_is_told_so(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    assert SESSION["lock_timeout"] == f"{BUSY_SECONDS}s"
    monkeypatch.setitem(SESSION, "lock_timeout", "50ms")
    hasty = Catalog.on_postgres(own_address())
    with catalog._database.writing(), pytest.raises(ArchiveBusy, match="has been writing"):
        hasty.properties.set("a", "b")
    hasty.close()


def test_what_a_killed_process_was_writing_is_not_there_and_keeps_nobody_out(catalog: Catalog) -> None:
    ids = add_samples(catalog, [1, 2])
    process = started(STOP_WITHIN, own_address())
    lock = PostgresLock(own_address(), Purpose.WRITING)
    with pytest.raises(ArchiveBusy, match="Another process is writing"), lock.held():
        pass
    process.kill()
    process.communicate()
    # The server learns of it when it next talks to the connection that is gone.
    with PostgresLock(own_address(), Purpose.WRITING).awaited():
        assert {document.id for document in catalog.documents.newest_first()} == set(ids)
        add_samples(catalog, [3])
    assert catalog.events.verify() == 6


def test_who_lost_the_writer_lock_writes_no_more(catalog: Catalog) -> None:
    lock = PostgresLock(own_address(), Purpose.WRITING)
    with lock.held():
        catalog.properties.set("kept", "yes")
        (holder,) = database._held[DatabaseUrl.of(own_address()).name]
        run_sql(f"SELECT pg_terminate_backend({holder}, 5000)")
        with pytest.raises(CatalogUnavailable, match="nothing more is written"):
            catalog.properties.set("lost", "yes")
        with PostgresLock(own_address(), Purpose.SENDING_MAIL).held():
            assert catalog.properties.get("lost") is None
    catalog.properties.set("after", "yes")
    with lock.held():
        assert catalog.properties.get("kept") == "yes"


def test_a_connection_that_was_cut_is_made_anew(catalog: Catalog) -> None:
    add_samples(catalog, [1])
    ((process,),) = told(catalog, "SELECT pg_backend_pid()")
    run_sql(f"SELECT pg_terminate_backend({process}, 5000)")
    assert catalog.documents.count() == 1


def test_what_reads_cannot_write(catalog: Catalog) -> None:
    add_samples(catalog, [1])
    with pytest.raises(ReadOnly), catalog._database.reading() as connection:
        connection.execute(text("DELETE FROM events"))
    assert not catalog.is_read_only
    assert catalog.events.verify() == 2


def test_a_text_with_a_nul_character_is_refused_by_name(catalog: Catalog) -> None:
    with pytest.raises(DataRefused, match="NUL"):
        catalog.properties.set("a", "b\0c")
    assert catalog.properties.get("a") is None


def test_a_user_without_rights_is_told_which_are_missing(catalog: Catalog) -> None:
    name = f"dosije_test_{uuid.uuid4().hex[:8]}"
    run_sql(f"CREATE ROLE {name} LOGIN")
    try:
        with pytest.raises(CatalogError, match="GRANT CREATE ON DATABASE"):
            Catalog.on_postgres(f"{server().replace('//postgres@', f'//{name}@')}?schema={name}")
    finally:
        run_sql(f"DROP ROLE {name}")


def test_without_knowing_what_is_hidden_nothing_is_seen(catalog: Catalog) -> None:
    """By an oversight in this program, the server gives an error and no document."""
    add_samples(catalog, [1])
    database = catalog._database
    assert isinstance(database, PostgresDatabase)
    with database._restricted.connect() as connection, pytest.raises(Exception, match=r"dosije\.hidden|json"):
        connection.execute(text("SELECT id FROM documents")).all()


def test_what_was_hidden_in_one_transaction_is_not_in_the_next(catalog: Catalog) -> None:
    (id_,) = add_samples(catalog, [1])
    view, other = catalog.hiding(frozenset({"main"})), catalog.hiding(frozenset({"secret"}))
    for _ in range(10):
        assert [view.documents.has(id_), other.documents.has(id_), catalog.documents.has(id_)] == [False, True, True]
    view.close()
    assert catalog.documents.has(id_)


def test_rows_that_point_nowhere_are_faults(catalog: Catalog) -> None:
    (id_,) = add_samples(catalog, [1])
    with catalog._database.writing() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(documents.delete().where(documents.c.id == id_))
    faults = catalog.integrity.faults(thorough=True)
    assert "3 rows of facts point at rows of documents that are not there" in faults
    assert catalog.integrity.faults(thorough=False) == ()


def test_indexes_are_compared_with_their_tables_where_the_extension_is(postgres_url: str) -> None:
    catalog = Catalog.on_postgres(postgres_url)
    add_samples(catalog, [1])
    assert "amcheck is not there" in catalog.integrity.checks(thorough=True)
    with catalog._database.writing() as connection:
        connection.execute(text("CREATE EXTENSION amcheck"))
    assert "compared each index" in catalog.integrity.checks(thorough=True)
    assert catalog.integrity.faults(thorough=True) == ()
    for path in ("Zrenjanin", "ada", "b"):
        catalog.failures.record(Failure(path, None, "", None, START))
    # As after an upgrade of the system's libraries: text sorts otherwise than it did when the index was built.
    other = "(SELECT oid::text FROM pg_collation WHERE collname = 'sr-x-icu')::oidvector"
    with catalog._database.writing() as connection:
        of_index = f"SET indcollation = {other} WHERE indexrelid = 'failures_pkey'::regclass"
        connection.execute(text(f"UPDATE pg_index {of_index}"))
    assert [fault for fault in catalog.integrity.faults(thorough=True) if "index failures_pkey" in fault]
    catalog.close()


def test_numbers_go_on_after_those_that_rows_were_written_with(catalog: Catalog) -> None:
    (id_,) = add_samples(catalog, [1])
    row = {"document": id_, "reading": 1, "version": 1, "linked": False, "text": b"", "by_ocr": False}
    values = row | {"wording": b"", "numbers": b""}
    with catalog._database.writing() as connection:
        connection.execute(insert(signatures).values(number=1000, **values))
        catalog._database.finish_copy(connection)
        connection.execute(signatures.delete())
        key = connection.execute(insert(signatures).values(values)).inserted_primary_key
    assert key is not None
    assert key[0] == 1001
    of_table = "relname = 'documents' AND relnamespace::regnamespace::text = current_schema()"
    assert told(catalog, f"SELECT reltuples FROM pg_class WHERE {of_table}") == [(1.0,)]


def test_an_archive_is_opened_where_its_settings_say(catalog: Catalog, tmp_path: Path) -> None:
    settings = Settings({"catalog_url": own_address()})
    with pytest.raises(UsageError, match="There is no archive"):
        Archive.open(tmp_path / "other", Settings({"catalog_url": f"{server()}?schema=nowhere"}), create=False)
    with Archive.open(tmp_path / "home", settings, create=False) as archive:
        with archive.writing():
            added = sample(1).add_to(archive.catalog)
            with pytest.raises(ArchiveBusy), archive.writing():
                pass
        assert not archive.hiding(frozenset({"main"})).catalog.documents.has(added)
        assert archive.catalog.location.endswith(f"schema={own_schema()}")
        assert not archive.is_read_only
    assert not (tmp_path / "home" / "catalog.sqlite").exists()
    assert catalog.documents.has(added)


def test_opening_an_up_to_date_catalog_changes_nothing(catalog: Catalog) -> None:
    def written() -> list[tuple[Any, ...]]:
        return told(catalog, "SELECT oid, relname FROM pg_class WHERE relkind = 'v' AND relname = 'documents'")

    before = written()
    open_postgres(own_address()).close()
    assert written() == before
