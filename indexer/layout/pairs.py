"""Labels and their values: "Naručilac: X", or a label in a left column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from archive.model.words import Break, Words
from indexer.layout.structure import PageTable, Pair

_LONGEST_KEY = 8
_LONGEST_VALUE = 40
"""Maximum lengths in words."""

_MOST_LINES = 4
"""Maximum number of lines of a value."""


def pairs_of(words: Words, lines: Sequence[range], tables: Sequence[PageTable]) -> Iterator[Pair]:
    """Yield the pairs of a page; ``lines`` are runs of words without a wide gap."""
    taken = {word for table in tables for cell in table.cells for word in cell.words}
    keys = [None if line.start in taken else _key(words, line) for line in lines]
    for place, (line, colon) in enumerate(zip(lines, keys, strict=True)):
        if colon is None:
            continue
        value = list(range(colon + 1, line.stop))
        for after in range(place + 1, min(place + _MOST_LINES, len(lines))):
            is_block = words.breaks[lines[after].start] == Break.BLOCK
            if keys[after] is not None or lines[after].start in taken or (value and is_block):
                break
            value += lines[after]
        if value:
            yield Pair(tuple(range(line.start, colon + 1)), tuple(value[:_LONGEST_VALUE]))
    for table in tables:
        yield from _of_table(words, table)


def _key(words: Words, line: range) -> int | None:
    """Return the word with the colon after a label at the start of a line; None if the line begins in lower case."""
    colon = next((at for at in line[:_LONGEST_KEY] if words.texts[at].endswith(":")), None)
    if colon is None:
        return None
    key = words.texts[line.start : colon + 1]
    begins = next((letter for letter in "".join(key) if letter.isalpha()), "a")
    is_label = not begins.islower() and not any(text.endswith((",", ";")) for text in key)
    return colon if is_label else None


def _of_table(words: Words, table: PageTable) -> Iterator[Pair]:
    """Yield the rows of a table whose first cell is a label: one of two cells, or ending in a colon."""
    rows: dict[int, list[tuple[int, ...]]] = {}
    for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column)):
        rows.setdefault(cell.row, []).append(cell.words)
    for cells in rows.values():
        for key, value in pairwise(cells):
            has_colon = words.texts[key[-1]].endswith(":")
            is_label = any(map(str.isalpha, words.texts[key[0]])) and len(key) <= _LONGEST_KEY
            if has_colon or (table.columns == 2 and table.head_rows == 0 and is_label):
                yield Pair(key, value)
