"""Operations of readers and owners on an archive: pages, findings, exports, and checks."""

from __future__ import annotations

import signal
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import NoReturn
from urllib.parse import quote

from archive.archive import Archive
from archive.command_line.export import links_below
from archive.findings.counting import run
from archive.findings.files import load, readable
from archive.ocds.export import releases
from archive.procedures.kept_numbers import keep_numbers
from archive.upkeep.backup import back_up
from benchmarks.growth.acts import add_document, correct
from benchmarks.growth.meter import Meter

SECONDS = 30
"""CPU seconds before a backup or an export is stopped."""

PAGES = {
    "front page": "/",
    "search, a word": "/?q=ponuda",
    "search, a phrase": "/?q=%22Ugovorna+kazna%22",
    "search, a filter": "/?q=ponuda&municipality={town}",
    "search, all, tenth page": "/?page=10",
    "search of clauses": "/?q=kazna&unit=clauses",
    "facets, all municipalities": "/facets/municipality?q=ponuda",
    "facets, all vendors": "/facets/vendor?q=ponuda",
    "document": "/documents/{document}",
    "document, searched": "/documents/{document}?q=ponuda",
    "page": "/documents/{document}/pages/1",
    "near-duplicates of a document": "/api/v1/documents/{document}/near-duplicates",
    "review": "/review",
    "doubts, many at once": "/review/many",
    "candidates": "/vendors/candidates",
    "vendors": "/vendors",
    "vendor": "/vendors/{vendor}",
    "places": "/places",
    "place": "/places/{town}",
    "findings": "/findings",
    "a finding": "/findings/spending",
    "templates": "/templates",
    "topics": "/topics",
    "a topic": "/topics/penalty",
    "a topic, few clauses": "/topics/payment",
    "contracts without a topic": "/topics/payment/without",
    "collections": "/collections",
    "stories": "/stories",
    "jobs": "/jobs",
    "log of what was done": "/users/audit",
    "export of a search, first bytes": "/export.csv?q=ponuda",
    "export of a search": "/export.csv?q=ponuda&municipality={town}",
    "export of a finding, first bytes": "/findings/spending.csv",
    "status page": "/healthz/ready",
    "metrics": "/metrics",
}

ANSWERS = (200, 400, 503)
"""Allowed statuses of pages."""


def visit(archive: Archive, meter: Meter) -> None:
    """Start the web application, and request its pages twice each.

    Some respond that there is too much data (400), or that a cache is not complete (503).
    """
    from indexer.images.pages import SandboxedRenderer  # noqa: PLC0415 - other acts need none
    from webapp import create_app  # noqa: PLC0415 - as above

    catalog, known = archive.catalog, dict[str, str]()
    catalog.limits = replace(catalog.limits, is_awaiting_units=False)
    known["document"] = next(catalog.documents.newest_first()).id
    known["town"] = quote(catalog.documents.descriptions([known["document"]])[known["document"]].municipality or "")
    known["vendor"] = catalog.vendors.search(limit=1)[1][0].id
    with closing(SandboxedRenderer(archive.settings, archive.cache)) as renderer:
        with meter.measuring("numbers of all, where none are kept"):
            # A room does so beside its first pages.
            keep_numbers(catalog)
        with meter.measuring("start of the reading room"):
            client = create_app(archive, renderer).test_client()
        for name, pattern in PAGES.items():
            path = pattern.format(**known)
            for turn in ("first", "again"):
                with meter.measuring(f"{name}, {turn}", is_of_thread=True):
                    answer = client.get(path, headers={"Sec-Fetch-Site": "same-origin"})
                    content = next(iter(answer.response), b"") if "first bytes" in name else answer.get_data()
                    answer.close()
                assert answer.status_code in ANSWERS, (path, answer.status_code, content[:500])


def findings(archive: Archive) -> list[str]:
    """Return the names of all findings."""
    return [definition.name for definition in readable(archive.home)[0]]


def count_finding(name: str, archive: Archive, meter: Meter) -> None:
    """Compute a finding: first, again, and after a document was corrected."""
    definition = load(archive.home, name)
    for turn in ("first", "again", "after one change"):
        if turn == "after one change":
            correct(archive)
        with meter.measuring(f"finding {name}, {turn}"):
            run(definition, archive.catalog, archive.search, archive.engine)


def look(archive: Archive, meter: Meter) -> None:
    """Query the status, and check one document."""
    from archive.command_line.status import status_record  # noqa: PLC0415 - as above

    with meter.measuring("status"):
        status_record(archive)
    document = next(archive.catalog.documents.newest_first()).id
    with meter.measuring("one document looked through"):
        assert archive.catalog.integrity.inspect(document)
        if archive.originals.has(document):
            archive.originals.verify(document)


def export(archive: Archive, meter: Meter) -> None:
    """Begin to export all procurements, each for some seconds at most."""
    told = releases(archive.catalog, "ocds-made", links_below(archive.settings))
    for what, count in (("first release", 1), ("1,000 more", 1_000)):
        with meter.measuring(f"export of all as OCDS, {what}"), _stopped_after(SECONDS):
            deque(islice(told, count), maxlen=0)


def back(archive: Archive, meter: Meter) -> None:
    """Back up, and once more after adding a document, each stopped after :data:`SECONDS`."""
    with TemporaryDirectory(dir=archive.home.parent) as folder:
        for turn in ("backup, first", "backup, one document later"):
            with meter.measuring(turn), _stopped_after(SECONDS):
                back_up(archive, Path(folder) / "backup")
            with archive.writing():
                add_document(archive, time.time_ns() % 10**9)


@contextmanager
def _stopped_after(seconds: float) -> Iterator[None]:
    """Stop the enclosed block after ``seconds`` of CPU, whatever it is doing.

    A database reports the interruption by an error of its own.
    """
    is_over = False

    def stop(_signal: int, _frame: FrameType | None) -> NoReturn:
        nonlocal is_over
        is_over = True
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    except Exception:
        if not is_over:
            raise
        sys.stderr.write(f"stopped after {seconds} s\n")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
