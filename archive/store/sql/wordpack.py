"""Packing of the words of a page into a blob: columns, compressed together.

Layout: a version byte, a byte of flags, the number of words (32 bits, big-endian), then a zlib stream of

* the x edges (x0, x1 of each word in turn) and then the y edges (y0, y1), delta-encoded as 16-bit little-endian
  differences modulo 65536. Along a line these are word widths, gaps and one repeated height, which compress to about
  half the size of the edges themselves;
* one confidence byte a word, if OCR read the page;
* one break byte a word;
* the number of the cell that begins with each word, 16-bit little-endian, if the file declares its tables (version 2);
* the texts in UTF-8, joined by line feeds, which no word can contain.
"""

from __future__ import annotations

import struct
import sys
import zlib
from array import array

import numpy as np
from numpy.typing import NDArray

from archive.errors import CatalogError
from archive.model.words import Words

_VERSION, _VERSION_WITH_CELLS = 1, 2
"""Pages without cells are packed in version 1, which older programs can read."""

_HEADER = struct.Struct(">BBI")
_HAS_BOXES = 1
_HAS_CONFIDENCES = 2
_HAS_CELLS = 4


def pack(words: Words) -> bytes:
    """Pack a page of words."""
    flags = (_HAS_BOXES if words.boxes else 0) | (_HAS_CONFIDENCES if words.confidences else 0)
    flags |= _HAS_CELLS if words.cells else 0
    edges = np.frombuffer(words.boxes, np.uint16).reshape(-1, 2, 2)
    columns = (
        _differences(edges[:, :, 0]),
        _differences(edges[:, :, 1]),
        words.confidences,
        words.breaks,
        _to_bytes(words.cells),
        "\n".join(words.texts).encode(),
    )
    version = _VERSION_WITH_CELLS if words.cells else _VERSION
    return _HEADER.pack(version, flags, len(words)) + zlib.compress(b"".join(columns))


def unpack(blob: bytes) -> Words:
    """Unpack the words of a page.

    :raises CatalogError: the blob is damaged, or was packed by a newer version of Dosije.
    """
    try:
        version, flags, count = _HEADER.unpack_from(blob)
        if version not in (_VERSION, _VERSION_WITH_CELLS):
            raise CatalogError(
                "Packed words of version %(version)s are unknown here.",
                "Use a newer version of Dosije.",
                version=version,
            )
        return _from_columns(zlib.decompress(memoryview(blob)[_HEADER.size :]), flags, count)
    except (struct.error, zlib.error, ValueError) as error:
        raise CatalogError(
            "Packed words are damaged: %(error)s.", "Restore a backup of the catalog.", error=error
        ) from error


def _from_columns(data: bytes, flags: int, count: int) -> Words:
    edges_size = 4 * count if flags & _HAS_BOXES else 0
    confidences_at = 2 * edges_size
    breaks_at = confidences_at + (count if flags & _HAS_CONFIDENCES else 0)
    cells_at = breaks_at + count
    texts_at = cells_at + (2 * count if flags & _HAS_CELLS else 0)
    columns = _sums(data[:edges_size]), _sums(data[edges_size:confidences_at])
    boxes = array("H", np.stack(columns, axis=1).tobytes())
    texts = tuple(data[texts_at:].decode().split("\n")) if count else ()
    if len(texts) != count:
        raise ValueError(f"{count} words announced, {len(texts)} found")
    return Words(
        texts, boxes, data[confidences_at:breaks_at], data[breaks_at:cells_at], _numbers(data[cells_at:texts_at])
    )


def _differences(edges: NDArray[np.uint16]) -> bytes:
    """Return the difference of each edge from the previous one, modulo 2**16."""
    column = edges.ravel()
    differences = column.copy()
    differences[1:] -= column[:-1]
    return differences.astype("<u2").tobytes()


def _to_bytes(values: array[int]) -> bytes:
    column = array("H", values)
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _numbers(data: bytes) -> array[int]:
    column = array("H", data)
    if sys.byteorder == "big":
        column.byteswap()
    return column


def _sums(differences: bytes) -> NDArray[np.uint16]:
    return np.cumsum(np.frombuffer(differences, "<u2"), dtype=np.uint16)
