"""A flipped bit in any file of an index is noticed, and changes no answer."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from archive.errors import IndexDamaged
from archive.search.whoosh_engine import layout
from archive.search.whoosh_engine.layout import BLOCK, Sections, SectionsWriter
from archive.search.whoosh_engine.schema import AFTER_ID, prints
from archive.search.whoosh_engine.storage import MappedStorage
from archive.search.whoosh_engine.writer import commit
from archive.text.vocabulary import IndexField
from tests.archive.search.whoosh_engine.papers import ALIASES, Paper, State, create, entries

FLIPS_PER_FILE = 80


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = create(tmp_path_factory.mktemp("index"))
    papers = [Paper(f"d{number}", ["kuća", "kamera", "x"] * 150, [("y", (0, 1))]) for number in range(4)]
    commit(made, entries([*papers, Paper("gone", ["kuća"])]), (), lambda: State(made))
    commit(made, (), ["gone"], lambda: State(made))
    return made


def everything(path: Path) -> list[Any]:
    """All that can be read of an index."""
    state = State(path)
    read: list[Any] = [sorted(state.places), *(state.postings(field) for field in layout.STORED)]
    for terms in state.terms:
        read.extend(terms.with_prefix(field, "").tolist() for field in ALIASES)
        read.extend(terms.find(field, "kuc").tolist() for field in ALIASES)
        read.append(terms.writings().tolist())
    for (part, id_), (at, _) in sorted(state.places.items()):
        read.extend(state.value(part, id_, name) for name in state.columns[at].list_columns())
        read.append(list(state.column(at, "id").of_each([id_.encode()], prints([id_.encode()]), AFTER_ID)))
    read.extend(state.column(at, name).sums for at in range(len(state.columns)) for name in ("serial", "revision"))
    return read


def complaint(path: Path, whole: list[Any]) -> str:
    """The message of the error that reading raises; none if all is read as it was."""
    try:
        assert everything(path) == whole
    except IndexDamaged as error:
        return str(error)
    return ""


def test_a_flipped_bit_anywhere_is_noticed(index: Path, tmp_path: Path) -> None:
    """Only the bytes that fill up to the next multiple of eight may change: no one reads them."""
    whole = everything(index)
    noticed: dict[str, list[bool]] = {}
    for original in sorted(index.iterdir()):
        content = original.read_bytes()
        for at in range(0, len(content), max(1, len(content) // FLIPS_PER_FILE)):
            copy = tmp_path / "copy"
            shutil.copytree(index, copy)
            (copy / original.name).write_bytes(content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :])
            message = complaint(copy, whole)
            noticed.setdefault(original.suffix, []).append(bool(message))
            assert (original.name in message and "dosije reindex" in message) if message else content[at] == 0
            shutil.rmtree(copy)
    assert set(noticed) == {".toc", ".terms", ".pieces", ".frequencies", ".positions", ".columns"}
    assert all(sum(found) > 0.8 * len(found) for found in noticed.values())


@pytest.mark.parametrize("content", [b"", b"\0\xff" * 40], ids=["emptied", "overwritten"])
def test_a_file_of_other_content_is_noticed(index: Path, tmp_path: Path, content: bytes) -> None:
    for original in sorted(index.iterdir()):
        if original.suffix:
            copy = tmp_path / original.suffix
            shutil.copytree(index, copy)
            (copy / original.name).write_bytes(content)
            with pytest.raises(IndexDamaged, match=original.name):
                everything(copy)


def test_only_what_is_read_is_checked(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        file.write(b"something else")
        writer = SectionsWriter(file)
        writer.add("numbers", np.arange(3 * BLOCK, dtype=np.uint16))
        writer.add("none", np.empty(0, np.uint32))
        writer.close(more="kept")
    content = bytearray((tmp_path / "file").read_bytes())
    content[len(b"something else") + 3 * BLOCK] ^= 1
    sections = Sections(memoryview(bytes(content)), "file")
    assert sections.directory["more"] == "kept"
    assert len(sections.array("none")) == 0
    numbers = sections.lazy("numbers")
    assert numbers.take(0, BLOCK).tolist() == list(range(BLOCK))
    assert numbers.pick(np.array([0, 2 * BLOCK])).tolist() == [0, 2 * BLOCK]
    with pytest.raises(IndexDamaged):
        numbers.take(BLOCK, 2 * BLOCK)
    with pytest.raises(IndexDamaged):
        numbers.check_spans(np.array([0]), np.array([3 * BLOCK]))
    with pytest.raises(IndexDamaged):
        numbers.all()


def test_arrays_outlive_the_file_they_are_in(index: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(index, copy)
    (name,) = (path.name for path in copy.glob("*.positions"))
    file = MappedStorage(copy).open_file(name)
    array = Sections(file.content, name).array(IndexField.WORD)
    whole = array.tolist()
    file.close()
    shutil.rmtree(copy)
    del file
    assert array.tolist() == whole
