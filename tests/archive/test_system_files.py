"""A file is replaced whole or not at all, and is on the disk with its name, whoever writes it."""

from __future__ import annotations

import os
import resource
import signal
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pytest

from archive.config import Settings
from archive.errors import DosijeError, UsageError
from archive.findings.files import scaffold
from archive.model.words import Words
from archive.search.whoosh_engine.generations import Generations
from archive.store.originals.files import Originals
from archive.store.originals.uploads import Uploads
from archive.system.files import collected, copy_file, rename, replace_text, replacing, written_whole
from indexer.ocr.engine import OcrResult
from indexer.ocr.engine import _keep as keep_ocr
from webapp.page_images import _keep as keep_image

LARGE = 1 << 20


@contextmanager
def no_room() -> Iterator[None]:
    """Let this process write no file beyond a few bytes, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def open_in(folder: Path) -> list[Path]:
    """Return the files of a folder that this process has open, also those that have no name."""
    handles = list(Path("/proc/self/fd").iterdir())
    return [path for handle in handles if (path := handle.resolve()).is_relative_to(folder)]


def write_output(folder: Path) -> None:
    with written_whole(folder / "out.csv") as file:
        file.write(b"a;b\n" * 1000)


def take_in(folder: Path) -> None:
    Originals(folder).add(folder.parent / "given")


def back_up(folder: Path) -> None:
    copy_file(folder.parent / "given", folder / "copy")


def swap(folder: Path) -> None:
    Generations(folder).publish("gen-000001-00000000")


def upload(folder: Path) -> None:
    Uploads(folder).keep([("a.txt", BytesIO(b"c" * LARGE))])


def find(folder: Path) -> None:
    (folder / "findings").mkdir(exist_ok=True)
    scaffold(folder, "one")


WRITERS: dict[str, Callable[[Path], None]] = {
    "a command's output": write_output,
    "an original": take_in,
    "a file of a backup": back_up,
    "the index in force": swap,
    "an upload": upload,
    "a finding": find,
    "a page image": lambda folder: keep_image(folder / "image", b"d" * LARGE),
    "a result of OCR": lambda folder: keep_ocr(folder / "ocr", OcrResult(Words.of(()), 90.0, "Latn", "")),
    "a text": lambda folder: replace_text(folder / "text", "e" * LARGE),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where something is written, with a file beside it."""
    (tmp_path / "given").write_bytes(b"a" * LARGE)
    made = tmp_path / "place"
    made.mkdir()
    return made


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_what_cannot_be_written_leaves_nothing(folder: Path, write: Callable[[Path], None]) -> None:
    with no_room(), suppress(OSError, DosijeError):
        write(folder)
    assert files(folder) == {}
    write(folder)
    assert files(folder)


@dataclass
class Disk:
    """What was put on the disk and renamed, in order."""

    steps: list[tuple[str, str]] = field(default_factory=list)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    seen, fsync, replace = Disk(), os.fsync, os.replace

    def noted_fsync(handle: int) -> None:
        seen.steps.append(("sync", str(Path(f"/proc/self/fd/{handle}").readlink())))
        fsync(handle)

    def noted_replace(source: Path, target: Path) -> None:
        seen.steps.append(("rename", f"{source}\0{target}"))
        replace(source, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "replace", noted_replace)
    return seen


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_file_and_folder_are_on_the_disk(folder: Path, disk: Disk, write: Callable[[Path], None]) -> None:
    """Before it takes its name the file, and after that its folder."""
    write(folder)
    written = set(files(folder))
    named = set()
    for at, (step, what) in enumerate(disk.steps):
        if step == "rename":
            source, target = what.split("\0")
            content = source if Path(target).is_file() else None
            assert content is None or ("sync", source) in disk.steps[:at]
            assert ("sync", str(Path(target).parent)) in disk.steps[at:]
            whole = [Path(target)] if content else Path(target).rglob("*")
            named |= {str(path.relative_to(folder)) for path in whole}
    assert written <= named


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "settings.toml"
    target.write_text("old")

    def fail() -> None:
        with replacing(target) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert files(tmp_path) == {"settings.toml": b"old"}


def test_permissions_stay(tmp_path: Path) -> None:
    target = tmp_path / "settings.toml"
    target.write_text("old")
    target.chmod(0o640)
    replace_text(target, "new")
    assert target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    keep_image(tmp_path / "cache" / "image", b"pixels")
    assert stat.S_IMODE((tmp_path / "cache" / "image").stat().st_mode) == 0o600


def test_what_is_no_file_is_written_to_and_a_link_stays_one(tmp_path: Path) -> None:
    pipe, link, target = tmp_path / "pipe", tmp_path / "link.csv", tmp_path / "target.csv"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    target.write_text("old")
    link.symlink_to(target)
    for output in (pipe, link):
        with written_whole(output) as file:
            file.write(b"new")
    assert os.read(reader, 10) == b"new"
    os.close(reader)
    assert pipe.is_fifo()
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_what_is_collected_goes_to_the_disk_while_it_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    def pieces() -> Iterator[str]:
        yield from ["č" * LARGE] * 5
        assert open_in(tmp_path)

    with collected(pieces()) as file:
        assert len(file.read()) == 5 * 2 * LARGE
    assert not open_in(tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_collected_leaves_no_file_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    def pieces() -> Iterator[bytes]:
        yield b"x" * 5 * LARGE
        raise UsageError("It ended.")

    with pytest.raises(UsageError, match="It ended"):
        collected(pieces())
    with no_room(), pytest.raises(OSError, match="too large") as refused:
        collected([b"x" * 5 * LARGE])
    assert refused.value.filename == str(tmp_path)
    assert not open_in(tmp_path)


def test_a_folder_is_renamed_from_one_place_to_another(tmp_path: Path, disk: Disk) -> None:
    (tmp_path / "one" / "made").mkdir(parents=True)
    (tmp_path / "two").mkdir()
    rename(tmp_path / "one" / "made", tmp_path / "two" / "made")
    assert {("sync", str(tmp_path / "one")), ("sync", str(tmp_path / "two"))} <= set(disk.steps)


def test_settings_of_a_home_are_read(tmp_path: Path) -> None:
    replace_text(tmp_path / "settings.toml", 'default_collection = "čuvano"\n')
    assert Settings.load(tmp_path, {}).text("default_collection") == "čuvano"
