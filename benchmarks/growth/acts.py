"""Operations of writers and workers on an archive."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.archive import Archive
from archive.facts.kept_doubts import kept_doubts, last_counts
from archive.findings.counting import keep_findings
from archive.findings.files import readable
from archive.findings.kept.as_of import keep_units
from archive.findings.kept.by_change import progress
from archive.findings.kept.units import kept_units
from archive.model import Document, Page, Reading, TextSource
from archive.model.decisions import Decision, DecisionAction
from archive.model.documents import Fact, FactStatus
from archive.profiles.bids import keep_bids
from benchmarks.growth.filling import LANGUAGE, keep, original, words_of
from benchmarks.growth.meter import Meter
from benchmarks.growth.papers import paper

BATCH = 200
"""Documents per commit."""

MOST_MINUTES = 60
"""Maximum CPU minutes for building all units and findings."""


def start(archive: Archive, meter: Meter) -> None:
    """Measure the start of a writer, as in each command, and of a worker, as beside the web application."""
    from indexer.queue import UploadQueue  # noqa: PLC0415 - most acts need no readers

    with meter.measuring("start of a writer"), archive.writing():
        pass
    with meter.measuring("start of a worker: no job, all is indexed"):
        worker = UploadQueue(archive)
        worker.work()
        archive.keep_index()


def keep_all(archive: Archive, meter: Meter) -> None:
    """Build the caches of all documents; those that exist are not rebuilt."""
    ends = _user_seconds() + 60 * MOST_MINUTES

    def until() -> bool:
        return _user_seconds() > ends

    with meter.measuring("doubts of all, where none are kept"):
        kept_doubts(archive.catalog)
    with meter.measuring("units of all, where none are kept"):
        keep_units(archive.catalog, until)
    definitions, _ = readable(archive.home)
    with meter.measuring(f"lines of all {len(definitions)} findings, where none are kept"):
        keep_findings(definitions, archive.catalog, until)
    with meter.measuring("bids of all procedures, where none are kept"):
        keep_bids(archive.home, archive.catalog, until)
    file = kept_units(archive.catalog)
    assert file is not None
    if until():
        done, total = progress(archive.catalog, file)
        sys.stderr.write(f"stopped after {MOST_MINUTES} CPU minutes: units of {done} of {total}\n")


def _user_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def add_one(archive: Archive, meter: Meter) -> None:
    """Add a file in a running process, then measure each update that follows a new document.

    The file is read by child processes. Caches that are not complete yet are not updated.
    """
    from indexer.ingest.progress import AddOptions, Progress  # noqa: PLC0415 - as above
    from indexer.ingest.run import add  # noqa: PLC0415 - as above

    options = AddOptions(1, "never", "main", retry_failed=False)
    with TemporaryDirectory() as folder:
        for name in ("first file", "add of one file"):
            file = Path(folder) / f"{time.time_ns()}.txt"
            file.write_bytes(original(paper(time.time_ns() % 10**9, 20_000)) + str(time.time_ns()).encode())
            with meter.measuring(name):
                add(archive, [file], options, lambda _: None, Progress())
    catalog, indexing, (definitions, _) = archive.catalog, archive.indexing, readable(archive.home)
    steps: dict[str, Callable[[], object]] = {
        "vendors and candidates": catalog.vendors.identify,
        "index of documents": lambda: indexing._documents.index(indexing._documents.due()),
        "alerts and near-duplicates": indexing.follow_up,
        "index of clauses": lambda: indexing._clauses.index(indexing._clauses.due()),
        "doubts": lambda: kept_doubts(catalog),
        "units": lambda: keep_units(catalog),
        "lines of findings": lambda: keep_findings(definitions, catalog),
        "bids": lambda: keep_bids(archive.home, catalog),
    }
    kept = kept_units(catalog)
    if last_counts(catalog) is None:
        del steps["doubts"]
    if kept is None or kept.stamp() is None:
        del steps["units"], steps["lines of findings"], steps["bids"]
    for turn in ("first", "next"):
        with archive.writing():
            with meter.measuring(f"one document more, {turn}: catalog"):
                add_document(archive, time.time_ns() % 10**9 // 5 * 5 + 4)
            for name, step in steps.items():
                with meter.measuring(f"one document more, {turn}: {name}"):
                    step()


def commit(archive: Archive, meter: Meter, count: int = BATCH, first: int | None = None) -> None:
    """Add ``count`` documents to the catalog, and index them.

    They begin at number ``first``, or are different ones at each call.
    """
    with archive.writing():
        base = time.time_ns() // 10**6 % 10**9 if first is None else first
        for turn in ("first", "next", "third"):
            with meter.measuring(f"{count} documents into the catalog, {turn}"):
                for number in range(base, base + count):
                    add_document(archive, number)
            base += count
            with meter.measuring(f"commit of {count} documents, {turn}"):
                archive.indexing.index_due()


def add_document(archive: Archive, number: int) -> str:
    """Add a generated document as if it had just been read, and return its id."""
    made = paper(number, 20_000)
    content = original(made)
    id_, now, words = sha256(content).hexdigest(), datetime.now(UTC), words_of(made)
    keep(archive.home / "originals", id_, content)
    page = Page(1, 0, len(words), 0, 0, TextSource.TEXT, language=LANGUAGE, script="Latn")
    name = f"{number}.txt"
    document = Document(id_, name, "text/plain", len(content), "main", now, 1, 1, 1, len(words))
    reading = Reading(id_, 1, now, {"dosije": "0.1.0"}, LANGUAGE, (page,))
    facts, clauses = made.facts(id_), made.clauses(id_)
    archive.catalog.documents.add(document, reading, [words], facts, f"/made/{name}", clauses=clauses)
    return id_


def correct(archive: Archive) -> None:
    """Correct the date of the newest document."""
    document = next(archive.catalog.documents.newest_first()).id
    given = Fact("date", f"2020-02-{1 + time.time_ns() // 1000 % 28:02d}", None, "person", 1.0, FactStatus.CORRECTED)
    archive.catalog.decisions.record([Decision(document, "date", DecisionAction.CORRECT, "Ana", (given,))])


def reindex(archive: Archive, meter: Meter) -> None:
    """Rebuild both indexes."""
    with meter.measuring("reindex"), archive.writing(reconcile=False):
        archive.indexing.rebuild(jobs=2)
