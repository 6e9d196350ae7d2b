"""The model refuses what cannot be, and word numbers lead to pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model import Box, Fact, Page, Reading, Span, TextSource
from archive.model.description import describe
from archive.model.words import Break, Word, Words
from tests.store_samples import sample

DOCUMENT = "ab" * 32


def reading_of(counts: list[int]) -> Reading:
    pages, first = [], 0
    for number, count in enumerate(counts, start=1):
        pages.append(Page(number, first, count, 595, 842, TextSource.TEXT))
        first += count
    return Reading(DOCUMENT, 1, datetime(2026, 1, 1, tzinfo=UTC), {}, "sr-Latn", tuple(pages))


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_every_word_stands_on_the_page_that_counts_it(counts: list[int]) -> None:
    reading = reading_of(counts)
    numbers = [page.number for page in reading.pages for _ in range(page.word_count)]
    assert [reading.page_of_word(word).number for word in range(reading.word_count)] == numbers
    with pytest.raises(IndexError):
        reading.page_of_word(reading.word_count)


def test_pages_must_follow_each_other() -> None:
    page = Page(1, 0, 3, 595, 842, TextSource.TEXT)
    with pytest.raises(ValueError, match="does not follow"):
        Reading(DOCUMENT, 1, datetime(2026, 1, 1, tzinfo=UTC), {}, None, (page, Page(3, 3, 1, 1, 1, TextSource.OCR)))


def test_impossible_things_are_refused() -> None:
    with pytest.raises(ValueError, match="on its page"):
        Box(0.5, 0, 0.4, 1)
    with pytest.raises(ValueError, match="runs forward"):
        Span(DOCUMENT, 1, 5, 4)
    with pytest.raises(ValueError, match="numbered from 1"):
        Page(0, 0, 0, 1, 1, TextSource.NONE)
    with pytest.raises(ValueError, match="needs the span"):
        Fact("year", "2021", None, "rule", 0.9)
    with pytest.raises(ValueError, match="needs a value"):
        Fact("year", "", Span(DOCUMENT, 1, 0, 0), "rule", 0.9)


def test_words_keep_boxes_confidences_and_breaks() -> None:
    words = Words.of(
        [
            Word("Члан", Box(0.1, 0.2, 0.3, 0.4), 96),
            Word("5.", Box(0.3, 0.2, 0.35, 0.4), None),
            Word("Naručilac", Box(0, 0, 1, 1), 0, Break.BLOCK),
        ]
    )
    box = words.box(0)
    assert box is not None
    assert (box.x0, box.y1) == pytest.approx((0.1, 0.4), abs=1e-5)
    assert [words.confidence(index) for index in range(3)] == [96, None, 0]
    assert words.text() == "Члан 5.\n\nNaručilac"
    assert words.text(1, 1) == "5."


def test_a_word_never_holds_white_space() -> None:
    for text in ("", " ", "dve reči", "a\u00a0b"):
        with pytest.raises(ValueError, match="white space"):
            Words.of([Word(text)])


def test_either_all_words_have_boxes_or_none() -> None:
    with pytest.raises(ValueError, match="box numbers"):
        Words.of([Word("a", Box(0, 0, 1, 1)), Word("b")])


@pytest.mark.parametrize(
    ("amounts", "shown"),
    [
        ([("5148200.00", 0.99, {"role": "other"}), ("5662900.00", 0.9, {"role": "contract"})], "5662900.00"),
        ([("1.00", 0.99, {"role": "contract", "unit_price": "yes"}), ("90.00", 0.7, {"role": "award"})], "90.00"),
        ([("900.00", 0.99, {"role": "contract", "ceiling": "yes"}), ("30.00", 0.8, {"role": "contract"})], "30.00"),
        ([("8.00", 0.99, {"role": "other"}), ("7.00", 0.8, {"role": "estimated"})], "7.00"),
        ([("8.00", 0.8, {}), ("7.00", 0.9, {"role": "other"})], "8.00"),
        ([("100.00", 0.988, {"vat": "without"}), ("120.00", 0.99, {"vat": "with"})], "100.00"),
        ([("10.00", 0.8, {"vat": "without"}), ("120.00", 0.99, {"vat": "with"})], "120.00"),
    ],
)
def test_the_amount_of_a_document_is_its_price_where_it_has_one(
    amounts: list[tuple[str, float, dict[str, str]]], shown: str
) -> None:
    one = sample(1)
    facts = [
        Fact("amount", value, Span(one.id, 1, at, at), "test", sure, details=details)
        for at, (value, sure, details) in enumerate(amounts)
    ]
    assert describe(one.document, None, None, facts).amount == shown
