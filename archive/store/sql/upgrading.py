"""The copy that is kept of a catalog file while it is upgraded, and after.

``catalog.before-NN.sqlite`` beside the catalog is what it was before it came to step NN. It stays until the next
upgrade makes its own, or a person removes it.
"""

from __future__ import annotations

from pathlib import Path

from archive.errors import ArchiveError, read_only
from archive.store.sql.copying import copy_catalog
from archive.store.sql.media import is_read_only
from archive.system.files import rename


def keep_copy(catalog: Path) -> None:
    """Keep the catalog as it is before an upgrade. The caller holds the lock of those who open it.

    :raises DiskFull: there is no room for the copy.
    :raises ReadOnly: nothing can be written where the catalog lies.
    """
    if is_read_only(catalog):
        raise read_only()
    kept = _being_upgraded(catalog)
    if kept.exists():
        # The upgrade was interrupted. What was there before it is what matters.
        return
    unfinished = kept.with_name(f"{kept.name}.part")
    try:
        copy_catalog(catalog, unfinished)
    except ArchiveError:
        unfinished.unlink(missing_ok=True)
        raise
    rename(unfinished, kept)


def name_copy(catalog: Path, step: int) -> None:
    """Call the copy, if one was kept, by the step that the catalog has now come to. It takes the place of those of
    earlier upgrades."""
    if not _being_upgraded(catalog).exists():
        return
    named = catalog.with_name(f"{catalog.stem}.before-{step:02}{catalog.suffix}")
    rename(_being_upgraded(catalog), named)
    for earlier in catalog.parent.glob(f"{catalog.stem}.before-*{catalog.suffix}"):
        if earlier != named:
            earlier.unlink()


def _being_upgraded(catalog: Path) -> Path:
    return catalog.with_name(f"{catalog.stem}.upgrading{catalog.suffix}")
