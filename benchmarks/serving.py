"""Load test of the web application: 20 clients over real HTTP on an archive of 100,000 pages.

Usage: ``python -m benchmarks.serving HOME [--images ARCHIVE] [--pages 100000] [--clients 20] [--seconds 60]``

HOME is created if it is missing: a copy of ARCHIVE, whose documents have originals and so page images, with generated
documents (:mod:`benchmarks.search.corpus`) up to the number of pages. ``dosije serve`` runs in processes of its own.
There are two kinds of clients: those of ``wrk`` send the next request at once, which measures throughput; readers wait
one to five seconds between requests, as people do. Searches are words, phrases and filters without repetition. For each
kind of client, the latency and the CPU time of all server processes per response are reported, and for readers the size
of responses, raw and compressed. If ``wrk`` (a Debian package) is not installed, its part is skipped.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from archive.archive import Archive
from archive.model import Document, Fact, FactStatus, Page, Reading, Span, TextSource
from archive.model.words import Break, Word, Words
from benchmarks.search.corpus import FIRST_YEAR, MUNICIPALITIES, YEARS, make_documents
from benchmarks.search.feed import CorpusDocument
from benchmarks.search.words import PHRASES, word_lists

PAUSE = (1.0, 5.0)
"""Seconds between requests of a reader."""

IDLE_SHARE = 0.05
"""Maximum CPU share of a started server that has finished preloading."""

LANGUAGES = ("sr-Latn", "sr-Cyrl", "en")
_HEADERS = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}

_SCRIPT = """\
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
local at = 0
wrk.headers["Accept-Encoding"] = "gzip"
request = function() at = at %% #paths + 1; return wrk.format("GET", paths[at]) end
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("%%.1f %%.1f %%.1f %%.1f %%d %%d\\n",
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000,
    summary.requests / summary.duration * 1e6, summary.requests,
    errors.status + errors.connect + errors.read + errors.timeout))
end
"""


def fill(archive: Archive, pages: int) -> None:
    """Add generated documents until the archive has ``pages`` pages, and index them."""
    here = sum(document.page_count for document in archive.catalog.documents.newest_first())
    with archive.writing():
        for document in make_documents(max(0, pages - here)):
            _add(archive, document)
    assert archive.settle()


def _add(archive: Archive, made: CorpusDocument) -> None:
    words, pages, first = [], [], 0
    for number, text in enumerate(made.pages, 1):
        of_page = Words.of(Word(word, before=Break.SPACE) for word in text.split())
        words.append(of_page)
        pages.append(Page(number, first, len(of_page), 595, 842, TextSource.TEXT))
        first += len(of_page)
    told = [("kind", made.kind), ("municipality", made.municipality), ("year", str(made.year))]
    told += [("vendor", vendor) for vendor in made.vendors]
    id_, now = f"{int(made.id, 16) + (1 << 255):064x}", datetime.now(UTC)
    facts = [
        Fact(field, value, Span(id_, 1, at, at), f"{field}.made", 0.9, FactStatus.EXTRACTED)
        for at, (field, value) in enumerate(told)
    ]
    name = f"{id_[-8:]}.pdf"
    document = Document(id_, name, "application/pdf", 1, "main", now, 1, 1, len(pages), first)
    reading = Reading(id_, 1, now, {}, made.language, tuple(pages))
    archive.catalog.documents.add(document, reading, words, facts, f"/made/{name}")


def searches(count: int) -> Iterator[str]:
    """Yield URLs of search pages: frequent and rare words, phrases, filters, later pages."""
    dice = random.Random(11)
    words = word_lists()["sr-Latn"].words
    for _ in range(count):
        shape = dice.random()
        asked: list[tuple[str, str]] = []
        if shape < 0.4:
            asked.append(("q", str(words[dice.randrange(100, 8000)])))
        elif shape < 0.6:
            asked.append(("q", " ".join(str(words[dice.randrange(100, 2000)]) for _ in range(2))))
        elif shape < 0.75:
            asked.append(("q", '"' + " ".join(dice.choice(PHRASES)) + '"'))
        elif shape < 0.9:
            asked.append(("q", str(words[dice.randrange(50, 2000)])))
            asked += [("municipality", dice.choice(MUNICIPALITIES)) for _ in range(2)]
        else:
            asked.append(("year", str(FIRST_YEAR + dice.randrange(YEARS))))
            asked.append(("page", str(dice.randint(1, 5))))
        yield f"/?{urlencode(asked)}"


def images(archive: Archive, count: int) -> list[str]:
    """Return URLs of page images of documents with originals."""
    paths = [
        f"/documents/{document.id}/pages/{number}/image"
        for document in archive.catalog.documents.newest_first()
        if archive.originals.has(document.id)
        for number in range(1, document.page_count + 1)
        if not archive.catalog.readings.get(document.id, None).pages[number - 1].is_flowing
    ]
    random.Random(12).shuffle(paths)
    return paths[:count]


@dataclass(frozen=True, slots=True)
class Server:
    """A running ``dosije serve`` on a port."""

    port: int
    pid: int

    def processes(self) -> list[int]:
        """Return the ids of the process and its descendants."""
        pids = [self.pid]
        for each in pids:
            for children in Path(f"/proc/{each}/task").glob("*/children"):
                pids += [int(child) for child in children.read_text().split()]
        return pids

    def cpu(self) -> float:
        """Return the CPU seconds used by these processes and their finished children."""
        stats = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in self.processes())
        return sum(sum(map(int, stat[11:15])) for stat in stats) / os.sysconf("SC_CLK_TCK")

    def wait_until_idle(self) -> None:
        """Wait until preloading has finished."""
        before = self.cpu()
        while True:
            time.sleep(2)
            before, since = self.cpu(), before
            if before - since < 2 * IDLE_SHARE:
                return


@contextmanager
def serving(home: Path) -> Iterator[Server]:
    """Run ``dosije serve`` on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [sys.executable, "-m", "dosije", "--home", str(home), "serve", "--port", str(port)]
    server = subprocess.Popen(program, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                HTTPConnection("127.0.0.1", port, timeout=60).request("GET", "/healthz")
                break
            except ConnectionRefusedError:
                time.sleep(0.2)
        yield Server(port, server.pid)
    finally:
        server.terminate()
        server.wait()


def hammer(server: Server, paths: Sequence[str], clients: int, seconds: int) -> str:
    """Send requests without pauses, and return the figures as text.

    They are p50, p95 and p99 in ms, responses per second, responses, errors, and CPU per response.
    """
    before = server.cpu()
    with tempfile.TemporaryDirectory() as folder:
        listed, script = Path(folder) / "paths", Path(folder) / "wrk.lua"
        listed.write_text("\n".join(paths), encoding="utf-8")
        script.write_text(_SCRIPT % listed, encoding="utf-8")
        program = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "30s", "-s", str(script)]
        run = subprocess.run([*program, f"http://127.0.0.1:{server.port}"], capture_output=True, text=True, check=True)
    p50, p95, p99, rate, answers, errors = run.stdout.splitlines()[-1].split()
    cpu = 1000 * (server.cpu() - before) / max(1, int(answers))
    told = f"{rate} a second, {answers} answers, {errors} errors"
    return f"p50 {p50} ms, p95 {p95}, p99 {p99}; CPU {cpu:.1f} ms; {told}"


def read(
    server: Server,
    paths: Sequence[str],
    clients: int,
    seconds: int,
    pause: tuple[float, float] = PAUSE,
    language: str = LANGUAGES[0],
) -> str:
    """Send requests as readers do; return the same figures, and the kilobytes per response, raw and compressed."""
    shared, took, errors = iter(paths), list[float](), list[int]()
    raw, sent = list[int](), list[int]()
    until, turn = time.monotonic() + seconds, threading.Lock()

    def reader(number: int) -> None:
        dice = random.Random(number)
        time.sleep(dice.uniform(0, pause[1]))
        connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
        while time.monotonic() < until:
            with turn:
                path = next(shared, None)
            if path is None:
                return
            began = time.perf_counter()
            connection.request("GET", path, headers={**_HEADERS, "Accept-Language": language})
            answer = connection.getresponse()
            content = answer.read()
            took.append(1000 * (time.perf_counter() - began))
            sent.append(len(content))
            raw.append(len(gzip.decompress(content)) if answer.headers["Content-Encoding"] == "gzip" else len(content))
            if answer.status != 200:
                errors.append(answer.status)
            time.sleep(dice.uniform(*pause))

    before = server.cpu()
    readers = [threading.Thread(target=reader, args=(number,)) for number in range(clients)]
    for each in readers:
        each.start()
    for each in readers:
        each.join()
    cpu = 1000 * (server.cpu() - before) / len(took)
    cuts = statistics.quantiles(took, n=100)
    said = f"p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f}, p99 {cuts[98]:.1f}; CPU {cpu:.1f} ms"
    sizes = ", ".join(
        f"{name} {statistics.mean(each) / 1000:.1f} kB (most {max(each) / 1000:.1f})"
        for name, each in (("raw", raw), ("sent", sent))
    )
    return f"{said}; {sizes}; {len(took)} answers, {len(errors)} errors"


def memory(server: Server) -> str:
    """Return the resident and proportional memory of a server and its descendants, in MiB."""
    pids = server.processes()
    lines = [line for each in pids for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()]
    sums = {key: sum(int(line.split()[1]) for line in lines if line.startswith(f"{key}:")) for key in ("Rss", "Pss")}
    return f"{len(pids)} processes, {sums['Rss'] >> 10} MiB resident, {sums['Pss'] >> 10} MiB with shared pages once"


def main(arguments: Sequence[str] | None = None) -> None:
    """Create the archive if it is missing, serve it, and print the figures of 20 clients."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--images", type=Path, help="an archive whose documents are copied first")
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--languages", nargs="+", default=LANGUAGES[:1], help="of the readers, one after another")
    options = parser.parse_args(arguments)
    if not options.home.exists():
        if options.images:
            shutil.copytree(options.images, options.home)
        with Archive.open(options.home) as archive:
            fill(archive, options.pages)
    with Archive.open(options.home) as archive:
        shutil.rmtree(archive.cache / "pages", ignore_errors=True)
        pictures = images(archive, 2000)
    asked = list(searches(20_000))
    clients, seconds = options.clients, options.seconds
    with serving(options.home) as server:
        server.wait_until_idle()
        for language in options.languages:
            read(server, asked[-200:], 4, 10, (0, 0), language)  # warm up with requests that are not measured
            print(f"search page, {language}  ", read(server, asked, clients, seconds, language=language), flush=True)
        if shutil.which("wrk"):
            print("search page, no pause ", hammer(server, asked[3000:], clients, seconds))
        if pictures:
            cold, rest = pictures[:200], pictures[200:]
            print("image cold, one reader", read(server, cold, 1, 600, (0, 0)))
            print("image warm, one reader", read(server, cold, 1, 600, (0, 0)))
            print("image cold, readers   ", read(server, rest, clients, seconds))
            print("image warm, readers   ", read(server, cold * 4, clients, seconds))
            if shutil.which("wrk"):
                print("image warm, no pause  ", hammer(server, cold, clients, seconds))
        print("memory of the server  ", memory(server))


if __name__ == "__main__":
    main()
