"""The terms of documents and of queries: no word dropped, each at its number, each found however it is typed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.model.words import Break, Word, Words
from archive.text.analyzer import (
    FORM_WEIGHT,
    ReadingTerms,
    attribute_query_terms,
    attribute_terms,
    is_marked,
    query_terms,
    reading_terms,
    reference_terms,
)
from archive.text.forms import word_form
from archive.text.vocabulary import IndexField, Term, Vocabulary, Writing
from tests.pages import page

TITLE = (IndexField.TITLE, IndexField.TITLE_STEM)

FILLER = "a b c d e f g h i j k l m n o p r s t u v z"
"""Latin words enough to tell that a page is typed without diacritics."""


def positions(terms: ReadingTerms) -> dict[str, list[int]]:
    """The WORD terms of a document with their positions."""
    words = terms.occurrences.vocabulary.words
    found: dict[str, list[int]] = defaultdict(list)
    for number, position in zip(terms.occurrences.numbers, terms.occurrences.positions, strict=True):
        found[words[number]].append(position)
    return {word: sorted(at) for word, at in found.items()}


def found_by(pages: Iterable[tuple[str | None, Words]], terms: Iterable[Term]) -> set[int]:
    """The positions that any of these terms finds, by way of the aliases."""
    read = reading_terms(pages, Vocabulary())
    vocabulary, asked = read.occurrences.vocabulary, {(term.field, term.text) for term in terms}
    return {
        position
        for number, position in zip(read.occurrences.numbers, read.occurrences.positions, strict=True)
        if any((field, text) in asked for field, texts in vocabulary.aliases[number].items() for text in texts)
    }


def typed(word: str, exact: bool = False) -> tuple[Term, ...]:
    """The terms of a query of one word."""
    return query_terms(word, is_marked(word), exact)


def written(text: str, language: str | None) -> dict[str, int]:
    """Each word of a page, and how it counts as written."""
    vocabulary = Vocabulary()
    reading_terms([(language, page(text))], vocabulary)
    return dict(zip(vocabulary.words, vocabulary.writings, strict=True))


def test_word_numbers_run_on_over_pages() -> None:
    terms = reading_terms([("sr", page("čl. 5 čl.")), (None, page("")), ("sr", page("5"))], Vocabulary())
    assert positions(terms) == {"čl": [0, 2], "5": [1, 3]}
    assert (terms.word_count, terms.joined) == (4, ())


def test_stop_words_are_words() -> None:
    terms = reading_terms([("sr", page("i u na se je")), ("en", page("the of and"))], Vocabulary())
    words = ["i", "u", "na", "se", "je", "the", "of", "and"]
    assert positions(terms) == {word: [at] for at, word in enumerate(words)}


def test_a_compound_stands_at_its_position_whole_and_in_parts() -> None:
    terms = reading_terms([("sr", page("broj 404-2д"))], Vocabulary())
    assert positions(terms) == {"broj": [0], "404-2d": [1], "404": [1], "2d": [1]}


def test_a_joined_word_has_a_position_of_its_own_after_all_words() -> None:
    pages = [("sr", page("video-\nnadzora kamere")), ("sr", page("javno-\nprivatnog"))]
    terms = reading_terms(pages, Vocabulary())
    assert (terms.word_count, terms.joined) == (5, ((0, 1), (3, 4)))
    assert positions(terms) == {
        "video": [0],
        "nadzora": [1],
        "kamere": [2],
        "javno": [3],
        "privatnog": [4],
        "videonadzora": [5],
        "video-nadzora": [5],
        "javnoprivatnog": [6],
        "javno-privatnog": [6],
    }


def test_numbers_with_spaces_in_them_are_found_by_what_is_typed_without() -> None:
    pages = [("sr", page("iznosi 1 200 000,00 od 15. 3. 2021. godine"))]
    assert found_by(pages, typed("1.200.000")) == {9}
    assert found_by(pages, typed("15.03.2021")) == {10}


def test_documents_of_a_batch_share_the_numbers_of_their_words() -> None:
    vocabulary = Vocabulary()
    first = reading_terms([("sr", page("Ugovor о набавци 12/2019"))], vocabulary)
    size = len(vocabulary)
    second = reading_terms([("sr", page("UGOVOR о Набавци, (12/2019)"))], vocabulary)
    assert (first.occurrences.numbers, size) == (second.occurrences.numbers, len(vocabulary))


def test_how_a_word_is_written_is_told_from_its_script_and_its_page() -> None:
    assert written("kuća dvorac двор 12", "sr") == {
        "kuća": Writing.LATIN,
        "dvorac": Writing.LATIN,
        "dvor": Writing.CYRILLIC,
        "12": Writing(0),
    }
    assert written("house", "en") == {"house": Writing.LATIN | Writing.ENGLISH}
    assert written("ház", "hu") == {"ház": Writing.LATIN | Writing.FOREIGN}
    assert written("rasporedu", None)["rasporedu"] == Writing.LATIN | Writing.FOREIGN


def test_a_page_is_bare_when_enough_latin_words_all_lack_diacritics() -> None:
    bare = Writing.LATIN | Writing.BARE
    assert written(f"kuca {FILLER}", "hr")["kuca"] == bare
    assert written("kuca bez kvacica", "hr")["kuca"] == Writing.LATIN
    assert written(f"kuca škola {FILLER}", "hr")["kuca"] == Writing.LATIN
    assert written(f"kuca {'кућа ' * 30}", "sr")["kuca"] == Writing.LATIN
    assert written(f"12 {FILLER}", "sr")["12"] == Writing(0)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("kuća", True),
        ("кућа", True),
        ("Ђ", True),
        ("c\u030cas", True),
        ("kuca", False),
        ("müller", False),
        ("12", False),
    ],
)
def test_a_query_counts_as_marked_in_cyrillic_or_with_serbian_diacritics(text: str, marked: bool) -> None:
    assert is_marked(text) is marked


@pytest.mark.parametrize("word", ["екскурзије", "ekskurzije", "EKSKURZIJA", "ekskurziju"])
def test_a_query_in_any_script_case_and_form_finds_the_word(word: str) -> None:
    assert found_by([("sr-Cyrl", page("програм екскурзије"))], typed(word)) == {1}


@pytest.mark.parametrize("word", ["kuća", "kuće", "кућу", "kuca", "kuce", "KUCOM"])
def test_a_word_is_found_with_and_without_diacritics_on_pages_with_and_without(word: str) -> None:
    assert 0 in found_by([("sr", page("kuću"))], typed(word))
    assert 0 in found_by([("sr", page(f"kucu {FILLER}"))], typed(word))


def test_diacritics_that_are_typed_are_meant() -> None:
    """Kucati is to knock: no form of kuća, unless the page or the query leaves the diacritics out."""
    pages = [("sr", page("kućama kucati"))]
    assert found_by(pages, typed("kuća")) == {0}
    assert found_by(pages, typed("kuca")) == {0, 1}


def test_exact_words_are_found_as_typed_script_case_and_diacritics_aside() -> None:
    pages = [("sr", page("набавке NABAVKE nabavci"))]
    assert found_by(pages, typed("nabavke", exact=True)) == {0, 1}
    assert found_by(pages, typed("nabavke")) == {0, 1, 2}


def test_english_words_are_found_in_their_forms_on_english_and_foreign_pages() -> None:
    for language in ("en", "hu", None):
        assert found_by([(language, page("contracts"))], typed("contracting")) == {0}
    assert found_by([("sr", page("contracts"))], typed("contracting")) == set()


def test_the_exact_form_adds_to_what_its_stem_weighs() -> None:
    weights = {term.field: term.weight for term in typed("kamere")}
    assert weights == {IndexField.STEM: 1.0, IndexField.FORM: FORM_WEIGHT}


def test_titles_and_names_are_found_by_stems_whatever_their_diacritics() -> None:
    terms = attribute_terms(["Nabavka kuća", "Контракт 12/2019"], TITLE)
    for word, at in (("nabavci", 0), ("kuće", 1), ("kuce", 1), ("контракта", 102), ("2019", 103)):
        found = {place for term in attribute_query_terms(word, TITLE) for place in terms[term.field].get(term.text, ())}
        assert found == {at}
    assert terms[IndexField.TITLE]["nabavka"] == (0,)


def test_no_phrase_runs_from_one_name_into_the_next() -> None:
    terms = attribute_terms(["Alfa", "Beta"], (IndexField.VENDOR, IndexField.VENDOR_STEM))[IndexField.VENDOR]
    assert terms["beta"][0] - terms["alfa"][0] > 50


def test_references_are_found_by_what_is_in_them() -> None:
    terms = reference_terms("Број: A-1312/B од 2019")
    assert terms["1312"] == (1,)
    assert terms["a-1312/b"] == (1,)
    assert terms["2019"] == (3,)


ODD = st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=8).filter(
    lambda word: len(word.split()) == 1
)
PIECE = st.sampled_from(["nad-", "zora", "nad\u00ad", "Š", "K", "O", "L", "А", "a-", "-", "а,", "1", "200", "000,00"])
PRINTED = st.lists(st.tuples(ODD | PIECE, st.sampled_from(Break)), max_size=20)
LANGUAGE = st.sampled_from(["sr-Latn", "en", None, "hu"])


@given(PRINTED, LANGUAGE)
def test_no_word_number_is_ever_lost(printed: list[tuple[str, Break]], language: str | None) -> None:
    """Every word stands at its number, whatever is joined; every joined word at its own; no pair comes twice."""
    words = Words.of(Word(text, before=before) for text, before in printed)
    terms = reading_terms([(language, words)], Vocabulary())
    assert all(0 <= first < last < len(words) for first, last in terms.joined)
    pairs = list(zip(terms.occurrences.numbers, terms.occurrences.positions, strict=True))
    assert len(pairs) == len(set(pairs))
    assert {position for _, position in pairs} == set(range(len(words) + len(terms.joined)))
    assert all(terms.occurrences.vocabulary.words)


@given(ODD | PIECE, LANGUAGE, st.booleans())
@example("č", "en", True)
@example("´", "sr-Latn", False)
def test_every_word_finds_itself(word: str, language: str | None, exact: bool) -> None:
    pages = [(language, Words.of([Word(word)]))]
    assert found_by(pages, query_terms(word, is_marked(word), exact)) == {0}
    assert found_by(pages, query_terms(word_form(word), False, exact)) == {0}
