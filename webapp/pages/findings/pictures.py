"""Pictures of a finding: a matrix and a map. Each says what the table beside it says, and leads where that leads."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from archive.findings.counting import row_order
from archive.findings.municipalities import COORDINATES, COORDINATES_SOURCE, Coordinates, MapPoint, dot_map
from archive.findings.table import ABSENT, DOCUMENTS, UNCLEAR, UNITS, Column, Table, TableRow
from webapp.languages.translation import gettext, said
from webapp.pages.parts import Link
from webapp.state import FindingState


@dataclass(frozen=True, slots=True)
class Square:
    """A square of a matrix, in pixels; ``told`` names row, column and number."""

    x: float
    y: float
    side: float
    told: str
    url: str


@dataclass(frozen=True, slots=True)
class PictureText:
    """A word of a picture, and the pixel at which it begins, or ends."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Matrix:
    """Numbers by two things, each a square whose area is its share of the largest of its column, or of all.

    ``left_out`` says what is in the table and not here.
    """

    width: int
    height: int
    rows: tuple[PictureText, ...]
    columns: tuple[PictureText, ...]
    squares: tuple[Square, ...]
    told: str
    left_out: str | None


@dataclass(frozen=True, slots=True)
class Dot:
    """A municipality on the map; ``radius`` is in pixels."""

    x: float
    y: float
    radius: float
    told: str
    url: str


@dataclass(frozen=True, slots=True)
class DotMap:
    """Municipalities where they are, those with a number as dots whose area is their share of the largest.

    ``others`` are the places of those without one; ``nowhere`` are rows that have no place.
    """

    width: int
    height: int
    others: tuple[tuple[float, float], ...]
    dots: tuple[Dot, ...]
    told: str
    nowhere: str | None


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is drawn of a finding, by the numbers of one column; ``choices`` draw those of another."""

    matrix: Matrix | None
    map: DotMap | None
    choices: tuple[Link, ...]


MOST_ROWS, MOST_COLUMNS = 40, 20
"""Rows and columns of a matrix that are drawn: those with the largest numbers."""

_CELL, _GAP, _LEFT, _TOP, _RIGHT = 22, 3, 190, 110, 90
_LEAST = 3.0
"""Pixels, of which all but a head is a side of a square; one of the least side is still seen."""

_LONGEST = 26
"""Letters of a head that are drawn."""

_APART = (ABSENT, UNCLEAR, DOCUMENTS)

Heads = Callable[[TableRow], tuple[str, ...]]
"""What a row is of, in words."""

Spoken = Callable[[Decimal | None], str]
"""A number in words."""


def pictures(table: Table, rows: Sequence[TableRow], state: FindingState, heads: Heads, number: Spoken) -> Pictures:
    """What is drawn of ``rows`` of a table, by the column they are sorted by, or else by the one of its own in which
    most rows have a number."""
    columns = [column for column in table.columns if column.id not in _APART]
    if not rows or not columns:
        return Pictures(None, None, ())
    own = [column for column in columns if column.id != UNITS] or columns
    fullest = max(own, key=lambda column: sum(_number(row, table.columns.index(column)) > 0 for row in rows))
    drawn = next((column for column in columns if column.id == state.sort), fullest)
    drawer = _Drawer(table, sorted(rows, key=table.rows.index), state, heads, number)
    by = len(table.definition.group)
    matrix = drawer.by_two(drawn) if by == 2 else drawer.by_column(own) if by == 1 else None
    links = tuple(Link(said(one.label), f"{state.sorted_by(one.id).url}#pictures", one is drawn) for one in columns)
    return Pictures(matrix, present_map(table, drawn, state, number), links if len(columns) > 1 else ())


@dataclass(frozen=True, slots=True)
class _Drawer:
    """Draws the matrix of a table. ``rows`` stand in the order of the table."""

    table: Table
    rows: Sequence[TableRow]
    state: FindingState
    heads: Heads
    number: Spoken

    def by_two(self, drawn: Column) -> Matrix | None:
        """A finding that is grouped by two things: one of them down, the other across."""
        place = self.table.columns.index(drawn)
        down, across = self._largest(0, place, MOST_ROWS), self._largest(1, place, MOST_COLUMNS)
        most = max(_number(row, place) for row in self.rows)
        squares = [
            self._square(list(across).index(row.key[1]), list(down).index(row.key[0]), row, drawn, most)
            for row in self.rows
            if row.key[0] in down and row.key[1] in across and _number(row, place) > 0
        ]
        is_cut = any(len({row.key[at] for row in self.rows}) > len(kept) for at, kept in enumerate((down, across)))
        told = gettext("The area of a square is its number: %(column)s.", column=said(drawn.label))
        return _matrix(list(down.values()), list(across.values()), squares, told, is_cut=is_cut)

    def by_column(self, own: Sequence[Column]) -> Matrix | None:
        """A finding that is grouped by one thing: that down, its own columns across, each measured by itself."""
        columns = [(column, self.table.columns.index(column)) for column in own[:MOST_COLUMNS]]
        ranked = sorted(self.rows, key=lambda row: -max(_number(row, place) for _, place in columns))
        kept = [row for row in self.rows if row in ranked[:MOST_ROWS]]
        squares = []
        for across, (column, place) in enumerate(columns):
            most = max(_number(row, place) for row in kept)
            squares += [
                self._square(across, down, row, column, most)
                for down, row in enumerate(kept)
                if _number(row, place) > 0
            ]
        heads = [self.heads(row)[0] for row in kept], [said(column.label) for column, _ in columns]
        told = gettext("The area of a square is its number, beside the largest one of its column.")
        return _matrix(*heads, squares, told, is_cut=len(kept) < len(self.rows))

    def _square(self, across: int, down: int, row: TableRow, column: Column, most: Decimal) -> Square:
        number = row.cells[self.table.columns.index(column)].number
        side = max(_LEAST, (_CELL - _GAP) * math.sqrt((number or 0) / most))
        x, y = (start + _CELL * (at + 0.5) - side / 2 for start, at in ((_LEFT, across), (_TOP, down)))
        told = f"{' · '.join((*self.heads(row), said(column.label)))}: {self.number(number)}"
        return Square(round(x, 1), round(y, 1), round(side, 1), told, self.state.cell_url(row, column))

    def _largest(self, group: int, place: int, most: int) -> dict[str | None, str]:
        """The values of a group with the largest numbers and what they are called, in the order of the alphabet."""
        sums: dict[str | None, Decimal] = {}
        names: dict[str | None, str] = {}
        for row in self.rows:
            sums[row.key[group]] = sums.get(row.key[group], Decimal()) + _number(row, place)
            names[row.key[group]] = self.heads(row)[group]
        kept = sorted(sums, key=lambda value: -sums[value])[:most]
        return {value: names[value] for value in sorted(kept, key=lambda value: row_order((value,)))}


def _matrix(
    down: Sequence[str], across: Sequence[str], squares: Sequence[Square], told: str, *, is_cut: bool
) -> Matrix | None:
    if not squares:
        return None
    return Matrix(
        width=_LEFT + _CELL * len(across) + _RIGHT,
        height=_TOP + _CELL * len(down) + _GAP,
        rows=tuple(PictureText(_short(head), _LEFT - 6, _TOP + _CELL * (at + 0.7)) for at, head in enumerate(down)),
        columns=tuple(
            PictureText(_short(head), _LEFT + _CELL * (at + 0.6), _TOP - 6) for at, head in enumerate(across)
        ),
        squares=tuple(squares),
        told=told,
        left_out=gettext("The largest ones are drawn; the table has all.") if is_cut else None,
    )


def _number(row: TableRow, place: int) -> Decimal:
    return row.cells[place].number or Decimal()


def _short(head: str) -> str:
    return head if len(head) <= _LONGEST else head[: _LONGEST - 1].rstrip() + "…"


_WIDTH, _MARGIN, _LARGEST, _LEAST_RADIUS = 320, 16, 14, 2.5


def present_map(
    table: Table, drawn: Column, state: FindingState, number: Callable[[Decimal | None], str]
) -> DotMap | None:
    """The map of a column; None where rows are not by municipality, or none of them has a place."""
    found = dot_map(table, drawn.id)
    if found is None or not found.dots:
        return None
    height, put = _projection()
    most = max(dot.number for dot in found.dots)
    dots = []
    for dot in sorted(found.dots, key=lambda dot: -dot.number):  # A small dot lies upon a large one.
        radius = max(_LEAST_RADIUS, _LARGEST * math.sqrt(dot.number / most))
        told = f"{dot.municipality}: {number(dot.number)}"
        dots.append(Dot(*put(dot.place), round(radius, 1), told, _url(dot, table, drawn, state)))
    shown = {dot.municipality for dot in found.dots}
    lost = [*found.missing, *([gettext("Unknown")] if found.is_of_unknown else [])]
    told = gettext("The area of a dot is its number: %(column)s.", column=said(drawn.label))
    # Not within the braces of an f-string: there, a text is not found for the catalogs.
    source = gettext("Places: %(source)s.", source=COORDINATES_SOURCE)
    return DotMap(
        width=_WIDTH,
        height=height,
        others=tuple(put(place) for name, place in COORDINATES.items() if name not in shown),
        dots=tuple(dots),
        told=f"{told} {source}",
        nowhere=gettext("Not on the map: %(names)s.", names=", ".join(lost)) if lost else None,
    )


def _url(dot: MapPoint, table: Table, drawn: Column, state: FindingState) -> str:
    """What makes the number of a dot; of several rows, the rows."""
    row = table.row(dot.keys[0])
    return state.cell_url(row, drawn) if row and len(dot.keys) == 1 else state.showing_only(dot.municipality).url


def _projection() -> tuple[int, Callable[[Coordinates], tuple[float, float]]]:
    """The height of the map, and where a place is on it. Degrees are straight lines, and as long as at its middle."""
    places = COORDINATES.values()
    south, north = min(place.latitude for place in places), max(place.latitude for place in places)
    west, east = min(place.longitude for place in places), max(place.longitude for place in places)
    squeezed = math.cos(math.radians((south + north) / 2))
    scale = (_WIDTH - 2 * _MARGIN) / ((east - west) * squeezed)

    def put(place: Coordinates) -> tuple[float, float]:
        x, y = (place.longitude - west) * squeezed * scale, (north - place.latitude) * scale
        return round(_MARGIN + x, 1), round(_MARGIN + y, 1)

    return round((north - south) * scale) + 2 * _MARGIN, put
