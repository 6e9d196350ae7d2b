"""Responses of an archive on a disk that is full, and the state after ``add`` with little free space.

Run in a mount namespace of its own: ``unshare -rm python -m tests.webapp.full_disk HOME FOLDER``. HOME is copied to a
tmpfs at FOLDER. Prints a JSON object with the results of all commands and requests.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from archive.archive import Archive
from tests.conftest import reading_in_forks, run_dosije
from tests.webapp_samples import NoPicture
from webapp import create_app

PAGES = ("/", "/?q=kamera", "/documents/{id}", "/documents/{id}/pages/1", "/documents/{id}/original", "/findings",
         "/healthz/ready", "/metrics", "/saved")  # fmt: skip
ROOM = (60, 200, 500)
"""Kilobytes of free space with which ``add`` is run, one after another."""


class Disk:
    """A small disk, and a file that fills it."""

    def __init__(self, folder: Path) -> None:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)], check=True)
        self._filler = folder / "filler"

    def fill(self, leaving: int = 0) -> None:
        """Fill it, except for this number of kilobytes."""
        with self._filler.open("ab", buffering=0) as file:
            for size in (1 << 16, 1 << 9, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    continue
        os.truncate(self._filler, self._filler.stat().st_size - (leaving << 10))

    def empty(self) -> None:
        """Free the space."""
        self._filler.unlink()


def main() -> None:
    """Create the disk, and run all commands and requests."""
    home, folder = Path(sys.argv[1]), Path(sys.argv[2])
    disk, place = Disk(folder), folder / "home"
    shutil.copytree(home, place)
    with Archive.open(home) as archive:
        (document,) = (one.id for one in archive.catalog.documents.newest_first())
    told: dict[str, Any] = {}
    quoted = home.parent / "navod.txt"
    quoted.write_text("„Opština Brezovac nabavlja kamere za trg.“")
    commands = (("status",), ("search", "kamere"), ("show", document, "--text"), ("cite", document, "--words", "1-2"),
                ("verify", quoted), ("check",), ("findings", "spending"), ("backup", home.parent / "backup"),
                ("add", quoted), ("reindex",))  # fmt: skip
    for command in commands:
        disk.fill()
        run = run_dosije(place, *command)
        told[command[0]] = run.returncode, run.stdout + run.stderr
    disk.fill()
    told["pages"] = _pages(disk, place, document)
    told["adding"] = [_added(disk, place, home.parent / "papers", room) for room in ROOM]
    disk.empty()
    last = run_dosije(place, "add", home.parent / "papers", "--jobs", "1")
    told["with room"] = last.returncode, last.stdout + last.stderr
    told["found"] = run_dosije(place, "search", "papir").stdout
    told["whole"] = run_dosije(place, "check").returncode
    told["generations"] = _generations(place)
    sys.stdout.write(json.dumps(told))


def _pages(disk: Disk, place: Path, document: str) -> dict[str, int]:
    """Return the statuses of pages; then, with free space, whether the same application can save."""
    with Archive.open(place) as archive:
        client = create_app(archive, NoPicture()).test_client()
        told = {path: client.get(path.format(id=document)).status_code for path in PAGES}
        form = {"name": "kamere", "q": "kamere"}
        told["saved when full"] = client.post("/saved", data=form).status_code
        disk.fill(1000)
        told["saved with room"] = client.post("/saved", data=form).status_code
        told["search with room"] = client.get("/?q=kamere").status_code
    return told


def _added(disk: Disk, place: Path, papers: Path, room: int) -> dict[str, Any]:
    """Return the result of ``add`` with ``room`` kilobytes, and the state after it on the full disk."""
    disk.fill(room)
    run = run_dosije(place, "add", papers, "--jobs", "1")
    disk.fill()
    search = run_dosije(place, "search", "kamere")
    return {
        "room": room,
        "code": run.returncode,
        "said": run.stdout + run.stderr,
        "search": (search.returncode, search.stdout + search.stderr),
        "generations": _generations(place),
    }


def _generations(place: Path) -> list[int]:
    """Return the number of tables of contents of each index generation: one if it is complete."""
    folders = (*place.glob("index/gen-*"), *place.glob("index/clauses/gen-*"))
    return [len(list(folder.glob("*.toc"))) for folder in folders]


if __name__ == "__main__":
    with reading_in_forks():
        main()
