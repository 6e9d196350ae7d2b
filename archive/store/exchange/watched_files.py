"""The files of watched folders that were dealt with, as they were then.

A file is recorded after it was added or refused, never before: whoever is killed in between looks at it again, and its
bytes tell that it is there already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from archive.store.sql.database import Repository, batches, rows_among
from archive.store.sql.tables import watched_files


@dataclass(frozen=True, slots=True)
class SeenFile:
    """By what a file is known to have changed: its bytes counted, and when it was modified, in nanoseconds."""

    size: int
    modified: int


class WatchedFiles(Repository):
    """What is known of the files of watched folders, by their places."""

    def known(self, places: Iterable[str]) -> dict[str, SeenFile]:
        """Return those of these places that were dealt with, each as its file was then."""
        with self._database.reading() as connection:
            rows = rows_among(connection, select(watched_files), watched_files.c.place, places)
            return {row.place: SeenFile(row.size, row.modified) for row in rows}

    def record(self, states: Mapping[str, SeenFile]) -> None:
        """Record that these files were dealt with as they were."""
        rows = [{"place": place, "size": one.size, "modified": one.modified} for place, one in states.items()]
        with self._database.writing() as connection:
            for some in batches(states):
                connection.execute(delete(watched_files).where(watched_files.c.place.in_(some)))
            if rows:
                connection.execute(insert(watched_files), rows)

    def forget(self, places: Iterable[str]) -> None:
        """Have these files looked at again."""
        with self._database.writing() as connection:
            for some in batches(places):
                connection.execute(delete(watched_files).where(watched_files.c.place.in_(some)))
