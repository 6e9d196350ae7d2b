"""Measure how fast born-digital PDFs are indexed: all of ``dosije add`` compared with bare word extraction by MuPDF.

Usage: ``python -m benchmarks.add_speed FOLDER... [--rounds 3]``

Both use two processes and read every PDF below the folders that opens without a password; ``add`` runs with ``--ocr
never``, so pages without a text layer cost next to nothing in either. The two alternate. CPU seconds are those of all
processes, start-up included; those of ``add`` are reported by ``--profile``, which includes sandboxes.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pymupdf


@dataclass(slots=True)
class Cost:
    """Wall-clock and CPU seconds."""

    wall: float = 0.0
    cpu: float = 0.0


def extract(path: Path) -> int:
    """Extract and discard the words of every page of a PDF, and return the number of pages."""
    with pymupdf.open(path) as document:
        return sum(1 for page in document if page.get_text("words") is not None)


def bare(paths: Sequence[Path], cost: Cost) -> None:
    """Extract the words of all PDFs with two processes."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        sum(pool.map(extract, paths))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost.wall += time.monotonic() - started
    cost.cpu += after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def whole_add(paths: Sequence[Path], cost: Cost) -> None:
    """Add all PDFs to a new archive."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "dosije", "--home", home, "add", "--jobs", "2", "--ocr", "never"]
        run = subprocess.run([*command, "--profile", "--json", *paths], capture_output=True, check=False, text=True)
        if run.returncode not in (0, 3):
            raise SystemExit(run.stderr)
    cost.wall += time.monotonic() - started
    summary = json.loads(run.stdout.splitlines()[-1])["summary"]
    cost.cpu += sum(stage["cpu"] for stage in summary["profile"])


def _pages(path: Path) -> int:
    with pymupdf.open(path) as document:
        return len(document)


def _opens(path: Path) -> bool:
    with pymupdf.open(path) as document:
        return not document.needs_pass


def main() -> None:
    """Print both costs and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    found = (path for folder in options.folders for path in sorted(folder.rglob("*.[pP][dD][fF]")))
    paths = [path for path in found if _opens(path)]
    pages = options.rounds * sum(map(_pages, paths))
    costs = {"bare": Cost(), "add": Cost()}
    for _ in range(options.rounds):
        bare(paths, costs["bare"])
        whole_add(paths, costs["add"])
    for name, cost in costs.items():
        print(f"{name:<5}{pages} pages: {pages / cost.wall:7.1f} pages/s, {1000 * cost.cpu / pages:5.2f} CPU ms a page")
    by_clock, by_cpu = costs["bare"].wall / costs["add"].wall, costs["bare"].cpu / costs["add"].cpu
    print(f"add runs at {by_clock:.2f} of bare extraction by the clock, {by_cpu:.2f} by CPU seconds")


if __name__ == "__main__":
    main()
