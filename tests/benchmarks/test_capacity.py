"""The capacity model: what it must say whatever the figures are, and that the page shows what it says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.capacity import MEASURED, Assumed, cores_for, importing, report, searching

PAGE = Path(__file__).parent.parent.parent / "docs" / "capacity.md"
SCANS = replace(Assumed(), scanned=1.0)


def test_the_page_shows_what_the_program_prints() -> None:
    assert report(Assumed()) in PAGE.read_text(encoding="utf-8"), "put the output of benchmarks.capacity there"


def test_one_core_takes_the_time_of_its_pages_and_waits_for_nobody() -> None:
    taken = importing(10_000, 1, SCANS)
    assert taken.hours * 3600 == pytest.approx(10_000 * (MEASURED["ocr"].value + MEASURED["write"].value), rel=0.01)
    assert taken.waiting == 0


def test_workers_add_up_until_the_writer_is_busy_all_the_time() -> None:
    one, ten, thousand = (importing(1_000_000, cores, SCANS) for cores in (1, 10, 1000))
    assert one.hours / ten.hours == pytest.approx(10, rel=0.05)
    assert thousand.writer_busy == pytest.approx(1, abs=0.02)
    assert thousand.waiting > 0.5


def test_no_number_of_cores_is_named_where_none_is_enough() -> None:
    assert cores_for(100_000_000, replace(SCANS, days=1)) is None


def test_a_search_waits_for_the_slowest_of_its_shards() -> None:
    assert searching(1_000_000, 1)[0] < searching(1_000_000, 20)[0] < searching(1_000_000, 20)[1]
