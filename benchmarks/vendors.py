"""What one document more costs the vendors of an archive with many mentions.

    python -m benchmarks.vendors MENTIONS [FOLDER]

A catalog is filled with made documents of one mention each, of invented firms (a fifth as many; some are in many
documents, most in few), and all vendors are found. Then documents come one by one: of a known firm as it was printed
before, of a known firm in another spelling, of a new firm, and one with a winner and three rivals. For each: CPU time,
statements and steps of SQLite until the vendors are up to it, three times. A FOLDER that is named keeps the catalog.
"""

from __future__ import annotations

import hashlib
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, insert

from archive.model import Fact, Span
from archive.store.catalog import Catalog
from archive.store.sql.tables import documents, events, facts, readings
from tests.store_samples import Sample, sample

SYLLABLES = (
    "ba be bo da de do fa ga ka ke ko la le lo ma me mo na ne no pa pe po ra re ro sa se so ta te to va ve zi zo"
)
SEATS = ("Beograd", "Novi Sad", "Niš", "Kragujevac", "Ruma", "Zrenjanin", "Čačak", "Valjevo", "Bor", "Užice")
FORMS = ("d.o.o.", "DOO", "d.o.o", "a.d.", "PR", "JKP")
TURNS = 3


@dataclass(frozen=True, slots=True)
class Firm:
    """An invented firm: how it is printed, and its number if anybody prints that."""

    names: Sequence[str]
    pib: str | None

    @classmethod
    def of(cls, number: int) -> Firm:
        """Make firm ``number``."""
        chance = random.Random(number)
        word = "".join(chance.choices(SYLLABLES.split(), k=4)).capitalize()
        form, seat = chance.choice(FORMS), chance.choice(SEATS)
        names = (f"„{word}” {form} {seat}", f"{word} {form} {seat}", f"{word} {form}".upper())
        return cls(names[: chance.choice((1, 2, 3))], f"{100000000 + number}" if chance.random() < 0.7 else None)


def mention(chance: random.Random, firms: int) -> tuple[str, dict[str, str]]:
    """Choose a firm, some much oftener than others, and how it is printed."""
    firm = Firm.of(int(firms * chance.random() ** 2.5))
    number = {"pib": firm.pib} if firm.pib and chance.random() < 0.5 else {}
    return chance.choice(firm.names), number


def fill(catalog: Catalog, count: int) -> None:
    """Put ``count`` documents with one mention each into the tables."""
    chance, now = random.Random(1), datetime.now(UTC)
    common = {"media_type": "text/plain", "size": 1, "collection": "main", "added_at": now, "reading": 1, "revision": 1}
    for start in range(0, count, 10_000):
        numbers = range(start, min(count, start + 10_000))
        ids = {number: hashlib.sha256(f"made {number}".encode()).hexdigest() for number in numbers}
        told = {number: mention(chance, max(1, count // 5)) for number in numbers}
        with catalog._database.writing() as connection:
            rows = [
                {"id": ids[n], "filename": f"{n}.txt", "page_count": 0, "word_count": 0, "sequence": n + 1, **common}
                for n in numbers
            ]
            connection.execute(insert(documents), rows)
            of_readings: list[dict[str, Any]] = [
                {"document": ids[n], "number": 1, "created_at": now, "agent": {}, "language": None} for n in numbers
            ]
            connection.execute(insert(readings), of_readings)
            of_facts = [
                {"document": ids[n], "ordinal": 0, "field": "vendor", "value": told[n][0], "method": "made",
                 "reading": 1, "first_word": 0, "last_word": 0, "confidence": 0.9, "status": "extracted",
                 "details": told[n][1]}
                for n in numbers
            ]  # fmt: skip
            connection.execute(insert(facts), of_facts)
            of_events = [
                {"seq": n + 1, "at": now, "name": "ingestion", "document": ids[n], "detail": '{"facts": 1}',
                 "previous": "", "hash": f"{n:064x}"}
                for n in numbers
            ]  # fmt: skip
            connection.execute(insert(events), of_events)


def naming(number: int, *mentions: tuple[str, dict[str, str]]) -> Sample:
    """Make a document that prints these; the first is the vendor."""
    plain = sample(number, id=hashlib.sha256(f"more {number}".encode()).hexdigest())
    found = [
        Fact("bidder" if at else "vendor", name, Span(plain.id, 1, at, at), "made", 0.9, details=details)
        for at, (name, details) in enumerate(mentions)
    ]
    return replace(plain, facts=found)


@contextmanager
def measured(catalog: Catalog, what: str) -> Iterator[None]:
    """Print what something costs."""
    counts = {"statements": 0, "steps": 0}

    def count(*_: Any) -> None:
        counts["statements"] += 1

    def step() -> int:
        counts["steps"] += 1
        return 0

    engine = catalog._database._engine
    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "checkout", lambda dbapi, *_: dbapi.set_progress_handler(step, 100))
    begun, clock = time.process_time(), time.monotonic()
    yield
    cpu, took = time.process_time() - begun, time.monotonic() - clock
    event.remove(engine, "before_cursor_execute", count)
    print(
        f"{what}: {cpu:.3f} s CPU, {took:.3f} s, {counts['statements']} statements, {counts['steps'] * 100} steps",
        flush=True,
    )


def main(count: int, folder: Path) -> None:
    """Fill a catalog, and add documents."""
    path = folder / "catalog.sqlite"
    is_new = not path.exists()
    catalog = Catalog.open(path)
    if is_new:
        fill(catalog, count)
    with measured(catalog, f"{count} mentions, all vendors"):
        catalog.vendors.identify()
    chance, number = random.Random(time.time_ns()), time.time_ns() % 10**9
    for turn in range(TURNS):
        known = [mention(chance, max(1, count // 5)) for _ in range(4)]
        name, details = known[0]
        several = {printed: (printed, of) for printed, of in known}
        cases = {
            "as printed before": [known[0]],
            "in another spelling": [(name.replace("o", "0", 1).swapcase(), details)],
            "a new firm": [(f"Novajlija{number + turn} d.o.o. Bor", {"pib": f"{number + turn}"})],
            "a winner and rivals": list(several.values()),
        }
        for at, (what, mentions) in enumerate(cases.items()):
            naming(number + turn * 10 + at, *mentions).add_to(catalog)
            with measured(catalog, what):
                catalog.vendors.identify()
    with measured(catalog, "candidates, first 50"):
        catalog.vendors.merge_candidates(50)
    catalog.close()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        main(int(sys.argv[1]), Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as made:
            main(int(sys.argv[1]), Path(made))
