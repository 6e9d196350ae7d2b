"""Plain text in any encoding that can be told. A form feed ends a page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from archive.errors import UnsupportedFormat
from indexer.formats.encoding import decode
from indexer.formats.flowing import FlowingSource

MEDIA_TYPE = "text/plain"


class PlainTextSource(FlowingSource):
    """A text file; an :class:`indexer.formats.source.Source`."""

    agent: Mapping[str, str] = {"reader": "plain text"}

    def __init__(self, path: Path, filename: str) -> None:
        """Read a text file.

        :raises UnsupportedFormat: no encoding makes sensible text of its bytes.
        """
        decoded = decode(path.read_bytes())
        if decoded is None:
            raise UnsupportedFormat(
                f"{filename} seems to be text, but in what encoding cannot be told.", "Save it as UTF-8 and add that."
            )
        pages = decoded.text.split("\f")
        if len(pages) > 1 and not pages[-1].strip():
            # Programs that print to text end the last page with a form feed too.
            pages.pop()
        judged = f"Read as {decoded.encoding}, judged by its letters; the file does not say its encoding."
        super().__init__([page.splitlines() for page in pages], None if decoded.is_certain else judged)
