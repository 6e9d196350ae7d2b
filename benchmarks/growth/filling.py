"""Fill an archive with generated documents: rows are inserted directly, originals are written to their folder.

The result equals that of adding them: rows of every table, the hash-chained log, signatures of near duplicates.
Documents are inserted in the order of their ids, which is that of most keys. Vendors and both indexes are then built by
the archive's own code, as ``dosije reindex`` does.
"""

from __future__ import annotations

import json
import time
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Table, insert

from archive.archive import Archive
from archive.model import Page, TextSource
from archive.model.words import Words
from archive.search.minhash import SKETCH_VERSION, sketch
from archive.store import events as log
from archive.store.events import EventName
from archive.store.near_duplicates import Signature, _bands
from archive.store.originals.files import Originals
from archive.store.sql import tables
from archive.store.sql.totals import count_anew
from archive.store.sql.wordpack import pack
from benchmarks.growth.papers import MadePaper, paper

BLOCK = 1000
"""Documents that a process generates at a time, and that are inserted in one transaction."""

FILLED = (
    *(tables.documents, tables.sources, tables.readings, tables.pages, tables.page_words),
    *(tables.facts, tables.clauses, tables.events, tables.signatures),
)
"""Tables filled per document, in the order of their foreign keys."""

_BEGUN = datetime(2026, 1, 1, 12, tzinfo=UTC)
LANGUAGE = "sr-Latn"

Rows = dict[str, list[dict[str, Any]]]


def original(made: MadePaper) -> bytes:
    """Return the original file of a document."""
    return (" ".join(made.words) + "\n").encode()


def words_of(made: MadePaper) -> Words:
    """Return the words of a document, as they are read from its original."""
    return Words(tuple(made.words), array("H"), b"", bytes(len(made.words)))


def fill(archive: Archive, count: int, jobs: int, say: Callable[[str], None] = lambda _: None) -> None:
    """Insert ``count`` documents into an empty archive, identify its vendors and build its indexes."""
    begun = time.monotonic()
    root = archive.originals._root if isinstance(archive.originals, Originals) else None
    with ProcessPoolExecutor(jobs) as pool:
        numbers = range(0, count, BLOCK)
        ids = sorted(pair for block in pool.map(_ids, numbers, repeat(count)) for pair in block)
        say(f"{count} ids after {time.monotonic() - begun:.0f} s")
        placed = list(enumerate(ids, 1))
        blocks = [placed[start : start + BLOCK] for start in range(0, count, BLOCK)]
        _fill_tables(archive, pool.map(partial(_rows, count, root), blocks))
    say(f"tables filled after {time.monotonic() - begun:.0f} s")
    archive.catalog.near_duplicates.catch_up(SKETCH_VERSION)
    archive.catalog.vendors.identify()
    say(f"vendors found after {time.monotonic() - begun:.0f} s")
    archive.indexing.rebuild(jobs=jobs)
    say(f"indexes built after {time.monotonic() - begun:.0f} s")


def _ids(first: int, of: int) -> list[tuple[str, int]]:
    return [(sha256(original(paper(at, of))).hexdigest(), at) for at in range(first, min(first + BLOCK, of))]


def _fill_tables(archive: Archive, blocks: Iterator[tuple[Rows, NDArray[np.int64]]]) -> None:
    database = archive.catalog._database
    bands: list[NDArray[np.int64]] = []
    previous = log._START
    indexes = [index for table in FILLED for index in table.indexes]
    with database.writing() as connection:
        for index in indexes:
            index.drop(connection)
    for rows, of_block in blocks:
        for row in rows["events"]:
            row["previous"] = previous
            row["hash"] = previous = log._hash(row)
        bands.append(of_block)
        with database.writing() as connection:
            for table in FILLED:
                _insert(connection, table, rows[table.name])
    with database.writing() as connection:
        ordered = np.concatenate(bands)
        ordered = ordered[np.argsort(ordered[:, 0], kind="stable")]
        for start in range(0, len(ordered), 100_000):
            part = ordered[start : start + 100_000].tolist()
            _insert(connection, tables.signature_bands, [{"band": band, "signature": at} for band, at in part])
        for index in indexes:
            index.create(connection)
        count_anew(connection)
        database.finish_copy(connection)


def _insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows with the same columns, without most of SQLAlchemy's work per row."""
    if not rows:
        return
    columns = [column for column in table.c if column.name in rows[0]]
    processors = (column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect) for column in columns)
    convert = [(column.name, processor) for column, processor in zip(columns, processors, strict=True)]
    values = [
        tuple(row[name] if to is None or row[name] is None else to(row[name]) for name, to in convert) for row in rows
    ]
    if connection.dialect.name == "postgresql":
        named = ", ".join(f'"{column.name}"' for column in columns)
        with connection.connection.cursor().copy(f"COPY {table.name} ({named}) FROM STDIN") as copy:
            for of_row in values:
                copy.write_row(of_row)
        return
    statement = insert(table).values({column.name: None for column in columns}).compile(dialect=connection.dialect)
    connection.exec_driver_sql(str(statement), values)


def _rows(of: int, root: Path | None, block: Sequence[tuple[int, tuple[str, int]]]) -> tuple[Rows, NDArray[np.int64]]:
    """Return the rows of a block of documents, without the hashes of events, and the bands of their signatures."""
    rows: Rows = {table.name: [] for table in FILLED}
    bands: list[tuple[int, int]] = []
    for sequence, (id_, number) in block:
        made = paper(number, of)
        if root is not None:
            keep(root, id_, original(made))
        _add_document(rows, sequence, id_, number, made)
        words = words_of(made)
        _add_words(rows, id_, words, _BEGUN + timedelta(seconds=sequence))
        rows["facts"] += [
            {"document": id_, "ordinal": at, "field": name, "value": value, "reading": 1, "first_word": first,
             "last_word": last, "method": f"{name}.made", "confidence": 0.95, "status": "extracted",
             "details": dict(details)}
            for at, (name, value, details, first, last) in enumerate(made.told)
        ]  # fmt: skip
        rows["clauses"] += [
            {"document": id_, "reading": 1, "eid": f"art_{at}", "ordinal": at - 1, "label": f"Član {at}.",
             "heading": heading, "topic": topic, "parent": None, "first_word": first, "last_word": last,
             "level": "article", "confidence": 0.95, "counted": False, "is_unit": True}
            for at, (topic, heading, first, last) in enumerate(made.articles, 1)
        ]  # fmt: skip
        signature = _signature(id_, words)
        rows["signatures"].append({"number": sequence, **asdict(signature), "linked": True})
        bands += [(band, sequence) for band in _bands(signature)]
    return rows, np.array(bands, np.int64)


def _add_document(rows: Rows, sequence: int, id_: str, number: int, made: MadePaper) -> None:
    at, size, path = _BEGUN + timedelta(seconds=sequence), len(original(made)), f"/made/{number}.txt"
    rows["documents"].append(
        {"id": id_, "filename": f"{number}.txt", "media_type": "text/plain", "size": size, "collection": "main",
         "added_at": at, "reading": 1, "revision": 1, "page_count": 1, "word_count": len(made.words),
         "sequence": sequence}
    )  # fmt: skip
    rows["sources"].append({"document": id_, "path": path, "seen_at": at})
    ingested = {"reading": 1, "pages": 1, "words": len(made.words)}
    found = {"facts": len(made.told), "clauses": len(made.articles)}
    told = ((EventName.CAPTURE, {"path": path, "size": size}), (EventName.INGESTION, ingested | found))
    for place, (name, detail) in enumerate(told):
        text = json.dumps(detail, ensure_ascii=False, sort_keys=True)
        event = {"seq": 2 * sequence - 1 + place, "at": at, "name": str(name), "document": id_, "detail": text}
        rows["events"].append(event)


def _add_words(rows: Rows, id_: str, words: Words, at: datetime) -> None:
    page = asdict(Page(1, 0, len(words), 0, 0, TextSource.TEXT, language=LANGUAGE, script="Latn"))
    agent = {"dosije": "0.1.0", "reader": "made"}
    rows["readings"].append({"document": id_, "number": 1, "created_at": at, "agent": agent, "language": LANGUAGE})
    rows["pages"].append({"document": id_, "reading": 1, **page, "source": str(page["source"])})
    rows["page_words"].append({"document": id_, "reading": 1, "page": 1, "packed": pack(words)})


def _signature(id_: str, words: Words) -> Signature:
    made = sketch([words])
    assert made is not None
    return Signature(id_, 1, SKETCH_VERSION, made.text, made.wording, made.numbers, made.by_ocr)


def keep(root: Path, id_: str, content: bytes) -> None:
    """Write an original to its path without syncing."""
    path = Originals(root).path(id_)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o444)
