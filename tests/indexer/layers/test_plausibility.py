"""The plausibility model: what counts for a reading, what against it, and what is left out."""

from __future__ import annotations

import pytest

from indexer.layers.plausibility import WordShape, judge, shape_of

SERBIAN = "Ugovorom o javnoj nabavci opreme se određuju međusobna prava i obaveze u postupku plaćanja računa"
ALBANIAN = (
    "Njoftim për dhënien e kontratës së punës për furnizim me material shpenzues dhe mirëmbajtjen e objekteve komunale "
    "të kryera nga autoriteti kontraktues në pajtim me ligjin për prokurimin publik në komunë"
)


@pytest.mark.parametrize(
    "word", ["ugovora,", "„Службени", "12/2019-У", "1.250.000,00", "kontakt@opstina.rs", "d.o.o.", "25%"]
)
def test_words_numbers_and_addresses_are_known(word: str) -> None:
    assert shape_of(word)[0] is WordShape.KNOWN


@pytest.mark.parametrize(
    "word", ["$6§,000", "ra~una", "ugo6vor", "re\ufffdi", "kopŶoŵ", "reþi", "Zдрwавље", "xkcdqwtz"]
)
def test_what_no_language_writes_is_broken(word: str) -> None:
    assert shape_of(word)[0] is WordShape.BROKEN


@pytest.mark.parametrize("word", ["Brezovčanka", "Providni-Sistemix", "MobiSecurex"])
def test_a_name_is_strange_and_not_broken(word: str) -> None:
    assert shape_of(word)[0] is WordShape.STRANGE


@pytest.mark.parametrize("word", ["–", "\ufffd", "العربية", "שלום"])
def test_marks_bullets_and_other_alphabets_are_not_judged(word: str) -> None:
    assert shape_of(word)[0] is WordShape.FOREIGN


def test_mixed_scripts_of_shared_shapes_are_no_fault_of_the_reading() -> None:
    """A third of Cyrillic PDFs have Latin j and e in Cyrillic words, as they were typed."""
    assert shape_of("уговорa")[0] is WordShape.KNOWN


def test_a_sound_text_beats_the_same_text_read_badly() -> None:
    sound = judge(SERBIAN.split())
    poor = judge(SERBIAN.replace("o", "0").replace("u", "|").split())
    assert sound.share == 1
    assert sound.broken == 0
    assert poor.score < sound.score / 2


def test_another_language_is_held_against_its_own_list() -> None:
    judged = judge(ALBANIAN.split())
    in_serbian = sum(size for shape, size in map(shape_of, ALBANIAN.split()) if shape is WordShape.KNOWN)
    assert judged.language == "sq"
    assert judged.known > in_serbian + 0.1 * judged.judged
    assert judged.broken == 0


def test_a_few_foreign_words_do_not_ask_for_a_language() -> None:
    assert judge(["Gmbh", "Szeged"]).language is None
    assert judge([]).share == 1


@pytest.mark.parametrize("word", ["ocHoBy", "jaBHe", "HaGaBKaMa", "3aKoHa"])
def test_cyrillic_taken_for_latin_is_not_known_by_its_pieces(word: str) -> None:
    """``oc``, ``Ho`` and ``By`` are words of some list. A flawless page of such words passed for fair."""
    assert shape_of(word)[0] is not WordShape.KNOWN
