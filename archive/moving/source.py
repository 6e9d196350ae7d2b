"""What is moved: the parts of an archive that are its truth, wherever they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.backup.files import owned_files
from archive.config import SETTINGS_FILE
from archive.home import Archive
from archive.store.catalog import Catalog
from archive.store.originals.files import OriginalStore


@dataclass(frozen=True, slots=True)
class Source:
    """An archive as a move reads it. ``folder`` is where its owner's files are, ``name`` what it is called.

    ``lacking`` are the documents whose originals are known not to be there.
    """

    name: str
    catalog: Catalog
    originals: OriginalStore
    folder: Path
    lacking: frozenset[str] = frozenset()

    @classmethod
    def of(cls, archive: Archive) -> Source:
        """An archive that is open."""
        return cls(str(archive.home), archive.catalog, archive.originals, archive.home)

    def settings_text(self) -> str:
        """What its settings file says."""
        file = self.folder / SETTINGS_FILE
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def files(self) -> list[Path]:
        """What is to be copied beside catalog and originals: what its owner wrote but for the settings, who saw what,
        and uploads that wait to be added."""
        owned = [path for path in owned_files(self.folder) if path.name != SETTINGS_FILE]
        uploads = [path for path in sorted(self.folder.glob("inbox/[!.]*/**/*")) if path.is_file()]
        return [*owned, *sorted(self.folder.glob("audit*.jsonl")), *uploads]


@contextmanager
def nobody_writes(archive: Archive) -> Iterator[None]:
    """Hold the writer lock of an archive that is to be moved, so that no document comes in meanwhile. Where nothing can
    be written, nobody can.

    :raises ArchiveBusy: another process is writing.
    """
    if archive.is_read_only:
        yield
        return
    with archive.writing(reconcile=False):
        yield
