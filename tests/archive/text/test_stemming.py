"""Inflected forms share a stem."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from archive.text.folding import fold
from archive.text.stemming import english_stem, serbian_stem


@pytest.mark.parametrize(
    "forms",
    [
        ("ugovor", "ugovora", "ugovoru", "ugovorom", "уговори", "UGOVORIMA"),
        ("opština", "opštine", "opštini", "opstinom", "ОПШТИНА"),
        ("ekskurzija", "ekskurzije", "екскурзију"),
        ("cena", "cene", "цену", "cijena"),
    ],
)
def test_forms_of_a_serbian_word_share_a_stem(forms: tuple[str, ...]) -> None:
    assert len({serbian_stem(fold(form)) for form in forms}) == 1


def test_forms_of_an_english_word_share_a_stem() -> None:
    assert english_stem("contracts") == english_stem("contracting") == english_stem("contract")


def test_threads_do_not_disturb_each_other() -> None:
    words = [f"ugovor{letter}{ending}" for letter in "bcdfg" for ending in ("a", "u", "om", "ima")] * 20
    alone = [serbian_stem.__wrapped__(word) for word in words]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(serbian_stem.__wrapped__, words)) == alone
