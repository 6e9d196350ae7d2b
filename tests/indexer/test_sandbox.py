"""A document that has taken over the process that reads it: what it can reach, and what it can make us believe."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive.archive import Archive
from archive.config import Settings
from archive.errors import ReadingStopped, UsageError
from archive.system.confinement import Confinement, ProcessLimits, protection, why_not
from archive.system.restraints import landlock_version
from dosije import cli
from indexer.sandbox.workers import Worker, do
from tests.indexer.misbehaviour import Misbehaviour, check
from tests.waiting import state_of, wait_for

ROOT = Path(__file__).parents[2]

PARENT = """
import sys, time
from pathlib import Path
from archive.system.confinement import Confinement
from indexer.sandbox.workers import Worker
from tests.indexer.misbehaviour import Misbehaviour, check
if __name__ == "__main__":
    worker = Worker(Misbehaviour(), check, 600, Confinement(is_shut_in=True, readable=(Path(sys.argv[1]),)))
    worker.start("hang")
    list(worker.listen())
    print(worker.pid, flush=True)
    time.sleep(600)
"""

needs_bubblewrap = pytest.mark.skipif(why_not() is not None, reason=f"no sandbox here: {why_not()}")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """A folder that may be read, one that may be written, and one that is nobody's business."""
    root = tmp_path_factory.mktemp("places")
    made = root / "originals", root / "cache", root / "private"
    for folder in made:
        folder.mkdir()
        (folder / "note.txt").write_text(folder.name, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def shut_in(folders: tuple[Path, Path, Path]) -> Iterator[Worker[str, object]]:
    originals, cache, _ = folders
    worker = Worker[str, object](
        Misbehaviour(), check, 20, Confinement(ProcessLimits(), True, (originals, ROOT / "tests"), (cache,))
    )
    yield worker
    worker.close()


@pytest.fixture(scope="module")
def limited() -> Iterator[Worker[str, object]]:
    worker = Worker[str, object](
        Misbehaviour(), check, 20, Confinement(ProcessLimits(file_bytes=1 << 20, cpu_seconds=1))
    )
    yield worker
    worker.close()


def answer(worker: Worker[str, object], job: str) -> object:
    """What a deed found out."""
    return do(worker, job)[1]


@needs_bubblewrap
def test_it_has_no_network(shut_in: Worker[str, object]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
        assert answer(shut_in, f"connect {port}") != 0


@needs_bubblewrap
def test_it_sees_only_its_folders_and_writes_only_to_caches(
    shut_in: Worker[str, object], folders: tuple[Path, Path, Path]
) -> None:
    originals, cache, private = folders
    assert answer(shut_in, f"read {originals / 'note.txt'}") == "originals"
    assert answer(shut_in, f"read {private / 'note.txt'}") == "refused: No such file or directory"
    assert answer(shut_in, "read /etc/passwd") == "refused: No such file or directory"
    assert answer(shut_in, f"write {originals / 'note.txt'}") == "refused: Read-only file system"
    assert (
        answer(shut_in, f"write {originals.parent / 'new.txt'}") != "written"
        or not (originals.parent / "new.txt").exists()
    )
    assert answer(shut_in, f"write {cache / 'new.txt'}") == "written"
    assert (originals / "note.txt").read_text(encoding="utf-8") == "originals"
    assert sorted(path.name for path in cache.iterdir()) == ["new.txt", "note.txt"]


@needs_bubblewrap
def test_it_sees_originals_that_came_after_it(tmp_path: Path) -> None:
    """A room of an empty archive opens before the first paper comes."""
    originals = tmp_path / "originals"
    confinement = Confinement(is_shut_in=True, readable=(originals, ROOT / "tests"), home=tmp_path)
    worker = Worker[str, object](Misbehaviour(), check, 20, confinement)
    try:
        do(worker, "one")
        originals.mkdir(exist_ok=True)
        (originals / "note.txt").write_text("came later", encoding="utf-8")
        assert answer(worker, f"read {originals / 'note.txt'}") == "came later"
    finally:
        worker.close()


@needs_bubblewrap
def test_processes_it_leaves_behind_end_with_its_sandbox(shut_in: Worker[str, object]) -> None:
    do(shut_in, "one")
    held_by = shut_in.pid
    started = answer(shut_in, "multiply")
    assert started == 40
    assert shut_in.pid is None, "the sandbox is gone at once"
    assert len(do(shut_in, "two")) == 2
    assert shut_in.pid != held_by
    # A process that was killed ends when the kernel comes to it; one that nobody killed sleeps on.
    wait_for(lambda: not _sleepers(), never="processes outlived their sandbox")


def _sleepers() -> int:
    """Processes of ours that sleep in a reading process's code."""
    count = 0
    for folder in Path("/proc").iterdir():
        try:
            is_ours = folder.name.isdecimal() and b"indexer.sandbox.process" in (folder / "cmdline").read_bytes()
            count += is_ours and (folder / "wchan").read_text() == "hrtimer_nanosleep"
        except OSError:
            continue
    return count


@needs_bubblewrap
def test_scratch_files_of_one_document_are_not_there_for_the_next(shut_in: Worker[str, object]) -> None:
    assert answer(shut_in, "write /tmp/left.txt") == "written"
    assert answer(shut_in, "read /tmp/left.txt") == "refused: No such file or directory"


def test_it_knows_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "tajna")
    worker = Worker[str, object](Misbehaviour(), check, 20)
    assert "DATABASE_PASSWORD" not in str(answer(worker, "secrets")).split()
    worker.close()


def test_files_and_their_size_and_time_are_limited(limited: Worker[str, object], tmp_path: Path) -> None:
    opened = answer(limited, "open")
    assert isinstance(opened, int)
    assert opened < 256
    with pytest.raises(ReadingStopped, match="File too large"):
        do(limited, f"fill {tmp_path / 'large'}")
    with pytest.raises(ReadingStopped, match="CPU time limit exceeded"):
        do(limited, "spin")
    assert len(do(limited, "one")) == 2


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        ("lie", "a number below 0"),
        ("say 7b7d", "a str was expected, not a dict"),
        ("say 4e614e", "NaN is not a number"),
        ("say ff00ff", "can't decode"),
        # How deep Python's parser goes before it gives up differs by its release.
        ("say " + "5b" * 20_000, "(recursion|Expecting value)"),
        # What runs a program when it is unpickled is a text like any other here, and not even JSON.
        ("say 636f730a73797374656d0a", "Expecting value"),
        ("boast", "a message of 4000000000 bytes"),
    ],
)
def test_what_cannot_be_is_not_believed(limited: Worker[str, object], job: str, reason: str) -> None:
    with pytest.raises(ReadingStopped, match=f"gave an invalid answer.*{reason}"):
        do(limited, job)
    assert len(do(limited, "one")) == 2


def test_half_a_message_holds_up_nobody(limited: Worker[str, object]) -> None:
    do(limited, "one")
    limited.timeout = 1
    with pytest.raises(ReadingStopped, match="1 seconds passed"):
        do(limited, "stammer")
    limited.timeout = 20
    assert len(do(limited, "one")) == 2


def test_status_and_settings_say_what_protects(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    never = protection(Settings({"sandbox": "never"}))
    assert (never["sandboxed"], never["why"]) == (False, "the setting sandbox is never")
    assert (never["network"], never["files_by"], never["system_calls_filtered"]) == (True, None, False)
    auto = protection(Settings())
    assert (auto["sandboxed"], auto["why"]) == (why_not() is None, why_not())
    assert not Confinement.of(Settings({"sandbox": "never"})).command()
    with pytest.raises(UsageError, match="auto, always or never"):
        Confinement.of(Settings({"sandbox": "sometimes"}))
    monkeypatch.setenv("PATH", str(tmp_path))
    without = protection(Settings())
    assert (without["sandboxed"], without["why"]) == (False, "bubblewrap is not installed")
    assert without["files_by"] == ("landlock" if landlock_version() else None)
    assert not Confinement.of(Settings()).is_shut_in
    with pytest.raises(UsageError, match="bubblewrap is not installed"):
        Confinement.of(Settings({"sandbox": "always"}))


@needs_bubblewrap
def test_a_sandbox_ends_with_the_program_that_started_it(tmp_path: Path) -> None:
    """Also amid a call that never returns."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen(
        [sys.executable, str(script), str(ROOT / "tests")], stdout=subprocess.PIPE, text=True, env=environ
    )
    assert parent.stdout is not None
    with parent.stdout as lines:
        held_by = int(next(iter(lines)))
    parent.kill()
    parent.wait()
    wait_for(lambda: not state_of(held_by), never="a sandbox outlived its parent")


def test_the_command_says_it_in_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Archive.open(tmp_path).close()
    record = json.loads(CliRunner().invoke(cli, ["--home", str(tmp_path), "status", "--json"]).output)
    assert record["protection"]["sandboxed"] == (why_not() is None)
    assert not record["protection"]["catalog"]
    monkeypatch.setenv("DOSIJE_SANDBOX", "never")
    told = CliRunner().invoke(cli, ["--home", str(tmp_path), "status"]).output
    assert "limits, and no sandbox: the setting sandbox is never" in told
    assert "it can use the network" in told
    assert "it can read the catalog" in told
    record = json.loads(CliRunner().invoke(cli, ["--home", str(tmp_path), "status", "--json"]).output)
    assert record["protection"]["catalog"] is True
