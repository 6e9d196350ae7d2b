"""The clauses of the specimens, born digital and scanned, against their truth table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from archive.archive import Archive
from archive.model import ClauseLevel
from archive.model.words import Words
from indexer.facts.kind import find as find_kind
from indexer.facts.text import DocumentText
from tests.indexer.clauses.conftest import Outline
from tests.indexer.facts.conftest import DOCUMENT, reading_of
from tests.indexer_samples import Read

DOCUMENTS = Path(__file__).parents[3] / "documents"


def _entries(*, scanned: bool) -> Iterator[Any]:
    for entry in json.loads((DOCUMENTS / "truth.json").read_text("utf-8"))["documents"]:
        if entry["scanned"] is scanned and (entry["clauses"] or not scanned):
            yield pytest.param(entry, id=entry["file"])


def outline_of(pages: list[Words]) -> Outline:
    kinds = find_kind(DocumentText.of(DOCUMENT, reading_of(pages), pages))
    return Outline(pages, kinds[0].value if kinds else None)


@pytest.mark.parametrize("entry", list(_entries(scanned=False)))
def test_a_born_digital_specimen_has_exactly_its_clauses(read: Read, entry: Mapping[str, Any]) -> None:
    found = outline_of([page.words for page in read(DOCUMENTS / "specimens" / entry["file"])])
    articles = [clause for clause in found.clauses if clause.parent is None]
    assert [clause.label for clause in articles] == [each["label"] for each in entry["clauses"]]
    assert [clause.heading for clause in articles] == [each["heading"] for each in entry["clauses"]]
    for article, true in zip(articles, entry["clauses"], strict=True):
        stavovi = [clause for clause in found.clauses if clause.parent == article.eid]
        points = [sum(each.parent == stav.eid for each in found.clauses) for stav in stavovi]
        assert points == true["paragraphs"], article.eid


@pytest.mark.parametrize("entry", list(_entries(scanned=True)))
def test_a_scanned_specimen_has_its_articles(specimen_home: Path, entry: Mapping[str, Any]) -> None:
    with Archive.open(specimen_home, create=False) as archive:
        (id_,) = (one.id for one in archive.catalog.documents.newest_first() if one.filename == entry["file"])
        found = outline_of(list(archive.catalog.readings.all_words(id_)))
    assert found.at(ClauseLevel.ARTICLE) == [f"art_{each['number']}" for each in entry["clauses"]]
    headings = [found[eid].heading for eid in found.at(ClauseLevel.ARTICLE)]
    assert headings == [each["heading"] for each in entry["clauses"]]
