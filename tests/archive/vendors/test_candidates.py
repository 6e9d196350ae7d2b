"""Pairs of vendors that are offered to a person as one."""

from __future__ import annotations

import pytest

from archive.vendors.candidates import Candidate, candidates
from archive.vendors.entities import entities
from archive.vendors.identity import Mention
from archive.vendors.rulings import Anchor, Ruling, RulingAction
from tests.archive.vendors.samples import mention


def offered(*mentions: Mention, rulings: tuple[Ruling, ...] = ()) -> list[Candidate]:
    return candidates(entities(mentions, rulings), rulings)


def test_a_name_that_fits_two_is_offered_with_each() -> None:
    found = offered(mention(1, "Primer d.o.o. Ruma"), mention(2, "Primer d.o.o. Niš"), mention(3, "Primer d.o.o."))
    assert [pair.reason for pair in found] == [
        "the name fits this vendor and another one, too",
        "the name fits this vendor and another one, too",
        "one name, with another seat or legal form",
    ]


def test_one_number_with_two_names_is_offered_if_it_joined_nobody() -> None:
    (wrong,) = offered(mention(1, "Primer d.o.o.", "pib", pib="1"), mention(2, "Uzor d.o.o.", "pib", pib="1"))
    assert wrong.reason == "both are printed with PIB 1"
    (shared,) = offered(mention(1, "Primer", pib="1", mb="7"), mention(2, "Uzor", pib="2", mb="7"))
    assert shared.reason == "both are printed with MB 7"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("EPS Primeravanje d.o.o.", "EPS Primreavanje d.o.o."),
        ("Primer Sistemi d.o.o.", "PrimerSistemi doo"),
        ("Grimersistemi d.o.o.", "Primersistemi d.o.o."),
    ],
)
def test_names_that_differ_by_a_slip_are_offered(one: str, other: str) -> None:
    (pair,) = offered(mention(1, one), mention(2, other))
    assert pair.reason.startswith("the names are alike")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (mention(1, "Primer d.o.o."), mention(2, "Uzor d.o.o.")),
        (mention(1, "Primer d.o.o.", pib="1"), mention(2, "Primer d.o.o.", pib="2")),
        (mention(1, "Primerak d.o.o.", pib="1"), mention(2, "Primerat d.o.o.", pib="2")),
        (mention(1, "A d.o.o."), mention(2, "B d.o.o.")),
    ],
)
def test_others_are_not(one: Mention, other: Mention) -> None:
    assert offered(one, other) == []


def test_the_pair_in_more_documents_goes_first() -> None:
    few = [mention(1, "Primerak d.o.o."), mention(2, "Primerat d.o.o.")]
    many = [mention(at, "Uzorni sistemi d.o.o.") for at in range(3, 20)] + [mention(30, "Uzorni sistemli d.o.o.")]
    first, second = offered(*few, *many)
    assert (first.one.name, second.one.name) == ("Uzorni sistemi d.o.o.", "Primerak d.o.o.")
    assert first.score > second.score


@pytest.mark.parametrize("action", [RulingAction.APART, RulingAction.SPLIT])
def test_whom_a_person_told_apart_is_not_offered(action: RulingAction) -> None:
    seats = mention(1, "Primer d.o.o. Ruma"), mention(2, "Primer d.o.o. Niš"), mention(3, "Primer d.o.o. Bor")
    ruling = Ruling(action, Anchor("Primer d.o.o. Niš"), Anchor("PRIMER DOO RUMA"), "Ana")
    left = [{pair.one.name, pair.other.name} for pair in offered(*seats, rulings=(ruling,))]
    assert left == [{"Primer d.o.o. Bor", "Primer d.o.o. Niš"}, {"Primer d.o.o. Bor", "Primer d.o.o. Ruma"}]
