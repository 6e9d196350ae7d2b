"""Uploaded files become documents, whatever happens to the process that sees to it."""

from __future__ import annotations

import io
import os
import signal
import zipfile
from multiprocessing import get_context
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.model.queue import MOST_ATTEMPTS, FileState, Job, JobFile, JobState
from archive.search.request import SearchRequest
from archive.store.queue import Jobs
from indexer.ingest.inputs import LONGEST_PLACE
from indexer.ingest.progress import AddOptions, Progress
from indexer.ingest.run import add
from indexer.queue import JobWorker, UploadQueue, live
from tests.container_samples import zipped
from tests.waiting import PATIENCE, wait_for

pytestmark = pytest.mark.usefixtures("warm_readers")


def send(archive: Archive, *files: tuple[str, bytes]) -> str:
    """Upload files; returns the id of their job."""
    job, kept = archive.uploads.keep((name, io.BytesIO(data)) for name, data in files)
    archive.catalog.jobs.add(job, "poslato", "Ana", kept)
    return job


def letter(number: int) -> tuple[str, bytes]:
    return f"pismo {number}.txt", f"Pismo broj {number} o kamerama".encode()


def by_name(archive: Archive, job: str) -> dict[str, JobFile]:
    return {file.name: file for file in archive.catalog.jobs.files(job)}


def test_files_are_added_and_what_fails_says_why(archive: Archive) -> None:
    same = letter(1)[1]
    job = send(archive, letter(1), ("isto.txt", same), ("slomljen.pdf", b"%PDF-1.4 x"), ("prazan.txt", b""))
    assert UploadQueue(archive).work()
    assert not UploadQueue(archive).work()
    done, files = archive.catalog.jobs.get(job), by_name(archive, job)
    assert (done.state, done.pages_read, done.attempts) == (JobState.DONE, 1, 1)
    assert done.counts == {FileState.ADDED: 1, FileState.DUPLICATE: 1, FileState.FAILED: 2}
    assert files["isto.txt"].document == files["pismo 1.txt"].document
    assert "empty" in (files["prazan.txt"].reason or "")
    assert files["slomljen.pdf"].reason
    document = archive.catalog.documents.find(files["pismo 1.txt"].document or "")
    assert (document.filename, document.collection) == ("pismo 1.txt", "poslato")
    assert archive.search.search(SearchRequest("kamere")).total == 1
    kept = [path.name for path in archive.uploads.folder(job).rglob("*") if path.is_file()]
    assert kept == ["slomljen.pdf"], "what failed is kept, to be tried again"


def test_what_failed_is_tried_again(archive: Archive) -> None:
    job = send(archive, letter(1), ("slomljen.pdf", b"%PDF-1.4 x"))
    UploadQueue(archive).work()
    path = by_name(archive, job)["slomljen.pdf"].path
    (archive.uploads.folder(job) / path).write_bytes(b"ispravljeno")
    archive.catalog.jobs.retry(job, [path])
    assert archive.catalog.jobs.get(job).state is JobState.QUEUED
    UploadQueue(archive).work()
    assert archive.catalog.jobs.get(job).counts == {FileState.ADDED: 2}
    assert archive.catalog.failures.all() == ()


def test_what_lies_in_a_container_is_told_of(archive: Archive) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("dopis.txt", letter(1)[1])
        file.writestr("los.pdf", b"%PDF-1.4 x")
    job = send(archive, ("prilozi.zip", packed.getvalue()))
    UploadQueue(archive).work()
    files = by_name(archive, job)
    assert {name: file.state for name, file in files.items()} == {
        "prilozi.zip": FileState.ADDED,
        "prilozi.zip!/dopis.txt": FileState.ADDED,
        "prilozi.zip!/los.pdf": FileState.FAILED,
    }
    assert archive.catalog.jobs.get(job).files == 3


def test_what_lies_deep_under_long_names_is_told_of_under_a_shortened_one(archive: Archive) -> None:
    """The index of PostgreSQL takes 2,704 bytes of it."""
    long = "ш" * 380
    packed = zipped({f"{long}/dopis.txt": letter(1)[1]})
    for _ in range(2):
        packed = zipped({f"{long}.zip": packed})
    job = send(archive, ("prilozi.zip", packed))
    UploadQueue(archive).work()
    files = archive.catalog.jobs.files(job)
    told = [(len(file.path.encode()) <= LONGEST_PLACE, file.state, file.is_inside) for file in files]
    assert sorted(told) == [(True, FileState.ADDED, False), *[(True, FileState.ADDED, True)] * 3]


def test_a_job_of_a_killed_worker_is_taken_up_again(archive: Archive) -> None:
    """What became a document before the kill is told as added, not as there already."""
    job = send(archive, letter(1), letter(2))
    taken = archive.catalog.jobs.take()
    assert taken
    options = AddOptions(jobs=1, ocr="never", collection="poslato", retry_failed=True)
    add(archive, [archive.uploads.folder(job) / "1/pismo 1.txt"], options, lambda report: None, Progress())
    assert UploadQueue(archive).work()
    done = archive.catalog.jobs.get(job)
    assert (done.state, done.attempts, done.counts) == (JobState.DONE, 1, {FileState.ADDED: 2})


def test_a_job_that_kills_its_worker_is_given_up(archive: Archive) -> None:
    job, next_one = send(archive, letter(1)), send(archive, letter(2))
    for _ in range(MOST_ATTEMPTS):
        archive.catalog.jobs.take()
    assert UploadQueue(archive).work()
    (file,) = archive.catalog.jobs.files(job)
    assert (file.state, "killed 3 times" in (file.reason or "")) == (FileState.FAILED, True)
    UploadQueue(archive).work()
    assert archive.catalog.jobs.get(next_one).counts == {FileState.ADDED: 1}


def test_a_job_that_comes_on_between_kills_is_not_given_up(archive: Archive) -> None:
    """A server that is killed now and then, and not the files, is what a long job meets."""
    job = send(archive, letter(1), letter(2), letter(3))
    for number in (1, 2):
        for _ in range(MOST_ATTEMPTS):
            archive.catalog.jobs.take()
        archive.catalog.jobs.report_file(job, JobFile(f"{number}/pismo {number}.txt", 0, FileState.ADDED))
    assert UploadQueue(archive).work()
    assert archive.catalog.jobs.get(job).counts == {FileState.ADDED: 3}


class Killed(BaseException):
    """Stands for SIGKILL: nothing that the worker does afterwards happens."""


@pytest.fixture
def half_unpacked(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> str:
    """A job whose worker was killed when it had told of a container, the last file, and not yet read what it holds."""
    inner = zipped({"beleska.txt": letter(3)[1]})
    job = send(archive, letter(1), ("prilozi.zip", zipped({"isto.txt": letter(1)[1], "u.zip": inner})))
    tell = Jobs.report_file

    def tell_and_die(jobs: Jobs, job_id: str, file: JobFile) -> None:
        tell(jobs, job_id, file)
        if file.name == "prilozi.zip":
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Jobs, "report_file", tell_and_die)
        with pytest.raises(Killed):
            UploadQueue(archive).work()
    assert len(archive.catalog.members.unfinished()) == 1
    return job


def test_what_a_container_holds_is_added_though_nothing_else_waits(archive: Archive, half_unpacked: str) -> None:
    assert UploadQueue(archive).work()
    assert {file.name: file.state for file in archive.catalog.jobs.files(half_unpacked)} == {
        "pismo 1.txt": FileState.ADDED,
        "prilozi.zip": FileState.ADDED,
        "prilozi.zip!/isto.txt": FileState.DUPLICATE,
        "prilozi.zip!/u.zip": FileState.ADDED,
        "prilozi.zip!/u.zip!/beleska.txt": FileState.ADDED,
    }
    assert archive.catalog.members.unfinished() == ()


def test_a_container_half_read_is_named_when_its_job_is_given_up(archive: Archive, half_unpacked: str) -> None:
    for _ in range(MOST_ATTEMPTS):
        archive.catalog.jobs.take()
    assert UploadQueue(archive).work()
    file = by_name(archive, half_unpacked)["prilozi.zip"]
    assert (file.state, "killed 3 times" in (file.reason or "")) == (FileState.FAILED, True)
    archive.catalog.jobs.retry(half_unpacked, [file.path])
    assert UploadQueue(archive).work()
    assert archive.catalog.jobs.get(half_unpacked).counts == {FileState.ADDED: 4, FileState.DUPLICATE: 1}
    assert archive.catalog.members.unfinished() == ()


def test_a_job_waits_while_another_process_writes(archive: Archive) -> None:
    job = send(archive, letter(1))
    with archive.writing():
        assert UploadQueue(archive).work()
        waiting = archive.catalog.jobs.get(job)
        assert (waiting.state, waiting.attempts) == (JobState.QUEUED, 0)
        assert "Another process is adding documents" in (waiting.note or "")
    UploadQueue(archive).work()
    assert archive.catalog.jobs.get(job).counts == {FileState.ADDED: 1}


def test_a_mistake_in_the_settings_fails_the_job_with_its_reason(archive: Archive) -> None:
    (archive.home / "watchlist.toml").write_text("this is no table", encoding="utf-8")
    job = send(archive, letter(1))
    UploadQueue(archive).work()
    (file,) = archive.catalog.jobs.files(job)
    assert (file.state, "watchlist" in (file.reason or "")) == (FileState.FAILED, True)


def test_the_process_does_jobs_and_lives_on_when_it_is_killed(archive: Archive) -> None:
    worker = JobWorker(archive.home)
    try:
        first = send(archive, letter(1))
        wait_for(lambda: is_done(archive, first))
        job = send(archive, *(letter(number) for number in range(2, 14)))
        wait_for(lambda: archive.catalog.jobs.get(job).counts.get(FileState.ADDED, 0) > 0)
        killed = worker.pid
        assert killed
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: is_done(archive, job))
        done: Job = archive.catalog.jobs.get(job)
        assert (worker.pid != killed, done.counts) == (True, {FileState.ADDED: 12})
    finally:
        worker.close()
    assert archive.settle()
    assert archive.catalog.events.verify() > 0


def test_a_process_that_cannot_work_says_why_in_a_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The room starts it again and again while a server is away, and each time it says so."""
    (tmp_path / "settings.toml").write_text("this is no table", encoding="utf-8")
    process = get_context("spawn").Process(target=live, args=(tmp_path,), daemon=True)
    process.start()
    process.join(PATIENCE)
    told = capfd.readouterr().err
    assert (process.exitcode, told.count("\n"), told.startswith("dosije: ")) == (1, 1, True), told


def is_done(archive: Archive, job: str) -> bool:
    return archive.catalog.jobs.get(job).state is JobState.DONE
