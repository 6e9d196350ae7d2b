"""The ways one printed word is written down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.folding import fold
from archive.text.forms import latin_word, plain_amount, plain_date, with_number, with_parts, word_form, word_terms

PRINTED = st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=8).filter(
    lambda word: len(word.split()) == 1
)


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("(kamere),", "kamere"),
        ("„Набавка“", "nabavka"),
        ("5", "5"),
        ("čl.", "cl"),
        ("—", "—"),
        ("...", "..."),
        ("№", "no"),
    ],
)
def test_punctuation_around_a_word_is_stripped_unless_there_is_nothing_else(word: str, form: str) -> None:
    assert word_form(word) == form


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ("„КУЋА“,", "kuća"),
        ("ЉУБАВ", "ljubav"),
        ("Ђорђевић", "đorđević"),
        ("c\u030cas", "čas"),
        ("УГOBOP", "ugovor"),
        ("nad\u00adzor", "nadzor"),
        ("ǋegoš", "njegoš"),
        ("ﬁrma", "firma"),
        ("—", "—"),
    ],
)
def test_a_word_is_written_in_lower_case_latin_with_its_diacritics(printed: str, written: str) -> None:
    assert latin_word(printed) == written


def test_a_compound_is_found_whole_by_its_parts_and_by_runs_of_them() -> None:
    assert set(word_terms("(12/2019-У)")) == {"12/2019-u", "12", "2019", "u", "12/2019", "2019-u"}
    assert word_terms("(12/2019-У)")[0] == "12/2019-u"


def test_a_long_compound_has_no_runs() -> None:
    assert set(word_terms("a/b/c/d/e/f")) == {"a/b/c/d/e/f", "a", "b", "c", "d", "e", "f"}


@pytest.mark.parametrize(
    ("printed", "typed"),
    [("A-1312/B", "1312"), ("404-2д", "404-2d"), ("404-2d", "404-2Д"), ("čl.5", "5"), ("PIB:100000001", "100000001")],
)
def test_references_are_found_whole_and_by_what_is_in_them(printed: str, typed: str) -> None:
    assert word_form(typed) in with_parts(word_form(printed))


@pytest.mark.parametrize(
    ("word", "amount"),
    [
        ("1.200.000,00", "1200000"),
        ("1,200,000.00", "1200000"),
        ("1.200.000", "1200000"),
        ("1200000,00", "1200000"),
        ("1.200.000,50", "1200000,50"),
        ("1.200.000,00.", "1200000"),
    ],
)
def test_an_amount_is_also_found_without_its_separators(word: str, amount: str) -> None:
    assert amount in word_terms(word)
    assert amount in with_number(word_form(word))


@pytest.mark.parametrize("word", ["15.03.2021", "15.3.2021.", "(15.03.2021.)"])
def test_a_date_is_found_however_its_month_is_written(word: str) -> None:
    assert "2021-03-15" in word_terms(word)
    assert "2021-03-15" in with_number(word_form(word))


@pytest.mark.parametrize("word", ["2019", "404-123/2021", "32.13.2021", "1.2.3", "0.0.2021", "kamera"])
def test_other_words_are_no_amounts_and_no_dates(word: str) -> None:
    assert plain_amount(word) is plain_date(word) is None
    assert with_number(word) == (word,)


@given(PRINTED)
def test_writing_a_word_down_twice_changes_nothing_and_folds_to_its_form(word: str) -> None:
    written = latin_word(word)
    assert latin_word(written) == written
    assert word_form(written) == word_form(word)
    assert fold(fold(word)) == fold(word)
