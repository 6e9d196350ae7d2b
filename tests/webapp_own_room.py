"""An archive of one test's own that may be written to, with the reading room over it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from archive.archive import Archive
from archive.config import Settings
from archive.search.saved_searches import AlertRunner
from tests.webapp_samples import Filler, NoPicture
from webapp import create_app


@dataclass(frozen=True, slots=True)
class OwnRoom:
    """The archive, the application over it, and what puts documents into it."""

    archive: Archive
    app: Flask
    filler: Filler

    def come_in(self, filename: str, *lines: str, language: str = "sr-Latn") -> str:
        """A document comes in, is indexed, and the saved searches are run on it; returns its id."""
        with self.archive.writing():
            id_ = self.filler.text(filename, lines, language)
            self.archive.indexing.index_due()
        AlertRunner(self.archive.catalog, self.archive.search).check_due(self.archive.engine.generation)
        return id_


def own_room(folder: Path) -> OwnRoom:
    """An empty archive in ``folder``. Whoever asks for it closes the archive."""
    archive = Archive.open(folder / "home", Settings())
    return OwnRoom(archive, create_app(archive, NoPicture()), Filler(archive, folder))
