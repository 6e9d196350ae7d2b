"""Kill commands at random moments, and check what is lost, duplicated or incomplete.

Usage: ``python -m benchmarks.kills [N=200] [--seed 1] [--lives files/uploads/queue] [--postgres URL] [--minutes M]``

The documents are specimens and files made from them: PDFs with text and scanned ones, an image, DOCX, XLSX, texts, an
e-mail and an archive with such files inside, a broken PDF, an empty file. Each round starts a random command, and sends
SIGKILL to its process group after a random part of the time that the command takes when it is not killed. Then ``dosije
check`` checks the archive. After 10 kills all commands are run to their end, the archive is compared with one that was
never killed, and a new archive begins. Commits are made every 3 documents.

Archives of ``files``: add, reread, reindex and backup. Of ``uploads``: a web application that receives the files and
adds them; a file that it gave up after three kills is retried, as its page advises. Of ``queue``: ``add --queue``,
``work`` and reindex, with the catalog on PostgreSQL. The OCR results of the archive that was never killed are put into
the cache of the others, so that kills hit more than OCR.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import xlsxwriter
from sqlalchemy import create_engine, text

from tests.container_samples import mail, zipped
from tests.crash_samples import ROOT, Life
from tests.working_samples import put_on_server

KILLS_IN_A_LIFE = 10

SPECIMENS = ROOT / "documents" / "specimens"

PAPERS = (
    "becej-2020-javni-poziv.pdf",
    "ivanjica-2022-foi-zalba.pdf",
    "becej-2021-aneks.pdf",
    "kladovo-2019-odluka-o-dodeli.tif",
    "kladovo-2022-foi-zahtev.docx",
    "becej-2022-foi-zahtev.txt",
)


def write_papers(folder: Path) -> None:
    """Write files of every kind, some with identical bytes and some inside others."""
    folder.mkdir(parents=True)
    papers = {name: (SPECIMENS / name).read_bytes() for name in PAPERS}
    for name, content in papers.items():
        (folder / name).write_bytes(content)
    table = folder / "cene.xlsx"
    with xlsxwriter.Workbook(table) as book:
        sheet = book.add_worksheet()
        for row in range(40):
            sheet.write_row(row, 0, [f"Kamera {row}", 1200 + row])
    inside = {
        "poziv.pdf": papers[PAPERS[0]],
        "dopis.docx": papers[PAPERS[4]],
        "beleska.txt": b"Dopis o kamerama. " * 50,
    }
    (folder / "prilozi.zip").write_bytes(zipped({**inside, "cene.xlsx": table.read_bytes()}))
    letter = mail({"zalba.pdf": papers[PAPERS[1]], "u-poruci.txt": b"Jos jedan dopis o nabavci kamera. " * 30})
    (folder / "poruka.eml").write_bytes(letter)
    (folder / "jos-jednom.txt").write_bytes(papers[PAPERS[5]])
    (folder / "prekinut.pdf").write_bytes(papers[PAPERS[0]][:9_000])
    (folder / "prazno.txt").touch()


class PaperLife(Life):
    """An archive to which files are added by commands."""

    def commands(self) -> dict[str, list[str]]:
        """Return every command that writes, in order."""
        return {
            "add": ["add", str(self.inputs), "--jobs", "1"],
            "reread": ["reread", "--quality", "good", "--jobs", "1"],
            "reindex": ["reindex", "--jobs", "1"],
            "backup": ["backup", str(self.backup), "--copy"],
        }


class QueueLife(Life):
    """An archive whose files are queued and read by workers."""

    def commands(self) -> dict[str, list[str]]:
        """Return every command that writes, in order."""
        return {
            "add --queue": ["add", str(self.inputs), "--queue"],
            "work": ["work", "--until-empty", "--jobs", "1"],
            "reindex": ["reindex", "--jobs", "1"],
        }


class UploadLife(Life):
    """An archive whose files are uploaded in the browser."""

    def commands(self) -> dict[str, list[str]]:
        """Return every command that writes, in order."""
        return {"upload": [], "reindex": ["reindex", "--jobs", "1"]}

    def command(self, name: str) -> list[str]:
        """Return the command line of a command."""
        if name == "upload":
            return [sys.executable, "-m", "benchmarks.kills", "--upload", str(self.home), str(self.inputs)]
        return super().command(name)


def upload(home: Path, inputs: Path) -> None:
    """Start the web application, upload missing files, retry files given up after kills, and stop when all are done."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    room = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "dosije", "--home", str(home), "serve", "--port", str(port)]
    serving = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "DOSIJE_PROCESSES": "1"})
    try:
        while not _answered(f"{room}/healthz"):
            time.sleep(0.05)
        if not _jobs(room):
            _send(room, sorted(inputs.iterdir()))
        _wait(room)
        for job in _given_up(room):
            with urlopen(Request(f"{room}/jobs/{job}/retry", b"", {"Origin": room}), timeout=60) as answer:
                answer.read()
        _wait(room)
    finally:
        serving.terminate()
        serving.wait()


def _answered(address: str) -> bytes:
    with suppress(URLError, ConnectionError), urlopen(address, timeout=60) as answer:
        return bytes(answer.read())
    return b""


def _jobs(room: str) -> list[dict[str, Any]]:
    jobs: list[dict[str, Any]] = json.loads(_answered(f"{room}/api/v1/jobs"))["jobs"]
    return jobs


def _wait(room: str) -> None:
    while any(job["state"] != "done" for job in _jobs(room)):
        time.sleep(0.1)


def _given_up(room: str) -> list[str]:
    """Return the ids of jobs with files that failed because their worker was killed repeatedly."""
    files = {job["id"]: json.loads(_answered(f"{room}/api/v1/jobs/{job['id']}"))["listed"] for job in _jobs(room)}
    return [job for job, listed in files.items() if any("killed" in (file["reason"] or "") for file in listed)]


def _send(room: str, files: list[Path]) -> None:
    parts = [
        b'Content-Disposition: form-data; name="by"\r\n\r\nAna',
        b'Content-Disposition: form-data; name="collection"\r\n\r\nmain',
    ]
    parts += [
        b'Content-Disposition: form-data; name="files"; filename="%b"\r\n\r\n%b'
        % (file.name.encode(), file.read_bytes())
        for file in files
    ]
    body = b"".join(b"--parted\r\n%b\r\n" % part for part in parts) + b"--parted--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=parted", "Origin": room}
    with urlopen(Request(f"{room}/add", body, headers), timeout=60) as answer:
        answer.read()


def killed(life: Life, command: str, pause: float) -> bool:
    """Run a command, kill it after ``pause`` seconds, and return whether it was still running."""
    process = life.start(command)
    try:
        process.communicate(timeout=pause)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    return process.returncode == -signal.SIGKILL


def comparable(life: Life) -> str:
    """Return the state of an archive without the paths of its folder and of uploads."""
    return re.sub(r"/[^' ]*/(?:inputs|home/inbox)|[0-9a-f]{32}/", "", str(life.state()))


class Lives:
    """Archives of one kind, each in a folder of its own, those on a server in a schema of their own."""

    def __init__(self, kind: str, root: Path, postgres: str) -> None:
        self._kind, self._root, self._postgres = kind, root, postgres
        self._cache: Path | None = None
        # Written once for all archives: packed files contain the time, so each writing has another SHA-256.
        self._papers = root / "papers"
        write_papers(self._papers)
        self.schemas: list[str] = []

    def begin(self, name: str) -> Life:
        """Create an archive."""
        root = self._root / name
        kind: Callable[[Path, Path, Path], Life] = {"files": PaperLife, "queue": QueueLife, "uploads": UploadLife}[
            self._kind
        ]
        life = kind(root / "inputs", root / "home", root / "backup")
        shutil.copytree(self._papers, life.inputs)
        if self._kind == "queue":
            self.schemas.append(f"dosije_kills_{os.getpid()}_{len(self.schemas)}")
            put_on_server(life.home, f"{self._postgres}?schema={self.schemas[-1]}")
        if self._cache:
            shutil.copytree(self._cache, life.home / "cache")
        return life

    def straight(self) -> tuple[str, dict[str, float]]:
        """Return the state of an archive without kills, and the seconds of each command."""
        life, seconds = self.begin("straight"), {}
        for command in life.commands():
            began = time.monotonic()
            done = life.run(command)
            seconds[command] = time.monotonic() - began
            if done.returncode not in {0, 3}:
                raise SystemExit(f"{command} ended with {done.returncode}: {done.stderr}")
        self._cache = life.home / "cache"
        return comparable(life), seconds

    def end(self) -> None:
        """Drop the schemas."""
        if self.schemas:
            engine = create_engine(self._postgres.replace("postgresql://", "postgresql+psycopg://"))
            with engine.begin() as connection:
                for schema in self.schemas:
                    connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
                    connection.execute(text(f"DROP SCHEMA IF EXISTS {schema}_seen CASCADE"))


def main() -> None:
    """Print the counts, and every violation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kills", type=int, nargs="?", default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lives", choices=("files", "uploads", "queue"), default="files")
    parser.add_argument("--postgres", default=os.environ.get("DOSIJE_TEST_POSTGRES", ""))
    parser.add_argument("--minutes", type=float, default=600)
    parser.add_argument("--upload", type=Path, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.upload:
        upload(*options.upload)
        return
    chance, until = random.Random(options.seed), time.monotonic() + options.minutes * 60
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as root:
        lives = Lives(options.lives, Path(root), options.postgres)
        try:
            expected, seconds = lives.straight()
            print({command: round(time_, 1) for command, time_ in seconds.items()}, flush=True)
            while counts["kills"] < options.kills and time.monotonic() < until:
                one_life(lives.begin(f"life-{counts['lives']}"), seconds, chance, expected, counts)
                print(", ".join(f"{count} {name}" for name, count in sorted(counts.items())), flush=True)
        finally:
            lives.end()


def one_life(life: Life, seconds: dict[str, float], chance: random.Random, expected: str, counts: Counter[str]) -> None:
    """Kill commands, check the archive after each, run all to their end, and compare."""
    counts["lives"] += 1
    for command in (next(iter(seconds)), *chance.choices(list(seconds), k=KILLS_IN_A_LIFE - 1)):
        was_at_work = killed(life, command, chance.uniform(0.1, 1) * seconds[command])
        counts["kills"] += was_at_work
        counts[f"killed amid {command}"] += was_at_work
        wrong = life.problems(notices=False)
        counts["checks that found damage"] += bool(wrong)
        print(*wrong, sep="\n", end="\n" if wrong else "")
    for command in seconds:
        life.run(command)
    state = comparable(life)
    counts["lives that ended otherwise"] += state != expected or bool(life.problems())
    if state != expected:
        at = next(at for at, (one, other) in enumerate(zip(expected, f"{state} ", strict=False)) if one != other)
        print(f"expected: {expected[max(0, at - 100) : at + 200]}\nfound:    {state[max(0, at - 100) : at + 200]}")


if __name__ == "__main__":
    main()
