"""Whoever has taken over a reading process tries everything: in a sandbox and without one, as root and as a user
without rights."""

from __future__ import annotations

import json
import os
import platform
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from archive.config import Settings
from archive.errors import UsageError
from archive.system.confinement import STRANGER, Confinement, tried, why_not
from archive.system.paths import around, import_path, programs
from archive.system.restraints import landlock_version
from indexer.sandbox.workers import Worker, do
from tests.indexer.misbehaviour import Misbehaviour, check

TESTS = Path(__file__).parents[1]

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
needs_bubblewrap = pytest.mark.skipif(why_not() is not None, reason=f"no sandbox here: {why_not()}")
needs_landlock = pytest.mark.skipif(not landlock_version(), reason="the kernel has no Landlock")

if platform.machine() != "x86_64":
    pytest.skip("the system calls tried are those of x86-64", allow_module_level=True)

AS_NOBODY = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps=-all")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """An archive's home with a catalog, originals and a cache, and beside it a private file and a server's socket."""
    home = tmp_path / "home"
    for folder in ("originals", "cache/ocr"):
        (home / folder).mkdir(parents=True)
    (home / "catalog.sqlite").write_text("hashes of passwords")
    (home / "settings.toml").write_text("secret")
    (home / "originals/paper.txt").write_text("paper")
    (tmp_path / "private.txt").write_text("private")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "server.sock"))
        server.listen()
        yield tmp_path


def attack(place: Path, confinement: Confinement) -> list[str]:
    """What could be done by a process confined like this."""
    files = [place / "home/originals/paper.txt", place / "private.txt", place / "home/catalog.sqlite"]
    asked = {
        "secrets": [*map(str, files[1:]), "/etc/passwd", "/etc/shadow", "/run", "/var/lib", "/root/.bashrc"],
        "files": [*map(str, files), "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname"],
        "new": ["/new", "/dev/new", "/dev/shm/new", "/usr/new", str(place / "new"), str(place / "home/new")],
        "socket": str(place / "server.sock"),
        "password": "tajna lozinka",
        "parent": os.getpid(),
    }
    worker = Worker[str, object](Misbehaviour(), check, 20, confinement)
    try:
        _, *done, _ = do(worker, f"attack {json.dumps(asked)}")
    finally:
        worker.close()
    # What looks made may be in the sandbox's own memory.
    return [str(one) for one in done if one != f"make {place / 'new'}" or (place / "new").exists()]


def confined(place: Path, **how: object) -> Confinement:
    home = place / "home"
    seen = (home / "originals", TESTS)
    return Confinement(readable=seen, writable=(home / "cache/ocr",), home=home, **how)  # type: ignore[arg-type]


@needs_bubblewrap
def test_in_a_sandbox_nothing_can_be_done(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOSIJE_PASSWORD", "tajna lozinka")
    assert attack(place, confined(place, is_shut_in=True)) == []


@needs_root
@needs_bubblewrap
def test_root_reads_as_nobody_and_nothing_can_be_done(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOSIJE_PASSWORD", "tajna lozinka")
    for folder in (place, *place.parents):
        if folder.stat().st_uid == os.getuid() and Path("/tmp") in folder.parents:
            folder.chmod(0o755)
    assert attack(place, confined(place, is_shut_in=True, user=STRANGER)) == []
    assert (place / "home/cache/ocr").stat().st_uid == STRANGER


@needs_landlock
def test_without_a_sandbox_landlock_and_seccomp_leave_little(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOSIJE_PASSWORD", "tajna lozinka")
    done = attack(place, confined(place, is_restricted=True))
    # From version 6 on, signals to others are refused, too.
    assert set(done) <= ({"to see processes"} if landlock_version() < 6 else set())


def test_what_the_attack_can_do_where_nothing_stands_in_the_way(place: Path) -> None:
    """So that the tests above do not hold because an attempt is wrong."""
    done = attack(place, Confinement())
    expected = {f"open {place / 'home/catalog.sqlite'}", f"write {place / 'private.txt'}", f"make {place / 'new'}"}
    expected |= {"network", "a server's socket", "unshare", "clone", "keyctl", "ptrace", "to see processes"}
    assert expected - {"unshare", "clone", "keyctl", "ptrace"} <= set(done)
    if os.geteuid() == 0:
        assert {"write /proc/sys/kernel/core_pattern", "open /etc/shadow", "another user"} <= set(done)


AS_NOBODY_ATTACK = """
import json, sys
from pathlib import Path
from archive.system.confinement import Confinement
from tests.indexer.test_attack import attack, confined
place = Path(sys.argv[1])
how = json.loads(sys.argv[2])
print(json.dumps(attack(place, confined(place, **how))))
"""


@needs_root
@pytest.mark.parametrize("by", [pytest.param("is_shut_in", marks=needs_bubblewrap), "is_restricted"])
def test_the_same_holds_for_a_program_without_rights(place: Path, by: str) -> None:
    python = next((one for one in (sys.executable, "/usr/bin/python3") if _runs_as_nobody(one)), None)
    if python is None:
        pytest.skip("there is no Python of this version that nobody may run")
    subprocess.run(["chown", "-R", "65534:65534", str(place)], check=True)
    for folder in place.parents:
        if folder.stat().st_mode & 0o001 == 0:
            folder.chmod(folder.stat().st_mode | 0o011)
    environ = {"PYTHONPATH": os.pathsep.join(import_path()), "HOME": "/", "PATH": os.environ["PATH"]}
    command = [*AS_NOBODY, python, "-c", AS_NOBODY_ATTACK, str(place), json.dumps({by: True})]
    run = subprocess.run(command, capture_output=True, text=True, env=environ, cwd="/", check=False)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == []


@cache
def _runs_as_nobody(python: str) -> bool:
    """Whether it runs, can be started again, and can load the compiled libraries that we have."""
    environ = {"PYTHONPATH": os.pathsep.join(import_path())}
    again = "import subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"
    command = [*AS_NOBODY, python, "-c", f"import pymupdf, numpy, pytest, tests.indexer.misbehaviour; {again}"]
    return subprocess.run(command, capture_output=True, env=environ, cwd="/", check=False).returncode == 0


def assert_harmless(said: dict[str, object]) -> None:
    assert not said["privileges"]
    assert not said["network"]
    assert not said["kernel_settings"]
    assert not said["catalog"]
    assert said["other_files"] == []
    assert said["system_calls_filtered"]


@needs_bubblewrap
@pytest.mark.parametrize("where", ["of its own", "in a folder of programs", "under a link", "around the programs"])
@pytest.mark.parametrize("by", ["is_shut_in", "is_restricted"])
def test_the_archive_is_never_seen_wherever_it_lies(where: str, by: str, tmp_path: Path) -> None:
    if by == "is_restricted" and not landlock_version():
        pytest.skip("the kernel has no Landlock")
    code = tmp_path / "around"
    home = {
        "of its own": tmp_path / "home",
        "in a folder of programs": code / "venv/lib/home",
        "under a link": tmp_path / "link/home",
        "around the programs": code,
    }[where]
    (code / "venv/lib").mkdir(parents=True)
    (code / "venv/lib/module.py").write_text("seen")
    (tmp_path / "link").symlink_to(code / "venv")
    (home / "originals").mkdir(parents=True)
    (home / "catalog.sqlite").write_text("secret")
    (home / "originals/paper.txt").write_text("paper")
    home = home.resolve()
    confinement = Confinement(
        is_shut_in=by == "is_shut_in",
        is_restricted=by == "is_restricted",
        readable=(home / "originals", TESTS),
        home=home,
        programs=programs() | {code / "venv"},
    )
    worker = Worker[str, object](Misbehaviour(), check, 20, confinement)

    def reading(path: Path) -> object:
        return do(worker, f"read {path}")[1]

    try:
        assert reading(home / "originals/paper.txt") == "paper"
        assert "refused" in str(reading(home / "catalog.sqlite"))
        assert reading(code / "venv/lib/module.py") == "seen"
        assert "refused" in str(reading(Path(f"/proc/self/root{home}/catalog.sqlite")))
    finally:
        worker.close()


def test_a_folder_of_programs_is_no_archive() -> None:
    with pytest.raises(UsageError, match="a folder of programs"):
        Confinement.of(Settings(), home=Path(sys.prefix))


def test_only_packages_of_ours_are_shown_of_a_checkout() -> None:
    assert TESTS.parent not in programs()
    assert {TESTS.parent / "archive", TESTS.parent / "indexer"} <= programs()


def test_the_parts_around_a_hidden_folder(tmp_path: Path) -> None:
    for name in ("a/hidden/x", "a/b", "c"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "a/link").symlink_to(tmp_path / "a/hidden")
    hidden = tmp_path / "a/hidden"
    assert sorted(around(tmp_path, hidden)) == [tmp_path / "a/b", tmp_path / "c"]
    assert list(around(tmp_path / "c", hidden)) == [tmp_path / "c"]
    assert list(around(hidden, hidden)) == []
    assert list(around(hidden / "x", hidden)) == [hidden / "x"]


def test_root_without_any_protection_does_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.system.confinement.why_not", lambda: "bubblewrap is not installed")
    monkeypatch.setattr("archive.system.confinement.landlock_version", lambda: 0)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(UsageError, match="with the rights of root and without a sandbox"):
        Confinement.of(Settings())
    assert not Confinement.of(Settings({"sandbox": "never"})).is_confined
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert not Confinement.of(Settings()).is_confined


@needs_bubblewrap
def test_a_probe_says_what_is_so(place: Path) -> None:
    assert_harmless(tried(confined(place, is_shut_in=True)))
    free = tried(confined(place))
    assert free["network"]
    assert free["catalog"]
    assert free["files_by"] is None
