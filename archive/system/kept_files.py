"""Files of the cache with what follows from the catalog, kept from one process to the next.

They can be lost: one that cannot be read is as good as none, and where nothing can be written, nothing is kept. Which
files there are: :meth:`archive.store.catalog.Catalog.kept_file`.
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
    """Return the version of rules: a digest of their source, the files below ``archive/`` that match."""
    archive = Path(__file__).parent.parent
    digest = sha256()
    for file in sorted({file for pattern in patterns for file in archive.glob(pattern)}):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


UNUSED_DAYS = 7
"""Days after which a file that nobody wrote or read is removed."""


@cache
def forget_unused(folder: Path, name: str) -> None:
    """Remove the files of this ``name`` (``units-*.sqlite``) that nobody uses any more: those of other versions of
    Dosije, and of sets of hidden collections that nobody has. Once a process is enough.

    A program that has one open goes on with it; one that would have opened it later makes it anew.
    """
    before = time() - UNUSED_DAYS * 86_400
    for file in folder.glob(name):
        with suppress(OSError):
            used = file.stat()
            if file.is_file() and max(used.st_atime, used.st_mtime) < before:
                remove_database(file)


def remove_database(file: Path) -> None:
    """Remove a database with what lies beside it. With the journal of a killed process left there, another one of the
    name would be damaged."""
    for part in (file.with_name(f"{file.name}-journal"), file, file.with_suffix(".lock")):
        part.unlink(missing_ok=True)


def touch(file: Path) -> None:
    """Note that a file is in use, where a disk does not note who reads."""
    with suppress(OSError):
        os.utime(file)


def read_kept(file: Path | None) -> Any:
    """Return what a file of JSON has, None if nothing."""
    with suppress(OSError, ValueError):
        return None if file is None else json.loads(file.read_text(encoding="utf-8"))
    return None


def write_kept(file: Path | None, told: object) -> None:
    """Write a file of JSON, whole or not at all."""
    if file is not None:
        with suppress(OSError, DosijeError):
            make_folders(file.parent)
            replace_text(file, json.dumps(told, ensure_ascii=False))
