"""Looking up terms in a list of them gives what looking at every term one by one gives."""

from __future__ import annotations

import io
import re

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from archive.search.whoosh_engine.layout import Sections, SectionsWriter
from archive.search.whoosh_engine.termlist import TermList

LETTERS = st.text("abčš1/\u20ac\U0001f600", max_size=6)
LISTS = st.sets(LETTERS, max_size=40)


def listed(terms: set[str], signed: int = 1 << 16) -> tuple[TermList, list[str]]:
    """A list of terms, and the same in plain Python."""
    ordered = sorted(terms)
    text = "".join(term + "\n" for term in ordered).encode()
    ends = np.cumsum([0, *(len(term.encode()) + 1 for term in ordered)])
    file = io.BytesIO()
    writer = SectionsWriter(file)
    writer.add("text", np.frombuffer(text, np.uint8))
    writer.add("offsets", ends.astype(np.uint32))
    writer.close()
    sections = Sections(memoryview(file.getvalue()), "terms")
    return TermList(sections.lazy("text"), sections.lazy("offsets"), signed), ordered


def edits(left: str, right: str) -> int:
    """How many characters more, less or other, or swaps of neighbours, part two words: by the textbook."""
    table = [[max(i, j) if not i or not j else 0 for j in range(len(right) + 1)] for i in range(len(left) + 1)]
    for i in range(1, len(left) + 1):
        for j in range(1, len(right) + 1):
            differ = left[i - 1] != right[j - 1]
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + differ)
            if i > 1 and j > 1 and left[i - 1] == right[j - 2] and left[i - 2] == right[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


@given(LISTS, LETTERS)
def test_finding_a_term_and_those_with_its_beginning(terms: set[str], wanted: str) -> None:
    found, ordered = listed(terms)
    assert len(found) == len(ordered)
    assert found.find(wanted) == (ordered.index(wanted) if wanted in terms else -1)
    assert found.with_prefix(wanted).tolist() == [at for at, term in enumerate(ordered) if term.startswith(wanted)]
    assert [found.term(at) for at in range(len(ordered))] == ordered
    assert [term.decode() for term in found.terms(0, len(ordered))] == ordered


@given(LISTS, st.text("abčš1*?", max_size=5))
@example({"", "a"}, "*")
@example({"", "a"}, "")
@example({"aa", "a"}, "a*a")
def test_terms_that_fit_a_pattern(terms: set[str], pattern: str) -> None:
    found, ordered = listed(terms)
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    expected = [at for at, term in enumerate(ordered) if re.fullmatch(expression, term, re.DOTALL)]
    assert found.fitting(pattern).tolist() == expected


@given(LISTS, LETTERS, st.integers(0, 2))
@example({"ab", "ba", "abc"}, "ba", 1)
def test_terms_within_a_distance(terms: set[str], wanted: str, distance: int) -> None:
    found, ordered = listed(terms)
    expected = [at for at, term in enumerate(ordered) if edits(wanted, term) <= distance]
    assert found.within(wanted, distance).tolist() == expected


def test_a_long_list_is_signed_part_by_part() -> None:
    found, ordered = listed({f"č{number}" for number in range(100)}, signed=7)
    assert [ordered[at] for at in found.within("č55", 1)] == [term for term in ordered if edits("č55", term) <= 1]
