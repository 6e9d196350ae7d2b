"""The files of a segment: the layout of terms and positions, and arrays with checksums.

A segment's documents are divided into **pieces** of 65,536 positions, each document into as many as it needs for one
position more than it has; a segment has at most 65,536 pieces. So every position of a segment has an **address** of 32
bits: the piece, and the position in it. The positions of a document are consecutive addresses, and between two
documents there is at least one unused address, so that no phrase crosses documents.

::

    SEGMENT.terms        lexicon: for each stored field its terms, where their postings and positions begin, and the
                         frequencies too large for a byte; for each alias field its terms and the words they stand for
    SEGMENT.pieces       for each posting its piece, 16 bits             } one array a field,
    SEGMENT.frequencies  the term frequency in the piece, 8 bits         } the postings of a term together,
    SEGMENT.positions    the positions in the piece, 16 bits each        } terms in their order
    SEGMENT.columns      stored columns of each document

A block is verified when it is first read by a process. So opening takes constant time, only requested blocks are read,
and a flipped bit is detected before it can change an answer.

::

    array, array, ...        each begins at a multiple of 8 bytes; little-endian
    checksums                one CRC-32 for each block of each array
    directory (JSON)         name -> element type, first byte, bytes, first byte of its checksums, their CRC-32
    trailer                  first byte, length and CRC-32 of the directory, magic
"""

from __future__ import annotations

import json
import struct
import zlib
from array import array
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.search.matching.arrays import sort_distinct, spans
from archive.search.whoosh_engine.storage import damaged
from archive.text.vocabulary import IndexField

PIECE_BITS = 16
PIECE = 1 << PIECE_BITS
"""Positions per piece."""


@dataclass(frozen=True, slots=True)
class EntryLocation:
    """The location of an entry: segment and document number of its text, and of its facts."""

    serial: int
    text: tuple[str, int]
    facts: tuple[str, int]


@dataclass(frozen=True, slots=True)
class SegmentLimits:
    """Limits of the size and number of segments.

    ``pieces`` is limited by the width of addresses. A segment is written when ``written_occurrences`` are in memory,
    about 40 bytes each while they are sorted; ``merged_occurrences`` are merged at a time, unless a single term has
    more. ``merge_factor`` segments of a tier are merged to one: Whoosh's own policy can rewrite the whole index at any
    commit; with this one a document is rewritten once per tenfold growth of the index.
    """

    pieces: int = 1 << 16
    written_occurrences: int = 1 << 23
    merged_occurrences: int = 1 << 22
    merge_factor: int = 10


SEGMENT_LIMITS = SegmentLimits()


TERMS, PIECES, FREQUENCIES, POSITIONS, COLUMNS = ".terms", ".pieces", ".frequencies", ".positions", ".columns"
FILES = (TERMS, PIECES, FREQUENCIES, POSITIONS, COLUMNS)
"""The files of a segment."""

ALIASES = (IndexField.FORM, IndexField.STEM, IndexField.BARE_STEM, IndexField.LOOK_ALIKE)
"""Fields whose terms stand for words."""

STORED: tuple[IndexField, ...] = tuple(field for field in IndexField if field not in ALIASES)
"""Fields that have postings of their own."""

MANY = 255
"""Frequencies from this one on are stored separately, and this is stored instead."""


def pieces_for(positions: int) -> int:
    """Return the number of pieces of a document with this many positions."""
    return positions // PIECE + 1


BLOCK_BITS = 12
BLOCK = 1 << BLOCK_BITS
_ALIGNMENT = 8
_TRAILER = struct.Struct("<QII8s")
_MAGIC = b"DosijeA1"

Array = NDArray[Any]


class SectionsWriter:
    """Writes arrays one after another, each in any number of parts."""

    def __init__(self, file: Any) -> None:
        """:param file: a file open for writing, possibly with other content before."""
        self._file = file
        self._start = file.tell()
        self._written = 0
        self._directory: dict[str, tuple[str, int, int, array[int]]] = {}
        self._name = ""
        self._checksum = 0

    def add(self, name: str, values: Array) -> None:
        """Write a whole array."""
        self.begin(name, values.dtype)
        self.write(values)

    def begin(self, name: str, dtype: Any) -> None:
        """Begin an array; the previous one is finished."""
        self._finish()
        self._put(bytes(-self._written % _ALIGNMENT))
        little = np.dtype(dtype).newbyteorder("<")
        self._name = name
        self._directory[name] = (little.str, self._written, 0, array("I"))

    def write(self, values: Array | bytes) -> None:
        """Continue the array with values of its type, or their bytes."""
        dtype, first, length, checksums = self._directory[self._name]
        part = values.astype(dtype, copy=False).data if isinstance(values, np.ndarray) else memoryview(values)
        if not part.nbytes:
            return
        content = part.cast("B")
        self._put(content)
        at = 0
        while at < len(content):
            room = BLOCK - (length + at) % BLOCK
            self._checksum = zlib.crc32(content[at : at + room], self._checksum)
            at += room
            if at <= len(content):
                checksums.append(self._checksum)
                self._checksum = 0
        self._directory[self._name] = (dtype, first, length + len(content), checksums)

    def close(self, **more: Any) -> None:
        """Finish the file; ``more`` is stored in the directory. The file itself stays open."""
        self._finish()
        entries = {}
        for name, (dtype, first, length, checksums) in self._directory.items():
            encoded = np.array(checksums, "<u4").tobytes()
            entries[name] = (dtype, first, length, self._written, zlib.crc32(encoded))
            self._put(encoded)
        directory = json.dumps({"arrays": entries, **more}, separators=(",", ":")).encode()
        first = self._written
        self._put(directory)
        self._put(_TRAILER.pack(first, len(directory), zlib.crc32(directory), _MAGIC))

    def _finish(self) -> None:
        if self._name and self._directory[self._name][2] % BLOCK:
            self._directory[self._name][3].append(self._checksum)
        self._checksum = 0
        self._name = ""

    def _put(self, content: bytes | memoryview) -> None:
        self._file.write(content)
        self._written += len(content)


class Sections:
    """Reads what :class:`SectionsWriter` wrote."""

    def __init__(self, content: memoryview, name: str) -> None:
        """:param content: the content up to the end of what the writer wrote; what precedes its start is ignored.
        :param name: name of the file, for messages.

        :raises archive.errors.IndexDamaged: the trailer or directory is invalid.
        """
        self._name = name
        if len(content) < _TRAILER.size:
            raise damaged(name)
        first, length, checksum, magic = _TRAILER.unpack(content[-_TRAILER.size :])
        end = len(content) - _TRAILER.size
        start = end - length - first
        if magic != _MAGIC or start < 0 or zlib.crc32(content[end - length : end]) != checksum:
            raise damaged(name)
        self._content = content[start:]
        self.directory: dict[str, Any] = json.loads(bytes(content[end - length : end]))

    def array(self, name: str) -> Array:
        """Return a whole array, verified. For small ones."""
        return self.lazy(name).all()

    def lazy(self, name: str) -> CheckedArray:
        """Return an array that is verified block by block as it is read."""
        dtype, first, length, checksums_first, checksum = self.directory["arrays"][name]
        values = np.frombuffer(self._content[first : first + length], dtype)
        blocks = -(-length // BLOCK)
        encoded = self._content[checksums_first : checksums_first + 4 * blocks]
        if zlib.crc32(encoded) != checksum:
            raise damaged(self._name)
        return CheckedArray(values, encoded.cast("I"), self._name)


_FEW = 24
"""Number of elements up to which they are read one by one, which is faster than a call of numpy."""


class CheckedArray:
    """An array in a file whose blocks are verified when they are first read. Verification is idempotent, so threads
    need no lock.

    ``raw`` is the unverified array, and ``seen[b]`` says whether block ``b`` was verified: both are for loops that read
    single elements and call :meth:`check` themselves.
    """

    def __init__(self, raw: Array, checksums: memoryview, name: str) -> None:
        self.raw = raw
        self.seen = bytearray(len(checksums))
        self._seen = np.frombuffer(self.seen, np.uint8)
        self._checksums = checksums
        self._name = name
        self._bytes = raw.data.cast("B") if len(raw) else memoryview(b"")
        self._size = raw.dtype.itemsize

    @classmethod
    def of(cls, made: Array) -> CheckedArray:
        """Wrap an array in memory, which needs no verification."""
        blocks = -(-made.nbytes // BLOCK)
        array = cls(made, memoryview(bytes(4 * blocks)).cast("I"), "")
        array.seen[:] = b"\1" * blocks
        return array

    def __len__(self) -> int:
        return len(self.raw)

    def check(self, first: int, last: int) -> None:
        """Verify the blocks from ``first`` to ``last`` inclusive.

        :raises archive.errors.IndexDamaged: a checksum differs.
        """
        at = self.seen.find(0, first, last + 1)
        while at >= 0:
            if zlib.crc32(self._bytes[at << BLOCK_BITS : (at + 1) << BLOCK_BITS]) != self._checksums[at]:
                raise damaged(self._name)
            self.seen[at] = 1
            at = self.seen.find(0, at + 1, last + 1)

    def all(self) -> Array:
        """Return the whole array, verified."""
        self.check(0, len(self.seen) - 1)
        return self.raw

    def take(self, start: int, stop: int) -> Array:
        """Return the elements from ``start`` to before ``stop``, in place."""
        if start < stop:
            self.check(start * self._size >> BLOCK_BITS, (stop * self._size - 1) >> BLOCK_BITS)
        return self.raw[start:stop]

    def together(self, starts: Array, stops: Array) -> Array:
        """Return the elements of many ranges, concatenated in a copy."""
        self.check_spans(starts, stops)
        if len(starts) > _FEW or not len(starts):
            return self.raw[spans(starts, stops)]
        parts = [self.raw[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)]
        return np.concatenate(parts)

    def pick(self, at: Array) -> Array:
        """Return the elements at these indices, in a copy."""
        if len(at):
            self._check_blocks((at * self._size) >> BLOCK_BITS)
        return self.raw[at]

    def check_spans(self, starts: Array, stops: Array) -> None:
        """Verify the blocks of many ranges of elements at once."""
        if len(starts) <= _FEW:
            for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
                if start < stop:
                    self.check(start * self._size >> BLOCK_BITS, (stop * self._size - 1) >> BLOCK_BITS)
            return
        some = starts < stops
        first = (starts[some].astype(np.int64) * self._size) >> BLOCK_BITS
        last = (stops[some].astype(np.int64) * self._size - 1) >> BLOCK_BITS
        self._check_blocks(first)
        self._check_blocks(last)
        for low, high in zip(first[last - first > 1].tolist(), last[last - first > 1].tolist(), strict=True):
            self.check(low + 1, high - 1)

    def _check_blocks(self, blocks: Array) -> None:
        if len(blocks) <= _FEW:
            for block in blocks.tolist():
                if not self.seen[block]:
                    self.check(block, block)
            return
        unseen = blocks[self._seen[blocks] == 0]
        if len(unseen):
            for block in sort_distinct(unseen).tolist():
                self.check(block, block)
