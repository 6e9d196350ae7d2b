"""Labels and what stands for them, outside of tables: "Naručilac: X", or a label in a left column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.model.words import Words
from indexer.layout.structure import Pair

_LONGEST_KEY = 8
_LONGEST_VALUE = 40


def pairs_of(words: Words, lines: Sequence[range], taken: set[int]) -> Iterator[Pair]:
    """The pairs among the lines of a page, without the words ``taken`` by tables."""
    for place, line in enumerate(lines):
        if line.start in taken:
            continue
        colon = next((at for at in line[:_LONGEST_KEY] if words.texts[at].endswith(":")), None)
        if colon is None or not any(map(str.isalpha, words.texts[line.start])):
            continue
        end = line.stop
        if colon + 1 == line.stop and place + 1 < len(lines):
            end = lines[place + 1].stop
        value = tuple(range(colon + 1, min(end, colon + 1 + _LONGEST_VALUE)))
        if value:
            yield Pair(tuple(range(line.start, colon + 1)), value)
