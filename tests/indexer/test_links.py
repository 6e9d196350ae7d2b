"""A folder that is added is that folder: no link leads out of it, and nothing is opened but files."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from indexer.ingest.walk import walk
from tests.conftest import Dosije

pytestmark = pytest.mark.usefixtures("warm_readers")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with links out of it, within it and in a circle, and what lies outside."""
    (tmp_path / "outside/deep").mkdir(parents=True)
    (tmp_path / "outside/tajna.txt").write_text("tajna beleška", encoding="utf-8")
    (tmp_path / "outside/deep/druga.txt").write_text("druga tajna beleška", encoding="utf-8")
    folder = tmp_path / "ulaz"
    (folder / "unutra").mkdir(parents=True)
    (folder / "unutra/dopis.txt").write_text("dopis o kamerama", encoding="utf-8")
    (folder / "van.txt").symlink_to(tmp_path / "outside/tajna.txt")
    (folder / "van").symlink_to("../outside", target_is_directory=True)
    (folder / "unutra/preko").symlink_to("../van/deep", target_is_directory=True)
    (folder / "nigde").symlink_to(tmp_path / "nema")
    (folder / "isti.txt").symlink_to("unutra/dopis.txt")
    os.link(tmp_path / "outside/tajna.txt", folder / "tvrda.txt")
    return folder


def names(files: list[Path], folder: Path) -> list[str]:
    return [file.relative_to(folder).as_posix() for file in files]


def test_links_that_lead_out_are_passed_over_and_counted(place: Path) -> None:
    found = walk([place])
    assert names(found.files, place) == ["isti.txt", "tvrda.txt", "unutra/dopis.txt"]
    assert names(found.links, place) == ["nigde", "unutra/preko", "van", "van.txt"]
    assert found.notes() == [
        "Passed over: 4 links lead out of the folder: nigde, preko, van and 1 more. "
        "With --follow-links they are followed."
    ]


def test_they_are_followed_if_that_is_asked_for(place: Path) -> None:
    found = walk([place], follows_links=True)
    assert names(found.files, place) == [
        *("isti.txt", "nigde", "tvrda.txt", "unutra/dopis.txt", "unutra/preko/druga.txt"),
        *("van/deep/druga.txt", "van/tajna.txt", "van.txt"),
    ]
    assert found.links == []


def test_a_link_that_is_named_is_followed(place: Path) -> None:
    assert walk([place / "van.txt"]).files == [place / "van.txt"]
    assert names(walk([place / "van"]).files, place) == ["van/deep/druga.txt", "van/tajna.txt"]


def test_the_command_says_how_many_were_left_out(dosije: Dosije, place: Path) -> None:
    run = dosije("add", place)
    assert run.returncode == 0
    assert "Passed over: 4 links lead out of the folder" in run.stderr
    assert "tajna.txt" not in run.stdout.replace("tvrda.txt", "")
    assert run.stdout.splitlines()[-1].startswith("2 added, 1 already there, 0 failed")
    assert "druga.txt" in dosije("add", place, "--follow-links", "--json").stdout


def test_pipes_sockets_and_devices_are_named_and_never_opened(dosije: Dosije, tmp_path: Path) -> None:
    folder = tmp_path / "posebno"
    folder.mkdir()
    os.mkfifo(folder / "cev.pdf")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "server.pdf"))
        run = dosije("add", folder, "/dev/null")
    assert run.returncode == 3
    for name in ("cev.pdf", "server.pdf", "/dev/null"):
        assert f"{name} is not a regular file." in run.stderr
