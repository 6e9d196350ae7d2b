"""How long findings take on 10,000 documents with facts: from nothing, from memory, and after one correction.

Usage: ``python -m benchmarks.findings_speed [--documents 10000] [--home HOME]``

The documents are made: procurements of 139 municipalities with notice, documents, minutes, award and contract, requests
for information with their replies, about twelve facts a document, 400 vendors, every twentieth document a copy. HOME is
made if it is not there, and used as it is if it is. Each finding is counted three times: by a process that has
asked nothing yet, once more by the same one, and after a correction that was made between. At last, one is counted as
of an earlier event, and compared with now. CPU seconds.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path

from archive.archive import Archive
from archive.config import Settings
from archive.findings.changes import compare_runs
from archive.findings.counting import run
from archive.findings.files import load, readable
from archive.findings.municipalities import POPULATION
from archive.model import Document, Fact, FactStatus, Page, Reading, Span, TextSource
from archive.model.decisions import Decision, DecisionAction
from archive.model.words import Break, Word, Words
from archive.search.near_duplicates import NearDuplicateLinker
from archive.store.catalog import Catalog

_WORDS = 60
_VENDORS = tuple(f"Dobavljač {number:03d} d.o.o." for number in range(400))
_PAPERS = ("tender_notice", "tender_documents", "minutes", "award_decision", "contract")
_DAYS = 3650

Told = tuple[str, str, dict[str, str]]


def made_documents() -> Iterator[tuple[str, list[Told]]]:
    """The kind and the facts of documents without end, those of a procedure one after another."""
    chance = random.Random(8)
    towns = sorted(POPULATION)
    for number in range(1, 1_000_000):
        town, vendor = chance.choice(towns), chance.choice(_VENDORS)
        begin = date(2013, 1, 1) + timedelta(days=chance.randrange(_DAYS))
        file = f"404-{number}/{begin.year}"
        body: list[Told] = [("municipality", town, {}), ("buyer", f"Opština {town}", {})]
        if number % 8 == 0:
            yield "foi_request", [*body, ("date", begin.isoformat(), {})]
            outcome = chance.choice(("granted", "partly", "refused"))
            yield (
                "foi_reply",
                [*body, ("date", (begin + timedelta(days=12)).isoformat(), {}), ("foi_outcome", outcome, {})],
            )
            continue
        price = chance.randrange(300_000, 30_000_000)
        for step, kind in enumerate(_PAPERS):
            day = (begin + timedelta(days=10 * step)).isoformat()
            told = [*body, ("date", day, {}), ("reference", file, {"role": "procurement"})]
            told += [("title", f"{kind} {file}", {}), ("watch", "video surveillance", {"group": "capability"})]
            if kind == "minutes":
                told += [("bids", str(chance.randint(1, 4)), {}), ("bidder", vendor, {})]
                told += [("bidder", chance.choice(_VENDORS), {})]
            if kind in ("award_decision", "contract"):
                role = {"award_decision": "award"}.get(kind, kind)
                for vat, share in (("without", 100), ("with", 120)):
                    amount = f"{price * share // 100}.00"
                    told.append(("amount", amount, {"currency": "RSD", "vat": vat, "role": role}))
                told += [("vendor", vendor, {}), ("quantity", str(chance.randint(2, 60)), {"what": "cameras"})]
            yield kind, told


def fill(archive: Archive, count: int) -> None:
    """Add the documents, then link the copies."""
    chance = random.Random(9)
    lexicon = [f"reč{number}" for number in range(5000)]
    last: list[str] = []
    made = islice(made_documents(), count)
    for number, (kind, told) in enumerate(made):
        is_copy = number % 20 == 19 and last
        last = last if is_copy else chance.choices(lexicon, k=_WORDS)
        _add(archive.catalog, number, kind, told, last)
    NearDuplicateLinker(archive.catalog).update()


def _add(catalog: Catalog, number: int, kind: str, told: Sequence[Told], texts: Sequence[str]) -> None:
    id_ = hashlib.sha256(str(number).encode()).hexdigest()
    words = Words.of(Word(text, before=Break.SPACE) for text in texts)
    now = datetime.now(UTC)
    facts = [
        Fact(field, value, Span(id_, 1, at, at), f"{field}.made", 0.9, FactStatus.EXTRACTED, details)
        for at, (field, value, details) in enumerate([("kind", kind, {}), *told])
    ]
    page = Page(1, 0, len(words), 595, 842, TextSource.TEXT)
    document = Document(id_, f"{number:05d}.pdf", "application/pdf", 1, "main", now, 1, 1, 1, len(words))
    reading = Reading(id_, 1, now, {}, "sr-Latn", (page,))
    catalog.documents.add(document, reading, [words], facts, f"/made/{number:05d}.pdf")


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def measure(home: Path) -> None:
    """Count every finding three times, then one of them as of earlier, and print what each cost."""
    found, wrong = readable(home)
    assert not wrong, wrong
    print(f"{'':24}{'first':>8}{'again':>8}{'after a correction':>20}")
    for definition in found:
        with Archive.open(home, Settings()) as archive:
            parts = (archive.catalog, archive.search, archive.engine)
            once = partial(run, definition, *parts)
            first, again = seconds(once), seconds(once)
            _correct(archive)
            print(f"{definition.name:24}{first:8.2f}{again:8.2f}{seconds(once):20.2f}")
    with Archive.open(home, Settings()) as archive:
        parts = (archive.catalog, archive.search, archive.engine)
        newest, definition = archive.catalog.events.newest(), load(home, "spending")
        earlier = partial(run, definition, *parts, newest - 20)
        compared = partial(compare_runs, definition, *parts, newest - 20, newest)
        costs = [seconds(work) for work in (earlier, earlier, compared, compared)]
        print("spending as of 20 events ago: first {:.2f}, again {:.2f}; compared with now: first {:.2f}, "
              "again {:.2f}".format(*costs))  # fmt: skip


def _correct(archive: Archive) -> None:
    document = next(archive.catalog.documents.newest_first()).id
    value = f"2020-02-{random.randint(1, 28):02d}"
    given = Fact("date", value, None, "person", 1.0, FactStatus.CORRECTED)
    archive.catalog.decisions.record([Decision(document, "date", DecisionAction.CORRECT, "Ana", (given,))])


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the archive unless it is there, and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--home", type=Path)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder) / "home"
        if not home.exists():
            with Archive.open(home, Settings()) as archive:
                fill(archive, options.documents)
        measure(home)


if __name__ == "__main__":
    main()
