"""Tables of a page with boxes: regions whose rows are parted at the same places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indexer.layout.geometry import LinePart
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


def tables_of(rows: Sequence[Sequence[LinePart]], texts: Sequence[str]) -> tuple[PageTable, ...]:
    """The tables among the rows of a page, from the top."""
    found = (_table(region, texts) for region in _regions(rows))
    return tuple(table for table in found if table is not None)


def _regions(rows: Sequence[Sequence[LinePart]]) -> Iterator[list[Sequence[LinePart]]]:
    region: list[Sequence[LinePart]] = []
    single = 0
    bottom = 0.0
    for row in rows:
        top = min(part.y0 for part in row)
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
        bottom = max(part.y1 for part in row)
    if region:
        yield region[: len(region) - single]


def _table(region: Sequence[Sequence[LinePart]], texts: Sequence[str]) -> PageTable | None:
    parted = [row for row in region if len(row) > 1]
    if len(parted) < _LEAST_ROWS:
        return None
    edges = _separators(region)
    if not edges:
        return None
    words_a_part = sum(len(part.words) for row in parted for part in row) / sum(map(len, parted))
    if words_a_part > _WORDY:
        return None
    cells: dict[tuple[int, int], list[int]] = {}
    spans: dict[tuple[int, int], int] = {}
    for place, row in enumerate(region):
        for part in row:
            first, last = _column(part.x0, edges), _column(part.x1, edges)
            cells.setdefault((place, first), []).extend(word.number for word in part.words)
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


def _separators(region: Sequence[Sequence[LinePart]]) -> list[float]:
    left = min(part.x0 for row in region for part in row)
    right = max(part.x1 for row in region for part in row)
    crossed = [0] * (int((right - left) * _BINS) + 2)
    for row in region:
        for part in row:
            for place in range(int((part.x0 - left) * _BINS), int((part.x1 - left) * _BINS) + 1):
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
