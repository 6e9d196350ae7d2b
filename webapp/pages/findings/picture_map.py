"""A map of Serbia with municipalities shaded by a number; their areas are the Voronoi cells of their seats."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from archive.findings.definition import PictureKind
from archive.findings.municipalities import Coordinates, MapPoint, area_map, dot_map
from webapp.languages.translation import gettext, marked, plural
from webapp.pages.findings.picture import (
    BOLD,
    Drawing,
    Picture,
    PictureText,
    Scale,
    Shape,
    box,
    path_of,
)
from webapp.pages.findings.table import is_known
from webapp.pages.findings.wording import group_value, shown_number

_WIDTH, _MARGIN, _SIZE = 400, 6, 13
_LEGEND = 22
"""Height of a line of the legend in pixels."""

_NEUTRAL = {
    "zero": marked("0"),
    "unknown": marked("not known"),
    "none": marked("no paper of it"),
}

Put = Callable[[float, float], tuple[float, float]]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class MapNumber:
    """A municipality with its positive number and a link."""

    municipality: str
    place: Coordinates
    number: Decimal
    url: str

    @property
    def told(self) -> str:
        """The name with the number."""
        return f"{group_value('municipality', self.municipality)}: {shown_number(self.number)}"


Neutral = Callable[[str], str | None]
"""A function that returns the shade of a municipality without a positive number, None if it is not drawn.

The shade is that of zero, of unknown, or of no documents.
"""


def draw_map(drawing: Drawing) -> Picture | None:
    """Return the map of a column, None if rows are not grouped by municipality or none has coordinates."""
    found = dot_map(drawing.table, drawing.column.id)
    if found is None or not found.dots:
        return None
    numbers = [MapNumber(dot.municipality, dot.place, dot.number, _url(dot, drawing)) for dot in found.dots]
    lost = [*(group_value("municipality", name) for name in found.missing)]
    lost += [gettext("Unknown")] if found.is_of_unknown else []
    return map_of(drawing.title, numbers, lambda name: _neutral(name, drawing), lost)


def map_of(title: str, numbers: Sequence[MapNumber], neutral: Neutral, lost: Sequence[str]) -> Picture:
    """Return the map of these numbers; ``lost`` are the names that it cannot show."""
    base = _base_map()
    bottom, put = base.bottom, base.put
    by_name = {one.municipality: one for one in numbers}
    in_order = sorted(numbers, key=lambda one: -one.number)
    scale = Scale.of(one.number for one in numbers)
    shapes = []
    for name, outline in base.areas.items():
        one = by_name.get(name)
        if one is not None:
            shapes.append(Shape(outline, scale.shade(one.number), one.told, one.url))
        elif shade := neutral(name):
            told = group_value("municipality", name)
            shapes.append(Shape(outline, shade, told if shade == "none" else f"{told}: {gettext(_NEUTRAL[shade])}"))
    labels, unnamed = _labels(in_order, put)
    legend = scale.legend(one.number for one in numbers)
    legend += [(shade, gettext(_NEUTRAL[shade])) for shade in _NEUTRAL if any(one.shade == shade for one in shapes)]
    swatches, words = _legend(legend, bottom)
    listed = "; ".join(one.told for one in in_order[:3])
    notes = [
        gettext("The area of a municipality is what lies nearest to its seat; boundaries are not drawn."),
        gettext("Not on the map: %(names)s.", names=", ".join(lost)) if lost else "",
        plural("%(count)s name found no room.", "%(count)s names found no room.", unnamed) if unnamed else "",
        gettext("Outline: Natural Earth. Seats: GeoNames, CC BY 4.0."),
    ]
    return Picture(
        kind=PictureKind.MAP,
        width=_WIDTH,
        height=round(bottom + _LEGEND * (1 + (len(legend) - 1) // 3) + 4),
        title=title,
        told=gettext("Largest: %(listed)s.", listed=listed) if listed else "",
        note=" ".join(filter(None, notes)),
        shapes=(*shapes, *swatches),
        texts=(*labels, *words),
        lines=base.outlines,
    )


def _url(dot: MapPoint, drawing: Drawing) -> str:
    """Return the URL of what makes the number of a municipality; if it has several rows, of these rows."""
    row = drawing.table.row(dot.keys[0])
    is_one = row is not None and len(dot.keys) == 1
    return drawing.url(row) if row and is_one else drawing.state.showing_only(dot.municipality).url


def _neutral(name: str, drawing: Drawing) -> str:
    at = drawing.table.definition.group.index("municipality")
    rows = [row for row in drawing.table.rows if row.key[at] == name]
    if not rows:
        return "none"
    return "zero" if any(is_known(row, drawing.table) for row in rows) else "unknown"


def _labels(numbers: Sequence[MapNumber], put: Put) -> tuple[list[PictureText], int]:
    """Return the labels that fit on the map, and the number of those that do not."""
    placed: list[Box] = []
    labels = []
    for one in numbers:
        x, y = put(one.place.longitude, one.place.latitude)
        text = f"{group_value('municipality', one.municipality)} {shown_number(one.number)}"
        width = BOLD * _SIZE * len(text)
        for left, base in _positions(x, y, width):
            box_ = left, base - _SIZE, left + width, base + 3
            if left >= 0 and left + width <= _WIDTH and not any(_overlap(box_, other) for other in placed):
                placed.append(box_)
                labels.append(PictureText(text, round(left, 1), round(base, 1), kind="place", size=_SIZE))
                break
    return labels, len(numbers) - len(labels)


def _positions(x: float, y: float, width: float) -> Iterator[tuple[float, float]]:
    """Yield possible positions of a label around its place: right, left, above, below, centred."""
    yield x + 8, y + 4
    yield x - width - 8, y + 4
    yield x - width / 2, y - 9
    yield x - width / 2, y + 20
    yield x - width / 2, y + 4


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _legend(entries: Sequence[tuple[str, str]], top: float) -> tuple[list[Shape], list[PictureText]]:
    """Return the swatches of the legend with their numbers, three per line."""
    shapes, texts = [], []
    for at, (shade, label) in enumerate(entries):
        x, y = _MARGIN + (at % 3) * 134, top + 8 + (at // 3) * _LEGEND
        shapes.append(Shape(box(x, y, 14, 12), shade))
        texts.append(PictureText(label, x + 20, y + 11, kind="legend", size=12))
    return shapes, texts


@dataclass(frozen=True, slots=True)
class _BaseMap:
    """The constant parts of a map: SVG outlines and areas, its ``bottom``, and the projection of coordinates."""

    outlines: tuple[str, ...]
    areas: Mapping[str, str]
    bottom: float
    put: Put


@cache
def _base_map() -> _BaseMap:
    """Return the base map in an equirectangular projection, true to scale at the middle latitude."""
    map_ = area_map()
    places = [place for ring in map_.outlines for place in ring]
    west, east = min(x for x, _ in places), max(x for x, _ in places)
    south, north = min(y for _, y in places), max(y for _, y in places)
    squeezed = math.cos(math.radians((south + north) / 2))
    scale = (_WIDTH - 2 * _MARGIN) / ((east - west) * squeezed)

    def put(longitude: float, latitude: float) -> tuple[float, float]:
        x, y = (longitude - west) * squeezed * scale, (north - latitude) * scale
        return round(_MARGIN + x, 1), round(_MARGIN + y, 1)

    return _BaseMap(
        outlines=tuple(path_of(put(x, y) for x, y in ring) for ring in map_.outlines),
        areas={name: path_of(put(x, y) for x, y in ring) for name, ring in map_.areas.items()},
        bottom=(north - south) * scale + 2 * _MARGIN,
        put=put,
    )
