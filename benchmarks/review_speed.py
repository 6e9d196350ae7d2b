"""Processor time of a view of the queue of doubts, on made archives that grow.

Usage: ``python -m benchmarks.review_speed HOME [--documents 1000 7000 14000] [--views 3]``

HOME is filled up to each number of documents in turn, through the store and without reading files, and ``/review`` is
viewed: for the first time in a process, again, and after a person decided on the doubt that was shown.
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from archive.archive import Archive
from archive.config import Settings
from archive.facts.review import queue
from archive.model import Document, Fact, Page, Reading, Span, TextSource
from archive.model.decisions import Action, Decision
from archive.model.words import Break, Word, Words
from archive.store.catalog import Catalog
from benchmarks.findings_speed import Told, made_documents, seconds
from webapp import create_app

_UNSURE, _SURE = 0.6, 0.95
_WORDS = Words.of(Word(f"reč{number}", before=Break.SPACE) for number in range(20))
_PAGE = Page(1, 0, len(_WORDS), 0, 0, TextSource.TEXT)


class _NoPicture:
    """A renderer for pages whose images nobody opens."""

    def render(self, original: Path, media_type: str, page: int, width: int) -> bytes:
        return b""

    def close(self) -> None:
        """Nothing is open."""


def add(catalog: Catalog, number: int, kind: str, told: Sequence[Told]) -> None:
    """Add a document; of five facts, a rule was unsure of one."""
    id_ = hashlib.sha256(str(number).encode()).hexdigest()
    chance, now = random.Random(number), datetime.now(UTC)
    facts = [
        Fact(field, value, Span(id_, 1, at, at), "made", _UNSURE if chance.random() < 0.2 else _SURE, details=details)
        for at, (field, value, details) in enumerate([("kind", kind, {}), *told])
    ]
    document = Document(id_, f"{number:05d}.pdf", "application/pdf", 1, "main", now, 1, 1, 1, len(_WORDS))
    reading = Reading(id_, 1, now, {}, "sr-Latn", (_PAGE,))
    catalog.documents.add(document, reading, [_WORDS], facts, f"/made/{number:05d}.pdf")


def measure(home: Path, views: int) -> None:
    """Print the processor time of views."""
    with Archive.open(home, Settings()) as archive:
        client = create_app(archive, _NoPicture()).test_client()
        times = [seconds(lambda: client.get("/review")) for _ in range(views + 1)]
        (doubt,) = queue(archive.catalog).doubts(archive.catalog, None, 0, 1)
        decision = Decision(
            doubt.document, doubt.field, Action.REMOVE, "Ana", (), doubt.fact.value if doubt.fact else None
        )
        archive.catalog.decisions.record([decision])
        decided = seconds(lambda: client.get("/review"))
        print(
            f"{archive.catalog.documents.count():6} documents, {queue(archive.catalog).count():6} doubts: "
            f"first view {times[0]:.3f} s, next {min(times[1:]):.3f} s, after a decision {decided:.3f} s",
            flush=True,
        )


def main() -> None:
    """Fill the archive and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--documents", type=int, nargs="+", default=[1_000, 7_000, 14_000])
    parser.add_argument("--views", type=int, default=3)
    options = parser.parse_args()
    for count in options.documents:
        with Archive.open(options.home, Settings()) as archive:
            start = archive.catalog.documents.count()
            for number, (kind, told) in enumerate(islice(made_documents(), start, count), start):
                add(archive.catalog, number, kind, told)
        measure(options.home, options.views)


if __name__ == "__main__":
    main()
