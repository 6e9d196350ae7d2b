"""One import by several workers on one queue: how long it takes, and what is left of it when they are killed.

Usage: ``python -m benchmarks.workers CORPUS... --postgres URL [--kills 12] [--seed 1]``

Each import goes into a new archive whose catalog is in a schema of its own on the server. In one run: ``dosije add
--jobs 2``; the same queued and read by one worker of two processes; by two workers of one process each; and by two
workers that are killed (SIGKILL) in turn at random moments, each time followed by a new one. All archives are compared:
documents, words, facts, clauses, paths, failures, originals, events, index. The last one is checked as well.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from archive.archive import Archive
from tests.crash_samples import ROOT, Life
from tests.working_samples import put_on_server, state

PAUSES = 2.0, 7.0
"""Seconds a worker lives at least and at most before it is killed."""


class Import:
    """An archive in the making."""

    def __init__(self, corpus: list[str], home: Path, address: str) -> None:
        self._corpus, self.home = corpus, home
        put_on_server(home, address)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command."""
        return subprocess.Popen(
            [sys.executable, "-m", "dosije", "--home", str(self.home), *arguments],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def add(self, *options: str) -> None:
        """Add or queue the corpus."""
        self.start("add", *self._corpus, *options).wait()

    def workers(self, count: int, jobs: int) -> None:
        """Have so many workers read until nothing is left."""
        for process in [self.work(jobs) for _ in range(count)]:
            process.wait()

    def work(self, jobs: int) -> subprocess.Popen[bytes]:
        """Start a worker."""
        return self.start("work", "--jobs", str(jobs), "--until-empty")

    def killed(self, kills: int, chance: random.Random) -> int:
        """Have two workers read, and kill them in turn; returns how many died at work."""
        at_work, died = [self.work(1), self.work(1)], 0
        for number in range(kills):
            time.sleep(chance.uniform(*PAUSES))
            victim = at_work[number % 2]
            if victim.poll() is None:
                os.killpg(victim.pid, signal.SIGKILL)
                died += 1
            victim.wait()
            at_work[number % 2] = self.work(1)
        for process in at_work:
            process.wait()
        return died

    def state(self) -> dict[str, str]:
        """What is in it."""
        return state(Life(self.home, self.home, self.home))


def timed(what: str, work: Callable[[], object]) -> None:
    """Do some work and print how long it took."""
    began = time.monotonic()
    work()
    print(f"{what:<48} {time.monotonic() - began:7.1f} s", flush=True)


@contextmanager
def schemas(server: str, *names: str) -> Iterator[None]:
    """Drop these schemas, and those of their views, before and after."""
    engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")

    def drop() -> None:
        with engine.connect() as connection:
            for name in names:
                connection.execute(text(f"DROP SCHEMA IF EXISTS {name}, {name}_seen CASCADE"))

    drop()
    try:
        yield
    finally:
        drop()
        engine.dispose()


def main() -> None:
    """Print the times, and whether the archives are the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="+")
    parser.add_argument("--postgres", required=True, help="postgresql://user@host:port/database")
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    names = [f"bench_{os.getpid()}_{name}" for name in ("add", "one", "two", "killed")]
    with tempfile.TemporaryDirectory() as root, schemas(options.postgres, *names):
        straight, one, two, killed = (
            Import(options.corpus, Path(root) / name, f"{options.postgres}?schema={name}") for name in names
        )
        timed("add --jobs 2", lambda: straight.add("--jobs", "2"))
        timed("one worker of two processes: add --queue", lambda: one.add("--queue"))
        timed("one worker of two processes: work", lambda: one.workers(1, 2))
        two.add("--queue")
        timed("two workers of one process: work", lambda: two.workers(2, 1))
        killed.add("--queue")
        died: list[int] = []
        chance = random.Random(options.seed)
        timed("two workers, killed in turn: work", lambda: died.append(killed.killed(options.kills, chance)))
        print(f"{died[0]} workers killed at work")
        expected = straight.state()
        for name, made in (("one worker", one), ("two workers", two), ("killed workers", killed)):
            found = made.state()
            others = [part for part in expected if found[part] != expected[part]]
            print(f"{name}: {'other ' + ', '.join(others) if others else 'the same archive'}")
        with Archive.open(killed.home) as archive:
            counts, queue = archive.catalog.coverage.counts(), archive.catalog.tasks.state().counts
            told = ", ".join(f"{count} {state}" for state, count in queue.items())
            print(f"{counts.documents} documents, {counts.pages} pages; tasks: {told}")
        subprocess.run([sys.executable, "-m", "dosije", "--home", str(killed.home), "check"], cwd=ROOT, check=False)


if __name__ == "__main__":
    main()
