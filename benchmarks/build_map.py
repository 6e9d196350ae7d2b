"""Build ``archive/findings/map.json``: the outline of Serbia with Kosovo, and the area of each municipality on it.

Usage: ``npm pack world-atlas && tar xzf world-atlas-*.tgz``, then ``python -m benchmarks.build_map
package/countries-10m.json``. The outline is Natural Earth's (1:10m, public domain) as the package has it. No boundaries
of municipalities are free to use, so the area of one is what lies nearer to its seat than to any other seat, within the
outline that its seat is in.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from archive.findings.municipalities import COORDINATES, MAP_FILE

COUNTRIES = ("Serbia", "Kosovo")
MIDDLE = math.cos(math.radians(44))
"""Length of a degree of longitude at this latitude, relative to one of latitude."""

Place = tuple[float, float]
"""Longitude and latitude, in degrees."""


def outline(atlas: dict[str, Any], name: str) -> list[Place]:
    """Return the outer ring of a country."""
    scale, move = atlas["transform"]["scale"], atlas["transform"]["translate"]
    (country,) = [one for one in atlas["objects"]["countries"]["geometries"] if one["properties"]["name"] == name]
    ring: list[Place] = []
    for arc in country["arcs"][0]:
        x = y = 0
        points = []
        for dx, dy in atlas["arcs"][arc if arc >= 0 else ~arc]:
            x, y = x + dx, y + dy
            points.append((x * scale[0] + move[0], y * scale[1] + move[1]))
        ring += points[1:] if arc >= 0 else points[-2::-1]
    return ring


def is_inside(place: Place, ring: Sequence[Place]) -> bool:
    """Return whether a point is inside a ring."""
    x, y = place
    crossings = (
        (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0
        for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True)
    )
    return sum(crossings) % 2 == 1


def nearer(ring: Sequence[Place], seat: Place, other: Place) -> list[Place]:
    """Return the part of a ring that is nearer to one seat than to another."""

    def side(place: Place) -> float:
        return _distance(place, other) - _distance(place, seat)

    kept: list[Place] = []
    for one, next_one in zip(ring, [*ring[1:], ring[0]], strict=True):
        here, there = side(one), side(next_one)
        if here >= 0:
            kept.append(one)
        if (here > 0 > there) or (here < 0 < there):
            share = here / (here - there)
            kept.append((one[0] + share * (next_one[0] - one[0]), one[1] + share * (next_one[1] - one[1])))
    return kept


def _distance(one: Place, other: Place) -> float:
    return ((one[0] - other[0]) * MIDDLE) ** 2 + (one[1] - other[1]) ** 2


def build(atlas: dict[str, Any]) -> dict[str, Any]:
    """Return the map: outlines, and the area of each municipality by its name."""
    rings = {name: outline(atlas, name) for name in COUNTRIES}
    seats = {name: (at.longitude, at.latitude) for name, at in COORDINATES.items()}
    # Mali Zvornik is on the Drina, which puts it outside of an outline of this scale.
    homes = {
        name: next((one for one, ring in rings.items() if is_inside(seat, ring)), "Serbia")
        for name, seat in seats.items()
    }
    areas = {}
    for name, seat in seats.items():
        area: list[Place] = list(rings[homes[name]])
        neighbours = [other for one, other in seats.items() if homes[one] == homes[name] and one != name]
        for other in sorted(neighbours, key=lambda other: _distance(seat, other)):
            area = nearer(area, seat, other)
        areas[name] = _rounded(area)
    return {
        "source": "Outline: Natural Earth 1:10m (public domain), from world-atlas 2.0.2 (ISC, Michael Bostock). "
        "Seats: GeoNames, CC BY 4.0. Areas: what lies nearest to each seat, by benchmarks/build_map.py.",
        "outlines": [_rounded(ring) for ring in rings.values()],
        "areas": dict(sorted(areas.items())),
    }


def _rounded(ring: Sequence[Place]) -> list[list[float]]:
    rounded = [[round(x, 3), round(y, 3)] for x, y in ring]
    return [one for at, one in enumerate(rounded) if one != rounded[at - 1]]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("atlas", type=Path)
    made = build(json.loads(parser.parse_args().atlas.read_text("utf-8")))
    MAP_FILE.write_text(f"{json.dumps(made, ensure_ascii=False, separators=(',', ':'))}\n", "utf-8")
