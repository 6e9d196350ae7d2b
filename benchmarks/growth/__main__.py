"""What everything costs at several sizes of an archive.

    python -m benchmarks.growth make HOME 20000 [--times 50] [--without-originals]
    python -m benchmarks.growth measure HOME [--only start commit ...]

``make`` fills an archive that is not there yet with made papers (:mod:`benchmarks.growth.papers`) and, with
``--times``, multiplies it (:mod:`benchmarks.growth.multiplying`). ``measure`` does everything that people and workers
do with an archive, each in a process of its own (:mod:`benchmarks.growth.acts`), and prints CPU seconds, seconds by the
clock, the most memory and what the database was asked. It changes the archive: measure a copy. One on servers is filled
and measured alike, where ``DOSIJE_CATALOG_URL`` and ``DOSIJE_SEARCH_URL`` name them; only files are multiplied.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from archive.archive import Archive
from benchmarks.growth.acts import ACTS, Cost, do, measured
from benchmarks.growth.filling import fill
from benchmarks.growth.multiplying import multiply

HEAD = "| | CPU s | clock s | MB | statements | steps, thousands |\n| --- | --- | --- | --- | --- | --- |"


def line(cost: Cost) -> str:
    """A row of a table in Markdown."""
    steps = f"{cost.steps / 1000:,.0f}" if cost.steps else "–"
    return f"| {cost.name} | {cost.cpu:.3f} | {cost.clock:.3f} | {cost.peak:.0f} | {cost.statements} | {steps} |"


def make(home: Path, documents: int, times: int, jobs: int, *, with_originals: bool = True) -> None:
    """Make an archive of ``documents`` times ``times`` papers."""
    with Archive.open(home) as archive:
        fill(archive, documents, jobs, partial(print, file=sys.stderr, flush=True))
    if times > 1:
        multiply(home, times, with_originals=with_originals)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make, or measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make")
    making.add_argument("home", type=Path)
    making.add_argument("documents", type=int)
    making.add_argument("--times", type=int, default=1)
    making.add_argument("--jobs", type=int, default=2)
    making.add_argument("--without-originals", action="store_true")
    measuring = commands.add_parser("measure")
    measuring.add_argument("home", type=Path)
    measuring.add_argument("--only", nargs="+", choices=ACTS, default=list(ACTS))
    one = commands.add_parser("act")
    one.add_argument("home", type=Path)
    one.add_argument("act", choices=ACTS)
    options = parser.parse_args(arguments)
    if options.command == "make":
        with_originals = not options.without_originals
        make(options.home, options.documents, options.times, options.jobs, with_originals=with_originals)
    elif options.command == "act":
        do(options.home, options.act)
    else:
        print(HEAD)
        for cost in measured(options.home, options.only):
            print(line(cost), flush=True)


if __name__ == "__main__":
    main()
