"""An index from somebody else's hand: what its table of contents names is never run, by no command."""

from __future__ import annotations

import pickle
import shutil
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from whoosh.index import TOC

from archive.search.whoosh_engine.codec import ArrayCodec, ArraySegment
from archive.search.whoosh_engine.schema import INDEX_NAME, SCHEMA
from archive.search.whoosh_engine.storage import DurableStorage
from tests.conftest import run_dosije
from tests.webapp_own_room import own_room

pytestmark = pytest.mark.usefixtures("warm_readers")


class Payload:
    """Unpickled without care, it makes a file."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[Any, tuple[Path]]:
        return Path.touch, (self._mark,)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("room")
    room = own_room(folder)
    room.come_in("dopis.txt", "Opština Brezovac nabavlja kamere za trg.")
    room.archive.close()
    return folder / "home"


@pytest.fixture
def home(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "home"))


def generations(home: Path) -> list[Path]:
    """The folders of both indexes."""
    return [toc.parent for toc in home.glob("index/**/*.toc")]


def put_in(folder: Path, segments: object) -> None:
    """Give an index a table of contents that holds ``segments``, with a seal that fits."""
    (old,) = folder.glob("*.toc")
    generation = int(old.name.split("_")[2].split(".")[0])
    TOC(SCHEMA, segments, generation + 1).write(DurableStorage(folder), INDEX_NAME)


@pytest.fixture
def mark(home: Path, tmp_path: Path) -> Path:
    """What the payload in both indexes would make."""
    made = tmp_path / "it ran"
    assert generations(home)
    for folder in generations(home):
        put_in(folder, [Payload(made)])
    return made


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("search", "kamere"), 5),
        (("certificate", "kamere"), 5),
        (("check",), 5),
        (("add", __file__), 5),
        (("reindex",), 0),
        (("check", "--repair"), 0),
    ],
    ids=["search", "certificate", "check", "add", "reindex", "check --repair"],
)
def test_no_command_runs_it(home: Path, mark: Path, command: tuple[str, ...], code: int) -> None:
    run = run_dosije(home, *command)
    assert not mark.exists()
    assert run.returncode == code, run.stdout + run.stderr
    if code:
        assert "is damaged" in run.stdout + run.stderr
        assert "dosije reindex" in run.stdout + run.stderr
    if command in {("reindex",), ("check", "--repair")}:
        assert run_dosije(home, "search", "kamere").stdout.startswith("1 document")


def test_a_backup_and_what_is_restored_of_it_have_none(home: Path, mark: Path, tmp_path: Path) -> None:
    backup, restored, moved = tmp_path / "backup", tmp_path / "restored", tmp_path / "moved"
    assert run_dosije(home, "backup", backup).returncode == 0
    assert run_dosije(restored, "restore", backup).returncode == 0
    assert run_dosije(home, "move", moved).returncode in {0, 5}
    assert not mark.exists()
    assert run_dosije(restored, "search", "kamere").stdout.startswith("1 document")


def segment(**fields: Any) -> ArraySegment:
    made = ArraySegment(ArrayCodec(), INDEX_NAME, 2)
    for name, value in fields.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize(
    "segments",
    [
        {"no": "list"},
        ["no segment"],
        [segment(segid="../../catalog")],
        [segment(indexname="..")],
        [segment(_doccount=-1)],
        [segment(_doccount="many")],
        [segment(_deleted={2})],
        [segment(_deleted=[1])],
        [segment(pieces=None)],
        [segment(totals=(1, 2, 3, -4, 5, (1, 1, 1, 1, 1)))],
        [segment(totals=(1, 2, 3, 4, 5, (1, 1, None, 1, 1)))],
        [ArrayCodec()],
    ],
    ids=[
        "no list",
        "no segment",
        "name with a path",
        "other index",
        "less than none",
        "no number",
        "deleted beyond",
        "deleted in a list",
        "no pieces",
        "counted less than none",
        "no size of a file",
        "no segment of ours",
    ],
)
def test_segments_that_cannot_be_are_damage(home: Path, segments: object) -> None:
    for folder in generations(home):
        put_in(folder, segments)
    run = run_dosije(home, "search", "kamere")
    assert run.returncode == 5
    assert "is damaged" in run.stderr


def test_bytes_that_are_no_pickle_are_damage(home: Path) -> None:
    for folder in generations(home):
        (toc,) = folder.glob("*.toc")
        content = toc.read_bytes()[:-8]
        content = content[: content.rindex(pickle.PROTO + bytes([pickle.HIGHEST_PROTOCOL]))] + b"\x80\x05\xffnonsense"
        toc.write_bytes(content + struct.pack("<4sI", b"DTOC", zlib.crc32(content)))
    run = run_dosije(home, "search", "kamere")
    assert run.returncode == 5
    assert "is damaged" in run.stderr
