"""The printed words that the index keeps: whatever is asked for comes back as it was put in."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search.matching.printed_words import PLAIN_FROM, STRETCH, PrintedWords, pack
from archive.search.whoosh_engine.engine import WhooshEngine
from tests.engine_samples import ask, entry, found

WORDS = [f"реч-{number}" for number in range(3 * STRETCH + 7)]


@given(st.lists(st.lists(st.text("abčшж0.„", min_size=1, max_size=9), max_size=2 * STRETCH), max_size=4))
def test_pages_come_back_word_by_word(pages: list[list[str]]) -> None:
    words = [word for page in pages for word in page]
    assert PrintedWords(pack(pages)).words(0, len(words)) == words


@pytest.mark.parametrize(
    ("start", "stop"), [(0, 1), (STRETCH - 1, STRETCH + 1), (2 * STRETCH, 3 * STRETCH + 7), (5, 5)]
)
def test_any_part_comes_back(start: int, stop: int) -> None:
    assert PrintedWords(pack([WORDS])).words(start, stop) == WORDS[start:stop]


def test_the_first_stretch_of_a_long_document_is_kept_as_it_is() -> None:
    words = [f"реч-{number}" for number in range(PLAIN_FROM * STRETCH)]
    assert "\n".join(words[:STRETCH]).encode() in pack([words])
    assert "\n".join(words[:STRETCH]).encode() not in pack([words[STRETCH:]])
    assert PrintedWords(pack([words])).words(0, len(words)) == words
    assert PrintedWords(pack([words], plain=False)).words(0, len(words)) == words, "as before, and in OpenSearch"


def test_stretches_that_repeat_the_first_take_little_room() -> None:
    once, again = len(pack([WORDS[:STRETCH]])), len(pack([WORDS[:STRETCH] * 3]))
    assert again < 1.3 * once


def test_parts_of_a_rebuild_become_one_segment(tmp_path: Path) -> None:
    entries = [entry(str(number), "kamera") for number in range(5)]
    engine = WhooshEngine(tmp_path)
    rebuild = engine.rebuild()
    with rebuild.assembling() as assembly:
        for first, one in enumerate(entries):
            assembly.take(assembly.builder.build([one], first))
    rebuild.publish({one.id: one.revision for one in entries})
    assert len(list(tmp_path.glob("gen-*/MAIN_*.terms"))) == 1
    assert found(ask(engine, "kamera")) == {one.id for one in entries}
    engine.close()
