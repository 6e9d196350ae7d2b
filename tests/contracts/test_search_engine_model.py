"""Every search engine agrees with a model that is plain to see (:mod:`tests.engine_model`)."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings

from archive.search.whoosh_engine.engine import WhooshEngine
from tests.engine_model import HISTORIES, QUESTIONS, Asked, History, check_agreement
from tests.engine_samples import on_server

_SETTINGS = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@settings(_SETTINGS, max_examples=100)
@given(history=HISTORIES, asked=QUESTIONS)
def test_the_embedded_engine_agrees_with_the_model(history: History, asked: list[Asked]) -> None:
    with TemporaryDirectory() as folder:
        engine = WhooshEngine(Path(folder) / "index")
        check_agreement(engine, history, asked)
        engine.close()


@settings(_SETTINGS, max_examples=15)
@given(history=HISTORIES, asked=QUESTIONS)
def test_the_engine_on_servers_agrees_with_the_model(opensearch_url: str, history: History, asked: list[Asked]) -> None:
    """It keeps the words of documents that are gone, which must not matter; so one index serves all histories."""
    engine = on_server(opensearch_url)("model")
    check_agreement(engine, history, asked)
    engine.close()
