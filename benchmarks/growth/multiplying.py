"""Multiply an archive: copy each document with all its data several times under other ids.

Rows are copied by the database itself, segments of the index as files with other ids in their columns. A copy has its
own original, procedure number, sums, and a random signature, so that it is no near duplicate. Its words are those of
the source document, and so are the terms of its number and vendors in the index. The number of vendors does not change;
each is named in more documents.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pysqlite3
from sqlalchemy import func, select, update

from archive.archive import CATALOG_FILE, INDEX_FOLDER, Archive
from archive.search.index_state import generation_of
from archive.search.request import Unit
from archive.search.whoosh_engine.codec import ArrayCodec, ArrayPerDocumentReader, ArraySegment, ColumnsWriter
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.search.whoosh_engine.layout import COLUMNS as COLUMNS_FILE
from archive.search.whoosh_engine.layout import FILES
from archive.search.whoosh_engine.schema import COLUMNS, INDEX_NAME
from archive.search.whoosh_engine.storage import DurableStorage, MappedStorage
from archive.search.whoosh_engine.writer import writing
from archive.store import events as log
from archive.store.indexing import set_vendors_as_of
from archive.store.originals.files import Originals
from archive.store.sql.tables import checkpoints, documents, metadata
from archive.store.sql.totals import count_anew
from benchmarks.growth.filling import keep

_COPIED = (
    *("documents", "sources", "readings", "pages", "page_words", "facts", "clauses", "index_records"),
    "vendor_mentions",
)
"""Tables whose rows are copied with their document."""

_NUMBER = "replace(t.value, '-', '-' || c.copy || '0000000')"
"""SQL for the number of a copy. With a single zero, copy 30 of 404-9/2019 would be called 404-3009/2019, as another."""

_OTHERWISE = {
    ("documents", "sequence"): ":sequence + c.rowid",
    ("documents", "filename"): "c.copy || '-' || t.filename",
    ("sources", "path"): "t.path || '-' || c.copy",
    ("facts", "value"): f"CASE t.field WHEN 'reference' THEN {_NUMBER} WHEN 'title' THEN {_NUMBER} "
    "WHEN 'amount' THEN printf('%d.00', CAST(t.value AS INTEGER) + 1000 * c.copy) ELSE t.value END",
}
"""SQL for columns that differ in a copy; ``t`` is the row and ``c`` the copy."""

_SIGNATURES = (
    "INSERT INTO signatures SELECT :number + c.rowid, c.id, t.reading, t.version, t.linked, randomblob(16), "
    "randomblob(length(t.wording)), t.numbers, t.by_ocr FROM copies c JOIN signatures t ON t.document = c.old"
)
_BANDS = (
    "INSERT INTO signature_bands SELECT band, signature FROM (SELECT random() AS band, :number + c.rowid AS signature "
    "FROM copies c, (SELECT value FROM json_each(:places))) ORDER BY band"
)
_BANDS_EACH = 26


def multiply(home: Path, times: int, *, with_originals: bool = True) -> None:
    """Multiply the documents of a closed archive by ``times``.

    :param with_originals: whether the copies have original files.
    """
    copies = sorted(_copies(home / "originals", times, with_originals=with_originals))
    with closing(pysqlite3.connect(home / CATALOG_FILE, isolation_level=None)) as connection:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000", "foreign_keys = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        _multiply_rows(connection, copies)
        for statement in ("vendor_prints SET documents = documents * ?1, public = public * ?1",
                          "vendor_firms SET documents = documents * ?1"):  # fmt: skip
            connection.execute(f"UPDATE {statement}", (times,))
        connection.execute("COMMIT")
    renamed: defaultdict[int, dict[bytes, bytes]] = defaultdict(dict)
    for id_, copy, old in copies:
        renamed[copy][old.encode()] = id_.encode()
    for folder in (home / INDEX_FOLDER, home / INDEX_FOLDER / "clauses"):
        _multiply_index(folder, [renamed[copy] for copy in range(1, times)])
    _catch_up(home)


def _copies(root: Path, times: int, *, with_originals: bool) -> Iterator[tuple[str, int, str]]:
    """Yield the new ids, each with the number of the copy and the id of its source document."""
    kept = Originals(root)
    for old in list(kept.ids()):
        content = kept.path(old).read_bytes()
        for copy in range(1, times):
            of_copy = content + f"primerak {copy}\n".encode()
            id_ = sha256(of_copy).hexdigest()
            if with_originals:
                keep(root, id_, of_copy)
            yield id_, copy, old


def _multiply_rows(connection: Any, copies: Sequence[tuple[str, int, str]]) -> None:
    connection.execute("CREATE TEMP TABLE copies (id TEXT, copy INTEGER, old TEXT)")
    connection.executemany("INSERT INTO copies VALUES (?, ?, ?)", copies)
    of_table = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?"
    ((sequence,),) = connection.execute("SELECT max(sequence) FROM documents")
    ((number,),) = connection.execute("SELECT max(number) FROM signatures")
    known = {"sequence": sequence, "number": number, "places": str(list(range(_BANDS_EACH)))}
    for name in _COPIED:
        indexes = connection.execute(of_table, (name,)).fetchall()
        for index, _ in indexes:
            connection.execute(f"DROP INDEX {index}")
        key = "id" if name == "documents" else "document"
        columns = [column.name for column in metadata.tables[name].columns]
        values = ("c.id" if one == key else _OTHERWISE.get((name, one), f't."{one}"') for one in columns)
        named = ", ".join(f'"{one}"' for one in columns)
        connection.execute(
            f"INSERT INTO {name} ({named}) SELECT {', '.join(values)} "
            f"FROM copies c CROSS JOIN {name} t ON t.{key} = c.old ORDER BY c.rowid",
            known,
        )
        for _, statement in indexes:
            connection.execute(statement)
    connection.execute(_SIGNATURES, known)
    connection.execute(_BANDS, known)
    connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", _events(connection, copies))


def _events(connection: Any, copies: Sequence[tuple[str, int, str]]) -> Iterator[tuple[Any, ...]]:
    """Yield the events of the copies, chained to the last existing event."""
    told: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for document, name, detail in connection.execute("SELECT document, name, detail FROM events").fetchall():
        told[document].append((name, detail))
    seq, previous = connection.execute("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    at = datetime.now(UTC)
    for id_, _, old in copies:
        for name, detail in told[old]:
            seq += 1
            row = {"seq": seq, "at": at, "name": name, "document": id_, "detail": detail, "previous": previous}
            kept = (seq, f"{at:%Y-%m-%d %H:%M:%S.%f}", name, id_, detail, previous)
            previous = log._hash(row)
            yield (*kept, previous)


def _multiply_index(folder: Path, renamed: Sequence[Mapping[bytes, bytes]]) -> None:
    path = folder / WhooshEngine(folder).generation
    with writing(path) as changes:
        base = list(changes._segments.values())
        serials = 1 + sum(segment.doc_count_all() for segment in base)
        for copy, ids in enumerate(renamed, 1):
            for segment in base:
                changes.take(_copied(path, segment, ids, copy * serials))
        changes.publish()


def _copied(path: Path, segment: ArraySegment, ids: Mapping[bytes, bytes], shift: int) -> ArraySegment:
    """Return a copy of a segment with other ids and serial numbers."""
    storage, count = DurableStorage(path), segment.doc_count_all()
    made = ArrayCodec().new_segment(storage, INDEX_NAME)
    made.set_doc_count(count)
    made.pieces = segment.pieces
    for extension in FILES:
        if extension != COLUMNS_FILE:
            shutil.copyfile(path / segment.make_filename(extension), path / made.make_filename(extension))
    known = ArrayPerDocumentReader(MappedStorage(path), segment)
    columns = ColumnsWriter(storage, made)
    for name, column in COLUMNS.items():
        reader = known.column_reader(name, column)
        columns.write(
            name, column, partial(_fill, name, reader, known.column_reader("id", COLUMNS["id"]), ids, shift), count
        )
    columns.close()
    return made


def _fill(name: str, reader: Any, old: Any, ids: Mapping[bytes, bytes], shift: int, writer: Any) -> None:
    every = np.arange(len(old.ranks))
    if name == "serial":
        for document, serial in enumerate(reader.array.tolist()):
            writer.add(document, serial + shift)
    elif name in ("id", "shown"):
        for document, before in enumerate(old.ids(every).tolist()):
            writer.add(document, bytes(reader[document]).replace(before[:64], ids[before[:64]]))
    else:
        writer.extend(reader, every)


def _catch_up(home: Path) -> None:
    """Update the counts, and advance all followers of document changes to the newest one."""
    with Archive.open(home) as archive:
        newest = select(func.max(documents.c.sequence)).scalar_subquery()
        engines = ((archive.engine, Unit.DOCUMENTS), (archive.clause_engine, Unit.CLAUSES))
        with archive.catalog._database.writing() as connection:
            count_anew(connection)
            set_vendors_as_of(connection, log.newest_number(connection))
            connection.execute(update(checkpoints).values(sequence=newest))
            for engine, unit in engines:
                of_it = checkpoints.c.name == generation_of(engine, unit)
                connection.execute(update(checkpoints).where(of_it).values(holds=engine.fingerprint()))
