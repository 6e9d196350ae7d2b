"""Every search engine agrees with a model that is plain to see (:mod:`tests.engine_model`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings

from archive.search.engine import SearchEngine
from tests.engine_model import HISTORIES, QUESTIONS, Asked, History, check_agreement
from tests.engine_samples import ENGINES


@pytest.mark.parametrize("make", ENGINES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(history=HISTORIES, asked=QUESTIONS)
def test_an_engine_agrees_with_the_model(
    make: Callable[[Path], SearchEngine], history: History, asked: list[Asked]
) -> None:
    with TemporaryDirectory() as folder:
        engine = make(Path(folder) / "index")
        check_agreement(engine, history, asked)
        engine.close()
