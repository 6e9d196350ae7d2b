"""The worst pages are found among those that were badly read, however many were read well."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from archive.model import TextSource
from archive.model.quality import GOOD_CONFIDENCE
from archive.store.catalog import Catalog
from archive.store.sql.tables import DOUBTFUL_PAGE
from tests.store_samples import Steps, sample


def add(catalog: Catalog, numbers: range, confidence: float) -> None:
    """Documents whose pages have this confidence."""
    for number in numbers:
        added = sample(number, page_count=5)
        pages = [replace(page, confidence=confidence, source=TextSource.OCR) for page in added.reading.pages]
        document = replace(added.document, collection="main" if number % 2 else "tajna")
        replace(added, document=document, reading=replace(added.reading, pages=tuple(pages))).add_to(catalog)


def test_good_pages_cost_nothing(tmp_path: Path) -> None:
    catalog = Catalog.open(tmp_path / "catalog.sqlite")
    add(catalog, range(10), 70.0)
    taken = []
    for numbers in (range(10, 12), range(12, 112)):
        add(catalog, numbers, 95.0)
        seen = catalog.hiding(frozenset({"tajna"}))
        for one in (catalog, seen):
            steps = Steps(one)
            assert len(one.coverage.poor_pages(10)) == 10
            taken.append(steps.count)
        seen.close()
    catalog.close()
    few, few_seen, many, many_seen = taken
    assert many <= 1.2 * few
    assert many_seen <= 1.2 * few_seen


def test_the_index_has_the_pages_that_are_not_good() -> None:
    assert f"confidence < {GOOD_CONFIDENCE:.0f} " in str(DOUBTFUL_PAGE)
