"""How several processes count together: each keeps its counts in a file of one folder, so that whichever is asked tells
the sum (prometheus-client's multiprocess mode).

The library looks for that folder when it is loaded, so nothing that loads it may be imported here.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable by which the library knows the folder."""

_MEMORY = Path("/dev/shm")  # noqa: S108 - the files are mapped into memory: on a full disk, who writes to them is killed


@contextmanager
def counting_together() -> Iterator[None]:
    """Let this process and those that it starts meanwhile count together."""
    folder = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="dosije-counts-", dir=folder) as made:
        os.environ[FOLDER] = made
        try:
            yield
        finally:
            del os.environ[FOLDER]
