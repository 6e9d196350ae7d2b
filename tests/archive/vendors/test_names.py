"""Names of firms as they are compared: in any script, print and order of words."""

from __future__ import annotations

import doctest
from itertools import combinations

import pytest

from archive.vendors import names
from archive.vendors.identity import agree
from archive.vendors.names import shape, shapes, words
from indexer.gazetteer import table


def test_the_examples_are_right() -> None:
    assert doctest.testmod(names).failed == 0


@pytest.mark.parametrize(
    "printed",
    [
        ("„Primer” d.o.o. Ruma", "ПРИМЕР Д.О.О. РУМА", "Primer doo Ruma", ",,Primer'' d. o. o, Ruma"),
        ("Đorđević a.d.", "Ђорђевић АД", "Djordjevic A.D", "Dordevic akcionarsko društvo"),
        ("I.T.S. Sistemi d.o.o.", "ITS Sistemi DOO", "И.Т.С. Системи д.о.о."),
        ("SZR „Lasta”", "Samostalna zanatska radnja Lasta", "Lasta PR", "S.Z.R. LASTA"),
        ("Primer Sh.p.k.", "PRIMER SHPK", "Primer L.L.C.", "Primer Limited"),
        ("Društvo za usluge „Primer” d.o.o.", "Preduzeće Primer d.o.o.", "Primer društvo s ograničenom odgovornošću"),
        ("JKP „Vodovod” Ruma", "Javno komunalno preduzeće „Vodovod” Ruma"),
    ],
)  # fmt: skip
def test_one_firm_has_one_shape(printed: tuple[str, ...]) -> None:
    assert len({shape(name) for name in printed}) == 1, [shape(name) for name in printed]


@pytest.mark.parametrize(
    "printed",
    [
        ("Primer d.o.o. Ruma", "Primer d.o.o. Niš"),
        ("Primer d.o.o.", "Primer a.d.", "Primer PR", "Primer GmbH", "Primer s.r.o."),
        ("Preduzeće za puteve „Primer” d.o.o.", "Preduzeće za vodovod „Primer” d.o.o."),
    ],
)
def test_what_is_at_odds_does_not_fit(printed: tuple[str, ...]) -> None:
    assert len({shape(name).core for name in printed}) == 1
    assert not any(agree([shape(one)], [shape(other)]) for one, other in combinations(printed, 2))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Primer", "Primer d.o.o. Ruma"),
        ("Primer d.o.o.", "„Primer” d.o.o. Ruma"),
        ("Primer d.o.o. Novi Sad", "Primer d.o.o. Sad"),
        ("D.T.U.T. „Primer” d.o.o.", "Primer d.o.o."),
    ],
)
def test_what_says_less_fits(one: str, other: str) -> None:
    assert shape(one).core == shape(other).core
    assert agree([shape(one)], [shape(other)])
    assert agree([shape(other)], [shape(one)])


def test_a_form_is_none_inside_of_a_word_or_of_a_longer_abbreviation() -> None:
    assert shape("Doods Adlitum d.o.o.").core == ("adlitum", "doods")
    assert shape("AS Trade d.o.o.").core == ("as", "trade")
    assert words("N.N.SH. World") == ("[ntp]", "world")


def test_a_seat_is_part_of_a_name_unless_a_form_or_quotes_tell_it_apart() -> None:
    assert shape("JKP Vodovod Ruma").core == ("ruma", "vodovod")
    assert shape("Primer Ruma d.o.o.").core == ("primer", "ruma")
    beside = shapes(["JKP Vodovod Ruma", "JKP „Vodovod” Ruma"])
    assert {one.core for one in beside.values()} == {("vodovod",)}


@pytest.mark.parametrize("junk", ["", "d.o.o.", "!!!", "„”", "„„„", "]][[", "[doo]", "ДОО", "\u0301", "株式会社"])
def test_junk_is_like_nothing_but_itself(junk: str) -> None:
    assert shape(junk).core != shape("Primer d.o.o.").core
    assert shape(junk) == shape(junk)
    assert isinstance(words(junk), tuple)


def test_every_legal_form_that_rules_know_is_known_here() -> None:
    forms = table("legal_forms")
    known = [*forms["abbreviated"], *forms["in_capitals"], *forms["before"]]
    known += [form.replace("*", "o") for form in forms["spelled"]]
    # What firms everywhere call themselves tells no legal form.
    unknown = [form for form in known if form != "company" and not shape(f"Primer {form}").forms]
    assert unknown == []
