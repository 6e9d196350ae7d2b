"""One firm under the spellings that OCR gave it: joined where that is certain, offered where it may be, else apart."""

from __future__ import annotations

import pytest

from archive.vendors.candidates import candidates
from archive.vendors.entities import entities
from archive.vendors.identity import Mention
from tests.archive.vendors.samples import mention, printed

POWER, AS_CYRILLIC, HALF, WORSE = (
    "Gradia Gas and Power d.o.o.",
    "Gradia Gas апа Ромег доо",
    "Gradia Gas and Ромег доо",
    "Сгадга баѕ апа Ромег доо",
)


def firms(*mentions: Mention) -> list[set[str]]:
    return printed(entities(mentions))


def test_what_scans_made_of_one_printed_firm_is_one_vendor() -> None:
    """On real papers one firm stood as five vendors, its number beside it on most."""
    mentions = (
        mention(1, POWER, pib="1"),
        mention(2, AS_CYRILLIC, pib="1"),
        mention(3, HALF),
        mention(4, "GRADIA GAS AND POWER DOO"),
        mention(5, WORSE, pib="1"),
    )
    assert len(firms(*mentions)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Power Works d.o.o.", "Ромег Works доо"),
        ("„Vectorgate“ d.o.o.", "„Vect0rgate“ d.o.o."),
        ("Sistem1a d.o.o.", "Sistemia d.o.o."),
        ("Зокоро д.о.о.", "3okopo d.o.o."),
    ],
)
def test_letters_of_one_shape_join(one: str, other: str) -> None:
    assert len(firms(mention(1, one), mention(2, other))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CAP d.o.o.", "САР д.о.о."),
        ("Vimax d.o.o.", "Wimax d.o.o."),
        ("Maleta d.o.o.", "Valeta d.o.o."),
        ("Primer 1 d.o.o.", "Primer l d.o.o."),
        ("Power Works d.o.o.", "Ромег Works а.д."),
        ("Power Works d.o.o. Ruma", "Ромег Works д.о.о. Ниш"),
    ],
)
def test_other_names_do_not(one: str, other: str) -> None:
    assert len(firms(mention(1, one), mention(2, other))) == 2


def test_looks_never_join_two_numbers() -> None:
    two = mention(1, "Power Works d.o.o.", pib="1"), mention(2, "Ромег Works доо", pib="2")
    assert len(firms(*two)) == 2
    assert len(firms(*two, mention(3, "Power Works"))) == 3
    assert candidates(entities(two)) == []


def test_an_outline_of_two_names_joins_neither_and_offers_both() -> None:
    """The model of Cyrillic writes м for v and for w."""
    three = mention(1, "Voxelux d.o.o."), mention(2, "Woxelux d.o.o."), mention(3, "Мохеиих доо")
    assert len(firms(*three)) == 3
    reasons = {(pair.one.name, pair.other.name): pair.reason for pair in candidates(entities(three))}
    assert sum("look alike in print" in reason for reason in reasons.values()) >= 1


def test_a_misread_name_is_that_of_the_one_firm_with_a_number_in_its_document() -> None:
    one = mention(1, "Terracottem Solutions d.o.o.", pib="1"), mention(1, "Теггасокет Solutions доо")
    assert len(firms(*one)) == 1
    assert len(firms(one[0], mention(2, one[1].name))) == 2
    assert len(firms(*one, mention(1, "Terracotten Solutions d.o.o.", pib="2"))) == 3


def test_names_that_look_alike_are_offered() -> None:
    (pair,) = candidates(entities([mention(1, "Terracottem Solutions d.o.o."), mention(2, "Теггасокет Solutions доо")]))
    assert pair.reason.startswith("the names look alike in print (")
    assert candidates(entities([mention(1, "Техно Group"), mention(2, "Зидар Group")])) == []
