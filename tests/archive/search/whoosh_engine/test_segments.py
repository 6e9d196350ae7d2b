"""Segments hold what was put into them, term by term and position by position, through updates and merges."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.search.whoosh_engine.codec import ArraySegment
from archive.search.whoosh_engine.layout import COLUMNS, SEGMENT_LIMITS, SegmentLimits
from archive.search.whoosh_engine.storage import DurableStorage
from archive.search.whoosh_engine.writer import commit
from archive.text.vocabulary import IndexField, Vocabulary
from tests.archive.search.whoosh_engine.papers import Paper, State, check, create, entries

MERGE_FACTOR = SEGMENT_LIMITS.merge_factor
WORDS = ("kuća", "kuče", "kuc", "kamera", "2020", "12/2019-u", "š", "ab", "abc", "škola", "skola", "\U0001f600")


def papers_of(lengths: list[int], seed: int) -> dict[str, Paper]:
    chance = random.Random(seed)
    papers = {}
    for number, length in enumerate(lengths):
        words = [chance.choice(WORDS) for _ in range(length)]
        paper = Paper(f"d{number}", words, title=f"naslov {chance.choice(WORDS)} {number} naslov")
        if length > 2:
            paper.joined = [("spojeno", (0, 1)), ("kamera", (1, 2))]
            paper.at = {1: ["12", "2019"], length - 1: ["u"]}
        papers[paper.id] = paper
    return papers


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return create(tmp_path)


def put(
    index: Path, papers: dict[str, Paper], remove: tuple[str, ...] = (), limits: SegmentLimits = SEGMENT_LIMITS
) -> None:
    commit(index, entries(papers.values()), remove, lambda: State(index), limits)


@settings(max_examples=20)
@given(st.lists(st.integers(0, 30), max_size=12), st.integers(0, 1000))
def test_an_index_holds_every_word_where_it_stands(
    tmp_path_factory: pytest.TempPathFactory, lengths: list[int], seed: int
) -> None:
    index = create(tmp_path_factory.mktemp("index"))
    papers = papers_of(lengths, seed)
    put(index, papers)
    check(index, papers)


def test_documents_of_any_length_have_consecutive_addresses(index: Path) -> None:
    """Pieces end at 65,536 positions, and a document may end exactly there."""
    papers = papers_of([65_533, 65_534, 65_535, 0, 200_001, 3], 1)
    put(index, papers)
    (terms,) = check(index, papers).terms
    assert np.diff(terms.first_piece)[::2].tolist() == [1, 2, 2, 1, 4, 1]


def test_updates_changes_of_facts_and_removals_leave_what_remains(index: Path) -> None:
    papers = papers_of([5, 6, 7, 8], 2)
    put(index, papers)
    papers["d1"] = Paper("d1", ["novo", "čitanje"], revision=2, reading=2)
    papers["d2"].title, papers["d2"].revision = "drugi naslov", 2
    changed = [papers["d1"].entry(Vocabulary()), papers["d2"].entry(Vocabulary(), has_text=False)]
    del papers["d3"]
    commit(index, changed, ["d3", "unknown"], lambda: State(index))
    check(index, papers)


def test_a_change_of_facts_writes_facts_and_nothing_of_the_text(index: Path) -> None:
    paper = Paper("d", [f"reč{number}" for number in range(2_000)])
    put(index, {"d": paper})
    before = {path.name: path.read_bytes() for path in index.glob("MAIN_*.*")}
    paper.title, paper.revision = "drugi naslov", 2
    commit(index, [paper.entry(Vocabulary(), has_text=False)], (), lambda: State(index))
    state = check(index, {"d": paper})
    assert before.items() <= {path.name: path.read_bytes() for path in index.glob("MAIN_*.*")}.items()
    _, written = state.terms
    assert [len(written.fields[field].terms) for field in (IndexField.WORD, IndexField.TITLE)] == [0, 2]
    assert [len(written.fields[field].positions) for field in (IndexField.WORD, IndexField.TITLE)] == [0, 2]
    assert state.column(1, "words").offsets.tolist() == [0, 0]
    new = sum(path.stat().st_size for path in index.glob("MAIN_*.*") if path.name not in before)
    assert 10 * new < sum(map(len, before.values()))


def test_merging_keeps_what_lives_and_forgets_words_that_are_gone(index: Path) -> None:
    limits = SegmentLimits(merged_occurrences=40)
    papers: dict[str, Paper] = {}
    for number in range(2 * MERGE_FACTOR + 3):
        new = {
            f"d{number}": Paper(f"d{number}", [f"reč{number}", *papers_of([9], number)["d0"].words], title=f"t{number}")
        }
        put(index, new, remove=(f"d{number - 4}",) if number % 3 == 0 else (), limits=limits)
        papers |= new
        if number % 3 == 0:
            papers.pop(f"d{number - 4}", None)
    state = check(index, papers)
    assert len(state.segments) < 2 * MERGE_FACTOR
    gone = {f"reč{number}" for number in range(2 * MERGE_FACTOR + 3) if f"d{number}" not in papers}
    held = {
        terms.text(IndexField.WORD, at)
        for terms in state.terms
        for at in range(len(terms.fields[IndexField.WORD].terms))
    }
    assert len(gone & held) < len(gone)


def test_merged_columns_are_those_of_the_parts(index: Path) -> None:
    papers: dict[str, Paper] = {}
    for number in range(MERGE_FACTOR):
        papers |= (new := {f"d{number}": Paper(f"d{number}", ["a"] * number, title=f"Naslov {number}")})
        put(index, new)
    state = check(index, papers)
    assert len(state.segments) == 1
    for id_, paper in papers.items():
        assert state.value("facts", id_, "vendor") == f"firma {len(paper.words) % 3}\x1fdruga".encode()
        assert state.value("facts", id_, "kind") == b"unknown"
        assert state.value("facts", id_, "title") == paper.title.lower().encode()
        assert state.value("facts", id_, "date") == 20200500
        assert np.frombuffer(state.value("text", id_, "amounts"), "<i8").tolist() == [len(paper.words), 1_200_000]


def test_a_batch_that_grows_too_large_becomes_several_segments(index: Path) -> None:
    papers = papers_of([60] * 7, 3)
    put(index, papers, limits=SegmentLimits(written_occurrences=100))
    assert len(check(index, papers).segments) == 4


def test_no_segment_has_more_pieces_than_addresses_allow(index: Path) -> None:
    """Neither one of new documents nor one of merged ones."""
    papers: dict[str, Paper] = {}
    for number in range(MERGE_FACTOR):
        papers |= (new := {f"d{number}{part}": Paper(f"d{number}{part}", ["a", "b"]) for part in range(3)})
        put(index, new, limits=SegmentLimits(pieces=16))
    state = check(index, papers)
    assert 3 < len(state.segments) < MERGE_FACTOR
    assert max(segment.pieces for segment in state.segments) <= 16


def test_a_large_frequency_is_kept_whole(index: Path) -> None:
    papers = {"a": Paper("a", ["x"] * 254), "b": Paper("b", ["x"] * 255), "c": Paper("c", ["y"] + ["x"] * 70_000)}
    put(index, papers)
    (terms,) = check(index, papers).terms
    numbers = terms.find(IndexField.WORD, "x")
    assert terms.postings(IndexField.WORD, numbers)[1].tolist() == [254, 255, 65_535, 4465]
    both = np.concatenate([numbers, terms.find(IndexField.WORD, "y")])
    assert terms.postings(IndexField.WORD, both)[1].tolist() == [254, 255, 65_535, 4465, 1]


@pytest.mark.parametrize("twice", [True, False])
def test_entries_that_make_no_sense_leave_the_index_as_it_was(index: Path, twice: bool) -> None:
    papers = papers_of([3], 1)
    put(index, papers)
    files = sorted(path.name for path in index.iterdir())
    wrong = Paper("new", ["x"])
    bad = (
        [wrong.entry(Vocabulary()), wrong.entry(Vocabulary())] if twice else [wrong.entry(Vocabulary(), has_text=False)]
    )
    with pytest.raises(ValueError, match="new"):
        commit(index, bad, ["d0"], lambda: State(index))
    check(index, papers)
    assert sorted(path.name for path in index.iterdir()) == files


def test_how_words_were_written_is_kept_for_all_documents_together(index: Path) -> None:
    put(index, {"a": Paper("a", ["x", "y"]), "b": Paper("b", ["y"])})
    (terms,) = State(index).terms
    assert [terms.writing(int(terms.find(IndexField.WORD, word)[0])) for word in "xy"] == [2, 3]


def test_a_segment_is_never_put_into_one_file(index: Path) -> None:
    put(index, papers_of([3], 1))
    (segment,) = State(index).segments
    assert isinstance(segment, ArraySegment)
    assert not segment.should_assemble()
    assert not list(index.glob("*.seg"))
    assert DurableStorage(index).file_exists(segment.make_filename(COLUMNS))
