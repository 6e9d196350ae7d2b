"""Columns of matches: joining, nearness and what lies inside what, against plain loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from archive.errors import QueryTooBroad
from archive.search.matching.matches import WORD_BITS, WordMatches, following, member, near, together

Span = tuple[int, int]

SPANS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 12), st.integers(0, 3)).map(
        lambda parts: ((parts[0] << WORD_BITS) + parts[1], (parts[0] << WORD_BITS) + parts[1] + parts[2])
    ),
    max_size=12,
).map(set)


def places(spans: set[Span]) -> WordMatches:
    ordered = sorted(spans)
    return WordMatches(
        np.array([first for first, _ in ordered], np.int64), np.array([last for _, last in ordered], np.int64)
    )


def spans(found: WordMatches) -> list[Span]:
    return list(zip(found.first.tolist(), found.last.tolist(), strict=True))


@given(one=SPANS, other=SPANS, distance=st.integers(1, 5))
def test_near_is_every_pair_that_is_close_enough(one: set[Span], other: set[Span], distance: int) -> None:
    expected = {(a[0], b[1]) for a in one for b in other if 0 < b[0] - a[1] <= distance}
    expected |= {(b[0], a[1]) for a in one for b in other if 0 < a[0] - b[1] <= distance}
    assert set(spans(near(places(one), places(other), distance))) == expected


@given(parts=st.lists(SPANS, min_size=1, max_size=4))
def test_following_is_every_chain_without_a_gap(parts: list[set[Span]]) -> None:
    expected = parts[0]
    for part in parts[1:]:
        expected = {(a[0], b[1]) for a in expected for b in part if b[0] == a[1] + 1}
    assert spans(following([places(part) for part in parts])) == sorted(expected)


@given(parts=st.lists(st.sets(st.integers(0, 12)), min_size=1, max_size=4))
def test_following_words_is_the_same_for_single_words(parts: list[set[int]]) -> None:
    columns = [np.array(sorted(part), np.int64) for part in parts]
    expected = [start for start in range(13) if all(start + at in part for at, part in enumerate(parts))]
    found = following([WordMatches(column, column) for column in columns])
    assert spans(found) == [(start, start + len(parts) - 1) for start in expected]


@given(one=SPANS, other=SPANS)
def test_outermost_leaves_out_what_lies_inside(one: set[Span], other: set[Span]) -> None:
    every = one | other
    expected = sorted(a for a in every if not any(b != a and b[0] <= a[0] and a[1] <= b[1] for b in every))
    assert spans(together([places(one), places(other)]).outermost()) == expected


@given(values=st.lists(st.integers(0, 20)), of=st.sets(st.integers(0, 20)))
def test_member_is_membership(values: list[int], of: set[int]) -> None:
    held = member(np.array(values, np.int64), np.array(sorted(of), np.int64))
    assert held.tolist() == [value in of for value in values]


def repeated(words: int, kinds: int) -> list[WordMatches]:
    """A text of so many words, of so many different ones in turn: the places of each."""
    numbers = np.arange(words, dtype=np.int64)
    columns = [numbers[numbers % kinds == kind] for kind in range(kinds)]
    return [WordMatches(column, column) for column in columns]


@pytest.mark.parametrize("kinds", [1, 2, 3, 7])
def test_the_work_for_a_long_phrase_of_repeated_words_grows_with_its_logarithm(
    kinds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up = []

    def counted(values: NDArray[np.integer], of: NDArray[np.integer]) -> NDArray[np.bool_]:
        looked_up.append(len(values))
        return member(values, of)

    monkeypatch.setattr("archive.search.matching.matches.member", counted)
    text, length = 10_000, 901
    columns = repeated(text, kinds)
    found = following([columns[at % kinds] for at in range(length)])
    assert len(found) == len(range(0, text - length + 1, kinds))
    assert sum(looked_up) < text * 2 * 10, "a word at a time, it is the text times the length of the phrase"


def test_near_is_refused_before_it_fills_the_memory() -> None:
    everywhere = np.arange(100_000, dtype=np.int64)
    dense = WordMatches(everywhere, everywhere)
    with pytest.raises(QueryTooBroad, match="NEAR/999"):
        near(dense, dense, 999)
    assert len(near(dense, dense, 5)) == 2 * sum(100_000 - away for away in range(1, 6))
