"""Whoosh alone, in a process that knows nothing of our engine, finds the same documents in our index as our engine."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from archive.search.engine import EngineRequest
from archive.search.query import And, Not, Or, Pattern, Phrase, Query
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.text.vocabulary import IndexField, Term
from tests.engine_samples import entry, found

ROOT = Path(__file__).parents[4]
WORDS = ("kamera", "kamere", "dron", "nadzor", "grada", "škola", "škole", "2020", "ugovor", "ugovorom")

STOCK = """
import json, sys
from whoosh.index import open_dir
from whoosh.qparser import QueryParser

with open_dir(sys.argv[1]).searcher() as searcher:
    parser = QueryParser("form", searcher.schema)
    ids = searcher.reader().column_reader("id")
    answers = []
    for text in json.load(sys.stdin):
        hits = searcher.search(parser.parse(text), limit=None)
        answers.append(sorted(bytes(ids[hit.docnum]).decode() for hit in hits))
print(json.dumps({"answers": answers, "modules": [name for name in sys.modules if name.startswith("archive.search.")]}))
"""


@pytest.fixture(scope="module")
def texts() -> dict[str, list[str]]:
    chance = random.Random(11)
    return {f"d{number}": [chance.choice(WORDS) for _ in range(chance.randrange(15))] for number in range(80)}


@pytest.fixture(scope="module")
def root(texts: dict[str, list[str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of several segments, with documents that were replaced, removed, and described anew."""
    made = tmp_path_factory.mktemp("index")
    engine = WhooshEngine(made)
    engine.add(entry(id_, "kamera dron škola ugovor") for id_ in list(texts)[:10])
    engine.add(entry(id_, " ".join(words), 2) for id_, words in list(texts.items())[:40])
    engine.add(entry(id_, " ".join(words)) for id_, words in list(texts.items())[40:])
    engine.add([entry("gone", "kamera dron nadzor grada")])
    engine.remove(["gone"])
    engine.add(entry(id_, None, 3, title="Ugovor") for id_ in list(texts)[:5])
    engine.close()
    return made


def questions() -> list[tuple[str, Query]]:
    """Queries as typed for Whoosh's parser, and as our engine is asked."""
    forms = [word.replace("š", "s") for word in WORDS]
    terms = {form: Term(IndexField.FORM, form) for form in forms}
    asked: list[tuple[str, Query]] = [*terms.items(), ("nema", Term(IndexField.FORM, "nema"))]
    for one, other in pairwise(forms):
        asked += [
            (f"{one} AND {other}", And((terms[one], terms[other]))),
            (f"{one} OR {other}", Or((terms[one], terms[other]))),
            (f"{one} NOT {other}", And((terms[one], Not(terms[other])))),
            (f'"{one} {other}"', Phrase((one, other))),
            (f'"{one} {other} {one}" OR {other}', Or((Phrase((one, other, one)), terms[other]))),
        ]
    asked += [
        (pattern, Pattern(IndexField.FORM, pattern)) for pattern in ("ka*", "skol*", "ugovor*", "*a?o*", "20?0", "x*")
    ]
    return asked


def test_whoosh_and_our_engine_find_the_same_documents(root: Path, texts: dict[str, list[str]]) -> None:
    engine = WhooshEngine(root)
    asked = questions()
    ours = [sorted(found(engine.search(EngineRequest(query, {}, "title", 100, 0)))) for _, query in asked]
    stock = subprocess.run(
        [sys.executable, "-c", STOCK, str(root / engine.generation)],
        input=json.dumps([text for text, _ in asked]), capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    engine.close()
    assert stock.returncode == 0, stock.stderr
    said = json.loads(stock.stdout)
    assert dict(zip((text for text, _ in asked), said["answers"], strict=True)) == dict(
        zip((text for text, _ in asked), ours, strict=True)
    )
    assert said["answers"][0] == sorted(id_ for id_, words in texts.items() if "kamera" in words)
    assert sum(map(bool, ours)) > len(ours) // 2
    reading_ours = {f"archive.search.whoosh_engine.{name}" for name in ("engine", "question", "ranking", "snapshot")}
    assert not reading_ours & set(said["modules"]), "Whoosh reads with what the index itself names, and nothing else"
