"""A sheet has tens of thousands of cells, and each is asked for its heads: that must not go through all of them."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.layout.structure import PageLayout, PageTable, TableCell

ROWS, COLUMNS = 60, 5


class CountedCells(tuple[TableCell, ...]):
    """Cells that count how often somebody goes through them."""

    walks = 0

    def __iter__(self) -> Iterator[TableCell]:
        type(self).walks += 1
        return super().__iter__()


def test_cells_are_gone_through_once_a_column_and_not_once_a_word() -> None:
    texts = tuple(
        ("head" if word < COLUMNS else "name" if word % COLUMNS == 0 else "1,00") for word in range(ROWS * COLUMNS)
    )
    cells = CountedCells(
        TableCell(row, column, 1, 1, (row * COLUMNS + column,)) for row in range(ROWS) for column in range(COLUMNS)
    )
    words = (range(len(texts)),)
    layout = PageLayout(texts, words, words, (PageTable(ROWS, COLUMNS, 1, cells),), (), ["table"] * len(texts))
    CountedCells.walks = 0
    for word in range(COLUMNS, len(texts)):
        column = word % COLUMNS
        assert layout.column_head(word) == (column,)
        assert layout.row_head(word) == ((word - column,) if column else ())
    assert CountedCells.walks <= COLUMNS + 1
