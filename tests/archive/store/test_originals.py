"""Originals are whole or absent, and an input that cannot be kept says why."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

import pytest

from archive.errors import (
    ArchiveError,
    ChangedWhileRead,
    DiskFull,
    EmptyInput,
    MissingInput,
    OriginalDamaged,
    UnreadableInput,
)
from archive.store.originals.files import Originals
from archive.store.originals.source_file import opened
from archive.system.files import replacing

CONTENT = "Уговор о јавној набавци".encode() * 100_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def originals(tmp_path: Path) -> Originals:
    return Originals(tmp_path / "originals")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "уговор.pdf"
    path.write_bytes(CONTENT)
    return path


def files(originals: Originals) -> list[Path]:
    return [path for path in originals.path(SHA256).parents[2].rglob("*") if path.is_file()]


def test_bytes_are_kept_under_their_sha256_and_read_only(originals: Originals, source: Path) -> None:
    taken = originals.add(source)
    assert (taken.id, taken.size, taken.is_new) == (SHA256, len(CONTENT), True)
    kept = originals.path(SHA256)
    assert kept.relative_to(kept.parents[2]) == Path(SHA256[:2], SHA256[2:4], SHA256)
    assert kept.read_bytes() == CONTENT
    assert stat.S_IMODE(kept.stat().st_mode) == 0o444
    assert files(originals) == [kept], "nothing unfinished stays"
    assert source.read_bytes() == CONTENT


def test_known_bytes_are_not_copied_again(originals: Originals, source: Path, tmp_path: Path) -> None:
    originals.add(source)
    before = originals.path(SHA256).stat()
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(CONTENT)
    assert originals.add(copy).is_new is False
    after = originals.path(SHA256).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_ids_lists_what_is_kept_and_discard_removes_it(originals: Originals, tmp_path: Path) -> None:
    assert list(originals.ids()) == []
    taken = []
    for number in range(5):
        path = tmp_path / str(number)
        path.write_text(f"original {number}")
        taken.append(originals.add(path).id)
    assert list(originals.ids()) == sorted(taken)
    originals.discard(taken[0])
    originals.discard(taken[0])
    assert list(originals.ids()) == sorted(taken[1:])


@pytest.mark.parametrize("wrong", ["", "abcd", "../" * 21 + "x", SHA256.upper(), SHA256 + "\n"])
def test_only_a_sha256_leads_to_a_path(originals: Originals, wrong: str) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal"):
        originals.path(wrong)


def test_a_missing_or_empty_input_is_refused(originals: Originals, source: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingInput, match=r"nothing\.pdf"):
        originals.add(tmp_path / "nothing.pdf")
    with pytest.raises(MissingInput):
        originals.add(source / "below a file")
    (tmp_path / "empty.pdf").touch()
    with pytest.raises(EmptyInput, match=r"empty\.pdf"):
        originals.add(tmp_path / "empty.pdf")


def test_what_is_no_regular_file_is_refused_at_once(originals: Originals, tmp_path: Path) -> None:
    """A named pipe without a writer must not block."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/null")):
        with pytest.raises(UnreadableInput, match="not a regular file"):
            originals.add(path)


def test_a_link_to_itself_is_unreadable(originals: Originals, tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(UnreadableInput, match="loop"):
        originals.add(loop)


def test_a_file_without_permission_is_unreadable(originals: Originals, source: Path) -> None:
    """Root is refused nothing, so for one call we are nobody."""
    source.chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        with pytest.raises(UnreadableInput, match=r"уговор\.pdf cannot be read: Permission denied"):
            originals.add(source)
    finally:
        os.seteuid(user)


def append(source: Path) -> None:
    with source.open("ab") as file:
        file.write(b"more")


def overwrite(source: Path) -> None:
    """Other bytes of the same number, and the old time put back: only the second hash can tell."""
    before = source.stat()
    source.write_bytes(CONTENT[::-1])
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))


def set_time(source: Path) -> None:
    os.utime(source, ns=(0, 0))


@pytest.mark.parametrize("change", [append, overwrite, set_time])
def test_a_file_that_changes_while_it_is_read_is_refused(
    originals: Originals, source: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
) -> None:
    """The change is made between the two passes over the file."""

    def change_first(target: Path, mode: int, folder: Path) -> AbstractContextManager[BinaryIO]:
        change(source)
        return replacing(target, mode, folder)

    monkeypatch.setattr("archive.store.originals.files.replacing", change_first)
    with pytest.raises(ChangedWhileRead, match=r"уговор\.pdf changed"):
        originals.add(source)
    monkeypatch.undo()
    assert files(originals) == []
    assert originals.add(source).is_new


def test_bytes_that_cannot_be_written_are_not_the_input_s_fault(
    originals: Originals, source: Path, tmp_path: Path
) -> None:
    """A file stands where the folder should be, so nothing can be written."""
    (tmp_path / "originals").touch()
    with pytest.raises(ArchiveError, match="cannot be kept"):
        originals.add(source)


def test_sweep_removes_what_an_interrupted_run_left(originals: Originals, source: Path) -> None:
    originals.add(source)
    left = originals.unfinished() / ".abc.part"
    left.write_bytes(b"half")
    assert list(originals.ids()) == [SHA256]
    assert originals.sweep() == 1
    assert originals.sweep() == 0
    assert files(originals) == [originals.path(SHA256)]


def test_what_versions_of_before_left_beside_its_place_is_swept_when_asked_for(
    originals: Originals, source: Path
) -> None:
    originals.add(source)
    (originals.path(SHA256).parent / ".abc.part").write_bytes(b"half")
    assert originals.sweep() == 0
    assert originals.sweep(everywhere=True) == 1
    assert files(originals) == [originals.path(SHA256)]


def test_verify_names_missing_and_changed_bytes(originals: Originals, source: Path) -> None:
    with pytest.raises(OriginalDamaged, match=f"{SHA256} is missing"):
        originals.verify(SHA256)
    originals.add(source)
    originals.verify(SHA256)
    kept = originals.path(SHA256)
    kept.chmod(0o644)
    with kept.open("r+b") as file:
        file.seek(1000)
        file.write(b"\0")
    with pytest.raises(OriginalDamaged, match=f"{SHA256} has changed"):
        originals.verify(SHA256)


@pytest.mark.parametrize("is_known", [False, True], ids=["new bytes", "bytes that a killed run put there"])
def test_every_folder_down_to_the_bytes_is_synced(
    originals: Originals, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_known: bool
) -> None:
    """An entry that is not on the disk is lost with the power, whoever wrote it."""
    if is_known:
        originals.add(source)
    synced, fsync = set(), os.fsync

    def noted(handle: int) -> None:
        synced.add(Path(f"/proc/self/fd/{handle}").readlink())
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    assert originals.add(source).is_new is not is_known
    kept = originals.path(SHA256)
    assert synced >= {tmp_path, tmp_path / "originals", kept.parent.parent, kept.parent}


def test_bytes_from_elsewhere_are_synced_and_said_not_to_fit(
    originals: Originals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced, fsync = set(), os.fsync

    def noted(handle: int) -> None:
        synced.add(Path(f"/proc/self/fd/{handle}").readlink())
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    kept = originals.put(SHA256, lambda file: file.write(CONTENT))
    assert originals.verify(SHA256) == len(CONTENT)
    assert synced >= {tmp_path / "originals", kept.parent.parent, kept.parent}

    def full(_: BinaryIO) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    other = "0" * 64
    with pytest.raises(DiskFull):
        originals.put(other, full)
    assert files(originals) == [kept], "nothing unfinished stays"


@pytest.mark.parametrize("change", [append, set_time])
def test_known_bytes_of_a_file_that_changes_are_refused_too(
    originals: Originals, source: Path, change: Callable[[Path], None]
) -> None:
    """What was hashed is kept already; what the path names now is something else."""
    originals.add(source)
    with opened(source) as given:
        change(source)
        with pytest.raises(ChangedWhileRead, match=r"уговор\.pdf changed"):
            originals.keep(given)
    assert files(originals) == [originals.path(SHA256)]


def test_a_local_file_is_there_and_as_sound_as_is_asked_for(originals: Originals, source: Path) -> None:
    for verifies in (False, True):
        with pytest.raises(OriginalDamaged, match=f"{SHA256} is missing"):
            originals.local(SHA256, verifies=verifies)
    assert not originals.has(SHA256)
    originals.add(source)
    assert originals.has(SHA256)
    assert originals.verify(SHA256) == len(CONTENT)
    kept = originals.path(SHA256)
    assert originals.local(SHA256) == originals.local(SHA256, verifies=True) == kept
    assert originals.where(SHA256) == str(kept)
    kept.chmod(0o644)
    kept.write_bytes(CONTENT[:-1])
    assert originals.local(SHA256) == kept
    with pytest.raises(OriginalDamaged, match=f"{SHA256} has changed"):
        originals.local(SHA256, verifies=True)


def test_sweep_spares_what_another_process_may_be_writing(originals: Originals, source: Path) -> None:
    originals.add(source)
    folder = originals.unfinished()
    for name, age in (("old", 120), ("new", 0)):
        left = folder / f".{name}.part"
        left.write_bytes(b"half")
        os.utime(left, (time.time() - age, time.time() - age))
    assert originals.sweep(older_than=60) == 1
    assert {path.name for path in files(originals)} == {".new.part", SHA256}
