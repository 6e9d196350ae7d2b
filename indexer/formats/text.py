"""Plain text in any detectable encoding (a form feed ends a page), and delimited tables (CSV)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from indexer.formats.encoding import decode_file
from indexer.formats.flowing import FlowingSource


class PlainTextSource(FlowingSource):
    """A text file; an :class:`indexer.formats.source.OpenedOriginal`."""

    agent: Mapping[str, str] = {"reader": "plain text"}

    def __init__(self, path: Path, filename: str) -> None:
        """Read a text file.

        :raises UnsupportedFormat: no encoding fits its bytes.
        """
        decoded = decode_file(path, filename)
        pages = decoded.text.split("\f")
        if len(pages) > 1 and not pages[-1].strip():
            # Programs that print to text end the last page with a form feed too.
            pages.pop()
        super().__init__([page.splitlines() for page in pages], decoded.note)


_DELIMITERS = (";", ",", "\t", "|")
"""In order of preference; Serbian programs use semicolons, since the comma is the decimal separator."""

_SAMPLE_LINES = 50

csv.field_size_limit(1 << 24)


class SeparatedSource(FlowingSource):
    """A delimited table; an :class:`indexer.formats.source.OpenedOriginal`."""

    agent: Mapping[str, str] = {"reader": "CSV"}

    def __init__(self, path: Path, filename: str) -> None:
        """Read a table; with malformed quotes it is read line by line, so that no row is lost.

        :raises UnsupportedFormat: no encoding fits its bytes.
        """
        decoded = decode_file(path, filename)
        super().__init__([_lines(decoded.text)], decoded.note)


def _lines(text: str) -> list[str]:
    delimiter = delimiter_of(text)
    if delimiter is None:
        return text.splitlines()
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return [line.replace(delimiter, " ") for line in text.splitlines()]
    return [" ".join(" ".join(cell.split()) for cell in row) for row in rows]


def delimiter_of(text: str) -> str | None:
    """Return the delimiter that occurs equally often in most of the first lines, None without one."""
    lines = [line for line in text.splitlines()[:_SAMPLE_LINES] if line.strip()]
    best, best_share = None, 0.5
    for delimiter in _DELIMITERS:
        counts = [line.count(delimiter) for line in lines]
        usual = max(set(counts), key=counts.count, default=0)
        share = counts.count(usual) / len(counts) if usual else 0.0
        if share > best_share:
            best, best_share = delimiter, share
    return best
