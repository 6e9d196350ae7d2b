"""What it costs to see a part of an archive only: searches, pages of documents and findings, beside seeing all of it.

Usage: ``python -m benchmarks.rights [--documents 10000] [--home HOME]``

The documents are those of ``benchmarks.findings_speed``; every tenth is of a private collection. HOME is made if it is
not there. Each thing is asked as the whole archive answers it and as it does for those from whom the collection is
hidden, first by a process that has asked nothing yet, then the median of the times after that. Milliseconds of
CPU time.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import update

from archive.archive import Archive
from archive.config import Settings
from archive.findings.counting import run
from archive.findings.files import load
from archive.search.request import SearchRequest
from archive.store.sql.tables import documents
from benchmarks.findings_speed import fill

PRIVATE = "private"
_EVERY, _TIMES = 10, 15


def make(home: Path, count: int) -> None:
    """An archive of so many documents, every tenth in the private collection."""
    with Archive.open(home, Settings()) as archive:
        fill(archive, count)
        ids = sorted(archive.catalog.indexing.revisions())[::_EVERY]
        with archive.catalog._database.writing() as connection:
            for id_ in ids:
                row = update(documents).where(documents.c.id == id_)
                connection.execute(row.values(collection=PRIVATE, revision=documents.c.revision + 1))
        archive.catalog.collections.share(PRIVATE, is_private=True, members=[], by="benchmark")
        with archive.writing():
            archive.indexing.index_due()


def questions(archive: Archive, document: str) -> dict[str, Callable[[], object]]:
    """What is asked, by what it is called; ``document`` is one that everybody sees."""
    finding = load(archive.home, "spending")

    def page() -> None:
        archive.catalog.documents.find(document)
        archive.catalog.readings.get(document)
        archive.catalog.readings.words(document, 1, 1)
        archive.catalog.facts.of(document)
        archive.catalog.documents.descriptions([document])

    return {
        "search, one of two words": lambda: archive.search.search(SearchRequest("reč12 OR reč34")),
        "every document, all facets": lambda: archive.search.search(SearchRequest()),
        "one document": page,
        "vendors, first page": lambda: archive.catalog.vendors.search(limit=50),
        "coverage": lambda: archive.catalog.coverage.survey(archive.engine.generation),
        "finding": lambda: run(finding, archive.catalog, archive.search, archive.engine),
    }


def measured(ask: Callable[[], object]) -> tuple[float, float]:
    """How long the first time took, and the others in the middle."""
    times = []
    for _ in range(_TIMES):
        begun = time.process_time()
        ask()
        times.append((time.process_time() - begun) * 1000)
    return times[0], statistics.median(times[1:])


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--home", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = asked.home or Path(folder) / "home"
        if not home.exists():
            make(home, asked.documents)
        with Archive.open(home, Settings()) as archive:
            seen = archive.seen(frozenset({PRIVATE}))
            print(f"{'':28}{'all: first':>12}{'then':>9}{'part: first':>13}{'then':>9}{'ratio':>8}")
            document = next(seen.catalog.documents.newest_first()).id
            parts = questions(seen, document)
            for name, ask in questions(archive, document).items():
                (first, then), (first_part, then_part) = measured(ask), measured(parts[name])
                print(f"{name:28}{first:12.1f}{then:9.2f}{first_part:13.1f}{then_part:9.2f}{then_part / then:8.2f}")


if __name__ == "__main__":
    main()
