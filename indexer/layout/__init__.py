"""The structure of a page: lines, blocks, zones, pairs of label and value, and tables with their cells.

It is found from the words and their boxes alone, so a scan and a text layer are treated alike, and what is stored is
enough to find it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from archive.model import Box
from archive.model.rendering import StructurePart
from archive.model.words import BOX_UNITS, Break, Words
from indexer.layout.geometry import lines_of, placed
from indexer.layout.pairs import pairs_of
from indexer.layout.structure import BODY, TABLE, PageLayout, PageTable, Pair, TableCell
from indexer.layout.tables import tables_of, told_tables_of
from indexer.layout.zones import zones_of

__all__ = ["PageLayout", "PageTable", "Pair", "TableCell", "page_layout"]


def page_layout(words: Words) -> PageLayout:
    """Return the structure of a page."""
    lines, blocks = _runs(words, Break.LINE), _runs(words, Break.BLOCK)
    if not words.boxes:
        told = tuple(told_tables_of(words))
        taken = {word for table in told for cell in table.cells for word in cell.words}
        zones = [TABLE if word in taken else BODY for word in range(len(words))]
        return PageLayout(words.texts, lines, blocks, told, tuple(pairs_of(words, lines, told)), zones)
    sheet = placed(words)
    seen = lines_of(sheet, words)
    tables = tuple(tables_of(words, sheet, seen))
    taken = {word for table in tables for cell in table.cells for word in cell.words}
    return PageLayout(
        words.texts, lines, blocks, tables, tuple(pairs_of(words, lines, tables)), zones_of(words, seen, taken)
    )


def _runs(words: Words, least: Break) -> tuple[range, ...]:
    """Return runs of words; each begins with a break of at least that size."""
    edges = [*(at for at in range(len(words)) if at == 0 or words.breaks[at] >= least), len(words)]
    return tuple(range(first, end) for first, end in pairwise(edges))


def structure_parts(words: Words) -> list[StructurePart]:
    """Return the parts of a page, those that lie beneath others first; none of a page without boxes."""
    return list(_structure_parts(words)) if words.boxes else []


def _structure_parts(words: Words) -> Iterator[StructurePart]:
    layout = page_layout(words)
    for line in layout.lines:
        if layout.zone(line.start) not in (BODY, TABLE):
            yield StructurePart(layout.zone(line.start), _around(words, line))
    for table in layout.tables:
        for cell in table.cells:
            yield StructurePart("head" if cell.row < table.head_rows else "cell", _around(words, cell.words))
    for pair in layout.pairs:
        yield StructurePart("label", _around(words, pair.key))


def _around(words: Words, numbers: Iterable[int]) -> Box:
    boxes = [words.boxes[4 * number : 4 * number + 4] for number in numbers]
    x0, y0 = (min(box[edge] for box in boxes) / BOX_UNITS for edge in (0, 1))
    x1, y1 = (max(box[edge] for box in boxes) / BOX_UNITS for edge in (2, 3))
    return Box(x0, y0, x1, y1)
