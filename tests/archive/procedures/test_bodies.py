"""Public bodies by their names."""

from __future__ import annotations

import pytest

from archive.procedures.bodies import are_similar, by_body
from tests.paper_samples import fact, paper


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Opština Bečej", "ОПШТИНА БЕЧЕЈ"),
        ("Opština Bečej", "Opštinska uprava Bečej"),
        ("Municipality of Ivanjica", "Opština Ivanjica"),
        ("Osnovna škola „Mito Igumanović” Kosjerić", "OŠ „Mito Igumanović“"),
        ("Osnovna škola „Mito Igumanović”", "Osnovna škola „Mito lgumanović”"),
        ("Grad Niš", "Gradska uprava grada Niš"),
        ("JKP „Izvor“", "Javno komunalno preduzeće „Izvor” Titel"),
        ("ПУ „Лептирић”", "Predškolska ustanova „Leptirić“ Titel"),
        ("DZ Titel", "Dom zdravlja Titel"),
        ("KJP Ruma", "Јавно комунално предузеће Рума"),
    ],
)
def test_one_body_by_several_names(one: str, other: str) -> None:
    assert are_similar(one, other)
    assert are_similar(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Opština Bečej", "Opština Kladovo"),
        ("Opština Bečej", "Turistička organizacija opštine Bečej"),
        ("Grad Novi Sad", "Gradska uprava za građevinsko zemljište Novi Sad"),
        ("Osnovna škola 12", "Osnovna škola 13"),
        ("OŠ „Vareš Majdan”", "JU OŠ „Vareš” u Varešu"),
        ("Dom zdravlja Bečej", ""),
        ("JP „Izvor“ Titel", "Javno komunalno preduzeće „Toplana” Titel"),
    ],
)
def test_bodies_with_names_that_are_much_alike(one: str, other: str) -> None:
    assert not are_similar(one, other)
    assert not are_similar(other, one)


def test_a_municipality_that_is_not_named_is_that_of_the_paper() -> None:
    """A name that ends with its line: "Opštinska uprava opštine", and below "Bečej"."""
    papers = [
        paper("cut", "minutes", "404-1/2020", buyer="Opštinska uprava opštine"),
        paper("whole", "contract", "1/20"),
    ]
    assert len(by_body(papers, distinctive=True)) == 1
    school = paper("school", "contract", "1/20", buyer="Osnovna škola „Sever” Bečej")
    assert len(by_body([papers[0], school], distinctive=True)) == 2


def test_a_number_tells_bodies_apart_whatever_their_names() -> None:
    one = paper("one", "contract", more=(fact("one", "buyer", "Dom zdravlja", pib="199012348"),))
    other = paper("other", "contract", more=(fact("other", "buyer", "Dom zdravlja", pib="199113576"),))
    same = paper("same", "contract", buyer="DZ", more=(fact("same", "buyer", "DZ", pib="199012348"),))
    assert sorted(len(body) for body in by_body([one, other, same], distinctive=True)) == [1, 2]


def test_a_paper_without_a_body_joins_the_only_one_there_is() -> None:
    town = paper("town", "contract")
    unnamed = paper("unnamed", "award_decision", buyer=None)
    nowhere = paper("nowhere", "minutes", buyer=None, municipality=None)
    school = paper("school", "contract", buyer="Osnovna škola „Sever”")
    assert len(by_body([town, unnamed, nowhere], distinctive=True)) == 1
    assert len(by_body([town, unnamed, nowhere], distinctive=False)) == 2, "a bare ordinal stands at every body"
    assert len(by_body([town, unnamed, nowhere, school], distinctive=True)) == 4, "either could be it"
