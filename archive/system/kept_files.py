"""Cache files with data derived from the catalog, shared across processes.

They may be deleted: an unreadable one counts as missing, and on a read-only file system nothing is cached. File names:
:meth:`archive.store.catalog.Catalog.kept_file`.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from time import time
from typing import Any

from archive.errors import DosijeError
from archive.system.files import make_folders, replace_text


@cache
def source_version(*patterns: str) -> str:
    """Return the version of rules: a digest of the source files below ``archive/`` that match."""
    archive = Path(__file__).parent.parent
    digest = sha256()
    for file in sorted({file for pattern in patterns for file in archive.glob(pattern)}):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


UNUSED_DAYS = 7
"""Days after which an unused file is deleted."""


@cache
def forget_unused(folder: Path, name: str) -> None:
    """Delete the unused files of this ``name`` (``units-*.sqlite``): those of other versions of Dosije, of outdated
    sets of hidden collections, and of killed processes. Done once per process.

    A program that has one open can continue; another one builds it again.
    """
    before = time() - UNUSED_DAYS * 86_400
    for file in folder.glob(name):
        with suppress(OSError):
            used = file.stat()
            if file.is_file() and max(used.st_atime, used.st_mtime) < before:
                remove_database(file)


def remove_database(file: Path) -> None:
    """Delete a database with its journal. The journal of a killed process would damage another database of the name."""
    for part in (file.with_name(f"{file.name}-journal"), file, file.with_suffix(".lock")):
        part.unlink(missing_ok=True)


def touch(file: Path) -> None:
    """Update the access time of a file, for file systems that do not."""
    with suppress(OSError):
        os.utime(file)


def read_kept(file: Path | None) -> Any:
    """Read a JSON file, None if it cannot be read."""
    with suppress(OSError, ValueError):
        return None if file is None else json.loads(file.read_text(encoding="utf-8"))
    return None


def write_kept(file: Path | None, told: object) -> None:
    """Write a JSON file atomically."""
    if file is not None:
        with suppress(OSError, DosijeError):
            make_folders(file.parent)
            replace_text(file, json.dumps(told, ensure_ascii=False))
