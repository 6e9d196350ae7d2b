"""A renderer for all rooms of a process: its processes are started once, and what is alike is drawn once.

To start one takes a second of the processor, to draw a page a tenth; many tests show the same pages.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from archive.config import Settings
from indexer.images.clips import ClipRenderer
from indexer.images.pages import DrawJob


class DrawnOnce(ClipRenderer):
    """Draws each page of the same bytes once. Rooms that share it do not end it."""

    def __init__(self) -> None:
        super().__init__(Settings())
        self._drawn: dict[tuple[str, DrawJob], bytes] = {}

    def draw(self, job: DrawJob) -> bytes:
        """Return the page of a job as an image."""
        key = sha256(job.original.read_bytes()).hexdigest(), replace(job, original=Path(job.original.name))
        if key not in self._drawn:
            self._drawn[key] = super().draw(job)
        return self._drawn[key]

    def close(self) -> None:
        """Go on: others use it, too."""

    def end(self) -> None:
        """End the processes."""
        super().close()
