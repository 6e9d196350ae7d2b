"""Measure the cost of the review queue by the number of documents.

Usage: ``python -m benchmarks.doubts DOCUMENTS [FOLDER]``

A catalog is filled with generated documents of eight facts each: some firms, towns and buyers occur in many, one fact
in four is doubtful. Then the queue is built for the first time, and queried as pages do: median CPU time of several
queries, and the memory of the process. If FOLDER is given, the catalog is kept there.
"""

from __future__ import annotations

import hashlib
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import insert

from archive.facts.kept_doubts import kept_doubts
from archive.facts.review import counted_doubts, queue
from archive.model import Fact, Span
from archive.model.decisions import Decision, DecisionAction
from archive.store.catalog import Catalog
from archive.store.sql.tables import document_totals, documents, events, facts, readings

PORTION, LOOKS = 10_000, 7
SURE, UNSURE = 0.97, 0.7


def name_of(number: int) -> str:
    """Return the id of a generated document."""
    return hashlib.sha256(f"doubt {number}".encode()).hexdigest()


def read_in(number: int, count: int) -> Iterator[tuple[str, str, float, dict[str, str]]]:
    """Yield the extracted facts of a generated document."""
    chance = random.Random(number)

    def sure() -> float:
        return UNSURE if chance.random() < 0.25 else SURE

    yield "kind", chance.choice(("contract", "award_decision", "foi_reply", "minutes")), sure(), {}
    if chance.random() < 0.85:
        flags = {"check_failed": "pib"} if chance.random() < 0.02 else {}
        yield "vendor", f"Firma {int(max(count // 5, 9) * chance.random() ** 2.5)} doo", sure(), flags
    if chance.random() < 0.8:
        yield "buyer", f"Opština {int(170 * chance.random() ** 2)}", sure(), {}
    yield "municipality", f"Mesto {int(170 * chance.random() ** 2)}", sure(), {}
    if chance.random() < 0.7:
        yield "amount", f"{int(10 ** chance.uniform(4, 8))}.00", sure(), {}
    yield "year", str(chance.randrange(2015, 2026)), sure(), {}
    yield "date", f"{chance.randrange(2015, 2026)}-05-{chance.randrange(10, 28)}", sure(), {}
    yield "reference", f"{chance.randrange(999)}/2024", sure(), {}


def fill(catalog: Catalog, count: int) -> None:
    """Insert generated documents into the tables."""
    now = datetime.now(UTC)
    common = {"media_type": "text/plain", "size": 1, "collection": "main", "added_at": now, "reading": 1, "revision": 1}
    for start in range(0, count, PORTION):
        numbers = range(start, min(count, start + PORTION))
        rows: list[dict[str, Any]] = [
            {"id": name_of(n), "filename": f"{n}.txt", "page_count": 0, "word_count": 0, "sequence": n + 1, **common}
            for n in numbers
        ]
        of_readings: list[dict[str, Any]] = [
            {"document": name_of(n), "number": 1, "created_at": now, "agent": {}, "language": None} for n in numbers
        ]
        of_facts = [
            {"document": name_of(n), "ordinal": ordinal, "field": field, "value": value, "method": "made",
             "reading": 1, "first_word": 0, "last_word": 0, "confidence": sure, "status": "extracted", "details": flags}
            for n in numbers
            for ordinal, (field, value, sure, flags) in enumerate(read_in(n, count))
        ]  # fmt: skip
        of_events = [
            {"seq": n + 1, "at": now, "name": "ingestion", "document": name_of(n), "detail": '{"facts": 1}',
             "previous": "", "hash": f"{n:064x}"}
            for n in numbers
        ]  # fmt: skip
        with catalog._database.writing() as connection:
            for table, made in ((documents, rows), (readings, of_readings), (facts, of_facts), (events, of_events)):
                connection.execute(insert(table), made)
    with catalog._database.writing() as connection:
        connection.execute(
            insert(document_totals), {"collection": "main", "documents": count, "words": 0, "bytes": count}
        )


def measured(what: str, look: Callable[[int], object], looks: int = LOOKS) -> None:
    """Print the cost of an operation."""
    taken = []
    for turn in range(looks):
        begun = time.process_time()
        look(turn)
        taken.append(time.process_time() - begun)
    (most,) = (line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
    print(
        f"{what}: {1000 * median(taken):.1f} ms CPU (most {1000 * max(taken):.1f}), {int(most) // 1024} MB", flush=True
    )


def measured_after(what: str, catalog: Catalog, change: Callable[[int], None]) -> None:
    """Print the cost of counting after a change, without the change itself."""
    taken = []
    for turn in range(LOOKS):
        change(turn)
        begun = time.process_time()
        queue(catalog).count()
        taken.append(time.process_time() - begun)
    print(f"after {what}: {1000 * median(taken):.1f} ms CPU (most {1000 * max(taken):.1f})", flush=True)


def decide(catalog: Catalog, turn: int) -> None:
    """Record a person's decision on the doubt at position ``turn``."""
    doubt = queue(catalog).doubts(None, turn, 1)[0]
    if doubt.fact is not None:
        decision = Decision(doubt.document, doubt.field, DecisionAction.CONFIRM, "ana", old=doubt.fact.value)
    else:
        decision = Decision(doubt.document, doubt.field, DecisionAction.CORRECT, "ana")
    catalog.decisions.record([decision])


def read_anew(catalog: Catalog, number: int, count: int) -> None:
    """Replace the facts of a document by those of another one."""
    id_ = name_of(number % count)
    read = [
        Fact(field, value, Span(id_, 1, 0, 0), "made", sure, details=flags)
        for field, value, sure, flags in read_in(number + 1, count)
    ]
    catalog.facts.replace_extracted(id_, 1, read)


def main(count: int, folder: Path) -> None:
    """Fill a catalog, build its queue, and query it."""
    path = folder / "catalog.sqlite"
    is_new = not path.exists()
    catalog = Catalog.open(path)
    catalog.folder = folder / "cache"
    if is_new:
        fill(catalog, count)
        catalog.close()
        print(f"{count} documents, filled; once more for what they cost", flush=True)
        again = [sys.executable, "-m", "benchmarks.doubts", str(count), str(folder)]
        os.execv(sys.executable, again)
    measured("opened", lambda _: catalog.documents.count(), 1)
    measured("kept for the first time", lambda _: kept_doubts(catalog), 1)
    doubts = queue(catalog)
    total, every = doubts.count(), doubts.count_every()
    (file,) = (folder / "cache").glob("doubts-*.sqlite")
    print(
        f"{total} questions, {every} doubts, {doubts.count_values()} values; {file.stat().st_size >> 20} MB", flush=True
    )
    measured("count", lambda _: counted_doubts(catalog))
    measured("first question", lambda _: queue(catalog).doubts(None, 0, 1, 100))
    measured("middle question", lambda _: queue(catalog).doubts(None, total // 2, 1, 100))
    measured("last question", lambda _: queue(catalog).doubts(None, total - 1, 1, 100))
    measured("first part of the table", lambda _: queue(catalog).every(None, 0, 20))
    measured("first values", lambda _: queue(catalog).values(None, 0, 50))
    start = time.time_ns() % 10**6
    measured_after("a decision", catalog, lambda turn: decide(catalog, turn))
    measured_after("a paper that was read anew", catalog, lambda turn: read_anew(catalog, turn + start, count))
    catalog.close()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        main(int(sys.argv[1]), Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as made:
            main(int(sys.argv[1]), Path(made))
