"""Whether a person sees how far a run has come."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from archive.system.terminal import uncleaned
from indexer.ingest.progress import Progress


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show a bar if stderr is a terminal, else silence."""
    if not uncleaned(sys.stderr).isatty():
        yield Progress()
        return
    from indexer.ingest.terminal_bar import shown_bar  # noqa: PLC0415 - it loads Rich, which programs that call us do not need

    with shown_bar() as bar:
        yield bar
