"""A flipped bit anywhere under an index's folder: an engine answers as before, or says what is damaged."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from archive.errors import IndexDamaged
from archive.search.engine import EngineRequest
from archive.search.query import Fuzzy, Pattern
from archive.search.query_language.parser import parse
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.text.vocabulary import IndexField
from tests.engine_samples import entry

FLIPS_PER_FILE = 15
QUERIES = ("kamera", "kamera -dron", '"nadzor grada"', "nad*", "*er*", "kamrea~2", "title:ugovor", "vendor:alfa", "")


def answers(root: Path) -> list[Any]:
    """What an engine on this folder says to every kind of question."""
    engine = WhooshEngine(root, pause=0.0)
    said: list[Any] = [sorted(engine.held().items())]
    for text in QUERIES:
        for sort in ("relevance", "title"):
            results = engine.search(EngineRequest(parse(text, exact=False).query, {}, sort, 10, 0))
            hits = [(hit.id, hit.matches, hit.shown, list(hit.text.words(1))) for hit in results.hits]
            said.append((results.total, hits, results.facets))
    said += [engine.words(leaf, 10) for leaf in (Pattern(IndexField.FORM, "ka*"), Fuzzy(IndexField.FORM, "grad", 1))]
    engine.close()
    return said


def complaint(root: Path, whole: list[Any]) -> str:
    """What the engine says is damaged; nothing if all its answers are right."""
    try:
        assert answers(root) == whole
    except IndexDamaged as error:
        return str(error)
    return ""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("index")
    engine = WhooshEngine(root)
    texts = ["kamere i video-\nnadzor grada", "dronovi nad gradom, kamera 1.200.000,00 dinara", "nadzor kamera " * 90]
    engine.add(
        entry(f"d{number}", text, title=f"Ugovor {number}", vendor="Alfa", year="2020", date="2020-05-01")
        for number, text in enumerate(texts)
    )
    engine.add(
        [entry("d3", "kamera, kamere, камере i nadzor grada"), entry("d1", None, 2, title="Ugovor 1", year="2021")]
    )
    engine.close()
    return root


def test_a_flipped_bit_changes_no_answer(index: Path, tmp_path: Path) -> None:
    chance = random.Random(4)
    whole = answers(index)
    flipped, noticed = 0, 0
    for original in sorted(path for path in index.rglob("*") if path.is_file() and path.stat().st_size):
        content = original.read_bytes()
        for at in chance.choices(range(len(content)), k=FLIPS_PER_FILE):
            copy = tmp_path / "copy"
            shutil.copytree(index, copy)
            damaged = content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]
            (copy / original.relative_to(index)).write_bytes(damaged)
            said = complaint(copy, whole)
            noticed += bool(said)
            assert not said or "dosije reindex" in said
            assert not said or original.name in said or str(copy) in said
            flipped += 1
            shutil.rmtree(copy)
    assert flipped >= 12 * FLIPS_PER_FILE
    assert noticed > 0.7 * flipped
