"""A packet is there whole or not at all, however its making ends."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from archive.errors import ArchiveBusy, ArchiveError, OriginalDamaged, UsageError
from archive.packet.maker import staged
from archive.packet.verification import verify
from tests.archive.packet.conftest import CONTRACT, Room
from tests.waiting import PATIENCE, wait_for

pytestmark = pytest.mark.usefixtures("warm_readers")

MAKE = """
import signal
import archive.packet.maker
import dosije
# However late the signal comes, the packet is not finished.
archive.packet.maker.close_bag = lambda *_: signal.pause()
if __name__ == "__main__":
    # Interruptions are ignored in the background of a shell, and so in what is started there.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    dosije.main()
"""


def hidden(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_appears_when_it_is_finished(tmp_path: Path) -> None:
    with staged(tmp_path / "p") as place:
        place.mkdir()
        (place / "file").write_text("x", encoding="utf-8")
        assert hidden(tmp_path) == [".p.part"]
    assert hidden(tmp_path) == ["p"]
    assert (tmp_path / "p/file").read_text(encoding="utf-8") == "x"


def test_nothing_remains_of_what_failed(tmp_path: Path) -> None:
    def fail() -> None:
        with staged(tmp_path / "p") as place:
            place.mkdir()
            (place / "file").write_text("x", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert hidden(tmp_path) == []


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / ".p.part" / "p" / "data"
    left.mkdir(parents=True)
    (left / "half").write_text("x", encoding="utf-8")
    with staged(tmp_path / "p") as place:
        place.mkdir()
    assert hidden(tmp_path) == ["p"]
    assert hidden(tmp_path / "p") == []


def test_two_processes_do_not_make_the_same(tmp_path: Path) -> None:
    with staged(tmp_path / "p") as place:
        with pytest.raises(ArchiveBusy), staged(tmp_path / "p"):
            raise AssertionError
        place.mkdir()
    assert hidden(tmp_path) == ["p"]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("p", "link"):
        with pytest.raises(UsageError, match="exists already"), staged(tmp_path / name):
            raise AssertionError
    with pytest.raises(UsageError, match="There is no folder"), staged(tmp_path / "no" / "p"):
        raise AssertionError


def test_what_came_into_its_place_meanwhile_stays(tmp_path: Path) -> None:
    def make() -> None:
        with staged(tmp_path / "p") as place:
            place.write_text("ours", encoding="utf-8")
            (tmp_path / "p").write_text("theirs", encoding="utf-8")

    with pytest.raises(UsageError, match="exists already"):
        make()
    assert hidden(tmp_path) == ["p"]
    assert (tmp_path / "p").read_text(encoding="utf-8") == "theirs"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot be written: File name too long"), staged(tmp_path / ("x" * 255)):
        raise AssertionError


@pytest.mark.parametrize("name", ["p", "p.zip"])
def test_a_packet_of_a_damaged_original_is_not_made(room: Room, tmp_path: Path, name: str) -> None:
    shutil.copytree(room.home, tmp_path / "home")
    id_ = room.ids[CONTRACT]
    original = tmp_path / "home/originals" / id_[:2] / id_[2:4] / id_
    original.chmod(0o644)
    original.write_bytes(original.read_bytes() + b" ")
    (tmp_path / "out").mkdir()
    copy = Room(tmp_path / "home", room.ids)
    for more in ((), ("--without-originals",)):
        run = copy.packet("make", "--output", tmp_path / "out" / name, *more, f"{id_}@1")
        assert isinstance(run.exception, OriginalDamaged)
        assert hidden(tmp_path / "out") == []


def start(room: Room, target: Path) -> subprocess.Popen[bytes]:
    """Begin to make a packet, and wait until its making is under way."""
    script = target.with_name("make.py")
    script.write_text(MAKE, encoding="utf-8")
    command = [sys.executable, str(script), "--home", str(room.home), "packet", "make", "--output", str(target)]
    process = subprocess.Popen([*command, *room.citations], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    pages = target.with_name(f".{target.name}.part") / target.stem / "data" / "pages"
    wait_for(lambda: process.poll() is not None or (pages.is_dir() and list(pages.iterdir())))
    assert process.poll() is None, process.stderr and process.stderr.read()
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_being_told_to_end_leaves_nothing(room: Room, tmp_path: Path, number: signal.Signals) -> None:
    process = start(room, tmp_path / "p")
    process.send_signal(number)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert b"Traceback" not in errors
    assert hidden(tmp_path) == ["make.py"]


def test_being_killed_leaves_no_packet_and_hinders_none(room: Room, tmp_path: Path) -> None:
    process = start(room, tmp_path / "p.zip")
    process.kill()
    process.communicate(timeout=PATIENCE)
    assert hidden(tmp_path) == [".p.zip.part", "make.py"]
    run = room.packet("make", "--output", tmp_path / "p.zip", *room.citations)
    assert run.exception is None, run.exception
    assert hidden(tmp_path) == ["make.py", "p.zip"]
    assert verify(tmp_path / "p.zip").is_sound
