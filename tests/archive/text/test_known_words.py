"""Word lists: words of a language, in every script, case and spelling."""

from __future__ import annotations

from array import array
from pathlib import Path

import numpy as np
import pytest

from archive.text import known_words
from archive.text.known_words import ENGLISH, SERBIAN, is_any_word, is_word


@pytest.mark.parametrize("word", ["građanima", "GRAĐANIMA", "грађанима", "gradjanima", "Članom", "clanom", "nabavke"])
def test_a_word_is_known_in_either_script_and_without_diacritics(word: str) -> None:
    assert is_word(word, SERBIAN)


@pytest.mark.parametrize("word", ["ýlanom", "reþima", "uređnja", "contractor", ""])
def test_what_is_no_serbian_word_is_not_known(word: str) -> None:
    assert not is_word(word, SERBIAN)


def test_of_several_words_one_may_be_known() -> None:
    assert is_any_word(["zzqx", "ugovor"], SERBIAN)
    assert not is_any_word(["zzqx", "qqxz"], SERBIAN)
    assert not is_any_word([], SERBIAN)


def test_languages_have_their_own_lists() -> None:
    assert is_word("contractor", ENGLISH)
    assert not is_word("ugovorom", ENGLISH)
    assert is_word("qytetarëve", "sq")


@pytest.mark.parametrize("language", known_words.PACKED)
def test_the_packed_lists_are_those_of_the_library(language: str) -> None:
    """If simplemma has other words: python -m benchmarks.build_known_words"""
    kept = (Path(known_words.__file__).parent / f"words.{language}.zlib").read_bytes()
    assert np.array_equal(known_words.unpacked(kept), np.unique(known_words.codes(language)))


def test_a_packed_list_is_what_was_packed() -> None:
    listed = array("I", [0, 7, 7, 1 << 16, (1 << 32) - 1])
    assert known_words.unpacked(known_words.packed(listed)) == array("I", sorted(set(listed)))
