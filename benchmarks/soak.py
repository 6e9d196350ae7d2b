"""Clients search a reading room while documents are added to it and some are corrected.

Usage: ``python -m benchmarks.soak [--seconds 180] [--clients 20] [--documents 400] [--corrections 40] [--pause 2]``

A new archive is served by ``dosije serve``; ``dosije add`` brings letters into it, folder by folder, and a person
corrects the titles of some with ``dosije correct``, while every client searches, looks at a document or page and
reads it for ``--pause`` seconds. No answer may be an error (503, busy, is counted apart). What a commit reported must
be found: after each folder, and at the end, a search must count exactly the letters that were added. Memory is the
sum over the server's processes.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from archive.archive import Archive

ROOT = Path(__file__).parent.parent
WORDS = (
    *("kamera", "opština", "ugovor", "nabavka", "trg", "video", "nadzor", "oprema", "dinara", "dopis", "sednica"),
    *("veće", "izveštaj", "budžet"),
)
A_FOLDER = 100
"""Letters that one ``dosije add`` brings."""


class Room:
    """A served archive, and what its clients met with."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        with socket.create_server(("127.0.0.1", 0)) as held:
            self._port = int(held.getsockname()[1])
        self.counts = Counter[str]()
        self.process = self.dosije("serve", "--port", str(self._port))
        while self.ask("/healthz")[0] != 200:
            time.sleep(0.2)

    def dosije(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a command."""
        command = [sys.executable, "-m", "dosije", "--home", str(self.home), *words]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ask(self, path: str, data: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Ask for a page, or send a form."""
        address = f"http://127.0.0.1:{self._port}{path}"
        body = None if data is None else urlencode(data).encode()
        try:
            with urlopen(Request(address, body, {"Sec-Fetch-Site": "same-origin"}), timeout=60) as response:
                return int(response.status), response.read()
        except HTTPError as error:
            with error:
                return error.code, error.read()
        except OSError:
            return 0, b""

    def memory(self) -> int:
        """Megabytes of the server and its children, each page of memory once (PSS)."""
        children = (
            Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii").split()
        )
        total = 0
        for process in (str(self.process.pid), *children):
            lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return total >> 10

    def found(self, query: str) -> tuple[int, list[str]]:
        """How many documents a search counts, and the ids of the first."""
        _, body = self.ask(f"/api/v1/search?{urlencode({'q': query})}")
        answer = json.loads(body)
        return int(answer["total"]), [hit["id"] for hit in answer["hits"]]


def client(room: Room, seed: int, until: float, pause: float) -> None:
    """Search and read until then, for about so many seconds each."""
    chance = random.Random(seed)
    while time.monotonic() < until:
        word = chance.choice(WORDS)
        status, body = room.ask(f"/?{urlencode({'q': f'{word} {chance.choice(WORDS)}'})}")
        room.counts[f"answered {status}"] += 1
        places = [part.split(b'"')[0] for part in body.split(b'href="/documents/')[1:]]
        if places:
            path = chance.choice(places).decode().partition("#")[0].replace("&amp;", "&")
            room.counts[f"answered {room.ask(f'/documents/{path}')[0]}"] += 1
        time.sleep(chance.uniform(0, 2 * pause))


def letters(folder: Path, first: int) -> None:
    """Write some letters, each with a number of its own."""
    folder.mkdir()
    for number in range(first, first + A_FOLDER):
        chance = random.Random(number)
        text = " ".join(chance.choices(WORDS, k=300))
        (folder / f"{number:05}.txt").write_text(f"Dopis broj {number}. svipisma {text}", encoding="utf-8")


def correct(room: Room, ids: list[str], some: int) -> set[str]:
    """Correct titles, as a person would; returns the ids of those whose correction was taken."""
    taken = set()
    for id_ in ids[:some]:
        command = room.dosije("correct", id_, "title", f"Ispravljen dopis {id_[:6]}", "--by", "Ana")
        if command.wait() == 0:
            taken.add(id_)
        room.counts["corrections" if id_ in taken else "corrections refused as busy"] += 1
    return taken


def corrected(home: Path) -> int:
    """How many letters have the title that a person gave them."""
    with Archive.open(home) as archive:
        ids = [document.id for document in archive.catalog.documents.newest_first()]
        return sum(
            known.title.startswith("Ispravljen") for known in archive.catalog.documents.descriptions(ids).values()
        )


def main() -> None:
    """Print what clients met with, the counts after each commit, and memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=180)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--documents", type=int, default=400)
    parser.add_argument("--corrections", type=int, default=40)
    parser.add_argument("--pause", type=float, default=2, help="seconds a client reads, on average")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        room = Room(Path(name))
        until = time.monotonic() + options.seconds
        threads = [
            threading.Thread(target=client, args=(room, seed, until, options.pause)) for seed in range(options.clients)
        ]
        for thread in threads:
            thread.start()
        added, taken, chance = 0, set[str](), random.Random(1)
        each = max(1, options.corrections * A_FOLDER // options.documents)
        while added < options.documents and time.monotonic() < until:
            folder = Path(name) / f"in-{added}"
            letters(folder, added)
            if room.dosije("add", str(folder), "--jobs", "1", "--ocr", "never").wait() == 0:
                added += A_FOLDER
            total, ids = room.found("svipisma")
            room.counts["counts after a commit"] += 1
            room.counts["wrong counts after a commit"] += total != added
            print(f"{added} added, {total} found, {room.memory()} MB", flush=True)
            taken |= correct(room, chance.sample(ids, len(ids)), each)
            shutil.rmtree(folder)
        for thread in threads:
            thread.join()
        total, _ = room.found("svipisma")
        room.counts["wrong counts at the end"] += total != added
        print(f"at the end: {corrected(room.home)} of {len(taken)} titles are as corrected, {room.memory()} MB")
        print(", ".join(f"{count} {what}" for what, count in sorted(room.counts.items())))
        room.process.terminate()
        print(f"the server ended with {room.process.wait()}; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
