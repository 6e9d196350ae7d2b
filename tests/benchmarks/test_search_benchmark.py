"""The search benchmark compares like with like: the same corpus, the same terms, honest percentiles."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import pytest

from benchmarks.search.analysis import analyse
from benchmarks.search.corpus import make_documents
from benchmarks.search.engines.fts5 import Fts5
from benchmarks.search.engines.ours import Ours
from benchmarks.search.engines.tantivy_engine import Tantivy
from benchmarks.search.engines.tantivy_two import TantivyTwo
from benchmarks.search.engines.whoosh_stock import StockWhoosh
from benchmarks.search.feed import Adapter, CorpusDocument, Feed, Question, snippet_of
from benchmarks.search.measuring import Times

PAGES = (
    ("d0", "sr-Latn", ["Ugovor o javnoj nabavci.", "Nabavka uglja, rok isporuke 404-2/2019"]),
    ("d1", "sr-Cyrl", ["Уговор о купопродаји угља", "без рока"]),
    ("d2", "en", ["The contract of the school; 1.200.000,00 dinars"]),
)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A work folder with three documents and their analysis."""
    with (tmp_path / "corpus.jsonl").open("w", encoding="utf-8") as out:
        for number, (id_, language, pages) in enumerate(PAGES):
            vendors = [f"V{number}", "V"]
            document = CorpusDocument(f"{number:064x}", id_, vendors, 2019 + number, "contract", language, pages)
            out.write(json.dumps(asdict(document), ensure_ascii=False) + "\n")
    analyse(tmp_path / "corpus.jsonl", tmp_path / "analysis.jsonl")
    return tmp_path


def test_a_longer_corpus_begins_with_the_shorter() -> None:
    """So that a corpus of one size says something about one of another."""
    longer = list(islice(make_documents(10_000), 4))
    pages = sum(len(document.pages) for document in longer)
    assert list(make_documents(pages)) == longer


def test_analysis_keeps_one_form_and_one_stem_a_word(work: Path) -> None:
    """Positions of phrases depend on it."""
    for entry in Feed(work):
        for text, forms, stems in zip(entry.document.pages, entry.forms, entry.stems, strict=True):
            assert len(text.split()) == len(forms.split()) == len(stems.split())


@pytest.mark.parametrize("engine", [Ours, Fts5, Tantivy, TantivyTwo, StockWhoosh])
def test_engines_find_the_same(work: Path, engine: type) -> None:
    """A term in both scripts, a phrase, the beginning of a word, and facets of what was found."""
    stem_of_coal = next(iter(Feed(work))).stems[1].split()[1]
    folder = work / engine.__name__
    folder.mkdir()
    adapter: Adapter = engine(folder)
    adapter.build(Feed(work))
    adapter.open()
    coal = Question("", "word", stems=[stem_of_coal], spellings=[["uglja", "угља"]])
    assert _numbers(adapter.documents(coal)) == {0, 1}
    assert _numbers(adapter.documents(Question("", "phrase", forms=["rok", "isporuke"]))) == {0}
    assert _numbers(adapter.documents(Question("", "prefix", forms=["kupo"]))) == {1}
    answer = adapter.page(coal)
    matching = adapter.matching(coal)
    assert [hit.id for hit in matching.hits] == [hit.id for hit in answer.hits]
    assert (matching.total, matching.facets) == (answer.total, answer.facets)
    assert {hit.id[-1]: hit.pages for hit in answer.hits} == {"0": [2], "1": [1]}
    assert all("ugl" in hit.snippets[0] or "угљ" in hit.snippets[0] for hit in answer.hits)
    assert answer.facets["vendor"] == {"V0": 1, "V1": 1, "V": 2}
    filtered = adapter.page(Question("", "word", stems=[stem_of_coal], filters={"year": ["2020"]}))
    assert [hit.id[-1] for hit in filtered.hits] == ["1"]
    assert filtered.facets["year"] == {"2019": 1, "2020": 1}
    assert filtered.facets["municipality"] == {"d1": 1}


def test_snippet_shows_the_word() -> None:
    """Also where it stands far into the page, with a capital and a full stop."""
    text = " ".join(["reč"] * 100 + ["Ugalj."] + ["reč"] * 100)
    assert "Ugalj." in snippet_of(text, Question("", "word", spellings=[["ugalj"]]))


def test_snippet_of_a_phrase_shows_it_whole() -> None:
    """Not its words where they stand alone."""
    text = " ".join(["rok"] * 50 + ["Rok", "isporuke."] + ["rok"] * 50)
    assert "Rok isporuke. rok" in snippet_of(text, Question("", "phrase", spellings=[["rok"], ["isporuke"]]))


def test_percentile_is_the_nearest_rank() -> None:
    """Of twenty values the nineteenth."""
    times = Times.of([number / 1000 for number in range(1, 21)])
    assert times.median == pytest.approx(10.5)
    assert times.p95 == pytest.approx(19.0)


def _numbers(ids: Iterable[str]) -> set[int]:
    return {int(id_, 16) for id_ in ids}
