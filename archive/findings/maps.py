"""A column of a finding as dots on a map: one for each municipality, and what cannot be shown there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from archive.findings.definition import Measure
from archive.findings.municipalities import COORDINATES, Coordinates
from archive.findings.table import Cell, Table


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A municipality with its number. ``keys`` are the rows that it comes from, to be linked."""

    municipality: str
    place: Coordinates
    number: Decimal
    keys: tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True, slots=True)
class PointMap:
    """``missing`` are municipalities with a number and unknown coordinates; ``is_of_unknown``: some numbers have no
    municipality."""

    dots: tuple[MapPoint, ...]
    missing: tuple[str, ...]
    is_of_unknown: bool


def dot_map(table: Table, column: str) -> PointMap | None:
    """Return the map of a column; None if rows are not by municipality, the column does not exist, or its numbers
    cannot be combined, like medians.

    A unit in several rows of a municipality counts once.
    """
    definition, at = table.definition, table.place_of(column)
    if at is None or "municipality" not in definition.group:
        return None
    is_apart = table.columns[at].is_sum and definition.facts.measure is Measure.RANGE
    if is_apart and len(definition.group) > 1:
        return None
    place_in_key = definition.group.index("municipality")
    rows: dict[str | None, list[tuple[tuple[str | None, ...], Cell]]] = {}
    for row in table.rows:
        if row.cells[at].number:
            rows.setdefault(row.key[place_in_key], []).append((row.key, row.cells[at]))
    dots = []
    for name, cells in rows.items():
        if name is not None and name in COORDINATES:
            number = _together([cell for _, cell in cells], is_sum=table.columns[at].is_sum)
            dots.append(MapPoint(name, COORDINATES[name], number, tuple(key for key, _ in cells)))
    missing = tuple(sorted(name for name in rows if name is not None and name not in COORDINATES))
    return PointMap(tuple(dots), missing, None in rows)


def _together(cells: Sequence[Cell], *, is_sum: bool) -> Decimal:
    if is_sum or len(cells) == 1:
        return sum((cell.number for cell in cells if cell.number is not None), Decimal())
    return Decimal(len({proof.unit for cell in cells for proof in cell.proofs}))
