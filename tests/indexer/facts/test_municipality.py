"""A town is the document's municipality only in the place where a body names its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from indexer.gazetteer import municipalities
from indexer.gazetteer.declension import forms

FactsOf = Callable[..., Any]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ОПШТИНА КЛАДОВО\nПредседник општине", "Kladovo"),
        ("Градска управа града Новог Сада", "Novi Sad"),
        ("ОШ „Бистри поток“ Косјерић\nброј 4", "Kosjerić"),
        ("Mesto: BEČEJ\nDržava: Srbija", "Bečej"),
        ("Naručilac: Biblioteka\nUlica duga 5\n31250 Bajina Bašta", "Bajina Bašta"),
        ("U Šapcu, 4. marta 2031. godine", "Šabac"),
        ("Qyteti: PRISHTINË", "Priština"),
        ("Municipality of Ivanjica", "Ivanjica"),
    ],
)
def test_places_where_a_body_names_its_town(facts_of: FactsOf, text: str, name: str) -> None:
    """Both scripts, inflected or not, come back as the official Latin name."""
    assert facts_of(text)["municipality"] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Понуђач Примерак д.о.о. Чачак доставио је понуду.",
        "Prigovor se podnosi Komisiji u Kragujevcu.",
        "Beograd, 3. marta 2031. godine",
        "велики бор у дворишту школе",
        "po tužbi tužioca opštine Ruma, dana",
    ],
)
def test_other_towns_say_nothing(facts_of: FactsOf, text: str) -> None:
    """Seats of vendors, addressees, the capital of national bodies and ordinary words are not the municipality."""
    assert facts_of(text)["municipality"] == []


def test_office_goes_before_an_address(facts_of: FactsOf) -> None:
    """The municipality that names itself beats a post code that stands earlier."""
    facts = facts_of("Prima: Primerak d.o.o.\n18000 Niš\n\nOpština Ub\nOpštinska uprava")
    assert facts["municipality"] == ["Ub"]
    assert facts.quote("municipality") == "Ub"


def test_seats_of_parties_to_a_contract_do_not_count(facts_of: FactsOf) -> None:
    """In a contract only a municipality that is a party counts; the address of a flat does not."""
    private = "UGOVOR O ZAKUPU\nZakupodavac Pera Primer, opština Ruma, 22400 Ruma"
    assert facts_of(private)["municipality"] == []
    assert facts_of("UGOVOR O RADOVIMA\nizmeđu: 1. Opština Ruma, kao naručilac")["municipality"] == ["Ruma"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Novi Sad", {"Novi Sad", "Novog Sada", "Novom Sadu"}),
        ("Bačka Topola", {"Bačka Topola", "Bačke Topole", "Bačkoj Topoli"}),
        ("Bela Palanka", {"Bela Palanka", "Bele Palanke", "Beloj Palanci"}),
        ("Gornji Milanovac", {"Gornji Milanovac", "Gornjeg Milanovca", "Gornjem Milanovcu"}),
        ("Sremski Karlovci", {"Sremski Karlovci", "Sremskih Karlovaca", "Sremskim Karlovcima"}),
        ("Petrovac na Mlavi", {"Petrovac na Mlavi", "Petrovca na Mlavi", "Petrovcu na Mlavi"}),
        ("Čačak", {"Čačak", "Čačka", "Čačku"}),
    ],
)
def test_declension(name: str, expected: set[str]) -> None:
    """Genitive and locative follow from the nominative."""
    assert forms(name) == expected


def test_gazetteer_names_are_unique() -> None:
    """A name that stood twice could not be told apart in a facet."""
    names = [place.name for place in municipalities()]
    assert len(names) == len(set(names))
