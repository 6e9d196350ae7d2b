"""Where a catalog's file lies, and how long one waits for it."""

from __future__ import annotations

import os
from pathlib import Path

BUSY_SECONDS = 30
"""How long a connection waits for another one's lock; a writer holds it for one document at a time."""


def is_read_only(path: Path) -> bool:
    """Whether a database lies on a medium that is mounted read-only, where nobody can write."""
    return path.exists() and bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def read_only_uri(path: Path) -> str:
    """What SQLite opens a database by on such a medium. For locks and the shared memory of WAL mode it would need to
    write. If the last writer closed the database, all is in its file, and nobody can change it; else SQLite must find
    what that writer left."""
    immutable = "" if path.with_name(f"{path.name}-wal").exists() else "&immutable=1"
    return f"{path.absolute().as_uri()}?mode=ro{immutable}"
