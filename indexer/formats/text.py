"""Plain text in any encoding that can be told (a form feed ends a page), and tables as text (CSV)."""

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

        :raises UnsupportedFormat: no encoding makes sensible text of its bytes.
        """
        decoded = decode_file(path, filename)
        pages = decoded.text.split("\f")
        if len(pages) > 1 and not pages[-1].strip():
            # Programs that print to text end the last page with a form feed too.
            pages.pop()
        super().__init__([page.splitlines() for page in pages], decoded.note)


_DELIMITERS = (";", ",", "\t", "|")
"""In Serbia the comma is for decimals, so programs separate by semicolons; of several that fit, the first wins."""

_SAMPLE_LINES = 50

csv.field_size_limit(1 << 24)


class SeparatedSource(FlowingSource):
    """A table; an :class:`indexer.formats.source.OpenedOriginal`."""

    agent: Mapping[str, str] = {"reader": "CSV"}

    def __init__(self, path: Path, filename: str) -> None:
        """Read a table. A broken quotation does not hide rows: such a file is read line by line.

        :raises UnsupportedFormat: no encoding makes sensible text of its bytes.
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
    """Return the character that stands equally often in most of the first lines, or None if there is none."""
    lines = [line for line in text.splitlines()[:_SAMPLE_LINES] if line.strip()]
    best, best_share = None, 0.5
    for delimiter in _DELIMITERS:
        counts = [line.count(delimiter) for line in lines]
        usual = max(set(counts), key=counts.count, default=0)
        share = counts.count(usual) / len(counts) if usual else 0.0
        if share > best_share:
            best, best_share = delimiter, share
    return best
