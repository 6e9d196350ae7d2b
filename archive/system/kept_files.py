"""Files of the cache with what follows from the catalog, kept from one process to the next.

They can be lost: one that cannot be read is as good as none, and where nothing can be written, nothing is kept. Which
files there are: :meth:`archive.store.catalog.Catalog.kept_file`.
"""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from archive.errors import DosijeError
from archive.system.files import make_folders, replace_text


@cache
def source_version(*patterns: str) -> str:
    """Return the version of rules: a digest of their source, the files below ``archive/`` that match."""
    archive = Path(__file__).parent.parent
    digest = sha256()
    for file in sorted({file for pattern in patterns for file in archive.glob(pattern)}):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def read_kept(file: Path | None) -> Any:
    """What a file of JSON has, None if nothing."""
    with suppress(OSError, ValueError):
        return None if file is None else json.loads(file.read_text(encoding="utf-8"))
    return None


def write_kept(file: Path | None, told: object) -> None:
    """Write a file of JSON, whole or not at all."""
    if file is not None:
        with suppress(OSError, DosijeError):
            make_folders(file.parent)
            replace_text(file, json.dumps(told, ensure_ascii=False))
