"""Word lists: words of a language, in every script, case and spelling."""

from __future__ import annotations

import pytest

from indexer.layers.known_words import ENGLISH, SERBIAN, is_word


@pytest.mark.parametrize("word", ["građanima", "GRAĐANIMA", "грађанима", "gradjanima", "Članom", "clanom", "nabavke"])
def test_a_word_is_known_in_either_script_and_without_diacritics(word: str) -> None:
    assert is_word(word, SERBIAN)


@pytest.mark.parametrize("word", ["ýlanom", "reþima", "uređnja", "contractor", ""])
def test_what_is_no_serbian_word_is_not_known(word: str) -> None:
    assert not is_word(word, SERBIAN)


def test_languages_have_their_own_lists() -> None:
    assert is_word("contractor", ENGLISH)
    assert not is_word("ugovorom", ENGLISH)
    assert is_word("qytetarëve", "sq")
