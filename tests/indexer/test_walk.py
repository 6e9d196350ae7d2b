"""Folders become files: sorted, hidden ones passed over, circles refused."""

from __future__ import annotations

import inspect
import os
import shutil
import sys
from pathlib import Path

import pytest

from archive.errors import LinkLoop, UnreadableInput
from indexer.ingest.walk import walk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "ulaz"
    for name in ("b/2.txt", "b/1.txt", "a.txt", "č.txt", ".skriveno.txt", ".git/config", "b/.DS_Store"):
        path = made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return made


def names(paths: list[Path], root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in paths]


def test_folders_are_walked_in_order_and_hidden_entries_are_named(folder: Path) -> None:
    found = walk([folder])
    assert names(found.files, folder) == ["a.txt", "b/1.txt", "b/2.txt", "č.txt"]
    assert names(found.hidden, folder) == [".git", ".skriveno.txt", "b/.DS_Store"]
    assert found.refused == []


def test_what_is_named_is_taken_in_the_order_named(folder: Path) -> None:
    """A hidden file, a file that is not there: whoever names it gets it, or the reason why not when it is taken in."""
    named = [folder / ".skriveno.txt", folder / "nema.pdf", folder / "b" / "2.txt"]
    assert walk(named).files == named


def test_a_link_that_leads_back_is_refused_and_the_rest_is_walked(folder: Path) -> None:
    (folder / "b" / "krug").symlink_to(folder)
    (folder / "self").symlink_to(".")
    found = walk([folder])
    assert names(found.files, folder) == ["a.txt", "b/1.txt", "b/2.txt", "č.txt"]
    assert names([path for path, _ in found.refused], folder) == ["b/krug", "self"]
    assert all(isinstance(error, LinkLoop) and error.remedy for _, error in found.refused)


def test_a_named_link_to_a_folder_around_it_is_refused(folder: Path) -> None:
    """So trying the refused path again ends the same way."""
    (folder / "krug").symlink_to(folder)
    found = walk([folder / "krug"])
    assert ([type(error) for _, error in found.refused], found.files) == ([LinkLoop], [])


def test_links_that_lead_elsewhere_are_followed_if_asked(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "drugde"
    other.mkdir()
    (other / "x.txt").write_text("x", encoding="utf-8")
    (folder / "veza").symlink_to(other)
    (folder / "veza2").symlink_to(other)
    assert names(walk([folder], follows_links=True).files, folder)[-3:] == ["veza/x.txt", "veza2/x.txt", "č.txt"]


def test_a_link_to_itself_is_a_file_that_cannot_be_read(folder: Path) -> None:
    (folder / "sebi.pdf").symlink_to("sebi.pdf")
    assert "sebi.pdf" in names(walk([folder]).files, folder)


def test_names_that_are_not_utf_8_do_not_stop_a_walk(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/stari\xe8.txt")).write_text("x", encoding="utf-8")
    assert len(walk([folder]).files) == 5


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_an_unreadable_folder_is_refused(folder: Path) -> None:
    (folder / "b").chmod(0)
    found = walk([folder])
    (folder / "b").chmod(0o700)
    assert [type(error) for _, error in found.refused] == [UnreadableInput]


def test_folders_may_be_nested_deeper_than_python_calls(folder: Path) -> None:
    deepest = folder / "/".join("d" * 150)
    deepest.mkdir(parents=True)
    (deepest / "x.txt").write_text("x", encoding="utf-8")
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 100)
    try:
        found = walk([folder])
    finally:
        sys.setrecursionlimit(before)
    assert found.files[-2:] == [deepest / "x.txt", folder / "č.txt"]


def test_a_folder_that_is_removed_meanwhile_is_named_and_the_rest_is_walked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody takes it away after it was seen to be a folder."""
    is_folder = Path.is_dir

    def then_removed(path: Path) -> bool:
        known = is_folder(path)
        if path.name == "b":
            shutil.rmtree(path)
        return known

    monkeypatch.setattr(Path, "is_dir", then_removed)
    found = walk([folder])
    assert names(found.files, folder) == ["a.txt", "č.txt"]
    assert [(path.name, "No such file" in error.message) for path, error in found.refused] == [("b", True)]
