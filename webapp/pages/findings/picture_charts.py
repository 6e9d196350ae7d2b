"""Charts of ranked bars, numbers by year, and a matrix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from archive.findings.definition import PictureKind
from archive.findings.joined import own_columns
from archive.findings.table import TableRow
from archive.findings.tabulation import row_order
from webapp.languages.translation import gettext, said, short_number
from webapp.pages.findings.picture import (
    BOLD,
    LETTER,
    WIDTH,
    Drawing,
    Picture,
    PictureText,
    Scale,
    Shape,
    box,
    left_out,
    summary,
)
from webapp.pages.findings.wording import group_value, shown_number

MOST_BARS = 15
_ROW, _BAR = 38, 14

MOST_ROWS, MOST_COLUMNS = 40, 16
"""Maximum number of rows and columns of a matrix; those with the largest numbers are drawn."""


def draw_bars(drawing: Drawing) -> Picture | None:
    """Return rows as bars, longest first, each below its label; None if no number is positive."""
    having = sorted((row for row in drawing.rows if drawing.number(row) > 0), key=lambda row: -drawing.number(row))
    positive = [row for row in having if None not in row.key]
    if not positive:
        return None
    rows, most = positive[:MOST_BARS], drawing.number(positive[0])
    shapes, texts = [], []
    for at, row in enumerate(rows):
        value, y = shown_number(drawing.number(row)), at * _ROW
        length = max(1.5, float(drawing.number(row) / most) * WIDTH)
        told = f"{drawing.name(row)}: {value}"
        shapes.append(Shape(box(0, y + 20, round(length, 1), _BAR), "4", told, drawing.url(row)))
        room = WIDTH - BOLD * 13 * (len(value) + 2)
        texts.append(PictureText(drawing.name(row), 0, y + 14, room=room))
        texts.append(PictureText(value, WIDTH, y + 14, "end", "value"))
    return Picture(
        kind=PictureKind.BARS,
        width=WIDTH,
        height=len(rows) * _ROW,
        title=drawing.title,
        told=summary(drawing, positive),
        note=" ".join(filter(None, (left_out(len(rows), len(positive)), *_unknown(drawing, having)))),
        shapes=tuple(shapes),
        texts=tuple(texts),
    )


def _unknown(drawing: Drawing, rows: Iterable[TableRow]) -> Iterator[str]:
    """Yield notes on rows with an unknown group, which are not drawn."""
    for row in rows:
        if None in row.key:
            told = shown_number(drawing.number(row))
            yield gettext("Not drawn: %(name)s: %(number)s.", name=drawing.name(row), number=told)


_HEIGHT, _TOP, _BOTTOM, _WIDEST = 230, 24, 26, 72


def draw_timeline(drawing: Drawing) -> Picture | None:
    """Return numbers by year as columns, None if rows are not grouped by year."""
    group = drawing.table.definition.group
    if "year" not in group or drawing.table.definition.facts.measure == "range":
        return None
    at = group.index("year")
    by_year: dict[int, list[TableRow]] = {}
    for row in drawing.rows:
        name = row.key[at] or ""
        if name.isdecimal():
            by_year.setdefault(int(name), []).append(row)
    numbers = {
        year: YearNumber(
            sum(map(drawing.number, rows), Decimal()),
            drawing.url(rows[0]) if len(rows) == 1 else drawing.state.showing_only(str(year)).url,
        )
        for year, rows in by_year.items()
    }
    lost = any(not (row.key[at] or "").isdecimal() for row in drawing.rows)
    return year_columns(drawing.title, numbers, gettext("Papers without a year are not drawn.") if lost else "")


@dataclass(frozen=True, slots=True)
class YearNumber:
    """The number of a year, with the URL of what makes it."""

    number: Decimal
    url: str


def year_columns(title: str, numbers: Mapping[int, YearNumber], note: str) -> Picture | None:
    """Return numbers by year as columns, None if none is positive."""
    numbers = {year: one for year, one in numbers.items() if one.number > 0}
    if not numbers:
        return None
    most = max(one.number for one in numbers.values())
    years = range(min(numbers), max(numbers) + 1)
    step = WIDTH / len(years)
    each = max(1, round(40 / step))
    shapes, texts = [], []
    for place, year in enumerate(years):
        middle, one = round(step * (place + 0.5), 1), numbers.get(year)
        if (len(years) - 1 - place) % each == 0:
            texts.append(PictureText(str(year), middle, _HEIGHT - 8, "middle", "axis", 12))
        if one is None:
            continue
        height = round(max(1.5, float(one.number / most) * (_HEIGHT - _TOP - _BOTTOM)), 1)
        top, told = round(_HEIGHT - _BOTTOM - height, 1), shown_number(one.number)
        width = round(min(step * 0.76, _WIDEST), 1)
        outline = box(round(middle - width / 2, 1), top, width, height)
        shapes.append(Shape(outline, "4", f"{year}: {told}", one.url))
        label = told if BOLD * 11 * len(told) < step else short_number(one.number)
        room = BOLD * 11 * len(label) / 2
        x = min(max(middle, room), WIDTH - room)
        texts.append(PictureText(label, round(x, 1), top - 5, "middle", "value", 11))
    listed = "; ".join(f"{year}: {shown_number(one.number)}" for year, one in sorted(numbers.items()))
    return Picture(
        kind=PictureKind.TIMELINE,
        width=WIDTH,
        height=_HEIGHT,
        title=title,
        told=gettext("By year: %(listed)s.", listed=listed),
        note=note,
        shapes=tuple(shapes),
        texts=tuple(texts),
        lines=(f"M0 {_HEIGHT - _BOTTOM}H{WIDTH}",),
    )


_CELL, _LINE = 52, 27
_LEAST_HEAD, _MOST_HEAD = 60, 260


def draw_matrix(drawing: Drawing) -> Picture | None:
    """Return a shaded matrix of numbers, by the two groups of a finding or by its group and own columns; else None."""
    by = len(drawing.table.definition.group)
    if by == 2:
        return _by_two(drawing)
    return _by_column(drawing) if by == 1 and not any(one.is_sum for one in own_columns(drawing.table)) else None


_Number = tuple[int, int, Decimal, str, str]
"""A number of a matrix: column, row, value, title, URL."""


def _by_two(drawing: Drawing) -> Picture | None:
    positive = [row for row in drawing.rows if drawing.number(row) > 0]
    down, across = _largest(drawing, positive, 0, MOST_ROWS), _largest(drawing, positive, 1, MOST_COLUMNS)
    kept = [row for row in positive if row.key[0] in down and row.key[1] in across]
    scale = Scale.of(drawing.number(row) for row in kept)
    numbers = [
        (across.index(row.key[1]), down.index(row.key[0]), drawing.number(row), drawing.name(row), drawing.url(row))
        for row in kept
    ]
    heads, columns = (
        [group_value(drawing.table.definition.group[at], value) for value in values]
        for at, values in enumerate((down, across))
    )
    return _matrix(drawing, heads, columns, numbers, [scale] * len(across), left_out(len(kept), len(positive)))


def _by_column(drawing: Drawing) -> Picture | None:
    table = drawing.table
    own = [(column, table.columns.index(column)) for column in own_columns(table)]
    having = [row for row in drawing.rows if any((row.cells[at].number or 0) > 0 for _, at in own)]
    ranked = sorted(having, key=lambda row: -max(row.cells[at].number or Decimal() for _, at in own))[:MOST_ROWS]
    rows = [row for row in having if row in ranked]
    # Prefer columns with values in many rows.
    columns = sorted(own, key=lambda one: -sum((row.cells[one[1]].number or 0) > 0 for row in rows))[:MOST_COLUMNS]
    columns = [one for one in own if one in columns]
    numbers, scales = [], []
    for x, (column, at) in enumerate(columns):
        values = [row.cells[at].number or Decimal() for row in rows]
        scales.append(Scale.of(value for value in values if value > 0))
        for y, row in enumerate(rows):
            if values[y] > 0:
                told = f"{drawing.name(row)} · {said(column.label)}"
                numbers.append((x, y, values[y], told, drawing.state.cell_url(row, column)))
    heads = [drawing.name(row) for row in rows]
    labels = [said(column.label) for column, _ in columns]
    return _matrix(drawing, heads, labels, numbers, scales, left_out(len(rows), len(having)))


def _largest(drawing: Drawing, rows: Iterable[TableRow], group: int, most: int) -> list[str | None]:
    """Return the values of a group with the largest numbers, in table order."""
    sums: dict[str | None, Decimal] = {}
    for row in rows:
        sums[row.key[group]] = sums.get(row.key[group], Decimal()) + drawing.number(row)
    kept = sorted(sums, key=lambda value: -sums[value])[:most]
    return sorted(kept, key=lambda value: row_order((value,)))


def _matrix(
    drawing: Drawing,
    down: Sequence[str],
    across: Sequence[str],
    numbers: Sequence[_Number],
    scales: Sequence[Scale],
    note: str,
) -> Picture | None:
    if not numbers:
        return None
    left = _head(down)
    above = max(40, round(0.72 * _head(across)) + 14)
    right = round(0.7 * _head(across[-1:]))
    shapes, texts = [], []
    for y, name in enumerate(down):
        texts.append(PictureText(name, left - 8, above + _LINE * (y + 0.66), "end", room=left))
    for x, name in enumerate(across):
        texts.append(PictureText(name, left + _CELL * (x + 0.42), above - 8, turn=-45, room=_MOST_HEAD))
    for x, y, value, told, url in numbers:
        shade = scales[x].shade(value)
        corner = left + _CELL * x + 1, above + _LINE * y + 1
        shapes.append(Shape(box(*corner, _CELL - 2, _LINE - 2), shade, f"{told}: {shown_number(value)}", url))
        middle = left + _CELL * (x + 0.5), above + _LINE * (y + 0.66)
        kind = "on-dark" if shade in ("4", "5") else "on-light"
        texts.append(PictureText(_in_cell(value), *middle, "middle", kind, 12))
    ranked = sorted(numbers, key=lambda one: -one[2])[:3]
    listed = "; ".join(f"{told}: {shown_number(value)}" for _, _, value, told, _ in ranked)
    return Picture(
        kind=PictureKind.MATRIX,
        width=left + _CELL * len(across) + right,
        height=above + _LINE * len(down) + 2,
        title=said(drawing.table.definition.title),
        told=gettext("Largest: %(listed)s.", listed=listed),
        note=note,
        shapes=tuple(shapes),
        texts=tuple(texts),
        is_wide=True,
    )


def _head(names: Sequence[str]) -> int:
    """Return the width or height for the longest of these labels."""
    return round(min(_MOST_HEAD, max(_LEAST_HEAD, *(LETTER * 13 * len(name) + 12 for name in names))))


def _in_cell(value: Decimal) -> str:
    """Return a number shortened to fit a cell; its title has all of it."""
    whole = shown_number(value)
    return whole if len(whole) <= 7 else short_number(value)
