"""Several workers read one queue, and what one of them leaves when it is killed is read by the others."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pymupdf
import pytest

from archive.archive import Archive
from archive.config import Settings
from archive.errors import ArchiveBusy, UsageError
from archive.model.queue import MOST_ATTEMPTS, QueueState, TaskState
from archive.search.request import SearchRequest
from archive.system.failpoints import VARIABLE
from indexer.ingest.progress import AddOptions, Progress
from indexer.ingest.run import add
from indexer.queue import TaskQueue, WorkOptions
from tests import warm_commands
from tests.crash_samples import ROOT, Life
from tests.indexer_samples import letter_pdf, scan, scanned_pdf
from tests.postgres_samples import drop_catalog, empty_catalog, own_address, own_schema, server
from tests.waiting import PATIENCE, wait_for
from tests.warm_commands import WarmCommand
from tests.webapp.test_search_server_down import NOBODY
from tests.working_samples import put_on_server, reports, state

DOCUMENTS = 7
SECONDS_TO_GIVE_BACK = 15
SECONDS_OF_OCR = 3


class Room:
    """An archive whose catalog is on the server, and the commands that run on it."""

    def __init__(self, folder: Path, address: str) -> None:
        self.life, self.address = Life.begin(folder / "room", DOCUMENTS), address
        self.home = self.life.home
        with zipfile.ZipFile(self.life.inputs / "04 svezanj.zip", "w") as bundle:
            texts = [f"Prilog {number} uz ugovor o kamerama." for number in range(3)]
            for number, text in enumerate([*texts, (self.life.inputs / "00.txt").read_text(encoding="utf-8"), ""]):
                # The time is always that of the beginning, so that the bytes are always the same.
                bundle.writestr(zipfile.ZipInfo(f"{number}.txt"), text)
        put_on_server(self.home, address)

    def run(self, *arguments: str, dies_at: str = "") -> list[dict[str, str]]:
        """Run a command to its end; returns what it reported of files."""
        environ = {VARIABLE: dies_at} if dies_at else {}
        ended = warm_commands.run(["--home", str(self.home), *arguments], environ)
        assert ended.returncode in ((-signal.SIGKILL,) if dies_at else (0, 3)), ended.stderr
        return reports(ended.stdout)

    def work(self, *arguments: str, dies_at: str = "") -> list[dict[str, str]]:
        return self.run("work", *WORK, "--until-empty", *arguments, dies_at=dies_at)

    def start(self, *arguments: str) -> WarmCommand:
        """Start a worker beside us."""
        return warm_commands.start(["--home", str(self.home), "work", *WORK, *arguments])

    def queue(self, path: Path | None = None) -> Counter[str]:
        """Queue a file, or all inputs; returns how many were reported in which state."""
        told = self.run("add", str(path or self.life.inputs), "--queue", "--json")
        return Counter(report["status"] for report in told)

    def queue_state(self) -> QueueState:
        with Archive.open(self.home) as archive:
            return archive.catalog.tasks.state()


pytestmark = pytest.mark.usefixtures("warm_readers")

WORK = ("--jobs", "1", "--ocr", "never", "--json")


@pytest.fixture
def room(tmp_path: Path) -> Room:
    empty_catalog(tmp_path).close()
    return Room(tmp_path, own_address())


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The state of an archive to which one process added all."""
    schema = f"{own_schema()}_straight"
    made = Room(tmp_path_factory.mktemp("straight"), f"{server()}?schema={schema}")
    made.run("add", str(made.life.inputs), "--jobs", "1", "--ocr", "never", "--json")
    yield state(made.life)
    drop_catalog(schema)


def take_and_die(room: Room, times: int) -> None:
    """Have a worker take the first task and be gone, so many times."""
    with Archive.open(room.home) as archive:
        for _ in range(times):
            with archive.adding() as claims:
                assert archive.catalog.tasks.take(claims, "gone")


def test_two_workers_drain_one_import(room: Room, straight: dict[str, str]) -> None:
    assert room.queue() == {"queued": DOCUMENTS + 1, "failed": 1}
    assert room.queue() == {"queued": DOCUMENTS + 1, "failed": 1}, "what waits is not queued twice"
    assert room.queue_state().counts == {TaskState.QUEUED: DOCUMENTS + 1}
    others = [room.start("--until-empty") for _ in range(2)]
    ended = [worker.ended(PATIENCE) for worker in others]
    assert [one.returncode for one in ended] == [0, 0]
    paths = [Path(report["path"]).name for one in ended for report in reports(one.stdout)]
    assert sorted(paths) == sorted(set(paths)), "no file was read twice"
    counts = room.queue_state().counts
    assert counts == {TaskState.ADDED: DOCUMENTS, TaskState.DUPLICATE: 1}
    assert state(room.life) == straight


def test_a_killed_workers_task_is_taken_over_at_once(room: Room, straight: dict[str, str]) -> None:
    room.queue()
    for place in ("document-written:2", "document-stored:3", "index-changed"):
        room.work(dies_at=place)
    room.work()
    assert room.queue_state().is_empty
    assert state(room.life) == straight
    assert not room.life.problems()


def test_what_kills_its_worker_three_times_fails(room: Room) -> None:
    file, bundle = room.life.inputs / "00.txt", room.life.inputs / "04 svezanj.zip"
    room.queue(file)
    take_and_die(room, MOST_ATTEMPTS)
    [report] = room.work()
    assert report["status"] == "failed"
    assert "died 3 times" in report["reason"]
    room.queue(bundle)
    room.work(dies_at="document-written:2")
    take_and_die(room, MOST_ATTEMPTS - 1)
    told = {Path(report["path"]).name: report["status"] for report in room.work()}
    assert told == {bundle.name: "added", **{f"{number}.txt": "failed" for number in range(4)}}
    with Archive.open(room.home) as archive:
        assert not archive.catalog.members.unfinished()
        assert not archive.originals.has(sha256(file.read_bytes()).hexdigest()), "it became no document"
    assert room.queue(file) == {"failed": 1}, "it failed before"
    room.run("add", str(file), "--queue", "--retry-failed", "--json")
    assert [report["status"] for report in room.work()] == ["added"]


@pytest.mark.parametrize(("end", "attempt"), [(signal.SIGTERM, 1), (signal.SIGKILL, 2)])
def test_a_worker_that_ends_leaves_its_task_to_others(room: Room, end: signal.Signals, attempt: int) -> None:
    long = room.life.inputs / "dugo.txt"
    long.write_text("".join(f"Strana {number} o nabavci kamera.\f" * 3 for number in range(1500)), encoding="utf-8")
    room.queue(long)
    worker = room.start()
    wait_for(lambda: bool(room.queue_state().in_work))
    told_at = time.monotonic()
    os.kill(worker.pid, end)
    ended = worker.ended(PATIENCE)
    assert time.monotonic() - told_at < SECONDS_TO_GIVE_BACK
    assert ended.returncode == (0 if end is signal.SIGTERM else -end)
    is_given_back(room, attempt)


def test_a_worker_that_is_stopped_in_the_midst_of_ocr_gives_its_task_back(room: Room) -> None:
    """It is told when its readers have been at work for a while: however slow the machine is, pages are left."""
    lines = [f"Ugovor o nabavci kamera broj 404-{number}/2020." for number in range(20)]
    one, paper = scanned_pdf(scan(letter_pdf(lines, (420, 700)))), pymupdf.open()
    for _ in range(100):
        paper.insert_pdf(one)
    paper.save(room.life.inputs / "sken.pdf")
    room.queue(room.life.inputs / "sken.pdf")
    command = [sys.executable, "-m", "dosije", "--home", str(room.home), "work", *WORK, "--ocr", "always"]
    worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: seconds_below(worker.pid) > SECONDS_OF_OCR)
    told_at = time.monotonic()
    worker.terminate()
    worker.communicate(timeout=PATIENCE)
    assert time.monotonic() - told_at < SECONDS_TO_GIVE_BACK
    assert worker.returncode == 0
    is_given_back(room, 1)


def seconds_below(pid: int) -> float:
    """The seconds of CPU of the children of a process, and of theirs."""
    used, parents = dict[int, int](), dict[int, int]()
    for told in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = told.read_text().rpartition(")")[2].split()
            parents[int(told.parent.name)], used[int(told.parent.name)] = int(fields[1]), sum(map(int, fields[11:13]))
    below, found = {pid}, set[int]()
    while below:
        below = {one for one, parent in parents.items() if parent in below}
        found |= below
    return sum(used[one] for one in found) / os.sysconf("SC_CLK_TCK")


def is_given_back(room: Room, attempt: int) -> None:
    """See that another worker can take the only task."""
    with Archive.open(room.home) as archive, archive.adding() as claims:
        task = archive.catalog.tasks.take(claims, "another")
        assert task
        assert task.attempts == attempt
        assert archive.catalog.tasks.take(claims, "another") is None, "its bytes are claimed"


def test_what_a_killed_worker_read_is_indexed_when_the_queue_is_empty(room: Room) -> None:
    room.queue(room.life.inputs / "00.txt")
    room.work(dies_at="index-changed")
    with Archive.open(room.home) as archive:
        assert not archive.catalog.tasks.has_open()
        assert not archive.indexing.is_complete()
    assert room.work() == []
    with Archive.open(room.home) as archive:
        assert archive.indexing.is_complete()


def test_workers_go_on_without_the_search_server(room: Room, opensearch_url: str) -> None:
    """What they read is indexed by whoever works when the server is there."""

    def run(*arguments: str, search_url: str) -> str:
        environ = {"DOSIJE_SEARCH_URL": search_url}
        ended = warm_commands.run(["--home", str(room.home), *arguments], environ)
        assert ended.returncode in (0, 3), ended.stdout
        return ended.stdout

    queued = run("add", str(room.life.inputs), "--queue", "--json", search_url=NOBODY)
    assert Counter(report["status"] for report in reports(queued)) == {"queued": DOCUMENTS + 1, "failed": 1}
    worked = run("work", *WORK, "--until-empty", search_url=NOBODY)
    statuses = Counter(report["status"] for report in reports(worked))
    assert (statuses["added"], statuses["failed"]) == (DOCUMENTS + 3, 1), "with what is in the bundle"
    assert "The search server at http://127.0.0.1:9 does not answer." in worked
    assert "What was read is kept; documents that wait to be indexed:" in worked
    assert room.queue_state().is_empty
    again = run("work", *WORK, "--until-empty", search_url=NOBODY)
    assert reports(again) == []
    assert "does not answer" in again, "nothing to read, and documents wait"
    run("work", *WORK, "--until-empty", search_url=opensearch_url)
    found = run("search", "kamera", "--json", search_url=opensearch_url)
    told = json.loads(found[found.index("{") :])
    assert told["not_searched"] == 0
    assert told["total"] >= DOCUMENTS - 1


def test_those_that_add_exclude_what_needs_the_archive_for_itself(room: Room) -> None:
    with Archive.open(room.home) as archive, Archive.open(room.home) as other:
        with archive.adding() as claims, other.adding() as others:
            assert claims.take("a" * 64)
            assert not others.take("a" * 64)
            claims.release("a" * 64)
            assert others.take("a" * 64)
            with pytest.raises(ArchiveBusy), other.writing():
                pass
        with archive.writing(), pytest.raises(ArchiveBusy), other.adding():
            pass


def test_each_home_has_an_index_of_its_own_that_is_whole(room: Room, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    put_on_server(elsewhere, room.address)
    (room.home / "originals").mkdir()
    (elsewhere / "originals").symlink_to(room.home / "originals")
    options = AddOptions(1, "never", "main", retry_failed=False)
    with Archive.open(room.home) as here, Archive.open(elsewhere) as there:
        for archive, name in ((here, "00.txt"), (there, "01.txt"), (here, "02.txt")):
            add(archive, [room.life.inputs / name], options, print, Progress())
        assert there.settle()
        for archive in (here, there):
            assert archive.search.search(SearchRequest("kamera")).total == 3
            assert archive.indexing.is_complete()


def test_a_catalog_in_a_file_has_no_queue(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "home", Settings()) as archive:
        with pytest.raises(UsageError):
            add(archive, [tmp_path], AddOptions(1, "never", "main", retry_failed=False, queue=True), print, Progress())
        with pytest.raises(UsageError):
            TaskQueue(archive, WorkOptions(1, "never", until_empty=True), print, print, Progress())
