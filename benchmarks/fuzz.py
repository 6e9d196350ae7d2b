"""Read randomly corrupted PDFs, and count the outcomes.

Usage: ``python -m benchmarks.fuzz [N=2000] [--seed 1] [--jobs 2] [--sources documents/specimens]``

Each file is one of the sources with 1 to 20 mutations: bytes flipped, pieces cut out, doubled, swapped or taken from
another source, numbers made huge or negative, the end truncated. It is read by the same processes as in ``dosije add``,
without OCR. Every file must be read or fail with an error of this program; any other outcome stops the run.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from archive.config import Settings
from archive.errors import ReadingStopped
from indexer.ingest.parts import ReadJob
from indexer.ingest.readers import confinement_of, reading_pool
from indexer.ingest.reading import Reader
from indexer.sandbox.workers import Ended

MOST_CHANGES = 20
_NUMBER = re.compile(rb"\d+")
_EXTREME = (b"-1", b"0", b"2147483647", b"4294967296", b"99999999999999999999", b"1e308")


def mutated(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """Return a file with random mutations."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, MOST_CHANGES)):
        at, length = chance.randrange(len(changed)), chance.choice((1, 4, 30, 400))
        kind = chance.randrange(7)
        if kind == 0:
            changed[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del changed[at : at + length]
        elif kind == 2:
            changed[at:at] = changed[at : at + length] * chance.choice((1, 2, 50))
        elif kind == 3:
            other = chance.choice(others)
            start = chance.randrange(len(other))
            changed[at : at + length] = other[start : start + length]
        elif kind == 4:
            numbers = list(_NUMBER.finditer(changed))
            if numbers:
                found = chance.choice(numbers)
                changed[found.start() : found.end()] = chance.choice(_EXTREME)
        elif kind == 5:
            changed[at : at + length] = chance.randbytes(length)
        elif chance.random() < 0.1:
            del changed[at:]
        if not changed:
            return data[:1]
    return bytes(changed)


def jobs(sources: Sequence[Path], count: int, seed: int, folder: Path) -> Iterator[ReadJob]:
    """Yield jobs with corrupted files, each written on demand."""
    chance = random.Random(seed)
    contents = [path.read_bytes() for path in sources]
    for number in range(count):
        path = folder / f"{number:06}.pdf"
        path.write_bytes(mutated(chance.choice(contents), contents, chance))
        yield ReadJob(f"{number:064x}", path, path.name)


def main() -> None:
    """Print the counts of outcomes, the slowest files, and every crash of a process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, nargs="?", default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--sources", type=Path, default=Path("documents/specimens"))
    options = parser.parse_args()
    settings = Settings({"read_timeout": 60})
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "originals"
        folder.mkdir()
        reader = Reader.of(settings, "never", Path(home) / "cache")
        confinement = confinement_of(reader, settings, Path(home))
        began = time.monotonic()
        with reading_pool(reader, options.jobs, settings, Path(home)) as pool:
            for message in pool.run(jobs(sorted(options.sources.glob("*.pdf")), options.count, options.seed, folder)):
                if isinstance(message, Ended):
                    error = message.error
                    counts["read" if error is None else type(error).__name__] += 1
                    if isinstance(error, ReadingStopped):
                        print(f"{message.job.filename}: {error.message}", flush=True)
                    message.job.original.unlink()
        seconds = time.monotonic() - began
    sandbox = "in a sandbox" if confinement.is_shut_in else "without a sandbox"
    print(f"{options.count} files, seed {options.seed}, {sandbox}, {seconds:.0f} s, {options.jobs} at a time")
    for name, count in counts.most_common():
        print(f"{count:6} {name}")
    if sum(counts.values()) != options.count:
        raise SystemExit("some files had no end")


if __name__ == "__main__":
    main()
