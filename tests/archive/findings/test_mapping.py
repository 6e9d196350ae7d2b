"""Numbers of municipalities as dots on a map."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from archive.archive import Archive
from archive.findings.files import load
from archive.findings.municipalities import COORDINATES, PointMap, area_map, dot_map
from benchmarks.build_map import is_inside
from tests.finding_samples import Told, add, contract, counted, price


def contracts(archive: Archive, *facts: list[Told]) -> None:
    for number, of_one in enumerate(facts):
        add(archive, f"c{number}", of_one)


def mapped(archive: Archive, name: str, column: str) -> PointMap | None:
    return dot_map(counted(archive, load(archive.home, name)), column)


def test_a_dot_is_a_municipality_with_its_number_and_rows(archive: Archive) -> None:
    contracts(
        archive,
        contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")),
        contract("Bor", "404-2/2021", "Alfa d.o.o.", price("50.00"), day="2021-02-03"),
        contract("Brus", "404-3/2020", "Alfa d.o.o.", price("10.00")),
        contract("Ada", "404-4/2020", "Alfa d.o.o.", price("10.00", currency="EUR")),
    )
    found = mapped(archive, "spending", "RSD·without")
    assert found is not None
    ((bor,), missing) = found.dots, found.missing
    assert (bor.municipality, bor.place, str(bor.number)) == ("Bor", COORDINATES["Bor"], "150.00")
    assert bor.keys == (("Bor", "2020"), ("Bor", "2021"))
    assert missing == ("Brus",)
    assert not found.is_of_unknown


def test_a_procedure_of_two_vendors_is_one(archive: Archive) -> None:
    first = contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00"))
    contracts(archive, first, contract("Bor", "404-1/2020", "Beta d.o.o.", price("70.00")))
    counts, sums = (mapped(archive, "vendors-by-municipality", column) for column in ("units", "RSD·without"))
    assert counts is not None
    assert sums is not None
    assert [str(dot.number) for dot in (*counts.dots, *sums.dots)] == ["1", "170.00"]


def test_what_has_no_place_is_told(archive: Archive) -> None:
    facts = [one for one in contract("Bor", "404-1/2020", "Alfa d.o.o.", price("1.00")) if one[0] != "municipality"]
    contracts(archive, facts)
    found = mapped(archive, "spending", "units")
    assert found is not None
    assert (found.dots, found.missing, found.is_of_unknown) == ((), (), True)


def test_rows_that_are_by_no_municipality_make_no_map(archive: Archive) -> None:
    assert mapped(archive, "vendors", "units") is None
    assert mapped(archive, "spending", "nothing") is None


def test_every_municipality_has_an_area_around_its_seat() -> None:
    map_ = area_map()
    assert map_.areas.keys() == COORDINATES.keys()
    outside = [
        name
        for name, ring in map_.areas.items()
        if not is_inside((COORDINATES[name].longitude, COORDINATES[name].latitude), [(x, y) for x, y in ring])
    ]
    assert outside == ["Mali Zvornik"], "on the Drina, which an outline of this scale has a little elsewhere"
    covered = sum(map(_area, map_.areas.values()))
    assert covered == pytest.approx(sum(map(_area, map_.outlines)), rel=0.002), "without gaps, and none twice"


def _area(ring: Sequence[Sequence[float]]) -> float:
    """The area of a ring, in square degrees."""
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2
