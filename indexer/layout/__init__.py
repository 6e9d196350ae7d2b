"""The structure of a page: lines, blocks, zones, pairs of label and value, and tables with their cells.

It is found from the words and their boxes alone, so a scan and a text layer are treated alike, and what is stored is
enough to find it again.
"""

from __future__ import annotations

from itertools import pairwise

from archive.model.words import Break, Words
from indexer.layout.pairs import pairs_of
from indexer.layout.structure import PageLayout, PageTable, Pair, TableCell
from indexer.layout.tables import tables_of
from indexer.layout.zones import zones_of

__all__ = ["PageLayout", "PageTable", "Pair", "TableCell", "page_layout"]


def page_layout(words: Words) -> PageLayout:
    """The structure of a page."""
    lines = _runs(words, Break.LINE)
    blocks = _runs(words, Break.BLOCK)
    tables = tables_of(words) if words.boxes else ()
    taken = {word for table in tables for cell in table.cells for word in cell.words}
    pairs = tuple(pairs_of(words, lines, taken))
    return PageLayout(words.texts, lines, blocks, tables, pairs, zones_of(words, lines, taken))


def _runs(words: Words, least: Break) -> tuple[range, ...]:
    """Runs of words; each begins with a break of at least that size."""
    edges = [*(at for at in range(len(words)) if at == 0 or words.breaks[at] >= least), len(words)]
    return tuple(range(first, end) for first, end in pairwise(edges))
