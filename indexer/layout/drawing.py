"""What of the structure of a page is shown on its image."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archive.model import Box
from archive.model.rendering import StructurePart
from archive.model.words import BOX_UNITS, Words
from indexer.layout import page_layout
from indexer.layout.structure import BODY, TABLE


def structure_parts(words: Words) -> list[StructurePart]:
    """Return the parts of a page, those that lie beneath others first; none of a page without boxes."""
    return list(_parts(words)) if words.boxes else []


def _parts(words: Words) -> Iterator[StructurePart]:
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
