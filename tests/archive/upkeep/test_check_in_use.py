"""A check of an archive into which another process writes complains of nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from archive.archive import Archive
from archive.upkeep.check import check
from tests.archive.upkeep.homes import DOCUMENTS, fill

ROOT = Path(__file__).parents[3]

WRITE = """
import sys
from dataclasses import replace
from pathlib import Path
from archive.archive import Archive
from tests.archive.upkeep.homes import fill
from tests.store_samples import sample

home = Path(sys.argv[1])
for first in range(100, 115, 3):
    fill(home, range(first, first + 3))
    with Archive.open(home) as archive, archive.writing():
        one = sample(first)
        reading = replace(one.reading, number=2)
        archive.catalog.readings.add(reading, one.words, ())
        archive.catalog.facts.replace_extracted(one.id, 2, ())
        archive.indexing.index_due()
"""


def test_nothing_is_complained_of_while_another_process_writes(tmp_path: Path) -> None:
    home = tmp_path / "home"
    fill(home)
    runs = 0
    with subprocess.Popen([sys.executable, "-c", WRITE, str(home)], cwd=ROOT) as writer:
        while writer.poll() is None:
            with Archive.open(home) as archive:
                report = check(archive)
            assert not report.needs_a_person, report.problems
            runs += 1
    assert writer.returncode == 0
    assert runs > 2
    with Archive.open(home) as archive:
        last = check(archive)
    assert (last.problems, last.documents, last.pages) == ([], DOCUMENTS + 15, 3 * (DOCUMENTS + 15 + 5))
