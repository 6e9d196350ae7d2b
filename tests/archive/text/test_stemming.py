"""Inflected forms share a stem, and different words do not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from archive.text.folding import fold, latin
from archive.text.stemming import english_stem, rule_stem, serbian_stems


@pytest.mark.parametrize(
    "forms",
    [
        ("ugovor", "ugovora", "ugovoru", "ugovorom", "уговори", "UGOVORIMA"),
        ("opština", "opštine", "opštini", "opstinom", "ОПШТИНА"),
        ("ekskurzija", "ekskurzije", "екскурзију"),
        ("cena", "cene", "цену", "cijena"),
        ("nabavka", "nabavci", "nabavki", "набавке", "nabavkama"),
        ("podnosilac", "podnosioca", "podnosioci", "podnosiocima"),
        ("naručilac", "naručioca", "наручиоцу"),
        ("odluka", "odluci", "odluke"),
        ("rešenje", "rješenje", "rešenja", "rješenjem", "резењем".replace("з", "ш")),
        ("čovek", "čovjek", "čoveka"),
        ("izvršenje", "izvršenja", "izvršenjem"),
        ("saglasnost", "saglasnosti", "saglasnošću"),
        ("pravo", "prava", "pravu", "pravom", "pravima"),
        ("poništaj", "poništaja", "poništajem"),
        ("porotnik", "porotnika", "porotnici", "porotnicima"),
        ("zakupac", "zakupca", "zakupcima"),
    ],
)
def test_forms_of_a_serbian_word_share_a_stem(forms: tuple[str, ...]) -> None:
    """Cases, both scripts, no diacritics, sound changes, ekavian and ijekavian."""
    assert set.intersection(*({*serbian_stems(latin(form))} for form in forms))


@pytest.mark.parametrize("plural", ["dronovi", "dronova", "dronovima"])
def test_an_unknown_plural_is_found_by_its_singular(plural: str) -> None:
    assert serbian_stems("dron")[0] in serbian_stems(plural)


@pytest.mark.parametrize(
    ("one", "other"), [("kuća", "kuca"), ("sto", "što"), ("izvršenje", "izvršiti"), ("kuća", "kuk")]
)
def test_different_words_are_kept_apart(one: str, other: str) -> None:
    assert not {*serbian_stems(one)} & {*serbian_stems(other)}


def test_a_word_typed_bare_stands_for_every_word_it_may_be() -> None:
    assert {*serbian_stems("kuca", bare=True)} >= {*serbian_stems("kuća"), *serbian_stems("kuca")}


def test_a_spelling_that_is_no_word_stands_for_the_words_it_may_be() -> None:
    """OCR lost the caron of Bečej's neighbour rešenja, or one of the two marks of šećer."""
    assert serbian_stems("resenja") == serbian_stems("rešenja")
    assert serbian_stems("šecer") == serbian_stems("šećer")


def test_forms_of_an_english_word_share_a_stem_that_no_serbian_word_has() -> None:
    assert english_stem("contracts") == english_stem("contracting") == english_stem("contract")
    assert english_stem("kamera") not in serbian_stems("kamera")


@pytest.mark.parametrize("word", ["´", "—", "12/2019", "a", "", "я", "￿"])
def test_what_is_no_word_is_its_own_stem(word: str) -> None:
    assert serbian_stems(word) == (fold(word),)


def test_threads_do_not_disturb_each_other() -> None:
    words = [f"ugovor{letter}{ending}" for letter in "bcdfg" for ending in ("a", "u", "om", "ima")] * 20
    alone = [rule_stem(word) for word in words]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(rule_stem, words)) == alone
