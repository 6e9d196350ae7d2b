"""Which picture a finding has: the kind that its definition or the reader asks for, or the first that can be drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from archive.findings.definition import PictureKind
from archive.findings.table import Table, TableRow
from webapp.languages.translation import gettext, marked, said
from webapp.pages.findings.picture import Drawing, Drawn, PictureChoice, drawable, drawn_column
from webapp.pages.findings.picture_charts import draw_bars, draw_matrix, draw_timeline
from webapp.pages.findings.picture_map import draw_map
from webapp.pages.parts import Link
from webapp.state import FindingState

_DRAWN: Mapping[PictureKind, Drawn] = MappingProxyType(
    {
        PictureKind.MAP: draw_map,
        PictureKind.BARS: draw_bars,
        PictureKind.TIMELINE: draw_timeline,
        PictureKind.MATRIX: draw_matrix,
    }
)
_NAMES = {
    PictureKind.MAP: marked("Map"),
    PictureKind.BARS: marked("Bars"),
    PictureKind.TIMELINE: marked("Years"),
    PictureKind.MATRIX: marked("Matrix"),
}


def choose_picture(table: Table, rows: Sequence[TableRow], state: FindingState) -> PictureChoice | None:
    """Return the picture of ``rows`` of a table; None if there is nothing to draw."""
    column = drawn_column(table, state)
    if column is None:
        return None
    drawing = Drawing(table, sorted(rows, key=table.rows.index), column, state)
    drawn = {kind: picture for kind, draw in _DRAWN.items() if (picture := draw(drawing)) is not None}
    wanted = PictureKind(state.picture) if state.picture else table.definition.picture
    kind = wanted if wanted in drawn else next(iter(drawn), None)
    if kind is None:
        return None
    columns = drawable(table)
    by_column = kind is not PictureKind.MATRIX or len(table.definition.group) > 1
    return PictureChoice(
        picture=drawn[kind],
        kinds=tuple(Link(gettext(_NAMES[one]), f"{state.drawn_as(one).url}#picture", one is kind) for one in drawn)
        if len(drawn) > 1
        else (),
        columns=tuple(
            Link(said(one.label), f"{state.sorted_by(one.id).url}#picture", one == drawing.column) for one in columns
        )
        if len(columns) > 1 and by_column
        else (),
        file=Link(gettext("Take the picture (SVG)"), state.picture_url(kind)),
    )
