"""The map of a finding: municipalities where they are, as dots. No tiles of anybody's, so nobody else is asked."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal

from archive.findings.maps import MapPoint as Found
from archive.findings.maps import dot_map
from archive.findings.municipalities import COORDINATES, COORDINATES_SOURCE, Coordinates
from archive.findings.table import Column, Table
from webapp.contexts.finding_pictures import Dot, DotMap
from webapp.finding_state import FindingState
from webapp.languages.sentences import said
from webapp.languages.translation import gettext

_WIDTH, _MARGIN, _LARGEST, _LEAST = 320, 16, 14, 2.5


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
        radius = max(_LEAST, _LARGEST * math.sqrt(dot.number / most))
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


def _url(dot: Found, table: Table, drawn: Column, state: FindingState) -> str:
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
