"""The layout of a page: lines, blocks, tables, pairs and zones, by word numbers counted on the page from 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

LETTERHEAD, TITLE, BODY, TABLE, CLOSING, MARGIN = "letterhead", "title", "body", "table", "closing", "margin"

ZONES = (LETTERHEAD, TITLE, BODY, TABLE, CLOSING, MARGIN)
"""Zones of a page: sender, title, running text, table, place with date and signature, and repeated text or margins."""


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell: its first row and column, its spans, and its words in reading order."""

    row: int
    column: int
    row_span: int
    column_span: int
    words: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table: its numbers of rows, columns and header rows, and the non-empty cells."""

    rows: int
    columns: int
    head_rows: int
    cells: tuple[TableCell, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and its value: "Naručilac: Opština Brezovac"."""

    key: tuple[int, ...]
    value: tuple[int, ...]


def _share_a_column(one: TableCell, other: TableCell) -> bool:
    return one.column < other.column + other.column_span and other.column < one.column + one.column_span


@dataclass(frozen=True, slots=True)
class PageLayout:
    """The layout of a page.

    ``lines`` and ``blocks`` are runs of consecutive words; every word is in one of each. ``zones`` and ``texts`` hold
    the zone and the text of each word.
    """

    texts: Sequence[str] = field(repr=False)
    lines: tuple[range, ...]
    blocks: tuple[range, ...]
    tables: tuple[PageTable, ...]
    pairs: tuple[Pair, ...]
    zones: Sequence[str] = field(repr=False)
    _places: dict[int, tuple[PageTable, TableCell]] = field(init=False, repr=False, compare=False)
    _keys: dict[int, tuple[int, ...]] = field(init=False, repr=False, compare=False)
    # Caches, because every word of a table asks and a sheet has tens of thousands of cells.
    _heads: dict[tuple[int, int, int], tuple[int, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _row_heads: dict[int, dict[int, TableCell]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places = {word: (table, cell) for table in self.tables for cell in table.cells for word in cell.words}
        object.__setattr__(self, "_places", places)
        object.__setattr__(self, "_keys", {word: pair.key for pair in self.pairs for word in pair.value})

    def zone(self, word: int) -> str:
        """Return the zone of a word, one of :data:`ZONES`."""
        return self.zones[word]

    def cell(self, word: int) -> TableCell | None:
        """Return the table cell of a word, None outside of tables."""
        place = self._places.get(word)
        return place and place[1]

    def table(self, word: int) -> PageTable | None:
        """Return the table of a word, None outside of tables."""
        place = self._places.get(word)
        return place and place[0]

    def column_head(self, word: int) -> tuple[int, ...]:
        """Return the words of the column header above a word, from top to bottom; () for a header."""
        place = self._places.get(word)
        if place is None or place[1].row < place[0].head_rows:
            return ()
        table, own = place
        key = (id(table), own.column, own.column_span)
        if key not in self._heads:
            heads = (cell for cell in table.cells if cell.row < table.head_rows and _share_a_column(cell, own))
            above = sorted(heads, key=lambda cell: (cell.row, cell.column))
            self._heads[key] = tuple(number for cell in above for number in cell.words)
        return self._heads[key]

    def row_head(self, word: int) -> tuple[int, ...]:
        """Return the words of the row header of a word: the first text cell of its row, if it is left of the word."""
        place = self._places.get(word)
        if place is None or place[1].row < place[0].head_rows:
            return ()
        table, own = place
        if id(table) not in self._row_heads:
            self._row_heads[id(table)] = self._first_texts(table)
        first = self._row_heads[id(table)].get(own.row)
        return first.words if first is not None and first.column < own.column else ()

    def _first_texts(self, table: PageTable) -> dict[int, TableCell]:
        """Return the first text cell of each row below the header."""
        found: dict[int, TableCell] = {}
        for cell in table.cells:
            if cell.row >= table.head_rows and self._is_text(cell):
                for row in range(cell.row, cell.row + cell.row_span):
                    if row not in found or cell.column < found[row].column:
                        found[row] = cell
        return found

    def label(self, word: int) -> tuple[int, ...]:
        """Return the words of the label whose value contains a word, () without one."""
        return self._keys.get(word, ())

    def _is_text(self, cell: TableCell) -> bool:
        text = "".join(self.texts[number] for number in cell.words)
        return sum(map(str.isalpha, text)) > sum(map(str.isdigit, text))
