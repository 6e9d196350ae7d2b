"""Tables of a page with boxes: regions whose rows are parted at the same places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indexer.layout.geometry import Stretch
from indexer.layout.structure import PageTable, TableCell

_FAR = 4.0
"""Rows further apart than so many heights are in different tables."""

_SINGLE = 4
"""So many rows in a row without a second column end a table."""

_CROSSED = 0.1
"""A column may be crossed by this share of the rows: heads and totals."""

_BINS = 2
"""Places that are looked at per letter."""

_LEAST_ROWS = 3

_WORDY = 7.0
"""Cells with more words than this on a line are columns of text."""


def tables_of(rows: Sequence[Sequence[Stretch]], texts: Sequence[str]) -> tuple[PageTable, ...]:
    """The tables among the rows of a page, from the top."""
    found = (_table(region, texts) for region in _regions(rows))
    return tuple(table for table in found if table is not None)


def _regions(rows: Sequence[Sequence[Stretch]]) -> Iterator[list[Sequence[Stretch]]]:
    region: list[Sequence[Stretch]] = []
    single = 0
    bottom = 0.0
    for row in rows:
        top = min(stretch.y0 for stretch in row)
        is_far = bool(region) and top - bottom > _FAR
        if region and (is_far or (len(row) == 1 and single == _SINGLE)):
            yield region[: len(region) - single]
            region, single = [], 0
        if len(row) > 1:
            region.append(row)
            single = 0
        elif region:
            region.append(row)
            single += 1
        bottom = max(stretch.y1 for stretch in row)
    if region:
        yield region[: len(region) - single]


def _table(region: Sequence[Sequence[Stretch]], texts: Sequence[str]) -> PageTable | None:
    parted = [row for row in region if len(row) > 1]
    if len(parted) < _LEAST_ROWS:
        return None
    edges = _separators(region)
    if not edges:
        return None
    words_a_stretch = sum(len(stretch.words) for row in parted for stretch in row) / sum(map(len, parted))
    if words_a_stretch > _WORDY:
        return None
    cells: dict[tuple[int, int], list[int]] = {}
    spans: dict[tuple[int, int], int] = {}
    for place, row in enumerate(region):
        for stretch in row:
            first, last = _column(stretch.x0, edges), _column(stretch.x1, edges)
            cells.setdefault((place, first), []).extend(word.number for word in stretch.words)
            spans[place, first] = max(spans.get((place, first), 1), last - first + 1)
    head_rows = next(
        (
            place
            for place, row in enumerate(region)
            if any(_is_number(texts[word.number]) for s in row for word in s.words)
        ),
        1,
    )
    return PageTable(
        len(region),
        len(edges) + 1,
        min(max(head_rows, 1), len(region) - 1),
        tuple(TableCell(row, column, 1, spans[row, column], tuple(words)) for (row, column), words in cells.items()),
    )


def _is_number(text: str) -> bool:
    return text[:1].isdigit()


def _column(x: float, edges: Sequence[float]) -> int:
    return sum(edge < x for edge in edges)


def _separators(region: Sequence[Sequence[Stretch]]) -> list[float]:
    left = min(stretch.x0 for row in region for stretch in row)
    right = max(stretch.x1 for row in region for stretch in row)
    crossed = [0] * (int((right - left) * _BINS) + 2)
    for row in region:
        for stretch in row:
            for place in range(int((stretch.x0 - left) * _BINS), int((stretch.x1 - left) * _BINS) + 1):
                crossed[place] += 1
    most = _CROSSED * len(region)
    edges = []
    start = None
    for place, count in enumerate(crossed):
        if count <= most and start is None:
            start = place
        elif count > most and start is not None:
            if start > 0:
                edges.append(left + (start + place) / 2 / _BINS)
            start = None
    return edges
