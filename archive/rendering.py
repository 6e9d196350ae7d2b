"""The seam through which page images come.

The archive shows and exports page images but never parses an original: an implementation reads documents in a process
of its own (``indexer.render``) and is handed in by whoever assembles the program.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class PageRenderer(Protocol):
    """Draws pages of originals."""

    def render(self, original: Path, media_type: str, page: int, width: int) -> bytes:
        """A PNG of page ``page`` (from 1), ``width`` pixels wide, upright as the reader sees it.

        :raises archive.errors.DamagedDocument: the page cannot be drawn.
        :raises archive.errors.ReadingStopped: the drawing process died or took too long.
        """

    def close(self) -> None:
        """End the drawing processes."""
