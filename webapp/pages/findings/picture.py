"""The picture of a finding: a map, ranked bars, years or a matrix, each drawn here as shapes and words of an SVG.

A picture says what the table beside it says, and leads where that leads. Shades go from 1 to :data:`SHADES` with the
number; the style sheet colours them for light and dark, the fill in the drawing is for those who take it along.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from archive.findings.joined import own_columns
from archive.findings.table import UNITS, Column, Table, TableRow
from webapp.languages.translation import gettext, number, said
from webapp.pages.findings.wording import row_heads, shown_number
from webapp.pages.parts import Link
from webapp.state import FindingState

SHADES = 5
FILLS = {
    "1": "#d3e3ea",
    "2": "#9cc3d3",
    "3": "#5e9bb4",
    "4": "#2f7391",
    "5": "#0d4a66",
    "zero": "#e6eef1",
    "unknown": "#cfc9bd",
    "none": "#ffffff",
    "lost": "#b3aca0",
    "missing": "#ffffff",
    "paper": "#ffffff",
}
"""Colours by shade, where a number is 0, where it is unknown, of a place of which no paper is, of what others won,
of a paper that is missing, and of the ground behind words."""

STROKES = {"missing": "#5b6166"}
"""Colours of the lines around shapes that have one."""

WIDTH = 420
LETTER, BOLD = 0.57, 0.68
"""Width of a letter, plain and bold, of the size of its font."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A filled outline. ``told`` says what it is, ``url`` leads to what makes its number."""

    path: str
    shade: str
    told: str = ""
    url: str | None = None

    @property
    def fill(self) -> str:
        """Its colour by day."""
        return FILLS[self.shade]

    @property
    def stroke(self) -> str:
        """The colour of the line around it by day; empty, if it has none."""
        return STROKES.get(self.shade, "")


@dataclass(frozen=True, slots=True)
class PictureText:
    """Words of a picture, at the pixel where they begin, end or have their middle (``anchor``); ``kind`` is a class of
    the style sheet, ``turn`` the degrees by which they are turned, ``room`` the pixels that they may take."""

    text: str
    x: float
    y: float
    anchor: str = "start"
    kind: str = "name"
    size: int = 13
    turn: int = 0
    room: float | None = None

    @property
    def drawn(self) -> str:
        """As much of them as there is room for."""
        return self.text if self.room is None else short(self.text, self.room, self.size)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture. ``kind`` is a class of the style sheet. ``told`` says in words what it shows, ``note`` what it leaves
    out; ``lines`` are outlines without fill; ``is_wide`` asks for its own width, however narrow the window."""

    kind: str
    width: int
    height: int
    title: str
    told: str
    note: str
    shapes: tuple[Shape, ...]
    texts: tuple[PictureText, ...]
    lines: tuple[str, ...] = ()
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a picture is drawn of: rows of a table, by the numbers of one column."""

    table: Table
    rows: Sequence[TableRow]
    column: Column
    state: FindingState

    def number(self, row: TableRow) -> Decimal:
        """Return the number of a row that is drawn; 0 where it is unknown."""
        return row.cells[self.table.columns.index(self.column)].number or Decimal()

    def name(self, row: TableRow) -> str:
        """Return what a row is of."""
        return " · ".join(row_heads(row, self.table.definition))

    def url(self, row: TableRow) -> str:
        """Return what makes the number of a row."""
        return self.state.cell_url(row, self.column)

    @property
    def title(self) -> str:
        """What is drawn."""
        return f"{said(self.table.definition.title)}: {said(self.column.label)}"


@dataclass(frozen=True, slots=True)
class PictureChoice:
    """The picture of a page, with links to the other kinds and to the other columns; ``file`` is the picture as SVG."""

    picture: Picture
    kinds: tuple[Link, ...]
    columns: tuple[Link, ...]
    file: Link


def drawable(table: Table) -> list[Column]:
    """Return the columns that can be drawn: the units, and those of the finding itself."""
    return [column for column in table.columns if column.id == UNITS] + own_columns(table)


def drawn_column(table: Table, state: FindingState) -> Column | None:
    """Return the column that is drawn: the one asked for, else that of the definition, else the one of the finding
    itself in which most rows have a number, if it has any."""
    columns = {column.id: column for column in table.columns}
    named = (columns[id_] for id_ in (state.sort, table.definition.draw) if id_ in columns)

    def filled(column: Column) -> int:
        return sum(bool(row.cells[table.columns.index(column)].number) for row in table.rows)

    return next(named, None) or max(own_columns(table), key=filled, default=None)


def path_of(ring: Iterable[tuple[float, float]]) -> str:
    """Return an outline as SVG has it, in few letters: from place to place, without the 0 before a point."""
    places = [(round(x, 1), round(y, 1)) for x, y in ring]
    steps = (f"{x - left:.4g} {y - top:.4g}" for (left, top), (x, y) in pairwise(places))
    path = f"M{places[0][0]:g} {places[0][1]:g}l{' '.join(steps)}z"
    return re.sub(r"(?<!\d)0\.", ".", path).replace(" -", "-")


def box(x: float, y: float, width: float, height: float) -> str:
    """Return a rectangle as SVG has it."""
    return f"M{x:g} {y:g}h{width:g}v{height:g}h{-width:g}Z"


def dot(x: float, y: float, radius: float) -> str:
    """Return a circle as SVG has it."""
    half = f"a{radius:g} {radius:g} 0 1 0 "
    return f"M{x - radius:g} {y:g}{half}{2 * radius:g} 0{half}{-2 * radius:g} 0Z"


def short(text: str, pixels: float, size: int = 13) -> str:
    """Return as much of a text as there is room for."""
    most = max(3, int(pixels / (LETTER * size)))
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


@dataclass(frozen=True, slots=True)
class Scale:
    """Shades of numbers: ``limits`` has the largest number of each shade."""

    limits: tuple[Decimal, ...]

    @classmethod
    def of(cls, numbers: Iterable[Decimal]) -> Scale:
        """Return a scale with about as many of these numbers in every shade."""
        values = sorted(set(numbers))
        if len(values) <= SHADES:
            return cls(tuple(values))
        return cls(tuple(dict.fromkeys(values[(at + 1) * len(values) // SHADES - 1] for at in range(SHADES))))

    def shade(self, value: Decimal) -> str:
        """Return the shade of a number above 0."""
        place = next(at for at, limit in enumerate(self.limits) if value <= limit)
        # With few shades, the darkest are taken, as they are seen best.
        return str(SHADES - len(self.limits) + place + 1)

    def legend(self, values: Iterable[Decimal]) -> list[tuple[str, str]]:
        """Return the shades with the numbers that have them."""
        of_shade: dict[str, list[Decimal]] = {}
        for value in sorted(values):
            of_shade.setdefault(self.shade(value), []).append(value)
        return [
            (shade, shown_number(of[0]) if of[0] == of[-1] else f"{shown_number(of[0])}–{shown_number(of[-1])}")
            for shade, of in of_shade.items()
        ]


def summary(drawing: Drawing, rows: Sequence[TableRow]) -> str:
    """Return the largest numbers of a picture in words, for those who do not see it."""
    ranked = sorted(rows, key=lambda row: -drawing.number(row))[:3]
    listed = "; ".join(f"{drawing.name(row)}: {shown_number(drawing.number(row))}" for row in ranked)
    return gettext("Largest: %(listed)s.", listed=listed) if listed else ""


def left_out(count: int, of: int) -> str:
    """Return that only the largest are drawn."""
    if count == of:
        return ""
    return gettext("The %(some)s largest of %(all)s are drawn; the table has all.", some=number(count), all=number(of))


Drawn = Callable[[Drawing], Picture | None]
"""What draws one kind of picture; None where there is nothing to draw so."""
