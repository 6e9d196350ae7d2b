"""Forged citations of the specimens: none is verified; and what a careful citer does is let through.

``python -m benchmarks.forging`` does the same with many more.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from archive.archive import Archive
from benchmarks.forging import fields, honest, wording
from benchmarks.forging.__main__ import Tally, measure
from benchmarks.forging.samples import Quarry

SAMPLES = 2
LEAST_FORGED, LEAST_HONEST = 100, 35


@pytest.fixture(scope="module")
def tally(specimen_home: Path) -> Tally:
    with Archive.open(specimen_home, create=False) as archive:
        documents = sorted(archive.catalog.documents.newest_first(), key=lambda document: document.filename)
        return measure(archive, Quarry(archive.catalog, documents), SAMPLES, random.Random(21))


def test_no_forgery_is_verified(tally: Tally) -> None:
    tried, wrong = tally.count(forged=True)
    assert tried >= LEAST_FORGED
    assert wrong == 0, "\n".join(f"{case.way}: {case.text}" for case, _ in tally.wrong if case.is_forged)


def test_honest_citations_are_verified(tally: Tally) -> None:
    tried, wrong = tally.count(forged=False)
    assert tried >= LEAST_HONEST
    told = [f"{case.way}: {case.text}\n    {answer}" for case, answer in tally.wrong if not case.is_forged]
    assert 50 * wrong < tried, "\n".join(told)


def test_the_ways_are_many() -> None:
    assert len(wording.WAYS) + len(fields.WAYS) >= 80
    assert len(honest.WAYS) >= 30
