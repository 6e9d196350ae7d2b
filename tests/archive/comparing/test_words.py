"""Two runs of words compared: what is the same, what is printed otherwise, what differs."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.comparing.tolerance import Tolerated, word_key
from archive.comparing.words import Comparison, DifferenceKind, compare_words

WORDS = st.lists(
    st.sampled_from(
        [
            "rok",
            "рок",
            "ROK,",
            "5",
            "5%",
            "50",
            "5,0",
            "-",
            ";",
            "naruči-",
            "oca",
            "naručioca",
            "1",
            "000",
            "1.000",
            "x",
        ]
    ),
    max_size=12,
)


def compared(one: str, other: str, *, by_ocr: bool = False) -> Comparison:
    return compare_words(one.split(), other.split(), by_ocr=by_ocr)


def differing(comparison: Comparison) -> list[tuple[str, str]]:
    return [comparison.texts(stretch) for stretch in comparison.of_kind(DifferenceKind.DIFFERENT)]


def tolerated(comparison: Comparison) -> list[tuple[str, str, set[Tolerated]]]:
    return [(*comparison.texts(one), set(one.tolerated)) for one in comparison.of_kind(DifferenceKind.TOLERATED)]


def test_the_same_words_are_one_stretch() -> None:
    comparison = compared("Rok je 30 dana.", "Rok je 30 dana.")
    assert [stretch.kind for stretch in comparison.stretches] == [DifferenceKind.SAME]
    assert (comparison.agreement, comparison.tally()) == (1.0, {})


def test_script_makes_no_difference_but_a_number_does() -> None:
    comparison = compared("Казна износи 5‰ дневно.", "Kazna iznosi 5% dnevno.")
    assert differing(comparison) == [("5‰", "5%")]
    assert tolerated(comparison) == [
        ("Казна износи", "Kazna iznosi", {Tolerated.SCRIPT}),
        ("дневно.", "dnevno.", {Tolerated.SCRIPT}),
    ]
    assert comparison.agreement == 0.75
    assert comparison.tally() == {Tolerated.SCRIPT: 3}


def test_letters_that_look_alike_are_tolerated_only_where_ocr_read() -> None:
    one, other = "naš modem stoji", "naš rnodem stoji"
    assert tolerated(compared(one, other, by_ocr=True)) == [("modem", "rnodem", {Tolerated.LOOK_ALIKE})]
    assert differing(compared(one, other)) == [("modem", "rnodem")]
    assert differing(compared("u roku od 10 dana", "u roku od l0 dana", by_ocr=True)) == [("10", "l0")]


def test_a_word_cut_at_the_end_of_a_line_is_found_among_others() -> None:
    comparison = compared("obaveze naruči- oca traju 2 % a", "obaveze naručioca nisu 2% b")
    assert tolerated(comparison) == [
        ("naruči- oca", "naručioca", {Tolerated.SPACING}),
        ("2 %", "2%", {Tolerated.SPACING}),
    ]
    assert differing(comparison) == [("traju", "nisu"), ("a", "b")]


def test_punctuation_that_one_side_lacks_is_told_and_aligns_nothing() -> None:
    comparison = compared("- prva ; druga", "prva druga •")
    assert differing(comparison) == []
    assert {why for _, _, reasons in tolerated(comparison) for why in reasons} == {Tolerated.PUNCTUATION}


def test_what_one_side_adds_or_lacks_is_different() -> None:
    comparison = compared("Rok je 30 dana.", "Rok za isporuku je 30 dana od poziva.")
    assert differing(comparison) == [("", "za isporuku"), ("", "od poziva.")]
    assert differing(compared("", "Nešto")) == [("", "Nešto")]
    assert compared("", "").agreement == 1.0
    assert compared("a b", "x y").agreement == 0.0


def test_long_runs_without_anything_in_common_end_soon() -> None:
    began = time.process_time()
    comparison = compared(" ".join(f"a{at}b" for at in range(3000)), " ".join(f"c{at}d" for at in range(3000)))
    assert time.process_time() - began < 5
    assert (len(comparison.stretches), comparison.agreement) == (1, 0.0)


@settings(max_examples=300)
@given(WORDS, WORDS, st.booleans())
def test_stretches_lead_through_both_sides_without_gaps(one: list[str], other: list[str], by_ocr: bool) -> None:
    comparison = compare_words(one, other, by_ocr=by_ocr)
    at, other_at = 0, 0
    for stretch in comparison.stretches:
        assert (stretch.first[0], stretch.other[0]) == (at, other_at)
        at, other_at = stretch.first[1], stretch.other[1]
        if stretch.kind is DifferenceKind.SAME:
            assert one[slice(*stretch.first)] == other[slice(*stretch.other)]
        assert (stretch.kind is DifferenceKind.TOLERATED) == bool(stretch.tolerated)
    assert (at, other_at) == (len(one), len(other))
    if one == other:
        assert not comparison.of_kind(DifferenceKind.DIFFERENT)
    agreeing = [stretch for stretch in comparison.stretches if stretch.kind is not DifferenceKind.DIFFERENT]
    for stretch in agreeing:
        ours, theirs = one[slice(*stretch.first)], other[slice(*stretch.other)]
        assert "".join(map(word_key, ours)) == "".join(map(word_key, theirs)), "no number is ever passed over"
