"""Generate documents for training: ``python -m benchmarks.papers OUT --count 3000 --seed 1``.

Writes ``OUT/papers-*.jsonl.gz``, 500 documents per file, as JSON Lines; ``README.md`` here describes the format. The
same seed gives the same bytes. ``--show`` prints documents as text instead.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.papers.grammar import Grammar
from benchmarks.papers.making import drawn_family, paper_record

PER_FILE = 500
BREAKS = (" ", "\n", "\n\n")


def records(grammar: Grammar, count: int, seed: int, families: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the documents of a seed: each family once, then families by weight."""
    known = families or list(grammar.families)
    for number in range(count):
        key = f"{seed}-{number:05d}"
        family = known[number] if number < len(known) else known[number % len(known)] if families else ""
        yield paper_record(grammar, family or drawn_family(grammar, Random(key)), key)


def shown(record: dict[str, Any]) -> str:
    """Return a document as text, with its ground truth."""
    pages = ["".join(BREAKS[word[5]] + word[0] for word in page["words"]).strip() for page in record["pages"]]
    head = {key: record[key] for key in ("id", "family", "style", "country", "dialect")}
    return f"##### {head}\n" + "\n----------\n".join(pages) + "\n" + json.dumps(record["truth"], ensure_ascii=False)


def write(folder: Path, count: int, seed: int) -> None:
    """Write the documents of a seed into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    grammar = Grammar.read()
    made = records(grammar, count, seed, [])
    for first in range(0, count, PER_FILE):
        lines = [json.dumps(next(made), ensure_ascii=False) for _ in range(min(PER_FILE, count - first))]
        path = folder / f"papers-{first // PER_FILE:02d}.jsonl.gz"
        path.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0))
        print(f"{path}: {len(lines)} papers")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.papers", description="Make papers for training.")
    parser.add_argument("out", type=Path, help="the folder that the files go to")
    parser.add_argument("--count", type=int, default=3000, help="how many papers")
    parser.add_argument("--seed", type=int, default=1, help="another seed makes other papers")
    parser.add_argument("--show", nargs="*", metavar="FAMILY", help="print papers of these families instead")
    arguments = parser.parse_args()
    if arguments.show is None:
        write(arguments.out, arguments.count, arguments.seed)
        return
    for record in records(Grammar.read(), arguments.count, arguments.seed, arguments.show):
        print(shown(record))


if __name__ == "__main__":
    main()
