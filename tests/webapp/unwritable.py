"""Responses of an archive on a disk that is full or read-only.

Run in a mount namespace of its own: ``unshare -rm python -m tests.webapp.unwritable HOME FOLDER full|read-only``. HOME
is copied to a tmpfs at FOLDER. Prints a JSON object with the results of all requests and commands.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner
from flask.testing import FlaskClient

from archive.archive import Archive
from archive.config import Settings
from dosije import cli
from tests.webapp_samples import NoPicture
from webapp import create_app

READING = ("/", "/?q=kamera", "/documents/{id}", "/documents/{id}/pages/1", "/documents/{id}/original")
FILES = ("/export.csv?q=kamera", "/healthz", "/api/v1/search?q=kamera", "/metrics", "/findings")
COMMANDS = (("search", "kamera"), ("status",), ("check",), ("reindex",), ("add", __file__))


def main() -> None:
    """Create the disk, and run all requests and commands."""
    home, folder, kind = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    _mount("-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder))
    place = folder / "home"
    shutil.copytree(home, place)
    if kind == "read-only":
        _mount("-o", "remount,bind,ro", str(folder))  # without rights, only the mount can be made so
    with Archive.open(place) as archive:
        (document,) = archive.catalog.documents.newest_first()
        client = create_app(archive, NoPicture()).test_client()
        if kind == "full":
            _fill(folder / "filler")
        told: dict[str, object] = {
            path: client.get(path.format(id=document.id)).status_code for path in READING + FILES
        }
        told.update(_sent(client, document.id))
    with Archive.open(place, Settings({"audit": "documents"})) as archive:
        answer = create_app(archive, NoPicture()).test_client().get("/?q=kamera")
        told["audited"] = answer.status_code, answer.text
    for command in (*COMMANDS, ("backup", str(home.parent / f"backup of {kind}"))):
        ended = CliRunner().invoke(cli, ["--home", str(place), *command])
        told[command[0]] = str(ended.exception or ended.exit_code)
        told[f"{command[0]} said"] = ended.stderr
    sys.stdout.write(json.dumps(told))


def _sent(client: FlaskClient, document: str) -> dict[str, tuple[int, str]]:
    """Return the status and the page of each posted form."""
    upload = {"files": (io.BytesIO(b"x" * 40_000), "pismo.txt"), "collection": "main", "by": "Ana"}
    note = {"words": "1-3", "reading": "1", "note": "Pročitano. " * 400, "by": "Ana"}
    sent = {
        "note": client.post(f"/documents/{document}/annotations", data=note),
        "search saved": client.post("/saved", data={"name": "kamere", "q": "kamera"}),
        "upload": client.post("/add", data=upload, content_type="multipart/form-data"),
    }
    return {name: (response.status_code, response.text) for name, response in sent.items()}


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True)


def _fill(path: Path) -> None:
    """Fill the disk."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 9, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue


if __name__ == "__main__":
    main()
