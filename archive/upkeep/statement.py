"""``backup.json``: what a finished backup says of itself."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from archive.errors import ArchiveError, UsageError
from archive.system.files import replace_text

STATEMENT, CATALOG, MANIFEST, ORIGINALS, LOCK = (
    "backup.json", "catalog.sqlite", "manifest.txt", "originals", "backup.lock",
)  # fmt: skip
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Statement:
    """``manifest_sha256`` seals the list of files. ``events`` and ``head`` are the number and hash of the last event.

    ``lacking`` are the ids of originals that were damaged or missing in the archive and are not in the backup.
    """

    run: int
    made_at: str
    archive: str
    manifest_sha256: str
    documents: int
    pages: int
    words: int
    bytes: int
    events: int
    head: str | None
    lacking: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """The folder of the run."""
        return f"run-{self.run:06}"

    def write(self, backup: Path) -> None:
        """Make this the backup that counts."""
        replace_text(backup / STATEMENT, json.dumps({"format": _FORMAT} | asdict(self), indent=2) + "\n")


def read_statement(backup: Path) -> Statement | None:
    """What the last finished backup in a folder says; None if there is none.

    :raises ArchiveError: it makes no sense.
    :raises UsageError: a newer version of Dosije wrote it.
    """
    path = backup / STATEMENT
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        version = said.pop("format")
        if version == _FORMAT:
            return Statement(**said | {"lacking": tuple(said["lacking"])})
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ArchiveError(f"{path} is damaged: {error}.", "Use another backup.") from error
    raise UsageError(f"{path} was written by a newer version of Dosije.", "Install that version or a later one.")
