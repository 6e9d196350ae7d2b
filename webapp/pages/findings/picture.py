"""Charts of a finding: a map, ranked bars, a timeline or a matrix, drawn as SVG shapes and texts.

A chart shows the same numbers as the table beside it, with the same links. Shades go from 1 to :data:`SHADES` with the
number; the style sheet colours them for light and dark mode, the ``fill`` attributes are for exported files.
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
"""Colours by shade, and of zero, unknown, no document, won by others, missing, and the background of text."""

STROKES = {"missing": "#5b6166"}
"""Colours of outlines, for shades that have one."""

WIDTH = 420
LETTER, BOLD = 0.57, 0.68
"""Average width of a letter in regular and bold type, relative to the font size."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A filled outline. ``told`` is its title, ``url`` links to what makes its number."""

    path: str
    shade: str
    told: str = ""
    url: str | None = None

    @property
    def fill(self) -> str:
        """The colour in light mode."""
        return FILLS[self.shade]

    @property
    def stroke(self) -> str:
        """The colour of the outline in light mode; empty without one."""
        return STROKES.get(self.shade, "")


@dataclass(frozen=True, slots=True)
class PictureText:
    """Text in a chart.

    ``x`` and ``y`` are the pixel of its start, middle or end (``anchor``); ``kind`` is a CSS class, ``turn`` the
    rotation in degrees, ``room`` the maximum width in pixels.
    """

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
        """The text, shortened to fit."""
        return self.text if self.room is None else short(self.text, self.room, self.size)


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart.

    ``kind`` is a CSS class. ``told`` is a text alternative, ``note`` says what is omitted; ``lines`` are outlines
    without fill; ``is_wide`` keeps its width in a narrow window.
    """

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
    """The data of a chart: rows of a table with the numbers of one column."""

    table: Table
    rows: Sequence[TableRow]
    column: Column
    state: FindingState

    def number(self, row: TableRow) -> Decimal:
        """Return the number of a row, 0 if it is unknown."""
        return row.cells[self.table.columns.index(self.column)].number or Decimal()

    def name(self, row: TableRow) -> str:
        """Return the label of a row."""
        return " · ".join(row_heads(row, self.table.definition))

    def url(self, row: TableRow) -> str:
        """Return the URL of what makes the number of a row."""
        return self.state.cell_url(row, self.column)

    @property
    def title(self) -> str:
        """The title of the chart."""
        return f"{said(self.table.definition.title)}: {said(self.column.label)}"


@dataclass(frozen=True, slots=True)
class PictureChoice:
    """The chart of a page, with links to other kinds and columns; ``file`` links to it as SVG."""

    picture: Picture
    kinds: tuple[Link, ...]
    columns: tuple[Link, ...]
    file: Link


def drawable(table: Table) -> list[Column]:
    """Return the columns that can be drawn: the units, and the finding's own columns."""
    return [column for column in table.columns if column.id == UNITS] + own_columns(table)


def drawn_column(table: Table, state: FindingState) -> Column | None:
    """Return the column to draw, None if there is none.

    It is the one requested, else that of the definition, else the own column with the most numbers.
    """
    columns = {column.id: column for column in table.columns}
    named = (columns[id_] for id_ in (state.sort, table.definition.draw) if id_ in columns)

    def filled(column: Column) -> int:
        return sum(bool(row.cells[table.columns.index(column)].number) for row in table.rows)

    return next(named, None) or max(own_columns(table), key=filled, default=None)


def path_of(ring: Iterable[tuple[float, float]]) -> str:
    """Return an outline as a compact SVG path, with relative coordinates."""
    places = [(round(x, 1), round(y, 1)) for x, y in ring]
    steps = (f"{x - left:.4g} {y - top:.4g}" for (left, top), (x, y) in pairwise(places))
    path = f"M{places[0][0]:g} {places[0][1]:g}l{' '.join(steps)}z"
    return re.sub(r"(?<!\d)0\.", ".", path).replace(" -", "-")


def box(x: float, y: float, width: float, height: float) -> str:
    """Return a rectangle as an SVG path."""
    return f"M{x:g} {y:g}h{width:g}v{height:g}h{-width:g}Z"


def dot(x: float, y: float, radius: float) -> str:
    """Return a circle as an SVG path."""
    half = f"a{radius:g} {radius:g} 0 1 0 "
    return f"M{x - radius:g} {y:g}{half}{2 * radius:g} 0{half}{-2 * radius:g} 0Z"


def short(text: str, pixels: float, size: int = 13) -> str:
    """Return a text, shortened to fit into ``pixels``."""
    most = max(3, int(pixels / (LETTER * size)))
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale of shades; ``limits`` has the largest number of each."""

    limits: tuple[Decimal, ...]

    @classmethod
    def of(cls, numbers: Iterable[Decimal]) -> Scale:
        """Return a scale with about the same number of values in every shade."""
        values = sorted(set(numbers))
        if len(values) <= SHADES:
            return cls(tuple(values))
        return cls(tuple(dict.fromkeys(values[(at + 1) * len(values) // SHADES - 1] for at in range(SHADES))))

    def shade(self, value: Decimal) -> str:
        """Return the shade of a number above 0."""
        place = next(at for at, limit in enumerate(self.limits) if value <= limit)
        # With few shades, use the darkest, which are the most visible.
        return str(SHADES - len(self.limits) + place + 1)

    def legend(self, values: Iterable[Decimal]) -> list[tuple[str, str]]:
        """Return the shades in use, each with its range of numbers."""
        of_shade: dict[str, list[Decimal]] = {}
        for value in sorted(values):
            of_shade.setdefault(self.shade(value), []).append(value)
        return [
            (shade, shown_number(of[0]) if of[0] == of[-1] else f"{shown_number(of[0])}–{shown_number(of[-1])}")
            for shade, of in of_shade.items()
        ]


def summary(drawing: Drawing, rows: Sequence[TableRow]) -> str:
    """Return the largest numbers of a chart as text, for screen readers."""
    ranked = sorted(rows, key=lambda row: -drawing.number(row))[:3]
    listed = "; ".join(f"{drawing.name(row)}: {shown_number(drawing.number(row))}" for row in ranked)
    return gettext("Largest: %(listed)s.", listed=listed) if listed else ""


def left_out(count: int, of: int) -> str:
    """Return a note if only the largest numbers are drawn, else ""."""
    if count == of:
        return ""
    return gettext("The %(some)s largest of %(all)s are drawn; the table has all.", some=number(count), all=number(of))


Drawn = Callable[[Drawing], Picture | None]
"""A function that draws one kind of chart; it returns None if it does not apply."""
