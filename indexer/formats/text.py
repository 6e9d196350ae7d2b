"""Plain text in any encoding that can be told. A form feed ends a page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from indexer.formats.encoding import decode_file
from indexer.formats.flowing import FlowingSource

MEDIA_TYPE = "text/plain"


class PlainTextSource(FlowingSource):
    """A text file; an :class:`indexer.formats.source.Source`."""

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
