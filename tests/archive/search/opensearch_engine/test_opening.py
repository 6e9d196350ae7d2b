"""An archive whose setting names a search server opens without it, and says what is missing on this machine."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import pytest

from archive.archive import open_engines
from archive.config import Settings
from archive.errors import EngineUnavailable, UsageError
from archive.search.opensearch_engine.engine import OpenSearchEngine
from archive.search.opensearch_engine.generations import GenerationNames
from archive.search.opensearch_engine.writing import OpenSearchBuilder

SETTINGS = Settings({"search_url": "http://127.0.0.1:9/archive"})


def test_documents_and_clauses_have_indexes_of_their_own(tmp_path: Path) -> None:
    engine, clause_engine = open_engines(tmp_path, SETTINGS)
    assert isinstance(engine, OpenSearchEngine)
    assert engine.where == "http://127.0.0.1:9 (archive-documents)"
    assert clause_engine.where == "http://127.0.0.1:9 (archive-clauses)"
    with pytest.raises(EngineUnavailable):
        engine.held()


def test_the_library_is_asked_for_where_it_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "archive.search.opensearch_engine.engine", None)
    with pytest.raises(UsageError, match=r"pip install 'dosije\[servers\]'"):
        open_engines(tmp_path, SETTINGS)


def test_a_builder_can_be_sent_to_another_process() -> None:
    builder = OpenSearchBuilder("http://127.0.0.1:9/archive", GenerationNames("archive-documents-000001-5e5e5e5e"))
    assert pickle.loads(pickle.dumps(builder)) == builder
