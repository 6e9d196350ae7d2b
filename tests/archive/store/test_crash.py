"""A writer that is killed at any moment leaves whole documents, all that it reported, and nothing broken."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pysqlite3
import pytest

from archive.store.catalog import Catalog
from archive.store.originals.files import Originals
from tests.store_samples import sample
from tests.warm_processes import WarmScript

ROUNDS = 6
REPORTED_BEFORE_KILL = 8

WRITER = """
import sys
from pathlib import Path
from archive.store.catalog import Catalog
from archive.store.originals.files import Originals
from tests.store_samples import sample

home, start = Path(sys.argv[1]), int(sys.argv[2])
catalog, originals = Catalog.open(home / "catalog.sqlite"), Originals(home / "originals")
for number in range(start, start + 10_000):
    source = home / "input"
    source.write_bytes(f"original {number}".encode())
    taken = originals.add(source)
    added = sample(number, page_count=12)
    assert added.id == taken.id
    added.add_to(catalog)
    print(taken.id, flush=True)
"""


def killed_writer(home: Path, start: int, delay: float) -> list[str]:
    """Run a writer, kill it ``delay`` seconds after some reports; returns the ids that it reported."""
    with WarmScript(WRITER, home, start) as writer:
        reported = [writer.stdout.readline().strip() for _ in range(REPORTED_BEFORE_KILL)]
        time.sleep(delay)
        writer.kill()
        rest = writer.stdout.read()
    assert writer.returncode == -9
    return reported + [line for line in rest.splitlines() if len(line) == 64]


def integrity(path: Path) -> list[tuple[str, ...]]:
    connection = pysqlite3.connect(str(path))
    try:
        return [
            row for check in ("integrity_check", "foreign_key_check") for row in connection.execute(f"PRAGMA {check}")
        ]
    finally:
        connection.close()


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_killed_writer_leaves_whole_documents_only(tmp_path: Path, seed: int) -> None:
    delay = random.Random(seed).uniform(0, 0.02)
    originals = Originals(tmp_path / "originals")
    reported = killed_writer(tmp_path, start=0, delay=delay) + killed_writer(tmp_path, start=1000, delay=delay)
    assert integrity(tmp_path / "catalog.sqlite") == [("ok",)]
    catalog = Catalog.open(tmp_path / "catalog.sqlite")
    kept = [document.id for document in catalog.documents.newest_first()]
    assert set(reported) <= set(kept), "what was reported is there"
    assert len(kept) <= len(reported) + 2, "and at most one more for each kill"
    for number in [*range(len(kept)), *range(1000, 1000 + len(kept))]:
        expected = sample(number, page_count=12)
        if catalog.documents.has(expected.id):
            assert catalog.readings.get(expected.id) == expected.reading
            assert list(catalog.readings.all_words(expected.id)) == expected.words
            assert list(catalog.facts.of(expected.id)) == expected.facts
            assert [source.path for source in catalog.documents.sources(expected.id)] == [expected.source]
            originals.verify(expected.id)
            kept.remove(expected.id)
    assert kept == [], "nothing else is there"
    assert catalog.events.verify() == 2 * catalog.documents.count()
    originals.sweep()
    assert set(originals.ids()) >= {document.id for document in catalog.documents.newest_first()}
    assert not list((tmp_path / "originals").rglob("*.part"))
    catalog.close()
