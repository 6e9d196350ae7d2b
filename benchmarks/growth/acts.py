"""What is done with an archive, each in a process of its own: how much it costs, and what of the database it reads."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from sqlalchemy import event

from archive.archive import Archive
from archive.findings.counting import run
from archive.findings.files import load
from archive.model import Document, Page, Reading, TextSource
from archive.model.decisions import Decision, DecisionAction
from archive.model.documents import Fact, FactStatus
from archive.upkeep.backup import back_up
from benchmarks.growth.filling import LANGUAGE, keep, original, words_of
from benchmarks.growth.papers import paper

BATCH = 200
"""Documents of a commit."""

FINDINGS = ("spending", "vendors", "competition", "missing-documents")
PAGES = {
    "front page": "/",
    "search, a word": "/?q=ponuda",
    "search, a phrase": "/?q=%22Ugovorna+kazna%22",
    "search, a filter": "/?q=ponuda&municipality={town}",
    "document": "/documents/{document}",
    "document, searched": "/documents/{document}?q=ponuda",
    "page": "/documents/{document}/pages/1",
    "review": "/review",
    "candidates": "/vendors/candidates",
    "vendors": "/vendors",
    "collections": "/collections",
    "export of a search": "/export.csv?q=ponuda&municipality={town}",
    "status page": "/healthz/ready",
    "metrics": "/metrics",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What something cost: seconds of CPU (of processes it began, too) and by the clock, the most memory of the process
    until then in megabytes, and statements and steps of the database (of SQLite alone, in thousands)."""

    name: str
    cpu: float
    clock: float
    peak: float
    statements: int
    steps: int


class Meter:
    """Measures one thing after another on an archive."""

    def __init__(self, archive: Archive, each: int = 1000) -> None:
        """:param each: steps of SQLite that are counted at once: counting every single one takes long."""
        self.costs: list[Cost] = []
        self._each, self._statements, self._steps = each, 0, 0
        database = archive.catalog._database
        for engine in {database._engine, database._reader}:
            event.listen(engine, "before_cursor_execute", self._note_statement)
            if engine.dialect.name == "sqlite":
                event.listen(engine, "checkout", self._watch)

    def _note_statement(self, *_: object) -> None:
        self._statements += 1

    def _watch(self, driver: Any, *_: object) -> None:
        driver.set_progress_handler(self._note_step, self._each)

    def _note_step(self) -> int:
        self._steps += 1
        return 0

    @contextmanager
    def measuring(self, name: str) -> Iterator[None]:
        """Measure what is done within this."""
        before, statements, steps = _cpu(), self._statements, self._steps
        clock = time.monotonic()
        yield
        took = time.monotonic() - clock
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        steps = (self._steps - steps) * self._each
        self.costs.append(Cost(name, _cpu() - before, took, peak, self._statements - statements, steps))


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def start(archive: Archive, meter: Meter) -> None:
    """Begin to write, as each command and each worker does."""
    with meter.measuring("start of a writer"), archive.writing():
        pass


def add_one(archive: Archive, meter: Meter) -> None:
    """Add a file, in a process that has begun before: its children read it."""
    from indexer.ingest.progress import AddOptions, Progress  # noqa: PLC0415
    from indexer.ingest.run import add  # noqa: PLC0415

    options = AddOptions(1, "never", "main", retry_failed=False)
    with TemporaryDirectory() as folder:
        for name in ("first file", "add of one file"):
            file = Path(folder) / f"{time.time_ns()}.txt"
            file.write_bytes(original(paper(time.time_ns() % 10**9, 20_000)) + str(time.time_ns()).encode())
            with meter.measuring(name):
                add(archive, [file], options, lambda _: None, Progress())


def commit(archive: Archive, meter: Meter, count: int = BATCH, first: int | None = None) -> None:
    """Put documents into the catalog, and index them: those from the number ``first`` on, else others at each call."""
    with archive.writing():
        base = time.time_ns() // 10**6 % 10**9 if first is None else first
        for turn in ("first", "next"):
            with meter.measuring(f"{count} documents into the catalog, {turn}"):
                for number in range(base, base + count):
                    add_document(archive, number)
            base += count
            with meter.measuring(f"commit of {count} documents, {turn}"):
                archive.indexing.index_due()


def add_document(archive: Archive, number: int) -> str:
    """Add a made paper as it would be added had it been read just now; returns its id."""
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


def visit(archive: Archive, meter: Meter) -> None:
    """Start the reading room, and open its pages twice each."""
    from indexer.images.pages import SandboxedRenderer  # noqa: PLC0415 - as above
    from webapp import create_app  # noqa: PLC0415

    with closing(SandboxedRenderer(archive.settings, archive.cache)) as renderer:
        with meter.measuring("start of the reading room"):
            client = create_app(archive, renderer).test_client()
        document = next(archive.catalog.documents.newest_first()).id
        town = quote(archive.catalog.documents.descriptions([document])[document].municipality or "")
        for name, pattern in PAGES.items():
            path = pattern.format(document=document, town=town)
            for turn in ("first", "again"):
                with meter.measuring(f"{name}, {turn}"):
                    answer = client.get(path, headers={"Sec-Fetch-Site": "same-origin"})
                    content = answer.get_data()
                assert answer.status_code == 200, (path, answer.status_code, content[:500])


def count_findings(archive: Archive, meter: Meter) -> None:
    """Count findings: first, again, and after a document was corrected."""
    for name in FINDINGS:
        definition = load(archive.home, name)
        once = partial(run, definition, archive.catalog, archive.search, archive.engine)
        for turn in ("first", "again", "after one change"):
            if turn == "after one change":
                _correct(archive)
            with meter.measuring(f"finding {name}, {turn}"):
                once()


def _correct(archive: Archive) -> None:
    document = next(archive.catalog.documents.newest_first()).id
    given = Fact("date", f"2020-02-{1 + time.time_ns() // 1000 % 28:02d}", None, "person", 1.0, FactStatus.CORRECTED)
    archive.catalog.decisions.record([Decision(document, "date", DecisionAction.CORRECT, "Ana", (given,))])


def look(archive: Archive, meter: Meter) -> None:
    """Ask how the archive is, and look through one document."""
    from archive.command_line.status import status_record  # noqa: PLC0415 - as above

    with meter.measuring("status"):
        status_record(archive)
    document = next(archive.catalog.documents.newest_first()).id
    with meter.measuring("one document looked through"):
        assert archive.catalog.integrity.inspect(document)
        if archive.originals.has(document):
            archive.originals.verify(document)


def back(archive: Archive, meter: Meter) -> None:
    """Back up, and once more after a document was added."""
    with TemporaryDirectory(dir=archive.home.parent) as folder:
        for turn in ("backup, first", "backup, one document later"):
            with meter.measuring(turn):
                back_up(archive, Path(folder) / "backup")
            with archive.writing():
                add_document(archive, time.time_ns() % 10**9)


def reindex(archive: Archive, meter: Meter) -> None:
    """Build both indexes anew."""
    with meter.measuring("reindex"), archive.writing(reconcile=False):
        archive.indexing.rebuild(jobs=2)


ACTS: dict[str, Callable[[Archive, Meter], None]] = {
    "start": start,
    "add": add_one,
    "commit": commit,
    "look": look,
    "visit": visit,
    "findings": count_findings,
    "findings-again": count_findings,
    "backup": back,
    "reindex": reindex,
}
"""The acts by their names, in the order in which they are measured; findings twice, as what they keep is made by the
first process."""


def measured(home: Path, acts: Iterator[str]) -> Iterator[Cost]:
    """Do acts, each in a process of its own."""
    for act in acts:
        command = [sys.executable, "-m", "benchmarks.growth", "act", str(home), act]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
        of_act = [Cost(**told) for told in json.loads(done.stdout)]
        again = ", by another process" if act.endswith("-again") else ""
        yield from (replace(cost, name=cost.name + again) for cost in of_act)


def do(home: Path, act: str) -> None:
    """Do one act, and print what it cost as JSON."""
    with Archive.open(home) as archive:
        meter = Meter(archive)
        ACTS[act](archive, meter)
    print(json.dumps([asdict(cost) for cost in meter.costs]))
