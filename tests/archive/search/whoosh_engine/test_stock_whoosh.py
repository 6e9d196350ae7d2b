"""An index of ours is a Whoosh index: Whoosh opens it with nothing but the folder, and finds the same documents."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from whoosh import query as asked
from whoosh.index import open_dir
from whoosh.searching import Searcher

from archive.search.whoosh_engine.writer import commit
from tests.archive.search.whoosh_engine.papers import Paper, State, aliases_of, create, entries

WORDS = ("kuća", "kuče", "kamera", "kamere", "škola", "skola", "2020", "ulica", "ulici")


@pytest.fixture(scope="module")
def papers() -> dict[str, Paper]:
    chance = random.Random(7)
    made = {}
    for number in range(60):
        words = [chance.choice(WORDS) for _ in range(chance.randrange(1, 12))]
        made[f"d{number}"] = Paper(f"d{number}", words, title=f"naslov {chance.choice(WORDS)}")
    made["long"] = Paper("long", ["x"] * 65_535 + ["kamera", "kamere"])
    return made


@pytest.fixture(scope="module")
def searcher(papers: dict[str, Paper], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    index = create(tmp_path_factory.mktemp("index"))
    gone = Paper("gone", ["kamera", "kuća"])
    parts = [[*list(papers.values())[:20], gone], list(papers.values())[20:40], list(papers.values())[40:]]
    for part in parts:
        commit(index, entries(part), (), lambda: State(index))
    commit(index, (), ["gone"], lambda: State(index))
    with open_dir(str(index)).searcher() as opened:
        yield opened


def found(searcher: Searcher, query: asked.Query) -> set[str]:
    """The ids of all documents that Whoosh finds."""
    ids = searcher.reader().column_reader("id")
    return {bytes(ids[hit.docnum]).decode() for hit in searcher.search(query, limit=None)}


def holding(papers: dict[str, Paper], fits: Callable[[str], bool]) -> set[str]:
    return {paper.id for paper in papers.values() if any(map(fits, paper.words))}


@pytest.mark.parametrize("word", [*WORDS, "nema"])
def test_terms_of_words_and_of_every_alias(searcher: Searcher, papers: dict[str, Paper], word: str) -> None:
    assert found(searcher, asked.Term("word", word)) == holding(papers, lambda other: other == word)
    for alias in ("form", "stem", "bare_stem"):
        wanted = aliases_of(word)[alias][0]
        expected = holding(papers, lambda other, alias=alias, wanted=wanted: wanted in aliases_of(other)[alias])  # type: ignore[misc]
        assert found(searcher, asked.Term(alias, wanted)) == expected


def test_combinations_and_exclusions(searcher: Searcher, papers: dict[str, Paper]) -> None:
    left, right = asked.Term("word", "kamera"), asked.Term("word", "škola")
    kamera, skola = (holding(papers, lambda other, word=word: other == word) for word in ("kamera", "škola"))  # type: ignore[misc]
    assert found(searcher, left & right) == kamera & skola
    assert found(searcher, left | right) == kamera | skola
    assert found(searcher, asked.AndNot(left, right)) == kamera - skola


def test_phrases_across_pieces_too(searcher: Searcher, papers: dict[str, Paper]) -> None:
    phrase = ["kamera", "kamere"]
    expected = {paper.id for paper in papers.values() if phrase in map(list, pairwise(paper.words))}
    assert "long" in expected
    assert found(searcher, asked.Phrase("word", phrase)) == expected


def test_beginnings_patterns_and_typing_mistakes(searcher: Searcher, papers: dict[str, Paper]) -> None:
    assert found(searcher, asked.Prefix("word", "ka")) == holding(papers, lambda word: word.startswith("ka"))
    assert found(searcher, asked.Wildcard("word", "*o?a")) == holding(
        papers, lambda word: re.fullmatch(".*o.a", word) is not None
    )
    assert found(searcher, asked.Prefix("form", "skol")) == holding(papers, lambda word: word in ("škola", "skola"))
    assert found(searcher, asked.FuzzyTerm("word", "skolx")) == holding(papers, lambda word: word == "skola")


def test_titles_and_hits_without_stored_fields(searcher: Searcher, papers: dict[str, Paper]) -> None:
    expected = {paper.id for paper in papers.values() if "škola" in paper.title}
    assert found(searcher, asked.Term("title", "škola")) == expected
    assert searcher.search(asked.Term("title", "škola"))[0].fields() == {}


def test_counts_of_terms(searcher: Searcher, papers: dict[str, Paper]) -> None:
    frequency = sum(paper.words.count("ulica") for paper in papers.values())
    assert searcher.reader().frequency("word", "ulica") == frequency
    assert searcher.reader().doc_frequency("word", "ulica") == len(holding(papers, lambda word: word == "ulica"))
    assert {"form", "word", "title", "stem"} <= set(searcher.reader().indexed_field_names())
    assert [term for field, term in searcher.reader().terms_from("word", "š") if field == "word"] == ["škola".encode()]
