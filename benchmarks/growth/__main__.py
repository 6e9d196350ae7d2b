"""Measure the cost of all operations at several sizes of an archive.

    python -m benchmarks.growth make HOME 20000 [--times 50] [--without-originals]
    python -m benchmarks.growth measure HOME [HOME ...] [--only start commit ...] [--costs FILE]

``make`` creates an archive of generated documents (:mod:`benchmarks.growth.papers`) and, with
``--times``, multiplies it (:mod:`benchmarks.growth.multiplying`). ``measure`` runs all operations of people and
workers, each in a process of its own (:mod:`benchmarks.growth.acts`, :mod:`benchmarks.growth.visits`), and prints CPU
seconds, maximum memory, database statements and the most expensive one, at each size. ``--costs`` stores the figures,
so that those of several runs are in one table. It changes the archives, so measure copies. An archive on servers is
filled and measured in the same way if ``DOSIJE_CATALOG_URL`` and ``DOSIJE_SEARCH_URL`` are set; only files can be
multiplied.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from archive.archive import Archive
from archive.errors import QueryTooBroad
from benchmarks.growth.acts import add_one, commit, keep_all, reindex, start
from benchmarks.growth.filling import fill
from benchmarks.growth.meter import Cost, Meter
from benchmarks.growth.multiplying import multiply
from benchmarks.growth.tables import KeptCosts, table
from benchmarks.growth.visits import back, count_finding, export, findings, look, visit

ACTS: dict[str, Callable[[Archive, Meter], None]] = {
    "start": start,
    "keep": keep_all,
    "add": add_one,
    "commit": commit,
    "look": look,
    "visit": visit,
    "export": export,
    "backup": back,
    "reindex": reindex,
}
"""Operations by name, in the order in which they are measured. ``findings`` is one operation for each finding."""

FINDINGS = "findings"


def make(home: Path, documents: int, times: int, jobs: int, *, with_originals: bool = True) -> None:
    """Create an archive of ``documents`` times ``times`` generated documents."""
    with Archive.open(home) as archive:
        fill(archive, documents, jobs, partial(print, file=sys.stderr, flush=True))
    if times > 1:
        multiply(home, times, with_originals=with_originals)


def measured(home: Path, acts: Sequence[str]) -> Iterator[list[Cost] | None]:
    """Run operations, each in a process of its own; yield None after the costs of one that failed."""
    for act in acts:
        if act == FINDINGS:
            with Archive.open(home) as archive:
                names = findings(archive)
            yield from measured(home, [f"{FINDINGS}:{name}" for name in names])
            continue
        command = [sys.executable, "-m", "benchmarks.growth", "act", str(home), act]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False, text=True)
        yield [Cost(**told) for told in json.loads(done.stdout or "[]")]
        if done.returncode:
            yield None


def do(home: Path, act: str) -> None:
    """Run one operation, and print its cost as JSON, also if it fails."""
    name = act.removeprefix(f"{FINDINGS}:")
    meter = Meter()
    try:
        with Archive.open(home) as archive:
            meter.follow(archive)
            (ACTS[act] if act == name else partial(count_finding, name))(archive, meter)
    except QueryTooBroad as error:
        # As for a reader: what is too much for one answer is refused, and what it cost to find that out is told.
        print(f"{act}: refused: {error}", file=sys.stderr)
    finally:
        print(json.dumps([asdict(cost) for cost in meter.costs]))


def size_of(home: Path) -> int:
    """Return the original number of documents of an archive.

    Operations add fewer than that, so the count is rounded down to its leading digit.
    """
    with Archive.open(home) as archive:
        count = archive.catalog.documents.count()
    whole = int(f"1{'0' * (len(str(count)) - 1)}")
    return count // whole * whole


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command ``make`` or ``measure``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make")
    making.add_argument("home", type=Path)
    making.add_argument("documents", type=int)
    making.add_argument("--times", type=int, default=1)
    making.add_argument("--jobs", type=int, default=2)
    making.add_argument("--without-originals", action="store_true")
    measuring = commands.add_parser("measure")
    measuring.add_argument("homes", type=Path, nargs="+")
    names = list(ACTS)
    names.insert(names.index("look"), FINDINGS)
    measuring.add_argument("--only", nargs="+", choices=names, default=names)
    measuring.add_argument("--costs", type=Path)
    one = commands.add_parser("act")
    one.add_argument("home", type=Path)
    one.add_argument("act")
    options = parser.parse_args(arguments)
    if options.command == "make":
        with_originals = not options.without_originals
        make(options.home, options.documents, options.times, options.jobs, with_originals=with_originals)
    elif options.command == "act":
        do(options.home, options.act)
    else:
        kept, is_whole = KeptCosts(options.costs), True
        for home in options.homes:
            size = size_of(home)
            for costs in measured(home, options.only):
                is_whole = is_whole and costs is not None
                kept.take(size, costs or ())
                print(*(f"{size:,} {one.name}: {one.cpu:.3f} s" for one in costs or ()), sep="\n", file=sys.stderr)
        print(table(kept.sizes))
        if not is_whole:
            sys.exit("Not all could be measured.")


if __name__ == "__main__":
    main()
