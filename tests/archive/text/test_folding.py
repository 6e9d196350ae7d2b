"""One form for every way of writing a word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.folding import fold, latin, ordinal_of, to_cyrillic, to_latin, unmix


@pytest.mark.parametrize(
    ("spellings", "folded"),
    [
        (("екскурзије", "ekskurzije", "EKSKURZIJE", "Екскурзије"), "ekskurzije"),
        (("Ђорђевић", "Đorđević", "Djordjevic", "ĐORĐEVIĆ"), "dordevic"),
        (("добављач", "dobavljač", "DOBAVLJAC", "dobavljac\u030c"), "dobavljac"),
        (("Чачак", "Čačak", "Cacak"), "cacak"),
        (("џеп", "džep", "dzep", "DŽEP", "ǆep"), "dzep"),
        (("уго\u00adвор", "уговор", "УГOBOP", "уговоp"), "ugovor"),
        (("oﬃce", "office"), "office"),
        (("Milic´evic´", "Milićević"), "milicevic"),
        (("´", "¸", "\u00ad"), ""),
    ],
)
def test_spellings_of_one_word_fold_to_one_form(spellings: tuple[str, ...], folded: str) -> None:
    assert {fold(spelling) for spelling in spellings} == {folded}


def test_folding_keeps_digits_and_punctuation() -> None:
    assert fold("12/2019-У") == "12/2019-u"


@given(st.text(alphabet="abcčćdđjšžљњџђћАБDJ12-/.\u00ad\u030c", max_size=12))
def test_folding_twice_changes_nothing(word: str) -> None:
    assert fold(fold(word)) == fold(word)


@given(st.text(alphabet="abcčćdđjšžČĐŽљњџђћѓйщАБДЈЏЂDJ12-/.„“–§…\u00d7", max_size=12))
def test_a_plain_word_folds_as_one_that_is_put_right_first(word: str) -> None:
    """What cannot be seen makes a word one that has to be put right, and is then left out."""
    assert fold(word) == fold(f"{word}\u200b")
    assert latin(word) == latin(f"{word}\u200b")


@pytest.mark.parametrize("letter", ["ı", "İ", "ſ"])
def test_letters_that_only_unicode_holds_for_ours_stay(letter: str) -> None:
    """OCR reads "Sıstem", and a regular expression that ignores case takes its letter for an i."""
    assert to_cyrillic(f"s{letter}stem") == f"с{letter}стем"


@given(st.text())
def test_no_text_has_no_other_script(text: str) -> None:
    for convert in (to_cyrillic, to_latin, unmix):
        convert(text)


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("prvi", 1),
        ("drugoj", 2),
        ("drugorangirana", 2),
        ("trecem", 3),
        ("petnaestog", 15),
        ("pet", 0),
        ("drugarica", 0),
    ],
)
def test_the_number_of_an_ordinal(word: str, number: int) -> None:
    assert ordinal_of(word) == number
