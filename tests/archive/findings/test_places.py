"""What is known of municipalities: where they lie and how many people live there, under the names of the gazetteer."""

from __future__ import annotations

import csv
from math import hypot
from pathlib import Path

import pytest

from archive.findings.municipalities import COORDINATES, POPULATION

GAZETTEER = Path(__file__).parents[3] / "indexer" / "gazetteer"


def named(country: str) -> set[str]:
    with (GAZETTEER / f"municipalities.{country}.csv").open(encoding="utf-8", newline="") as lines:
        return {row["name"] for row in csv.DictReader(lines)}


def test_every_municipality_has_a_place_but_the_two_that_are_told() -> None:
    assert (named("rs") | named("xk")) - COORDINATES.keys() == {"Brus", "Babušnica"}
    assert COORDINATES.keys() <= named("rs") | named("xk")
    assert POPULATION.keys() <= named("rs")


def test_every_place_lies_between_the_outermost_ones_of_the_country() -> None:
    for name, place in COORDINATES.items():
        assert 41.8 < place.latitude < 46.2, name
        assert 18.8 < place.longitude < 23.1, name


@pytest.mark.parametrize(
    ("name", "neighbour", "kilometres"),
    [
        ("Petrovac na Mlavi", "Kučevo", 35),
        ("Bački Petrovac", "Novi Sad", 25),
        ("Glogovac", "Priština", 35),
        ("Kosovska Kamenica", "Gnjilane", 30),
        ("Rača", "Kragujevac", 30),
        ("Palilula", "Beograd", 10),
        ("Bela Palanka", "Pirot", 35),
        ("Bačka Palanka", "Bač", 35),
    ],
)
def test_a_place_is_not_another_one_of_the_same_name(name: str, neighbour: str, kilometres: int) -> None:
    one, other = COORDINATES[name], COORDINATES[neighbour]
    apart = hypot((one.latitude - other.latitude) * 111, (one.longitude - other.longitude) * 79)
    assert apart < kilometres
