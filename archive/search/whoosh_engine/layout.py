"""Where the terms of a segment are on the disk, and how its positions are numbered.

A segment's documents are divided into **pieces** of 65,536 positions, each document into as many as it needs for one
position more than it has; a segment has at most 65,536 pieces. So every position of a segment has an **address** of 32
bits: the piece, and the position in it. The positions of a document are consecutive addresses, and between two
documents is at least one that nothing stands at, so that no phrase leads from one into the next.

::

    SEGMENT.terms        lexicon: for each stored field its terms, where their postings and positions begin, and the
                         frequencies too large for a byte; for each alias field its terms and the words they stand for
    SEGMENT.pieces       for each posting its piece, 16 bits             } one array a field,
    SEGMENT.frequencies  how often the term stands in the piece, 8 bits  } the postings of a term together,
    SEGMENT.positions    the positions in the piece, 16 bits each        } terms in their order
    SEGMENT.columns      what is known about each document
"""

from __future__ import annotations

from archive.search.query import Field

PIECE_BITS = 16
PIECE = 1 << PIECE_BITS
"""Positions of a piece."""

MAX_PIECES = 1 << 16
"""Pieces of a segment."""

TERMS, PIECES, FREQUENCIES, POSITIONS, COLUMNS = ".terms", ".pieces", ".frequencies", ".positions", ".columns"
FILES = (TERMS, PIECES, FREQUENCIES, POSITIONS, COLUMNS)
"""The files of a segment."""

ALIASES = (Field.FORM, Field.STEM, Field.BARE_STEM, Field.LOOK_ALIKE)
"""Fields whose terms stand for words."""

STORED: tuple[Field, ...] = tuple(field for field in Field if field not in ALIASES)
"""Fields that have postings of their own."""

MANY = 255
"""A frequency of this or more is kept apart, and this stands in its place."""


def pieces_for(positions: int) -> int:
    """Pieces of a document with so many positions."""
    return positions // PIECE + 1
