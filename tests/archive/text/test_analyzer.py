"""The terms of words: none dropped, each at its word's number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.analyzer import entry_terms, query_forms, query_stems, word_form, word_forms, word_stems
from archive.words import Break, Word, Words
from tests.pages import page


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


def test_a_compound_is_found_whole_by_its_parts_and_by_runs_of_them() -> None:
    assert set(word_forms("(12/2019-У)")) == {"12/2019-u", "12", "2019", "u", "12/2019", "2019-u"}


def test_a_long_compound_has_no_runs() -> None:
    assert set(word_forms("a/b/c/d/e/f")) == {"a/b/c/d/e/f", "a", "b", "c", "d", "e", "f"}


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
    assert amount in word_forms(word)
    assert amount in query_forms(word)


def test_an_ordinary_number_is_no_amount() -> None:
    assert word_forms("2019") == ("2019",)
    assert query_forms("404-123/2021") == ("404-123/2021",)


def test_the_language_of_the_page_chooses_the_stemmer() -> None:
    assert word_stems("contracts", "en") == ("contract",)
    assert word_stems("уговорима", "sr-Cyrl") == word_stems("ugovorima", "hr") == ("ugovor",)
    assert set(word_stems("ugovorima", None)) == set(query_stems("ugovorima"))


def test_a_query_in_any_script_case_and_form_asks_for_a_stem_of_the_page() -> None:
    on_page = set(word_stems("екскурзије", "sr-Cyrl"))
    for typed in ("екскурзије", "ekskurzije", "EKSKURZIJA", "ekskurziju"):
        assert on_page & set(query_stems(typed))


def test_word_numbers_run_on_over_pages() -> None:
    terms = entry_terms([("sr", page("čl. 5 čl.")), (None, page("")), ("sr", page("5"))])
    assert terms.forms == {"cl": (0, 2), "5": (1, 3)}
    assert (terms.word_count, terms.joined) == (4, ())


def test_a_joined_word_has_a_position_of_its_own_after_all_words() -> None:
    pages = [("sr", page("video-\nnadzora kamere")), ("sr", page("javno-\nprivatnog"))]
    terms = entry_terms(pages)
    assert (terms.word_count, terms.joined) == (5, ((0, 1), (3, 4)))
    assert (terms.forms["video"], terms.forms["nadzora"], terms.forms["kamere"]) == ((0,), (1,), (2,))
    assert terms.forms["videonadzora"] == terms.forms["video-nadzora"] == terms.stems["videonadzor"] == (5,)
    assert terms.forms["javnoprivatnog"] == terms.forms["javno-privatnog"] == (6,)
    assert terms.forms["privatnog"] == (4,), "the parts are found at their own words, once"


@pytest.mark.parametrize(
    ("printed", "typed"),
    [("nad\u00adzor", "nadzor"), ("ǈubav", "ljubav"), ("ǋegoš", "njegos"), ("ﬁrma", "firma"), ("oﬀer", "offer")],
)
def test_soft_hyphens_and_ligatures_are_folded_away(printed: str, typed: str) -> None:
    assert word_forms(printed) == (typed,)


ODD = st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=8).filter(
    lambda w: len(w.split()) == 1
)
PIECE = st.sampled_from(["nad-", "zora", "nad\u00ad", "Š", "K", "O", "L", "А", "a-", "-", "а,"])
PRINTED = st.lists(st.tuples(ODD | PIECE, st.sampled_from(Break)), max_size=20)


@given(PRINTED, st.sampled_from(["sr-Latn", "en", None, "hu"]))
def test_no_word_number_is_ever_lost_from_either_field(printed: list[tuple[str, Break]], language: str | None) -> None:
    """Every word has terms at its number, whatever is joined; every joined word has terms at its own position."""
    words = Words.of(Word(text, before=before) for text, before in printed)
    terms = entry_terms([(language, words)])
    assert all(0 <= first < last < len(words) for first, last in terms.joined)
    for field in (terms.stems, terms.forms):
        positions = {position for numbers in field.values() for position in numbers}
        assert positions == set(range(len(words) + len(terms.joined)))
        assert all(term and list(numbers) == sorted(set(numbers)) for term, numbers in field.items())
