"""Restoring a backup whose catalog, originals or index are to be on servers: a move that begins at the backup."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from archive.backup.files import copy_file, make_folders
from archive.backup.statement import CATALOG, ORIGINALS, Statement
from archive.errors import ArchiveError, OriginalDamaged
from archive.moving.moving import move
from archive.moving.report import MoveReport
from archive.moving.source import Source
from archive.store.catalog import Catalog
from archive.store.originals.files import Originals


def copy_run(source: Path, statement: Statement, files: Mapping[str, str], folder: Path) -> None:
    """Copy what a run of a backup holds beside originals into a folder, comparing it with its SHA-256.

    :raises ArchiveError: a file is damaged or missing.
    """
    for name, sha256 in files.items():
        if name.startswith(f"{ORIGINALS}/"):
            continue
        target = folder / name.removeprefix(f"{statement.folder}/")
        make_folders(target.parent)
        try:
            copy_file(source / name, target, sha256)
        except (OriginalDamaged, FileNotFoundError) as error:
            raise ArchiveError(f"{source / name} is damaged or missing.", "Use another backup.") from error
        target.chmod(0o644)


def restore_from(
    source: Path, run: Path, statement: Statement, home: Path, addresses: Mapping[str, str], jobs: int
) -> MoveReport:
    """Move what a backup holds to a place; ``run`` is a folder with a copy of its catalog and its owner's files.

    Errors as in :func:`archive.moving.moving.move`.
    """
    with closing(Catalog.open(run / CATALOG)) as catalog:
        lacking = frozenset(statement.lacking)
        return move(Source(str(source), catalog, Originals(source / ORIGINALS), run, lacking), home, addresses, jobs)


def scratch_folder(home: Path) -> tempfile.TemporaryDirectory[str]:
    """A folder beside the place of an archive, which has room for its catalog."""
    make_folders(home.parent)
    return tempfile.TemporaryDirectory(prefix=".restoring-", dir=home.parent)
