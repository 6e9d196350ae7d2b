"""Pictures of a finding: a matrix and a map. Each says what the table beside it says, and leads where that leads."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.contexts.common import Link


@dataclass(frozen=True, slots=True)
class Square:
    """A square of a matrix, in pixels; ``told`` names row, column and number."""

    x: float
    y: float
    side: float
    told: str
    url: str


@dataclass(frozen=True, slots=True)
class Text:
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
    rows: tuple[Text, ...]
    columns: tuple[Text, ...]
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
