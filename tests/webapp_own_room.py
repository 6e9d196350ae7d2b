"""An archive of one test's own that may be written to, with the reading room over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from archive.archive import Archive
from archive.config import Settings
from archive.search.saved_searches import AlertRunner
from tests.made_once import copied
from tests.webapp_samples import Filler, NoPicture
from webapp import create_app


@dataclass(frozen=True, slots=True)
class OwnRoom:
    """The archive, the application over it, and what puts documents into it."""

    archive: Archive
    app: Flask
    filler: Filler

    @property
    def only(self) -> str:
        """The id of its one document."""
        (document,) = self.archive.catalog.documents.newest_first()
        return document.id

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


def add_nothing(_room: OwnRoom) -> None:
    """Leave it empty."""


@contextmanager
def filled_room(folder: Path, fill: Callable[[OwnRoom], object]) -> Iterator[OwnRoom]:
    """A room in ``folder`` with what ``fill`` puts into one: that is done once in a run, and copied."""
    copied(folder, _filled, fill)
    room = own_room(folder)
    with room.archive:
        yield room


def _filled(folder: Path, fill: Callable[[OwnRoom], object]) -> None:
    room = own_room(folder)
    with room.archive:
        fill(room)
