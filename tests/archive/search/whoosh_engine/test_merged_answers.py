"""An index that merges its segments at every opportunity answers as the model does (:mod:`tests.engine_model`)."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings

from archive.search.whoosh_engine.engine import WhooshEngine
from archive.search.whoosh_engine.layout import SegmentLimits
from tests.engine_model import HISTORIES, QUESTIONS, Asked, History, check_agreement


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(history=HISTORIES, asked=QUESTIONS)
def test_merging_changes_no_answer(history: History, asked: list[Asked]) -> None:
    """Two segments of a tier are merged already, and eight occurrences at once."""
    with TemporaryDirectory() as folder:
        engine = WhooshEngine(Path(folder) / "index", limits=SegmentLimits(merged_occurrences=8, merge_factor=2))
        check_agreement(engine, history, asked)
        engine.close()
